"""Operators of a TFLite file that the IR has no words for, carried as they are: read, kept, and written back unchanged.

Such an operator is an Opaque one. Its attributes begin with a record of what stands in the file around the options;
the options table's fields follow under their own names, enumerations and graphs by name; custom options are its node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...compiler.ir.opaque import OpaqueAttrs
from .exporters.base import GraphName

MARK = "tflite"
"""Name of the attribute that says that an Opaque operator was read from a TFLite file."""


class RawOperator(NamedTuple):
    """One operator as the file has it, but for its tensors.

    `builtin` is a name of BuiltinOperator, `options` that of the options table, "" without one; `mutates` are the
    operands that the kernel keeps its state in, `intermediates` how many of the results are the kernel's own.
    """

    builtin: str
    version: int
    options: str
    mutates: tuple[int, ...]
    intermediates: int
    custom_code: str
    custom_options: bytes
    fields: Mapping[str, Any]


def opaque(raw: RawOperator, reason: str) -> OpaqueAttrs:
    """The attributes of the Opaque operator that carries `raw`; `reason` says why the IR cannot say it better."""
    record = (raw.builtin, raw.version, raw.options, raw.mutates, raw.intermediates)
    graphs = [v for name, v in raw.fields.items() if names_graphs(name)]
    called = [name for v in graphs for name in (v if isinstance(v, tuple) else (v,))]
    attributes = ((MARK, record), *raw.fields.items())
    return OpaqueAttrs(raw.custom_code or raw.builtin, raw.custom_options, attributes, reason, tuple(called))


def names_graphs(field: str) -> bool:
    """Whether an options field holds subgraphs, by number in a file and by name in the IR."""
    return "subgraph" in field or field == "called_computations"


def raw_of(attrs: OpaqueAttrs) -> RawOperator | None:
    """What `opaque` was made from; None for an operator that comes from somewhere else."""
    if not attrs.attributes or attrs.attributes[0][0] != MARK:
        return None
    builtin, version, options, mutates, intermediates = attrs.attributes[0][1]
    custom = attrs.source_kind if builtin == "CUSTOM" else ""
    fields = {}
    for name, value in attrs.attributes[1:]:
        several = isinstance(value, list | tuple)
        if names_graphs(name):
            fields[name] = tuple(map(GraphName, value)) if several else GraphName(value)
        else:
            fields[name] = tuple(value) if several else value
    return RawOperator(builtin, version, options, tuple(mutates), intermediates, custom, attrs.node, fields)
