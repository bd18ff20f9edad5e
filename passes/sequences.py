"""What the passes that group recurrent layers share: a layer over a sequence joined with one over its reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .moving import quantized
from .patterns import plain

if TYPE_CHECKING:
    from ..compiler.driver import Look
    from ..compiler.ir import Op


def both_ways(look: Look, op: Op, kind: str) -> tuple[Op, Op] | None:
    """The forward and the backward layer of that kind, time-major, whose results a Concatenation joins channel-wise.

    The backward layer reads the reversed sequence, and its result is reversed before it is joined, as the second one.
    """
    if len(op.inputs) != 2 or op.attrs.axis not in (2, -1) or not plain(look, op):
        return look.fail("{} does not join the channels of two arrays", op)
    forward = look.producer(op, 0, kind)
    back = look.producer(op, 1, "ReverseV2")
    if forward is None or back is None:
        return None
    backward = look.producer(back, 0, kind)
    turned = None if backward is None else look.producer(backward, 0, "ReverseV2")
    if backward is None or turned is None or not _in_time(look, back) or not _in_time(look, turned):
        return None
    if turned.inputs[0] is not forward.inputs[0]:
        return look.fail("{} and {} read different sequences", forward, backward)
    between = [forward.outputs[0], backward.outputs[0], back.outputs[0]]
    if not all(look.unshared(array) for array in between) or quantized(look, *between, *turned.outputs):
        return None
    return forward, backward


def _in_time(look: Look, reverse: Op) -> bool:
    """Whether an operator reverses the first of three axes alone."""
    axes = look.constant(reverse, 1)
    if axes is None or axes.reshape(-1).tolist() not in ([0], [-3]):
        look.fail("{} does not reverse the time axis alone", reverse)
        return False
    return True
