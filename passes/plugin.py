"""The built-in passes as a plugin: a reference for every pass that the packaged `plugins.toml` lists.

Pass `resolve-fill` of stage `clean-up` is class `ResolveFill` in `passes/clean_up/resolve_fill.py`; a pass that several
stages list lives in the folder of the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..compiler.plugins import PassRef, hookimpl
from ..compiler.plugins.settings import packaged_layer

if TYPE_CHECKING:
    from ..compiler.options import Options
    from ..compiler.plugins.pipeline import Pipeline

pytoco_api = 1


@hookimpl
def register_passes() -> Iterator[PassRef]:
    """One reference a pass, without importing any."""
    seen: dict[str, None] = {}
    for (section, stage, *_), sourced in packaged_layer().items():
        for name in sourced.value if section == "stages" else ():
            if name not in seen:
                seen[name] = None
                yield PassRef(reference(stage, name), name=name, stage=stage)


@hookimpl
def adjust_pipeline(pipeline: Pipeline, options: Options) -> None:
    """Leave out the stages of quantisation where nothing is quantised; drop FakeQuant early where that is asked for."""
    if not options.post_training_quantize and not options.quantize_to_float16 and pipeline.has_stage("weights"):
        pipeline.remove_stage("weights")
    if not options.arrays_extra_info and not options.arrays_extra_info_file and pipeline.has_stage("array-info"):
        pipeline.remove_stage("array-info")
    from ..compiler.quantization.scheme import input_dtype, output_dtype, scheme_of

    if options.drop_fake_quant or (options.reorder_across_fake_quant and scheme_of(options) is not None):
        name, stage = "read-fake-quant", "fake-quant"
        if pipeline.has_pass(name):
            pipeline.remove(name)
        pipeline.insert(PassRef(reference(stage, name), name=name, stage=stage), stage="general")
    if scheme_of(options) is None and input_dtype(options) is None and output_dtype(options).is_float:
        for stage in ("quantize", "boundary", "default-ranges", "calibration", "range-flow", "fake-quant", "ranges"):
            if pipeline.has_stage(stage):
                pipeline.remove_stage(stage)


def reference(stage: str, name: str) -> str:
    """`"package.module:Class"` of a built-in pass, by the naming convention."""
    folder, module = stage.replace("-", "_"), name.replace("-", "_")
    return f"{__package__}.{folder}.{module}:{''.join(word[:1].upper() + word[1:] for word in name.split('-'))}"
