"""The command lines: `pytoco` with its sub-commands, and `tflite_convert`, also called `toco`.

Help and usage errors import nothing large; only the command that was asked for is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .guard import guarded, leave


def main(argv: Sequence[str] | None = None) -> int:
    """The `pytoco` command. Returns the exit status; without `argv` it reads `sys.argv` and may leave the process."""
    from .dispatch import run

    if argv is not None:
        return run(argv)
    _prepare()
    return leave(run(sys.argv[1:]))


def tflite_convert_main(argv: Sequence[str] | None = None) -> int:
    """The `tflite_convert` and `toco` commands; as `main`."""
    from .tflite_convert import run

    if argv is not None:
        return run("tflite_convert", argv)
    _prepare()
    name = os.path.basename(sys.argv[0]).removesuffix(".exe")
    return leave(run(name if name == "toco" else "tflite_convert", sys.argv[1:]))


def _prepare() -> None:
    """Settings of this process that libraries read when they are imported: no threads for arithmetic nobody does."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


__all__ = ["guarded", "main", "tflite_convert_main"]
