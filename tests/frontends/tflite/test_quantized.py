"""Passes leave the numbers of quantised constants alone: they are not the real values that they mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.backends.tflite.writer import write
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import assert_unchanged
from pytoco.passes.affine.fuse_binary_into_following_affine import FuseBinaryIntoFollowingAffine
from pytoco.passes.general.fuse_binary_into_preceding_affine import FuseBinaryIntoPrecedingAffine
from pytoco.passes.general.identify_prelu import IdentifyPrelu
from pytoco.passes.general.resolve_batch_normalization import ResolveBatchNormalization
from tests import litert

WEIGHTS = "w = const int8[2,2] quant[[0.5], [0], null] [2, 4, 6, 8]"
BEHIND = f"""
graph main(x: float32[1,2]) -> y {{
  {WEIGHTS}
  k = const float32[] [3.0]
  t: float32[1,2] = FullyConnected(x, w)
  y: float32[1,2] = Mul(t, k)
}}"""
BEFORE = f"""
graph main(x: float32[1,2]) -> y {{
  {WEIGHTS}
  k = const float32[] [3.0]
  t: float32[1,2] = Mul(x, k)
  y: float32[1,2] = FullyConnected(t, w)
}}"""
NORMALIZED = """
graph main(x: float32[1,2]) -> y {
  s = const int8[2] quant[[0.5], [0], null] [2, 4]
  k = const float32[2] [1.0, 2.0]
  y: float32[1,2] = BatchNormalization(x, s, k, k, k) {epsilon=0.001}
}"""
SLOPED = """
graph main(x: float32[2]) -> y {
  s = const int8[2] quant[[0.5], [0], null] [2, 4]
  p: float32[2] = Relu(x)
  m: float32[2] = Neg(x)
  n: float32[2] = Relu(m)
  q: float32[2] = Mul(n, s)
  y: float32[2] = Add(p, q)
}"""


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        (BEHIND, FuseBinaryIntoPrecedingAffine, "is quantised"),
        (BEFORE, FuseBinaryIntoFollowingAffine, "is quantised"),
        (NORMALIZED, ResolveBatchNormalization, "is quantised"),
        (SLOPED, IdentifyPrelu, ""),
    ],
)
def test_stored_numbers_are_not_computed_with(text: str, rule: Any, reason: str) -> None:
    assert_unchanged(text, rule, reason=reason)


def test_weights_of_eight_bits_before_a_factor_compute_the_same_after_all_passes() -> None:
    import pytoco

    for text in (BEHIND, BEFORE):
        data = write(parse(text), None, {}).data
        assert isinstance(data, bytes)
        made = pytoco.convert(data, input_format="TFLITE", strict=True, verify_each=True).data
        for model in (data, bytes(made or b"")):
            (found,) = litert.run(model, [np.array([[2, 1]], np.float32)])
            # Weights are [[1, 2], [3, 4]]; LiteRT rounds the input to 127 steps of its largest magnitude.
            np.testing.assert_allclose(found, [[12, 30]], rtol=0.02)
