"""Items and events out of the journal's lines, the mirror of `encoding`."""

from __future__ import annotations

import base64
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from ...errors import FileError, UnsupportedError
from ...ir.events import ADD, REMOVE, RETARGET, REWIRE, UPDATE, Event
from ...ir.items import Array, Op, Signature, State, assign
from ...ir.opaque import OPAQUE, OpaqueAttrs
from ...ir.types import Dim, MinMax, Quantization, Shape, dtype_named
from ...ir.values import Stored, Value, read_only
from ...ops import get as definition_of
from ...ops import known_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...ir import Graph, Model
    from .reading import Journal

_FIELDS = ("name", "dtype", "shape", "value", "minmax", "quantization")


class Unknown(NamedTuple):
    """Attributes of an operator whose definition is not installed here, as the journal has them."""

    fields: tuple[tuple[str, Any], ...]


def decoded(value: Any) -> Any:
    """What `encoding.plain` made of an attribute or element; lists become tuples."""
    if isinstance(value, list):
        return tuple(decoded(v) for v in value)
    if isinstance(value, dict):
        if "float" in value:
            return float(value["float"])
        if "b64" in value:
            return base64.b64decode(value["b64"])
        if "dtype" in value:
            return dtype_named(value["dtype"])
        if "complex" in value:
            return complex(*value["complex"])
        return value["repr"]
    return value


def _elements(record: str | list[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    if isinstance(record, str):
        return np.frombuffer(base64.b64decode(record), dtype)
    flat = np.empty(len(record), dtype)
    flat[:] = [decoded(v) for v in record]
    return flat


class Decoder:
    """Makes the items of `model`; `items` are those met so far by id, `graphs` the graphs by index."""

    def __init__(self, model: Model, journal: Journal) -> None:
        self.model = model
        self.graphs: list[Graph] = []
        self.items: dict[int, Array | Op] = {}
        self._dims: dict[str, Dim] = {}
        self._path = journal.path
        self._files: list[dict[str, Any]] = next((line["files"] for line in journal.lines[1:2] if "files" in line), [])

    def frame(self, line: dict[str, Any]) -> None:
        """Fill the empty model with a keyframe."""
        for record in line["graphs"]:
            graph = self.model.graph(record["name"])
            self.graphs.append(graph)
            for array in record["arrays"]:
                self.array(array)
            graph.retarget(inputs=self._arrays(record["inputs"]))
            for op in record["ops"]:
                graph.add(self.op(op))
            graph.retarget(outputs=self._arrays(record["outputs"]), states=self._states(record["states"]))
        pairs = [(key, graph, *map(tuple, ends)) for key, graph, *ends in decoded(line.get("signatures", []))]
        self.model.signatures = tuple(Signature(*pair) for pair in pairs)
        self.model._last_id = max(self.items, default=0)

    def array(self, record: list[Any]) -> Array:
        """The array of a record: the one that is known, with these fields, or a new one."""
        array = self.items.get(record[0])
        if array is None:
            self.items[record[0]] = array = Array(record[0], record[1], None, None)
        for field, value in zip(_FIELDS, record[1:], strict=True):
            assign(array, field, None if field == "value" else self.field(array, field, value))
        if record[4] is not None:
            assign(array, "value", read_only(self._value(cast(Array, array), record[4])))
        return cast(Array, array)

    def op(self, record: list[Any]) -> Op:
        """The operator of a record: the one that is known, with these fields, or a new one."""
        number, kind, inputs, outputs, attrs, origin, rank = record
        op = self.items.get(number)
        if op is None:
            self.items[number] = op = Op(number, kind, (), ())
        op = cast(Op, op)
        told = (self._arrays(inputs), self._arrays(outputs), self._attrs(kind, attrs), tuple(origin), rank)
        for field, value in zip(("inputs", "outputs", "attrs", "origin", "rank"), told, strict=True):
            assign(op, field, value)
        return op

    def field(self, item: Array | Op, field: str, value: Any) -> Any:
        """One field of an item."""
        if value is None or field == "name":
            return value
        if field == "shape":
            return self._shape(value)
        if field == "dtype":
            return dtype_named(value)
        if field == "value":
            return self._value(cast(Array, item), value)
        if field == "minmax":
            return MinMax(*decoded(value))
        if field == "quantization":
            return Quantization(*decoded(value))
        return self._attrs(cast(Op, item).kind, value) if field == "attrs" else decoded(value)

    def event(self, record: list[Any]) -> Event:
        """The event of a record, about the model's own items; what enters and leaves is left to `Graph.redo`."""
        code, graph = record[0], self.graphs[record[1]]
        if code == "+":
            for array in record[3]:
                self.array(array)
            op = self.op(record[2])
            return (ADD, graph, op, op.inputs, op.outputs, op.attrs, ())
        if code == "u":
            item = self.items[record[3]]
            field = record[4]
            return (UPDATE, graph, item, field, getattr(item, field), self.field(item, field, record[6]))
        for array in record[5] if code in "wt" else ():
            self.array(array)
        if code == "t":
            field = record[2]
            made = self._states if field == "states" else self._arrays
            return (RETARGET, graph, field, getattr(graph, field), made(record[4]), (), ())
        op = cast(Op, self.items[record[2]])
        if code == "-":
            return (REMOVE, graph, op, op.inputs, op.outputs, op.attrs, ())
        return (REWIRE, graph, op, op.inputs, self._arrays(record[4]), (), ())

    def _arrays(self, ids: list[int | None]) -> tuple[Any, ...]:
        return tuple([None if i is None else self.items[i] for i in ids])

    def _states(self, records: list[list[Any]]) -> tuple[State, ...]:
        items: Any = self.items
        return tuple(State(items[array], items[source], discardable) for array, source, discardable in records)

    def _shape(self, extents: list[int | str]) -> Shape:
        return tuple([d if isinstance(d, int) else self._dim(d) for d in extents])

    def _dim(self, token: str) -> Dim:
        if token not in self._dims:
            _, named, name = token.partition(":")
            self._dims[token] = Dim(name) if named else Dim()
        return self._dims[token]

    def _attrs(self, kind: str, fields: dict[str, Any] | None) -> Any:
        if fields is None:
            return None
        given = {name: decoded(value) for name, value in fields.items()}
        if kind == OPAQUE:
            return OpaqueAttrs(**given)
        cls = definition_of(kind).Attrs if kind in known_kinds() else None
        return Unknown(tuple(given.items())) if cls is None else cls(**given)

    def _value(self, array: Array, record: dict[str, Any]) -> Value:
        dtype = array.dtype.numpy if array.dtype is not None else None
        if dtype is None:
            dtype = np.dtype(np.uint16)  # what bfloat16 is stored as
        shape = cast("tuple[int, ...]", array.shape)
        if "v" in record:
            return _elements(record["v"], dtype).reshape(shape)
        if "s" in record:
            return np.broadcast_to(_elements(record["s"], dtype).reshape(()), shape)
        load = partial(self._load, array.id, shape, dtype, record.get("at"))
        return Stored(shape, dtype, record["h"], _elements(record["g"], dtype), load)

    def _load(self, number: int, shape: tuple[int, ...], dtype: np.dtype[Any], place: list[Any] | None) -> NDArray[Any]:
        if place is not None:
            file, offset, *strides = place
            path, size = self._files[file]["path"], self._files[file]["size"]
            try:
                data = np.memmap(path, np.uint8, "r")
            except OSError as error:
                raise FileError(f"the constants of the journal are in {path}: {error.strerror}") from error
            if data.size != size:
                raise UnsupportedError(f"{path} has changed since the journal was made: {data.size} bytes, not {size}")
            return np.ndarray(shape, dtype, data.data, offset, strides[0] if strides else None)
        values = None if self._path is None else Path(f"{self._path}.values")
        if values is None or not values.exists():
            hint = "record it with --journal_values"
            raise UnsupportedError(f"the journal does not hold the value of array %{number}", hint=hint)
        from .blobs import load_blob

        return load_blob(values, number)
