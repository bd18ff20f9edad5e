"""What an importer is: a table row (kind and where each attribute comes from), or a function for anything harder.

A row is made by `row("LeakyRelu", alpha=real("alpha", 0.2))`: the operator kind, then one reader per field of the
kind's attribute type. A function takes `(builder, node, inputs)` and returns the node's result arrays, the first of
which gets the node's own name where `builder.emit` is called without a suffix. Either may raise `Unsupported(reason)`:
the node then comes in as an Opaque operator that carries the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ....compiler.errors import ShapeError
from ....compiler.ir.items import Array, Op
from ....compiler.ir.types import INT32, INT64, shape_text
from ..nodes import Function, Node

if TYPE_CHECKING:
    from ....compiler.ir.graph import Graph
    from ..functions import Chain
    from ..options import ImportOptions

Reader: TypeAlias = Callable[[Node], Any]
ImporterFunction: TypeAlias = Callable[["Builder", Node, list[Array]], Sequence[Array | None]]

_CONSTANT_LIMIT = 1 << 16


class Unsupported(Exception):
    """An instance of a known operator that cannot be imported; `str()` is the reason, as a clause."""


class Row:
    """A table row: the operator kind and a reader per attribute field; the operands are the node's inputs in order."""

    __slots__ = ("attrs_class", "default", "kind", "least", "most", "readers")

    def __init__(self, kind: str, readers: dict[str, Reader]) -> None:
        self.kind = kind
        self.readers = tuple(readers.items())
        self.least = -1
        self.most = 0
        self.attrs_class: Any = None
        self.default: Any = None

    def resolve(self) -> None:
        """Look the kind up: its attribute type and how many operands it takes."""
        from ....compiler.ops import get

        definition = get(self.kind)
        self.least, self.most = definition.arity
        self.attrs_class = definition.Attrs
        if self.attrs_class is not None and not self.readers:
            self.default = self.attrs_class()

    def __call__(self, builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        """Emit the operator under the node's name; raises InvalidModelError for a wrong number of inputs."""
        if self.least < 0:
            self.resolve()
        if not self.least <= len(inputs) <= self.most:
            raise node.error(f"it has {len(inputs)} inputs; {self.kind} takes {self.counts}")
        attrs = self.default
        if self.readers:
            attrs = self.attrs_class(**{field: read(node) for field, read in self.readers})
        return builder.emit(self.kind, inputs, attrs).outputs

    @property
    def counts(self) -> str:
        """How many operands the kind takes, in words."""
        if self.most > 1 << 20:
            return f"{self.least} or more"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


def row(kind: str, /, **readers: Reader) -> Row:
    """A table row: the kind, and a reader for each of its attribute fields."""
    return Row(kind, readers)


def rows(kinds: Iterable[str]) -> dict[str, Row]:
    """Rows for operators that have the same name in TensorFlow and here, and no attributes of their own."""
    return {kind: Row(kind, {}) for kind in kinds}


def integer(name: str, default: int | None = None) -> Reader:
    """Reads an integer attribute."""
    return (lambda node: node.integer(name)) if default is None else (lambda node: node.integer(name, default))


def real(name: str, default: float | None = None) -> Reader:
    """Reads a float attribute."""
    return (lambda node: node.real(name)) if default is None else (lambda node: node.real(name, default))


def flag(name: str, *, default: bool = False) -> Reader:
    """Reads a boolean attribute."""
    return lambda node: node.flag(name, default)


def text(name: str, default: str) -> Reader:
    """Reads a text attribute."""
    return lambda node: node.text(name, default)


def element_type(name: str, default: Any) -> Reader:
    """Reads an element type attribute."""
    return lambda node: node.dtype(name, default)


class Library:
    """The functions that nodes may name, and the options for importing their bodies.

    `chain` names the functions whose body is being imported, innermost first, as a linked list.
    """

    __slots__ = ("chain", "functions", "options")

    def __init__(self, functions: Mapping[str, Function], options: ImportOptions, chain: Chain | None = None) -> None:
        self.functions = functions
        self.options = options
        self.chain = chain


class Builder:
    """What importer functions build with: the graph, the node at hand, and the library of functions.

    `taken` holds the names of all source nodes, which helper arrays must not take.
    """

    __slots__ = ("_shared", "graph", "library", "node", "origin", "taken")

    def __init__(self, graph: Graph, taken: dict[str, Any], library: Library) -> None:
        self.graph = graph
        self.taken = taken
        self.library = library
        self.node: Node = Node("", "", [], None)
        self.origin: tuple[str, ...] = ()
        self._shared: dict[tuple[Array, str], Array] = {}

    def emit(self, kind: str, inputs: Sequence[Array | None], attrs: Any = None, *, suffix: str = "") -> Op:
        """Add an operator of this node; its first result has the node's name, or a helper name ending in `/suffix`.

        Raises ShapeError naming the node where the operands cannot go together.
        """
        name = self.node.name
        try:
            return self.graph.emit(
                kind, inputs, attrs, name=self.helper_name(f"{name}/{suffix}") if suffix else name, origin=self.origin
            )
        except ShapeError as error:
            shapes = ", ".join(f"{a.name} {shape_text(a.shape)}" for a in inputs if a is not None)
            text = f"node {name!r} ({self.node.op}): {error.message}; its inputs are {shapes}"
            raise ShapeError(text, hint=error.hint, node=name) from error

    def helper_name(self, base: str) -> str:
        """`base`, or a numbered variant of it that no source node and no array has."""
        name = self.graph.unique_name(base)
        while name in self.taken:
            name = self.graph.unique_name(f"{name}_")
        return name

    def constant(self, value: Any, suffix: str) -> Array:
        """A new constant of this node."""
        return self.graph.constant(np.asarray(value), self.helper_name(f"{self.node.name}/{suffix}"))

    def value(self, array: Array) -> NDArray[Any] | None:
        """The value of a small constant, also behind Identity operators; None for anything else."""
        while array.value is None:
            producer = self.graph.producer(array) if array in self.graph else None
            if producer is None or producer.kind != "Identity" or producer.inputs[0] is None:
                return None
            array = producer.inputs[0]
        return array.numpy() if (array.size or 0) <= _CONSTANT_LIMIT else None

    def transposed(self, array: Array, perm: Sequence[int], suffix: str = "") -> Array:
        """`array` with its axes permuted."""
        indices = self.constant(np.array(perm, np.int32), f"{suffix or 'nchw'}_perm")
        return self.emit("Transpose", [array, indices], suffix=suffix).outputs[0]

    def narrow(self, array: Array, suffix: str) -> Array:
        """`array` of integers as int32."""
        if array.dtype is INT32 or array.dtype is None or not array.dtype.is_integer:
            return array
        from ....compiler.ops.elementwise import CastAttrs

        return self.emit("Cast", [array], CastAttrs(INT32), suffix=suffix).outputs[0]

    def shared(self, array: Array, key: str, make: Callable[[str], Array]) -> Array:
        """What `make(name)` derives from `array`, made once per array and key however many nodes ask."""
        made = self._shared.get((array, key))
        if made is None:
            made = self._shared[array, key] = make(self.helper_name(f"{array.name}_{key}"))
        return made


def narrowed(importer: Row | ImporterFunction, *positions: int) -> ImporterFunction:
    """An importer whose inputs at `positions` (shapes, axes, indices) come as int32, as the kernels read them."""

    def import_narrowed(builder: Builder, node: Node, inputs: list[Array]) -> Sequence[Array | None]:
        for k in positions:
            if k < len(inputs) and inputs[k].dtype is INT64:
                inputs[k] = builder.narrow(inputs[k], f"operand_{k}")
        return importer(builder, node, inputs)

    return import_narrowed


TO_NHWC = (0, 2, 3, 1)
TO_NCHW = (0, 3, 1, 2)


def is_nchw(node: Node) -> bool:
    """Whether the node's images are channels first; raises Unsupported for layouts other than NHWC and NCHW."""
    layout = node.text("data_format", "NHWC")
    if layout not in ("NHWC", "NCHW"):
        raise Unsupported(f"data_format {layout} is neither NHWC nor NCHW")
    return layout == "NCHW"


def emit_image_op(
    builder: Builder, node: Node, kind: str, inputs: Sequence[Array | None], attrs: Any, at: int = 0
) -> Array:
    """Emit an operator on NHWC images; for an NCHW node between two transposes. `at` is the operand with the image."""
    if not is_nchw(node):
        return builder.emit(kind, inputs, attrs).outputs[0]
    operands = list(inputs)
    image = operands[at]
    assert image is not None
    operands[at] = builder.transposed(image, TO_NHWC, "nhwc")
    result = builder.emit(kind, operands, attrs, suffix=kind).outputs[0]
    return builder.transposed(result, TO_NCHW)


def spatial(node: Node, name: str, default: tuple[int, ...] | None = None) -> tuple[int, int]:
    """Height and width of a 4-element list attribute (strides, ksize, dilations).

    Raises Unsupported when it also goes over batch or depth, InvalidModelError when it has not four positive elements.
    """
    values = node.ints(name) if default is None else node.ints(name, default)
    if len(values) != 4 or min(values) < 1:
        raise node.error(f"attribute {name!r} is {list(values)}, expected four positive numbers")
    batch, *inner, last = values
    height, width, depth = (*inner[1:], last, inner[0]) if is_nchw(node) else (*inner, last)
    if batch != 1 or depth != 1:
        raise Unsupported(f"{name} {list(values)} goes over batch or depth")
    return height, width


def padding(node: Node) -> tuple[str, tuple[int, int, int, int] | tuple[()]]:
    """The padding scheme, and (top, bottom, left, right) for an explicit one.

    Raises Unsupported for padding of batch or depth, InvalidModelError for an unknown scheme or malformed paddings.
    """
    scheme = node.text("padding")
    if scheme in ("SAME", "VALID"):
        return scheme, ()
    if scheme != "EXPLICIT":
        raise node.error(f"padding is {scheme!r}, expected SAME, VALID or EXPLICIT")
    pads = node.ints("explicit_paddings", ())
    if len(pads) != 8 or min(pads) < 0:
        raise node.error(f"explicit_paddings is {list(pads)}, expected eight numbers, none negative")
    outer, inner = (pads[:4], pads[4:]) if is_nchw(node) else (pads[:2] + pads[6:], pads[2:6])
    if any(outer):
        raise Unsupported(f"explicit_paddings {list(pads)} pads batch or depth")
    return scheme, (inner[0], inner[1], inner[2], inner[3])


def need_inputs(node: Node, inputs: Sequence[Array], *counts: int) -> None:
    """Raise InvalidModelError unless the node has one of these numbers of inputs."""
    if len(inputs) not in counts:
        raise node.error(f"it has {len(inputs)} inputs, expected {' or '.join(map(str, counts))}")


def constant_int(builder: Builder, node: Node, array: Array, what: str) -> int:
    """One constant integer; raises Unsupported when it is computed, InvalidModelError when it is something else."""
    value = builder.value(array)
    if value is None:
        raise Unsupported(f"its {what} is computed, not constant")
    if value.size != 1 or value.dtype.kind not in "iu":
        raise node.error(f"its {what} is {value.dtype} of shape {list(value.shape)}, expected one integer")
    return int(value.reshape(()))


def normalized_axis(node: Node, axis: int, rank: int | None) -> int:
    """`axis` counted from the front where the rank is known; raises InvalidModelError when it is out of range."""
    if rank is None:
        return axis
    if not -rank <= axis < rank:
        raise node.error(f"axis {axis} does not exist in rank {rank}")
    return axis % rank
