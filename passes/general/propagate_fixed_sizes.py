"""Infer types where they have become known (TOCO's PropagateArrayDataTypes and PropagateFixedSizes)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.errors import ShapeError
from ...compiler.ir import DType, Graph, Op, Shape, is_static, merge_shape, shape_text
from ...compiler.ir.opaque import OPAQUE
from ...compiler.ir.subgraphs import CALLERS
from ...compiler.ops import get
from ..extents import with_symbols


class PropagateFixedSizes(Pass):
    """Refine the types of results by what the operands' types, values and the attributes say.

    Before:
        graph main(x: float32[1,2]) -> y {
          y: ?[*] = Neg(x)
        }
    After:
        graph main(x: float32[1,2]) -> y {
          y: float32[1,2] = Neg(x)
        }
    """

    name = "propagate-fixed-sizes"
    stage = "general"

    def match(self, op: Op, look: Look) -> list[tuple[DType | None, Shape]] | None:
        for array in op.outputs:
            if array.dtype is None or not is_static(array.shape):
                break
        else:
            return look.fail("all about the results of {} is known", op)
        if op.kind == OPAQUE or op.kind in CALLERS:
            return look.fail("nothing is known about {}", op)
        found: list[tuple[DType | None, Shape]] = []
        news = False
        for array, inferred in zip(op.outputs, get(op.kind).infer(op.inputs, op.attrs), strict=True):
            try:
                shape = with_symbols(merge_shape(array.shape, inferred.shape), inferred.shape)
            except ValueError as error:
                raise ShapeError(
                    f"{array.name!r} was {shape_text(array.shape)} and now comes out as {shape_text(inferred.shape)}",
                    op=op.name,
                ) from error
            dtype = array.dtype if inferred.dtype is None else inferred.dtype
            news = news or shape is not array.shape or dtype is not array.dtype
            found.append((dtype, shape))
        return found if news else look.fail("nothing new about {}", op)

    def rewrite(self, op: Op, found: list[tuple[DType | None, Shape]], graph: Graph) -> None:
        for array, (dtype, shape) in zip(op.outputs, found, strict=True):
            graph.update(array, dtype=dtype, shape=shape)
