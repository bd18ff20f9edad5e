"""The numpy evaluator that rewrites are checked with."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pytoco.compiler.errors import UnsupportedError, UsageError
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import assert_same_values, evaluate, random_inputs


def test_outputs_come_by_name() -> None:
    graph = parse("graph main(a: float32[2], b: float32[2]) -> d, s {\n  s = Add(a, b)\n  d = Sub(a, b)\n}").main
    a, b = np.array([1, 2], np.float32), np.array([10, 20], np.float32)
    found = evaluate(graph, [a, b])
    assert list(found) == ["d", "s"]
    np.testing.assert_array_equal(found["d"], [-9, -18])
    np.testing.assert_array_equal(evaluate(graph, {"b": b, "a": a})["s"], [11, 22])


def test_an_output_may_be_constant_or_an_input() -> None:
    graph = parse("graph main(x: float32[1]) -> k, y {\n  k = const float32[1] [3.0]\n  y = Mul(x, k)\n}").main
    found = evaluate(graph, [np.array([2], np.float32)])
    assert (found["k"].tolist(), found["y"].tolist()) == ([3.0], [6.0])


def test_a_long_chain_holds_only_two_arrays_at_a_time() -> None:
    lines = ["t0 = Neg(x)", *[f"t{i} = Neg(t{i - 1})" for i in range(1, 5_000)]]
    graph = parse("graph main(x: float32[4000]) -> t4999 {\n  " + "\n  ".join(lines) + "\n}").main
    x = np.ones(4000, np.float32)
    tracemalloc.start()
    found = evaluate(graph, [x])["t4999"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(found, x)
    assert peak < 16 << 20  # all of them together would be 80 MB


def test_quantized_arrays_are_real_values_within() -> None:
    graph = parse(
        "graph main(x: uint8[2] quant[[0.5], [10], null]) -> y {\n"
        "  k = const uint8[2] quant[[0.25], [0], null] [4, 8]\n"
        "  y: uint8[2] quant[[1.0], [3], null] = Add(x, k)\n}"
    ).main
    found = evaluate(graph, [np.array([20, 14], np.uint8)])["y"]
    assert found.dtype == np.uint8
    assert found.tolist() == [9, 7]  # 5 + 1 and 2 + 2, each plus the zero point 3


def test_bfloat16_is_rounded_to_even() -> None:
    graph = parse("graph main(x: bfloat16[2]) -> y {\n  y = Add(x, x)\n}").main
    one, third = 0x3F80, 0x3EAB  # 1.0 and about 1/3
    assert evaluate(graph, [np.array([one, third], np.uint16)])["y"].tolist() == [0x4000, 0x3F2B]


def test_missing_inputs_and_kernels_are_typed_errors() -> None:
    graph = parse("graph main(x: float32[2], c: bool[]) -> y {\n  y, n = Switch(x, c)\n}").main
    with pytest.raises(UsageError, match="no value for input 'c'"):
        evaluate(graph, {"x": np.zeros(2, np.float32)})
    with pytest.raises(UnsupportedError, match="Switch"):
        evaluate(graph, random_inputs(graph))


def test_random_inputs_fit_the_types() -> None:
    text = "graph main(a: float32[?n,2], b: int32[?n], c: bool[3], s: string[2], u: uint8[?m]) -> a {\n}"
    made = random_inputs(parse(text).main, 5)
    assert made["a"].shape[0] == made["b"].shape[0] != made["u"].shape[0]
    assert [v.dtype.kind for v in made.values()] == ["f", "i", "b", "O", "u"]
    again = random_inputs(parse(text).main, 5)
    assert all(np.array_equal(made[name], again[name]) for name in made)


def test_an_input_of_unknown_rank_needs_a_value_by_hand() -> None:
    with pytest.raises(UsageError, match="known rank"):
        random_inputs(parse("graph main(x: float32[*]) -> y {\n  y = Neg(x)\n}").main)


@pytest.mark.parametrize(
    "other",
    [
        {"z": np.zeros(2, np.float32)},
        {"y": np.zeros(3, np.float32)},
        {"y": np.zeros(2, np.float64)},
        {"y": np.array([0, 1e-3], np.float32)},
        {"y": np.array([0, np.nan], np.float32)},
    ],
    ids=["name", "shape", "type", "value", "NaN"],
)
def test_differences_are_noticed(other: dict[str, NDArray[Any]]) -> None:
    with pytest.raises(AssertionError):
        assert_same_values({"y": np.zeros(2, np.float32)}, other)


def test_nan_and_infinity_are_equal_to_themselves() -> None:
    values = {"y": np.array([np.nan, np.inf, -np.inf, 1], np.float32)}
    assert_same_values(values, {"y": values["y"].copy()})
