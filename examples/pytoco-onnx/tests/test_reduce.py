"""Reductions, extremes and their places, running totals."""

import pytest
from parity import OPSETS, assert_parity, graph

SUMS = ("Mean", "Sum", "ReduceMax", "ReduceMin", "ReduceProd")


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("keep", ["true", "false"])
@pytest.mark.parametrize("kind", SUMS)
def test_reductions(kind: str, keep: str, opset: int) -> None:
    line = f"y = {kind}(x, a) {{keep_dims={keep}}}"
    assert_parity(graph("x: float32[2,3,4]", "a = const int32[2] [0, -1]", line), opset=opset)


@pytest.mark.parametrize("kind", SUMS)
def test_reductions_of_integers(kind: str) -> None:
    assert_parity(graph("x: int32[2,3]", "a = const int32[] [1]", f"y = {kind}(x, a)"))


@pytest.mark.parametrize("kind", ["Any", "All"])
def test_reductions_of_bools(kind: str) -> None:
    assert_parity(graph("x: bool[4,2]", "a = const int32[1] [1]", f"y = {kind}(x, a)"))


def test_along_no_axis_nothing_changes() -> None:
    assert_parity(graph("x: float32[2,3]", "a = const int32[0] []", "y = Sum(x, a)"))


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("kind", ["ArgMax", "ArgMin"])
def test_places_of_extremes(kind: str, dtype: str) -> None:
    line = f'y = {kind}(x, a) {{output_type="{dtype}"}}'
    assert_parity(graph("x: float32[2,5,3]", "a = const int32[] [1]", line))


@pytest.mark.parametrize("attributes", ["", " {exclusive=true}", " {reverse=true}", " {exclusive=true, reverse=true}"])
def test_running_totals(attributes: str) -> None:
    assert_parity(graph("x: float32[2,5]", "a = const int32[] [1]", f"y = Cumsum(x, a){attributes}"))
