"""Types are not chosen array by array; where training wanted more bits, that is said."""

import pytest

from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_unchanged, run_passes
from pytoco.passes.fake_quant.refuse_wide_codes import RefuseWideCodes
from tests.passes.graphs import graph

WIDE = graph("x: float32[2] minmax(-1.0, 1.0, false, 16)", "y", "y = Neg(x)")


def options(kind: str, *, asked: bool = True) -> Options:
    return Options(inference_type=kind, propagate_fake_quant_num_bits=asked)  # type: ignore[arg-type]  # coerced


def test_sixteen_bits_do_not_fit_eight() -> None:
    with pytest.raises(UsageError, match=r"1 arrays were trained with more than 8 bits.*'x'.*QUANTIZED_INT16"):
        run_passes(parse(WIDE), RefuseWideCodes, options=options("QUANTIZED_UINT8"))


def test_they_fit_sixteen_and_do_not_matter_unless_asked() -> None:
    assert_unchanged(WIDE, RefuseWideCodes, options=options("QUANTIZED_INT16"))
    assert_unchanged(WIDE, RefuseWideCodes, options=options("QUANTIZED_UINT8", asked=False))
