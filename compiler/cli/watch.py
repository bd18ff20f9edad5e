"""`pytoco convert --watch`: converts again whenever a file changes that the result depends on, until interrupted."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..debug.watch import Session
from .convert import show
from .guard import report
from .watch_text import changes_text, error_text, headline, listed, path_text, step_data
from .work import observers_of, source_of, tell

if TYPE_CHECKING:
    from ..debug.watch import Step
    from ..options import Options

POLL = 0.1
"""Seconds between two looks at the files."""

CALM = 0.05
"""Seconds without a further change after which a file counts as written."""

PATIENCE = 10
"""Times that a file may be seen changing, or missing between two versions, before it is taken as it is."""


_ENDING = (signal.SIGINT, signal.SIGTERM)
"""What ends watching; a shell that starts it with `&` may have it ignore the first one."""


def watch(prog: str, options: Options, quiet: bool, as_json: bool, debug: bool) -> int:
    """Convert, and go on until interrupted or terminated, which is how it ends well: the exit status is 0."""
    progress, observers = observers_of(prog, options)
    watched, told = "", list[str]()
    session = Session(options, Path(source_of(options)), observers=observers)
    handlers = {number: signal.signal(number, signal.default_int_handler) for number in _ENDING}
    try:
        while True:
            with progress:
                step = session.step()
            if as_json:
                sys.stdout.write(json.dumps(step_data(step, options.output_file or "")) + "\n")
            else:
                _show(prog, options, step, quiet, debug, told)
                told = step.notices
                if watched != (watched := listed(map(path_text, session.watched))):
                    sys.stdout.write(f"watching {watched}; Ctrl-C ends\n")
            sys.stdout.flush()
            sys.stderr.flush()
            _wait(session)
    except KeyboardInterrupt:
        if not as_json:
            sys.stdout.write("\nstopped watching\n")
        return 0
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _show(prog: str, options: Options, step: Step, quiet: bool, debug: bool, told: Sequence[str]) -> None:
    """Write what came of a step; notices that were told with the one before are not told again."""
    for notice in step.notices:
        if notice not in told:
            sys.stderr.write(f"{prog}: warning: {notice}\n")
    if step.changed:
        sys.stdout.write(f"{headline(step)}\n")
    if step.error is not None:
        sys.stdout.flush()
        report(prog, step.error, error_text(step), debug)
        if step.result is not None:
            sys.stdout.write(f"  {options.output_file} is still the result of before\n")
    elif step.changes is not None:
        sys.stdout.write(changes_text(step))
    elif step.reason is not None and step.result is not None:
        tell(prog, options, step.result, step.notices)
        show(options, step.result, quiet)


def _wait(session: Session) -> None:
    """Return when a file has changed and nobody seems to be writing it any more."""
    while True:
        while not session.changed():
            time.sleep(POLL)
        for _ in range(PATIENCE):
            before = session.stamps()
            time.sleep(CALM)
            now = session.stamps()
            if now == before and None not in map(now.get, session.changed()):
                break
        if session.changed():
            return
