"""Operators that run other graphs of the model: If and While.

Their attributes name those graphs, which they alone cannot look into: the types of results are given by the maker, and
`compiler.ir.subgraphs` holds operands and results against the graphs. The graphs read nothing from outside: what a body
captures are ordinary operands.
"""

from __future__ import annotations

from typing import NamedTuple

from ..errors import ShapeError
from ..ir.types import BOOL, TensorType, shape_text
from . import register
from .base import OpDef, Operands


class IfAttrs(NamedTuple):
    """The graphs of the two branches."""

    then_graph: str
    else_graph: str


@register
class If(OpDef):
    """The results of one of two graphs, which both take the operands behind the condition, one bool."""

    kind = "If"
    operands = ("condition", "operands*")
    Attrs = IfAttrs
    foldable = False

    @staticmethod
    def infer(inputs: Operands, _: IfAttrs) -> list[TensorType]:
        """Nothing is known without the graphs, not even how many results there are; the condition is checked."""
        condition = inputs[0]
        if condition.dtype not in (None, BOOL) or condition.size not in (None, 1):
            raise ShapeError(
                f"the condition of If must be one bool, not {condition.dtype} {shape_text(condition.shape)}"
            )
        return []


class WhileAttrs(NamedTuple):
    """The graph whose only result, one bool, says whether to go on, and the graph of one iteration."""

    cond_graph: str
    body_graph: str


@register
class While(OpDef):
    """The loop's variables after the last iteration: both graphs take all of them, the body makes them anew."""

    kind = "While"
    operands = ("variables*",)
    Attrs = WhileAttrs
    foldable = False

    @staticmethod
    def infer(inputs: Operands, _: WhileAttrs) -> list[TensorType]:
        """The operands' dtypes; their shapes may change from one iteration to the next."""
        return [TensorType(x.dtype, None) for x in inputs]
