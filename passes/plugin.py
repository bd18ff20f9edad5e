"""The built-in passes as a plugin: a reference for every pass that the packaged `plugins.toml` lists.

Pass `resolve-fill` of stage `clean-up` is class `ResolveFill` in `passes/clean_up/resolve_fill.py`; a pass that several
stages list lives in the folder of the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..compiler.plugins import PassRef, hookimpl
from ..compiler.plugins.settings import packaged_layer

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


def reference(stage: str, name: str) -> str:
    """`"package.module:Class"` of a built-in pass, by the naming convention."""
    folder, module = stage.replace("-", "_"), name.replace("-", "_")
    return f"{__package__}.{folder}.{module}:{''.join(word[:1].upper() + word[1:] for word in name.split('-'))}"
