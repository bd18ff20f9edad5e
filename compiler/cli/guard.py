"""Running one command: every way it can end becomes a message and an exit status, never a traceback.

`PYTOCO_DEBUG=1` or `--debug` adds the traceback.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import TextIO

from ..errors import InternalError, PytocoError, UsageError

Step = int | Callable[[], int]
"""An exit status, or what remains to be done."""

INTERRUPTED = 130
"""Exit status after an interrupt, as shells count it: 128 and the signal's number."""


TOLD: list[str] = []
"""The warnings that the present command has written to standard error as they came."""


def _warn(prog: str, message: Warning | str, *_: object) -> None:
    TOLD.append(str(message))
    sys.stderr.write(f"{prog}: warning: {message}\n")


def shows_tracebacks(argv: Sequence[str]) -> bool:
    """Whether tracebacks of errors are asked for."""
    return "--debug" in argv or os.environ.get("PYTOCO_DEBUG", "0") not in ("", "0")


def report(prog: str, error: BaseException, message: str, debug: bool) -> None:
    """Write an error to standard error, after its traceback where that is asked for."""
    if debug:
        import traceback

        traceback.print_exception(error)
    sys.stderr.write(f"{prog}: error: {message}\n")


def guarded(
    prog: str,
    work: Callable[[], Step],
    argv: Sequence[str],
    *,
    usage: Callable[[], str] | None = None,
    usage_stream: TextIO | None = None,
    usage_status: int = UsageError.exit_code,
) -> int:
    """The exit status of `work()`.

    When that is a function, it is the rest of the work. Errors go to standard error as `<prog>: error: <message>`. For
    a `UsageError` the status is `usage_status`, and one in the first part is preceded by the text of `usage()` on
    `usage_stream` (standard error when `None`).
    """
    debug = shows_tracebacks(argv)
    TOLD.clear()
    try:
        with warnings.catch_warnings():
            warnings.showwarning = partial(_warn, prog)
            done = work()
            while not isinstance(done, int):
                usage = None
                done = done()
        return done
    except UsageError as error:
        if usage is not None:
            stream = usage_stream or sys.stderr
            stream.write(usage())
            stream.flush()
        report(prog, error, str(error), debug)
        return usage_status
    except PytocoError as error:
        report(prog, error, str(error), debug)
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write(f"{prog}: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as `head`, has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as leaving:  # argparse after --help
        return leaving.code if isinstance(leaving.code, int) else 0
    except MemoryError as error:
        report(prog, error, "out of memory", debug)
        return InternalError.exit_code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        report(prog, error, f"{where}{error.strerror or error}", debug)
        return 5
    except Exception as error:  # noqa: BLE001  a fault of ours or of a plugin: say so without a traceback
        report(prog, error, f"internal error: {type(error).__name__}: {error} (PYTOCO_DEBUG=1 shows where)", debug)
        return InternalError.exit_code


def leave(status: int) -> int:
    """Flush, then leave at once if all went well: taking down large libraries takes longer than small conversions."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        os._exit(0)
    if status == 0:
        os._exit(0)
    return status
