"""What a graph is made of: arrays and operators, and the records that hang on a graph or a model.

Fields of arrays and operators are read like any others and written by nobody but the graph's mutators: an assignment
raises an InternalError that names the mutator to use. So that neither reading nor making them costs anything for it,
an object is filled in as an instance of its base class, which only holds the fields, and turned into what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from ..errors import InternalError
from .types import DType, MinMax, Quantization, Shape
from .values import Value, materialize, read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray


assign: Final = object.__setattr__
"""`assign(item, field, value)`: how the mutators write a field, and what restores a graph from its journal."""

_new: Final = object.__new__

_MUTATORS = {
    "inputs": "graph.rewire(op, inputs)",
    "outputs": "graph.remove(op) and then graph.emit(kind, inputs, attrs, outputs=...), or graph.replace(old, new)",
    "kind": "graph.remove(op) and then graph.emit(kind, inputs, attrs, outputs=op.outputs)",
    "id": "no mutator: an id stays for life",
    "rank": "graph.renumber()",
}
"""What changes a field in place of an assignment; all others go through `update`."""


def _refuse(item: Array | Op, field: str) -> NoReturn:
    """Raise the error about an assignment."""
    if field not in dir(item):
        raise AttributeError(f"{type(item).__name__!r} object has no attribute {field!r}")
    update = f"graph.update({'op' if isinstance(item, Op) else 'array'}, {field}=...)"
    raise InternalError(
        f"{field!r} of {item!r} cannot be assigned: only the mutators of its graph change it",
        hint=f"use {_MUTATORS.get(field, update)}",
    )


class _ArrayFields:
    __slots__ = ("dtype", "id", "minmax", "name", "quantization", "shape", "value")

    id: int
    name: str
    dtype: DType | None
    shape: Shape
    value: Value | None
    minmax: MinMax | None
    quantization: Quantization | None


class Array(_ArrayFields):
    """A named tensor: an activation, or a constant when it has a `value`.

    Made by `Graph.array` or `Graph.constant`; changed only through the graph's mutators. `id` is unique in the model
    and never reused. `dtype` and `shape` may be unknown (None); a `value` has exactly the array's shape and numpy
    dtype, and cannot be written to.
    """

    __slots__ = ()

    def __new__(
        cls,
        id: int,
        name: str,
        dtype: DType | None,
        shape: Shape,
        value: Value | None = None,
        minmax: MinMax | None = None,
        quantization: Quantization | None = None,
    ) -> Array:
        """A detached array; `Graph.array` gives it an id and a free name."""
        made = _new(_ArrayFields)
        made.id = id
        made.name = name
        made.dtype = dtype
        made.shape = shape
        made.value = None if value is None else read_only(value)
        made.minmax = minmax
        made.quantization = quantization
        made.__class__ = Array  # the same layout
        return made  # type: ignore[return-value]

    def __setattr__(self, field: str, value: object) -> NoReturn:
        _refuse(self, field)

    def __delattr__(self, field: str) -> NoReturn:
        _refuse(self, field)

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


class _OpFields:
    __slots__ = ("attrs", "id", "inputs", "kind", "origin", "outputs", "rank")

    id: int
    kind: str
    inputs: tuple[Array | None, ...]
    outputs: tuple[Array, ...]
    attrs: Any
    origin: tuple[str, ...]
    rank: int


class Op(_OpFields):
    """An operator: `kind` with operands, results, and an immutable `attrs` of the kind's own attribute type.

    An operand may be None where the kind allows it to be left out. `origin` names the source model's nodes that this
    operator stands for; `rank` is its approximate place in execution order, which keeps every traversal deterministic.
    """

    __slots__ = ()

    def __new__(
        cls,
        id: int,
        kind: str,
        inputs: tuple[Array | None, ...],
        outputs: tuple[Array, ...],
        attrs: Any = None,
        origin: tuple[str, ...] = (),
        rank: int = 0,
    ) -> Op:
        """An operator in no graph; `Graph.emit` makes one and adds it."""
        made = _new(_OpFields)
        made.id = id
        made.kind = kind
        made.inputs = inputs
        made.outputs = outputs
        made.attrs = attrs
        made.origin = origin
        made.rank = rank
        made.__class__ = Op
        return made  # type: ignore[return-value]

    def __setattr__(self, field: str, value: object) -> NoReturn:
        _refuse(self, field)

    def __delattr__(self, field: str) -> NoReturn:
        _refuse(self, field)

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
