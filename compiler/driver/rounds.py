"""The order in which a stage visits the graphs of a model, and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..errors import NoFixedPoint

if TYPE_CHECKING:
    from ..ir import Graph, Model

MAX_ROUNDS = 200
"""Times that a stage may go over the graphs of a model; each round carries facts over one more level of nesting."""


def rounds(stage: str, model: Model, count: Callable[[], int]) -> Iterator[Graph]:
    """Every graph, and all again as long as `count`, the number of rewrites so far, grows meanwhile.

    What callers and the graphs they run know of each other goes both ways, so that one round is not always enough; a
    model of one graph is visited once. Raises NoFixedPoint after more rounds than any nesting explains.
    """
    for _ in range(MAX_ROUNDS):
        before = count()
        yield from list(model.graphs.values())
        if len(model.graphs) == 1 or count() == before:
            return
    raise NoFixedPoint(
        f"stage {stage!r} does not come to rest: {MAX_ROUNDS} rounds over {len(model.graphs)} graphs and no end",
        hint="disable a pass that changes one graph because of another",
    )
