"""What pytest gets from pytoco: `pytest --pytoco-trace` shows the rewrites that ran in each failing test.

Without the option nothing is imported and nothing happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from .tracing import Trace


SHOWN = 20
"""Rewrites that are shown of one test, unless all are asked for."""

ALL = "all"
TITLE = "pytoco journal"

_TRACE: pytest.StashKey[Trace] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option, in two spellings: a value of its own would swallow the path that follows it."""
    group = parser.getgroup("pytoco")
    group.addoption(
        "--pytoco-trace",
        action="store_const",
        const=str(SHOWN),
        dest="pytoco_trace",
        help=f"show the last {SHOWN} rewrites of conversions and passes that ran in a failing test",
    )
    group.addoption("--pytoco-trace=all", action="store_const", const=ALL, dest="pytoco_trace", help="show all of them")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Record what is converted while a test runs, its fixtures included."""
    if item.config.getoption("pytoco_trace", None) is None:
        return (yield)
    from ..recording import ACTIVE
    from .tracing import Trace

    item.stash[_TRACE] = trace = Trace()
    token = ACTIVE.set((*ACTIVE.get(), trace.begin))
    try:
        return (yield)
    finally:
        ACTIVE.reset(token)
        del item.stash[_TRACE]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the rewrites into the report of a test that failed."""
    report = yield
    trace = item.stash.get(_TRACE, None)
    if trace is not None and report.failed:
        wanted = item.config.getoption("pytoco_trace")
        text = trace.text(None if wanted == ALL else int(wanted))
        if text:
            report.sections.append((TITLE, text))
    return report
