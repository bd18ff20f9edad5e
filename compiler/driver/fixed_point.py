"""The worklist: runs the passes of a stage to a joint fixed point, at a cost proportional to size plus changes.

Operators are queued in execution order and dispatched by kind. After a rewrite, what it touched is queued again,
together with what could see the change: downstream as far as passes have looked up, upstream as far as they have
looked down, and the last reader left of an array that lost one. When the list is empty a sweep over everything
confirms that no pass matches any more; what still does was missed, which is reported as a fault of that pass and
repaired on the spot.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import PassError, PytocoError, UsageError
from ..ir.events import ADD, REMOVE, RETARGET, REWIRE, Event
from ..ir.verify import verify, verify_events
from .endless import Watch
from .look import Look
from .passes import GraphPass, Pass

if TYPE_CHECKING:
    from ..ir import Array, Graph, Model, Op
    from ..plugins.descriptors import Observer


class Statistics:
    """What happened: rewrites by pass, in the order of first firing, warnings, and faults as (pass, operator name)."""

    __slots__ = ("faults", "rewrites", "warnings")

    def __init__(self) -> None:
        self.rewrites: dict[str, int] = {}
        self.faults: list[tuple[str, str]] = []
        self.warnings: list[str] = []


class _Entry:
    """A pass in the dispatch table, with what has been learned about how far it looks."""

    __slots__ = ("match", "name", "reach", "rewrite", "rule")

    def __init__(self, rule: Pass) -> None:
        self.rule = rule
        self.name = rule.name
        self.match = rule.match
        self.rewrite = rule.rewrite
        self.reach = 1


class Runner:
    """Runs stages of passes over a model.

    `strict` lets a pass that raises, or that the confirmation sweep convicts, stop the conversion with a PassError;
    otherwise its change is undone, that pass is not tried at that operator again, and a warning says so. `verify_each`
    checks the whole model after every rewrite. `shuffle` is a seed: the order of operators and of passes within a stage
    is random, for tests. Raises NoFixedPoint when rewrites never come to rest.
    """

    def __init__(
        self,
        model: Model,
        *,
        strict: bool = False,
        verify_each: bool = False,
        observers: Sequence[Observer] = (),
        shuffle: int | None = None,
    ) -> None:
        self.model = model
        self.strict = strict
        self.verify_each = verify_each
        self.observers = list(observers)
        self.random = None if shuffle is None else random.Random(shuffle)
        self.statistics = Statistics()
        self.number = 0
        self._blocked: set[tuple[str, Op | None]] = set()

    def run_stage(self, name: str, passes: Sequence[Pass | GraphPass]) -> None:
        """Run one stage to its fixed point, over every graph of the model."""
        self.notify(lambda o: o.on_stage(name))
        local = [_Entry(p) for p in passes if isinstance(p, Pass)]
        whole = [p for p in passes if isinstance(p, GraphPass)]
        if self.random:
            self.random.shuffle(local)
        model = self.model
        model.flush()
        model.begin()
        try:
            for graph in list(model.graphs.values()):
                _StageRun(self, graph, name, local, whole).run()
        finally:
            model.open -= 1
            model.flush()

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
        for listener in self.model.listeners:
            listener(events)
        if self.observers:
            number, model = self.number, self.model
            self.notify(lambda o: o.after_rewrite(model, pass_name, op, number, events))

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

    def failed(self, entry_name: str, op: Op | None, error: Exception) -> None:
        """Book a pass that raised; its changes have been rolled back."""
        where = op.name if op is not None else ""
        reason = str(error) if isinstance(error, PytocoError) else f"{type(error).__name__}: {error}"
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


class _StageRun:
    """One stage over one graph."""

    def __init__(self, runner: Runner, graph: Graph, stage: str, entries: list[_Entry], whole: list[GraphPass]) -> None:
        self.runner = runner
        self.graph = graph
        self.entries = entries
        self.whole = whole
        self.look = Look(graph)
        self.up = self.down = 1
        self.corner = False
        self.reach: dict[str, int] = {}
        self.queue: deque[Op] = deque()
        self.distance: dict[Op, int] = {}
        self.table: dict[str, list[_Entry]] = {}
        self.watch = Watch(stage, graph)

    def run(self) -> None:
        ops = self.candidates(renumber=True)
        if self.runner.random:
            self.runner.random.shuffle(ops)
        self.queue.extend(ops)
        self.distance = dict.fromkeys(ops, 0)
        while True:
            self.drain()
            if self.run_whole():
                continue
            if not self.confirm():
                return

    def candidates(self, *, renumber: bool = False) -> list[Op]:
        """The operators that some pass may match, in execution order, or by rank where only a few kinds matter."""
        roots = dict.fromkeys(kind for e in self.entries for kind in e.rule.roots)
        if all(e.rule.roots for e in self.entries):
            return sorted((op for kind in roots for op in self.graph.ops(kind)), key=lambda op: (op.rank, op.id))
        if renumber:
            self.graph.renumber()
        return self.graph.order()

    def entries_for(self, kind: str) -> list[_Entry]:
        found = self.table.get(kind)
        if found is None:
            found = [e for e in self.entries if not e.rule.roots or kind in e.rule.roots]
            self.table[kind] = found
        return found

    def drain(self) -> None:
        queue, distance, entries_for = self.queue, self.distance, self.entries_for
        present = self.graph._node
        while queue:
            op = queue.popleft()
            far = distance.pop(op, None)
            if far is not None and op in present:
                self.visit(op, entries_for(op.kind), far)

    def visit(self, op: Op, entries: list[_Entry], far: int) -> _Entry | None:
        """Try the passes that look `far` enough at one operator; the one that rewrote."""
        look = self.look
        for entry in entries:
            if far > entry.reach:
                continue
            look.root = op  # as Look.begin does, without the call
            look.up = look.down = 1
            look.corner = False
            if look.depth:
                look.depth.clear()
            try:
                found = entry.match(op, look)
            except Exception as error:  # noqa: BLE001 - a pass may raise anything; it is reported by name
                self.learn(entry)
                if (entry.name, op) not in self.runner._blocked:
                    self.runner.failed(entry.name, op, error)
                continue
            if look.up > 1 or look.down > 1:
                self.learn(entry)
            if found is not None and found is not False and self.apply(entry, op, found):
                return entry
        return None

    def apply(self, entry: _Entry, op: Op, found: Any) -> bool:
        """Let a pass rewrite what it matched, as one transaction; whether anything changed."""
        graph, runner = self.graph, self.runner
        if runner._blocked and (entry.name, op) in runner._blocked:
            return False
        model = runner.model
        log = model.log
        mark = len(log)
        graph.new_op_rank, graph.new_op_origin = op.rank, op.origin
        try:
            entry.rewrite(op, found, graph)
            events = log[mark:]
            if not events:
                return False
            runner.check(events)
        except Exception as error:  # noqa: BLE001 - as above
            model.rollback(mark)
            runner.failed(entry.name, op, error)
            return False
        except BaseException:
            model.rollback(mark)
            raise
        del log[mark:]
        runner.committed(entry.name, op, events)
        self.watch.rewrote(entry.name, op, events)
        self.requeue(events)
        self.push(op, 0)
        return True

    def learn(self, entry: _Entry) -> None:
        """Remember how far the attempt looked, for what is to be tried again after later rewrites."""
        look = self.look
        self.corner = self.corner or look.corner
        self.up = max(self.up, look.up)
        self.down = max(self.down, look.down)
        reach = look.up + look.down if look.corner else max(look.up, look.down)
        if reach > entry.reach:
            entry.reach = reach
            for kind in entry.rule.roots or self.graph.kinds():
                self.reach[kind] = max(self.reach.get(kind, 1), reach)

    def run_whole(self) -> bool:
        runner, graph = self.runner, self.graph
        log = runner.model.log
        changed = False
        for rule in self.whole:
            if (rule.name, None) in runner._blocked:
                continue
            mark = len(log)
            graph.new_op_origin = ()
            try:
                rule.run(graph)
                events = log[mark:]
                if not events:
                    continue
                runner.check(events)
            except Exception as error:  # noqa: BLE001 - as above
                runner.model.rollback(mark)
                runner.failed(rule.name, None, error)
                continue
            del log[mark:]
            runner.committed(rule.name, None, events)
            self.watch.rewrote(rule.name, None, events)
            self.requeue(events)
            changed = True
        return changed

    def confirm(self) -> bool:
        """One sweep of every pass over every operator; whether anything still matched."""
        fired = False
        for op in self.candidates():
            entry = self.visit(op, self.entries_for(op.kind), 0) if op in self.graph else None
            if entry is not None:
                self.runner.fault(entry.name, op)
                fired = True
        return fired

    # What to try again ----------------------------------------------------------------------------------------------

    def push(self, op: Op, far: int) -> None:
        """Queue an operator because of a change `far` steps away, unless no pass for it looks as far."""
        known = self.distance.get(op)
        if known is None:
            if far > self.reach.get(op.kind, 1) or not self.entries_for(op.kind):
                return
            self.distance[op] = far
            if self.runner.random and self.runner.random.random() < 0.5:
                self.queue.appendleft(op)
            else:
                self.queue.append(op)
        elif far < known:
            self.distance[op] = far

    def requeue(self, events: list[Event]) -> None:
        """Queue what could see a committed rewrite."""
        pred, succ = self.graph._pred, self.graph._succ
        touched: dict[Op, None] = {}
        push = self.push
        for event in events:
            code, item = event[0], event[2]
            if code == ADD:
                touched[item] = None
            elif code == REMOVE or code == REWIRE:  # noqa: PLR1714, SIM109 - the inner loop
                if code == REWIRE:
                    touched[item] = None
                for array in event[3]:
                    if array in pred:
                        self.lost_reader(array)
            elif code == RETARGET:
                if item != "states":
                    for array in (*event[3], *event[4]):
                        if array in pred:
                            touched.update((*pred[array].items(), *succ[array].items()))
            elif event[3] != "name" and item in pred:
                if item in self.graph._ops:
                    touched[item] = None
                else:
                    touched.update((*pred[item].items(), *succ[item].items()))
        ring = [op for op in touched if op in pred]
        for op in ring:
            push(op, 0)
            for array in pred[op]:
                for producer in pred[array]:
                    push(producer, 1)
            for array in succ[op]:
                for user in succ[array]:
                    push(user, 1)
        if self.corner:
            self.further(ring, self.up + self.down, (pred, succ))
        else:
            if self.up > 1:
                self.further(ring, self.up, (succ,))
            if self.down > 1:
                self.further(ring, self.down, (pred,))

    def lost_reader(self, array: Array) -> None:
        """Queue those to whom it matters that an array has one reader less: its producer and a last reader left."""
        for producer in self.graph._pred[array]:
            self.push(producer, 0)
        readers = self.graph._succ[array]
        if len(readers) == 1:
            for user in readers:
                self.push(user, 0)

    def further(self, ring: list[Op], reach: int, ways: Sequence[dict[Any, dict[Any, Any]]]) -> None:
        """Queue what lies further away, along links in these directions, as far as passes have looked."""
        seen = dict.fromkeys(ring)
        for far in range(1, reach + 1):
            following: list[Op] = []
            for op in ring:
                for links in ways:
                    for array in links[op]:
                        for other in links[array]:
                            if other not in seen:
                                seen[other] = None
                                following.append(other)
                                if far > 1:
                                    self.push(other, far)
            ring = following
