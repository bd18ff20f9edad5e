"""The built-in backends as a plugin; each is imported when something is written in its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..compiler.plugins import Backend, Observer, Target, hookimpl

if TYPE_CHECKING:
    from ..compiler.options import Options

pytoco_api = 1


@hookimpl
def register_backends() -> Iterator[Backend]:
    """The backends of this folder."""
    yield Backend(
        "tflite",
        "TensorFlow Lite model",
        formats=("TFLITE",),
        suffix=".tflite",
        pipeline="tflite",
        target=f"{__package__}.tflite.target:target",
        write=f"{__package__}.tflite.writer:write",
        inspect=f"{__package__}.tflite.summary:inspect",
        run=f"{__package__}.tflite.running:run",
    )
    yield Backend(
        "graphviz",
        "Graphviz drawing",
        formats=("GRAPHVIZ_DOT",),
        suffix=".dot",
        pipeline="graphviz",
        target=Target,
        write=f"{__package__}.graphviz.writer:write",
        drawing=f"{__package__}.graphviz.writer:drawing",
        draw_difference=f"{__package__}.graphviz.difference:draw_difference",
    )
    yield Backend(
        "model-explorer",
        "every stage of a conversion to TensorFlow Lite, for Model Explorer",
        formats=("MODEL_EXPLORER",),
        suffix=".json",
        pipeline="tflite",
        target=f"{__package__}.tflite.target:target",
        write=f"{__package__}.model_explorer.writer:write",
    )


@hookimpl
def register_observers(options: Options) -> Iterator[Observer]:
    """The drawings that `dump_graphviz_dir` asks for, and the stages that MODEL_EXPLORER shows."""
    if options.output_format.name == "MODEL_EXPLORER":
        from .model_explorer.stages import Stages

        yield Stages()
    if options.dump_graphviz_dir:
        from .graphviz.dump import GraphvizDump

        yield GraphvizDump(options)
