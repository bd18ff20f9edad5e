"""The plugin: a frontend, its option, and the passes that move what its layout changes leave over."""

from __future__ import annotations

from collections.abc import Iterator

from pytoco.compiler import Frontend, Option, PassRef, hookimpl

pytoco_api = 1

PASSES = {
    "absorb-image-transpose-into-fully-connected": "general",
    "absorb-image-transpose-into-reduction": "general",
    "move-image-transpose-behind-join": "general",
    "move-image-transpose-behind-part": "general",
    "move-image-transpose-behind-shuffle": "general",
    "move-image-transpose-behind-unary": "general",
    "approximate-erf": "lowering",
}
"""The passes of this package with their stages; each is the class in the module of its name below `passes`."""


@hookimpl
def register_frontends() -> Iterator[Frontend]:
    """The ONNX frontend."""
    yield Frontend(
        "onnx",
        "ONNX model, opsets 7 and later",
        formats=("ONNX",),
        sniff=f"{__package__}.sniffing:sniff",
        load=f"{__package__}.loader:load",
        inspect=f"{__package__}.inspection:inspect",
        family="onnx",
    )


@hookimpl
def register_options() -> Iterator[Option]:
    """`--onnx_nhwc_boundary`."""
    yield Option(
        "onnx_nhwc_boundary",
        "Inputs and outputs of rank 4 of an ONNX model become channels last (NHWC), as TensorFlow Lite's operators "
        "are, so that nothing is transposed at the model's boundary.",
        parse=bool,
    )


@hookimpl
def register_passes() -> Iterator[PassRef]:
    """The passes of `PASSES`, imported when a conversion is planned."""
    for name, stage in PASSES.items():
        words = name.split("-")
        target = f"{__package__}.passes.{'_'.join(words)}:{''.join(word.capitalize() for word in words)}"
        yield PassRef(target, name=name, stage=stage)
