"""Measuring processes from outside: wall time, and the peak of anonymous memory."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple


class Run(NamedTuple):
    """Wall seconds of a process, and its peak anonymous memory in bytes (0 where the system does not tell)."""

    seconds: float
    peak_anonymous: int


def wall_times(commands: Mapping[str, Sequence[str]], repeat: int) -> dict[str, float]:
    """Return the median wall seconds of each command; they take turns, so that noise hits all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    return {name: median(seconds) for name, seconds in times.items()}


def run(command: Sequence[str], interval: float = 0.002) -> Run:
    """Run a command once, sampling its anonymous memory (RssAnon of /proc) every `interval` seconds.

    Anonymous memory leaves out mapped files, whose pages the system can drop at any time.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, anonymous_memory(process.pid))
        time.sleep(interval)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds, peak)


def anonymous_memory(pid: int) -> int:
    """Return the anonymous resident memory of a process in bytes, 0 when it is gone or the system has no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon:"))


def copy_time(source: Path, target: Path) -> float:
    """Return the seconds that reading a file and writing it elsewhere takes: what any converter pays at least."""
    start = time.perf_counter()
    with source.open("rb") as read, target.open("wb") as write:
        while piece := read.read(1 << 20):
            write.write(piece)
    seconds = time.perf_counter() - start
    os.unlink(target)
    return seconds
