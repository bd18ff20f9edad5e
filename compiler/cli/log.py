"""What `-v` and `-vv` show while a conversion runs, in lines like those of TOCO's log levels 1 and 2."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..ir.events import ADD, REMOVE, describe
from ..plugins import Observer

if TYPE_CHECKING:
    from ..ir import Graph, Model, Op
    from ..ir.events import Event


class Log(Observer):
    """Writes to standard error.

    Level 1: how many operators and arrays there are, before and after each stage. Level 2: every rewrite, too, with the
    pass, the operator and what changed; and at the end of a stage which of its passes changed nothing.
    """

    def __init__(self, level: int) -> None:
        self._level = level
        self._stage = ""
        self._fired: dict[str, int] = {}
        self._model: Model | None = None

    def mark(self) -> None:
        """The start of a stage: all that there is to say of those before has been said."""

    def rewind(self, mark: None) -> None:
        """Go on from the start of a stage."""
        self._stage = ""

    def on_import(self, model: Model) -> None:
        """Tell what was imported."""
        self._model = model
        self._stage = ""
        sys.stderr.write(f"At import: {_counts(model)}\n")

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """Tell that a stage begins, and what the one before has done."""
        self._end()
        self._stage = stage
        self._fired = dict.fromkeys((rule.name for rule in passes), 0)
        if self._level > 1:
            sys.stderr.write(f"Stage {stage}, {len(passes)} transformation{'s' * (len(passes) != 1)}\n")

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        """Tell which pass rewrote where."""
        self._fired[pass_name] = self._fired.get(pass_name, 0) + 1
        if self._level > 1:
            where = f" at {op}" if op is not None else ""
            sys.stderr.write(f"{number:>6} {pass_name} made a change{where}: {change_text(events)}\n")

    def on_failure(self, rule: Any, op: Op | None, graph: Graph, error: Exception) -> None:
        """Tell that a rewrite was taken back."""
        where = f" at {op}" if op is not None else ""
        sys.stderr.write(f"{rule.name} failed{where} and was undone: {error}\n")

    def on_finish(self, model: Model) -> None:
        """Tell what the last stage has done."""
        self._end()

    def _end(self) -> None:
        if not self._stage or self._model is None:
            return
        idle = [name for name, times in self._fired.items() if not times]
        if self._level > 1 and idle:
            sys.stderr.write(f"Stage {self._stage}: did NOT make a change: {', '.join(idle)}\n")
        sys.stderr.write(f"After {self._stage}, {sum(self._fired.values())} rewrites: {_counts(self._model)}\n")


def change_text(events: Sequence[Event]) -> str:
    """What a rewrite changed, in short: `Conv + Relu6 -> Conv` by kinds of operators, or else its first change."""
    gone = Counter(event[2].kind for event in events if event[0] == REMOVE)
    made = Counter(event[2].kind for event in events if event[0] == ADD)
    if gone or made:
        return f"{_kinds(gone)} -> {_kinds(made)}"
    more = f", and {len(events) - 1} more" if len(events) > 1 else ""
    return describe(events[0]) + more


def _kinds(counts: Counter[str]) -> str:
    return " + ".join(f"{times} {kind}" if times > 1 else kind for kind, times in counts.items()) or "nothing"


def _counts(model: Model) -> str:
    arrays = [array for graph in model.graphs.values() for array in graph.arrays()]
    quantized = sum(array.quantization is not None for array in arrays)
    operators = sum(map(len, model.graphs.values()))
    return f"{operators} operators, {len(arrays)} arrays ({quantized} quantized)"
