"""LSTM layers in both directions: one operator, which LiteRT runs with the same result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.backends.tflite.writer import write
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import assert_rewrites, assert_unchanged, evaluate, random_inputs, run_passes
from pytoco.passes.recurrent.group_bidirectional_sequence_lstm import GroupBidirectionalSequenceLstm
from tests import litert
from tests.passes.graphs import graph
from tests.passes.recurrent.bidirectional import NEAR_MISSES, SAME, layers

STATES = (
    "state fh: float32[2,3] <- fh",
    "state fc: float32[2,4] <- fc",
    "state bh: float32[2,3] <- bh",
    "state bc: float32[2,4] <- bc",
)
GATES = ("i", "f", "c", "o")


def weights(side: str, cells: int, outputs: int, gates: tuple[str, ...]) -> tuple[str, ...]:
    """Constants of a layer over 3 features: weights, recurrent weights and biases of its gates."""
    seed = ord(side)
    return (
        *(f"{side}w{g} = const float32[{cells},3] seed {seed + k}" for k, g in enumerate(gates)),
        *(f"{side}r{g} = const float32[{cells},{outputs}] seed {seed + 9 + k}" for k, g in enumerate(gates)),
        *(f"{side}b{g} = const float32[{cells}] seed {seed + 20 + k}" for k, g in enumerate(gates)),
    )


WEIGHTS = (
    *weights("f", 4, 3, GATES),
    *(f"fp{g} = const float32[4] seed {k}" for k, g in enumerate(("i", "f", "o"))),
    "fm = const float32[3,4] seed 30",
    "fn = const float32[3] seed 31",
    *weights("b", 4, 3, GATES[1:]),
    "bm = const float32[3,4] seed 32",
)
"""The forward layer has everything, the backward one neither input gate nor peepholes nor projection's bias."""

FORWARD = "fwi, fwf, fwc, fwo, fri, frf, frc, fro, fpi, fpf, fpo, fbi, fbf, fbc, fbo, fm, fn"
BACKWARD = "_, bwf, bwc, bwo, _, brf, brc, bro, _, _, _, _, bbf, bbc, bbo, bm, _"
ONE = graph(
    "x: float32[5,2,3]",
    "y",
    *STATES,
    *WEIGHTS,
    f"y = BidirectionalSequenceLstm(x, {FORWARD}, {BACKWARD}, fh, fc, bh, bc)",
)


def both(**exchanged: Any) -> str:
    return layers(
        "UnidirectionalSequenceLstm",
        constants=(*STATES, *WEIGHTS),
        forward=f"{FORWARD}, fh, fc",
        backward=f"{BACKWARD}, bh, bc",
        **exchanged,
    )


@pytest.mark.parametrize("exchanged", [{}, *SAME.values()], ids=["as it is", *SAME])
def test_one_operator(exchanged: dict[str, Any]) -> None:
    assert_rewrites(both(**exchanged), ONE, GroupBidirectionalSequenceLstm)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(both(**NEAR_MISSES[name]), GroupBidirectionalSequenceLstm)


def test_litert_computes_the_same() -> None:
    model = parse(both())
    values = random_inputs(model.main, 2)
    wanted = evaluate(model.main, values)["y"]
    run_passes(model, GroupBidirectionalSequenceLstm, target=TfliteTarget())
    assert model.main.kinds() == {"BidirectionalSequenceLstm": 1}
    data = write(model, None, {}).data
    assert isinstance(data, bytes)
    np.testing.assert_allclose(litert.run(data, [values["x"]])[0], wanted, rtol=1e-5, atol=1e-6)


def test_layers_of_different_sizes_stay_where_the_runtime_has_no_kernel_for_them() -> None:
    smaller = [line.replace("float32[4,3]", "float32[3,3]") if line[0] == "b" else line for line in WEIGHTS]
    smaller = [line.replace("float32[4]", "float32[3]") if line[0] == "b" else line for line in smaller]
    text = layers(
        "UnidirectionalSequenceLstm",
        constants=(*STATES[:3], STATES[3].replace("4", "3"), *smaller[:-1]),
        forward=f"{FORWARD}, fh, fc",
        backward=f"{BACKWARD.replace('bm', '_')}, bh, bc",
    )
    assert_unchanged(text, GroupBidirectionalSequenceLstm, target=TfliteTarget(), reason="the same shape")
