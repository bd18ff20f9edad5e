"""Table rows, which say simple importers, and what importers ask of a node's operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pytoco.compiler import Array, op_definition

from .builder import Builder, Importer, Inputs, Node

Reader: TypeAlias = Callable[[Node], Any]
"""Reads an attribute field of the IR's operator from a node."""


def required(node: Node, inputs: Inputs, least: int, most: int | None = None) -> Inputs:
    """The inputs, with None for those left out at the end; raises InvalidModelError for a wrong number of them."""
    most = least if most is None else most
    if not least <= len(inputs) <= most or any(a is None for a in inputs[:least]):
        raise node.error(f"it has {len(inputs)} inputs, expected {least if least == most else f'{least} to {most}'}")
    return [*inputs, *[None] * (most - len(inputs))]


def row(kind: str, /, **readers: Reader) -> Importer:
    """An importer of operators whose operands go over as they are: the kind, and a reader per attribute field."""

    def import_row(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
        least, most = op_definition(kind).arity
        return (
            builder.emit(
                kind, required(node, inputs, least, most)[: len(inputs)], **{f: r(node) for f, r in readers.items()}
            ),
        )

    return import_row


def rows(kinds: str) -> dict[str, Importer]:
    """Rows for operators that have the same name in ONNX and here, blank separated, and no attributes."""
    return {kind: row(kind) for kind in kinds.split()}


def axes_of(builder: Builder, node: Node, inputs: Inputs, place: int, since: int) -> tuple[int, ...] | None:
    """The axes of a node, an attribute before opset `since` and operand `place` from there on; None: not said."""
    if node.opset < since:
        return node.ints("axes") if node.has("axes") else None
    array = inputs[place] if place < len(inputs) else None
    return None if array is None else builder.ints(array, "axes")
