"""What onnxruntime makes of a graph as text, held against what pytoco's reference kernels make of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import onnx
from numpy.typing import NDArray
from pytoco.compiler import Model, WriteReport, parse
from pytoco.testing import assert_same_values, evaluate, random_inputs, run_passes

from pytoco_onnx.layout.merge_transposes import MergeTransposes
from pytoco_onnx.layout.sink_transpose import SinkTranspose
from pytoco_onnx.layout.transpose_into_weights import TransposeIntoWeights
from pytoco_onnx.layout.transpose_to_reshape import MergeReshapes, TransposeToReshape
from pytoco_onnx.lowering.lower_batch_normalization import LowerBatchNormalization
from pytoco_onnx.lowering.lower_conv import LowerConv
from pytoco_onnx.lowering.lower_image import LowerImage
from pytoco_onnx.lowering.lower_pool import LowerPool
from pytoco_onnx.lowering.lower_reorder_axes import LowerReorderAxes
from pytoco_onnx.lowering.lower_resize import LowerResize
from pytoco_onnx.lowering.lower_transpose_conv import LowerTransposeConv
from pytoco_onnx.lowering.read_quantized import ReadQuantized
from pytoco_onnx.lowering.split_activation import SplitActivation
from pytoco_onnx.run import run
from pytoco_onnx.target import OnnxTarget
from pytoco_onnx.writer import write

STAGES = (
    (
        SplitActivation,
        ReadQuantized,
        LowerReorderAxes,
        LowerConv,
        LowerTransposeConv,
        LowerPool,
        LowerResize,
        LowerImage,
        LowerBatchNormalization,
    ),
    (MergeTransposes, SinkTranspose, TransposeIntoWeights),
    (TransposeToReshape, MergeReshapes),
)
OPSETS = (13, 17, 21)


def graph(inputs: str, *lines: str, outputs: str = "y") -> str:
    """The text of a graph with one operator or constant a line."""
    body = "\n".join(f"  {line}" for line in lines)
    return f"graph main({inputs}) -> {outputs} {{\n{body}\n}}\n"


def exported(model: Model, opset: int = 17, **options: Any) -> WriteReport:
    """The model through the package's own stages, as bytes."""
    for passes in STAGES:
        run_passes(model, passes, target=OnnxTarget())
    return write(model, None, {"onnx_opset": opset, **options})


def protocol(text: str, opset: int = 17, **options: Any) -> onnx.ModelProto:
    """The ONNX model that a graph becomes."""
    data = exported(parse(textwrap.dedent(text)), opset, **options).data
    assert data is not None
    return onnx.load_model_from_string(bytes(data))


def assert_parity(
    text: str,
    *,
    opset: int = 17,
    inputs: Mapping[str, NDArray[Any]] | None = None,
    tolerance: float = 1e-5,
) -> None:
    """Assert that onnxruntime computes what the graph's definition says, on random values unless given."""
    model = parse(textwrap.dedent(text))
    given = random_inputs(model.main) if inputs is None else inputs
    expected = evaluate(model.main, given)
    data = exported(model, opset).data
    assert data is not None
    found = run(bytes(data), given)
    for name, value in expected.items():
        exact = value.dtype.kind not in "fc"
        assert_same_values({name: value}, {name: found[name]}, 0.0 if exact else tolerance)
