"""Random graphs: which operators they have, and which TensorFlow Lite and TensorFlow have, too."""

from __future__ import annotations

from pytoco.backends.tflite.exporters import FAMILIES, KINDS, Exporters
from pytoco.compiler.ir import Op
from pytoco.compiler.testing.random_graphs import MAKERS, Maker, Skip, made_graph, makers_for
from pytoco.compiler.testing.random_graphs.draws import Seeded

from .graphdef_form import ROWS, SPECIAL

LOWERED = frozenset({"BatchNormalization", "Identity", "MatMul", "OnesLike", "ReorderAxes"})
"""Kinds that no exporter has to take: passes replace them."""

EXEMPT = {
    **dict.fromkeys(
        " ".join(FAMILIES[f] for f in ("recurrent", "sequence", "bidirectional")).split(), "they keep a state"
    ),
    **dict.fromkeys(("RandomStandardNormal", "Multinomial"), "runtimes draw numbers of their own"),
    **dict.fromkeys(("Quantize", "Dequantize"), "they belong to quantized graphs"),
    **dict.fromkeys(("If", "While"), "they run other graphs; tests/end_to_end/test_loops.py has them"),
    "DynamicUpdateSlice": "it is what lists in loops become",
}
"""Kinds that random graphs do not have, and why."""

_EXPORTERS = Exporters()


def accepted(op: Op) -> bool:
    """Whether TensorFlow Lite has this instance, or a pass makes something of it that it has."""
    return op.kind in LOWERED or _EXPORTERS.refusal(op) is None


def random_graph(seed: int, size: int = 12, *, plain: bool = False) -> Maker:
    """A graph of about `size` operators; a `plain` one has only operators that TensorFlow has, too."""
    kinds = [kind for kind in makers_for(MAKERS) if not plain or kind in ROWS or kind in SPECIAL]
    return made_graph(Seeded(seed), makers_for(kinds), size, plain=plain, accepts=accepted)


def kinds_to_cover() -> frozenset[str]:
    """The kinds that some random graph ought to have."""
    return frozenset(KINDS) | LOWERED


__all__ = ["EXEMPT", "MAKERS", "Skip", "kinds_to_cover", "random_graph"]
