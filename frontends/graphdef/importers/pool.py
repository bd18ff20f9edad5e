"""Pooling."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ops.pool import PoolAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Unsupported, emit_image_op, need_inputs, padding, spatial


def _pool(kind: str) -> ImporterFunction:
    def import_pool(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 1)
        kernel, strides = spatial(node, "ksize"), spatial(node, "strides")
        scheme, _ = padding(node)
        if scheme == "EXPLICIT":
            raise Unsupported("a pooling has explicit paddings")
        return (emit_image_op(builder, node, kind, inputs, PoolAttrs(*kernel, *strides, scheme)),)

    return import_pool


TABLE: dict[str, ImporterFunction] = {"AvgPool": _pool("AveragePool"), "MaxPool": _pool("MaxPool")}
