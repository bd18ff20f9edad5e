"""Join the shards of an embedding (TOCO's UnpartitionEmbeddingLookup, for both of TensorFlow's strategies)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.types import INT32, INT64
from ...compiler.ir.values import materialize
from ...compiler.ops import Unfoldable, get
from ...compiler.ops.base import compute
from ...compiler.ops.gather import GatherAttrs
from ..patterns import Identified, offered, put_in_place

_RISING = ("FloorDiv", "Sub", "Maximum")
_ARITHMETIC = (*_RISING, "FloorMod", "Add", "Less", "Select", "SelectV2", "Cast")
_LONGEST = 24
"""Operators that are followed upwards from a shard's number, or from the place in it, to the ids."""

_MOST = 1 << 27
"""Rows up to which each id is tried."""


class _Found(NamedTuple):
    shards: list[Array]
    ids: Array
    shard: NDArray[Any]
    place: NDArray[Any]


class UnpartitionEmbeddingLookup(Pass):
    """Turn a lookup that is spread over shards into one Gather from a single table.

    The ids are parted by the shard that they belong to, each part is gathered from its constant shard, and
    DynamicStitch puts the rows back where their ids stood. Which row an id means is found by computing it for every id:
    each row of each shard must belong to one id from 0 on, whatever the strategy ("mod" and "div" in TensorFlow). All
    other ids must fail before as they do after. That is proven by trying the nearest ones, provided that the shard's
    number does not fall with growing ids, or is the remainder of a division whose quotient is the place in the shard.

    Before:
        graph main(x: float32[4,3]) -> y {
          axis = const int32[] [1]
          ids = ArgMax(x, axis) {output_type="int32"}
          n = const int32[] [2]
          where = const int32[4] [0, 1, 2, 3]
          even = const float32[2,1] [0.0, 2.0]
          odd = const float32[1,1] [1.0]
          shard = FloorMod(ids, n)
          place = FloorDiv(ids, n)
          p0, p1 = DynamicPartition(place, shard) {num_partitions=2}
          w0, w1 = DynamicPartition(where, shard) {num_partitions=2}
          g0 = Gather(even, p0)
          g1 = Gather(odd, p1)
          y: float32[4,1] = DynamicStitch(w0, w1, g0, g1) {pairs=2}
        }
    After:
        graph main(x: float32[4,3]) -> y {
          axis = const int32[] [1]
          ids = ArgMax(x, axis) {output_type="int32"}
          table = const float32[3,1] [0.0, 1.0, 2.0]
          y = Gather(table, ids)
        }
    """

    name = "unpartition-embedding-lookup"
    stage = "general"
    roots = ("DynamicStitch",)

    def match(self, op: Op, look: Look) -> _Found | None:
        n = op.attrs.pairs
        first, second = look.producer(op, 0, "DynamicPartition"), None
        gathers: list[Op] = []
        for k in range(n):
            gather = look.producer(op, n + k, "Gather")
            if gather is None:
                return None
            gathers.append(gather)
            second = look.producer(gather, 1, "DynamicPartition")
        if first is None or second is None:
            return None
        if op.inputs[:n] != first.outputs or tuple([g.inputs[1] for g in gathers]) != second.outputs:
            return look.fail("{} does not stitch all parts in order", op)
        if first.inputs[1] is not second.inputs[1] or not _counts(look, first):
            return look.fail("{} does not number what {} parts", first, second)
        if not all(_is_shard(look, g, gathers[0].inputs[0]) for g in gathers):
            return None
        tables = [a for a in [g.inputs[0] for g in gathers] if a is not None]
        found = _rows(look, second, tables)
        if found is None:
            return None
        # What stands for the table here has its type, which is all that a target asks for.
        wanted = Identified("Gather", (tables[0], found.ids), GatherAttrs())
        return found if offered(look, self.context.target, op, wanted) else None

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        values = [materialize(a.value) for a in found.shards if a.value is not None]
        table = np.empty((len(found.shard), *values[0].shape[1:]), values[0].dtype)
        for k, value in enumerate(values):
            mine = found.shard == k
            table[mine] = value[found.place[mine]]
        joined = graph.constant(table, found.shards[0].name, found.shards[0].dtype)
        put_in_place(graph, op, Identified("Gather", (joined, found.ids), GatherAttrs()))


def _counts(look: Look, parting: Op) -> bool:
    """Whether what is parted is 0, 1, 2... in one dimension; the operator itself demands as many as there are ids."""
    made = look.producer(parting, 0, "Range")
    if made is not None:
        return look.scalar(made, 0) == 0 and look.scalar(made, 2) == 1
    value = look.constant(parting, 0)
    return value is not None and value.ndim == 1 and bool((value == np.arange(value.size)).all())


def _is_shard(look: Look, gather: Op, like: Array | None) -> bool:
    """Whether a Gather picks rows of a constant that has the rows' type of `like`."""
    table = gather.inputs[0]
    attrs = gather.attrs
    if table is None or table.value is None or table.quantization is not None or attrs.axis or attrs.batch_dims:
        look.fail("{} does not pick rows of a constant", gather)
        return False
    if like is None or not table.shape or not like.shape or table.dtype is not like.dtype:
        look.fail("{} is not a shard of rows as {} is", table, like)
        return False
    if table.shape[1:] != like.shape[1:]:
        look.fail("the rows of {} and {} differ in shape", table, like)
        return False
    return True


def _rows(look: Look, parting: Op, tables: list[Array]) -> _Found | None:
    """The row that each id means, as shard and place in it, if each row has one id and other ids have none."""
    read = _ids(look, parting, len(tables))
    if read is None:
        return None
    ids, rising = read
    if ids.dtype not in (INT32, INT64) or ids.dtype is None:
        return look.fail("{} is neither int32 nor int64", ids)
    n, rows = len(tables), np.array([a.shape[0] for a in tables if a.shape is not None], np.int64)
    total = int(rows.sum())
    if total + n > _MOST:
        return look.fail("{} has too many rows", tables[0])
    tried = np.arange(-n, total + n, dtype=ids.dtype.numpy)
    shard, place = _computed(look, parting, 1, ids, tried), _computed(look, parting, 0, ids, tried)
    if shard is None or place is None:
        return None
    known = (shard >= 0) & (shard < n)
    known &= (place >= 0) & (place < rows[np.where(known, shard, 0)])
    inside = slice(n, n + total)
    first_row = np.cumsum(rows) - rows
    if not known[inside].all() or (np.bincount(first_row[shard[inside]] + place[inside], minlength=total) != 1).any():
        return look.fail("the rows of {} and the other shards are not those of ids from 0 on", tables[0])
    if known.sum() != total or (rising and (shard[0] >= 0 or shard[-1] < n)):
        return look.fail("ids outside of the shards may mean rows, too")
    return _Found(tables, ids, shard[inside], place[inside])


def _ids(look: Look, parting: Op, count: int) -> tuple[Array, bool] | None:
    """The ids that both operands of a DynamicPartition come from, and whether the shards' numbers rise with them."""
    cast = look.producer(parting, 1, "Cast")  # of int64, as numbers of shards are int32
    reader, side = (parting, 1) if cast is None else (cast, 0)
    root = look.producer(reader, side, ("FloorMod", "FloorDiv", "Maximum"))
    if root is None:
        return None
    ids = root.inputs[0]
    if root.kind == "FloorMod":
        quotient = look.producer(parting, 0, "FloorDiv")
        if quotient is None or ids is None or quotient.inputs[0] is not ids:
            return look.fail("{} and the place in the shard do not belong together", root)
        if look.scalar(root, 1) != count or look.scalar(quotient, 1) != count:
            return look.fail("{} does not divide by {} shards", root, count)
        return ids, False
    if root.kind == "Maximum":
        first = look.producer(root, 0, "FloorDiv")
        ids = None if first is None else first.inputs[0]
    if ids is None:
        return None
    waiting = [root]
    for _ in range(_LONGEST):
        if not waiting:
            return ids, True
        op = waiting.pop()
        for k, array in enumerate(op.inputs):
            if array is ids and (k == 0 or op.kind == "Maximum"):
                continue
            if k == 1 and op.kind != "Maximum":
                number = look.scalar(op, 1)
                if number is None or number < 0 or (number == 0 and op.kind == "FloorDiv"):
                    return look.fail("{} may fall with growing ids", op)
                continue
            above = look.producer(op, k, _RISING)
            if above is None:
                return None
            waiting.append(above)
    return look.fail("{} is too far from the ids", root)


def _computed(look: Look, parting: Op, side: int, ids: Array, tried: NDArray[Any]) -> NDArray[Any] | None:
    """What an operand of a DynamicPartition is for these ids, computed element by element."""
    known: dict[Array | None, NDArray[Any]] = {ids: tried}
    waiting = [(parting, side)]
    for _ in range(4 * _LONGEST):
        reader, k = waiting[-1]
        array = reader.inputs[k]
        if array not in known and array is not None and array.value is not None:
            number = look.constant(reader, k)
            if number is None or number.size != 1:
                return look.fail("{} is not one number", array)
            known[array] = number.reshape(())
        if array in known:
            waiting.pop()
            if not waiting:
                return np.broadcast_to(known[array], tried.shape)
            continue
        op = look.producer(reader, k, _ARITHMETIC)
        if op is None:
            return None
        missing = [(op, i) for i, a in enumerate(op.inputs) if a not in known]
        if missing:
            waiting += missing
            continue
        try:
            (result,) = compute(get(op.kind), [known[a] for a in op.inputs], op.attrs)
        except Unfoldable:
            return look.fail("{} cannot be computed", op)
        known[op.outputs[0]] = result
    return look.fail("{} is too far from the ids", parting)
