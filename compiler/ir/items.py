"""What a graph is made of: arrays and operators, and the records that hang on a graph or a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InternalError
from .types import DType, MinMax, Quantization, Shape
from .values import Value, materialize

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Array:
    """A named tensor: an activation, or a constant when it has a `value`.

    Made by `Graph.array` or `Graph.constant`; changed only through the graph's mutators. `id` is unique in the model
    and never reused. `dtype` and `shape` may be unknown (None); a `value` has exactly the array's shape and numpy
    dtype.
    """

    __slots__ = ("dtype", "id", "minmax", "name", "quantization", "shape", "value")

    def __init__(self, id: int, name: str, dtype: DType | None, shape: Shape, value: Value | None = None) -> None:
        self.id = id
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.value = value
        self.minmax: MinMax | None = None
        self.quantization: Quantization | None = None

    @property
    def is_constant(self) -> bool:
        """Whether the array has a value."""
        return self.value is not None

    @property
    def rank(self) -> int | None:
        """Number of dimensions, None when unknown."""
        return None if self.shape is None else len(self.shape)

    @property
    def size(self) -> int | None:
        """Number of elements, None when any extent is unknown."""
        if self.shape is None:
            return None
        n = 1
        for d in self.shape:
            if type(d) is not int:
                return None
            n *= d
        return n

    def numpy(self) -> NDArray[Any]:
        """The constant's value; raises InternalError on an activation, UnsupportedError beyond the memory budget."""
        if self.value is None:
            raise InternalError(f"array {self.name!r} is not a constant")
        return materialize(self.value)

    def __repr__(self) -> str:
        return f"%{self.id} {self.name!r}"


class Op:
    """An operator: `kind` with operands, results, and an immutable `attrs` of the kind's own attribute type.

    An operand may be None where the kind allows it to be left out. `origin` names the source model's nodes that this
    operator stands for; `rank` is its approximate place in execution order, which keeps every traversal deterministic.
    """

    __slots__ = ("attrs", "id", "inputs", "kind", "origin", "outputs", "rank")

    def __init__(
        self,
        id: int,
        kind: str,
        inputs: tuple[Array | None, ...],
        outputs: tuple[Array, ...],
        attrs: Any = None,
        origin: tuple[str, ...] = (),
        rank: int = 0,
    ) -> None:
        self.id = id
        self.kind = kind
        self.inputs = inputs
        self.outputs = outputs
        self.attrs = attrs
        self.origin = origin
        self.rank = rank

    @property
    def name(self) -> str:
        """The name of the first result, by which users know an operator; `kind` where there is none."""
        return self.outputs[0].name if self.outputs else self.kind

    def __repr__(self) -> str:
        return f"%{self.id} {self.kind}({self.name!r})"


class State(NamedTuple):
    """A recurrent state: before each run `array` holds what `source` was at the end of the run before.

    A record beside the graph, not an edge in it, so that the graph stays acyclic. `discardable` states go with their
    last reader.
    """

    array: Array
    source: Array
    discardable: bool = False


class Signature(NamedTuple):
    """A public entry point: its key, the graph, and pairs (the caller's own name, array name) of inputs and outputs.

    Arrays are named, not held: the names of inputs and outputs survive every rewrite.
    """

    key: str
    graph: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
