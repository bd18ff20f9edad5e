"""Ranges of constants whose elements are moved: the axis of their slices moves along."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..compiler.ir import MinMax, Op
from ..compiler.ops.layout import reorder_perm


def moved_range(op: Op) -> MinMax | None:
    """The range of the first operand as the result of an operator that only moves its elements has it."""
    source, result = op.inputs[0], op.outputs[0]
    known = None if source is None else source.minmax
    if source is None or known is None or known.axis is None or source.shape is None or result.shape is None:
        return known
    perm: Sequence[int] | None = None
    if op.kind == "Transpose" and op.inputs[1] is not None:
        perm = [int(p) % len(source.shape) for p in op.inputs[1].numpy()]
    elif op.kind == "ReorderAxes":
        perm = reorder_perm(op.attrs)
    if perm is not None:
        return known.moved(perm.index(known.axis))
    old, new = ([d if isinstance(d, int) else 0 for d in shape] for shape in (source.shape, result.shape))
    before, extent = math.prod(old[: known.axis]), old[known.axis]
    places = [i for i, d in enumerate(new) if d == extent and math.prod(new[:i]) == before]
    return known.moved(places[0] if places else None)
