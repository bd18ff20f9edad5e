"""One stage over one graph: the worklist.

Operators are queued in execution order and dispatched by kind. After a rewrite, what it touched is queued again,
together with what could see the change: downstream as far as passes have looked up, upstream as far as they have
looked down, and the last reader left of an array that lost one. When the list is empty a sweep over everything
confirms that no pass matches any more; what still does was missed, which is reported as a fault of that pass and
repaired on the spot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..ir.events import ADD, REMOVE, RETARGET, REWIRE, Event
from ..ir.model import CLOSED
from .endless import Watch
from .look import Look
from .passes import GraphPass, Pass
from .timing import PassTiming

if TYPE_CHECKING:
    from ..ir import Array, Graph, Op
    from .fixed_point import Runner


RAISED = (Exception, SystemExit)
"""What a pass may raise without ending the conversion: one that calls `sys.exit` has failed like any other."""


class Entry:
    """A pass in the dispatch table, with what has been learned about how far it looks."""

    __slots__ = ("match", "name", "reach", "rewrite", "rule")

    def __init__(self, rule: Pass, timing: PassTiming | None = None) -> None:
        self.rule = rule
        self.name = rule.name
        self.match = rule.match if timing is None else timing.matching(rule.match)
        self.rewrite = rule.rewrite if timing is None else timing.rewriting(rule.rewrite)
        self.reach = 1


class StageRun:
    """One stage over one graph."""

    def __init__(self, runner: Runner, graph: Graph, stage: str, entries: list[Entry], whole: list[GraphPass]) -> None:
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
        self.table: dict[str, list[Entry]] = {}
        self.watch = Watch(stage, graph, runner.origin_of)

    def run(self) -> None:
        """Run the stage to its fixed point."""
        if self.runner.is_limited:
            self.keep_needed()
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

    def keep_needed(self) -> None:
        """From here on only with the passes that an export needs."""
        self.entries = [e for e in self.entries if e.rule.needed]
        self.whole = [rule for rule in self.whole if rule.needed]
        self.table.clear()

    def entries_for(self, kind: str) -> list[Entry]:
        """The passes that are tried at operators of a kind."""
        found = self.table.get(kind)
        if found is None:
            found = [e for e in self.entries if not e.rule.roots or kind in e.rule.roots]
            self.table[kind] = found
        return found

    def drain(self) -> None:
        """Visit what is queued until nothing is."""
        queue, distance, entries_for = self.queue, self.distance, self.entries_for
        present = self.graph._node
        while queue:
            op = queue.popleft()
            far = distance.pop(op, None)
            if far is not None and op in present:
                self.visit(op, entries_for(op.kind), far)

    def visit(self, op: Op, entries: list[Entry], far: int) -> Entry | None:
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
            except RAISED as error:  # a pass may raise anything; it is reported by name
                self.learn(entry)
                if (entry.name, op) not in self.runner._blocked:
                    self.runner.failed(entry.rule, op, self.graph, error)
                continue
            if look.up > 1 or look.down > 1:
                self.learn(entry)
            if found is not None and found is not False and self.apply(entry, op, found):
                return entry
        return None

    def apply(self, entry: Entry, op: Op, found: Any) -> bool:
        """Let a pass rewrite what it matched, as one transaction; whether anything changed."""
        graph, runner = self.graph, self.runner
        if runner._blocked and (entry.name, op) in runner._blocked:
            return False
        model = runner.model
        log = model.log
        mark = len(log)
        graph.new_op_rank, graph.new_op_origin = op.rank, op.origin
        model.open = 1
        try:
            entry.rewrite(op, found, graph)
            events = log[mark:]
            if not events:
                return False
            runner.check(events)
        except UsageError as error:  # what the user asked for is impossible
            model.rollback(mark)
            runner.name_pass(error, entry.name)
            raise
        except RAISED as error:
            model.rollback(mark)
            runner.failed(entry.rule, op, graph, error)
            return False
        except BaseException:
            model.rollback(mark)
            raise
        finally:
            model.open = CLOSED  # for matches and observers: one that changes something raises
        del log[mark:]
        runner.committed(entry.name, op, events)
        self.watch.rewrote(entry.name, op, events)
        if runner.number == runner.limit:
            self.keep_needed()
        self.requeue(events)
        self.push(op, 0)
        return True

    def learn(self, entry: Entry) -> None:
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
        """Run the passes over the whole graph; whether one of them changed something."""
        runner, graph = self.runner, self.graph
        model = runner.model
        log = model.log
        changed = False
        for rule in self.whole:
            if (rule.name, None) in runner._blocked:
                continue
            mark = len(log)
            graph.new_op_origin = ()
            timing = runner.timing_of(rule)
            model.open = 1
            try:
                (rule.run if timing is None else timing.rewriting(rule.run))(graph)
                events = log[mark:]
                if not events:
                    continue
                runner.check(events)
            except UsageError as error:  # as above
                model.rollback(mark)
                runner.name_pass(error, rule.name)
                raise
            except RAISED as error:
                model.rollback(mark)
                runner.failed(rule, None, graph, error)
                continue
            except BaseException:
                model.rollback(mark)
                raise
            finally:
                model.open = CLOSED
            del log[mark:]
            runner.committed(rule.name, None, events)
            self.watch.rewrote(rule.name, None, events)
            if runner.number == runner.limit:
                self.keep_needed()
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
