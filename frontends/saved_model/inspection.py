"""What `pytoco inspect` tells about a SavedModel: what there is to choose from, and what a conversion would use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...compiler.errors import PytocoError, UsageError
from ..graphdef.assignments import called
from ..graphdef.freeze import REFERENCE, RESOURCE
from ..graphdef.functions import reached
from ..graphdef.inspection import operator_facts
from ..graphdef.nodes import Node
from ..graphdef.program import distinct
from ..graphdef.scan import GraphFile
from .files import folder_of, graph_file, variables_prefix
from .loader import expanded
from .meta_graph import MetaGraph, read_meta_graphs
from .restore import identity
from .signatures import Tensor, check_arrays, choose_graph, choose_signatures, likely_boundary, read_signature
from .tables import asset_facts, is_table
from .variables import Freezer


def inspect(source: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts about a SavedModel, without converting it.

    - `graphs`: for each its `tags`, the `tensorflow` version that wrote it, and `signatures` by key, with `inputs` and
      `outputs`: name, array, dtype and shape;
    - `uses`: the tags and the signature that a conversion takes when nothing else is said, or `choose`: why it takes
      none;
    - of that signature, or without one what looks like it: `inputs`, `outputs`; of a signature also `operators`,
      `unknown` and `constants`, as for GraphDefs, `variables` with name, key, dtype, shape and bytes, and the `tables`
      that it needs;
    - `assets`: files that tables are filled from; `problem`: what keeps the variables from being read.

    Raises FileError, InvalidModelError or UnsupportedError as reading does.
    """
    folder = folder_of(Path(source))
    graphs, _ = read_meta_graphs(graph_file(folder))
    facts: dict[str, Any] = {
        "format": "TENSORFLOW_SAVED_MODEL",
        "graphs": [_graph_facts(graph) for graph in graphs],
        "uses": {},
        "inputs": [],
        "outputs": [],
    }
    try:
        graph = choose_graph(graphs, options.get("saved_model_tag_set"))
        (key,) = choose_signatures(graph, options.get("saved_model_signature_key"))
        signature = read_signature(graph, key)
        check_arrays(signature, {node.name: node for node in graph.graph().nodes})
    except PytocoError as error:
        facts["uses"] = {"choose": error.message.partition("\n")[0] if isinstance(error, UsageError) else str(error)}
        return facts | _likely_boundary(graphs)
    facts["uses"] = {"tags": list(graph.tags), "signature": key}
    facts["inputs"] = [_tensor_facts(tensor) for tensor in signature.inputs]
    facts["outputs"] = [_tensor_facts(tensor) for tensor in signature.outputs]
    inputs, outputs = distinct(signature.pairs("inputs")), distinct(signature.pairs("outputs"))
    file = expanded(graph, signature, inputs, outputs)
    needed = reached(file.nodes, outputs, inputs)
    plain = [node for node in needed if node.op not in (*REFERENCE, *RESOURCE)]
    facts |= operator_facts([*plain, *_bodies(plain, file)], options.get("importers", ()))
    facts["assets"] = asset_facts(graph)
    facts["tables"] = [node.name for node in needed if is_table(node.op)]
    variables = [node for node in needed if node.op in (*REFERENCE, *RESOURCE)]
    try:
        facts["variables"] = _variable_facts(variables, Freezer(graph, variables_prefix(folder)))
    except PytocoError as error:
        facts["variables"] = [{"name": node.name} for node in variables]
        facts["problem"] = str(error)
    return facts


def _likely_boundary(graphs: Sequence[MetaGraph]) -> dict[str, Any]:
    """What looks like inputs and outputs of the only graph, where that has no signature."""
    if len(graphs) > 1 or graphs[0].signatures:
        return {}
    inputs, outputs = likely_boundary(graphs[0])
    return {"inputs": [{"name": name} for name in inputs], "outputs": [{"name": name} for name in outputs]}


def _graph_facts(graph: MetaGraph) -> dict[str, Any]:
    signatures: dict[str, Any] = {}
    for key in graph.signatures:
        try:
            found = read_signature(graph, key)
        except PytocoError as error:
            signatures[key] = {"problem": error.message}
            continue
        signatures[key] = {
            "inputs": [_tensor_facts(tensor) for tensor in found.inputs],
            "outputs": [_tensor_facts(tensor) for tensor in found.outputs],
        }
    version = graph.message.meta_info_def.tensorflow_version
    return {"tags": list(graph.tags), "tensorflow": version, "signatures": signatures}


def _tensor_facts(tensor: Tensor) -> dict[str, Any]:
    shape = None if tensor.shape is None else list(tensor.shape)
    return {"name": tensor.own, "array": tensor.array, "dtype": tensor.dtype, "shape": shape}


def _bodies(nodes: list[Node], file: GraphFile) -> list[Node]:
    """The nodes of the functions that conditionals and loops among `nodes` run, each function once."""
    waiting = [name for node in nodes for name in called(node)]
    seen: set[str] = set()
    found: list[Node] = []
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in file.functions:
            continue
        seen.add(name)
        body = file.functions[name].nodes
        found.extend(node for node in body if node.op not in file.functions)
        waiting.extend(inner for node in body for inner in (*called(node), node.op))
    return found


def _variable_facts(variables: list[Node], freezer: Freezer) -> list[dict[str, Any]]:
    sources = freezer.sources() if variables else {}
    entries = freezer.entries
    found = []
    for node in variables:
        source = sources.get(identity(node))
        entry = entries.get(source.key) if source is not None else None
        facts: dict[str, Any] = {"name": node.name, "key": source.key if source is not None else None}
        if entry is not None:
            facts |= {"dtype": entry.dtype.name, "shape": list(entry.shape), "bytes": entry.nbytes}
        found.append(facts)
    return found
