"""A conversion that stays alive: its model can be taken back to the start of any stage, and goes on from there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ...convert import begin, context_of, explained, finish, run_stage
from ...isolation import tell_error
from .places import Faults
from .recording import WatchRecorder
from .rewinding import Inexact, Mark, Trail

if TYPE_CHECKING:
    from ...convert import Result, Summary
    from ...plugins import Observer
    from ...plugins.records import PluginFailure
    from .planning import Plan, StageKey


class _Moment(NamedTuple):
    """The start of a stage: the model, what each observer knows, and the seconds taken so far."""

    mark: Mark
    observers: list[Any]
    phases: dict[str, float]


class Live:
    """One conversion, imported when it is made.

    `keys` are the stages that are done. `watching` are the observers, of which `recorder` is one. When something
    raises, they are told, and what the caller is to see is raised in its place.
    """

    def __init__(self, plan: Plan, source: Any, recorder: WatchRecorder, others: Sequence[Observer]) -> None:
        self.plan = plan
        self.recorder = recorder
        self.watching: list[Observer] = [recorder, *others]
        self.faults = next(observer for observer in others if isinstance(observer, Faults))
        self._can_go_back = not clumsy(self.watching)
        self.keys: list[StageKey] = []
        self.is_done = False
        self.moments: list[_Moment] = []
        failed = len(plan.registry.failures)
        try:
            self.runner, self.backend, self._summary = begin(plan.options, source, plan.registry, self.watching)
        except BaseException as error:
            self.fail(error)
            raise
        self.failures: list[PluginFailure] = plan.registry.failures[failed:]
        self.context = context_of(self.runner, self.backend, plan.options)
        self.trail = Trail(self.runner, self.context)

    def rewind(self, stage: int) -> None:
        """Go back to the start of a stage, by its number; raises Inexact when that cannot be done exactly."""
        if stage >= len(self.moments):
            raise Inexact("this stage was not reached")
        moment = self.moments[stage]
        self.is_done = False
        del self.keys[stage:], self.moments[stage:]
        self.trail.rewind(moment.mark)
        for observer, mark in zip(self.watching, moment.observers, strict=True):
            observer.rewind(mark)  # type: ignore[attr-defined]  # all have it, as `clumsy` says
        self._summary.phases = dict(moment.phases)

    def run(self, plan: Plan) -> Result:
        """Go on from where the model is to the end, and write the result."""
        self.plan = plan
        self.runner.plugins = plan.registry
        phases = self._summary.phases
        try:
            for number in range(len(self.keys), len(plan.stages)):
                stage, references = plan.stages[number]
                self._mark()
                begun = time.perf_counter()
                run_stage(self.runner, self.context, stage, references)
                phases[stage] = time.perf_counter() - begun
                self.keys.append(plan.keys[number])
            self._mark()
            summary: Summary = replace(self._summary, phases=dict(phases))
            result = finish(self.runner, self.backend, plan.options, plan.registry, summary)
        except BaseException as error:
            self.fail(error)
            raise
        self.is_done = True
        return result

    def fail(self, error: BaseException) -> None:
        """Tell the observers; raises what the caller is to see where that is another error."""
        told = explained(error, self.plan.registry)
        tell_error(told, self.watching, self.plan.registry)
        if told is not error:
            raise told from error

    def _mark(self) -> None:
        if self._can_go_back:
            marks = [observer.mark() for observer in self.watching]  # type: ignore[attr-defined]  # as above
            self.moments.append(_Moment(self.trail.mark(), marks, dict(self._summary.phases)))


def clumsy(observers: Sequence[Observer]) -> str:
    """The class of the first observer that cannot be taken back; "" where all can."""
    return next((type(o).__name__ for o in observers if not (hasattr(o, "mark") and hasattr(o, "rewind"))), "")
