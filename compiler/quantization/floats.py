"""Which operators of a quantised model compute in float."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir import Model, Op
from ..ir.subgraphs import live_graphs

_BETWEEN = ("Quantize", "Dequantize", "FakeQuant")


def float_operators(model: Model) -> dict[str, list[Op]]:
    """The operators that read or make float arrays which are no constants, by kind, most of a kind first."""
    found: dict[str, list[Op]] = {}
    for graph in live_graphs(model).values():
        for op in graph.order():
            if op.kind not in _BETWEEN and any(
                a is not None and a.dtype is not None and a.dtype.is_float and a.value is None
                for a in (*op.inputs, *op.outputs)
            ):
                kind = op.attrs.source_kind if op.kind == "Opaque" else op.kind
                found.setdefault(kind, []).append(op)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def note(counts: Mapping[str, int]) -> str:
    """Float operators counted by kind, as a sentence."""
    count = sum(counts.values())
    kinds = ", ".join(f"{kind} x{k}" if k > 1 else kind for kind, k in counts.items())
    return f"{count} operator{'s stay' if count > 1 else ' stays'} in float: {kinds}"
