"""One row of an exporter table: what builtin operator a kind becomes, in which version, with which options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ....compiler.plugins.target import Hybrid, Kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....compiler.ir import Array, DType, Op

    Operand: TypeAlias = Array | NDArray[Any] | None


class GraphName(str):
    """The name of a graph of the model as the value of an options field, which holds the graph's number in the file."""

    __slots__ = ()


class Exporter(NamedTuple):
    """How operators of one kind are written.

    - `builtin`: name in the schema's BuiltinOperator; `CUSTOM` goes with `custom_code`.
    - `options`, `fields`: the options table, and a function from the operator to its fields by name. Codes of
      enumerations may be given by name, tensor types as DType, graphs as GraphName; zero and false may be left out. For
      `CUSTOM` the fields become a FlexBuffer map.
    - `version`: the lowest operator version whose kernels implement this instance.
    - `dtypes`: the types, blank separated, that the operand number `data` may have (-1: the first result); after a `|`
      those that it may have only with a scale and a zero point, because the kernel computes with real values.
    - `check`: why this very instance cannot be written, or None; asked before everything else.
    - `operands`: the operands in the order in which the kernel wants them; a numpy array becomes a constant of its own.
    - `mutates`: positions of operands that the kernel keeps its state in.
    - `kernel`: how the kernel computes with the types after the `|` of `dtypes`; for operators of plugins.
    - `hybrid`: which constants of a float operator the kernel takes as int8, or None; for operators of plugins.
    - `activations`: blank separated, those that the kernel applies to its result when the operator's attribute
      `activation` says so: `RELU RELU6`; for operators of plugins.
    """

    builtin: str
    options: str = ""
    fields: Callable[[Op], Mapping[str, Any]] | None = None
    version: int | Callable[[Op], int] = 1
    dtypes: str = ""
    data: int = 0
    check: Callable[[Op], str | None] | None = None
    operands: Callable[[Op], Sequence[Operand]] | None = None
    custom_code: str = ""
    mutates: tuple[int, ...] = ()
    kernel: Kernel = Kernel()
    hybrid: Hybrid | None = None
    activations: str = ""

    def refusal(self, op: Op) -> str | None:
        """One sentence on why TFLite cannot run this operator as it stands; None when it can."""
        if self.dtypes:
            array = op.outputs[0] if self.data < 0 else op.inputs[self.data]
            if array is not None and array.dtype is not None:
                plain, quantized = _types(self.dtypes)
                name = array.dtype.name
                if name not in plain and (array.quantization is None or name not in quantized):
                    how = " without scale and zero point" if name in quantized else ""
                    return f"{array.name!r} is {name}{how}; {self.custom_code or self.builtin} takes {', '.join(plain)}"
        return None if self.check is None else self.check(op)

    def quantized(self, dtype: DType) -> Kernel | None:
        """How the kernel computes with real values in an integer type; None where it does not take that."""
        return self.kernel if dtype.name in _types(self.dtypes)[1] else None

    def version_of(self, op: Op) -> int:
        """The operator version for this instance."""
        return self.version if isinstance(self.version, int) else self.version(op)


_TYPES: dict[str, tuple[dict[str, None], dict[str, None]]] = {}


def _types(text: str) -> tuple[dict[str, None], dict[str, None]]:
    """Plain types and quantised ones, as ordered sets."""
    found = _TYPES.get(text)
    if found is None:
        plain, _, quantized = text.partition("|")
        found = _TYPES[text] = (dict.fromkeys(plain.split()), dict.fromkeys(quantized.split()))
    return found


def type_of(op: Op, position: int = 0) -> str:
    """Name of an operand's element type, "" when absent or unknown."""
    array = op.inputs[position] if position < len(op.inputs) else None
    return "" if array is None or array.dtype is None else array.dtype.name


def rank_of(op: Op, position: int = 0) -> int:
    """Rank of an operand, 0 when absent or unknown."""
    array = op.inputs[position] if position < len(op.inputs) else None
    return 0 if array is None or array.shape is None else len(array.shape)


def by_type(otherwise: int = 1, position: int = 0, **versions: int) -> Callable[[Op], int]:
    """A version rule: the version listed for the type of the operand at `position`, else `otherwise`."""
    return lambda op: versions.get(type_of(op, position), otherwise)


def at_most(rank: int, position: int = 0) -> Callable[[Op], str | None]:
    """A check: the operand at `position` has at most this rank, where it is known."""

    def check(op: Op) -> str | None:
        found = rank_of(op, position)
        return f"rank {found}; the kernel takes at most {rank}" if found > rank else None

    return check


def activation(op: Op) -> dict[str, Any]:
    """The fields of an options table that holds nothing but the fused activation."""
    return {"fused_activation_function": op.attrs.activation}
