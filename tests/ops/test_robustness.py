"""Whatever operands a broken model gives an operator: a shape, or a typed error, and what is inferred is computed."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from pytoco.compiler import ops
from pytoco.compiler.errors import PytocoError
from pytoco.compiler.ir import Array, Dim
from pytoco.compiler.ir.types import BOOL, FLOAT32, INT32
from pytoco.compiler.ops.base import OpDef, check_operands, compute
from tests.ops.evaluate import SIZED_BY_DATA, array, const

VALUES: dict[str, list[Any]] = {
    "padding": ["SAME", "VALID", "EXPLICIT", "ODD"],
    "explicit": [(), (0, 1, 2, 0), (1,), (-1, 0, 0, 0)],
    "activation": ["NONE", "RELU6"],
    "dtype": [FLOAT32, INT32, BOOL],
    "output_type": [INT32],
    "mode": ["REFLECT", "SYMMETRIC", "ODD"],
    "source": ["HWIO", "HWIM"],
    "target": ["OHWI", "1HWO"],
    "axes": [(), (0,), (-1, 1), (7,)],
    "epsilon": [0.1],
    "min": [None, -1.0],
    "max": [None, 1.0, -2.0],
    "num_bits": [8, 0],
    "boundaries": [(), (0.0, 1.0, 1.0), (2.0, 1.0)],
    "index_type": [INT32],
}
ROUNDS = 400


def operand(rng: random.Random) -> Array:
    rank = rng.choice([0, 1, 1, 2, 3, 4, 4, 4])
    extents: list[Any] = [rng.choice([0, 1, 2, 2, 3, 4]) for _ in range(rank)]
    what = rng.random()
    if what < 0.45:
        numbers = np.random.default_rng(rng.randrange(1000)).integers(-2, 5, extents)
        return const(numbers, rng.choice([np.int32, np.int32, np.float32, np.bool_]))
    dtype = rng.choice([FLOAT32, FLOAT32, INT32, BOOL, None])
    if what < 0.55:
        return array(None, dtype=dtype)
    return array(*[Dim("d") if rng.random() < 0.2 else d for d in extents], dtype=dtype)


def attributes(definition: type[OpDef], rng: random.Random) -> Any:
    if definition.Attrs is None:
        return None
    fields = definition.Attrs._fields
    return definition.Attrs(*[rng.choice(VALUES.get(f, [-1, 0, 1, 1, 2, 2, 3])) for f in fields])


@pytest.mark.parametrize("kind", sorted(set(ops.known_kinds()) - {"Opaque"}))
def test_any_operands_give_a_result_or_a_typed_error(kind: str) -> None:
    definition = ops.get(kind)
    rng = random.Random(kind)
    least, most = definition.arity
    for _ in range(ROUNDS):
        inputs = [operand(rng) for _ in range(rng.randint(least, min(most, least + 2)))]
        attrs = attributes(definition, rng)
        try:
            check_operands(definition, inputs)
            types = definition.infer(inputs, attrs)
            if not all(x.is_constant for x in inputs):
                continue
            results = compute(definition, [x.numpy() for x in inputs], attrs)
        except PytocoError:
            continue
        assert [r.shape for r in results] == [t.shape for t in types] or kind in SIZED_BY_DATA
