"""Recurrent layers, unrolled, against onnxruntime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import helper
from parity import assert_parity, convert, model, random
from pytoco.compiler import UnsupportedError

N = helper.make_node
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
STEPS, BATCH, WIDTH, HIDDEN = 5, 2, 3, 4


def layer(op: str, *, bias: bool = True, initial: bool = False, **attributes: Any) -> Any:
    count = 2 if attributes.get("direction") == "bidirectional" else 1
    rows = GATES[op] * HIDDEN
    constants = {"w": random(count, rows, WIDTH), "r": random(count, rows, HIDDEN) * np.float32(0.5)}
    names = ["x", "w", "r", "", "", "", ""]
    if bias:
        constants["b"] = random(count, 2 * rows)
        names[3] = "b"
    if initial:
        constants["h"] = random(count, BATCH, HIDDEN)
        names[5] = "h"
        if op == "LSTM":
            constants["c"] = random(count, BATCH, HIDDEN, seed=1)
            names[6] = "c"
    names = names if op == "LSTM" else names[:6]
    outputs = ["y", "last", "cell"] if op == "LSTM" else ["y", "last"]
    nodes = [N(op, names, outputs, hidden_size=HIDDEN, **attributes)]
    return model(nodes, {"x": random(STEPS, BATCH, WIDTH)}, outputs, constants)


@pytest.mark.parametrize("op", GATES)
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
def test_directions(op: str, direction: str) -> None:
    assert_parity(layer(op, direction=direction), {"x": random(STEPS, BATCH, WIDTH)})


@pytest.mark.parametrize("op", GATES)
def test_without_biases_and_from_a_given_state(op: str) -> None:
    assert_parity(layer(op, bias=False, initial=True), {"x": random(STEPS, BATCH, WIDTH)})


@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_a_gru_that_resets_behind_the_product(direction: str) -> None:
    proto = layer("GRU", direction=direction, linear_before_reset=1)
    assert_parity(proto, {"x": random(STEPS, BATCH, WIDTH)})


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"activations": ["Relu"]}, "its activations are Relu"),
        ({"clip": 3.0}, "its attribute 'clip' is set"),
        ({"layout": 1}, "its attribute 'layout' is set"),
    ],
)
def test_what_is_not_unrolled(attributes: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnsupportedError, match=reason):
        convert(layer("RNN", **attributes))
