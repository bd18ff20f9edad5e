"""The facts of a TFLite file, for `pytoco inspect`, read without loading a constant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...compiler.errors import InvalidModelError
from .fields import name_of
from .flat_reader import FlatReader
from .sources import SOURCE_NODES, read_source_nodes
from .verify import mapped, verify_bytes


def inspect(path: Path) -> dict[str, Any] | None:
    """The facts of a .tflite file under the keys that `pytoco inspect` shows; None for a file of another format.

    They are those of `read_summary` with `format`, and `inputs`, `outputs` of the first graph with `dtype` and `shape`.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        if file.read(8)[4:] != b"TFL3":
            return None
    facts = read_summary(path)
    first = facts["graphs"][0] if facts["graphs"] else {"inputs": [], "outputs": []}
    for part in ("inputs", "outputs"):
        facts[part] = [
            {**tensor, "dtype": tensor["type"], "shape": [None if d < 0 else d for d in tensor["shape"]]}
            for tensor in first[part]
        ]
    return {**facts, "format": "TFLITE", "constants": facts["constants"]["count"]}


def read_summary(source: Path | bytes) -> dict[str, Any]:
    """What a .tflite file holds.

    Keys: `size` in bytes, `version`, `description`, `operators` (counts by name over all graphs), `operator_versions`,
    `graphs` (name, operators, tensors, and inputs and outputs with name, type, shape with -1 for unknown extents),
    `constants` (number and bytes), `layout`, `metadata` names, `min_runtime`, `signatures` (key, graph, inputs,
    outputs), `problem`, "" when the file passes verification, and where they were written `source_nodes` (by graph, by
    operator). Raises InvalidModelError when it cannot be read at
    all, FileError when there is no file.
    """
    if isinstance(source, bytes):
        return _summary(source)
    with mapped(source) as data:
        return _summary(data)


def _summary(data: Any) -> dict[str, Any]:
    reader = FlatReader(data)
    problem = ""
    try:
        verify_bytes(data)
    except InvalidModelError as e:
        problem = str(e)
    model = reader.table("Model", reader.root)
    codes = []
    for position in model["operator_codes"] or ():
        item = reader.table("OperatorCode", position)
        name = name_of("BuiltinOperator", max(item["builtin_code"], item["deprecated_builtin_code"]))
        codes.append((item["custom_code"] or name, item["version"]))
    buffers = [reader.table("Buffer", p) for p in model["buffers"] or ()]
    sizes = [b["size"] if b["offset"] > 1 else len(b["data"] or b"") for b in buffers]
    counts: dict[str, int] = {}
    graphs = [_graph(reader, reader.table("SubGraph", p), codes, counts) for p in model["subgraphs"] or ()]
    names = []
    contents: dict[str, bytes] = {}
    for position in model["metadata"] or ():
        entry = reader.table("Metadata", position)
        names.append(entry["name"])
        if entry["name"] in ("min_runtime_version", SOURCE_NODES) and entry["buffer"] < len(buffers):
            contents[entry["name"]] = bytes(buffers[entry["buffer"]]["data"] or b"")
    runtime = contents.get("min_runtime_version", b"").rstrip(b"\0").decode("ascii", "replace")
    return {
        "size": reader.size,
        "version": model["version"],
        "description": model["description"] or "",
        "operators": dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        "operator_versions": dict(sorted(codes)),
        "graphs": graphs,
        "constants": {"count": sum(1 for s in sizes if s), "bytes": sum(sizes)},
        "layout": "outside" if any(b["offset"] > 1 for b in buffers) else "classic",
        "metadata": names,
        "min_runtime": runtime,
        "signatures": [_signature(reader, reader.table("SignatureDef", p)) for p in model["signature_defs"] or ()],
        "problem": problem,
        **({"source_nodes": read_source_nodes(contents[SOURCE_NODES])} if SOURCE_NODES in contents else {}),
    }


def _graph(
    reader: FlatReader, graph: dict[str, Any], codes: list[tuple[str, int]], counts: dict[str, int]
) -> dict[str, Any]:
    operators = graph["operators"] or ()
    for position in operators:
        index = reader.table("Operator", position)["opcode_index"]
        name = codes[index][0] if index < len(codes) else f"?{index}"
        counts[name] = counts.get(name, 0) + 1
    tensors = graph["tensors"] or ()

    def described(indices: Any) -> list[dict[str, Any]]:
        return [_tensor(reader, tensors[k]) for k in indices or () if 0 <= k < len(tensors)]

    return {
        "name": graph["name"] or "",
        "operators": len(operators),
        "tensors": len(tensors),
        "inputs": described(graph["inputs"]),
        "outputs": described(graph["outputs"]),
    }


def _tensor(reader: FlatReader, position: int) -> dict[str, Any]:
    tensor = reader.table("Tensor", position)
    made: dict[str, Any] = {
        "name": tensor["name"] or "",
        "type": name_of("TensorType", tensor["type"]).lower(),
        "shape": list(tensor["shape_signature"] or tensor["shape"] or ()),
    }
    if tensor["quantization"] is not None:
        found = reader.table("QuantizationParameters", tensor["quantization"])
        if found["scale"]:
            made["scale"], made["zero_point"] = list(found["scale"]), list(found["zero_point"] or ())
    return made


def _signature(reader: FlatReader, signature: dict[str, Any]) -> dict[str, Any]:

    def named(part: str) -> list[str]:
        return [reader.table("TensorMap", p)["name"] for p in signature[part] or ()]

    return {
        "key": signature["signature_key"] or "",
        "graph": signature["subgraph_index"],
        "inputs": named("inputs"),
        "outputs": named("outputs"),
    }
