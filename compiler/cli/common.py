"""Arguments that several commands share."""

from __future__ import annotations

import argparse


def add_plugin_arguments(parser: argparse.ArgumentParser, *, file: bool = True) -> None:
    """Add `-p` (as `switches`) and, with `file`, `--plugins` (as `plugins_file`)."""
    what = "use plugin NAME or FILE.py; no:NAME leaves it out"
    parser.add_argument("-p", action="append", default=[], dest="switches", metavar="NAME", help=what)
    if file:
        parser.add_argument("--plugins", dest="plugins_file", metavar="FILE", help="plugins.toml to use")
