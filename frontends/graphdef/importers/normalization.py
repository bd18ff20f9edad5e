"""Normalisations. A batch norm that trains (`is_training`) is not what inference needs, and is never accepted."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ops.normalization import BatchNormalizationAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, emit_image_op, integer, need_inputs, real, row


def _fused_batch_norm(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 5)
    if node.flag("is_training", True):
        raise Unsupported("is_training is true: it normalises by the batch at hand; export the model for inference")
    attrs = BatchNormalizationAttrs(node.real("epsilon", 1e-4))
    # In inference the results batch_mean and batch_variance are the operands of these names.
    return (emit_image_op(builder, node, "BatchNormalization", inputs, attrs), inputs[3], inputs[4])


def _global_batch_norm(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 5)
    value, mean, variance, offset, scale = inputs
    operands = [value, scale if node.flag("scale_after_normalization") else None, offset, mean, variance]
    return builder.emit("BatchNormalization", operands, BatchNormalizationAttrs(node.real("variance_epsilon"))).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), _fused_batch_norm),
    "BatchNormWithGlobalNormalization": _global_batch_norm,
    "LRN": row(
        "LocalResponseNormalization",
        radius=integer("depth_radius", 5),
        bias=real("bias", 1.0),
        alpha=real("alpha", 1.0),
        beta=real("beta", 0.5),
    ),
}
