"""Element-wise operators: onnxruntime computes what the definitions say."""

import numpy as np
import pytest
from parity import OPSETS, assert_parity, graph, protocol

UNARY = ("Abs", "Ceil", "Cos", "Erf", "Erfc", "Exp", "Floor", "Neg", "Round", "Sign", "Sin", "Square", "ZerosLike")
ACTIVATIONS = ("Relu", "Relu1", "Relu6", "Elu", "Logistic", "Tanh", "LogSoftmax", "HardSwish", "Softmax", "Gelu")
BINARY = ("Add", "Sub", "Mul", "Maximum", "Minimum", "SquaredDifference", "Atan2")
COMPARISONS = ("Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual")


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("kind", [*UNARY, *ACTIVATIONS, "OnesLike", "Identity"])
def test_one_operand(kind: str, opset: int) -> None:
    assert_parity(graph("x: float32[2,3,4]", f"y = {kind}(x)"), opset=opset)


@pytest.mark.parametrize("kind", ["Log", "Sqrt", "Rsqrt"])
def test_one_positive_operand(kind: str) -> None:
    assert_parity(graph("x: float32[5]", f"y = {kind}(x)"), inputs={"x": np.linspace(0.1, 9, 5, dtype=np.float32)})


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize(
    "line",
    [
        "y = Gelu(x) {approximate=true}",
        "y = Softmax(x) {beta=0.5}",
        "y = LeakyRelu(x) {alpha=0.1}",
        "y = PRelu(x, a)",
        'y = Cast(x) {dtype="int32"}',
        'y = Cast(x) {dtype="bool"}',
        "y = L2Normalization(x)",
        "y = FakeQuant(x) {min=-1.0, max=0.75}",
        "y = FakeQuant(x) {min=-1.0, max=0.75, num_bits=4, narrow_range=true}",
    ],
)
def test_attributes(line: str, opset: int) -> None:
    constant = "a = const float32[4] [0.1, 0.2, -0.3, 0.5]"
    assert_parity(graph("x: float32[2,3,4]", constant, line), opset=opset)


def test_a_slope_that_is_larger_than_the_input() -> None:
    assert_parity(graph("x: float32[4]", "a = const float32[2,1] [0.1, -0.5]", "y = PRelu(x, a)"))


def test_relu_of_integers() -> None:
    assert_parity(graph("x: int32[6]", "y = Relu(x)"))


@pytest.mark.parametrize("dtype", ["float32", "int32"])
@pytest.mark.parametrize("kind", BINARY)
def test_two_operands_that_broadcast(kind: str, dtype: str) -> None:
    if (kind, dtype) != ("Atan2", "int32"):
        assert_parity(graph(f"x: {dtype}[2,1,4], z: {dtype}[3,1]", f"y = {kind}(x, z)"))


@pytest.mark.parametrize("kind", ["Div", "FloorDiv", "FloorMod"])
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_division_has_the_signs_right(kind: str, dtype: str) -> None:
    values = {"x": np.array([7, -7, 7, -7, 6, -6], dtype), "z": np.array([2, 2, -2, -2, -3, 3], dtype)}
    assert_parity(graph(f"x: {dtype}[6], z: {dtype}[6]", f"y = {kind}(x, z)"), inputs=values)


def test_powers() -> None:
    values = {"x": np.array([0.5, 2, 3], np.float32), "z": np.array([2, -1, 0.5], np.float32)}
    assert_parity(graph("x: float32[3], z: float32[3]", "y = Pow(x, z)"), inputs=values)


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64"])
@pytest.mark.parametrize("kind", COMPARISONS)
def test_comparisons(kind: str, dtype: str) -> None:
    assert_parity(graph(f"x: {dtype}[4,3], z: {dtype}[3]", f"y = {kind}(x, z)"))


def test_logic() -> None:
    lines = ("a = LogicalAnd(x, z)", "b = LogicalOr(x, z)", "c = LogicalNot(x)")
    assert_parity(graph("x: bool[8], z: bool[8]", *lines, outputs="a, b, c"))


@pytest.mark.parametrize("dtype", ["float32", "int32"])
@pytest.mark.parametrize("operands", ["x, z, w", "x, z", "x"])
def test_sums_of_many(dtype: str, operands: str) -> None:
    inputs = f"x: {dtype}[2,3], z: {dtype}[2,3], w: {dtype}[2,3]"
    assert_parity(graph(inputs, f"y = AddN({operands})"))


def test_bits() -> None:
    values = {"x": np.array([-9, 9, -1, 100], np.int32), "z": np.array([1, 2, 3, 4], np.int32)}
    assert_parity(graph("x: int32[4], z: int32[4]", "y = RightShift(x, z)"), inputs=values)
    assert_parity(graph("x: int32[4], z: int32[4]", "y = BitwiseXor(x, z)"), inputs=values, opset=18)
    unsigned = {name: np.abs(value).astype(np.uint8) for name, value in values.items()}
    assert_parity(graph("x: uint8[4], z: uint8[4]", "y = RightShift(x, z)"), inputs=unsigned)


def test_what_is_an_operator_in_a_newer_set_is_written_as_one() -> None:
    text = graph("x: float32[4]", "h = HardSwish(x)", "y = Gelu(h)")
    assert [node.op_type for node in protocol(text, 20).graph.node] == ["HardSwish", "Gelu"]
    assert {node.op_type for node in protocol(text, 13).graph.node} == {"HardSigmoid", "Mul", "Erf", "Add"}


def test_a_fused_activation_becomes_an_operator() -> None:
    text = graph(
        "x: float32[4], z: float32[4]", 'a = Add(x, z) {activation="RELU"}', 'y = Mul(a, x) {activation="TANH"}'
    )
    assert [node.op_type for node in protocol(text).graph.node] == ["Add", "Relu", "Mul", "Tanh"]
    assert_parity(text)
