"""What a step did to the result: rewrites, operators, size, warnings, and where it first went another way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from ...ir import Model
from ...ir.extract import copy_part
from ..diff import ModelDiff, diff_models

if TYPE_CHECKING:
    from ...convert import Summary

_TIME = re.compile(rb',"t":\d+,"events":')
_REWRITE = b'{"n":'


class Outcome(NamedTuple):
    """A conversion that went well: its summary, the lines of its journal, and its model as long as that is known."""

    summary: Summary
    lines: list[bytes]
    model: Model | None


class RewriteName(NamedTuple):
    """A rewrite by its pass and its root operator, "" for a pass over the whole graph."""

    pass_name: str
    where: str


class Divergence(NamedTuple):
    """The first rewrite that is another one: its number, and what it was and is; None where there was none."""

    number: int
    before: RewriteName | None
    after: RewriteName | None


class Changes(NamedTuple):
    """How one result became the next.

    `passes` are rewrites by pass and `operators` those of the result by kind, each before and after, where they differ;
    `size` is in bytes. `difference` is that of the models, None where they cannot be compared: the model file is
    another one, say.
    """

    passes: dict[str, tuple[int, int]]
    operators: dict[str, tuple[int, int]]
    size: tuple[int, int]
    new_warnings: list[str]
    gone_warnings: list[str]
    divergence: Divergence | None
    difference: ModelDiff | None

    @property
    def is_none(self) -> bool:
        """Whether everything is as it was."""
        counted = self.passes or self.operators or self.new_warnings or self.gone_warnings or self.divergence
        same = self.difference is None or self.difference.is_same
        return not counted and self.size[0] == self.size[1] and same


def changes_between(before: Outcome, after: Outcome) -> Changes:
    """Compare two outcomes; takes time that grows linearly with the models."""
    old, new = before.summary, after.summary
    return Changes(
        _counts(old.passes, new.passes),
        _counts(old.operators or old.ops_after, new.operators or new.ops_after),
        (old.bytes_out, new.bytes_out),
        [text for text in dict.fromkeys(new.warnings) if text not in old.warnings],
        [text for text in dict.fromkeys(old.warnings) if text not in new.warnings],
        _divergence(before.lines, after.lines),
        _difference(before.model, after.model),
    )


def _difference(before: Model | None, after: Model | None) -> ModelDiff | None:
    if before is None or after is None:
        return None
    try:
        return diff_models(before, after)
    except Exception:  # noqa: BLE001 - passes may have put anything into a model, which was written all the same
        return None


def snapshot(model: Model) -> Model | None:
    """A copy of a model that is about to change, None where there can be none; constants share their values."""
    made = Model()
    try:
        for graph in model.graphs.values():
            copy_part(graph, made, graph.inputs, graph.outputs, dict.fromkeys(graph.ops()), dict.fromkeys(graph.states))
    except Exception:  # noqa: BLE001 - as above
        return None
    made.signatures = model.signatures
    return made


def _counts(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    names = dict.fromkeys((*after, *before))
    pairs = {name: (before.get(name, 0), after.get(name, 0)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _divergence(before: Sequence[bytes], after: Sequence[bytes]) -> Divergence | None:
    old, new = ([line for line in lines if line.startswith(_REWRITE)] for lines in (before, after))
    for number, (was, now) in enumerate(zip_longest(old, new), 1):
        if was is not now and (was is None or now is None or _timeless(was) != _timeless(now)):
            return Divergence(number, _named(was), _named(now))
    return None


def _timeless(line: bytes) -> bytes:
    return _TIME.sub(b',"events":', line, count=1)


def _named(line: bytes | None) -> RewriteName | None:
    if line is None:
        return None
    fact: dict[str, Any] = json.loads(line)
    return RewriteName(fact["pass"], fact["at"])
