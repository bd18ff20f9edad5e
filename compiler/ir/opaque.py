"""Operators that no importer knows, carried along whole for drawings, custom operators and reports."""

from __future__ import annotations

from typing import Any, NamedTuple

OPAQUE = "Opaque"


class OpaqueAttrs(NamedTuple):
    """The source operator as it was: kind, serialised node, attributes as Python values, and why it is here.

    `reason` is empty when the kind itself is unknown, otherwise it says why this instance could not be imported.
    `graphs` are the graphs of the model that the operator runs. `family` is whose operator it is, as in `Frontend`.
    """

    source_kind: str
    node: bytes = b""
    attributes: tuple[tuple[str, Any], ...] = ()
    reason: str = ""
    graphs: tuple[str, ...] = ()
    family: str = "tensorflow"
