"""The hooks of the plugin: what it offers, imported when pytoco asks for it."""

from collections.abc import Iterator

from pytoco.compiler import OpRef, Option, Options, PassRef, Pipeline, hookimpl

pytoco_api = 1


@hookimpl
def register_options() -> Iterator[Option]:
    """`--lower_softshrink`, `pytoco.convert(..., lower_softshrink=True)`, `lower_softshrink` in `[options.shrink]`."""
    yield Option("lower_softshrink", "make Softshrink of builtin operators", parse=bool)


@hookimpl
def register_ops() -> Iterator[OpRef]:
    """The operator, with everything about it in one class; imported when a conversion begins."""
    yield OpRef("pytoco_shrink.softshrink:Softshrink", kind="Softshrink")


@hookimpl
def register_passes() -> Iterator[PassRef]:
    """The pass that does without the operator; its class is imported when a conversion is planned."""
    yield PassRef("pytoco_shrink.lower_softshrink:LowerSoftshrink", name="lower-softshrink", stage="lowering")


@hookimpl
def adjust_pipeline(pipeline: Pipeline, options: Options) -> None:
    """The pass is there only where it is asked for."""
    if not options.extra["lower_softshrink"] and pipeline.has_stage("lowering"):
        pipeline.remove("lower-softshrink")
