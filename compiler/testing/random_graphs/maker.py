"""Makes random typed graphs whose every value is known, so that operands can be chosen that an operator is defined for.

Numbers are chosen to make comparisons sharp. Floats start as multiples of 1/4, and sums and products of such numbers
are exact in every order of evaluation as long as they are small: those arrays are *exact*. Functions that jump (Floor,
comparisons, ArgMax) get exact operands only, so that rounding elsewhere cannot become a difference here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import PytocoError
from ...ir import Array, Model
from ...ir.types import dtype_of
from ...ops import get
from ...ops.base import compute

if TYPE_CHECKING:
    from ...ir import Op
    from .draws import Draws

LARGEST = 1000.0
STEP = 1024.0
MOST_ELEMENTS = 4096
EXTENTS = (1, 2, 3, 4, 5, 6)
DTYPES = ("float32", "int32", "int64", "bool", "uint8", "int8", "int16", "complex64")
"""Element types that random graphs may have."""


class Skip(Exception):
    """The operator does not go with what the graph has so far."""


class Maker:
    """A graph in the making, for functions that add an operator to it.

    `values` holds what every array of `graph` is for the inputs drawn so far, `exact` whether that is exact. `dtypes`
    are the element types that inputs and results may have, `accepts` says of an operator whether it may stay. `plain`
    allows only what TensorFlow has a single operator for.
    """

    def __init__(
        self,
        draw: Draws,
        *,
        plain: bool = False,
        dtypes: Collection[str] = DTYPES,
        accepts: Callable[[Op], bool] | None = None,
    ) -> None:
        self.plain = plain
        self.draw = draw
        self.dtypes = dtypes
        self.accepts = accepts
        self.graph = Model().graph()
        self.values: dict[Array, NDArray[Any]] = {}
        self.exact: dict[Array, bool] = {}
        self._count = 0

    # Operands -------------------------------------------------------------------------------------------------------

    def name(self, prefix: str) -> str:
        """A new name."""
        self._count += 1
        return f"{prefix}{self._count}"

    def shape(self, low: int = 0, high: int = 5) -> tuple[int, ...]:
        """A small random shape of a rank within the bounds."""
        return tuple(self.draw.choice(EXTENTS) for _ in range(self.draw.integer(low, high)))

    def data(self, shape: Sequence[int], dtype: str = "float32") -> NDArray[Any]:
        """Random values: multiples of 1/4 up to 4, integers from -4 to 4 (0 to 8 unsigned), truth values."""
        kind = np.dtype(dtype).kind
        if kind == "b":
            return np.asarray(self.draw.integers(0, 2, shape), np.bool_)
        if kind == "f":
            return np.asarray(self.draw.integers(-16, 17, shape) / 4, dtype)
        return np.asarray(self.draw.integers(0 if kind == "u" else -4, 9 if kind == "u" else 5, shape), dtype)

    def input(self, shape: Sequence[int], dtype: str = "float32") -> Array:
        """A new input of the graph; raises Skip for an element type that is not wanted."""
        if dtype not in self.dtypes:
            raise Skip
        value = self.data(shape, dtype)
        array = self.graph.array(self.name("x"), dtype_of(value.dtype), tuple(shape))
        self.graph.retarget(inputs=[*self.graph.inputs, array])
        self.values[array], self.exact[array] = value, True
        return array

    def const(self, value: Any, dtype: str | None = None) -> Array:
        """A new constant."""
        made = np.asarray(value, dtype)
        array = self.graph.constant(made, self.name("k"))
        self.values[array], self.exact[array] = made, True
        return array

    def ints(self, *values: int) -> Array:
        """A constant vector of int32, now and then of int64."""
        return self.const(list(values), "int64" if self.draw.chance(0.1) else "int32")

    def find(
        self, types: str = "f", ranks: tuple[int, int] = (0, 5), fits: Callable[[Any], bool] | None = None
    ) -> Array:
        """An array whose numpy kind is one of `types`, most often a recent result; a new input when there is none."""
        low, high = ranks
        found = [
            a
            for a, v in self.values.items()
            if v.dtype.kind in types and low <= v.ndim <= high and a.value is None and (fits is None or fits(v))
        ]
        if found and self.draw.likely(0.92):
            return self.draw.choice(found[-4:] if self.draw.likely(0.7) else found)
        dtype = {"f": "float32", "b": "bool", "i": self.draw.choice(["int32", "int32", "int64"]), "u": "uint8"}
        made = self.input(self.shape(low, max(low, min(high, 4))), dtype[self.draw.choice(types)])
        if fits is not None and not fits(self.values[made]):
            raise Skip
        return made

    def partner(self, x: Array) -> Array:
        """Another operand of the same type that broadcasts with `x`: an array, an input or a constant."""
        value = self.values[x]
        if self.draw.likely(0.35):
            return self.draw.choice(self.alike(x))
        shape = list(value.shape)
        if self.draw.likely(0.6):
            shape = shape[self.draw.integer(0, len(shape)) :] if shape else []
            shape = [1 if self.draw.chance(0.25) else d for d in shape]
        made = self.data(shape, str(value.dtype))
        return self.const(made) if self.draw.likely(0.7) else self.input(shape, str(value.dtype))

    def alike(self, x: Array) -> list[Array]:
        """Every array of the same type and shape as `x`, itself among them."""
        value = self.values[x]
        return [a for a, v in self.values.items() if v.dtype == value.dtype and v.shape == value.shape]

    def range_of(self, x: Array) -> tuple[float, float]:
        """Smallest and largest value of an array."""
        value = self.values[x]
        return float(value.min()), float(value.max())

    def activation(self) -> str:
        """A fused activation, most often none."""
        return "NONE" if self.plain else self.draw.choice(["NONE", "NONE", "NONE", "RELU", "RELU6"])

    def axis(self, x: Array, extra: int = 0) -> int:
        """A random axis of `x`, from the front or from the back; raises Skip for a scalar."""
        rank = self.values[x].ndim + extra
        if not rank:
            raise Skip
        axis = self.draw.integer(0, 2 * rank - 1)
        return axis if axis < rank else axis - 2 * rank

    # Operators ------------------------------------------------------------------------------------------------------

    def emit(
        self, kind: str, inputs: Sequence[Array | None], *attrs: Any, jumps: bool = False, rounds: bool = False
    ) -> Array:
        """Add an operator and give its first result; raises Skip where it is not accepted, or the results are too wild.

        `jumps` marks functions that are not continuous, `rounds` those whose results are never exact.
        """
        floats = [a for a in inputs if a is not None and self.values[a].dtype.kind == "f"]
        if jumps and not all(self.exact[a] for a in floats):
            raise Skip
        definition = get(kind)
        made = definition.Attrs(*attrs) if definition.Attrs is not None else None
        given = [None if a is None else self.values[a] for a in inputs]
        try:
            results = [np.asarray(v) for v in compute(definition, given, made)]
            op = self.graph.emit(kind, inputs, made, name=self.name("t"))
        except PytocoError:
            raise Skip from None
        wanted = all(v.dtype.name in self.dtypes for v in results) and not any(_is_wild(v) for v in results)
        if not wanted or (self.accepts is not None and not self.accepts(op)):
            self.graph.remove(op)
            raise Skip
        exact = not rounds and all(self.exact[a] for a in floats)
        for array, value in zip(op.outputs, results, strict=True):
            self.values[array] = value
            self.exact[array] = value.dtype.kind != "f" or (exact and _is_exact(value))
        return op.outputs[0]

    def take_back(self, there: Sequence[Op]) -> None:
        """Leave only these of the operators, which were there before the others."""
        for op in reversed(self.graph.ops()):
            if op not in there:
                self.graph.remove(op)
                for array in op.outputs:
                    del self.values[array], self.exact[array]

    def finish(self) -> None:
        """Make outputs of the results that nobody reads, and of one or another that is read; other inputs go."""
        made = [a for op in self.graph.ops() for a in op.outputs]
        outputs = [a for a in made if not self.graph.user_count(a) or self.draw.chance(0.1)]
        self.keep(outputs)

    def keep(self, outputs: Sequence[Array]) -> None:
        """Leave of the finished graph only what these outputs need."""
        self.graph.retarget(outputs=outputs)
        for op in reversed(self.graph.order()):
            if not any(self.graph.user_count(a) or a in outputs for a in op.outputs):
                self.graph.remove(op)
        self.graph.retarget(inputs=[a for a in self.graph.inputs if self.graph.user_count(a)])


def _is_wild(value: NDArray[Any]) -> bool:
    if value.size > MOST_ELEMENTS or not value.size:
        return True
    if value.dtype.kind == "c":
        return bool(np.abs(value).max() > LARGEST)
    return value.dtype.kind != "b" and not bool((np.abs(value.astype(np.float64)) < LARGEST).all())


def _is_exact(value: NDArray[Any]) -> bool:
    return bool((value * STEP == np.rint(value * STEP)).all())
