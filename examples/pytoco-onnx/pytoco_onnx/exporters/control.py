"""Operators that compute nothing, and those that ONNX has nothing for."""

from __future__ import annotations

from pytoco.compiler import Op

from ..nodes import Nodes
from ..refusal import Refusal
from .base import Exporter, dropped, refused, renamed


def _opaque(op: Op, nodes: Nodes) -> None:
    raise Refusal(op.attrs.reason or "neither pytoco nor this package knows it")


_STATES = "it keeps a state from run to run, which ONNX cannot"
_OWN = "ONNX has no such operator"

EXPORTERS: dict[str, Exporter] = {
    "Identity": renamed("Identity"),
    "Assert": dropped,
    "NoOp": dropped,
    "Opaque": _opaque,
    **dict.fromkeys(("Switch", "Merge"), refused("the condition of this TensorFlow 1 conditional is no constant")),
    **dict.fromkeys(("Svdf", "LstmCell"), refused(_STATES)),
    **dict.fromkeys(("AudioSpectrogram", "Mfcc", "CTCBeamSearchDecoder", "DetectionPostProcess"), refused(_OWN)),
}
