"""What cannot be converted says why this very instance cannot, and everything is said in one report."""

from __future__ import annotations

import numpy as np
import pytest

from pytoco.compiler.convert import convert
from pytoco.compiler.errors import UnsupportedError
from tests.graphdefs import FLOAT, INT32, STRING, Type, const, data, node, placeholder

F, N, S, D = Type(FLOAT), Type(INT32), Type(STRING), Type(2)

INPUTS = (
    placeholder("x", 2, 4, 4, 3),
    placeholder("d", 2, 3, dtype=2),
    placeholder("s", 2, dtype=STRING),
    placeholder("i", 1, dtype=INT32),
    placeholder("v", 2, 2, 2, 2, 2, 2, 2),
    const("w", np.ones((1, 1, 3, 2), np.float32)),
)

CASES = {
    "the element type": (node("sum", "AddV2", ["d", "d"], T=D), "Add x1: 'd' is float64"),
    "the type of a string": (node("less", "Less", ["s", "s"], T=S), "Less x1: 's' is string"),
    "the rank": (
        node("turn", "Transpose", ["v", "perm"], T=F, Tperm=N),
        "Transpose x1: rank 7; the kernel takes at most 6",
    ),
    "the layout": (
        node("odd", "Conv2D", ["x", "w"], T=F, strides=[1, 1, 1, 1], padding="SAME", data_format="NCHW_VECT_C"),
        "Conv2D x1: data_format NCHW_VECT_C is neither NHWC nor NCHW",
    ),
    "an attribute": (
        node("step", "Conv2D", ["x", "w"], T=F, strides=[2, 1, 1, 1], padding="SAME", data_format="NHWC"),
        "Conv2D x1: strides [2, 1, 1, 1] goes over batch or depth",
    ),
    "an operand that is computed": (
        node("join", "ConcatV2", ["x", "x", "axis"], T=F, N=2, Tidx=N),
        "ConcatV2 x1: its axis is computed, not constant",
    ),
    "training": (
        node("norm", "FusedBatchNormV3", ["x", "c", "c", "c", "c"], T=F, U=F, epsilon=0.001, is_training=True,
             data_format="NHWC"),
        "FusedBatchNormV3 x1: is_training is true",
    ),
    "an operator that TFLite lacks": (node("gamma", "Lgamma", ["x"], T=F), "Lgamma x1: TFLite has no such operator"),
    "an operator that nobody knows": (node("own", "Frobnicate", ["x"], T=F), "Frobnicate x1: TFLite has no such op"),
}  # fmt: skip

NODES = (
    *INPUTS,
    const("perm", [6, 5, 4, 3, 2, 1, 0], INT32),
    const("c", np.array([1, 2, 3], np.float32)),
    const("none", np.zeros(0, np.int32), INT32),
    node("axis", "Reshape", ["i", "none"], T=N, Tshape=N),
)


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_about_this_instance(name: str) -> None:
    message, reason = CASES[name]
    with pytest.raises(UnsupportedError) as caught:
        convert(data(*NODES, message), output_arrays=[message.name])
    text = str(caught.value)
    assert text.startswith("1 operator cannot be written as TFLite:\n")
    assert reason in text
    assert f"at {message.name}" in text


def test_everything_is_in_one_report_with_a_reason_each() -> None:
    messages = [message for message, _ in CASES.values()]
    with pytest.raises(UnsupportedError) as caught:
        convert(data(*NODES, *messages), output_arrays=[message.name for message in messages])
    text = str(caught.value)
    assert text.startswith(f"{len(CASES)} operators cannot be written as TFLite:\n")
    lines = text.splitlines()[1 : 1 + len(CASES)]
    assert len(lines) == len(CASES)
    for message, reason in CASES.values():
        assert sum(reason in line and f"at {message.name}" in line for line in lines) == 1
    reasons = {line.split(": ", 1)[1].split("; at ")[0] for line in lines}
    assert len(reasons) >= 8
