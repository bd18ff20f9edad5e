"""How two models differ, by names and by structure: operators added, removed and changed, arrays changed and renamed.

Operators of the same kind belong together when their results have the same name, or else when their operands do, or the
operators that read them, or when they come from the same source nodes; what is left over is paired by name whatever its
kind. Arrays belong together by name, or else as results and operands of operators that do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..ir import Array, Dim, Graph, Model, Op, Shape, Value
from ..ir.printing import attribute_text, constant_text, op_text, type_text
from ..ir.values import Stored, ends_of, equal, fingerprint_of, tiles
from .diff_matching import Matching, given, match

Item: TypeAlias = Array | Op


class Change(NamedTuple):
    """One fact that differs: what it is, and its text before and after."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before} -> {self.after}"


class Row(NamedTuple):
    """One line of both graphs side by side: an input, a constant or an operator.

    `status` is "same", "changed", "added" (no `before`) or "removed" (no `after`).
    """

    status: str
    before: Item | None
    after: Item | None
    changes: tuple[Change, ...] = ()


class GraphDiff:
    """How one graph became another; either may be missing.

    `rows` are all inputs, constants and operators, in the order of the graph after, with what was removed before the
    next thing that stayed. `boundary` says how outputs and states differ, `renamed` has pairs of arrays.
    """

    __slots__ = ("_dims", "after", "before", "boundary", "matching", "name", "renamed", "rows")

    def __init__(self, name: str, before: Graph | None, after: Graph | None) -> None:
        self.name = name
        self.before = before
        self.after = after
        self.matching = Matching() if before is None or after is None else match(before, after)
        self._dims: tuple[dict[Dim, str], dict[Dim, str]] = ({}, {})
        self.rows = list(self._rows())
        self.boundary = list(self._boundary())
        pairs = self.matching.arrays.items()
        self.renamed = [(a, b) for a, b in pairs if a.name != b.name]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs, names included."""
        return not self.renamed and not self.boundary and all(row.status == "same" for row in self.rows)

    def line(self, item: Item, *, after: bool) -> str:
        """The line of an item in the text form of its graph."""
        dims = self._dims[after]
        if isinstance(item, Op):
            return op_text(item, dims)
        if item.value is not None:
            return constant_text(item, dims)
        graph = self.after if after else self.before
        role = "input" if graph is not None and item in graph.inputs else "state"
        return f"{role} {item.name}{type_text(item, dims)}"

    def _rows(self) -> Iterator[Row]:
        befores = [] if self.before is None else list(_items(self.before))
        places = {item: k for k, item in enumerate(befores)}
        mates = self._mates(places)
        gone = 0

        def removed(until: int) -> Iterator[Row]:
            nonlocal gone
            while gone < until:
                item = befores[gone]
                gone += 1
                if item not in stayed:
                    yield Row("removed", item, None)

        stayed = set(mates.values())
        for item in () if self.after is None else _items(self.after):
            mate = mates.get(item)
            if mate is None:
                yield Row("added", None, item)
                continue
            yield from removed(places[mate])
            changes = tuple(self._changes(mate, item))
            yield Row("changed" if changes else "same", mate, item, changes)
        yield from removed(len(befores))

    def _mates(self, places: dict[Item, int]) -> dict[Item, Item]:
        """What was before, by what is after, for everything that has a row on both sides."""
        mates: dict[Item, Item] = {b: a for a, b in self.matching.ops.items()}
        pairs = self.matching.arrays.items()
        mates.update({b: a for a, b in pairs if a in places and (a.value is None) == (b.value is None)})
        return mates

    def _changes(self, before: Item, after: Item) -> Iterator[Change]:
        if isinstance(before, Array) or isinstance(after, Array):
            yield from _array_changes(before, after)  # type: ignore[arg-type]  # both are
            return
        if before.kind != after.kind:
            yield Change("kind", before.kind, after.kind)
        yield from _attribute_changes(before.attrs, after.attrs)
        partner = self.matching.arrays
        for what, olds, news in (
            ("operand", given(before), given(after)),
            ("result", before.outputs, after.outputs),
        ):
            for k in range(max(len(olds), len(news))):
                old, new = (items[k] if k < len(items) else None for items in (olds, news))
                if old is None and new is None:
                    continue
                if old is None or new is None or partner.get(old) is not new:
                    yield Change(f"{what} {k}", old.name if old else "none", new.name if new else "none")
                elif what == "result":
                    yield from (c._replace(what=f"{c.what} of {new.name}") for c in _array_changes(old, new))

    def _boundary(self) -> Iterator[Change]:
        before, after = self.before, self.after
        if before is None or after is None:
            return
        partner = self.matching.arrays
        for field in ("inputs", "outputs", "states"):
            old, new = getattr(before, field), getattr(after, field)
            if field == "states":
                same = [(partner.get(s.array), partner.get(s.source)) for s in old] == [tuple(s[:2]) for s in new]
                old, new = ([s.array for s in states] for states in (old, new))
            else:
                same = [partner.get(a) for a in old] == list(new)
            if not same:
                yield Change(field, *(", ".join(a.name for a in arrays) or "none" for arrays in (old, new)))


class ModelDiff:
    """How one model became another, graph by graph; `signatures` has what differs of their keys and names."""

    __slots__ = ("graphs", "signatures")

    def __init__(self, before: Model, after: Model) -> None:
        names = dict.fromkeys((*before.graphs, *after.graphs))
        self.graphs = [GraphDiff(name, before.graphs.get(name), after.graphs.get(name)) for name in names]
        old, new = ({s.key: s for s in model.signatures} for model in (before, after))
        self.signatures = [
            Change(f"signature {key!r}", *(_signature_text(side.get(key)) for side in (old, new)))
            for key in dict.fromkeys((*old, *new))
            if old.get(key) != new.get(key)
        ]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs, names included."""
        return not self.signatures and all(graph.is_same for graph in self.graphs)


def diff_models(before: Model, after: Model) -> ModelDiff:
    """Compare two models; linear in their size, constants are read where they may differ."""
    return ModelDiff(before, after)


def _items(graph: Graph) -> Iterator[Item]:
    """The lines of a graph's text form: inputs, states, constants before their first reader, operators."""
    yield from graph.inputs
    yield from (s.array for s in graph.states)
    shown: set[Array] = set()
    for op in graph.order():
        for array in op.inputs:
            if array is not None and array.value is not None and array not in shown:
                shown.add(array)
                yield array
        yield op
    for array in (*graph.outputs, *(s.source for s in graph.states)):
        if array.value is not None and array not in shown:
            shown.add(array)
            yield array


def _attribute_changes(before: Any, after: Any) -> Iterator[Change]:
    old, new = ({} if attrs is None else attrs._asdict() for attrs in (before, after))
    for field in dict.fromkeys((*old, *new)):
        a, b = old.get(field), new.get(field)
        if a != b:
            yield Change(field, *("none" if v is None else attribute_text(v) for v in (a, b)))


def _array_changes(before: Array, after: Array) -> Iterator[Change]:
    if before.dtype is not after.dtype:
        yield Change("type", str(before.dtype or "?"), str(after.dtype or "?"))
    if not _same_shape(before.shape, after.shape):
        yield Change("shape", _shape_text(before.shape), _shape_text(after.shape))
    for field in ("minmax", "quantization"):
        a, b = getattr(before, field), getattr(after, field)
        if a != b:
            yield Change(field, *(_record_text(v) for v in (a, b)))
    old, new = before.value, after.value
    if old is None or new is None:
        if old is not new:
            yield Change("value", *("computed" if v is None else _value_text(v) for v in (old, new)))
    elif not same_value(old, new):
        yield Change("value", _value_text(old), _value_text(new) + _distance(old, new))


def _record_text(record: Any) -> str:
    """The fields of a range or of quantisation parameters, up to the last one that differs from its default."""
    if record is None:
        return "none"
    values, defaults = list(record), record._field_defaults
    for field in reversed(record._fields):
        if field not in defaults or values[-1] != defaults[field]:
            break
        values.pop()
    return attribute_text(values)


def _same_shape(a: Shape, b: Shape) -> bool:
    """Equal, one unknown dimension counting as another."""
    if a is None or b is None:
        return a is b
    return len(a) == len(b) and all(
        x == y or (isinstance(x, Dim) and isinstance(y, Dim)) for x, y in zip(a, b, strict=True)
    )


def same_value(a: Value, b: Value) -> bool:
    """Whether both have the same elements; by their fingerprints where one is known by nothing else."""
    if isinstance(a, Stored) or isinstance(b, Stored):
        return a.shape == b.shape and a.dtype == b.dtype and fingerprint_of(a) == fingerprint_of(b)
    return equal(a, b)


def _shape_text(shape: Shape) -> str:
    return "[*]" if shape is None else f"[{','.join(str(d) if isinstance(d, int) else '?' for d in shape)}]"


def _value_text(value: Value) -> str:
    ends = [f"{v:g}" if isinstance(v, float) else str(v) for v in ends_of(value).tolist()]
    if value.size > 4:
        ends.insert(2, "…")
    return f"{{{', '.join(ends)}}}"


def _distance(a: Value, b: Value) -> str:
    """In words, by how much two values of one shape and numeric type differ at most."""
    if isinstance(a, Stored) or isinstance(b, Stored) or a.shape != b.shape or a.dtype != b.dtype:
        return ""
    if a.dtype.kind not in "fiu" or not a.size:
        return ""
    most = 0.0
    for x, y in zip(tiles(a), tiles(b), strict=True):
        with np.errstate(all="ignore"):
            most = max(most, float(np.max(np.abs(np.subtract(x, y, dtype=np.float64)))))
    return f" (by at most {most:.3g})"


def _signature_text(signature: Any) -> str:
    if signature is None:
        return "none"
    return f"({', '.join(own for own, _ in signature.inputs)}) -> ({', '.join(own for own, _ in signature.outputs)})"
