"""Counts and times the attempts of a pass, only for those who ask: the inner loop then calls through these wrappers."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any


class PassTiming:
    """What one pass did in one stage: `attempted` matches, how many `matched`, rewrites begun, and seconds in both."""

    __slots__ = ("attempted", "match_seconds", "matched", "rewrite_seconds", "rewritten")

    def __init__(self) -> None:
        self.attempted = 0
        self.matched = 0
        self.rewritten = 0
        self.match_seconds = 0.0
        self.rewrite_seconds = 0.0

    def matching(self, match: Callable[..., Any]) -> Callable[..., Any]:
        """`match`, counted and timed."""

        def timed(op: Any, look: Any) -> Any:
            self.attempted += 1
            begun = perf_counter()
            try:
                found = match(op, look)
            finally:
                self.match_seconds += perf_counter() - begun
            if found is not None and found is not False:
                self.matched += 1
            return found

        return timed

    def rewriting(self, rewrite: Callable[..., Any]) -> Callable[..., Any]:
        """`rewrite` of a local pass or `run` of one over the whole graph, timed; a change is counted by the driver."""

        def timed(*arguments: Any) -> Any:
            begun = perf_counter()
            try:
                return rewrite(*arguments)
            finally:
                self.rewrite_seconds += perf_counter() - begun

        return timed
