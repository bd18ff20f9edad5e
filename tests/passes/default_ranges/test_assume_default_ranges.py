"""Dummy quantisation: arrays of unknown range get the one that the user says."""

from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.default_ranges.assume_default_ranges import AssumeDefaultRanges
from tests.passes.graphs import graph

TEXT = graph(
    "x: float32[2] minmax(-1.0, 1.0), n: int32[2]",
    "y, z",
    "k = const float32[2] [1.0, 2.0]",
    "y = Add(x, k)",
    "z = Neg(n)",
)


def test_only_activations_without_a_range_get_it() -> None:
    options = Options(inference_type="QUANTIZED_UINT8", default_ranges_min=-2.0, default_ranges_max=6.0)  # type: ignore[arg-type]
    after = TEXT.replace("y = Add", "y: float32[2] minmax(-2.0, 6.0) = Add")
    assert_rewrites(TEXT, after, AssumeDefaultRanges, options=options)


def test_without_being_asked_it_assumes_nothing() -> None:
    assert_unchanged(TEXT, AssumeDefaultRanges, options=Options(inference_type="QUANTIZED_UINT8"))  # type: ignore[arg-type]


def test_int16_has_a_range_of_its_own() -> None:
    options = Options(
        inference_type="QUANTIZED_INT16",  # type: ignore[arg-type]  # coerced
        default_ranges_min=-2.0,
        default_ranges_max=6.0,
        default_int16_ranges_min=-4.0,
        default_int16_ranges_max=4.0,
    )
    after = TEXT.replace("y = Add", "y: float32[2] minmax(-4.0, 4.0) = Add")
    assert_rewrites(TEXT, after, AssumeDefaultRanges, options=options)
