"""Graphs of which TOCO made something else: the whole pipeline keeps what they compute.

Each is evaluated by the reference kernels before and after all stages, on the same inputs; shapes must agree, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pytoco.compiler.convert import run_pipeline
from pytoco.compiler.driver import Runner
from pytoco.compiler.ir import Graph
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ir.types import Quantization
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.registry import open_registry
from pytoco.compiler.testing import evaluate, random_inputs

GRAPHS = {
    "floor division of negative integers": """graph main(x: int32[1]) -> y {
      a = const int32[1] [-7]
      b = const int32[1] [2]
      q = FloorDiv(a, b)
      r = FloorMod(a, b)
      s = Mul(q, x)
      y = Add(s, r)
    }""",
    "a product of a transposed reshape": """graph main(x: float32[6]) -> y {
      s = const int32[2] [3, 2]
      w = const float32[3,4] seed 1
      m = Reshape(x, s)
      y = MatMul(m, w) {transpose_a=true}
    }""",
    "a norm along the first axis": """graph main(x: float32[3,4]) -> y {
      axis = const int32[1] [0]
      e = const float32[] [1e-12]
      q = Square(x)
      t = Sum(q, axis) {keep_dims=true}
      m = Maximum(t, e)
      r = Rsqrt(m)
      y = Mul(x, r)
    }""",
    "a dilated convolution without padding": """graph main(x: float32[1,8,8,2]) -> y {
      b = const int32[2] [2, 2]
      z = const int32[2,2] [0, 0, 0, 0]
      w = const float32[2,3,3,2] seed 2
      s = SpaceToBatchND(x, b, z)
      c = Conv(s, w) {stride_h=1, stride_w=1, padding="VALID"}
      y = BatchToSpaceND(c, b, z)
    }""",
    "weights shared with a scaled convolution": """graph main(x: float32[1,4,4,2], z: float32[1,4,4,2]) -> u, v {
      w = const float32[2,3,3,2] seed 3
      k = const float32[] [2.0]
      s = Mul(x, k)
      u = Conv(s, w) {stride_h=1, stride_w=1, padding="SAME"}
      v = Conv(z, w) {stride_h=1, stride_w=1, padding="SAME"}
    }""",
    "a constant minus a convolution": """graph main(x: float32[1,4,4,2]) -> y {
      w = const float32[2,3,3,2] seed 4
      k = const float32[2] [1.0, 2.0]
      c = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}
      y = Sub(k, c)
    }""",
    "zeros that widen": """graph main(x: float32[3]) -> y {
      z = const float32[4,3] splat 0.0
      y = Add(x, z)
    }""",
    "a clamped lookup in a table with another reader": """graph main(i: int32[2]) -> y, z {
      t = const float32[3,2] [-1.0, 2.0, -3.0, 4.0, -5.0, 6.0]
      g = Gather(t, i)
      y = Relu(g)
      z = Gather(t, i)
    }""",
    "a range that does not divide": """graph main(x: int32[3]) -> y {
      a = const int32[] [0]
      b = const int32[] [5]
      d = const int32[] [2]
      r = Range(a, b, d)
      y = Mul(x, r)
    }""",
    "an intermediate that is an output": """graph main(x: float32[1,4,4,2]) -> s, y {
      w = const float32[2,3,3,2] seed 5
      k = const float32[] [2.0]
      s = Mul(x, k)
      y = Conv(s, w) {stride_h=1, stride_w=1, padding="SAME"}
    }""",
    "copies joined along an axis that is not 1": """graph main(x: float32[2,3], z: float32[4,3]) -> y {
      c = Concatenation(x, x) {axis=0}
      y = Add(c, z)
    }""",
    "a clamped squared difference": """graph main(x: float32[4], z: float32[4]) -> y {
      d = SquaredDifference(x, z)
      y = Relu6(d)
    }""",
    "a selection that broadcasts": """graph main(c: bool[2,1], x: float32[3], z: float32[2,3]) -> y {
      y = SelectV2(c, x, z)
    }""",
    "resizing by pixel centres": """graph main(x: float32[1,3,3,1]) -> y {
      s = const int32[2] [5, 7]
      y = ResizeBilinear(x, s) {half_pixel_centers=true}
    }""",
}


def run_all_stages(text: str) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """The results before and after the stages of the TFLite pipeline, by name."""
    model = parse(text)
    inputs = dict(random_inputs(model.main, 7))
    if "Gather" in text:
        inputs = {name: np.array([0, 2], np.int32) for name in inputs}
    before = {name: np.array(value) for name, value in evaluate(model.main, inputs).items()}
    registry = open_registry()
    run_pipeline(Runner(model, strict=True, verify_each=True), registry.backend_for("TFLITE"), Options(), registry)
    return before, evaluate(model.main, inputs)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_result_stays(name: str) -> None:
    before, after = run_all_stages(GRAPHS[name])
    assert list(before) == list(after)
    for output, a in before.items():
        b = after[output]
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_zero_times_infinity_is_not_zero() -> None:
    model = parse("graph main(x: float32[2]) -> y {\n z = const float32[2] splat 0.0\n y = Mul(x, z)\n}")
    registry = open_registry()
    run_pipeline(Runner(model, strict=True), registry.backend_for("TFLITE"), Options(), registry)
    results = evaluate(model.main, {"x": np.array([np.inf, np.nan], np.float32)})
    assert np.isnan(results["y"]).all()


def test_where_gives_64_bit_indices() -> None:
    model = parse("graph main(c: bool[4]) -> y {\n y = Where(c)\n}")
    assert model.main.outputs[0].dtype is not None
    assert model.main.outputs[0].dtype.name == "int64"


def quantised(text: str, **more: Any) -> Graph:
    """The graph after all stages, quantised with inputs of mean 128 and deviation 127."""
    model = parse(text)
    registry = open_registry()
    stats = {"mean_values": (128.0,) * len(model.main.inputs), "std_dev_values": (127.0,) * len(model.main.inputs)}
    options = Options(**{"inference_type": "QUANTIZED_UINT8", **stats, **more})
    run_pipeline(Runner(model, strict=True, verify_each=True), registry.backend_for("TFLITE"), options, registry)
    return model.main


def grid_of(graph: Graph, name: str) -> Quantization:
    array = graph.find(name)
    assert array is not None
    assert array.quantization is not None
    return array.quantization


def test_a_relu_that_is_not_fused_has_the_grid_of_its_own_range() -> None:
    graph = quantised(
        """graph main(x: float32[4]) -> y, z {
      k = const float32[1] [4.0]
      t = Mul(x, k)
      u = FakeQuant(t) {min=-4.0, max=4.0}
      r = Relu(u)
      y = FakeQuant(r) {min=0.0, max=2.0}
      z = Mul(u, u)
    }""",
        default_ranges_min=-16.0,
        default_ranges_max=16.0,
    )
    assert [op.kind for op in graph.order()] == ["Mul", "Relu", "Mul"]
    assert grid_of(graph, "y") == Quantization((2 / 255,), (0,))


def test_concatenated_arrays_that_are_to_have_one_grid_have_the_very_same() -> None:
    graph = quantised(
        """graph main(x: float32[4], z: float32[4]) -> y {
      a = Mul(x, z)
      b = Add(x, z)
      c = FakeQuant(a) {min=-0.9, max=1.1}
      d = FakeQuant(b) {min=-2.1, max=1.7}
      y = Concatenation(c, d) {axis=0}
    }""",
        change_concat_input_ranges=True,
    )
    (joined,) = graph.ops("Concatenation")
    grids = {str(a.quantization) for a in (*joined.inputs, *joined.outputs) if a is not None}
    assert len(grids) == 1
    assert grid_of(graph, "y").scale == pytest.approx((3.8 / 255,))


@pytest.mark.parametrize("form", ["t = FakeQuant(s) {min=0.5, max=2.5}", "t = FakeQuant(s, low, high)"])
def test_a_range_without_zero_is_widened_wherever_it_comes_from(form: str) -> None:
    graph = quantised(
        f"""graph main(x: float32[4]) -> y {{
      low = const float32[] [0.5]
      high = const float32[] [2.5]
      s = Mul(x, x)
      {form}
      y = Mul(t, t)
    }}""",
        default_ranges_min=0.0,
        default_ranges_max=6.25,
    )
    (first, _) = graph.ops("Mul")
    assert first.outputs[0].quantization == Quantization((2.5 / 255,), (0,))
