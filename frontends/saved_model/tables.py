"""Lookup tables and assets: ignored when the outputs do not need them, otherwise named in the error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...compiler.errors import InvalidModelError, UnsupportedError
from ..graphdef import protos
from ..graphdef.functions import reached
from ..graphdef.nodes import Node
from .meta_graph import MetaGraph

_TABLE_WORDS = ("HashTable", "LookupTable", "DenseHashTable")
_HANDLES = (
    "HashTable", "HashTableV2", "MutableHashTable", "MutableHashTableV2", "MutableHashTableOfTensors",
    "MutableHashTableOfTensorsV2", "MutableDenseHashTable", "MutableDenseHashTableV2", "AnonymousHashTable",
    "AnonymousMutableHashTable", "AnonymousMutableHashTableOfTensors", "AnonymousMutableDenseHashTable",
)  # fmt: skip
_COLLECTION = "saved_model_assets"
_ASSIGN = ("Assign", "AssignVariableOp")
_SHOWN = 5


def assets(graph: MetaGraph) -> dict[str, str]:
    """File names, as the model has them, by the array that holds the name; pytoco never opens them.

    TensorFlow 2 lists them in the MetaGraphDef, TensorFlow 1 in a collection. Raises InvalidModelError for broken
    ones.
    """
    from google.protobuf.message import DecodeError

    listed = list(graph.message.asset_file_def)
    if _COLLECTION in graph.message.collection_def:
        for packed in graph.message.collection_def[_COLLECTION].any_list.value:
            try:
                listed.append(protos.AssetFileDef.FromString(packed.value))
            except DecodeError as error:
                raise InvalidModelError(f"an asset of the SavedModel is broken: {error}") from None
    return {_array(asset.tensor_info.name): asset.filename for asset in listed}


def is_table(op: str) -> bool:
    """Whether `op` makes or uses a lookup table."""
    return any(word in op for word in _TABLE_WORDS)


def table_text(node: Node, whole: Sequence[Node], files: Mapping[str, str]) -> str:
    """The table that `node` makes, with the assets that fill it: `'vocabulary', filled from 'vocab.txt'`.

    An asset's name reaches the table's initializer directly, or through a variable that TensorFlow 2 puts in between.
    """
    stored = {_array(n.inputs[0]): _array(n.inputs[1]) for n in whole if n.op in _ASSIGN and len(n.inputs) > 1}
    handles = {n.name: _array(n.inputs[0]) for n in whole if n.op == "ReadVariableOp" and n.inputs}
    beside = [a for n in whole if node.name in map(_array, n.inputs) for a in map(_array, n.inputs)]
    arrays = [stored.get(handles.get(array, ""), array) for array in beside]
    sources = [files[array] for array in arrays if array in files]
    filled = ", ".join(repr(file) for file in dict.fromkeys(sources))
    return f"{node.name!r}, filled from {filled}" if filled else repr(node.name)


def _array(text: str) -> str:
    return text.removesuffix(":0")


def refuse_tables(
    nodes: Sequence[Node], outputs: Sequence[str], inputs: Sequence[str], graph: MetaGraph | None = None
) -> None:
    """Raise UnsupportedError naming the lookup tables that `outputs` need of `nodes`, with the assets they come from.

    `nodes` are the wanted part of `graph`, expanded.
    """
    needed = [node for node in reached(nodes, outputs, inputs) if is_table(node.op)]
    if not needed:
        return
    made = [node for node in needed if node.op in _HANDLES]
    files = assets(graph) if graph is not None else {}
    whole = graph.graph().nodes if graph is not None else nodes
    tables = [table_text(node, whole, files) for node in made] or [repr(node.name) for node in needed]
    more = f" and {len(tables) - _SHOWN} more" if len(tables) > _SHOWN else ""
    users = [node for node in needed if node.op not in _HANDLES]
    used = f", read by {users[0].op} {users[0].name!r}" if users else ""
    raise UnsupportedError(
        f"the outputs need {len(tables)} lookup table{'s' if len(tables) > 1 else ''}: "
        f"{'; '.join(tables[:_SHOWN])}{more}{used}",
        hint="look the values up before running the model: cut the graph behind the lookup with --input_arrays",
        node=(users or made)[0].name,
    )


def asset_facts(graph: MetaGraph) -> list[dict[str, Any]]:
    """The assets, for people: the array, the file name."""
    return [{"name": array, "file": file} for array, file in sorted(assets(graph).items())]
