"""Items and events as JSON text: the vocabulary of the journal's lines.

Everything is encoded when a rewrite is committed, because arrays go on changing afterwards. What one event of a rewrite
says about an array is what held before the later events of the same rewrite, so these are looked at first. The text is
put together here, because making lists for a JSON encoder would cost as much again.
"""

from __future__ import annotations

import base64
import json
import math
from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any

import numpy as np

from ...ir.events import ADD, REMOVE, RETARGET, REWIRE, Event
from ...ir.items import Array, Op
from ...ir.printing import INLINE_ELEMENTS
from ...ir.types import Dim, DType, Shape, is_static
from ...ir.values import SAMPLE, Lazy, Value, ends_of, fingerprint_of, is_splat, materialize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...ir import Graph, Model


def plain(value: Any) -> Any:
    """An attribute or an element as JSON has it; what it has no form for is tagged: `{"b64": ..}`, `{"float": ..}`."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if isinstance(value, DType):
        return {"dtype": value.name}
    if isinstance(value, bytes):
        return {"b64": base64.b64encode(value).decode()}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    return {"repr": repr(value)}


PLACED_FROM = 1 << 12
"""Bytes from which it is looked up where in a file a constant lies."""

encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode


def elements(value: NDArray[Any]) -> str:
    """The elements of a small array: floating-point numbers as base64 of their little-endian bytes, others as a list.

    Printing numbers would cost more than all the rest of a line.
    """
    if value.dtype.kind in "fc":
        return f'"{b2a_base64(value.tobytes(), newline=False).decode()}"'
    return encode(plain(value.reshape(-1).tolist()))


class Encoder:
    """Encodes the items of one model.

    `files` are source files as (path, mapped bytes): a constant that lies in one is recorded by its place. `derived`
    are the other constants that were recorded by fingerprint only, each once; whoever keeps their values empties it.
    """

    def __init__(self, model: Model, files: Sequence[tuple[str, Any]] = ()) -> None:
        self.model = model
        self.derived: list[Array] = []
        self._graphs: dict[Graph, int] = {}
        self._dims: dict[Dim, str] = {}
        self._attrs: dict[Any, str] = {}
        self._origins: dict[int, tuple[Any, str]] = {}
        self._constants: dict[int, str] = {}
        self._maps = []
        for number, (_, data) in enumerate(files):
            flat = np.frombuffer(data, np.uint8)
            start = flat.__array_interface__["data"][0]
            self._maps.append((start, start + flat.size, number))

    def mark(self) -> tuple[int, ...]:
        """How much is known by now, for `rewind`."""
        return tuple(map(len, self._known()))

    def rewind(self, mark: tuple[int, ...]) -> None:
        """Forget what has become known since: ids may be given away again."""
        for table, size in zip(self._known(), mark, strict=True):
            while len(table) > size:
                table.popitem()
        self.derived.clear()

    def _known(self) -> tuple[dict[Any, Any], ...]:
        return self._graphs, self._dims, self._attrs, self._origins, self._constants

    def graph(self, graph: Graph) -> int:
        """The graph's index; -1 for one that was made after the last call of `new_graphs`."""
        return self._graphs.get(graph, -1)

    def new_graphs(self) -> list[str]:
        """Names of the graphs that the model has got since this was last asked, in the order of their indexes."""
        new = [g for g in self.model.graphs.values() if g not in self._graphs]
        for graph in new:
            self._graphs[graph] = len(self._graphs)
        return [graph.name for graph in new]

    def frame(self) -> str:
        """All graphs of the model as they are, as a list."""
        graphs = [
            f'{{"name":{quoted(g.name)},"inputs":{_ids(g.inputs)},"outputs":{_ids(g.outputs)},'
            f'"states":{_role("states", g.states)},'
            f'"arrays":[{",".join(map(self.array, g.arrays()))}],"ops":[{",".join(map(self.op, g.ops()))}]}}'
            for g in self._graphs
        ]
        return f"[{','.join(graphs)}]"

    def op(self, op: Op) -> str:
        """`[id, kind, operands, results, attrs, origin, rank]`."""
        return self._op(op, op.inputs, op.outputs, op.attrs, op.origin)

    def _op(
        self, op: Op, inputs: Sequence[Array | None], outputs: Sequence[Array], attrs: Any, origin: tuple[str, ...]
    ) -> str:
        made = f"{self.attrs(attrs)},{self._origin(origin)},{op.rank}"
        return f"[{op.id},{quoted(op.kind)},{_ids(inputs)},{_ids(outputs)},{made}]"

    def array(self, array: Array, known: dict[str, Any] | None = None) -> str:
        """`[id, name, dtype, shape, value, minmax, quantisation]`; the fields in `known` as given there."""
        if known:
            fields = [self.field(array, f, known.get(f, getattr(array, f))) for f in _FIELDS]
            return f"[{array.id},{','.join(fields)}]"
        value = "null" if array.value is None else self._value(array, array.value)
        if array.minmax is None and array.quantization is None:
            value += ",null,null"
        else:
            value += f",{encode(plain(array.minmax))},{encode(plain(array.quantization))}"
        dtype = "null" if array.dtype is None else f'"{array.dtype.name}"'
        return f"[{array.id},{quoted(array.name)},{dtype},{self._shape(array.shape)},{value}]"

    def field(self, item: Array | Op, field: str, value: Any) -> str:
        """One field of an item as an event or a record has it."""
        if value is None:
            return "null"
        if field == "name":
            return quoted(value)
        if field == "shape":
            return self._shape(value)
        if field == "value":
            return self._value(item, value)  # type: ignore[arg-type]  # only arrays have one
        if field == "dtype":
            return f'"{value.name}"'
        return self.attrs(value) if field == "attrs" else encode(plain(value))

    def attrs(self, attrs: Any) -> str:
        """The fields of an attribute value that differ from their defaults; null where there are no attributes."""
        if attrs is None:
            return "null"
        key = (type(attrs), attrs)
        try:
            known = self._attrs.get(key)
        except TypeError:  # a field that cannot be hashed
            return _attrs_text(attrs)
        if known is None:
            known = _attrs_text(attrs)
            if not any(type(v) is float for v in attrs):  # 0.0 equals -0.0, and is not the same text
                self._attrs[key] = known
        return known

    def _origin(self, origin: tuple[str, ...]) -> str:
        known = self._origins.get(id(origin))
        if known is None:  # kept alive, so that the id stays its own
            self._origins[id(origin)] = known = (origin, f"[{','.join(map(quoted, origin))}]")
        return known[1]

    def events(self, events: Sequence[Event]) -> str:
        """The events of one rewrite, in order, as a list."""
        later: dict[int, dict[str, Any]] = {}
        encoded = [self._event(event, later) for event in reversed(events)]
        return f"[{','.join(encoded[::-1])}]"

    def _event(self, event: Event, later: dict[int, dict[str, Any]]) -> str:
        code, item = event[0], event[2]
        graph = self._graphs[event[1]]
        if code == ADD:
            # operands and attributes as they were then: the operator may have been rewired since
            origin = item.origin
            if later and item.id in later:
                origin = later[item.id].get("origin", origin)
            made = self._op(item, event[3], event[4], event[5], origin)
            return f'["+",{graph},{made},{self._entered(event[6], later)}]'
        if code == REMOVE:
            return f'["-",{graph},{item.id},{_ids(event[6])}]'
        if code == REWIRE:
            operands = f"{_ids(event[3])},{_ids(event[4])}"
            return f'["w",{graph},{item.id},{operands},{self._entered(event[5], later)},{_ids(event[6])}]'
        if code == RETARGET:
            roles = f"{_role(item, event[3])},{_role(item, event[4])}"
            return f'["t",{graph},"{item}",{roles},{self._entered(event[5], later)},{_ids(event[6])}]'
        field, old, new = event[3:6]
        later.setdefault(item.id, {})[field] = old
        kind = "a" if isinstance(item, Array) else "o"
        values = f"{self.field(item, field, old)},{self.field(item, field, new)}"
        return f'["u",{graph},"{kind}",{item.id},"{field}",{values}]'

    def _entered(self, arrays: Sequence[Array], later: dict[int, dict[str, Any]]) -> str:
        return f"[{','.join([self.array(a, later.get(a.id)) for a in arrays])}]" if arrays else "[]"

    def _shape(self, shape: Shape) -> str:
        if shape is None:
            return "null"
        if is_static(shape):
            return str(list(shape))
        return encode([d if type(d) is int else self._dim(d) for d in shape])  # type: ignore[arg-type]  # a Dim

    def _dim(self, dim: Dim) -> str:
        known = self._dims.get(dim)
        if known is None:
            named = "" if dim.name == "?" else f":{dim.name}"
            self._dims[dim] = known = f"?{len(self._dims)}{named}"
        return known

    def _value(self, array: Array, value: Value) -> str:
        known = self._constants.get(array.id)
        if known is None:
            self._constants[array.id] = known = self._constant(array, value)
        return known

    def _constant(self, array: Array, value: Value) -> str:
        if value.size <= INLINE_ELEMENTS:
            return f'{{"v":{elements(materialize(value))}}}'
        if is_splat(value):
            return f'{{"s":{elements(materialize(value[(slice(0, 1),) * value.ndim]))}}}'
        place = self._place(value)
        if not place:
            self.derived.append(array)
        if isinstance(value, Lazy) or value.size > SAMPLE or value.dtype.kind != "f":
            return f'{{"h":"{fingerprint_of(value)}","g":{elements(ends_of(value))}{place}}}'
        data = value.tobytes()  # the usual small constant, looked at once
        ends = b2a_base64(data[: 2 * value.itemsize] + data[-2 * value.itemsize :], newline=False).decode()
        return f'{{"h":"{sha256(data).hexdigest()[:16]}","g":"{ends}"{place}}}'

    def _place(self, value: Value) -> str:
        """`,"at":[file, offset]` of a value that lies in a source file, and strides where it is not in C order."""
        if isinstance(value, Lazy) or value.nbytes < PLACED_FROM or value.dtype.kind == "O":
            return ""
        address = value.__array_interface__["data"][0]
        for start, end, number in self._maps:
            if start <= address < end:
                strides = "" if value.flags.c_contiguous else f",{list(value.strides)}"
                return f',"at":[{number},{address - start}{strides}]'
        return ""


_FIELDS = ("name", "dtype", "shape", "value", "minmax", "quantization")


def _attrs_text(attrs: Any) -> str:
    defaults = getattr(type(attrs), "_field_defaults", {})
    pairs = zip(attrs._fields, attrs, strict=True)
    return encode({k: plain(v) for k, v in pairs if k not in defaults or defaults[k] != v})


def _ids(items: Sequence[Array | None]) -> str:
    if not items:
        return "[]"
    first = items[0]
    if first is not None and len(items) == 1:
        return f"[{first.id}]"
    return f"[{','.join(['null' if a is None else str(a.id) for a in items])}]"


def _role(field: str, items: Sequence[Any]) -> str:
    if field == "states":
        return encode([[s.array.id, s.source.id, s.discardable] for s in items])
    return _ids(items)
