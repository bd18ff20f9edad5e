"""A session: converts a model again and again while its plugins are being written, from where a change begins."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ... import ops
from ...convert import no_cyclic_collection
from ...errors import InternalError, PytocoError
from ...options import Options, validate
from ...paths import check_destinations
from ...plugins.registry import Registry
from ...plugins.settings import load_settings
from ...recording import ACTIVE, recorders
from .changes import Outcome, changes_between, snapshot
from .files import Files, Stamp, code_of
from .live import Live, clumsy
from .places import Faults, lines_of, place_of
from .planning import Plan, different_stage, different_start
from .recording import WatchRecorder
from .rewinding import Inexact
from .step import Step

if TYPE_CHECKING:
    from ...convert import Result
    from ...plugins import Observer
    from ..journal import Journal


_GRAIN = 50_000_000
"""Nanoseconds by which clocks of file systems may be behind."""


class Session:
    """Follows the files that a conversion depends on.

        session = Session(Options(output_file="model.tflite", plugin_switches=("my_pass.py",)), "model.pb")
        print(session.run().result.summary.passes)
        while True:
            time.sleep(0.1)
            if session.changed():
                print(session.step().changes)

    After every step without an error, result, summary and journal are those of a conversion from scratch; a step that
    fails leaves the result of the one before. `observers` see every step; those with methods `mark() -> object` and
    `rewind(mark)` are taken back with the model, any other lets every step begin at the beginning. `start` is where the
    search for a project's plugins.toml begins, the working directory by default. Raises nothing but what interrupts it:
    errors are told in the steps.
    """

    def __init__(
        self,
        options: Options,
        source: str | Path | bytes,
        *,
        observers: Sequence[Observer] = (),
        start: Path | None = None,
    ) -> None:
        self.options = options
        self.source = Path(source) if isinstance(source, str) else source
        self.observers = list(observers)
        self.last: Step | None = None
        self._start = start
        self._files = Files(options, self.source, start)
        self._stamps: dict[Path, Stamp] = {}
        self._codes: dict[Path, str] = {}
        self._generation = 0
        self._registry: Registry | None = None
        self._live: Live | None = None
        self._outcome: Outcome | None = None
        self._result: Result | None = None

    @property
    def watched(self) -> list[Path]:
        """The files whose change asks for a step: the plugins, and of the others those that are there."""
        loose = self._files.loose
        return [path for path, stamp in self._files.stamps().items() if stamp is not None or path in loose]

    @property
    def journal(self) -> Journal | None:
        """What the last conversion recorded, whether it went well or not; None where there was none."""
        return None if self._live is None else self._live.recorder.journal

    def stamps(self) -> dict[Path, Stamp]:
        """The present states of all files that matter, to compare with others."""
        return self._files.stamps()

    def changed(self) -> list[Path]:
        """The files that are not what they were when the last step began; some may have come, others gone."""
        now = self._files.stamps()
        return [path for path in dict.fromkeys((*self._stamps, *now)) if self._stamps.get(path) != now.get(path)]

    def run(self) -> Step:
        """The first step; later on, one that begins at the beginning, whatever has changed."""
        self._live = None
        return self.step()

    def step(self) -> Step:
        """Load the plugins anew and bring the result up to date."""
        begun, began = time.perf_counter(), time.time_ns()
        step = Step(1 if self.last is None else self.last.number + 1)
        if self.last is not None:
            step.changed = self.changed()
        self._stamps = self._files.stamps()
        with warnings.catch_warnings(record=True) as caught, no_cyclic_collection():
            warnings.simplefilter("always")
            try:
                self._update(step)
            except PytocoError as error:
                step.error = error
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; watching goes on
                hint = "this is a fault of pytoco or of a plugin; please report it"
                step.error = InternalError(f"{type(error).__name__}: {error}", hint=hint)
                step.error.__cause__ = error
        told = self._told(step)
        step.notices = [text for text in dict.fromkeys(str(w.message) for w in caught) if text not in told]
        self._learn(step, began)
        step.result = self._result
        step.seconds = time.perf_counter() - begun
        if step.error is None and step.reason is not None and step.result is not None:
            step.result.summary.seconds = step.seconds
        self.last = step
        return step

    def _told(self, step: Step) -> list[str]:
        """Warnings of plugins that were left out which the error of the step says again."""
        failures = self._registry.failures if self._registry is not None and step.error is not None else []
        return [str(failure) for failure in failures if failure.reason in str(step.error)]

    def _update(self, step: Step) -> None:
        said = validate(self.options)
        plan = self._load(step)
        check_destinations(plan.options, self.source)
        if self._live is not None and self._is_current(self._live, plan):
            return
        live = self._resumed(step, plan)
        recorder = WatchRecorder(plan.options) if live is None else live.recorder
        try:
            if live is None:
                others = self._observers(plan)
                self._live = None
                self._live = live = Live(plan, self.source, recorder, others)
            result = live.run(plan)
        finally:
            recorder.save()
        failures = dict.fromkeys((*plan.registry.failures, *live.failures))
        result.summary.warnings[:0] = [*said, *map(str, failures)]
        before, self._outcome = self._outcome, Outcome(result.summary, list(recorder.lines), result.model)
        self._result = result
        step.places = dict(live.faults.places)
        step.changes = None if before is None else changes_between(before, self._outcome)

    # Loading --------------------------------------------------------------------------------------------------------

    def _load(self, step: Step) -> Plan:
        """What the plugins offer now; whatever is loose is imported anew."""
        files = self._files
        has_other_code = any(code_of(path) != self._codes.get(path) for path in files.modules)
        self._generation += has_other_code
        if self._registry is not None:
            for kind in self._registry.ops():
                if kind in ops.known_kinds():
                    ops.unregister(kind)
            self._registry = None
        files.forget_modules(step.changed, all_modules=has_other_code)
        options = self.options
        settings = load_settings(plugins_file=options.plugins_file, names=options.plugin_switches, start=self._start)
        files.learn(settings)
        files.learn_packages()
        self._codes = {path: code_of(path) for path in files.code()}  # before it is loaded: what is edited now shows
        registry = Registry(settings)
        registry.plugins()
        self._registry = registry
        return Plan(registry, options, files, self._codes, self._generation)

    def _learn(self, step: Step, began: int) -> None:
        """Find out what else there is to keep an eye on, now that the step that `began` then has imported it all."""
        files = self._files
        files.learn_modules(self._registry)
        for file, _ in lines_of(step.error):
            files.learn_file(file)
        self._stamps = {path: self._stamps.get(path, stamp) for path, stamp in files.stamps().items()}
        for path in files.modules:
            if path not in self._codes:  # imported by this step, perhaps before it was edited
                stamp = self._stamps.get(path)
                self._codes[path] = code_of(path) if stamp is not None and stamp[0] < began - _GRAIN else ""
        if step.error is not None and (place := place_of(step.error, files.code())):
            step.places[""] = place

    def _observers(self, plan: Plan) -> list[Observer]:
        options = replace(plan.options, journal=None)  # the session records by itself
        return [
            *self.observers,
            Faults(self._files.code()),
            *recorders(plan.options, self.source),
            *plan.registry.observers(options),
        ]

    # Going on -------------------------------------------------------------------------------------------------------

    @staticmethod
    def _is_current(live: Live, plan: Plan) -> bool:
        return live.is_done and live.plan.keys == plan.keys and live.plan.start == plan.start

    def _resumed(self, step: Step, plan: Plan) -> Live | None:
        """The conversion where it is to go on, or None when it has to begin anew; the step is told why."""
        live, outcome = self._live, self._outcome
        step.stage = ""
        if live is None:
            failed = self.last is not None
            step.reason = "the last conversion did not come to a stage" if failed else "this is the first conversion"
            return None
        step.reason = different_start(live.plan.start, plan.start)
        if step.reason:
            if outcome is not None and live.plan.start["the model"] != plan.start["the model"]:
                self._outcome = outcome._replace(model=None)  # its constants may lie in a file that is another one now
            return None
        at, step.reason = _first_stage(live, plan)
        others = live.watching if not ACTIVE.get() else [*recorders(plan.options, self.source)]
        obstacle = clumsy(others)
        if obstacle:
            step.reason += f"; not only from there, as {obstacle} cannot be taken back"
            return None
        if plan.defines_operators:
            step.reason += "; not only from there, as operators are defined anew"
            return None
        if outcome is not None and outcome.model is live.runner.model:
            self._outcome = outcome._replace(model=snapshot(live.runner.model))
        try:
            live.rewind(at)
        except Inexact as error:
            step.reason += f"; not only from there: {error}"
            self._live = None  # it is neither here nor there
            return None
        step.stage = plan.keys[at].name if at < len(plan.keys) else "export"
        return live


def _first_stage(live: Live, plan: Plan) -> tuple[int, str]:
    """The number of the stage from which on the conversion has to be made again, and why."""
    found = different_stage(live.plan.keys, plan.keys)
    if not live.is_done and (found is None or found[0] > len(live.keys)):
        return len(live.keys), "the last step failed there"
    assert found is not None
    return found
