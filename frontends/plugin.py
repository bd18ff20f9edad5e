"""The built-in frontends as a plugin; each is imported when a model of its format is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..compiler.plugins import Frontend, hookimpl

pytoco_api = 1


def sniff_graphdef(path: Path, head: bytes) -> bool | str:
    """True for a GraphDef, binary or text; otherwise what the file looks like and what to do with it."""
    from .graphdef.sniffing import GRAPHDEF, GRAPHDEF_TEXT, sniff

    found = sniff(head or path)
    if found.kind in (GRAPHDEF, GRAPHDEF_TEXT):
        return True
    return f"it is {found.looks_like}" + (f": {found.hint}" if found.hint else "")


@hookimpl
def register_frontends() -> Iterator[Frontend]:
    """The frontends of this folder."""
    yield Frontend(
        "graphdef",
        "frozen TensorFlow GraphDef, binary or text",
        formats=("TENSORFLOW_GRAPHDEF",),
        sniff=sniff_graphdef,
        load=f"{__package__}.graphdef:load",
        inspect=f"{__package__}.graphdef.inspection:inspect",
        from_session=f"{__package__}.graphdef.session:read_session",
    )
