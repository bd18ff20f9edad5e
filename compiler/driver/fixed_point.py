"""Runs stages of passes over a model, each to a joint fixed point at a cost proportional to size plus changes.

The worklist itself is in `stage`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import PassError, PytocoError, UsageError
from ..ir.events import Event
from ..ir.verify import verify, verify_events
from .passes import GraphPass, Pass
from .rounds import rounds
from .stage import Entry, StageRun
from .timing import PassTiming

if TYPE_CHECKING:
    from ..ir import Graph, Model, Op
    from ..plugins.descriptors import Observer


class Statistics:
    """What happened: rewrites by pass, in the order of first firing, warnings, remarks, faults as (pass, operator).

    With `Runner(timing=True)`, `passes` has a `PassTiming` by (stage, pass), in the order in which they were first run.
    """

    __slots__ = ("faults", "passes", "remarks", "rewrites", "warnings")

    def __init__(self) -> None:
        self.rewrites: dict[str, int] = {}
        self.faults: list[tuple[str, str]] = []
        self.warnings: list[str] = []
        self.remarks: list[str] = []
        self.passes: dict[tuple[str, str], PassTiming] = {}


class Runner:
    """Runs stages of passes over a model.

    `strict` lets a pass that raises, or that the confirmation sweep convicts, stop the conversion with a PassError;
    otherwise its change is undone, that pass is not tried at that operator again, and a warning says so. `verify_each`
    checks the whole model after every rewrite. `shuffle` is a seed: the order of operators and of passes within a stage
    is random, for tests. After rewrite number `limit` only passes that an export needs go on. `timing` measures every
    attempt, into `statistics.passes`. Raises NoFixedPoint when rewrites never come to rest.
    """

    def __init__(
        self,
        model: Model,
        *,
        strict: bool = False,
        verify_each: bool = False,
        observers: Sequence[Observer] = (),
        shuffle: int | None = None,
        limit: int | None = None,
        timing: bool = False,
    ) -> None:
        self.model = model
        self.strict = strict
        self.verify_each = verify_each
        self.observers = list(observers)
        self.random = None if shuffle is None else random.Random(shuffle)
        self.statistics = Statistics()
        self.number = 0
        self.limit = limit
        self.timing = timing
        self.stage = ""
        self._blocked: set[tuple[str, Op | None]] = set()

    def run_stage(self, name: str, passes: Sequence[Pass | GraphPass]) -> None:
        """Run one stage to its fixed point, over every graph of the model."""
        self.stage = name
        self.notify(lambda o: o.on_stage(name, passes))
        local = [Entry(p, self.timing_of(p)) for p in passes if isinstance(p, Pass)]
        whole = [p for p in passes if isinstance(p, GraphPass)]
        if self.random:
            self.random.shuffle(local)
        model = self.model
        model.flush()
        model.begin()
        try:
            for graph in rounds(name, model, lambda: self.number):
                StageRun(self, graph, name, local, whole).run()
        finally:
            model.open -= 1
            model.flush()

    @property
    def is_limited(self) -> bool:
        """Whether only passes that an export needs may still rewrite."""
        return self.limit is not None and self.number >= self.limit

    def timing_of(self, rule: Pass | GraphPass) -> PassTiming | None:
        """Where the attempts of a pass in the present stage are counted; None when nobody asked."""
        return self.statistics.passes.setdefault((self.stage, rule.name), PassTiming()) if self.timing else None

    def check(self, events: list[Event]) -> None:
        """Verify what a rewrite touched, or everything; what it breaks is the fault of the pass."""
        verify_events(events)
        if self.verify_each:
            verify(self.model)

    def committed(self, pass_name: str, op: Op | None, events: list[Event]) -> None:
        """Book a rewrite: count it, tell the listeners and observers."""
        self.number += 1
        rewrites = self.statistics.rewrites
        rewrites[pass_name] = rewrites.get(pass_name, 0) + 1
        if self.timing:
            self.statistics.passes[self.stage, pass_name].rewritten += 1
        for listener in self.model.listeners:
            listener(events)
        if self.observers:
            number, model = self.number, self.model
            self.notify(lambda o: o.after_rewrite(model, pass_name, op, number, events))

    def remarked(self, pass_name: str, op: Op | None, text: str) -> None:
        """Book what a pass has to say, and hand it on."""
        self.statistics.remarks.append(f"{pass_name}{'' if op is None else f' at {op.name!r}'}: {text}")
        self.notify(lambda o: o.on_remark(pass_name, op, text))

    def progressed(self, what: str, done: int, total: int | None) -> None:
        """Tell observers how far work inside of a pass has come."""
        self.notify(lambda o: o.on_progress(what, done, total))

    def notify(self, call: Callable[[Observer], None]) -> None:
        """Call every observer; one that raises is dropped with a warning (with `strict`, its error goes on).

        A UsageError always goes on: what the user asked the observer for is impossible.
        """
        for observer in list(self.observers):
            try:
                call(observer)
            except UsageError:
                raise
            except Exception as error:
                if self.strict:
                    raise
                self.observers.remove(observer)
                self.statistics.warnings.append(
                    f"observer {type(observer).__name__} failed and was dropped: {type(error).__name__}: {error}"
                )

    def failed(self, rule: Pass | GraphPass, op: Op | None, graph: Graph, error: Exception) -> None:
        """Book a pass that raised; its changes have been rolled back."""
        entry_name = rule.name
        self.notify(lambda o: o.on_failure(rule, op, graph, error))
        where = op.name if op is not None else ""
        reason = str(error) if isinstance(error, PytocoError) else f"{type(error).__name__}: {error}"
        reason += "".join(f" ({note})" for note in getattr(error, "__notes__", ()))  # what observers have to add
        if self.strict:
            raise PassError(f"pass {entry_name!r} failed: {reason}", pass_name=entry_name, op=where) from error
        self._blocked.add((entry_name, op))
        self.statistics.warnings.append(f"pass {entry_name!r} failed at {where!r} and was undone: {reason}")

    def fault(self, entry_name: str, op: Op) -> None:
        """Book a pass that matched only in the confirmation sweep: it looked at something without saying so."""
        self.statistics.faults.append((entry_name, op.name))
        text = f"pass {entry_name!r} saw too late that it matches at {op.name!r}: it looks around without `look`"
        if self.strict:
            raise PassError(text, pass_name=entry_name, op=op.name)
        self.statistics.warnings.append(text)
