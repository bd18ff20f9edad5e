"""Inputs and outputs of the file: their names and types."""

from __future__ import annotations

from onnx import ModelProto, TensorProto, ValueInfoProto, helper, shape_inference
from pytoco.compiler import Array, Dim, Model, UsageError

from .element_types import code_of
from .names import Names
from .problems import Problems
from .refusal import Refusal

Named = list[tuple[Array, str]]


def boundary(model: Model) -> tuple[Named, Named]:
    """Inputs and outputs with their names: the caller's own where there is one signature, else the arrays'.

    An output that a signature calls as it calls an input keeps the name of its array. Raises UsageError for several
    signatures.
    """
    graph, signatures = model.main, model.signatures
    if len(signatures) > 1:
        raise UsageError(
            f"the model has {len(signatures)} signatures, and an ONNX file holds one graph",
            hint="choose one with --saved_model_signature_key",
        )
    if not signatures or signatures[0].graph != graph.name:
        return [(a, a.name) for a in graph.inputs], [(a, a.name) for a in graph.outputs]
    inputs = _named(signatures[0].inputs, graph.inputs)
    outputs = _named(signatures[0].outputs, graph.outputs)
    taken = {name: array for array, name in inputs}
    return inputs, [(a, a.name if taken.get(name, a) is not a else name) for a, name in outputs]


def _named(pairs: tuple[tuple[str, str], ...], arrays: tuple[Array, ...]) -> Named:
    """The arrays in order, by the names that the pairs say: by each of several, by their own without any."""
    names: dict[str, list[str]] = {}
    for own, name in pairs:
        names.setdefault(name, []).append(own)
    return [(array, own) for array in dict.fromkeys(arrays) for own in names.get(array.name, [array.name])]


class Types:
    """Types of values as ONNX writes them; unknown extents are named, the same one alike."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._extents: dict[Dim, str] = {}
        self._names = Names()

    def info(self, name: str, array: Array) -> ValueInfoProto:
        """Name and type of a value; a type that ONNX does not have is noted."""
        try:
            code = code_of(array.dtype, array.name)
        except Refusal as refusal:
            self._problems.note("array", refusal.reason, array.name)
            code = TensorProto.UNDEFINED
        if array.shape is None:
            return helper.make_tensor_value_info(name, code, None)
        return helper.make_tensor_value_info(name, code, [self._extent(d) for d in array.shape])

    def _extent(self, extent: int | Dim) -> int | str:
        if isinstance(extent, int):
            return extent
        found = self._extents.get(extent)
        if found is None:
            found = self._extents[extent] = self._names.unique(extent.name.strip("?") or "unknown")
        return found

    def complete(self, made: ModelProto) -> None:
        """Look for the shapes of results, which a file must have, where the IR does not know even their rank."""
        unknown = [k for k, info in enumerate(made.graph.output) if not info.type.tensor_type.HasField("shape")]
        if not unknown:
            return
        inferred = shape_inference.infer_shapes(made).graph.output
        for k in unknown:
            result = made.graph.output[k]
            if not inferred[k].type.tensor_type.HasField("shape"):
                self._problems.note("array", "the rank of a result is not known", result.name)
            result.CopyFrom(inferred[k])
