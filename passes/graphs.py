"""What passes about conditionals and loops share: what a graph gives for given operands, and putting it in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..compiler.errors import PytocoError
from ..compiler.ir import Array, Graph, Op, merge_shape
from ..compiler.ir.opaque import OPAQUE
from ..compiler.ir.subgraphs import CALLERS, called, callers
from ..compiler.ir.types import is_static
from ..compiler.ir.values import materialize
from ..compiler.ops import get
from ..compiler.ops.base import compute
from .extents import with_symbols

if TYPE_CHECKING:
    from ..compiler.driver import Look

SMALL = 1 << 10
"""Elements up to which a value is worked out when a graph is only looked at."""


def own_graphs(op: Op, look: Look) -> tuple[Graph, Graph] | None:
    """The two graphs that an If or a While runs, provided that nothing else runs them."""
    model = look.graph.model
    names = called(op)
    if names[0] == names[1] or len(callers(model, *names)) > 1:
        return look.fail("the graphs of {} are run by others, too", op)
    first, second = (model.graphs[name] for name in names)
    return first, second


def foreseen(graph: Graph, given: Mapping[Array, Array]) -> list[Array]:
    """The outputs of a graph as they would be if each input in `given` were what stands there: type, maybe a value.

    Nothing is changed: what becomes different is described by arrays that are in no graph. Raises ShapeError where
    operands would not go together.
    """
    seen: dict[Array, Array] = dict(given)
    for op in graph.order():
        if op.kind == OPAQUE or op.kind in CALLERS or not any(a in seen for a in op.inputs if a is not None):
            continue
        operands = [None if a is None else seen.get(a, a) for a in op.inputs]
        values = _computed(op, operands)
        for k, (array, inferred) in enumerate(zip(op.outputs, get(op.kind).infer(operands, op.attrs), strict=True)):
            shape = array.shape if values is None else values[k].shape
            try:
                shape = with_symbols(merge_shape(shape, inferred.shape), inferred.shape)
            except ValueError:
                shape = array.shape
            dtype = array.dtype or inferred.dtype
            if values is not None or shape is not array.shape or dtype is not array.dtype:
                seen[array] = Array(0, array.name, dtype, shape, None if values is None else values[k])
    return [seen.get(array, array) for array in graph.outputs]


def _computed(op: Op, operands: list[Array | None]) -> list[Any] | None:
    """The results as values, where all operands are small constants, or only the shape of one counts."""
    definition = get(op.kind)
    first = operands[0] if operands else None
    if op.kind == "Shape" and first is not None and first.shape is not None and is_static(first.shape):
        return [np.array(first.shape, op.attrs.output_type.numpy)]
    if not definition.foldable or not operands:
        return None
    values = []
    for array in operands:
        if array is not None and (array.value is None or array.value.size > SMALL or array.quantization is not None):
            return None
        values.append(None if array is None or array.value is None else materialize(array.value))
    try:
        results = compute(definition, values, op.attrs)
    except PytocoError:
        return None
    dtypes = [None if a.dtype is None else a.dtype.numpy for a in op.outputs]
    made = [np.asarray(value, dtype) for value, dtype in zip(results, dtypes, strict=True)]
    return made if all(value.size <= SMALL for value in made) else None


def known(array: Array, dtype: Any, shape: Any, value: Any = None) -> Array:
    """An array in no graph that stands for `array` with this type and value, for `foreseen`."""
    return Array(0, array.name, dtype or array.dtype, shape, value, quantization=array.quantization)


def put_inline(graph: Graph, part: Graph, operands: tuple[Array | None, ...], prefix: str) -> list[Array]:
    """Copy the operators of `part` into `graph`, with `operands` for its inputs; the arrays that its outputs are."""
    copies: dict[Array, Array] = {
        own: given for own, given in zip(part.inputs, operands, strict=True) if given is not None
    }

    def copy(array: Array) -> Array:
        made = copies.get(array)
        if made is None:
            copies[array] = made = graph.array(
                f"{prefix}/{array.name}",
                array.dtype,
                array.shape,
                array.value,
                minmax=array.minmax,
                quantization=array.quantization,
            )
        return made

    for op in part.order():
        inputs = [None if a is None else copy(a) for a in op.inputs]
        graph.emit(op.kind, inputs, op.attrs, outputs=[copy(a) for a in op.outputs], origin=op.origin)
    return [copy(array) for array in part.outputs]


def drop_places(op: Op, places: frozenset[int], graph: Graph, outputs: bool) -> None:
    """Put an operator without the operands at these places (and the results, if `outputs`) in the place of `op`."""
    graph.remove(op)
    results = [a for k, a in enumerate(op.outputs) if not (outputs and k in places)]
    if results:
        operands = [a for k, a in enumerate(op.inputs) if k not in places]
        graph.emit(op.kind, operands, op.attrs, outputs=results, origin=op.origin)
