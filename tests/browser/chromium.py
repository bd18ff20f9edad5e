"""Finds a Chromium, or installs Debian's: `python -m tests.browser.chromium` says where it is, or how to get one.

CHROMIUM in the environment names another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ADVICE = "install one (Debian: apt-get install chromium), or name it: make test-browser CHROMIUM=/path/to/chrome"


def find() -> str | None:
    """The path of a Chromium."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> str | None:
    """Install Debian's Chromium where this process may; why not, or None."""
    if shutil.which("apt-get") is None:
        return "there is no apt-get here"
    if os.geteuid() != 0:
        return "only root can install one"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            return f"{' '.join(command)} failed"
    return None


def main() -> int:
    """Print the path of a Chromium; the exit status is 1 where there is none."""
    if os.environ.get("CHROMIUM") and find() is None:
        sys.stderr.write(f"CHROMIUM={os.environ['CHROMIUM']}: no such program\n")
        return 1
    if find() is None:
        sys.stderr.write("There is no Chromium; installing Debian's\n")
        problem = install()
        if problem or find() is None:
            sys.stderr.write(f"No Chromium to test with, and {problem or 'the package has brought none'}: {ADVICE}\n")
            return 1
    sys.stdout.write(f"Chromium: {find()}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
