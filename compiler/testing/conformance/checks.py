"""What a check of conformance is, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ...errors import InternalError, PluginError, PytocoError

OK, FAILS, NOT_APPLICABLE = "ok", "fails", "not applicable"


class Fault(Exception):
    """The subject does not conform; the message says where and how."""


class NotApplicable(Exception):
    """The check does not concern this subject; the message says why."""


class Check(NamedTuple):
    """One row of a table of checks: `shows` completes "this shows that", `advice` is the next step when it fails.

    `run` gets the subject, and raises Fault or NotApplicable.
    """

    name: str
    shows: str
    advice: str
    run: Callable[[Any], None]


class Outcome(NamedTuple):
    """What became of a check: `status` is "ok", "fails" or "not applicable", `reason` why where it is not ok."""

    check: Check
    status: str
    reason: str = ""

    def as_json(self) -> dict[str, str]:
        """As plain data for programs."""
        check = self.check
        advice = check.advice if self.status == FAILS else ""
        return {"check": check.name, "shows": check.shows, "status": self.status, "reason": self.reason, "next": advice}


def outcome_of(check: Check, subject: Any) -> Outcome:
    """Run one check; whatever the subject's code raises in it is a failure."""
    try:
        check.run(subject)
    except Fault as fault:
        return Outcome(check, FAILS, str(fault))
    except NotApplicable as reason:
        return Outcome(check, NOT_APPLICABLE, str(reason))
    except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
        return Outcome(check, FAILS, f"{type(error).__name__}: {error}")
    return Outcome(check, OK)


def is_typed(error: BaseException) -> bool:
    """Whether an error is one for users: one of pytoco's own types that blames neither pytoco nor the plugin."""
    return isinstance(error, PytocoError) and not isinstance(error, InternalError | PluginError)


def told(error: BaseException) -> str:
    """An error in one line with its type."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def listed(faults: list[str], most: int = 4) -> None:
    """Raise Fault where there are faults, naming the first of them."""
    if faults:
        more = f"; and {len(faults) - most} more" if len(faults) > most else ""
        raise Fault("; ".join(faults[:most]) + more)
