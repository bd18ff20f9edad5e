"""LSTM steps: whatever the order of the gates, and only where the runtime may overwrite what it starts from."""

import numpy as np
import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.backends.tflite.writer import write
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged, evaluate, random_inputs, run_passes
from pytoco.passes.recurrent.identify_lstm_cell import IdentifyLstmCell
from tests import litert
from tests.passes.graphs import graph

INPUTS = "x: float32[2,3], u: float32[2,2], v: float32[2,2]"
WEIGHTS = ("w = const float32[8,5] seed 1", "b = const float32[8] seed 2", "axis = const int32[] [1]")
STATES = ("h = Neg(u)", "c = Neg(v)")
JOINED = ("xh = Concatenation(x, h) {axis=1}", "z = FullyConnected(xh, w, b)")
CELL = ("fs = Logistic(f)", "kept = Mul(fs, c)", "is = Logistic(i)", "js = Tanh(j)", "new = Mul(is, js)")
END = ("c1 = Add(kept, new)", "t = Tanh(c1)", "os = Logistic(o)", "y = Mul(os, t)")
SPLIT = "i, j, f, o = Split(axis, z) {num=4}"


def step(
    *,
    inputs: str = INPUTS,
    outputs: str = "y",
    states: tuple[str, ...] = STATES,
    product: tuple[str, ...] = JOINED,
    split: tuple[str, ...] = (SPLIT,),
    cell: tuple[str, ...] = CELL,
    end: tuple[str, ...] = END,
) -> str:
    """One step, with parts of it exchanged."""
    return graph(inputs, outputs, *WEIGHTS, *states, *product, *split, *cell, *end)


FUSED = graph(INPUTS, "y", *WEIGHTS[:2], *STATES, "y, c1, joined, z = LstmCell(x, h, w, b, c)")

SAME = {
    "TensorFlow's order": step(),
    "the state is an output": (step(outputs="y, c1")),
    "products and sums exchanged": step(
        cell=("fs = Logistic(f)", "kept = Mul(c, fs)", "is = Logistic(i)", "js = Tanh(j)", "new = Mul(js, is)"),
        end=("c1 = Add(new, kept)", "t = Tanh(c1)", "os = Logistic(o)", "y = Mul(t, os)"),
    ),
    "the last axis": step(split=("last = const int32[] [-1]", SPLIT.replace("axis", "last"))),
    "the bias is added later": step(
        product=(
            JOINED[0],
            "z0 = FullyConnected(xh, w)",
            "zero = const float32[8] splat 0.0",
            "z1 = Add(z0, b)",
            "z = Add(z1, zero)",
        )
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_one_operator(name: str) -> None:
    outputs = "y, c1" if "c1 {" in SAME[name] else "y"
    assert_rewrites(SAME[name], FUSED.replace("-> y {", f"-> {outputs} {{"), IdentifyLstmCell)


VARIANTS = {
    "Keras' order": step(split=("i, f, j, o = Split(axis, z) {num=4}",)),
    "the activation comes first": step(product=("hx = Concatenation(h, x) {axis=1}", "z = FullyConnected(hx, w, b)")),
    "two products": step(
        product=(
            "w1 = const float32[8,3] seed 4",
            "w2 = const float32[8,2] seed 5",
            "z1 = FullyConnected(x, w1)",
            "z2 = FullyConnected(h, w2, b)",
            "z3 = Add(z1, z2)",
            "z = Add(z3, b)",
        )
    ),
    "something is added to gates": step(
        split=(
            "one = const float32[] [1.0]",
            "k = const float32[2] [0.25, 0.5]",
            "i, j0, f0, o = Split(axis, z) {num=4}",
            "f = Add(f0, one)",
            "j = Add(k, j0)",
        )
    ),
}


@pytest.mark.parametrize("text", VARIANTS.values(), ids=VARIANTS.keys())
def test_other_orders_compute_the_same(text: str) -> None:
    model = parse(text)
    values = random_inputs(model.main, 3)
    wanted = evaluate(model.main, values)["y"]
    run_passes(model, IdentifyLstmCell)
    assert model.main.kinds() == {"LstmCell": 1, "Neg": 2}
    np.testing.assert_allclose(evaluate(model.main, values)["y"], wanted, atol=1e-6)


NEAR_MISSES = {
    "the activation is an input": step(inputs="x: float32[2,3], h: float32[2,2], v: float32[2,2]", states=STATES[1:]),
    "the state is an input": step(inputs="x: float32[2,3], u: float32[2,2], c: float32[2,2]", states=STATES[:1]),
    "the state is constant": step(
        inputs="x: float32[2,3], u: float32[2,2]", states=(STATES[0], "c = const float32[2,2] splat 0.0")
    ),
    "the activation before is an output": step(outputs="y, h"),
    "the state before is an output": step(outputs="y, c"),
    "the activation before has another reader": step(outputs="y, e", end=(*END, "e = Exp(h)")),
    "the state before has another reader": step(outputs="y, e", end=(*END, "e = Exp(c)")),
    "a gate has another reader": step(outputs="y, e", end=(*END, "e = Exp(is)")),
    "another squashing function": step(cell=(*CELL[:3], "js = Relu(j)", "new = Mul(is, js)")),
    "one gate twice": step(end=(*END[:2], "os = Logistic(f)", "y = Mul(os, t)")),
    "the Split is of rows": step(
        inputs="x: float32[4,30], u: float32[4,2], v: float32[1,8]",
        product=("w3 = const float32[8,32] seed 1", JOINED[0], "z = FullyConnected(xh, w3, b)"),
        split=("rows = const int32[] [0]", SPLIT.replace("axis", "rows")),
    ),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyLstmCell)


def test_it_can_be_switched_off() -> None:
    options = Options(debug_disable_recurrent_cell_fusion=True)
    assert_unchanged(step(), IdentifyLstmCell, options=options, reason="debug_disable_recurrent_cell_fusion")


def test_a_chain_of_steps_computes_the_same_in_litert_every_time() -> None:
    lines = [*WEIGHTS, "zero = const float32[2,2] splat 0.0", "h0 = Mul(x0, zero)", "c0 = Mul(x0, zero)"]
    for k in range(4):
        part = [JOINED[0].replace("(x,", f"(x{k % 2},"), JOINED[1], SPLIT, *CELL, *END]
        for line in part:
            left, right = line.split(" = ")
            names = ["xh", "z", "i", "j", "f", "o", "fs", "kept", "is", "js", "new", "c1", "t", "os", "y"]
            for text in names:
                left = ", ".join(f"{n}_{k}" if n == text else n for n in left.split(", "))
            for mark in "(),":
                right = right.replace(mark, f" {mark} ")
            words = [f"{w}_{k}" if w in names else {"h": f"h{k}", "c": f"c{k}"}.get(w, w) for w in right.split(" ")]
            lines.append(
                f"{left} = {''.join(words)}".replace(f"y_{k} =", f"h{k + 1} =").replace(f"c1_{k}", f"c{k + 1}")
            )
    text = graph("x0: float32[2,2], x1: float32[2,2]", "y", *lines, "y = Neg(h4)").replace("[8,5]", "[8,4]")
    model = parse(text)
    values = random_inputs(model.main, 5)
    wanted = evaluate(model.main, values)["y"]
    run_passes(model, IdentifyLstmCell, target=TfliteTarget())
    assert model.main.kinds()["LstmCell"] == 4
    data = write(model, None, {}).data
    assert isinstance(data, bytes)
    for _ in range(2):
        found = litert.run(data, [values["x0"], values["x1"]])
        np.testing.assert_allclose(found[0], wanted, atol=1e-6)
