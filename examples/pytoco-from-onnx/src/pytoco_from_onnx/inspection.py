"""What `pytoco inspect` tells about an ONNX model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .importers import lookup
from .nodes import text_of
from .shapes import declared
from .source import Source, read

EXAMPLES = 3
"""How many nodes are named for each operator that cannot be converted."""


def inspect(source: Path | bytes, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts about a model, without importing it.

    - `inputs`, `outputs`: its own, a mapping each with `name`, `dtype` and `shape` (None: an unknown extent);
    - `operators`: how many of each ONNX operator; `unknown`: for those without an importer, names of their first nodes;
    - `nodes`, `constants`, `functions`: how many there are; `producer`, `ir_version`, `opsets` by domain.

    `options["importers"]` names operators that plugins import. Raises FileError or InvalidModelError as reading does.
    """
    file = read(source)
    known = options.get("importers", ())
    counts: dict[str, int] = {}
    unknown: dict[str, list[str]] = {}
    for node in file.nodes:
        counts[node.kind] = counts.get(node.kind, 0) + 1
        if node.kind not in known and lookup(node.kind) is None:
            examples = unknown.setdefault(node.kind, [])
            if len(examples) < EXAMPLES:
                examples.append(node.name)
    model = file.model
    return {
        "format": "ONNX",
        "ir_version": model.ir_version,
        "producer": " ".join(text for text in (text_of(model.producer_name), text_of(model.producer_version)) if text),
        "opsets": {domain or "ai.onnx": version for domain, version in file.opsets.items()},
        "nodes": len(file.nodes),
        "functions": len(model.functions),
        "constants": len(file.initializers),
        "inputs": [_array(file, name) for name in file.inputs],
        "outputs": [_array(file, name) for name in file.outputs],
        "operators": dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        "unknown": dict(sorted(unknown.items())),
    }


def _array(file: Source, name: str) -> dict[str, Any]:
    dtype, shape = declared(file.type_of(name), name)
    return {
        "name": name,
        "dtype": None if dtype is None else dtype.name,
        "shape": None if shape is None else [d if type(d) is int else None for d in shape],
    }
