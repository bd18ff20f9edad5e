"""Which arrays of two models hold the same values: by the journal of a conversion, else by name."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..errors import UsageError

if TYPE_CHECKING:
    from ..ir import Array, Graph, Model
    from .blame_search import Origin

JOURNAL, NAME, MADE_OF, POSITION = "journal", "name", "made of", "position"
"""How a pair was found: an exact origin; the name; the last of the arrays it was made of; the place in the boundary."""


class Pair(NamedTuple):
    """An array of the model, the one of the reference that it stands for, and how that is known."""

    array: Array
    reference: Array
    how: str


def fits(a: Array, b: Array) -> bool:
    """Whether both may hold the same values: extents that are known agree."""
    if a.shape is None or b.shape is None:
        return True
    return len(a.shape) == len(b.shape) and all(
        m == n or type(m) is not int or type(n) is not int for m, n in zip(a.shape, b.shape, strict=True)
    )


def computed_arrays(graph: Graph) -> list[Array]:
    """What is computed of inputs and states, not of constants alone, and is of use, in order of execution."""
    depends = {*graph.inputs, *(state.array for state in graph.states)}
    outputs = {*graph.outputs}
    found = []
    for op in graph.order():
        if any(a in depends for a in op.inputs):
            depends.update(op.outputs)
            found += [a for a in op.outputs if a in outputs or graph.user_count(a)]
    return found


def match_layers(graph: Graph, reference: Graph, origins: Mapping[str, Sequence[Origin]] | None) -> list[Pair]:
    """Pairs of computed arrays, in the model's order of execution.

    Names are compared part by part where a converter joined several with `;`, and a `:0` behind them does not count. Of
    several arrays that were made of the same one, and are not known better, the last is taken. A quantised array stands
    for what FakeQuant made of it in training, where nothing else read it.
    """
    computed = computed_arrays(reference)
    theirs = {a.name: a for a in (*reference.inputs, *computed)}
    places = {a: k for k, a in enumerate(computed)}
    found: dict[Array, Pair] = {}
    guesses: dict[Array, Array] = {}
    ours = computed_arrays(graph)
    for array in ours:
        known = (origins or {}).get(array.name, ())
        exact = _first(array, [o.name for o in known if o.exact], theirs)
        named = exact or _last(array, _parts(array.name), theirs, places)
        if named is not None:
            found[array] = Pair(array, named, JOURNAL if exact is not None else NAME)
            continue
        made_of = _last(array, (o.name for o in known if not o.exact), theirs, places)
        if made_of is not None:
            guesses[made_of] = array
    known_names = {a.name for a in ours}
    for array, pair in found.items():
        if array.quantization is not None:
            found[array] = pair._replace(reference=_fake_quantized(reference, pair.reference, known_names))
    taken = {pair.reference for pair in found.values()}
    found.update({a: Pair(a, origin, MADE_OF) for origin, a in guesses.items() if origin not in taken})
    return [found[a] for a in ours if a in found]


def _fake_quantized(graph: Graph, array: Array, stops: Container[str]) -> Array:
    """The array behind those FakeQuant that are the only readers of an array, up to one with a name in `stops`."""
    while True:
        readers = graph.users(array)
        if len(readers) != 1 or readers[0].kind != "FakeQuant" or readers[0].inputs[0] is not array:
            return array
        behind = readers[0].outputs[0]
        if behind.name in stops or array in graph.outputs:
            return array
        array = behind


def _parts(name: str) -> Iterator[str]:
    yield name
    if ";" in name or name.endswith(":0"):
        for part in name.split(";"):
            yield part
            yield part.removesuffix(":0")


def _first(array: Array, names: Sequence[str], theirs: Mapping[str, Array]) -> Array | None:
    named = sorted(names, key=lambda name: name != array.name)
    return next((theirs[n] for n in named if n in theirs and fits(array, theirs[n])), None)


def _last(array: Array, names: Iterator[str], theirs: Mapping[str, Array], places: Mapping[Array, int]) -> Array | None:
    candidates = [theirs[n] for n in names if n in theirs and fits(array, theirs[n])]
    return max(candidates, key=lambda a: places.get(a, -1), default=None)


def match_inputs(model: Model, reference: Model) -> list[Pair]:
    """Each input of the model with one of the reference's; every input of the reference has to be among them.

    Raises UsageError for models with different inputs.
    """
    ours, theirs = model.main.inputs, reference.main.inputs
    pairs = match_boundary(model, reference, "inputs")
    if len(pairs) < len(ours) or {p.reference for p in pairs} != {*theirs}:
        message = f"the models have different inputs: {_listed(ours)} and {_listed(theirs)}"
        raise UsageError(message, hint="name those of the reference with --input_arrays and --input_shapes")
    return pairs


def match_boundary(model: Model, reference: Model, role: str) -> list[Pair]:
    """Inputs or outputs (`role`) that go together: by name, by a signature's names, or all of them by position."""
    ours: Sequence[Array] = getattr(model.main, role)
    theirs: Sequence[Array] = getattr(reference.main, role)
    mine = {_plain(name): a for name, a in _public(model, role)}
    other = {_plain(name): a for name, a in _public(reference, role)}
    found: dict[Array, Pair] = {}
    for name, array in mine.items():
        if name in other and array not in found and fits(array, other[name]):
            found[array] = Pair(array, other[name], NAME)
    if len(found) < len(ours) and len(ours) == len(theirs) and all(map(fits, ours, theirs)):
        by_place = {a: Pair(a, b, POSITION) for a, b in zip(ours, theirs, strict=True)}
        if all(by_place[a].reference is pair.reference for a, pair in found.items()):
            found = {**by_place, **found}
    return [found[a] for a in ours if a in found]


def _public(model: Model, role: str) -> Iterator[tuple[str, Array]]:
    graph = model.main
    for array in getattr(graph, role):
        yield array.name, array
    for signature in model.signatures:
        for own, name in getattr(signature, role):
            array = graph.find(name)
            if signature.graph == graph.name and array is not None:
                yield own, array


def _plain(name: str) -> str:
    return name.removesuffix(":0")


def _listed(arrays: Sequence[Array]) -> str:
    named = [f"{a.name!r} {_shape(a)}" for a in arrays]
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "") or "none"


def _shape(array: Array) -> str:
    if array.shape is None:
        return "of unknown shape"
    return str([d if type(d) is int else "?" for d in array.shape]).replace("'", "")
