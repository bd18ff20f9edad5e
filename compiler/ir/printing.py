"""Prints graphs in the text form that `text` describes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .graph import Graph
from .items import Array, Op
from .model import Model
from .types import Dim, DType
from .values import Value, fingerprint_of, is_splat, materialize, tiles

INLINE_ELEMENTS = 16
"""Elements up to which a constant is printed in full."""

WORD = re.compile(r"[\w./\-]+(?::\d+)?")
"""Names that need no quotes."""

RESERVED = ("_", "state")
"""Words that mean something else at places where a name may stand."""


def print_model(model: Model, sidecar: dict[str, NDArray[Any]] | None = None) -> str:
    """Every graph of the model as text; values too large to inline are put into `sidecar` by hash, if one is given.

    Without a sidecar such a value is known by its fingerprint, which does not look at all of a large value.
    """
    return "\n".join(print_graph(g, sidecar) for g in model.graphs.values())


def print_graph(
    graph: Graph, sidecar: dict[str, NDArray[Any]] | None = None, large: Callable[[Value], str] | None = None
) -> str:
    """One graph as text; `large` says what stands for a value that is too large to inline and no splat."""
    dims: dict[Dim, str] = {}
    inputs = ", ".join(f"{_name(a)}{type_text(a, dims)}" for a in graph.inputs)
    outputs = ", ".join(_name(a) for a in graph.outputs)
    lines = [f"graph {_word(graph.name)}({inputs}) -> {outputs} {{"]
    shown: set[Array] = set()

    def constants(arrays: Iterable[Array | None]) -> Iterator[str]:
        for array in arrays:
            if array is not None and array.value is not None and array not in shown:
                shown.add(array)
                yield f"  {constant_text(array, dims, sidecar, large)}"

    lines += [f"  state {_name(s.array)}{type_text(s.array, dims)} <- {_name(s.source)}" for s in graph.states]
    for op in graph.order():
        lines.extend(constants(op.inputs))
        lines.append(f"  {op_text(op, dims)}")
    lines.extend(constants((*graph.outputs, *(s.source for s in graph.states))))
    return "\n".join([*lines, "}"]) + "\n"


def op_text(op: Op, dims: dict[Dim, str]) -> str:
    """The line of an operator; `dims` has the names of unknown dimensions, and gets those of new ones."""
    results = ", ".join(f"{_name(a)}{type_text(a, dims)}" for a in op.outputs)
    operands = ", ".join("_" if a is None else _name(a) for a in op.inputs)
    return f"{results}{' = ' if results else ''}{op.kind}({operands}){_attrs(op.attrs)}"


def constant_text(
    array: Array,
    dims: dict[Dim, str],
    sidecar: dict[str, NDArray[Any]] | None = None,
    large: Callable[[Value], str] | None = None,
) -> str:
    """The line of a constant; the arguments are those of `op_text` and `print_graph`."""
    return f"{_name(array)} = const {type_text(array, dims)[2:]} {_value(array, sidecar, large)}"


def _word(name: str) -> str:
    return name if WORD.fullmatch(name) and name not in RESERVED else json.dumps(name)


def _name(array: Array) -> str:
    return _word(array.name)


def type_text(array: Array, dims: dict[Dim, str]) -> str:
    """`: float32[1,2]`, with range and quantisation where there are any; `dims` as for `op_text`."""
    if array.shape is None:
        shape = "[*]"
    else:
        shape = f"[{','.join(_dim(d, dims) for d in array.shape)}]"
    text = f": {array.dtype.name if array.dtype else '?'}{shape}"
    if array.minmax is not None:
        low, high, *more = array.minmax if array.minmax.axis is not None else array.minmax[:4]
        shown = [float(low), float(high), *(more if any(part not in (None, False) for part in more) else ())]
        text += f" minmax({', '.join(map(json.dumps, shown))})"
    if array.quantization is not None:
        text += f" quant{json.dumps([list(x) if isinstance(x, tuple) else x for x in array.quantization])}"
    return text


def _dim(d: int | Dim, dims: dict[Dim, str]) -> str:
    if isinstance(d, int):
        return str(d)
    if d not in dims:
        stem = re.sub(r"\W", "", d.name)
        name = stem or str(len(dims))
        while name in dims.values():
            name += "_"
        dims[d] = name
    return f"?{dims[d]}"


def _value(
    array: Array, sidecar: dict[str, NDArray[Any]] | None = None, large: Callable[[Value], str] | None = None
) -> str:
    value = array.value
    assert value is not None
    if value.size <= INLINE_ELEMENTS:
        return json.dumps([_plain(v) for v in materialize(value).reshape(-1).tolist()])
    if is_splat(value):
        first = materialize(value[(slice(0, 1),) * value.ndim]).reshape(-1).tolist()[0]
        return f"splat {json.dumps(_plain(first))}"
    if large is not None:
        return large(value)
    if sidecar is None:
        return f"hash {fingerprint_of(value)}"
    digest = hashlib.sha256()
    for tile in tiles(value):
        digest.update(repr(tile.tolist()).encode() if tile.dtype.kind == "O" else tile.tobytes())
    key = digest.hexdigest()[:16]
    sidecar[key] = materialize(value)
    return f"hash {key}"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"b64": base64.b64encode(value).decode()}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    return value


def _attrs(attrs: Any) -> str:
    if attrs is None:
        return ""
    defaults = getattr(type(attrs), "_field_defaults", {})
    fields = [(k, v) for k, v in attrs._asdict().items() if k not in defaults or defaults[k] != v]
    return f" {{{', '.join(f'{k}={attribute_text(v)}' for k, v in fields)}}}" if fields else ""


def attribute_text(value: Any) -> str:
    """One attribute's value."""

    def default(v: Any) -> Any:
        if isinstance(v, DType):
            return {"dtype": v.name}
        if isinstance(v, bytes):
            return {"b64": base64.b64encode(v).decode()}
        if isinstance(v, np.generic):
            return v.item()
        if isinstance(v, np.ndarray):
            return v.tolist()
        return {"repr": repr(v)}

    return json.dumps(value.name if isinstance(value, DType) else value, default=default)
