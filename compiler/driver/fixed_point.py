"""Runs stages of passes over a model, each to a joint fixed point at a cost proportional to size plus changes.

The worklist itself is in `stage`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import PassError, PluginError, PytocoError, UsageError, VerifyError, blame, reason_of
from ..ir.events import Event
from ..ir.model import CLOSED
from ..ir.verify import verify, verify_events
from .passes import GraphPass, Pass
from .rounds import rounds
from .stage import Entry, StageRun
from .timing import PassTiming

if TYPE_CHECKING:
    from ..ir import Graph, Model, Op
    from ..plugins.descriptors import Observer
    from ..plugins.registry import Registry


MOST_TOLD = 8
"""Failures of one pass that are told one by one."""


class Statistics:
    """What happened: rewrites by pass, in the order of first firing, warnings, remarks, faults as (pass, operator).

    `failures` counts how often each pass raised.

    With `Runner(timing=True)`, `passes` has a `PassTiming` by (stage, pass), in the order in which they were first run.
    """

    __slots__ = ("failures", "faults", "passes", "remarks", "rewrites", "warnings")

    def __init__(self) -> None:
        self.rewrites: dict[str, int] = {}
        self.faults: list[tuple[str, str]] = []
        self.warnings: list[str] = []
        self.remarks: list[str] = []
        self.passes: dict[tuple[str, str], PassTiming] = {}
        self.failures: dict[str, int] = {}


class Runner:
    """Runs stages of passes over a model.

    `strict` lets a pass that raises, or that the confirmation sweep convicts, stop the conversion with a PassError;
    otherwise its change is undone, that pass is not tried at that operator again, and a warning says so. `verify_each`
    checks the whole model after every rewrite. `shuffle` is a seed: the order of operators and of passes within a stage
    is random, for tests. After rewrite number `limit` only passes that an export needs go on. `timing` measures every
    attempt, into `statistics.passes`. `plugins` knows which of them passes and observers are of, for messages. Raises
    NoFixedPoint when rewrites never come to rest.
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
        plugins: Registry | None = None,
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
        self.plugins = plugins
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
        was, model.open = model.open, CLOSED
        done = dict(self.statistics.rewrites)
        try:
            for graph in rounds(name, model, lambda: self.number):
                StageRun(self, graph, name, local, whole).run()
        except VerifyError as error:
            self._suspect(error, done)
            raise
        finally:
            model.open = was
            model.flush()

    def verify(self) -> None:
        """Check the whole model, after the last stage. Raises VerifyError."""
        try:
            verify(self.model)
        except VerifyError as error:
            self._suspect(error, {})
            raise

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
        """Call every observer, none of which can change the model.

        One that raises is dropped with a warning (with `strict`, its error goes on). A UsageError always goes on: what
        the user asked the observer for is impossible.
        """
        model = self.model
        for observer in list(self.observers):
            was, model.open = model.open, CLOSED
            try:
                call(observer)
            except (Exception, SystemExit) as error:
                origin = "" if self.plugins is None else self.plugins.origin_of_observer(observer)
                who = f"observer {type(observer).__name__}{_of(origin)}"
                if self.strict or isinstance(error, UsageError):
                    if not origin:
                        raise
                    if isinstance(error, PytocoError):
                        blame(error, who)
                        raise
                    raise PluginError(f"{who} failed: {reason_of(error)}") from error
                self.observers.remove(observer)
                self.statistics.warnings.append(f"{who} failed and was dropped: {type(error).__name__}: {error}")
            finally:
                model.open = was

    # Whose fault it is -----------------------------------------------------------------------------------------------

    def origin_of(self, pass_name: str) -> str:
        """Empty for a pass of pytoco's own, else " of plugin 'soft' (of pytoco-soft 1.2)"."""
        return "" if self.plugins is None else _of(self.plugins.origin("register_passes", pass_name))

    def name_pass(self, error: PytocoError, pass_name: str) -> None:
        """Let an error that goes on say from which pass it comes, where that is a plugin's."""
        origin = self.origin_of(pass_name)
        if origin:
            blame(error, f"pass {pass_name!r}{origin}")

    def failed(self, rule: Pass | GraphPass, op: Op | None, graph: Graph, raised: BaseException) -> None:
        """Book a pass that raised; its changes have been rolled back."""
        name = rule.name
        error = raised if isinstance(raised, Exception) else RuntimeError(f"it raised {raised!r}")
        self.notify(lambda o: o.on_failure(rule, op, graph, error))
        where = op.name if op is not None else ""
        who = f"pass {name!r}{self.origin_of(name)}"
        reason = reason_of(error)
        if self.strict:
            raise PassError(f"{who} failed: {reason}", pass_name=name, op=where) from error
        self._blocked.add((name, op))
        failures = self.statistics.failures
        times = failures[name] = failures.get(name, 0) + 1
        if times <= MOST_TOLD:
            self.statistics.warnings.append(f"{who} failed at {where!r} and was undone: {reason}")
        elif times == MOST_TOLD + 1:
            self.statistics.warnings.append(f"{who} failed at more operators, each time undone; no more of it is told")

    def fault(self, name: str, op: Op) -> None:
        """Book a pass that matched only in the confirmation sweep: it looked at something without saying so."""
        self.statistics.faults.append((name, op.name))
        text = (
            f"pass {name!r}{self.origin_of(name)} saw too late that it matches at {op.name!r}: "
            "it looks around without `look`"
        )
        if self.strict:
            raise PassError(text, pass_name=name, op=op.name)
        self.statistics.warnings.append(text)

    def _suspect(self, error: PytocoError, before: Mapping[str, int]) -> None:
        """Let an error about a broken graph, found when that was done, name the passes of plugins that rewrote."""
        rewrites = self.statistics.rewrites
        fired = [name for name, times in rewrites.items() if times > before.get(name, 0)]
        suspects = [f"{name!r}{origin}" for name in fired if (origin := self.origin_of(name))]
        if suspects:
            hint = f"it may have been pass {', '.join(suspects)}: --verify_each tells which rewrite it was"
            error.hint = f"{error.hint}; {hint}" if error.hint else hint


def _of(origin: str) -> str:
    return f" of {origin}" if origin else ""
