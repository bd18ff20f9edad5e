"""Recurrent layers that TensorFlow 1's OpHints made one node of (tests/data/make_ophints.py), and SVDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.ops import get
from pytoco.compiler.ops.sequence import SvdfAttrs
from pytoco.frontends.graphdef import load
from tests import litert
from tests.graphdefs import Type, const, data, node, placeholder

FOLDER = Path(__file__).parents[2] / "data" / "ophints"
RESULTS = np.load(FOLDER / "results.npz")
BUILTINS = {
    "lstm": "UNIDIRECTIONAL_SEQUENCE_LSTM",
    "lstm_plain": "UNIDIRECTIONAL_SEQUENCE_LSTM",
    "rnn": "UNIDIRECTIONAL_SEQUENCE_RNN",
    "bidirectional_lstm": "BIDIRECTIONAL_SEQUENCE_LSTM",
    "bidirectional_rnn": "BIDIRECTIONAL_SEQUENCE_RNN",
}


def converted(source: bytes) -> Any:
    return pytoco.convert(source, input_arrays=["x"], output_arrays=["y"], strict=True, verify_each=True)


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_a_layer_computes_what_tensorflow_computes(name: str) -> None:
    made = converted((FOLDER / f"{name}.pb").read_bytes())
    (found,) = litert.run(made.data, [RESULTS["x"]])
    np.testing.assert_allclose(found, RESULTS[name], rtol=1e-5, atol=1e-6)
    assert made.summary.operators == {BUILTINS[name]: 1}


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_its_kernel_computes_the_same(name: str) -> None:
    graph = load((FOLDER / f"{name}.pb").read_bytes(), {"output_arrays": ("y",)}).main
    values: dict[Any, Any] = {graph.inputs[0]: RESULTS["x"]}
    values |= {
        state.array: np.zeros([int(str(d)) for d in state.array.shape or ()], np.float32) for state in graph.states
    }
    for op in graph.order():
        operands = [None if a is None else a.numpy() if a.is_constant else values[a] for a in op.inputs]
        values.update(zip(op.outputs, get(op.kind).kernel(operands, op.attrs), strict=True))
    np.testing.assert_allclose(values[graph.outputs[0]], RESULTS[name], rtol=1e-5, atol=1e-6)


def test_states_are_variables_that_start_as_zeros() -> None:
    graph = load((FOLDER / "lstm.pb").read_bytes(), {"output_arrays": ("y",)}).main
    assert [state.array.shape for state in graph.states] == [(2, 4), (2, 5)]
    (layer,) = graph.ops("UnidirectionalSequenceLstm")
    assert [layer.inputs[k] for k in (18, 19)] == [state.array for state in graph.states]


def rnn(*start: Any) -> bytes:
    weights = np.ones((2, 3), np.float32), np.ones((2, 2), np.float32), np.zeros(2, np.float32)
    constants = [const(f"w{k}", value) for k, value in enumerate(weights)]
    layer = node(
        "layer", "UnidirectionalSequenceRnn", ["x", "w0", "w1", "w2", "h"], _tflite_input_indices=[0, 1, 2, 3, 4]
    )
    return data(placeholder("x", 4, 1, 3), *constants, *start, layer, node("y", "Identity", ["layer:1"], T=Type(1)))


def test_a_state_that_starts_with_something_else_is_refused() -> None:
    (op,) = load(rnn(const("h", np.ones((1, 2), np.float32))), {"output_arrays": ("y",)}).main.ops("Opaque")
    assert "does not start as zeros" in op.attrs.reason
    assert load(rnn(const("h", np.zeros((1, 2), np.float32))), {"output_arrays": ("y",)}).main.ops(
        "UnidirectionalSequenceRnn"
    )


def test_svdf_agrees_with_litert_on_the_first_step() -> None:
    random = np.random.default_rng(4)
    features, times, bias = (random.normal(size=s).astype("f") for s in ((6, 3), (6, 4), (3,)))
    x = random.normal(size=(2, 3)).astype("f")
    layer = node("y", "Svdf", ["x", "w", "t", "b"], Rank=2, ActivationFunction="Relu")
    made = converted(data(placeholder("x", 2, 3), const("w", features), const("t", times), const("b", bias), layer))
    assert made.summary.operators == {"SVDF": 1}
    (found,) = litert.run(made.data, [x])
    newest = (x @ features.T * times[:, -1]).reshape(2, 3, 2).sum(2) + bias
    np.testing.assert_allclose(found, np.maximum(newest, 0), rtol=1e-5, atol=1e-6)
    state = np.zeros((2, 24), np.float32)
    (kernel,) = get("Svdf").kernel([x, features, times, bias, state], SvdfAttrs(2, "RELU"))
    np.testing.assert_allclose(kernel, found, rtol=1e-5, atol=1e-6)
