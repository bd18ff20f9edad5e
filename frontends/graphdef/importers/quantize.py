"""Fake quantisation: ranges found in training, from attributes or from operands."""

from __future__ import annotations

from .base import flag, integer, real, row

_BITS = {"num_bits": integer("num_bits", 8), "narrow_range": flag("narrow_range")}

TABLE = {
    "FakeQuantWithMinMaxArgs": row("FakeQuant", min=real("min", -6.0), max=real("max", 6.0), **_BITS),
    "FakeQuantWithMinMaxVars": row("FakeQuant", **_BITS),
    "FakeQuantWithMinMaxVarsPerChannel": row("FakeQuant", per_channel=lambda _: True, **_BITS),
}
