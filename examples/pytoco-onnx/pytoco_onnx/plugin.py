"""The plugin: a backend, its operator kinds, its passes and its options."""

from __future__ import annotations

from collections.abc import Iterator

from pytoco.compiler import Backend, OpRef, Option, Options, PassRef, Pipeline, hookimpl

pytoco_api = 1

_KINDS = {
    "conv": ("OnnxConv", "OnnxConvTranspose"),
    "pool": ("OnnxAveragePool", "OnnxMaxPool"),
    "image": ("OnnxResize", "OnnxSpaceToDepth", "OnnxDepthToSpace", "OnnxLRN", "OnnxBatchNormalization"),
}
_PASSES = {
    "onnx-lowering": (
        ("lowering.split_activation:SplitActivation", "onnx-split-activation"),
        ("lowering.read_quantized:ReadQuantized", "onnx-read-quantized"),
        ("lowering.lower_reorder_axes:LowerReorderAxes", "onnx-lower-reorder-axes"),
        ("lowering.lower_conv:LowerConv", "onnx-lower-conv"),
        ("lowering.lower_transpose_conv:LowerTransposeConv", "onnx-lower-transpose-conv"),
        ("lowering.lower_pool:LowerPool", "onnx-lower-pool"),
        ("lowering.lower_resize:LowerResize", "onnx-lower-resize"),
        ("lowering.lower_image:LowerImage", "onnx-lower-image"),
        ("lowering.lower_batch_normalization:LowerBatchNormalization", "onnx-lower-batch-normalization"),
    ),
    "onnx-layout": (
        ("layout.merge_transposes:MergeTransposes", "onnx-merge-transposes"),
        ("layout.sink_transpose:SinkTranspose", "onnx-sink-transpose"),
        ("layout.transpose_into_weights:TransposeIntoWeights", "onnx-transpose-into-weights"),
    ),
    "onnx-final": (
        ("layout.transpose_to_reshape:TransposeToReshape", "onnx-transpose-to-reshape"),
        ("layout.transpose_to_reshape:MergeReshapes", "onnx-merge-reshapes"),
    ),
}
_QUANTISING = ("ranges", "fake-quant", "range-flow", "calibration", "default-ranges", "quantize", "boundary")
_STAGES = (
    *("array-info", "clean-up", "general", "simplify", "affine", "fusion", *_QUANTISING, "weights"),
    *_PASSES,
    "final",
)


@hookimpl
def register_backends() -> Iterator[Backend]:
    """ONNX; nothing of the onnx package is imported before it is written."""
    yield Backend(
        "onnx",
        "ONNX model",
        formats=("ONNX",),
        suffix=".onnx",
        pipeline="onnx",
        stages=_STAGES,
        target=f"{__package__}.target:target",
        write=f"{__package__}.writer:write",
        inspect=f"{__package__}.facts:inspect",
        run=f"{__package__}.run:run",
    )


@hookimpl
def register_ops() -> Iterator[OpRef]:
    """Channels-first operators."""
    for module, kinds in _KINDS.items():
        for kind in kinds:
            yield OpRef(f"{__package__}.kinds.{module}:{kind}", kind=kind)


@hookimpl
def register_passes() -> Iterator[PassRef]:
    """The passes of the three stages."""
    for stage, passes in _PASSES.items():
        for target, name in passes:
            yield PassRef(f"{__package__}.{target}", name=name, stage=stage)


@hookimpl
def adjust_pipeline(pipeline: Pipeline, options: Options) -> None:
    """Activations become one with operators only to get one grid with them: ONNX itself has none fused."""
    quantised = options.inference_type.is_quantized or options.representative_dataset is not None
    if pipeline.name == "onnx" and not quantised and pipeline.has_stage("fusion"):
        pipeline.remove_stage("fusion")


@hookimpl
def register_options() -> tuple[Option, ...]:
    """What the command line and Python can say about the result."""
    from .options import OPTIONS

    return OPTIONS
