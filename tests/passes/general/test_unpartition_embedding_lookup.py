"""Partitioned embeddings: one table where every id keeps its row, and the shards stay where some id would not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pytoco
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.unpartition_embedding_lookup import UnpartitionEmbeddingLookup
from tests import litert
from tests.passes.graphs import graph

DATA = np.load(Path(__file__).parents[2] / "data" / "embeddings.npz")
NAMES = sorted({key.split("/")[0] for key in DATA.files})

INPUTS = "x: float32[4,5]"
IDS = ("axis = const int32[] [1]", 'ids = ArgMax(x, axis) {output_type="int32"}')
COUNT = ("where = const int32[4] [0, 1, 2, 3]",)
SHARDS = ("a = const float32[3,1] [0.0, 2.0, 4.0]", "b = const float32[2,1] [1.0, 3.0]")
MOD = ("n = const int32[] [2]", "shard = FloorMod(ids, n)", "place = FloorDiv(ids, n)")
PARTS = (
    "p0, p1 = DynamicPartition(place, shard) {num_partitions=2}",
    "w0, w1 = DynamicPartition(where, shard) {num_partitions=2}",
)
ROWS = ("g0 = Gather(a, p0)", "g1 = Gather(b, p1)")
STITCH = ("y: float32[4,1] = DynamicStitch(w0, w1, g0, g1) {pairs=2}",)

# "div" for 3 + 2 rows: the first 5 % 2 shards have one row more than 5 // 2
DIV = (
    "three = const int32[] [3]",
    "two = const int32[] [2]",
    "one = const int32[] [1]",
    "s0 = FloorDiv(ids, three)",
    "less = Sub(ids, one)",
    "s1 = FloorDiv(less, two)",
    "shard = Maximum(s0, s1)",
    "early = Less(shard, one)",
    "p = FloorMod(ids, three)",
    "q = FloorMod(less, two)",
    "place = Select(early, p, q)",
)
IN_ORDER = ("a = const float32[3,1] [0.0, 1.0, 2.0]", "b = const float32[2,1] [3.0, 4.0]")


def lookup(
    *,
    inputs: str = INPUTS,
    outputs: str = "y",
    ids: tuple[str, ...] = IDS,
    count: tuple[str, ...] = COUNT,
    shards: tuple[str, ...] = SHARDS,
    strategy: tuple[str, ...] = MOD,
    parts: tuple[str, ...] = PARTS,
    rows: tuple[str, ...] = ROWS,
    stitch: tuple[str, ...] = STITCH,
) -> str:
    """A lookup by the strategy "mod" in 3 + 2 rows, with parts of it exchanged."""
    return graph(inputs, outputs, *ids, *count, *shards, *strategy, *parts, *rows, *stitch)


TABLE = "t = const float32[5,1] [0.0, 1.0, 2.0, 3.0, 4.0]"
ONE = graph(INPUTS, "y", *IDS, TABLE, "y: float32[4,1] = Gather(t, ids)")

REWRITES = {
    "mod": lookup(),
    "div": lookup(shards=IN_ORDER, strategy=DIV),
    "blocks of three": lookup(
        shards=IN_ORDER,
        strategy=("three = const int32[] [3]", "shard = FloorDiv(ids, three)", "place = FloorMod(ids, three)"),
    ),
    "the numbers are made by Range": lookup(
        count=(
            "start = const int32[] [0]",
            "end = const int32[] [4]",
            "step = const int32[] [1]",
            "where = Range(start, end, step)",
        )
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_one_table(name: str) -> None:
    assert_rewrites(REWRITES[name], ONE, UnpartitionEmbeddingLookup)


def test_the_numbers_of_unknown_many_ids() -> None:
    made = (
        "z = const int32[] [0]",
        "u = const int32[] [1]",
        "m = Shape(ids)",
        "size = ReduceProd(m, z)",
        "where = Range(z, size, u)",
    )
    inputs, result = "x: float32[?n,5]", "y: float32[?n,1] = "
    assert_rewrites(
        lookup(inputs=inputs, count=made, stitch=(STITCH[0].replace("y: float32[4,1] = ", result),)),
        graph(inputs, "y", *IDS, TABLE, f"{result}Gather(t, ids)"),
        UnpartitionEmbeddingLookup,
    )


def test_int64_ids() -> None:
    ids = (IDS[0], "ids = ArgMax(x, axis)")
    strategy = (
        "n = const int64[] [2]",
        "long = FloorMod(ids, n)",
        "place = FloorDiv(ids, n)",
        'shard = Cast(long) {dtype="int32"}',
    )
    assert_rewrites(
        lookup(ids=ids, strategy=strategy), ONE.replace(' {output_type="int32"}', ""), UnpartitionEmbeddingLookup
    )


NEAR_MISSES = {
    "rows without an id": (
        lookup(shards=("a = const float32[4,1] [0.0, 2.0, 4.0, 6.0]", SHARDS[1])),
        "not those of ids from 0 on",
    ),
    "shards exchanged": (
        lookup(shards=(SHARDS[0].replace("a =", "b ="), SHARDS[1].replace("b =", "a ="))),
        "ids from 0 on",
    ),
    "a shard that is computed": (
        lookup(inputs=f"{INPUTS}, a: float32[3,1]", shards=SHARDS[1:]),
        "does not pick rows of a constant",
    ),
    "parts in another order": (
        lookup(rows=("g0 = Gather(a, p1)", "g1 = Gather(b, p0)")),
        "does not stitch all parts in order",
    ),
    "places in another order": (
        lookup(stitch=("y: float32[4,1] = DynamicStitch(w1, w0, g0, g1) {pairs=2}",)),
        "does not stitch all parts in order",
    ),
    "rows put elsewhere": (lookup(count=("where = const int32[4] [0, 1, 3, 2]",)), "does not number"),
    "rows counted from 1": (
        lookup(
            count=(
                "step = const int32[] [1]",
                "end = const int32[] [5]",
                "where = Range(step, end, step)",
            )
        ),
        "does not number",
    ),
    "the place is that of other ids": (
        lookup(strategy=(*MOD[:2], "other = Neg(ids)", "place = FloorDiv(other, n)")),
        "do not belong together",
    ),
    "another divisor for the place": (
        lookup(strategy=(*MOD[:2], "m = const int32[] [3]", "place = FloorDiv(ids, m)")),
        "does not divide by 2 shards",
    ),
    "numbers and places parted differently": (
        lookup(
            parts=(
                PARTS[0],
                "turned = Sub(n, shard)",
                "w0, w1 = DynamicPartition(where, turned) {num_partitions=2}",
            )
        ),
        "does not number",
    ),
    "an id beyond the last means a row": (
        lookup(shards=IN_ORDER, strategy=(*DIV[:3], "shard = FloorDiv(ids, three)", DIV[4], *DIV[7:])),
        "may mean rows, too",
    ),
    "the shard's number falls": (
        lookup(
            shards=IN_ORDER,
            strategy=(*DIV[:4], "less = Sub(one, ids)", *DIV[5:]),
        ),
        "",
    ),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    text, reason = NEAR_MISSES[name]
    assert_unchanged(text, UnpartitionEmbeddingLookup, reason=reason)


@pytest.mark.parametrize("name", NAMES)
def test_what_tensorflow_partitions_becomes_one_gather(name: str) -> None:
    made = pytoco.convert(
        DATA[f"{name}/graph"].tobytes(), input_arrays=["ids"], output_arrays=["y"], strict=True, verify_each=True
    )
    assert made.summary.operators == {"GATHER": 1}
    assert isinstance(made.data, bytes)
    (found,) = litert.run(made.data, [DATA[f"{name}/ids"]])
    np.testing.assert_array_equal(found, DATA[f"{name}/y"])
