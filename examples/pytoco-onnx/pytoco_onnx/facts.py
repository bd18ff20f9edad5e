"""The facts of an .onnx file, for `pytoco inspect`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_MOST = 1 << 31


def inspect(path: Path) -> dict[str, Any] | None:
    """Inputs, outputs, operators by type, constants, opset and producer; None for what is no ONNX file.

    `problem` says what the onnx package has against the model, "" when it has nothing.
    """
    if path.suffix != ".onnx" or not path.is_file() or path.stat().st_size >= _MOST:
        return None
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(path.read_bytes())
    except DecodeError:
        return None
    if not model.ir_version:
        return None
    problem = ""
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        problem = str(error)
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer}
    operators: dict[str, int] = {}
    for node in graph.node:
        operators[node.op_type] = operators.get(node.op_type, 0) + 1
    return {
        "format": "ONNX",
        "inputs": [_array(info) for info in graph.input if info.name not in constants],
        "outputs": [_array(info) for info in graph.output],
        "operators": dict(sorted(operators.items(), key=lambda item: (-item[1], item[0]))),
        "constants": len(constants),
        "opset": {entry.domain or "ai.onnx": entry.version for entry in model.opset_import},
        "ir_version": model.ir_version,
        "producer": " ".join(filter(None, (model.producer_name, model.producer_version))),
        "problem": problem,
    }


def _array(info: Any) -> dict[str, Any]:
    from onnx import TensorProto

    tensor = info.type.tensor_type
    shape = None
    if tensor.HasField("shape"):
        shape = [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim]
    return {"name": info.name, "dtype": TensorProto.DataType.Name(tensor.elem_type).lower(), "shape": shape}
