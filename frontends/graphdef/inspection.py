"""What `pytoco inspect` tells about a GraphDef: its likely boundary, and its operators with those it cannot convert."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from .frames import OF_FRAMES
from .functions import expand
from .importers import lookup
from .loader import guess_inputs_outputs, read
from .nodes import Node
from .select import by_name, is_input

EXAMPLES = 3
"""How many nodes are named for each operator that cannot be converted."""

_CONSTANT = "Const"


def inspect(source: Path | bytes, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts about a GraphDef, without importing it.

    - `inputs`, `outputs`: the likely ones, a mapping each with `name`, `dtype` and `shape` where the node says them;
    - `operators`: how many of each TensorFlow operator, constants and inputs left out;
    - `unknown`: for each operator without an importer the names of its first nodes;
    - `nodes`, `constants`, `functions`: how many there are; `producer`: the writer's graph version.

    `options["importers"]` names operators that plugins import. Raises FileError or InvalidModelError as reading does.
    """
    graph = read(source)
    nodes = by_name(expand(graph.nodes, graph.functions))
    inputs, outputs = guess_inputs_outputs(graph)
    return {
        "format": "TENSORFLOW_GRAPHDEF",
        "producer": graph.producer,
        "nodes": len(nodes),
        "functions": len(graph.functions),
        "inputs": [_array(name, nodes[name]) for name in inputs],
        "outputs": [{"name": name} for name in outputs],
        **operator_facts(nodes.values(), options.get("importers", ())),
    }


def operator_facts(nodes: Iterable[Node], known: Collection[str]) -> dict[str, Any]:
    """The facts `operators`, `unknown` and `constants` about nodes; plugins import the operators of `known`."""
    counts: dict[str, int] = {}
    unknown: dict[str, list[str]] = {}
    for node in nodes:
        if is_input(node):
            continue
        counts[node.op] = counts.get(node.op, 0) + 1
        if node.op != _CONSTANT and node.op not in OF_FRAMES and node.op not in known and lookup(node.op) is None:
            examples = unknown.setdefault(node.op, [])
            if len(examples) < EXAMPLES:
                examples.append(node.name)
    constants = counts.pop(_CONSTANT, 0)
    return {
        "constants": constants,
        "operators": dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        "unknown": dict(sorted(unknown.items())),
    }


def _array(name: str, node: Node) -> dict[str, Any]:
    dtype = node.dtype("dtype", None)
    shape = node.shape("shape")
    return {
        "name": name,
        "dtype": None if dtype is None else dtype.name,
        "shape": None if shape is None else list(shape),
    }
