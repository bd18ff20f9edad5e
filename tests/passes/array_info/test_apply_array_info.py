"""What the caller knows about arrays, before anything else happens to them."""

from typing import Any

import pytest

from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, run_passes
from pytoco.passes.array_info.apply_array_info import ApplyArrayInfo
from tests.passes.graphs import graph


def options(*entries: dict[str, Any], **more: Any) -> Options:
    return Options(arrays_extra_info=entries, **more)  # type: ignore[arg-type]  # coerced


def test_a_range_by_name_and_by_pattern_the_last_entry_wins() -> None:
    assert_rewrites(
        graph("x: float32[2]", "y", "t1 = Neg(x)", "y = Abs(t1)"),
        graph("x: float32[2]", "y", "t1: float32[2] minmax(0.0, 3.0) = Neg(x)", "y = Abs(t1)"),
        ApplyArrayInfo,
        options=options(
            {"name_regexp": "t[0-9]", "min": -1.0, "max": 1.0},
            {"name": "t1", "min": 1.0, "max": 3.0},  # widened to 0
            {"name_regexp": "t", "min": -9.0, "max": 9.0},  # the whole name has to match
        ),
    )


def test_a_shape_that_was_unknown() -> None:
    model = parse(graph("x: float32[?a,2]", "y", "y = Abs(x)"))
    run_passes(model, ApplyArrayInfo, options=options({"name": "x", "shape": [3, 2]}))
    assert model.main.inputs[0].shape == (3, 2)


def test_only_float_arrays_of_known_shape_become_constants() -> None:
    model = parse(graph("x: int32[2]", "y", "t = Neg(x)", "y = Abs(t)"))
    with pytest.raises(UsageError, match="cannot be constant"):
        run_passes(model, ApplyArrayInfo, options=options({"name": "t", "constant_float_value": 1.0}))
