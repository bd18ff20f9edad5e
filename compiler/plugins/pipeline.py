"""A planned pipeline: stages with their passes in order and the reason for each place; what `adjust_pipeline` edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import UsageError
from .ordering import Position
from .references import PassRef
from .spelling import suggestion


class Pipeline:
    """Stages in order, each a list of positions. Edits name whoever makes them (`editor`) in reasons and in `edits`.

    All editing methods raise `UsageError`, with a suggestion, for names of passes or stages that are not there.
    """

    __slots__ = ("editor", "edits", "name", "passes", "stages")

    def __init__(
        self,
        name: str,
        stages: dict[str, list[Position]],
        edits: Iterable[str] = (),
        passes: Mapping[str, PassRef] | None = None,
    ) -> None:
        self.name = name
        self.stages = stages
        self.passes: Mapping[str, PassRef] = passes or {}
        self.edits: list[str] = list(edits)
        self.editor = ""

    def copy(self) -> Pipeline:
        """A pipeline that can be edited without changing this one."""
        stages = {stage: list(positions) for stage, positions in self.stages.items()}
        return Pipeline(self.name, stages, self.edits, self.passes)

    def order(self) -> list[tuple[str, list[PassRef]]]:
        """Every stage with its passes in order."""
        return [(stage, [position.ref for position in positions]) for stage, positions in self.stages.items()]

    def has_stage(self, stage: str) -> bool:
        """Whether the pipeline has that stage."""
        return stage in self.stages

    def has_pass(self, name: str) -> bool:
        """Whether any stage has that pass."""
        return any(position.ref.name == name for positions in self.stages.values() for position in positions)

    def remove(self, name: str) -> None:
        """Take a pass out of every stage that has it."""
        self._find(name)
        for positions in self.stages.values():
            positions[:] = [position for position in positions if position.ref.name != name]
        self._note(f"removed pass {name!r}")

    def insert(self, target: PassRef | type[Any] | str, *, after: str = "", before: str = "", stage: str = "") -> None:
        """Add a pass directly after or before another one, or at the end of `stage` (default: the stage it names).

        A text is the name of a pass that some plugin offers, pytoco's own among them.
        """
        if isinstance(target, str):
            if target not in self.passes:
                raise UsageError(f"there is no pass {target!r}", hint=suggestion(target, self.passes))
            target = self.passes[target]
        ref = target if isinstance(target, PassRef) else PassRef(target)
        self._place(ref, after, before, stage or ref.stage, "inserted")

    def move(self, name: str, *, after: str = "", before: str = "", stage: str = "") -> None:
        """Put a pass directly after or before another one, or at the end of `stage`."""
        home, position = self._find(name)
        for anchor in filter(None, (after, before)):
            if anchor == name:
                raise UsageError(f"pass {name!r} cannot be moved next to itself")
            self._find(anchor)
        self._check_stage(stage or home)
        self.stages[home].remove(position)
        self._place(position.ref, after, before, stage or home, "moved")

    def remove_stage(self, stage: str) -> None:
        """Take out a stage with all its passes."""
        self._check_stage(stage)
        del self.stages[stage]
        self._note(f"removed stage {stage!r}")

    def _place(self, ref: PassRef, after: str, before: str, stage: str, verb: str) -> None:
        if after and before:
            raise UsageError(f"pass {ref.name!r}: give after or before, not both")
        place = f"at the end of stage {stage!r}"
        anchor = after or before
        if anchor:
            stage, neighbour = self._find(anchor)
            number = self.stages[stage].index(neighbour) + bool(after)
            place = f"{'after' if after else 'before'} {anchor!r}"
        else:
            self._check_stage(stage)
            number = len(self.stages[stage])
        self.stages[stage].insert(number, Position(ref, f"{verb} {place} by {self.editor or 'the caller'}"))
        self._note(f"{verb} pass {ref.name!r} {place}")

    def _find(self, name: str) -> tuple[str, Position]:
        for stage, positions in self.stages.items():
            for position in positions:
                if position.ref.name == name:
                    return stage, position
        known = [position.ref.name for positions in self.stages.values() for position in positions]
        raise UsageError(f"pipeline {self.name!r} has no pass {name!r}", hint=suggestion(name, known))

    def _check_stage(self, stage: str) -> None:
        if stage not in self.stages:
            raise UsageError(f"pipeline {self.name!r} has no stage {stage!r}", hint=suggestion(stage, self.stages))

    def _note(self, what: str) -> None:
        self.edits.append(f"{self.editor or 'the caller'}: {what}")

    def __repr__(self) -> str:
        return f"Pipeline({self.name!r}, {self.order()!r})"
