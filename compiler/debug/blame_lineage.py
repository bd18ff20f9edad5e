"""Who came from whom in a conversion: for each operator and constant that a rewrite made, what the rewrite took.

A rewrite looks at one place, so that all it takes is behind all it makes; a pass over the whole graph changes many
places at once, where only what gives the same arrays belongs together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InvalidModelError
from ..ops.labels import label_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..ir import Array, Graph, Op
    from .journal import Journal, Rewrite


class OpFacts(NamedTuple):
    """An operator as it was made: its id, kind, operands and results by id, and source nodes."""

    id: int
    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    origin: tuple[str, ...]


class Step(NamedTuple):
    """What one rewrite did, by ids: operators it took and made, constants it made, operators that it changed."""

    rewrite: Rewrite
    took: tuple[int, ...]
    made: tuple[int, ...]
    constants: tuple[int, ...]
    changed: tuple[int, ...]


def _items(graph: Graph) -> Iterator[Array | Op]:
    yield from graph.arrays()
    yield from graph.ops()


class Lineage:
    """The history of every item of a journal, read once.

    `ops` are all operators ever met, `names` the last name of each array; `imported` are the ids that the imported
    model has, `final` those of the last one, `final_names` its arrays by name, those of the main graph first.
    `parents` has (id, rewrite) pairs by id, also of operators that were only passed over; `children` the same the other
    way round, without those; `touched` the rewrites that
    changed an operator in place, `gone` the rewrite that took an item away, `instead` the array that is read in place
    of one that has gone. Raises UsageError for a journal without a model, InvalidModelError for a damaged one.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.ops: dict[int, OpFacts] = {}
        self.names: dict[int, str] = {}
        self.constants: set[int] = set()
        self.shapes: dict[int, Any] = {}
        self.parents: dict[int, list[tuple[int, int]]] = {}
        self.children: dict[int, list[tuple[int, int]]] = {}
        self.touched: dict[int, list[int]] = {}
        self.gone: dict[int, int] = {}
        self.instead: dict[int, tuple[int, int]] = {}
        self.steps: dict[int, Step] = {}
        self.producers: dict[int, int] = {}
        replay = journal.replay()
        try:
            self._import(next(line for line in journal.lines if line.get("frame") == 0))
            self.imported = dict.fromkeys((*self.ops, *self.names))
            self.imported_names = dict(self.names)
            self.imported_constants = frozenset(self.constants)
            for rewrite in journal.rewrites:
                self._read(rewrite)
        except (LookupError, TypeError, ValueError) as error:
            raise InvalidModelError(f"the journal is damaged: {error!r}", hint="record the conversion again") from error
        model = replay.finish()
        self.final = {item.id: None for g in model.graphs.values() for item in _items(g)}
        self.final_names: dict[str, int] = {}
        for graph in (model.main, *model.graphs.values()):
            for array in graph.arrays():
                self.final_names.setdefault(array.name, array.id)
        self.final_ops = {op.id: op.name for g in model.graphs.values() for op in g.order()}
        self.final_labels = {op.id: label_lines(op) for g in model.graphs.values() for op in g.ops()}
        self.final_producers = {a.id: op.id for g in model.graphs.values() for op in g.ops() for a in op.outputs}
        self.boundary = dict.fromkeys(a.id for a in (*model.main.inputs, *model.main.outputs))

    def op_name(self, number: int) -> str:
        """The name of an operator: that of its first result, as it was last called."""
        facts = self.ops[number]
        return self.names[facts.outputs[0]] if facts.outputs else facts.kind

    def label(self, number: int) -> str:
        """An operator with its kind, or a constant, for people."""
        facts = self.ops.get(number)
        return f"{facts.kind} {self.op_name(number)!r}" if facts else f"constant {self.names[number]!r}"

    # Reading --------------------------------------------------------------------------------------------------------

    def _import(self, frame: dict[str, Any]) -> None:
        for graph in frame["graphs"]:
            for record in graph["arrays"]:
                self._array(record)
            for record in graph["ops"]:
                self._op(record)

    def _array(self, record: list[Any]) -> None:
        self.names[record[0]] = record[1]
        self.shapes[record[0]] = (record[2], record[3])
        if record[4] is not None:
            self.constants.add(record[0])

    def _op(self, record: list[Any]) -> int:
        number, kind, inputs, outputs, _, origin, _ = record
        self.ops[number] = OpFacts(number, kind, tuple(i for i in inputs if i), tuple(outputs), tuple(origin))
        self.producers.update(dict.fromkeys(outputs, number))
        return int(number)

    def _read(self, rewrite: Rewrite) -> None:
        took: dict[int, None] = {}
        made: dict[int, None] = {}
        changed: dict[int, None] = {}
        constants: dict[int, None] = {}
        spent: dict[int, None] = {}
        for event in rewrite.events:
            code = event[0]
            for record in event[3] if code == "+" else event[5] if code in "wt" else ():
                if record[4] is not None and record[0] not in self.names:
                    constants[record[0]] = None
                self._array(record)
            if code == "+":
                made[self._op(event[2])] = None
            elif code == "-" and event[2] in made:
                del made[event[2]]
            elif code == "-":
                took[event[2]] = None
                spent.update(dict.fromkeys(i for i in self.ops[event[2]].inputs if i in self.constants))
            elif code == "w":
                changed[event[2]] = None
                self._rewired(event, spent, rewrite)
            elif code == "u":
                self._updated(event, changed, constants)
            elif code == "t" and event[2] == "outputs":
                for old, new in zip(event[3], event[4], strict=False):
                    if old != new:
                        self.instead[old] = (new, rewrite.number)
            left = event[3] if code == "-" else event[6] if code in "wt" else ()
            lone = (i for i in left if i in self.constants or i not in self.producers)
            self.gone.update(dict.fromkeys(lone, rewrite.number))
        changed = {i: None for i in changed if i in self.ops and i not in made and i not in took}
        self._link(rewrite, took, made, constants, spent, changed)

    def _rewired(self, event: list[Any], spent: dict[int, None], rewrite: Rewrite) -> None:
        number, old, new = event[2:5]
        facts = self.ops[number]
        self.ops[number] = facts._replace(inputs=tuple(i for i in new if i))
        for before, after in zip(old, new, strict=False):
            if before != after and before is not None:
                if before in self.constants:
                    spent[before] = None
                if after is not None:
                    self.instead[before] = (after, rewrite.number)

    def _updated(self, event: list[Any], changed: dict[int, None], constants: dict[int, None]) -> None:
        _, _, sort, number, field, _, new = event
        if sort == "o":
            changed[number] = None
        elif field == "name":
            self.names[number] = new
        elif field == "value" and new is not None:
            self.constants.add(number)
            constants[number] = None
        elif field == "shape":
            self.shapes[number] = (self.shapes[number][0], new)

    def _link(
        self,
        rewrite: Rewrite,
        took: dict[int, None],
        made: dict[int, None],
        constants: dict[int, None],
        spent: dict[int, None],
        changed: dict[int, None],
    ) -> None:
        number = rewrite.number
        self.steps[number] = Step(rewrite, *(tuple(ids) for ids in (took, made, constants, changed)))
        for i in took:
            self.gone[i] = number
        for i in changed:
            self.touched.setdefault(i, []).append(number)
        local = rewrite.root is not None
        for child in made:
            outputs = self.ops[child].outputs
            self._descend(child, (i for i in took if local or set(self.ops[i].outputs) & set(outputs)), number)
        if not made and not constants:
            self._absorb(took, number)
        for child in constants:
            behind = (
                ((*took, *spent) or tuple(changed)) if local else tuple(i for i in took if child in self.ops[i].outputs)
            )
            self._descend(child, (i for i in behind if i != child), number)

    def _absorb(self, took: Iterable[int], number: int) -> None:
        """What was taken without anything made of it goes on in what is read in its place."""
        for item in took:
            for array in self.ops[item].outputs:
                new, when = self.instead.get(array, (0, 0))
                heir = self.producers.get(new, new)
                if when == number and (heir in self.ops or heir in self.constants):
                    self.parents.setdefault(new if heir in self.gone else heir, []).append((item, number))

    def _descend(self, child: int, parents: Iterable[int], number: int) -> None:
        known = self.parents.setdefault(child, [])
        for parent in parents:
            known.append((parent, number))
            self.children.setdefault(parent, []).append((child, number))
