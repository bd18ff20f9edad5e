"""Loops whose variables change places: TensorFlow Lite's WHILE would overwrite one before it has read it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import pytoco
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import assert_unchanged, run_passes
from pytoco.passes.lowering.ensure_loop_copies import EnsureLoopCopies
from tests.frontends.graphdef.test_control_flow import COUNT, LIMIT
from tests.graphdefs import FLOAT, INT32, Type, data, func, function, node, placeholder, tensor
from tests.litert import run
from tests.passes.graphs import graph
from tests.passes.loops import BELOW, LOOP, STEP

INPUTS = ["n", "a", "b"]
TYPES = [Type(INT32), Type(FLOAT), Type(FLOAT)]


def looped(first: str, second: str) -> bytes:
    """A loop, run until a count is 3, whose body returns these for the variables `a` and `b`."""
    results = {"m": "next:z:0", "p": first, "q": second}
    nodes = [
        COUNT,
        node("next", "AddV2", ["n", "one:output:0"], T=Type(INT32)),
        node("sum", "AddV2", ["a", "b"], T=Type(FLOAT)),
        node("ones", "Const", dtype=Type(FLOAT), value=tensor([1.0])),
    ]
    go = function(
        "below", INPUTS, {"go": "less:z:0"}, [LIMIT, node("less", "Less", ["n", "limit:output:0"], T=Type(INT32))]
    )
    loop = node("y", "While", ["n", "x", "z"], cond=func("below"), body=func("step"), T=TYPES)
    fed = (placeholder("n", dtype=INT32), placeholder("x", 1), placeholder("z", 1))
    return data(*fed, loop, functions=[function("step", INPUTS, results, nodes), go])


CASES: dict[str, tuple[str, str, Callable[[float, float], tuple[float, float]]]] = {
    "exchanged": ("b", "a", lambda a, b: (b, a)),
    "one after the other": ("sum:z:0", "a", lambda a, b: (a + b, a)),
    "the other way round": ("b", "sum:z:0", lambda a, b: (b, a + b)),
    "both the same": ("a", "a", lambda a, b: (a, a)),
    "a constant": ("ones:output:0", "sum:z:0", lambda a, b: (1.0, a + b)),
}


@pytest.mark.parametrize("start", [0, 1, 2, 3])
@pytest.mark.parametrize("name", CASES)
def test_litert_computes_what_the_loop_says(name: str, start: int) -> None:
    first, second, step = CASES[name]
    made = pytoco.convert(
        looped(first, second), input_arrays=["n", "x", "z"], output_arrays=["y:1", "y:2"], strict=True
    )
    a, b = 2.0, 10.0
    for _ in range(start, 3):
        a, b = step(a, b)
    values = [np.array(start, np.int32), np.array([2], np.float32), np.array([10], np.float32)]
    assert [found.tolist() for found in run(bytes(made.data or b""), values)] == [[a], [b]]


def test_copies_are_made_once() -> None:
    swap = "graph swap(n: int32[], a: float32[2], b: float32[2]) -> n, b, a {\n}\n"
    below = BELOW.replace("a: float32[2]", "a: float32[2], b: float32[2]")
    loop = 'm: int32[], y: float32[2], w: float32[2] = While(n, x, z) {cond_graph="below", body_graph="swap"}'
    model = parse(graph("n: int32[], x: float32[2], z: float32[2]", "y", loop) + below + swap)
    assert run_passes(model, EnsureLoopCopies).rewrites == {"ensure-loop-copies": 1}
    assert model.graphs["swap"].kinds() == {"Identity": 2}
    assert not run_passes(model, EnsureLoopCopies).rewrites


def test_a_variable_in_its_own_place_stays() -> None:
    text = graph("n: int32[], x: float32[2]", "y", f"m: int32[], y: float32[2] = {LOOP}") + BELOW + STEP
    assert_unchanged(text, EnsureLoopCopies, reason="takes the place of another one")
