"""Random typed graphs over the built-in operators and those of plugins, with values for which each is well defined.

`maker` has the graph in the making, `draws` where its choices come from, and the other modules, by family, a table of
functions that add one operator. `pytoco.testing.random_graph` makes a graph from a seed, `pytoco.testing.graphs` is the
strategy for hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import UsageError
from ...ir import Graph
from ...ir.text import print_graph
from ...ops import FAMILIES, get, known_kinds
from ...plugins.spelling import suggestion
from . import arithmetic, images, shapes  # noqa: F401 - they fill the table
from .draws import Seeded
from .maker import DTYPES, Maker, Skip
from .table import MAKERS, Make

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...ir import Op
    from .draws import Draws

FREQUENT = ("Neg", "Relu", "Add", "Mul", "Sub", "Reshape", "Transpose", "Conv", "FullyConnected", "BatchNormalization")
"""Kinds that come three times as often as others; the first are what shrinking ends with."""

TRIES = 20
"""Attempts for each operator that is wanted; not every kind goes with every graph."""


class Case(NamedTuple):
    """A random graph, and values for its inputs by name for which every operator is well defined and finite."""

    graph: Graph
    inputs: dict[str, NDArray[Any]]

    def __repr__(self) -> str:
        inputs = "".join(f"\n{name} = {value.tolist()}" for name, value in self.inputs.items())
        return f"\n{print_graph(self.graph)}{inputs.lstrip() and inputs}\n"


def makers_for(kinds: Iterable[str] | None = None, makers: Mapping[str, Make] | None = None) -> dict[str, Make]:
    """How to add an operator of each of the `kinds`, the frequent ones first.

    Of None that is every built-in kind that random graphs can have, and every registered kind of a plugin that
    `makers` has or whose definition says enough: elementwise ones, and commutative ones of two operands. Raises
    UsageError for a kind that nothing says how to add.
    """
    own = dict(makers or {})
    if kinds is None:
        builtin = {kind for names in FAMILIES.values() for kind in names}
        plugins = [kind for kind in known_kinds() if kind not in builtin and (kind in own or _plain_maker(kind))]
        wanted = [*(kind for kind in FREQUENT if kind not in own), *MAKERS, *own, *plugins]
    else:
        wanted = list(kinds)
    found: dict[str, Make] = {}
    for kind in dict.fromkeys(wanted):
        make = own.get(kind) or MAKERS.get(kind) or _plain_maker(kind)
        if make is None:
            hint = suggestion(kind, [*MAKERS, *own]) if kind not in known_kinds() else ""
            hint = hint or f"pass makers={{{kind!r}: function(maker)}}, which calls maker.emit"
            raise UsageError(f"nothing says how a random graph gets an operator {kind!r}", hint=hint)
        found[kind] = make
    if not found:
        raise UsageError("no kinds of operators are given")
    return found


def _plain_maker(kind: str) -> Make | None:
    """A maker for a kind whose definition says all that is needed; None for others."""
    if kind not in known_kinds():
        return None
    definition = get(kind)
    fields, defaults = (getattr(definition.Attrs, name, ()) for name in ("_fields", "_field_defaults"))
    if len(fields) > len(defaults):
        return None
    if definition.elementwise and definition.arity[0] <= 1:
        return lambda m: m.emit(kind, [m.find("f")], rounds=True)
    if definition.commutative and definition.arity[0] <= 2 <= definition.arity[1]:
        return _pair(kind)
    return None


def _pair(kind: str) -> Make:
    def make(m: Maker) -> None:
        x = m.find("f")
        m.emit(kind, [x, m.partner(x)], rounds=True)

    return make


def weighted(kinds: Collection[str], often: Sequence[str] = ()) -> list[str]:
    """The kinds to choose from, frequent ones several times; half of all are those of `often`, if there are any."""
    made = [kind for kind in kinds for _ in range(3 if kind in FREQUENT else 1)]
    seeds = [kind for kind in often if kind in kinds]
    return made + [seeds[k % len(seeds)] for k in range(len(made))] if seeds else made


def begin(m: Maker) -> None:
    """Give every other graph an image to begin with."""
    if m.draw.chance(0.5) and "float32" in m.dtypes:
        m.input((m.draw.integer(1, 2), 4, 6, m.draw.integer(1, 3)))


def add_operator(m: Maker, table: Mapping[str, Make], kinds: Sequence[str]) -> bool:
    """Try to add an operator of one of the `kinds`; whether the graph has more operators now."""
    before = len(m.graph)
    with suppress(Skip):
        table[m.draw.choice(kinds)](m)
    return len(m.graph) > before


def made_graph(draw: Draws, table: Mapping[str, Make], size: int, often: Sequence[str] = (), **options: Any) -> Maker:
    """A finished graph of about `size` operators; `options` are those of `Maker`."""
    m = Maker(draw, **options)
    kinds = weighted(table, often)
    begin(m)
    for _ in range(TRIES * size):
        if len(m.graph) >= size:
            break
        add_operator(m, table, kinds)
    m.finish()
    return m


def case_of(m: Maker) -> Case:
    """What a finished maker has made."""
    return Case(m.graph, {a.name: m.values[a] for a in m.graph.inputs})


def random_graph(
    seed: int,
    size: int = 8,
    *,
    kinds: Iterable[str] | None = None,
    makers: Mapping[str, Make] | None = None,
    dtypes: Collection[str] = DTYPES,
    accepts: Callable[[Op], bool] | None = None,
) -> Case:
    """A random graph of about `size` operators with values for its inputs, always the same one for the same `seed`.

    `kinds`, `makers`, `dtypes` and `accepts` are those of `pytoco.testing.graphs`.
    """
    return case_of(made_graph(Seeded(seed), makers_for(kinds, makers), size, dtypes=dtypes, accepts=accepts))


__all__ = ["DTYPES", "MAKERS", "Case", "Make", "Maker", "Skip", "makers_for", "random_graph"]
