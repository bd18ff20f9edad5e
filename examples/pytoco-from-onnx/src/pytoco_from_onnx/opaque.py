"""Operators that no importer takes: carried along whole, with their attributes and the types that the file declares."""

from __future__ import annotations

from typing import Any

import numpy as np
from pytoco.compiler import Array, OpaqueAttrs, PytocoError

from .builder import Builder, Inputs
from .nodes import STANDARD
from .shapes import declared
from .source import Source
from .tensors import Files, decode


def emit_opaque(builder: Builder, inputs: Inputs, source: Source, reason: str) -> tuple[Array, ...]:
    """Add the node at hand as an Opaque operator; `reason` is empty when the operator itself is unknown.

    Its kind has its domain before it, ONNX's own as well: nobody may take it for an operator of TensorFlow's.
    """
    node, graph = builder.node, builder.graph
    outputs = []
    for k, name in enumerate(node.outputs):
        dtype, shape = declared(source.type_of(name) if name else None, name)
        known = None if shape is None or any(type(d) is not int for d in shape) else shape
        made = name or builder.helper_name(f"{builder.base}:{k}")
        outputs.append(graph.array(made, dtype, known))  # type: ignore[arg-type]  # all of them are ints
    attributes = tuple([(name, _python_value(a)) for name, a in sorted(node.attributes.items())])
    attrs = OpaqueAttrs(
        f"{node.domain or STANDARD[1]}::{node.op}",
        node.message.SerializeToString(deterministic=True),
        attributes,
        reason,
        family="onnx",
    )
    return graph.emit("Opaque", inputs, attrs, outputs=outputs, origin=builder.origin).outputs


def _python_value(attribute: Any) -> Any:
    """An AttributeProto in Python: numbers, bytes, tuples of these, arrays; the name of a graph."""
    simple = {1: "f", 2: "i", 3: "s"}.get(attribute.type)
    if simple is not None:
        return getattr(attribute, simple)
    several = {6: "floats", 7: "ints", 8: "strings"}.get(attribute.type)
    if several is not None:
        return tuple(getattr(attribute, several))
    if attribute.type == 4:
        try:
            return np.asarray(decode(attribute.t, Files(None), attribute.name)[1])
        except PytocoError:
            return None  # an attribute that nobody may need; the serialised node still has it
    return attribute.g.name if attribute.type == 5 else None
