"""The hooks of the plugin: what it offers, imported when pytoco asks for it."""

from collections.abc import Iterator

from pytoco.compiler import OpRef, Option, Options, PassRef, Pipeline, hookimpl

pytoco_api = 1


@hookimpl
def register_options() -> Iterator[Option]:
    """`--fuse_hard_swish`, `pytoco.convert(..., fuse_hard_swish=True)`, `fuse_hard_swish` in `[options.cleanup]`."""
    yield Option("fuse_hard_swish", "fuse HardSwish into convolutions", parse=bool)


@hookimpl
def register_ops() -> Iterator[OpRef]:
    """What `fuse-conv-hard-swish` makes; its class is imported when a conversion begins."""
    yield OpRef("pytoco_cleanup.conv_hard_swish:ConvHardSwish", kind="ConvHardSwish")


@hookimpl
def register_passes() -> Iterator[PassRef]:
    """The passes by name and stage; their classes are imported when a conversion is planned."""
    for name, stage in (
        ("strip-training-debris", "clean-up"),
        ("strip-idle-dropout", "general"),
        ("fuse-conv-hard-swish", "fusion"),
    ):
        module, cls = name.replace("-", "_"), name.title().replace("-", "")
        yield PassRef(f"pytoco_cleanup.{module}:{cls}", name=name, stage=stage)


@hookimpl
def adjust_pipeline(pipeline: Pipeline, options: Options) -> None:
    """The fusion is there only where it is asked for: TensorFlow Lite itself has no such operator."""
    if not options.extra["fuse_hard_swish"] and pipeline.has_pass("fuse-conv-hard-swish"):
        pipeline.remove("fuse-conv-hard-swish")
