"""Operator definitions: one class an operator kind, in modules by family that load when first asked for.

`get(kind)` is how everybody meets them. `FAMILIES` is the table of the built-in ones; operators of plugins come in by
`register` at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import PluginError, UnsupportedError

if TYPE_CHECKING:
    from .base import OpDef

FAMILIES: dict[str, tuple[str, ...]] = {
    "conv": ("Conv", "DepthwiseConv", "TransposeConv"),
    "pool": ("AveragePool", "MaxPool", "L2Pool"),
    "linear": ("FullyConnected", "MatMul", "BatchMatMul"),
    "binary": (
        "Add", "Sub", "Mul", "Div", "FloorDiv", "FloorMod", "Maximum", "Minimum", "Pow", "SquaredDifference", "Atan2",
        "Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr", "AddN",
    ),
    "elementwise": (
        "Abs", "Cast", "Ceil", "Cos", "Erf", "Erfc", "Exp", "Floor", "Log", "LogicalNot", "Neg", "Round", "Rsqrt",
        "Sign", "Sin", "Sqrt", "Square",
    ),
    "activation": (
        "Relu", "Relu1", "Relu6", "Elu", "LeakyRelu", "PRelu", "Logistic", "Tanh", "Softmax", "LogSoftmax",
        "HardSwish", "Gelu",
    ),
    "reduce": ("Mean", "Sum", "ReduceMax", "ReduceMin", "ReduceProd", "Any", "All", "ArgMax", "ArgMin"),
    "shape": ("Reshape", "Squeeze", "ExpandDims", "Shape", "Rank", "Tile", "BroadcastTo", "BroadcastArgs"),
    "fill": ("Fill", "Range", "ZerosLike", "OnesLike"),
    "slice": ("Slice", "StridedSlice", "Split", "SplitV"),
    "join": ("Concatenation", "Pack", "Unpack"),
    "gather": ("Gather", "GatherNd", "ReverseV2", "ReverseSequence"),
    "pad": ("Pad", "PadV2", "MirrorPad"),
    "layout": (
        "Transpose", "ReorderAxes", "SpaceToDepth", "DepthToSpace", "SpaceToBatchND", "BatchToSpaceND",
    ),
    "normalization": ("BatchNormalization", "L2Normalization", "LocalResponseNormalization"),
    "resize": ("ResizeBilinear", "ResizeNearestNeighbor"),
    "select": ("Select", "SelectV2", "Where", "OneHot", "TopKV2"),
    "random": ("RandomUniform", "RandomStandardNormal", "Multinomial"),
    "scatter": ("ScatterNd", "SparseToDense", "DynamicUpdateSlice", "DynamicPartition", "DynamicStitch"),
    "segment": (
        "SegmentSum", "UnsortedSegmentSum", "UnsortedSegmentProd", "UnsortedSegmentMax", "UnsortedSegmentMin",
    ),
    "matrix": ("MatrixDiag", "MatrixSetDiag"),
    "scan": ("Cumsum",),
    "search": ("Unique", "Bucketize"),
    "detection": ("NonMaxSuppressionV4", "NonMaxSuppressionV5"),
    "bits": ("BitwiseXor", "RightShift", "Bitcast"),
    "complex": ("Complex", "ComplexAbs", "Real", "Imag", "RFFT2D"),
    "conv3d": ("Conv3D", "Conv3DTranspose"),
    "custom": ("AudioSpectrogram", "Mfcc", "CTCBeamSearchDecoder", "DetectionPostProcess"),
    "recurrent": ("LstmCell",),
    "bidirectional": ("BidirectionalSequenceLstm", "BidirectionalSequenceRnn"),
    "sequence": ("UnidirectionalSequenceLstm", "UnidirectionalSequenceRnn", "Svdf"),
    "quantize": ("FakeQuant", "Quantize", "Dequantize"),
    "control": ("Identity", "Assert", "NoOp", "Switch", "Merge", "Opaque"),
    "flow": ("If", "While"),
    "lists": ("TensorListReserve",),
}  # fmt: skip
"""Family module -> the operator kinds it defines."""

_FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
_REGISTRY: dict[str, type[OpDef]] = {}


class UnknownKindError(UnsupportedError, KeyError):
    """No operator of that kind is defined, neither built in nor by a plugin."""


class Unfoldable(UnsupportedError):
    """A kernel cannot compute these values (integer division by zero, say): leave the operator to the runtime."""


def register(definition: type[OpDef]) -> type[OpDef]:
    """Make an operator kind known; also a class decorator. Returns the class; once more with the same one is nothing.

    Raises PluginError when the class names no kind, or the kind is taken.
    """
    kind = definition.kind
    if not kind:
        raise PluginError(f"operator class {definition.__qualname__} names no kind", hint="set its attribute kind")
    family = _FAMILY_OF.get(kind)
    if family is not None and definition.__module__ != f"{__name__}.{family}":
        raise PluginError(f"operator kind {kind!r} is built in", hint="give the operator another kind")
    taken = _REGISTRY.get(kind)
    if taken is not None and taken is not definition:
        raise PluginError(
            f"operator kind {kind!r} is already defined by {taken.__module__}.{taken.__qualname__}",
            hint="give the operator another kind, prefixed with the plugin's name",
        )
    _REGISTRY[kind] = definition
    return definition


def unregister(kind: str) -> None:
    """Forget a kind that `register` made known; raises UnknownKindError, or PluginError for a built-in one."""
    if kind in _FAMILY_OF:
        raise PluginError(f"operator kind {kind!r} is built in and stays")
    if _REGISTRY.pop(kind, None) is None:
        raise _unknown(kind)


def get(kind: str) -> type[OpDef]:
    """The definition of an operator kind; raises UnknownKindError."""
    found = _REGISTRY.get(kind)
    if found is None:
        family = _FAMILY_OF.get(kind)
        if family is None:
            raise _unknown(kind)
        from importlib import import_module

        import_module(f"{__name__}.{family}")
        found = _REGISTRY[kind]
    return found


op_definition, register_op = get, register
"""`get` and `register` under the names by which authors of plugins import them."""


def known_kinds() -> list[str]:
    """Every kind there is, built in or registered, in alphabetical order; loads nothing."""
    return sorted({**_FAMILY_OF, **_REGISTRY})


def _unknown(kind: str) -> UnknownKindError:
    from ..plugins.spelling import suggestion

    close = suggestion(kind, known_kinds())
    hint = close if close.startswith("did you mean") else "a plugin can define it, with the hook register_ops"
    return UnknownKindError(f"unknown operator kind {kind!r}", hint=hint)
