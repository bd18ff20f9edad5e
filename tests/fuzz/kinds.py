"""Random graphs: which operators they have, and how often."""

from __future__ import annotations

from pytoco.backends.tflite.exporters import FAMILIES

from . import kinds_arithmetic, kinds_images, kinds_shapes  # fills the table
from .graphdef_form import ROWS, SPECIAL
from .maker import Maker, Skip
from .table import MAKERS

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

WEIGHTS = dict.fromkeys(MAKERS, 1) | dict.fromkeys(
    ("Add", "Mul", "Sub", "Conv", "FullyConnected", "Reshape", "Transpose", "Relu", "BatchNormalization"), 3
)


def random_graph(seed: int, size: int = 12, *, plain: bool = False) -> Maker:
    """A graph of about `size` operators; a `plain` one has only operators that TensorFlow has, too."""
    m = Maker(seed, plain)
    kinds = [kind for kind in WEIGHTS if not plain or kind in ROWS or kind in SPECIAL]
    weights = [WEIGHTS[kind] for kind in kinds]
    if m.random.random() < 0.5:
        m.input((m.random.randint(1, 2), 4, 6, m.random.randint(1, 3)))
    tries = 0
    while len(m.graph) < size and tries < 20 * size:
        tries += 1
        try:
            MAKERS[m.random.choices(kinds, weights)[0]](m)
        except Skip:
            continue
    m.finish()
    return m


__all__ = ["EXEMPT", "MAKERS", "kinds_arithmetic", "kinds_images", "kinds_shapes", "random_graph"]
