"""Conformance of backends and frontends: what everybody may expect of one, each expectation a check that names it.

`pytoco conformance NAME` runs the checks on the command line; in tests:

    import pytest
    from pytoco.testing import conformance_checks

    @pytest.mark.parametrize("check", conformance_checks("my-backend"), ids=str)
    def test_conformance(check):
        check()

`backend_checks`, `backend_files` and `frontend_checks` have the tables of checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ...plugins.registry import open_registry
from ...plugins.spelling import suggestion
from . import backend_checks, backend_files, frontend_checks
from .checks import FAILS, NOT_APPLICABLE, OK, Check, Fault, NotApplicable, Outcome, outcome_of
from .subject import BACKEND, FRONTEND, BackendSubject, FrontendSubject, Subject

TABLES: Mapping[str, tuple[Check, ...]] = {
    BACKEND: (*backend_checks.CHECKS, *backend_files.CHECKS),
    FRONTEND: frontend_checks.CHECKS,
}


class Conformance:
    """One check of one subject. Calling it raises AssertionError when it fails; `str` is "backend x: same-bytes"."""

    def __init__(self, subject: Subject, check: Check) -> None:
        self.subject = subject
        self.check = check

    def __str__(self) -> str:
        return f"{self.subject.kind} {self.subject.name}: {self.check.name}"

    def __repr__(self) -> str:
        return str(self)

    def outcome(self) -> Outcome:
        """Run the check."""
        return outcome_of(self.check, self.subject)

    def __call__(self) -> None:
        """Run the check; raises AssertionError with the reason and the next step when it fails."""
        found = self.outcome()
        if found.status == FAILS:
            raise AssertionError(f"{self}: {found.reason}\n  next: {self.check.advice}")


def conformance_checks(
    name: str,
    *,
    samples: Sequence[str | Path] = (),
    plugins: Sequence[str] = (),
    plugins_file: str | None = None,
    only: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
) -> list[Conformance]:
    """The checks of the backend and the frontend of that name or format, to be called one by one.

    `samples` are model files or folders of a frontend's format, `plugins` switches as `-p` takes them, `only` names of
    checks, `options` fields of `compiler.options.Options`. A check that does not apply to the subject passes. Raises
    UsageError where there is neither such a backend nor such a frontend, or no such check.
    """
    common: dict[str, Any] = {"plugins": plugins, "plugins_file": plugins_file, "options": options}
    registry = open_registry(plugins_file=plugins_file, names=plugins)
    backends, frontends = registry.backends(), registry.frontends()
    subjects: list[Subject] = [BackendSubject(key, **common) for key in _found(name, backends)]
    subjects += [FrontendSubject(key, samples=samples, **common) for key in _found(name, frontends)]
    if not subjects:
        known = list(dict.fromkeys([*backends, *frontends]))
        raise UsageError(f"there is no backend or frontend {name!r}", hint=suggestion(name, known))
    made = [Conformance(subject, check) for subject in subjects for check in TABLES[subject.kind]]
    for wanted in only:
        if all(wanted not in (c.check.name, f"{c.subject.kind}:{c.check.name}") for c in made):
            raise UsageError(f"there is no check {wanted!r}", hint=suggestion(wanted, [c.check.name for c in made]))
    return [c for c in made if not only or c.check.name in only or f"{c.subject.kind}:{c.check.name}" in only]


def _found(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    wanted = name.lower().replace("_", "-")
    for key, descriptor in table.items():
        if any(spelling.lower().replace("_", "-") == wanted for spelling in (key, *descriptor.formats)):
            yield key


def assert_conforms(
    name: str,
    *,
    samples: Sequence[str | Path] = (),
    plugins: Sequence[str] = (),
    only: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
) -> None:
    """Assert that the backend, or frontend, of that name does what everybody may expect of one.

    The arguments are those of `conformance_checks`. Raises AssertionError that tells of every check that fails.
    """
    faults = []
    for conformance in conformance_checks(name, samples=samples, plugins=plugins, only=only, options=options):
        found = conformance.outcome()
        if found.status == FAILS:
            faults.append(f"{conformance}: {found.reason}\n  next: {conformance.check.advice}")
    if faults:
        raise AssertionError("\n".join(faults))


__all__ = [
    "BACKEND", "FAILS", "FRONTEND", "NOT_APPLICABLE", "OK", "TABLES", "Check", "Conformance", "Fault", "NotApplicable",
    "Outcome", "assert_conforms", "conformance_checks",
]  # fmt: skip
