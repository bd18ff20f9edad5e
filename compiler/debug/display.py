"""Graphs as pictures and tables for notebooks.

The picture is what the backend of GRAPHVIZ_DOT draws, laid out by Graphviz's `dot`, which must be on the PATH.
"""

from __future__ import annotations

import subprocess
from functools import lru_cache
from html import escape
from shutil import which
from typing import Any

from ..errors import PytocoError
from ..ir import Array, Graph, Model, Op
from ..ir.printing import type_text

LARGEST = 400
"""Operators up to which a graph is drawn; nobody reads a larger drawing, and its layout takes long."""

PATIENCE = 10.0
"""Seconds after which a layout is given up."""

ROWS = 200
"""Operators that a table shows."""


def svg(shown: Any) -> str | None:
    """The drawing of a Graph or a Model as an SVG element; None without `dot`, for large ones, or when it fails."""
    model = _model_of(shown)
    program = which("dot")
    if program is None or sum(map(len, model.graphs.values())) > LARGEST:
        return None
    from ..plugins.registry import open_registry

    try:
        drawing = open_registry().backend_for("GRAPHVIZ_DOT").drawing
        text = None if drawing is None else drawing(model, {}).render(_title(model))
    except PytocoError:  # settings of the folder one works in may be broken, or leave the backend out
        return None
    return None if text is None else _laid_out(program, text)


def html(shown: Any) -> str:
    """The drawing of a Graph or a Model, or where there is none a table of the operators in execution order."""
    drawn = svg(shown)
    if drawn is not None:
        return f'<div style="overflow:auto; max-height:40em">{drawn}</div>'
    return "".join(_table(graph) for graph in _model_of(shown).graphs.values()) or "an empty model"


def _model_of(shown: Graph | Model) -> Model:
    """A model to draw: of a graph, one that has it alone."""
    if isinstance(shown, Model):
        return shown
    model = Model()
    model.graphs[shown.name] = shown
    return model


def _title(model: Model) -> str:
    return "; ".join(f"{graph.name}: {len(graph)} operators" for graph in model.graphs.values())


@lru_cache(maxsize=4)
def _laid_out(program: str, text: bytes) -> str | None:
    """What `dot` makes of a drawing; a notebook asks for it twice."""
    try:
        done = subprocess.run([program, "-Tsvg"], input=text, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = done.stdout.decode("utf-8", "replace")
    start = found.find("<svg")  # behind the XML declaration and the document type, which have no place in a page
    return found[start:] if done.returncode == 0 and start >= 0 else None


def _table(graph: Graph) -> str:
    ops = graph.order()
    head = "".join(f"<th>{title}</th>" for title in ("id", "kind", "operands", "results"))
    rows = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in _cells(op))}</tr>" for op in ops[:ROWS]]
    if len(ops) > ROWS:
        rows.append(f'<tr><td colspan="4">and {len(ops) - ROWS} more</td></tr>')
    caption = f"{escape(graph.name)}: {len(ops)} operators, {len(graph.arrays())} arrays"
    return f"<table><caption>{caption}</caption><tr>{head}</tr>{''.join(rows)}</table>"


def _cells(op: Op) -> tuple[str, str, str, str]:
    results = "<br>".join(escape(array.name + type_text(array, {})) for array in op.outputs)
    return f"%{op.id}", escape(op.kind), "<br>".join(map(_operand, op.inputs)), results


def _operand(array: Array | None) -> str:
    if array is None:
        return "_"
    return escape(array.name if array.value is None else f"{array.name} (constant{type_text(array, {})[1:]})")
