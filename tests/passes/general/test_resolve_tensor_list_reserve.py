"""Lists that loops fill."""

import pytest

from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import assert_unchanged, run_passes
from pytoco.passes.general.resolve_tensor_list_reserve import ResolveTensorListReserve
from tests.passes.graphs import graph

LOOP = """
graph below(n: int32[], l: float32[*], v: {0}) -> go {{
  limit = const int32[] [3]
  go = Less(n, limit)
}}
graph step(n: int32[], l: float32[*], v: {0}) -> m, k, v {{
  one = const int32[] [1]
  m = Add(n, one)
  zero = const int32[] [0]
  axis = const int32[] [0]
  row = ExpandDims(v, axis)
  at = Pack(n, zero) {{axis=0}}
  k = DynamicUpdateSlice(l, row, at)
}}
"""


def filled(element: str, item: str) -> str:
    """A loop that fills a list of 3."""
    return graph(
        f"x: {item}, n: int32[]",
        "y",
        f"e = const int32{element}",
        "count = const int32[] [3]",
        "l = TensorListReserve(e, count)",
        'm: int32[], y: float32[*], w: float32[*] = While(n, l, x) {cond_graph="below", body_graph="step"}',
    ) + LOOP.format(item)


@pytest.mark.parametrize("element", ["[1] [4]", "[1] [-1]", "[] [-1]"])
def test_a_list_is_zeros(element: str) -> None:
    model = parse(filled(element, "float32[4]"))
    run_passes(model, ResolveTensorListReserve)
    (loop,) = model.main.ops()
    made = loop.inputs[1]
    assert made is not None
    assert made.numpy().tolist() == [[0.0] * 4] * 3
    assert str(made.dtype) == "float32"


def test_an_open_extent_is_asked_of_the_input_that_has_it() -> None:
    text = graph(
        "x: float32[?b,4], i: int32[]",
        "y",
        "e = const int32[2] [-1, 4]",
        "count = const int32[] [2]",
        "l = TensorListReserve(e, count)",
        "zero = const int32[] [0]",
        "row = ExpandDims(x, zero)",
        "at = Pack(i, zero, zero) {axis=0}",
        "y = DynamicUpdateSlice(l, row, at)",
    )
    model = parse(text)
    run_passes(model, ResolveTensorListReserve)
    assert {"Shape": 1, "Fill": 1, "StridedSlice": 1}.items() <= model.main.kinds().items()
    made = model.main.ops("Fill")[0].outputs[0]
    (x, _) = model.main.inputs
    assert x.shape is not None
    assert made.shape == (2, x.shape[0], 4)


NEAR_MISSES = {
    "an element of which nothing is known": filled("[] [-1]", "float32[*]"),
    "an open extent that no input has": filled("[1] [-1]", "float32[?]").replace("x: float32[?], ", "x: float32[1], "),
    "an open number of elements": graph(
        "n: int32[]", "y", "e = const int32[1] [4]", "l = TensorListReserve(e, n)", "y = Neg(l)"
    ),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveTensorListReserve, reason="is not known")
