"""What the numeric check computes with: kernels that remember, and the difference between two values."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import UnsupportedError
from ..ir.subgraphs import CALLERS
from ..ir.types import BFLOAT16
from ..ir.values import Lazy, materialize, tiles
from ..ops import get
from ..ops.numeric import activate
from ..testing.numeric import real_value, rounded_value, run_graphs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph, Op

TOLERANCES: dict[str, float] = {
    "float16": 4e-3,
    "bfloat16": 3e-2,
    "float32": 1e-5,
    "float64": 1e-12,
    "complex64": 1e-5,
    "complex128": 1e-12,
}
"""What rounding may change, relative to the largest magnitude, by element type; every other type must be exact."""

KEPT_BYTES = 1 << 26
"""Size up to which a constant that is a recipe is computed only once."""

_LINEAR = {"Conv": (0, 1), "DepthwiseConv": (0, 1), "TransposeConv": (2, 1), "FullyConnected": (0, 1)}
"""Kinds whose result is `activation(product + bias)`: where their input and weights are; the bias comes last."""


class Failed(NamedTuple):
    """In place of results: the kernel could not take these operands, and why."""

    reason: str


class Difference(NamedTuple):
    """How far two values are apart: relative to the largest magnitude of either, and absolutely.

    `what` says it in words where they cannot be compared; both figures are infinite then.
    """

    error: float
    abs_error: float
    what: str = ""


SAME = Difference(0.0, 0.0)


def is_same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether both are the very same memory, seen in the same way."""
    return a is b or (
        a.shape == b.shape
        and a.dtype == b.dtype
        and a.strides == b.strides
        and a.__array_interface__["data"] == b.__array_interface__["data"]
    )


def difference(expected: NDArray[Any], actual: NDArray[Any]) -> Difference:
    """How far `actual` is from `expected`; NaN agrees with NaN, an infinity with the same one."""
    if expected is actual:
        return SAME
    if expected.shape != actual.shape:
        return _incomparable(f"its shape is {list(actual.shape)} and was {list(expected.shape)}")
    if expected.dtype != actual.dtype:
        return _incomparable(f"it is {actual.dtype} and was {expected.dtype}")
    kind = expected.dtype.kind
    if kind not in "fiuc":
        wrong = int(np.count_nonzero(expected != actual))
        return Difference(1.0, 1.0, f"{wrong} of {expected.size} elements differ") if wrong else SAME
    if not expected.size or is_same(expected, actual):
        return SAME
    if kind in "iu":
        if np.array_equal(expected, actual):
            return SAME
        expected, actual = expected.astype(np.float64), actual.astype(np.float64)
    elif expected.itemsize == 2:
        expected, actual = expected.astype(np.float32), actual.astype(np.float32)
    return _finite(expected, actual) if kind == "c" else _real(expected, actual)


def _real(expected: NDArray[Any], actual: NDArray[Any]) -> Difference:
    bits = f"i{expected.itemsize}"
    if expected.flags.c_contiguous and actual.flags.c_contiguous and (expected.view(bits) == actual.view(bits)).all():
        return SAME
    with np.errstate(all="ignore"):
        apart = np.subtract(actual, expected)
        worst = max(float(apart.max()), -float(apart.min()))
        if worst == 0:
            return SAME
        if not np.isfinite(worst):
            return _finite(expected, actual)
        scale = max(float(expected.max()), -float(expected.min()), float(actual.max()), -float(actual.min()))
    return Difference(worst / scale, worst)


def _finite(expected: NDArray[Any], actual: NDArray[Any]) -> Difference:
    """The difference where not everything is finite (or real)."""
    finite = np.isfinite(expected)
    if not np.array_equal(expected[~finite], actual[~finite], equal_nan=True):
        return _incomparable("it is finite, infinite or NaN in other places than before")
    if not np.isfinite(actual[finite]).all():
        return _incomparable("it is infinite or NaN where it was finite")
    expected, actual = expected[finite], actual[finite]
    worst = float(np.abs(actual - expected).max(initial=0))
    scale = max(float(np.abs(expected).max(initial=0)), float(np.abs(actual).max(initial=0)))
    return Difference(worst / scale, worst) if worst else SAME


def _incomparable(what: str) -> Difference:
    return Difference(float("inf"), float("inf"), what)


def wrong_type(array: Array, value: NDArray[Any]) -> str:
    """How the value contradicts what the array is said to be; empty when it does not."""
    dtype, shape = array.dtype, array.shape
    if dtype is not None and array.quantization is None and dtype is not BFLOAT16:
        numpy = dtype.numpy
        if numpy is not None and numpy.kind != "O" and value.dtype != numpy:
            return f"it is {value.dtype}, but is said to be {dtype}"
    if shape is not None and shape != value.shape:
        fits = len(shape) == value.ndim and all(
            type(d) is not int or d == n for d, n in zip(shape, value.shape, strict=True)
        )
        if not fits:
            return f"its shape is {list(value.shape)}, but is said to be {list(shape)}"
    return ""


class Kernels:
    """Computes operators, exactly as their kernels do, but no product of the same operands twice.

    The sum before bias and activation of convolutions and products is kept as long as its weights are there, because
    passes fold biases and activations into them one by one.
    """

    __slots__ = ("_products",)

    def __init__(self) -> None:
        self._products: dict[Array, tuple[str, Any, NDArray[Any], NDArray[Any], NDArray[Any]]] = {}

    def forget(self, array: Array) -> None:
        """Drop what was computed with these weights."""
        self._products.pop(array, None)

    def compute(self, graph: Graph, op: Op, values: Sequence[Any]) -> list[NDArray[Any]] | Failed | None:
        """The results for these operands; None when the kind has no kernel, or says that it cannot compute them."""
        try:
            with np.errstate(all="ignore"):
                places = _LINEAR.get(op.kind)
                if places is not None and len(values) > max(places):
                    results = [self._linear(op, values, *places)]
                elif op.kind in CALLERS:
                    results = run_graphs(graph, op, values)
                else:
                    results = get(op.kind).kernel(values, op.attrs)
        except UnsupportedError:
            return None
        except Exception as error:  # noqa: BLE001 - numpy raises many types; a kernel's own are among them
            return Failed(f"{type(error).__name__}: {error}")
        if len(results) != len(op.outputs):
            return Failed(f"its kernel gives {len(results)} results instead of {len(op.outputs)}")
        return [rounded_value(a, np.asarray(v)) for a, v in zip(op.outputs, results, strict=True)]

    def _linear(self, op: Op, values: Sequence[Any], at: int, weights_at: int) -> NDArray[Any]:
        x, w = values[at], values[weights_at]
        weights = op.inputs[weights_at]
        assert weights is not None
        if x.dtype.kind != "f" or x.itemsize < 4:  # halves are rounded only after the bias
            result: NDArray[Any] = get(op.kind).kernel(values, op.attrs)[0]
            return result
        attrs = op.attrs._replace(activation="NONE")
        known = self._products.get(weights)
        if known is not None and known[0] == op.kind and known[1] == attrs and is_same(known[2], x):
            product = known[4]
        else:
            product = get(op.kind).kernel(values[: max(at, weights_at) + 1], attrs)[0]
            self._products[weights] = (op.kind, attrs, x, w, product)
        last = get(op.kind).arity[1] - 1
        bias = values[last] if len(values) > last else None
        return activate(product if bias is None else product + bias.reshape(-1), op.attrs.activation)


class Constants:
    """The constants that were met, to notice one that is edited behind the graph's back."""

    __slots__ = ("_computed", "_met")

    def __init__(self) -> None:
        self._met: dict[Array, tuple[Any, int]] = {}
        self._computed: dict[Array, NDArray[Any]] = {}

    def forget(self, array: Array) -> None:
        """The array has gone, or has got its value by an event."""
        self._met.pop(array, None)
        self._computed.pop(array, None)

    def value(self, array: Array) -> NDArray[Any]:
        """The real value of a constant; remembers it."""
        value = array.value
        assert value is not None
        if array not in self._met:
            self._met[array] = (value, _fingerprint(value))
        if not isinstance(value, Lazy):
            return real_value(array, value)
        computed = self._computed.get(array)
        if computed is None:
            computed = real_value(array, materialize(value))
            if computed.nbytes <= KEPT_BYTES:
                self._computed[array] = computed
        return computed

    def is_edited(self, array: Array) -> bool:
        """Whether a constant that was met has another value now; remembers the new one."""
        met = self._met.get(array)
        if met is None or array.value is None:
            return False
        now = (array.value, _fingerprint(array.value))
        if met[0] is now[0] and met[1] == now[1]:
            return False
        self._met[array] = now
        self._computed.pop(array, None)
        return True


def _fingerprint(value: Any) -> int:
    """A checksum of what somebody could write to; 0 for a view of the model file, a splat or a recipe."""
    if isinstance(value, Lazy) or not value.flags.writeable or value.dtype.kind == "O":
        return 0
    crc = 0
    for tile in tiles(value):
        crc = zlib.crc32(np.ascontiguousarray(tile).data, crc)
    return crc
