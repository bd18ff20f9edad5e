"""Recognise dilated convolutions between SpaceToBatchND and BatchToSpaceND (TOCO's IdentifyDilatedConv).

TOCO made all of them SAME; here the padding follows from paddings and crops.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops import get
from ..moving import drop_unused, int32_constant, quantized
from ..patterns import Identified, offered
from ..windows import Pads, named_padding, own_padding, window_of

LONGEST = 24
"""Operators that are followed upwards from a BatchToSpaceND."""

_CONVOLUTIONS = ("Conv", "DepthwiseConv")
_ARITHMETIC = ("Add", "Sub", "Mul", "Div", "Maximum", "Minimum")
_UNIT_AXIS = ("Reshape", "Squeeze", "ExpandDims")


class _Found(NamedTuple):
    spread: Op
    expand: Op | None
    conv: Op
    attrs: Any
    chain: list[Op]


class IdentifyDilatedConv(Pass):
    """Turn SpaceToBatchND, a convolution and BatchToSpaceND into a dilated convolution.

    Between convolution and BatchToSpaceND there may be operators that compute each pixel for itself: arithmetic with
    constants, activations, convolutions of 1x1. One-dimensional convolutions, with an axis added before and dropped
    after, become two-dimensional ones between reshapes. No intermediate may have another reader.

    Before:
        graph main(x: float32[1,6,6,1]) -> y {
          block = const int32[2] [2, 2]
          p = const int32[2,2] [2, 2, 2, 2]
          c = const int32[2,2] [0, 0, 0, 0]
          w = const float32[1,3,3,1] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
          a = SpaceToBatchND(x, block, p)
          b = Conv(a, w) {stride_h=1, stride_w=1, padding="VALID"}
          y = BatchToSpaceND(b, block, c)
        }
    After:
        graph main(x: float32[1,6,6,1]) -> y {
          w = const float32[1,3,3,1] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
          y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME", dilation_h=2, dilation_w=2}
        }
    """

    name = "identify-dilated-conv"
    stage = "general"
    roots = ("BatchToSpaceND",)

    def match(self, op: Op, look: Look) -> _Found | None:
        chain: list[Op] = []
        current, side = op, 0
        while len(chain) < LONGEST:
            above = look.producer(current, side)
            if above is None or not look.unshared(above.outputs[0]) or quantized(look, above.outputs[0]):
                return None
            if above.kind in _CONVOLUTIONS:
                expand = look.producer(above, 0, _UNIT_AXIS)
                if expand is not None and not _has_unit_rows(expand.outputs[0]):
                    expand = None
                spread = look.producer(expand or above, 0, "SpaceToBatchND")
                if spread is not None:
                    return self._joined(look, op, _Found(spread, expand, above, None, chain[::-1]))
            data = _pixelwise(look, above)
            if data is None:
                return None
            chain.append(above)
            current, side = above, data
        return look.fail("no convolution within {} operators above {}", LONGEST, op)

    def _joined(self, look: Look, op: Op, found: _Found) -> _Found | None:
        spread, expand, conv = found.spread, found.expand, found.conv
        blocks, more_blocks = look.constant(spread, 1), look.constant(op, 1)
        paddings, crops = look.constant(spread, 2), look.constant(op, 2)
        source, kernel = _images(look, spread.inputs[0]), window_of(conv.inputs[1])
        middle = _images(look, conv.inputs[0])
        if blocks is None or more_blocks is None or paddings is None or crops is None:
            return None
        if source is None or middle is None or kernel is None or _images(look, op.outputs[0]) is None:
            return None
        flat = expand is not None
        squeezed = [o for o in found.chain if o.kind in _UNIT_AXIS]
        if blocks.size != (1 if flat else 2) or blocks.tolist() != more_blocks.tolist() or len(squeezed) != int(flat):
            return look.fail("{} does not undo {}", op, spread)
        if flat and (kernel[0] != 1 or (expand and not _adds_rows(expand, source))):
            return look.fail("{} is not a convolution along one axis", conv)
        a = conv.attrs
        if (a.stride_h, a.stride_w, a.dilation_h, a.dilation_w) != (1, 1, 1, 1):
            return look.fail("{} has strides or dilations of its own", conv)
        rate = (1, int(blocks[0])) if flat else (int(blocks[0]), int(blocks[1]))
        before = [0, 0] * int(flat) + [int(n) for n in paddings.reshape(-1)]
        after = [0, 0] * int(flat) + [int(n) for n in crops.reshape(-1)]
        own = own_padding(a, (middle[1], middle[2]), kernel)
        pads: Pads = tuple(  # type: ignore[assignment]  # four of them
            before[i] - after[i] + own[i] * rate[i // 2] for i in range(4)
        )
        if min(pads) < 0:
            return look.fail("{} crops more than {} pads", op, spread)
        attrs = named_padding(
            a._replace(dilation_h=rate[0] if kernel[0] > 1 else 1, dilation_w=rate[1] if kernel[1] > 1 else 1),
            (1, source[1]) if flat else (source[1], source[2]),
            kernel,
            pads,
        )
        named = attrs if attrs.padding != "EXPLICIT" else attrs._replace(padding="VALID", explicit=())
        if offered(look, self.context.target, conv, Identified(conv.kind, conv.inputs, named)) is None:
            return None
        return found._replace(attrs=attrs)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        data: Any = found.spread.inputs[0]
        steps = [*([] if found.expand is None else [found.expand]), found.conv, *found.chain]
        parts = [list(step.inputs) for step in steps]
        graph.remove(op)
        for step in reversed(steps):
            graph.remove(step)
        drop_unused(graph, found.spread)
        previous: Array | None = found.spread.outputs[0]
        for step, inputs in zip(steps, parts, strict=True):
            last = step is steps[-1]
            attrs = found.attrs if step is found.conv else step.attrs
            place = inputs.index(previous)
            kind = step.kind
            if kind in _UNIT_AXIS:
                shape: Any = _images(None, data)
                wanted = (shape[0], 1, *shape[1:]) if step is found.expand else (shape[0], *shape[2:])
                kind, attrs = "Reshape", None
                inputs, place = [None, int32_constant(graph, wanted, f"{step.name}_shape")], 0
            inputs[place] = data
            outputs = op.outputs if last else None
            made = graph.emit(kind, inputs, attrs, name=step.name, outputs=outputs, origin=step.origin)
            previous, data = step.outputs[0], made.outputs[0]


def _images(look: Look | None, array: Array | None) -> tuple[int, ...] | None:
    """The shape of an array of images of a known size, -1 for a number of them that is not known."""
    shape: Any = None if array is None else array.shape
    if not shape or any(type(d) is not int for d in shape[1:]):
        return None if look is None else look.fail("the size of the images in {} is not known", array)
    return (shape[0] if type(shape[0]) is int else -1, *shape[1:])


def _has_unit_rows(array: Array) -> bool:
    return array.shape is not None and len(array.shape) == 4 and array.shape[1] == 1


def _adds_rows(expand: Op, source: tuple[int, ...]) -> bool:
    """Whether a reshape to rank 4 puts an axis of extent 1 behind the batch of an array like `source`."""
    data, result = expand.inputs[0], expand.outputs[0]
    if data is None or data.shape is None or result.shape is None or len(source) != 3:
        return False
    return result.shape == (data.shape[0], 1, *data.shape[1:])


def _pixelwise(look: Look, op: Op) -> int | None:
    """The operand that an operator turns into its result pixel by pixel, alike at every place and in every image."""
    result = op.outputs[0].shape
    if get(op.kind).elementwise:
        return 0
    if op.kind in _CONVOLUTIONS:
        a = op.attrs
        if window_of(op.inputs[1]) == (1, 1) and (a.stride_h, a.stride_w) == (1, 1) and not any(a.explicit):
            return 0
    elif op.kind in _UNIT_AXIS:
        data = op.inputs[0]
        if data is not None and data.shape and result is not None and len(data.shape) == 4 and data.shape[1] == 1:
            return 0 if result == (data.shape[0], *data.shape[2:]) else look.fail("{} moves elements", op)
    elif op.kind in _ARITHMETIC:
        side = 0 if op.inputs[1] is not None and op.inputs[1].value is not None else 1
        data, other = op.inputs[side], op.inputs[1 - side]
        if data is not None and other is not None and other.value is not None and other.shape is not None:
            alike = all(d == 1 for d in other.shape[:-1])
            if alike and result is not None and data.shape == result and other.rank <= len(result):  # type: ignore[operator]
                return side
    return look.fail("{} does not compute each pixel for itself", op)
