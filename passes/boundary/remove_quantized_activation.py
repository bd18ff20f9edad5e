"""Drop activations that a grid makes anyway (TOCO's RemoveTrivialQuantizedActivationFunc)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops import get
from ...compiler.quantization.grids import representable

_CLAMPS = {"RELU": (0.0, float("inf")), "RELU6": (0.0, 6.0), "RELU_N1_TO_1": (-1.0, 1.0)}


class RemoveQuantizedActivation(Pass):
    """Remove a fused activation where the result's grid has no value outside of what it lets through.

    Before:
        graph main(x: uint8[2] quant[[1.0], [0], null], z: uint8[2] quant[[1.0], [0], null]) -> y {
          y: uint8[2] quant[[0.0235], [0], null] = Add(x, z) {activation="RELU6"}
        }
    After:
        graph main(x: uint8[2] quant[[1.0], [0], null], z: uint8[2] quant[[1.0], [0], null]) -> y {
          y: uint8[2] quant[[0.0235], [0], null] = Add(x, z)
        }
    """

    name = "remove-quantized-activation"
    stage = "boundary"
    tolerance = 1.0  # what was not on a grid before now is

    def match(self, op: Op, look: Look) -> bool | None:
        activation = getattr(op.attrs, "activation", "NONE")
        if activation not in _CLAMPS or not get(op.kind).activated:
            return look.fail("{} has no fused activation", op)
        result = op.outputs[0]
        if result.quantization is None or result.dtype is None:
            return look.fail("{} is not quantized", result)
        least, most = _CLAMPS[activation]
        covered = representable(result.quantization, result.dtype)
        step = result.quantization.scale[0] / 2
        if covered.min < least - step or covered.max > most + step:
            return look.fail("the grid of {} goes from {} to {}", result, covered.min, covered.max)
        return True

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        graph.update(op, attrs=op.attrs._replace(activation="NONE"))
