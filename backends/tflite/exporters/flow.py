"""Operators that run other graphs of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, GraphName, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _branches(op: Op) -> dict[str, Any]:
    return {
        "then_subgraph_index": GraphName(op.attrs.then_graph),
        "else_subgraph_index": GraphName(op.attrs.else_graph),
    }


def _loop(op: Op) -> dict[str, Any]:
    return {
        "cond_subgraph_index": GraphName(op.attrs.cond_graph),
        "body_subgraph_index": GraphName(op.attrs.body_graph),
    }


def _is_bool(op: Op) -> str | None:
    found = type_of(op)
    return None if found in ("", "bool") else f"its condition is {found}, not bool"


EXPORTERS = {
    "If": Exporter("IF", "IfOptions", _branches, check=_is_bool),
    "While": Exporter("WHILE", "WhileOptions", _loop),
}
