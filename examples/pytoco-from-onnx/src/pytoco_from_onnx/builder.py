"""What importer functions build with.

An importer takes `(builder, node, inputs)`, the inputs as Arrays or None, and returns the arrays of the node's
results. It may raise `Unsupported(reason)`: the node then comes in as an Opaque operator that carries the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import BOOL, INT32, Array, DType, Graph, Op, PytocoError, ShapeError, op_definition

from .nodes import Node

Inputs: TypeAlias = list[Any]
"""The operands of a node: an `Array` each, None where one is left out."""

Importer: TypeAlias = Callable[["Builder", Node, Inputs], "Sequence[Array | None]"]

TO_NHWC = (0, 2, 3, 1)
TO_NCHW = (0, 3, 1, 2)

_FOLDED = 1 << 10
"""Elements up to which an operator over constants is computed at once: arithmetic on shapes, above all."""
_LOOKED_AT = 1 << 16
_INT32 = np.iinfo(np.int32)


class Unsupported(Exception):
    """An instance of a known operator that cannot be imported; `str()` is the reason, as a clause."""


class Builder:
    """The graph that is being made, and the node at hand.

    `taken` holds the names of all values of the source, which helper arrays must not take; `body(node, key, given)`
    makes a graph of the model from a graph among a node's attributes.
    """

    __slots__ = ("_perms", "_shared", "body", "graph", "node", "origin", "taken")

    def __init__(
        self, graph: Graph, taken: dict[str, None], body: Callable[[Node, str, Mapping[str, Array]], Graph]
    ) -> None:
        self.graph = graph
        self.body = body
        self.taken = taken
        self.node: Node = None  # type: ignore[assignment]  # set before the first importer runs
        self.origin: tuple[str, ...] = ()
        self._shared: dict[tuple[Array, str], Array] = {}
        self._perms: dict[tuple[int, ...], Array] = {}

    # Names and constants ---------------------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """The name of the node's first result."""
        return self.node.outputs[0] if self.node.outputs and self.node.outputs[0] else self.node.name

    def helper_name(self, name: str) -> str:
        """`name`, or a variant of it that no value of the source and no array has."""
        made = self.graph.unique_name(name)
        while made in self.taken:
            made = self.graph.unique_name(f"{made}_")
        return made

    def constant(self, value: Any, suffix: str, dtype: DType | None = None) -> Array:
        """A new constant of this node."""
        return self.graph.constant(np.asarray(value), self.helper_name(f"{self.base}/{suffix}"), dtype)

    def int32s(self, values: Sequence[int], suffix: str) -> Array:
        """A new vector of int32."""
        return self.constant(np.array(values, np.int64).clip(_INT32.min, _INT32.max).astype(np.int32), suffix)

    def like(self, number: float, array: Array, suffix: str) -> Array:
        """A new scalar of an array's element type."""
        if array.dtype is None or array.dtype.numpy is None:
            raise Unsupported(f"the element type of {array.name!r} is unknown")
        return self.constant(np.array(number).astype(array.dtype.numpy), suffix, array.dtype)

    def value(self, array: Array | None) -> NDArray[Any] | None:
        """The value of a small constant; None for anything else."""
        if array is None or array.value is None or (array.size or 0) > _LOOKED_AT:
            return None
        return array.numpy()

    def ints(self, array: Array, what: str) -> tuple[int, ...]:
        """The integers of a constant; raises Unsupported when it is computed, InvalidModelError when it is not that."""
        value = self.value(array)
        if value is None:
            raise Unsupported(f"its {what} are computed, not constant")
        if value.dtype.kind not in "iu":
            raise self.node.error(f"its {what} are {value.dtype}, expected integers")
        return tuple(value.reshape(-1).tolist())

    # Operators -------------------------------------------------------------------------------------------------------

    def emit(self, kind: str, inputs: Sequence[Array | None], *, suffix: str = "", **fields: Any) -> Array:
        """Add an operator of this node, its attributes given by field; its first result.

        The result is named as the node's, or with `suffix` as a helper. Small constants are computed at once. Raises
        ShapeError naming the node where the operands cannot go together.
        """
        attrs_class = op_definition(kind).Attrs
        attrs = None if attrs_class is None else attrs_class(**fields)
        folded = self._folded(kind, inputs, attrs, suffix)
        return self.emit_op(kind, inputs, attrs, suffix=suffix).outputs[0] if folded is None else folded

    def emit_op(self, kind: str, inputs: Sequence[Array | None], attrs: Any, *, suffix: str = "") -> Op:
        """Add an operator with several results, whose attributes are given as such."""
        name = self.helper_name(f"{self.base}/{suffix}") if suffix else self.base
        try:
            return self.graph.emit(kind, inputs, attrs, name=name, origin=self.origin)
        except ShapeError as error:
            shapes = ", ".join(f"{a.name} {list(a.shape or ['*'])}" for a in inputs if a is not None)
            text = f"node {self.node.name!r} ({self.node.kind}): {error.message}; its inputs are {shapes}"
            raise ShapeError(text, hint=error.hint, node=self.node.name) from error

    def _folded(self, kind: str, inputs: Sequence[Array | None], attrs: Any, suffix: str) -> Array | None:
        definition = op_definition(kind)
        if not definition.foldable or not definition.arity[0] <= len(inputs):
            return None
        values: list[NDArray[Any] | None] = []
        for array in inputs:
            value: NDArray[Any] | None = None
            if array is not None and array.quantization is not None:
                return None
            if array is not None and array.value is not None and (array.size or 0) <= _FOLDED:
                value = array.numpy()
            elif array is not None and definition.by_shape and array.size is not None and array.dtype is not None:
                value = np.broadcast_to(np.zeros((), array.dtype.numpy), array.shape)  # type: ignore[arg-type]
            elif array is not None:
                return None
            values.append(value)
        if not values:
            return None
        try:
            (dtype, _), *more = definition.infer(inputs, attrs)
            with np.errstate(all="ignore"):
                made = definition.kernel(values, attrs)[0]
        except (PytocoError, ArithmeticError, LookupError, TypeError, ValueError):
            return None
        if more or made.size > _FOLDED:
            return None
        name = self.helper_name(f"{self.base}/{suffix}") if suffix else self.graph.unique_name(self.base)
        return self.graph.constant(made, name, dtype)

    def shared(self, array: Array, key: str, make: Callable[[], Array]) -> Array:
        """What `make` derives from `array`, made once however many nodes ask."""
        made = self._shared.get((array, key))
        if made is None:
            made = self._shared[array, key] = make()
        return made

    # Moving data -----------------------------------------------------------------------------------------------------

    def transposed(self, array: Array, perm: Sequence[int], suffix: str = "") -> Array:
        """`array` with its axes permuted; a view where it is constant."""
        if list(perm) == list(range(len(perm))):
            return array
        perm = tuple(perm)
        if array.value is not None:
            name = self.helper_name(f"{array.name}_{''.join(map(str, perm))}")
            return self.shared(
                array,
                f"{perm}",
                lambda: self.graph.constant(array.value.transpose(perm), name, array.dtype),  # type: ignore[union-attr]
            )
        if perm not in self._perms:
            self._perms[perm] = self.int32s(perm, "perm")
        return self.emit("Transpose", [array, self._perms[perm]], suffix=suffix)

    def nhwc(self, array: Array) -> Array:
        """An image with its channels last, made once however many nodes ask."""
        return self.shared(array, "nhwc", lambda: self.transposed(array, TO_NHWC, "nhwc"))

    def nchw(self, array: Array, suffix: str = "") -> Array:
        """An image with its channels second again."""
        return self.transposed(array, TO_NCHW, suffix)

    def reshaped(self, array: Array, shape: Sequence[int], suffix: str = "") -> Array:
        """`array` in another shape, -1 for at most one extent; itself where it has that shape."""
        if array.shape is not None and tuple(array.shape) == tuple(shape):
            return array
        return self.emit("Reshape", [array, self.int32s(shape, "shape")], suffix=suffix)

    def int32(self, array: Array, suffix: str) -> Array:
        """Integers as int32, as the IR's shapes, axes and indices are read; constants are clipped."""
        if array.dtype is INT32 or array.dtype is None or not array.dtype.is_integer:
            return array
        value = self.value(array)
        if value is not None:
            return self.constant(value.clip(_INT32.min, _INT32.max).astype(np.int32), suffix)
        return self.cast(array, INT32, suffix)

    def cast(self, array: Array, dtype: DType, suffix: str = "") -> Array:
        """`array` in another element type."""
        return array if array.dtype is dtype else self.emit("Cast", [array], suffix=suffix, dtype=dtype)

    def bool_scalar(self, array: Array, suffix: str) -> Array:
        """One bool as a scalar."""
        if array.dtype is not BOOL or array.size not in (None, 1):
            raise self.node.error(f"its condition is {array.dtype} of shape {array.shape}, expected one bool")
        return self.reshaped(array, (), suffix)

    # Questions -------------------------------------------------------------------------------------------------------

    def rank(self, array: Array) -> int:
        """The rank; raises Unsupported when it is unknown."""
        if array.shape is None:
            raise Unsupported(f"the rank of {array.name!r} is unknown")
        return len(array.shape)

    def static(self, array: Array) -> tuple[int, ...]:
        """The shape; raises Unsupported unless every extent is known."""
        shape: Any = array.shape
        if array.size is None:
            raise Unsupported(f"the shape of {array.name!r} is not wholly known")
        return tuple(shape)

    def inner(self, array: Array) -> tuple[int, ...]:
        """The shape but for the first extent, the batch; raises Unsupported unless every one of it is known."""
        found = [d for d in (array.shape or ())[1:] if type(d) is int]
        if len(found) != self.rank(array) - 1:
            raise Unsupported(f"the shape of {array.name!r} is not wholly known")
        return tuple(found)

    def axis(self, axis: int, rank: int) -> int:
        """`axis` counted from the front; raises InvalidModelError when it is out of range."""
        if not -rank <= axis < rank:
            raise self.node.error(f"axis {axis} does not exist in rank {rank}")
        return axis % rank


__all__ = ["Builder", "Importer", "Inputs", "Node", "Unsupported"]
