"""The source nodes of each operator as metadata of a TFLite file, for whoever looks at the file later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...compiler.ir.subgraphs import live_graphs

if TYPE_CHECKING:
    from ...compiler.ir import Model

SOURCE_NODES = "pytoco_source_nodes"
"""Name of the metadata entry."""


def source_nodes(model: Model) -> bytes:
    """JSON: by graph name, by the name of an operator's first result, the nodes it was made of, in execution order."""
    found = {
        name: {op.name: list(dict.fromkeys(op.origin)) for op in graph.order() if op.outputs and op.origin}
        for name, graph in live_graphs(model).items()
    }
    return json.dumps(found, separators=(",", ":")).encode()


def read_source_nodes(data: bytes) -> dict[str, dict[str, list[str]]]:
    """What `source_nodes` wrote; nothing for bytes that are something else."""
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(graph): {str(op): [str(n) for n in nodes] for op, nodes in table.items() if isinstance(nodes, list)}
        for graph, table in found.items()
        if isinstance(table, dict)
    }
