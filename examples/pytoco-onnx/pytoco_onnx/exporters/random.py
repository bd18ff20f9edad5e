"""Random numbers: of the same distribution, not the same numbers."""

from __future__ import annotations

from typing import Any

from pytoco.compiler import Op

from ..element_types import code_of
from ..nodes import Nodes
from .base import Exporter


def _random(op_type: str) -> Exporter:
    def export(op: Op, nodes: Nodes) -> None:
        shape = nodes.emit("ConstantOfShape", nodes.int64(op.inputs[0]))
        attributes: dict[str, Any] = {"dtype": code_of(op.outputs[0].dtype, op.name)}
        if op.attrs.seed or op.attrs.seed2:
            attributes["seed"] = float(op.attrs.seed or op.attrs.seed2)
        nodes.emit(op_type, shape, to=op.outputs[0], attributes=attributes)

    return export


EXPORTERS: dict[str, Exporter] = {
    "RandomUniform": _random("RandomUniformLike"),
    "RandomStandardNormal": _random("RandomNormalLike"),
}
