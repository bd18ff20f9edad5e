"""FakeQuant of constants is computed, and its range kept."""

import numpy as np
import pytest

from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import assert_rewrites, assert_unchanged, run_passes
from pytoco.passes.general.resolve_fake_quant import ResolveFakeQuant
from tests.passes.graphs import graph


def test_the_range_may_come_as_operands_and_values_are_clamped() -> None:
    assert_rewrites(
        graph(
            "x: float32[3]",
            "y",
            "w = const float32[3] [-9.0, 0.124, 9.0]",
            "a = const float32[] [-1.0]",
            "b = const float32[] [1.0]",
            "v = FakeQuant(w, a, b) {num_bits=8, narrow_range=true}",
            "y = Mul(x, v)",
        ),
        graph(
            "x: float32[3]",
            "y",
            "v = const float32[3] minmax(-1.0, 1.0, true, 8) [-1.0, 0.12598425149917603, 1.0]",  # 16 / 127
            "y = Mul(x, v)",
        ),
        ResolveFakeQuant,
    )


def test_large_weights_stay_a_recipe_that_gives_the_same() -> None:
    text = graph(
        "x: float32[20000]",
        "y",
        "w = const float32[20000] seed 1",
        "v = FakeQuant(w) {min=-1.0, max=1.0}",
        "y = Mul(x, v)",
    )
    model = parse(text)
    run_passes(model, ResolveFakeQuant)
    (folded,) = [a for a in model.main.arrays() if a.value is not None]
    assert not isinstance(folded.value, np.ndarray)
    values = folded.numpy()
    steps = values * 127.5
    assert np.abs(values).max() <= 1.005
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-3)


NEAR = {
    "weights that are computed": graph("x: float32[2]", "y", "v = FakeQuant(x) {min=-1.0, max=1.0}", "y = Neg(v)"),
    "a range that is computed": graph(
        "a: float32[]", "y", "w = const float32[1] [1.0]", "b = const float32[] [1.0]", "y = FakeQuant(w, a, b)"
    ),
}


@pytest.mark.parametrize("case", NEAR)
def test_near_misses(case: str) -> None:
    assert_unchanged(NEAR[case], ResolveFakeQuant, reason="not constant")
