"""Makes the package's own operators known to graphs as text; conversions do so themselves."""

from pytoco.compiler import register_op

from pytoco_onnx.kinds.conv import OnnxConv, OnnxConvTranspose
from pytoco_onnx.kinds.image import OnnxBatchNormalization, OnnxDepthToSpace, OnnxLRN, OnnxResize, OnnxSpaceToDepth
from pytoco_onnx.kinds.pool import OnnxAveragePool, OnnxMaxPool

for definition in (
    OnnxConv,
    OnnxConvTranspose,
    OnnxAveragePool,
    OnnxMaxPool,
    OnnxResize,
    OnnxSpaceToDepth,
    OnnxDepthToSpace,
    OnnxLRN,
    OnnxBatchNormalization,
):
    register_op(definition)
