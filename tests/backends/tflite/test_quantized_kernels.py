"""Every row of the table of quantised kernels, in LiteRT: a model of that one operator, calibrated and quantised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.backends.tflite.quantized import KERNELS
from pytoco.backends.tflite.target import TfliteTarget
from pytoco.backends.tflite.writer import write
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.quantization import calibration_engines
from pytoco.compiler.quantization.rules import is_real, real_operands, rule_of
from pytoco.compiler.testing import evaluate, run_passes
from pytoco.passes.boundary.convert_outputs import ConvertOutputs
from pytoco.passes.calibration.calibrate_with_samples import CalibrateWithSamples
from pytoco.passes.general.remove_unused_op import RemoveUnusedOp
from pytoco.passes.quantize.insert_quantize import InsertQuantize
from pytoco.passes.quantize.quantize_operator import QuantizeOperator
from pytoco.passes.quantize.remove_trivial_quantize import RemoveTrivialQuantize
from pytoco.passes.range_flow.propagate_ranges import PropagateRanges
from tests import litert
from tests.passes.graphs import graph

IMAGE, PAIR, ROWS = "1,4,4,2", "x: float32[{0}], z: float32[{0}]", "1,6"
WINDOW = '{kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}'


def constant(name: str, shape: tuple[int, ...], seed: int = 0) -> str:
    """A statement that makes random weights."""
    values = np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32).reshape(-1)
    return f"{name} = const float32{list(shape)} {[float(v) for v in values]}"


def ints(name: str, *values: int) -> str:
    """A statement that makes a vector of integers."""
    return f"{name} = const int32[{len(values)}] {list(values)}"


def one(shape: str, *lines: str) -> str:
    """A graph of one input."""
    return graph(f"x: float32[{shape}]", "y", *lines)


def two(shape: str, line: str) -> str:
    """A graph of two inputs of one shape."""
    return graph(PAIR.format(shape), "y", line)


BIAS = constant("b", (3,), 1)
CONV = 'y = {}(x, w, b) {{stride_h=1, stride_w=1, padding="SAME"}}'

GRAPHS: dict[str, str] = {
    "Conv": one(IMAGE, constant("w", (3, 3, 3, 2)), BIAS, CONV.format("Conv")),
    "DepthwiseConv": one("1,4,4,3", constant("w", (1, 3, 3, 3)), BIAS, CONV.format("DepthwiseConv")),
    "TransposeConv": one(
        IMAGE,
        ints("s", 1, 8, 8, 3),
        constant("w", (3, 2, 2, 2)),
        BIAS,
        'y = TransposeConv(s, w, x, b) {stride_h=2, stride_w=2, padding="SAME"}',
    ),
    "FullyConnected": one(ROWS, constant("w", (3, 6)), BIAS, "y = FullyConnected(x, w, b)"),
    "BatchMatMul": graph("x: float32[1,3,4], z: float32[1,4,2]", "y", "y = BatchMatMul(x, z)"),
    "Div": graph(
        PAIR.format(ROWS), "y", "z1 = Relu(z)", "k = const float32[] [1.0]", "z2 = Add(z1, k)", "y = Div(x, z2)"
    ),
    "PRelu": one(IMAGE, constant("w", (1, 1, 2)), "y = PRelu(x, w)"),
    "LeakyRelu": one(IMAGE, "y = LeakyRelu(x) {alpha=0.25}"),
    "Softmax": one(ROWS, "y = Softmax(x) {beta=1.0}"),
    "Mean": one(IMAGE, ints("a", 1, 2), "y = Mean(x, a) {keep_dims=true}"),
    **{
        kind: one(IMAGE, ints("a", 1), f"y = {kind}(x, a) {{keep_dims=false}}")
        for kind in ("Sum", "ReduceMax", "ReduceMin")
    },
    **{kind: one(IMAGE, f"y = {kind}(x) {WINDOW}") for kind in ("AveragePool", "MaxPool")},
    "Concatenation": two(IMAGE, "y = Concatenation(x, z) {axis=3}"),
    "Pack": two(ROWS, "y = Pack(x, z) {axis=0}"),
    "Unpack": graph("x: float32[2,6]", "y, v", "y, v = Unpack(x) {num=2, axis=0}"),
    "Split": graph("x: float32[2,6]", "y, v", "a = const int32[] [1]", "y, v = Split(a, x) {num=2}"),
    "SplitV": graph(
        "x: float32[2,6]", "y, v", ints("s", 2, 4), "a = const int32[] [1]", "y, v = SplitV(x, s, a) {num=2}"
    ),
    "Reshape": one(ROWS, ints("s", 2, 3), "y = Reshape(x, s)"),
    "Squeeze": one(ROWS, "y = Squeeze(x) {axes=[0]}"),
    "ExpandDims": one(ROWS, "a = const int32[] [0]", "y = ExpandDims(x, a)"),
    "Transpose": one(IMAGE, ints("s", 0, 3, 1, 2), "y = Transpose(x, s)"),
    "Slice": one(ROWS, ints("b", 0, 1), ints("s", 1, 4), "y = Slice(x, b, s)"),
    "StridedSlice": one(ROWS, ints("b", 0, 1), ints("e", 1, 5), ints("s", 1, 2), "y = StridedSlice(x, b, e, s)"),
    "Pad": one(ROWS, "p = const int32[2,2] [0, 0, 1, 2]", "y = Pad(x, p)"),
    "PadV2": one(ROWS, "p = const int32[2,2] [0, 0, 1, 2]", "v = const float32[] [0.5]", "y = PadV2(x, p, v)"),
    "MirrorPad": one(ROWS, "p = const int32[2,2] [0, 0, 1, 2]", 'y = MirrorPad(x, p) {mode="REFLECT"}'),
    "Gather": one(ROWS, ints("i", 3, 1), "y = Gather(x, i) {axis=1}"),
    "GatherNd": one("3,4", "i = const int32[2,1] [2, 0]", "y = GatherNd(x, i)"),
    "Tile": one(ROWS, ints("m", 1, 2), "y = Tile(x, m)"),
    "BroadcastTo": one(ROWS, ints("s", 3, 6), "y = BroadcastTo(x, s)"),
    "ReverseV2": one(ROWS, ints("a", 1), "y = ReverseV2(x, a)"),
    "TopKV2": graph(f"x: float32[{ROWS}]", "y", "k = const int32[] [2]", "y, i = TopKV2(x, k)"),
    **{kind: one(IMAGE, ints("s", 8, 8), f"y = {kind}(x, s)") for kind in ("ResizeBilinear", "ResizeNearestNeighbor")},
    "SpaceToDepth": one(IMAGE, "y = SpaceToDepth(x) {block_size=2}"),
    "DepthToSpace": one("1,4,4,8", "y = DepthToSpace(x) {block_size=2}"),
    "SpaceToBatchND": one(IMAGE, ints("s", 2, 2), "p = const int32[2,2] [0, 0, 0, 0]", "y = SpaceToBatchND(x, s, p)"),
    "BatchToSpaceND": one(
        "4,2,2,2", ints("s", 2, 2), "p = const int32[2,2] [0, 0, 0, 0]", "y = BatchToSpaceND(x, s, p)"
    ),
    **{
        kind: graph(
            PAIR.format(ROWS), "y", "c = const bool[1,6] [true, false, true, false, true, true]", f"y = {kind}(c, x, z)"
        )
        for kind in ("Select", "SelectV2")
    },
    **{
        kind: one(ROWS, "a = const int32[] [1]", f'y = {kind}(x, a) {{output_type="int32"}}')
        for kind in ("ArgMax", "ArgMin")
    },
    "Rsqrt": one(ROWS, "a = Relu(x)", "k = const float32[] [1.0]", "b = Add(a, k)", "y = Rsqrt(b)"),
}
WIDTH = 4.0
"""What lies between the least and the greatest input."""

BINARY = (
    *("Add", "Sub", "Mul", "SquaredDifference", "Maximum", "Minimum"),
    *("Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"),
)
TYPES = {"uint8": "QUANTIZED_UINT8", "int8": "INT8", "int16": "QUANTIZED_INT16"}


def text_of(kind: str) -> str:
    """A graph with an operator of that kind."""
    if kind in BINARY:
        return two(ROWS, f"y = {kind}(x, z)")
    return GRAPHS.get(kind) or one(ROWS, f"y = {kind}(x)")


def samples(model: Model, count: int, seed: int) -> list[list[Any]]:
    """Inputs between -2 and 2, on steps that neither are equal nor nearly so."""
    random = np.random.default_rng(seed)
    shapes: list[Any] = [a.shape for a in model.main.inputs]
    made = [
        [
            random.permutation(np.linspace(-WIDTH / 2, WIDTH / 2, int(np.prod(s)))).reshape(s).astype(np.float32)
            for s in shapes
        ]
    ]
    return made * count


def quantised(kind: str, dtype: str) -> tuple[Model, Model, list[list[Any]]]:
    """The float model of that kind, what the passes make of it, and its samples."""
    before, after = parse(text_of(kind)), parse(text_of(kind))
    given = samples(before, 1, seed=3)
    options = Options(
        inference_type=TYPES[dtype],  # type: ignore[arg-type]  # coerced
        inference_input_type="FLOAT",  # type: ignore[arg-type]
        inference_output_type="FLOAT",  # type: ignore[arg-type]
        representative_dataset=given,
    )
    target = TfliteTarget()
    for stage in (
        [PropagateRanges],
        [CalibrateWithSamples],
        [PropagateRanges],
        [QuantizeOperator, InsertQuantize, RemoveTrivialQuantize, RemoveUnusedOp],
        [ConvertOutputs],
    ):
        run_passes(after, stage, target=target, options=options)
    return before, after, given


@pytest.fixture(autouse=True)
def _no_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calibrate with numpy: a process for every row would take a minute."""
    monkeypatch.setattr(calibration_engines, "is_runtime_installed", lambda: False)


@pytest.mark.parametrize(("kind", "dtype"), KERNELS)
def test_litert_computes_what_the_float_operator_does(kind: str, dtype: str) -> None:
    before, after, given = quantised(kind, dtype)
    (op,) = after.main.ops(kind)
    rule = rule_of(kind)
    assert rule is not None
    assert op.inputs[real_operands(op, rule)[0]].dtype.name == dtype  # type: ignore[union-attr]
    assert all(a.quantization is not None for a in op.outputs if is_real(a))
    data = write(after, None, {}).data
    assert isinstance(data, bytes)
    expected = evaluate(before.main, given[0])
    for wanted, found in zip(expected.values(), litert.run(data, given[0]), strict=True):
        if wanted.dtype.kind != "f":
            np.testing.assert_array_equal(found, wanted)
            continue
        width = max(float(wanted.max()), 0.0) - min(float(wanted.min()), 0.0)
        codes = 65535 if dtype == "int16" and rule.weights is None else 255  # weights have eight bits always
        np.testing.assert_allclose(found, wanted, rtol=0, atol=2 * width / codes + WIDTH / codes)
