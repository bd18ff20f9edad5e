"""The hooks of the sample plugin."""

from collections.abc import Iterator

from pytoco.compiler.plugins import OpRef, PassRef, hookimpl

pytoco_api = 1


@hookimpl
def register_ops() -> Iterator[OpRef]:
    """Mish, with everything about it in one class."""
    from .mish import Mish

    yield OpRef(Mish)


@hookimpl
def register_passes() -> Iterator[PassRef]:
    """A pass that is imported when its stage runs."""
    yield PassRef("pytoco_sample.drop_sqrt_of_square:DropSqrtOfSquare", name="drop-sqrt-of-square", stage="general")
