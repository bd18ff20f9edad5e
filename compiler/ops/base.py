"""What an operator definition is, and the shape arithmetic that all of them share.

Inference works on plain tuples of Python ints, `Dim` symbols and None (nothing known), never on numpy arrays: it runs
for each operator at import and again whenever an operand changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from ..errors import PytocoError, ShapeError
from ..ir.types import Dim, DType, InferredShape, TensorType, shape_text
from . import Unfoldable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir.items import Array
    from ..quantization.rules import Rule

Extent: TypeAlias = int | Dim | None
"""One dimension: a number, a symbol, or None when nothing is known about it."""

Operands: TypeAlias = Sequence[Any]
"""The operands given to `infer`: an `Array` each, or None where an optional one is left out."""

Values: TypeAlias = Sequence[Any]
"""The operands given to `kernel`: a numpy array each, or None where an optional one is left out."""


class OpDef:
    """Definition of an operator kind: operands, attributes, type and shape inference, reference kernel.

    Subclasses set the class attributes and override `infer` (always) and `kernel` (where it can be computed), as
    static or class methods:

    - `kind`: the name, unique.
    - `operands`: their names; `bias?` may be None or missing at the end, `values*` stands for any number, at the end.
    - `Attrs`: the NamedTuple class of the attributes, or None.
    - `foldable`: the kernel's result may replace the operator when all operands are constants.
    - `by_shape`: the kernel looks only at shape and dtype of its operands, so that any array of that shape will do.
    - `effects`: the operator must stay although nobody reads its results.
    - `overwrites`: positions of operands in whose place a runtime leaves other values: nothing may read them later.
    - `elementwise`: one operand, same shape out, each element for itself.
    - `commutative`: the two operands may be exchanged.
    - `quantization`: how ranges and grids go through it, for kinds that `compiler.quantization.rules` does not list.
    - `activated`: the attributes have a fused `activation`, which the kernel applies.
    - `heavy`: where most of a model's time goes; drawings show it in a darker colour.
    - `colour`: `#RRGGBB`, the colour of its box in drawings; "" for the usual one.
    - `importers`, `exporters`: of an operator of a plugin, how frontends and backends translate it, as in `OpRef`.

    `label` says what drawings and reports show of its attributes.
    """

    kind: ClassVar[str] = ""
    operands: ClassVar[tuple[str, ...]] = ()
    Attrs: ClassVar[Any] = None
    foldable: ClassVar[bool] = True
    by_shape: ClassVar[bool] = False
    effects: ClassVar[bool] = False
    overwrites: ClassVar[tuple[int, ...]] = ()
    elementwise: ClassVar[bool] = False
    commutative: ClassVar[bool] = False
    activated: ClassVar[bool] = False
    heavy: ClassVar[bool] = False
    colour: ClassVar[str] = ""
    quantization: ClassVar[Rule | None] = None
    importers: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    exporters: ClassVar[Mapping[str, Any]] = {}
    arity: ClassVar[tuple[int, int]] = (0, 0)
    """Fewest and most operands, worked out from `operands`."""
    default_attrs: ClassVar[Any] = None
    """The attributes where none are given, worked out from `Attrs`; None where a field has no default."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        names = cls.operands
        least = max((i + 1 for i, name in enumerate(names) if name[-1] not in "?*"), default=0)
        cls.arity = (least, 1 << 30 if names and names[-1].endswith("*") else len(names))
        fields = getattr(cls.Attrs, "_fields", ())
        cls.activated = "activation" in fields
        cls.default_attrs = cls.Attrs() if fields and len(cls.Attrs._field_defaults) == len(fields) else None

    @classmethod
    def infer(cls, inputs: Operands, attrs: Any, /) -> list[TensorType]:
        """Types of the results, one each; what is not known stays None.

        Raises ShapeError when the operands cannot go together.
        """
        raise NotImplementedError(cls)

    @classmethod
    def kernel(cls, values: Values, attrs: Any, /) -> list[NDArray[Any]]:
        """The results for these operand values, in the dtypes that `infer` says.

        Quantised and bfloat16 operands come as float32 real values, and so do the results. Raises Unfoldable when the
        values cannot be computed.
        """
        raise Unfoldable(f"{cls.kind} has no reference kernel")

    @classmethod
    def label(cls, attrs: Any, /) -> Sequence[str]:
        """The lines that drawings, `blame` and `why` show after the kind: by default a fused activation."""
        activation = getattr(attrs, "activation", "NONE")
        return [] if activation == "NONE" else [_ACTIVATIONS.get(activation, str(activation))]


_ACTIVATIONS = {"RELU": "ReLU", "RELU6": "ReLU6", "RELU_N1_TO_1": "ReLU1", "TANH": "Tanh", "SIGN_BIT": "SignBit"}


def check_operands(definition: type[OpDef], inputs: Operands) -> None:
    """Raise ShapeError unless the number of operands is right and only optional ones are None."""
    least, most = definition.arity
    count = len(inputs)
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} to {most}" if most < 1 << 30 else f"at least {least}"
        raise ShapeError(f"{definition.kind} needs {wanted} operands ({', '.join(definition.operands)}), not {count}")
    if None in inputs:
        names = definition.operands
        for i, array in enumerate(inputs):
            name = names[min(i, len(names) - 1)]
            if array is None and not name.endswith("?"):
                raise ShapeError(f"operand {name!r} of {definition.kind} is missing")


def compute(definition: type[OpDef], values: Values, attrs: Any) -> list[NDArray[Any]]:
    """The kernel's results, for folding and checking: whatever numpy cannot do with the values is an Unfoldable.

    Warnings about overflow and the like are off: infinities and NaNs are results as any other.
    """
    try:
        with np.errstate(all="ignore"):
            return definition.kernel(values, attrs)
    except (ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:
        if isinstance(error, PytocoError):
            raise
        raise Unfoldable(f"{definition.kind} cannot be computed: {error}") from error


# Operands -------------------------------------------------------------------------------------------------------------


def operand(inputs: Sequence[Any], index: int) -> Any:
    """The operand at a place, None when it is left out."""
    return inputs[index] if index < len(inputs) else None


def const_ints(array: Array | None) -> tuple[int, ...] | None:
    """The elements of a constant integer operand (a shape, axes, ...), None when it is not a known constant."""
    if array is None or array.value is None:
        return None
    value: Any = array.value
    if value.dtype.kind not in "iu" or value.size > 1 << 14:
        return None
    return tuple(value.reshape(-1).tolist())


def need_integers(array: Array) -> None:
    """Raise ShapeError for an operand of another element type than an integer one."""
    if array.dtype is not None and not array.dtype.is_integer:
        raise ShapeError(f"operand {array.name!r} must be integers, not {array.dtype} {shape_text(array.shape)}")


def index_ints(array: Array) -> tuple[int, ...] | None:
    """As `const_ints`, for an operand that can only be integers; raises ShapeError when it is something else."""
    need_integers(array)
    return const_ints(array)


def index_int(array: Array, what: str) -> int | None:
    """The one element of a constant integer operand; raises ShapeError when there are several, or no integers."""
    ints = index_ints(array)
    if ints is None:
        return None
    if len(ints) != 1:
        raise ShapeError(f"{what} must be one number, not {len(ints)}")
    return ints[0]


def vector_length(array: Array) -> int | None:
    """The number of elements of a rank-1 operand, None when not known; a scalar counts as one."""
    shape = array.shape
    if shape is None:
        return None
    if not shape:
        return 1
    if len(shape) > 1:
        raise ShapeError(f"operand {array.name!r} must be a vector, not of shape {shape_text(shape)}")
    return shape[0] if type(shape[0]) is int else None


def same_dtype(kind: str, inputs: Operands) -> DType | None:
    """The element type that all operands share, None when none is known.

    Raises ShapeError for two different ones, unless one is quantised (real values are what counts).
    """
    found: DType | None = None
    first: Any = None
    for array in inputs:
        dtype = array.dtype
        if dtype is found or dtype is None:
            continue
        if found is None:
            found, first = dtype, array
        elif first.quantization is None and array.quantization is None:
            raise ShapeError(
                f"{kind}: element types {found} of {first.name!r} {shape_text(first.shape)} and {dtype} of "
                f"{array.name!r} {shape_text(array.shape)} differ"
            )
    return found


# Dimensions -----------------------------------------------------------------------------------------------------------


def unknown(rank: int) -> tuple[None, ...]:
    """A shape of which only the rank is known."""
    return (None,) * rank


def axis_of(axis: int, rank: int, what: str) -> int:
    """`axis` counted from the front; raises ShapeError when it is outside of `rank` dimensions."""
    if not -rank <= axis < rank:
        raise ShapeError(f"{what}: axis {axis} is outside of rank {rank}")
    return axis + rank if axis < 0 else axis


def axes_of(axes: Sequence[int], rank: int, what: str) -> tuple[int, ...]:
    """`axes` counted from the front, in order, each once; raises ShapeError as `axis_of`."""
    return tuple(sorted({axis_of(axis, rank, what) for axis in axes}))


def merge_extent(a: Extent, b: Extent) -> Extent:
    """What is known about an extent that is both `a` and `b`: the number, else the first symbol.

    Raises ValueError when they are different numbers.
    """
    if type(a) is int:
        if type(b) is int and a != b:
            raise ValueError(f"{a} against {b}")
        return a
    return b if a is None or type(b) is int else a


def merge_shapes(kind: str, a: InferredShape, b: InferredShape) -> InferredShape:
    """What is known about a shape that is both `a` and `b`; raises ShapeError when they differ."""
    if a == b or b is None:
        return a
    if a is None:
        return b
    try:
        return tuple([merge_extent(x, y) for x, y in zip(a, b, strict=True)])
    except ValueError:
        raise ShapeError(f"{kind}: shapes {shape_text(a)} and {shape_text(b)} differ") from None


def broadcast_shapes(kind: str, a: InferredShape, b: InferredShape) -> InferredShape:
    """The shape of an element-wise result under NumPy's broadcasting rules, with unknown extents.

    An extent other than 1 wins over a symbol, which can only be equal to it, or 1. Raises ShapeError naming both.
    """
    if a is None or b is None:
        return None
    if a == b and None not in a:
        return a
    if len(a) < len(b):
        a, b = b, a
    lead = len(a) - len(b)
    result: list[Extent] = list(a[:lead])
    for x, y in zip(a[lead:], b, strict=True):
        if x is y or y == 1:
            result.append(x)
        elif x == 1:
            result.append(y)
        elif type(x) is int:
            if type(y) is int and x != y:
                raise ShapeError(f"{kind}: shapes {shape_text(a)} and {shape_text(b)} cannot be broadcast together")
            result.append(x)
        else:
            result.append(y if type(y) is int else None)
    return tuple(result)


def product(shape: Sequence[Extent]) -> tuple[int, list[Dim | None]]:
    """The product of the known extents, and the unknown ones."""
    n = 1
    open_: list[Dim | None] = []
    for d in shape:
        if type(d) is int:
            n *= d
        else:
            open_.append(d)  # type: ignore[arg-type]  # not an int
    return n, open_


def quotient(what: str, shape: InferredShape, known: int) -> Extent:
    """The extent that makes, times `known`, the number of elements of `shape`.

    With one unknown extent in `shape` it is that very symbol when the rest is equal to `known`. Raises ShapeError when
    the division leaves a remainder.
    """
    if shape is None:
        return None
    n, open_ = product(shape)
    if not open_:
        if known == 0 or n % known:
            raise ShapeError(f"{what}: the {n} elements of shape {shape_text(shape)} cannot make groups of {known}")
        return n // known
    if len(open_) == 1 and n == known and n:
        return open_[0]
    return None


def need_rank(kind: str, shape: InferredShape, rank: int, what: str) -> tuple[Extent, ...]:
    """`shape`, or `rank` unknown extents when it is not known; raises ShapeError for another rank."""
    if shape is None:
        return unknown(rank)
    if len(shape) != rank:
        raise ShapeError(f"{kind}: {what} must have rank {rank}, not shape {shape_text(shape)}")
    return shape
