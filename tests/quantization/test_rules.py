"""What range follows from an operator's own kernel."""

import pytest

from pytoco.compiler.ir import MinMax
from pytoco.compiler.ir.text import parse
from pytoco.compiler.quantization.rules import image_of, rule_of


@pytest.mark.parametrize(
    ("statement", "range_", "image"),
    [
        ("y = Relu(x)", (-3.0, 2.0), (0.0, 2.0)),
        ("y = Relu(x)", (1.0, 2.0), (1.0, 2.0)),
        ("y = Relu6(x)", (-3.0, 8.0), (0.0, 6.0)),
        ("y = Relu1(x)", (-3.0, 0.5), (-1.0, 0.5)),
        ("y = Neg(x)", (-3.0, 2.0), (-2.0, 3.0)),
        ("y = LeakyRelu(x) {alpha=0.5}", (-3.0, 2.0), (-1.5, 2.0)),
        ("k = const float32[] [2.0]\ny = Mul(x, k)", (-3.0, 2.0), (-6.0, 4.0)),
    ],
)
def test_the_ends_of_a_range_go_through_the_kernel(
    statement: str, range_: tuple[float, float], image: tuple[float, float]
) -> None:
    (op,) = parse(f"graph main(x: float32[4]) -> y {{\n{statement}\n}}").main.ops()
    assert image_of(MinMax(*range_), op) == MinMax(*image)


@pytest.mark.parametrize(
    "statement", ["y = Mul(x, z)", "y = RandomUniform(x)", 'y: float32[4] = Opaque(x) {source_kind="MyLayer"}']
)
def test_no_range_follows_from_what_cannot_be_computed(statement: str) -> None:
    operand = "int32[4]" if "Random" in statement else "float32[4]"
    (op,) = parse(f"graph main(x: {operand}, z: float32[4]) -> y {{\n{statement}\n}}").main.ops()
    assert image_of(MinMax(0.0, 1.0), op) is None


def test_a_kind_that_nobody_knows_has_no_rule() -> None:
    assert rule_of("Vanished") is None
