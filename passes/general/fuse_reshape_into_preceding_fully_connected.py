"""Let FullyConnected keep the leading dimensions of its operand, instead of a Reshape that brings them back."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops import get
from ..moving import quantized
from ..patterns import Identified, offered

LONGEST = 8
"""Operators that are followed upwards from a Reshape."""

_ARITHMETIC = ("Add", "Sub", "Mul", "Div", "Maximum", "Minimum", "Pow")


class _Found(NamedTuple):
    linear: Op
    chain: list[Op]


class FuseReshapeIntoPrecedingFullyConnected(Pass):
    """A FullyConnected whose rows are reshaped to the leading dimensions of its own operand keeps them itself.

    So TensorFlow's products of higher rank become one operator. Between the two there may be element-wise operators and
    arithmetic with constants of rank 1 or 0; no intermediate may have another reader.

    Before:
        graph main(x: float32[2,3,1]) -> y {
          w = const float32[2,1] [1.0, 2.0]
          shape = const int32[3] [2, 3, 2]
          t = FullyConnected(x, w)
          u = Relu(t)
          y = Reshape(u, shape)
        }
    After:
        graph main(x: float32[2,3,1]) -> y {
          w = const float32[2,1] [1.0, 2.0]
          t = FullyConnected(x, w) {keep_num_dims=true}
          y = Relu(t)
        }
    """

    name = "fuse-reshape-into-preceding-fully-connected"
    stage = "general"
    roots = ("Reshape",)

    def match(self, op: Op, look: Look) -> _Found | None:
        chain: list[Op] = []
        current, side = op, 0
        while len(chain) < LONGEST:
            above = look.producer(current, side)
            if above is None or not look.unshared(above.outputs[0]) or quantized(look, above.outputs[0]):
                return None
            if above.kind == "FullyConnected":
                return self._kept(look, op, _Found(above, chain[::-1]))
            data = _elementwise(look, above)
            if data is None:
                return None
            chain.append(above)
            current, side = above, data
        return look.fail("no FullyConnected within {} operators above {}", LONGEST, op)

    def _kept(self, look: Look, op: Op, found: _Found) -> _Found | None:
        linear = found.linear
        data, weights = linear.inputs[0], linear.inputs[1]
        if linear.attrs.keep_num_dims or data is None or weights is None or not data.shape or not weights.shape:
            return look.fail("{} keeps its dimensions, or they are not known", linear)
        units, depth = weights.shape
        if data.shape[-1] != depth or op.outputs[0].shape != (*data.shape[:-1], units):
            return look.fail("{} does not bring back the leading dimensions of {}", op, data)
        attrs = linear.attrs._replace(keep_num_dims=True)
        kept = offered(look, self.context.target, linear, Identified(linear.kind, linear.inputs, attrs))
        return None if kept is None else found

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        steps = [found.linear, *found.chain]
        parts = [list(step.inputs) for step in steps]
        places = [0, *[inputs.index(before.outputs[0]) for before, inputs in zip(steps, parts[1:], strict=False)]]
        graph.remove(op)
        for step in reversed(steps):
            graph.remove(step)
        data: Any = found.linear.inputs[0]
        for step, inputs, place in zip(steps, parts, places, strict=True):
            inputs[place] = data
            attrs = step.attrs._replace(keep_num_dims=True) if step is found.linear else step.attrs
            outputs = op.outputs if step is steps[-1] else None
            made = graph.emit(step.kind, inputs, attrs, name=step.name, outputs=outputs, origin=step.origin)
            data = made.outputs[0]


def _elementwise(look: Look, op: Op) -> int | None:
    """The operand that an operator turns into its result element by element, alike in every row."""
    if get(op.kind).elementwise:
        return 0
    if op.kind in _ARITHMETIC:
        side = 0 if op.inputs[1] is not None and op.inputs[1].value is not None else 1
        data, other = op.inputs[side], op.inputs[1 - side]
        alike = other is not None and other.value is not None and other.shape is not None and len(other.shape) <= 1
        if alike and data is not None and data.shape == op.outputs[0].shape:
            return side
    return look.fail("{} is not element-wise", op)
