"""What an exporter is, and those that many kinds share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pytoco.compiler import Op

from ..element_types import need_type
from ..nodes import Nodes
from ..refusal import Refusal

Exporter: TypeAlias = Callable[[Op, Nodes], None]
"""Writes one operator as nodes of ONNX, the last of them `to` the operator's results. Raises `Refusal`.

Called once to ask whether ONNX can express the operator and once more to write it, so it must not remember anything.
"""


def renamed(op_type: str, **attributes: Any) -> Exporter:
    """One node of that type with the same operands, and attributes that are always the same."""

    def export(op: Op, nodes: Nodes) -> None:
        nodes.emit(op_type, *op.inputs, to=op.outputs[0], attributes=attributes)

    return export


def refused(reason: str) -> Exporter:
    """What has no counterpart in ONNX, and why."""

    def export(op: Op, nodes: Nodes) -> None:
        raise Refusal(reason)

    return export


def dropped(op: Op, nodes: Nodes) -> None:
    """What ONNX has no use for, and nobody reads."""


def is_type(op: Op, *names: str, position: int = 0) -> bool:
    """Whether the values of an operand have one of these types; of one with a grid these are float32."""
    array = op.inputs[position]
    return array is not None and array.dtype is not None and need_type(array).name in names


INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
