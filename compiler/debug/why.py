"""Why a pass does not apply: for one operator, every pass that starts there, how far its match came, and the reason.

The operator is named as users know it: by an array that it makes, or a node of the source model that it stands for, or
by its id. One that is gone is traced to the rewrite that took it, and to what came in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..driver import Context, Pass, explain
from ..errors import UsageError
from ..ir import Array
from ..ir.events import ADD, REMOVE, RETARGET, REWIRE, UPDATE, describe
from ..plugins.spelling import suggestion
from .moment import END, Deed, Moment, convert_until

if TYPE_CHECKING:
    from ..driver import GraphPass
    from ..ir import Graph, Op
    from ..ir.events import Event
    from ..options import Options
    from ..plugins.registry import Registry

DONE, PRESENT, COMING = "done", "present", "coming"
"""What a stage is at the moment that was asked for."""

SHOWN = 4
"""Changes that are told of one rewrite."""


class Verdict(NamedTuple):
    """What one pass has to say about one operator.

    `matches` is None for a pass over the whole graph, which looks at no operator in particular. `when` is "done",
    "present" or "coming": what `stage` is at that moment. `fault` names the operator that the reason is about, `steps`
    is how many operators away from the root the match had come.
    """

    stage: str
    when: str
    name: str
    matches: bool | None
    reason: str
    fault: str = ""
    steps: int = 0


@dataclass(slots=True)
class Subject:
    """One operator that was asked about: what rewrites did to it (as lines), and the verdicts of the passes."""

    op: Op
    graph: str
    history: list[str]
    verdicts: list[Verdict]


@dataclass(slots=True)
class Answer:
    """What `why` found: `subjects`, and for something that is gone its `fate`, and `heirs`, the operators in its place.

    A source node that is no operator of its own any more has both: the operators that stand for it are the subjects.
    """

    name: str
    moment: str
    rewrites: int
    subjects: list[Subject] = field(default_factory=list)
    fate: list[str] = field(default_factory=list)
    heirs: list[str] = field(default_factory=list)


def why(
    source: str | Path | bytes | Sequence[Any],
    name: str,
    *,
    at: int | str = END,
    passes: Sequence[str] = (),
    registry: Registry | None = None,
    **options: Any,
) -> Answer:
    """Convert `source` up to `at` (a rewrite's number, a stage at its start, "end") and ask the passes about `name`.

    `passes` limits the answer to some. `options` are those of `pytoco.convert`. Raises UsageError for names that there
    never were, with the nearest ones, and what the conversion raises on its way.
    """
    from ..options import Options

    return ask(source, name, at, passes, Options(**options), registry)


def ask(
    source: str | Path | bytes | Sequence[Any],
    name: str,
    at: int | str,
    passes: Sequence[str],
    options: Options,
    registry: Registry | None = None,
) -> Answer:
    """`why` with its options as an object."""
    if registry is None:
        from ..plugins.registry import open_registry

        registry = open_registry(plugins_file=options.plugins_file, names=options.plugin_switches)
    options = registry.completed(options)
    backend = registry.backend_for(options.output_format.name)
    references = registry.pipeline(options.pipeline or backend.pipeline, options)
    known = {ref.name for _, refs in references for ref in refs}
    for wanted in passes:
        if wanted not in known:
            raise UsageError(f"the pipeline has no pass {wanted!r}", hint=_absence(wanted, known, registry))
    moment = convert_until(source, at, options, registry)
    context = Context(backend.target_for(options.given()), options)
    pipeline = [
        (stage, [ref.load()(context) for ref in refs if not passes or ref.name in passes]) for stage, refs in references
    ]
    answer = Answer(name, _moment_text(moment), moment.number)
    found, is_there = _find(moment, name)
    for graph, op in found:
        verdicts = list(_verdicts(moment, pipeline, graph, op, options, every=bool(passes)))
        answer.subjects.append(Subject(op, graph.name, _history(moment, op), verdicts))
    if not is_there:
        _trace(moment, name, answer)
    if not found and not answer.fate:
        raise _unknown(moment, name)
    return answer


def _absence(wanted: str, known: Collection[str], registry: Registry) -> str:
    """Why a pipeline lacks a pass, as a hint."""
    if registry.settings.get("passes", wanted, "enabled") is False:
        return f"{registry.settings.source('passes', wanted, 'enabled')} switches it off"
    if wanted in registry.passes():
        return f"it is for stage {registry.passes()[wanted].stage!r}, or left out with these options"
    return suggestion(wanted, known)


def _moment_text(moment: Moment) -> str:
    done = f"after {moment.number} rewrite{'' if moment.number == 1 else 's'}"
    if moment.at == END:
        return f"at the end, {done}"
    if moment.at == 0:
        return "as imported"
    if isinstance(moment.at, str):
        return f"at the start of stage {moment.at}, {done}"
    return f"after rewrite {moment.number}, in stage {moment.stage}"


# Who is meant ------------------------------------------------------------------------------------------------------


def _find(moment: Moment, name: str) -> tuple[list[tuple[Graph, Op]], bool]:
    """The operators that `name` means in the model, and whether it is the name of something there.

    That is the maker of an array, or its readers where there is none, or the operator of an id. Otherwise it may be a
    source node that operators stand for.
    """
    graphs = list(moment.model.graphs.values())
    for spelling in (name, name.removesuffix(":0")):
        for graph in graphs:
            array = graph.find(spelling)
            if array is not None:
                maker = graph.producer(array)
                return [(graph, op) for op in ([maker] if maker is not None else graph.users(array))], True
    every = [(graph, op) for graph in graphs for op in graph.order()]
    by_id = [(graph, op) for graph, op in every if str(op.id) == name.removeprefix("%")]
    return (by_id, True) if by_id else ([(graph, op) for graph, op in every if name in op.origin], False)


def _verdicts(
    moment: Moment,
    pipeline: list[tuple[str, list[Pass | GraphPass]]],
    graph: Graph,
    op: Op,
    options: Options,
    *,
    every: bool,
) -> Iterator[Verdict]:
    for stage, rules in pipeline:
        when = PRESENT if stage == moment.stage else DONE if stage in moment.begun else COMING
        for rule in rules:
            if not isinstance(rule, Pass):
                yield Verdict(stage, when, rule.name, None, "works on the whole graph at once, not at one operator")
            elif every or not rule.roots or op.kind in rule.roots:
                found = explain(rule, op, graph)
                reason = _why_not_applied(moment, rule, op, when, options) if found.matched else found.reason
                fault = "" if found.fault is None else str(found.fault)
                yield Verdict(stage, when, rule.name, found.matched, reason, fault, found.steps)


def _why_not_applied(moment: Moment, rule: Pass, op: Op, when: str, options: Options) -> str:
    """Why a pass that matches has not rewritten."""
    failure = moment.failures.get((rule.name, op))
    if failure is not None:
        return f"matches, but was undone: {failure}"
    if options.stop_after is not None and moment.number >= options.stop_after and not rule.needed:
        return f"matches, but stop_after={options.stop_after} leaves it out"
    if when == DONE:
        return "matches, but only since its stage has ended"
    return "matches: its turn is still to come"


# What happened -----------------------------------------------------------------------------------------------------


def _deed_text(deed: Deed) -> str:
    where = f" at {deed.where!r}" if deed.where else ""
    return f"rewrite {deed.number}, {deed.pass_name}{where} (stage {deed.stage})"


def _history(moment: Moment, op: Op) -> list[str]:
    """What rewrites did to an operator that is there."""
    lines = []
    for deed in moment.deeds:
        verbs = {ADD: "made by", REWIRE: "rewired by", UPDATE: "updated by"}
        done = dict.fromkeys(verbs[event[0]] for event in deed.events if event[2] is op and event[0] in verbs)
        lines += [f"{verb} {_deed_text(deed)}" for verb in done]
    return lines


def _trace(moment: Moment, name: str, answer: Answer) -> None:
    """Say what became of something that is not there any more; nothing where there never was such a name."""
    graphs = moment.model.graphs.values()
    gone: dict[Op | Array, Deed] = {}
    for deed in moment.deeds:
        for event in deed.events:
            gone.update(dict.fromkeys(_left(event), deed))
    waiting = _once(moment, name) or [a for a in gone if isinstance(a, Array) and a.name == name]
    seen = dict.fromkeys(waiting)
    fates: list[tuple[int, str]] = []
    for item in waiting:  # grows
        if item not in gone or any(item in graph for graph in graphs):
            continue
        events = gone[item].events
        changes = [event for event in events if event[0] in (ADD, REWIRE)]
        changes = changes or [event for event in events if event[0] in (UPDATE, RETARGET)]
        text = "; ".join(map(describe, changes[:SHOWN])) or "nothing needed it"
        fates.append((gone[item].number, f"{item} went with {_deed_text(gone[item])}: {text}"))
        new = dict.fromkeys(heir for event in changes for heir in _heirs(event))
        waiting += [heir for heir in new if heir not in seen]
        seen.update(new)
    answer.fate = [text for _, text in sorted(fates)]
    answer.heirs = [str(item) for item in seen if any(item in graph for graph in graphs)]


def _heirs(event: Event) -> Sequence[Op | Array]:
    """What may stand in the place of something that went with the same rewrite."""
    if event[0] in (ADD, REWIRE):
        return (event[2], *event[5]) if event[0] == REWIRE else (event[2],)
    return (event[2],) if event[0] == UPDATE and event[3] == "value" else ()


def _left(event: Event) -> Sequence[Op | Array]:
    """What went out of the graph with a change."""
    if event[0] == REMOVE:
        return (event[2], *event[6])
    return event[6] if event[0] in (REWIRE, RETARGET) else ()


def _once(moment: Moment, name: str) -> list[Op | Array]:
    """The operators that `name` meant at some time, by their results or else their source nodes."""
    makers = list(moment.makers.items())
    arrays: dict[Array, None] = {}
    for deed in moment.deeds:
        for event in deed.events:
            if event[0] == ADD:
                makers += [(array, event[2]) for array in event[4]]
            elif event[0] == UPDATE and event[3] == "name" and name in event[4:]:
                arrays[event[2]] = None
    if name in moment.names:
        arrays[moment.names[name]] = None
    arrays.update(dict.fromkeys(array for array, _ in makers if array.name == name))
    number = name.removeprefix("%")
    found = [op for array, op in makers if array in arrays] or [op for _, op in makers if str(op.id) == number]
    return list(dict.fromkeys(found or [op for _, op in makers if name in op.origin]))


def _unknown(moment: Moment, name: str) -> UsageError:
    arrays = [array.name for graph in moment.model.graphs.values() for array in graph.arrays()]
    known = dict.fromkeys((*arrays, *moment.names, *(node for op in moment.makers.values() for node in op.origin)))
    hint = "ids are those of this conversion; ask by name" if name.startswith("%") else suggestion(name, known)
    return UsageError(f"the model has no array, operator or source node {name!r}", hint=hint)
