"""Blame: from a tensor of the result back to the source model's nodes, rewrite by rewrite, and from a node forwards.

    with pytoco.record() as journal:
        pytoco.convert("model.pb", "model.tflite")
    blame(journal, "logits").sources

The questions are answered from the journal alone, without converting again.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError
from ..plugins.spelling import suggestion
from .blame_lineage import Lineage

if TYPE_CHECKING:
    from .journal import Journal


class Blame(NamedTuple):
    """Where a tensor of the result comes from: source nodes, and the rewrites between, in order.

    `kind` is that of the operator that makes it, `label` what its class has to say about it (`OpDef.label`).
    """

    tensor: str
    kind: str
    sources: tuple[str, ...]
    rewrites: tuple[int, ...]
    label: tuple[str, ...] = ()


class Fate(NamedTuple):
    """What became of a source node: tensors of the result that it is part of, and the rewrites it went through.

    `removed` are the rewrites that took something of it away and made nothing of it; `instead` are the arrays that
    were read from then on.
    """

    source: str
    ends: tuple[str, ...]
    rewrites: tuple[int, ...]
    removed: tuple[int, ...]
    instead: tuple[str, ...]


class Origin(NamedTuple):
    """An array of the source model, and whether the array of the result holds the very same values."""

    name: str
    exact: bool


class Blamer:
    """Answers questions about one journal."""

    def __init__(self, journal: Journal) -> None:
        self.lineage = Lineage(journal)
        self._nodes = self._find_nodes()

    def tensor(self, name: str) -> Blame:
        """Blame one array of the result. Raises UsageError for a name that it does not have."""
        lineage = self.lineage
        number = lineage.final_names.get(name)
        if number is None:
            raise _unknown("the result has no tensor", name, lineage.final_names)
        producer = lineage.final_producers.get(number)
        start = [number] if producer is None else [producer]
        met, rewrites = _closure(start, lineage.parents)
        for item in met:
            rewrites.update(dict.fromkeys(lineage.touched.get(item, ())))
        sources = [s for i in sorted(met) if i in lineage.imported for s in self._sources(i)]
        kind = (
            "constant" if number in lineage.constants else "input" if producer is None else lineage.ops[producer].kind
        )
        label = tuple(lineage.final_labels.get(producer, ())) if producer is not None else ()
        return Blame(name, kind, tuple(dict.fromkeys(sources)), tuple(sorted(rewrites)), label)

    def tensors(self, patterns: Iterable[str] = ("*",)) -> list[Blame]:
        """Blame every array of the result that a glob pattern fits, in order. Raises UsageError where none does."""
        found: dict[str, None] = {}
        for pattern in patterns:
            found.update(dict.fromkeys(fitting("the result has no tensor", pattern, self.lineage.final_names)))
        return [self.tensor(name) for name in found]

    def source(self, name: str) -> Fate:
        """What became of the source node of that name. Raises UsageError for one that was not imported."""
        items = self._nodes.get(name)
        if items is None:
            raise _unknown("no source node", name, self._nodes)
        lineage = self.lineage
        met, rewrites = _closure(items, lineage.children)
        for item in met:
            rewrites.update(dict.fromkeys(lineage.touched.get(item, ())))
            if item in lineage.gone:
                rewrites[lineage.gone[item]] = None
        ends = dict.fromkeys(self._end_name(i) for i in sorted(met) if i in lineage.final)
        dead = [i for i in sorted(met) if i in lineage.gone and i not in lineage.final and not lineage.children.get(i)]
        instead = (self._instead(a) for i in dead for a in (lineage.ops[i].outputs if i in lineage.ops else (i,)))
        return Fate(
            name,
            tuple(ends),
            tuple(sorted(rewrites)),
            tuple(dict.fromkeys(lineage.gone[i] for i in dead)),
            tuple(dict.fromkeys(n for n in instead if n)),
        )

    def sources(self, patterns: Iterable[str] = ("*",)) -> list[Fate]:
        """The fate of every source node that a glob pattern fits, or that lies in a scope of that name."""
        found: dict[str, None] = {}
        for pattern in patterns:
            inside = [name for name in self._nodes if name.startswith(f"{pattern}/")]
            found.update(dict.fromkeys(inside))
            if not inside or pattern in self._nodes:
                found.update(dict.fromkeys(fitting("no source node", pattern, self._nodes)))
        return [self.source(name) for name in found]

    def arrays(self) -> dict[str, list[Origin]]:
        """Which arrays of the source model each array of the result comes from.

        Exact are those that went through every rewrite as they were, promised outputs and inputs, and what an Identity
        only passed on; the others are the results of the operators of which it was made.
        """
        lineage = self.lineage
        passed = self._passed_on()
        mapping: dict[str, list[Origin]] = {}
        for name, number in lineage.final_names.items():
            exact = {
                lineage.imported_names[i]: None
                for i in (number, *passed.get(number, ()))
                if i in lineage.imported_names
            }
            if number in lineage.boundary and name in lineage.imported_names.values():
                exact[name] = None
            found = [Origin(n, True) for n in exact]
            producer = lineage.final_producers.get(number, number)
            met, _ = _closure([producer], lineage.parents)
            behind = (a for i in sorted(met) if i in lineage.imported for a in self._results(i))
            found += [Origin(n, False) for n in dict.fromkeys(behind) if n not in exact]
            mapping[name] = found
        return mapping

    def step(self, number: int) -> dict[str, Any]:
        """One rewrite as JSON has it: number, stage, pass, place, and what it took, made and changed."""
        lineage = self.lineage
        step = lineage.steps[number]
        rewrite = step.rewrite
        return {
            "number": number,
            "stage": rewrite.stage,
            "pass": rewrite.pass_name,
            "at": rewrite.where,
            "took": [lineage.label(i) for i in step.took],
            "made": [lineage.label(i) for i in (*step.made, *step.constants)],
            "changed": [lineage.label(i) for i in step.changed],
        }

    def _find_nodes(self) -> dict[str, list[int]]:
        """Imported items by the name of their source node."""
        nodes: dict[str, list[int]] = {}
        for number in self.lineage.imported:
            for name in dict.fromkeys(self._sources(number)):
                nodes.setdefault(name, []).append(number)
        return nodes

    def _sources(self, number: int) -> Iterator[str]:
        lineage = self.lineage
        if number in lineage.ops:
            yield from lineage.ops[number].origin
        elif number not in lineage.producers or number in lineage.imported_constants:
            yield lineage.imported_names[number]

    def _results(self, number: int) -> list[str]:
        facts = self.lineage.ops.get(number)
        names = self.lineage.imported_names
        return [names[i] for i in ((number,) if facts is None else facts.outputs) if i in names]

    def _end_name(self, number: int) -> str:
        lineage = self.lineage
        return lineage.final_ops[number] if number in lineage.final_ops else lineage.names[number]

    def _instead(self, array: int) -> str:
        """The array that is read where this one was: one of the result, or the last there was; "" for none."""
        lineage = self.lineage
        met: set[int] = set()
        while array in lineage.instead and array not in met and array not in lineage.final:
            met.add(array)
            array = lineage.instead[array][0]
        return lineage.names[array] if met else ""

    def _passed_on(self) -> dict[int, list[int]]:
        """Arrays that an Identity gave out again, by the final array that is read in their place."""
        lineage = self.lineage
        found: dict[int, list[int]] = {}
        for number, facts in lineage.ops.items():
            if facts.kind == "Identity" and number in lineage.gone and facts.outputs[0] in lineage.instead:
                array = facts.outputs[0]
                chain = [array]
                while array in lineage.instead and array not in lineage.final and len(chain) < len(lineage.names):
                    maker = lineage.ops.get(lineage.producers.get(array, -1))
                    array = lineage.instead[array][0]
                    if maker is None or maker.kind != "Identity":
                        break
                    if array in lineage.final:
                        found.setdefault(array, []).extend(chain)
                        break
                    chain.append(array)
        return found


def blame(journal: Journal, tensor: str) -> Blame:
    """Where a tensor of the result comes from. Raises UsageError, with a suggestion, for an unknown one."""
    return Blamer(journal).tensor(tensor)


def fate(journal: Journal, source: str) -> Fate:
    """What became of a source node. Raises UsageError, with a suggestion, for an unknown one."""
    return Blamer(journal).source(source)


def array_mapping(journal: Journal) -> dict[str, list[Origin]]:
    """Arrays of the source model by those of the result, see `Blamer.arrays`."""
    return Blamer(journal).arrays()


def _closure(start: Iterable[int], links: dict[int, list[tuple[int, int]]]) -> tuple[dict[int, None], dict[int, None]]:
    """Everything that links lead to, with the rewrites on the way."""
    met = dict.fromkeys(start)
    waiting = list(met)
    rewrites: dict[int, None] = {}
    while waiting:
        for other, number in links.get(waiting.pop(), ()):
            rewrites[number] = None
            if other not in met:
                met[other] = None
                waiting.append(other)
    return met, rewrites


def fitting(what: str, pattern: str, names: Iterable[str]) -> list[str]:
    """The names that a glob pattern fits; a name that is there is itself, whatever characters it has."""
    names = list(names)
    if pattern in names:
        return [pattern]
    found = [name for name in names if fnmatch.fnmatchcase(name, pattern)]
    if not found:
        raise _unknown(what, pattern, names)
    return found


def _unknown(what: str, name: str, names: Iterable[str]) -> UsageError:
    return UsageError(f"{what} {name!r}", hint=suggestion(name, names))
