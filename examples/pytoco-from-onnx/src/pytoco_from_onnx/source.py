"""An ONNX file as nodes and values by name: reading, and checking what every later step takes for granted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytoco.compiler import FileError, InvalidModelError, UnsupportedError

from .nodes import STANDARD, Node, text_of
from .tensors import Files

LEAST_OPSET = 7
"""Before it operators broadcast by attributes."""


class Source:
    """The main graph of a model, or with `graph` one that a node runs.

    `nodes` in file order; `producers` maps a value name to (node index, result index); `initializers` are TensorProtos
    by name; `types` are the TypeProtos that the graph declares, by name; `inputs` (without initializers) and `outputs`
    are its own boundary; `opset` the version of ONNX's operators.
    """

    def __init__(self, model: Any, files: Files, graph: Any = None) -> None:
        self.model = model
        self.files = files
        graph = model.graph if graph is None else graph
        self.opsets = {"" if o.domain in STANDARD else text_of(o.domain): o.version for o in model.opset_import}
        self.opset: int = self.opsets.get("", 0)
        self.nodes = [
            Node(n, self.opsets.get("" if n.domain in STANDARD else text_of(n.domain), 0)) for n in graph.node
        ]
        self._check_opset()
        if len(graph.sparse_initializer):
            raise UnsupportedError("the model has sparse initializers", hint="write them dense")
        self.initializers: dict[str, Any] = {text_of(t.name): t for t in graph.initializer}
        self.types: dict[str, Any] = {text_of(v.name): v.type for v in (*graph.value_info, *graph.output, *graph.input)}
        self.inputs = [n for n in map(text_of, (v.name for v in graph.input)) if n not in self.initializers]
        self.outputs = [text_of(v.name) for v in graph.output]
        if len(dict.fromkeys(self.inputs)) != len(self.inputs):
            raise InvalidModelError("the graph has two inputs of one name")
        self.producers: dict[str, tuple[int, int]] = {}
        for index, node in enumerate(self.nodes):
            for k, name in enumerate(node.outputs):
                if not name:
                    continue
                if name in self.producers or name in self.initializers or name in self.inputs:
                    raise node.error(f"its result {name!r} is made by something else as well")
                self.producers[name] = index, k
        self._inferred: dict[str, Any] | None = None
        self.values: dict[str, None] = dict.fromkeys((*self.inputs, *self.initializers, *self.producers))

    def type_of(self, name: str) -> Any:
        """The TypeProto of a value: as declared, else as ONNX's own shape inference finds it; None: unknown."""
        found = self.types.get(name)
        if found is not None and found.WhichOneof("value") is not None:
            return found
        if self._inferred is None:
            self._inferred = _inferred_types(self.model)
        return self._inferred.get(name)

    def _check_opset(self) -> None:
        if any(not node.domain for node in self.nodes) and not self.opset:
            raise InvalidModelError("the model does not say which version of ONNX's operators it uses")
        if 0 < self.opset < LEAST_OPSET:
            raise UnsupportedError(
                f"the model uses version {self.opset} of ONNX's operators; {LEAST_OPSET} is the first that is read",
                hint="raise it with onnx.version_converter",
            )


def read(source: Path | str | bytes | memoryview) -> Source:
    """The model in a file, or in the bytes of one; its functions are expanded.

    Raises FileError for what cannot be read, InvalidModelError for what is no ONNX model.
    """
    folder: Path | None = None
    if isinstance(source, bytes | bytearray | memoryview):
        data, name = bytes(source), "the model"
    else:
        path = Path(source)
        folder, name = path.parent, repr(str(path))
        try:
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            raise FileError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return Source(_parsed(data, name), Files(folder))


def _parsed(data: bytes, name: str) -> Any:
    import onnx
    from google.protobuf.message import DecodeError

    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except (DecodeError, RecursionError):
        raise InvalidModelError(f"{name} is no ONNX model, or only the beginning of one") from None
    if not model.HasField("graph") or not model.ir_version:
        raise InvalidModelError(f"{name} is no ONNX model: it has no graph or no version")
    if len(model.functions):
        import onnx.inliner

        try:
            model = onnx.inliner.inline_local_functions(model)
        except Exception as error:  # noqa: BLE001 - a C++ extension, which has no errors of its own
            raise InvalidModelError(f"{name}: its functions cannot be expanded: {error}") from None
    return model


def _inferred_types(model: Any) -> dict[str, Any]:
    """TypeProtos by name, for all values that ONNX's shape inference finds some."""
    import onnx.shape_inference

    try:
        graph = onnx.shape_inference.infer_shapes(model).graph
    except Exception:  # noqa: BLE001 - a C++ extension, which has no errors of its own; nothing is known then
        return {}
    return {text_of(v.name): v.type for v in (*graph.value_info, *graph.output)}
