"""From TensorFlow's padding to ONNX's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytoco.compiler import Look, Op

from ..kinds.window import SAME, Window, same_pads


def window_of(
    look: Look,
    op: Op,
    spatial: Sequence[Any],
    kernel: Sequence[Any],
    strides: Sequence[int],
    dilations: Sequence[int],
) -> Window | None:
    """The window of an operator with the attributes `padding` and, for EXPLICIT, `explicit`.

    SAME becomes numbers where the extents are known, or do not matter, and otherwise ONNX's SAME_UPPER, which puts the
    odd element behind as TensorFlow does; runtimes have that for dilations of 1 only.
    """
    rank = len(kernel)
    moves = tuple(kernel), tuple(strides), tuple(dilations)
    if any(not isinstance(k, int) for k in kernel):
        return look.fail("the extents of the window of {} are not known", op)
    if op.attrs.padding == "EXPLICIT":
        top, bottom, left, right = op.attrs.explicit
        return Window(*moves, (top, left, bottom, right))
    if op.attrs.padding == "VALID":
        return Window(*moves, (0,) * (2 * rank))
    pairs = []
    for extent, *row in zip(spatial, *moves, strict=True):
        if not isinstance(extent, int) and row[1] > 1:
            if any(d != 1 for d in dilations):
                return look.fail("{} is dilated, and the extents of its input are not known", op)
            return Window(*moves, (0,) * (2 * rank), SAME)
        pairs.append(same_pads(extent if isinstance(extent, int) else 1 << 20, *row))
    return Window(*moves, (*[before for before, _ in pairs], *[behind for _, behind in pairs]))
