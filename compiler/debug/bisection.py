"""Which rewrite was it? Searches the first one after which a condition holds.

What can be seen in the graph is answered by a journal: one conversion is recorded and gone through. What has to be run
is answered by conversions that stop after rewrite k: from there on only the passes go on that an export needs, so that
every one of them gives a whole model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import FileError, InternalError, PytocoError, UnsupportedError, UsageError
from ..ir.events import ADD, REMOVE, UPDATE, Event
from ..ops import known_kinds
from ..options import Options
from ..plugins.descriptors import Observer
from .bisect_answer import AT_IMPORT, FOUND, NEVER, Answer, neighbourhood
from .bisect_search import Search
from .check import Check
from .check_values import Difference, difference
from .journal import Journal, record
from .predicates import Predicate, arrays_like, kind_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..convert import Result
    from ..ir import Graph, Model
    from ..plugins.registry import Registry

Test = Callable[["Result"], "bool | None"]
"""What may stand in place of a condition in Python: whether a result is bad; None when it cannot be told."""


def bisect(
    source: str | Path | bytes,
    until: str | Test | None = None,
    *,
    run: str | None = None,
    inputs: str | Mapping[str, Any] | None = None,
    output: str | Path | None = None,
    registry: Registry | None = None,
    **options: Any,
) -> Answer:
    """Find the rewrite after which `until` holds: a condition as `predicates` describes them, or a function.

    The function gets a Result and says whether it is bad, None where that cannot be told. `run` is a shell command
    instead, whose exit status decides: 0 is good, 125 cannot be told, everything else is bad; `{}` in it, or else its
    last argument, is the model file. `source` may also be a journal, for conditions that need no conversion. `inputs`
    are sample values by name, or an .npz file, for numeric conditions. With `output`, the last good and the first bad
    model are written beside it: `x.tflite` gives `x.good.tflite` and `x.bad.tflite`. `options` are fields of `Options`.

    Raises UsageError for a condition that makes no sense, or none, and what the conversion raises unless that is what
    is asked for.
    """
    if (until is None) == (run is None):
        raise UsageError("bisection needs a condition or a command", hint="give `until` (--until) or `run` (--run)")
    predicate = Predicate(until) if isinstance(until, str) else None
    path = Path(source) if isinstance(source, str | Path) else None
    if path is not None and Journal.is_journal(path):
        if predicate is None or predicate.needs_conversions or output is not None:
            raise UsageError(
                f"{path} is a journal, and this needs the model", hint="give the model that it was recorded from"
            )
        return _in_journal(Journal.open(path), predicate)
    if path is not None and path.is_dir():
        options.setdefault("saved_model_dir", str(path))
    for name in options:
        if name not in Options.__dataclass_fields__:
            raise UsageError(f"there is no option {name!r}")
    given = inputs if inputs is not None else options.get("check")
    quiet = {"journal": None, "check": None, "dump_graphviz_dir": None, "output_file": None, "stop_after": None}
    made = Options(**{**options, **quiet})
    if registry is None:
        from ..plugins.registry import open_registry

        registry = open_registry(plugins_file=made.plugins_file, names=made.plugin_switches)
    conversions = _Conversions(path if path is not None else source, made, registry, given)  # type: ignore[arg-type]
    if predicate is not None:
        conversions.record(numeric=predicate.is_numeric, may_fail=predicate.asks_crash)
        if not predicate.needs_conversions:
            return conversions.written(_in_journal(conversions.journal, predicate), output)
        _check_mentions(conversions.journal, predicate)
        return conversions.search(conversions.asking(predicate), "convert", predicate.text, output)
    conversions.record(numeric=False, may_fail=False)
    if run is None:
        assert callable(until)
        return conversions.search(conversions.judging(until), "convert", "the function", output)
    from .bisect_command import Command

    with ExitStack() as stack:
        command = stack.enter_context(Command(run))
        judge = conversions.judging(lambda result: command.is_bad(bytes(result.data or b"")))
        return conversions.search(judge, "run", run, output)


class _Frame:
    """A moment of a journal, as predicates ask of it."""

    crashed = False

    def __init__(self, graph: Graph) -> None:
        self.graph: Graph | None = graph

    def error(self, pattern: str | None, relative: bool) -> float | None:
        """Never asked: predicates on values say that they need conversions. Raises InternalError."""
        raise InternalError("a journal holds no values to take an error of")


class _Converted:
    """The result of a conversion, as predicates ask of it."""

    def __init__(self, result: Result | None, reference: Mapping[str, NDArray[Any]], given: Mapping[str, Any]) -> None:
        self.crashed = result is None
        self.graph: Graph | None = None if result is None else result.model.main
        self._model: Model | None = None if result is None else result.model
        self._reference = reference
        self._given = given
        self._values: dict[str, NDArray[Any]] | None = None

    def error(self, pattern: str | None, relative: bool) -> float | None:
        """The largest difference from the imported model."""
        if self.graph is None or self._model is None:
            return None
        if self._values is None:
            check = Check(self._given)
            check.on_import(self._model)
            self._values = check.values()
        arrays = self.graph.outputs if pattern is None else arrays_like(self.graph, pattern)
        names = [a.name for a in arrays if a.name in self._reference and a.name in self._values]
        found: list[Difference] = [difference(self._reference[n], self._values[n]) for n in names]
        return max((d.error if relative else d.abs_error for d in found), default=None)


class _Conversions:
    """Converts a model again and again, each time up to another rewrite."""

    def __init__(
        self, source: Path | bytes, options: Options, registry: Registry, given: str | Mapping[str, Any] | None
    ) -> None:
        self.source = source
        self.options = options
        self.registry = registry
        self.given = given
        self.journal = Journal([])
        self.reference: dict[str, NDArray[Any]] = {}
        self.sample: dict[str, Any] = {}
        self.failure: type[PytocoError] | None = None

    def record(self, *, numeric: bool, may_fail: bool) -> None:
        """Convert once, with a journal, and with values of the imported model for numeric conditions."""
        from ..convert import convert_model

        reference = _Reference(Check(self.given))
        with record() as self.journal:
            try:
                convert_model(
                    self.options, self.source, registry=self.registry, observers=[reference] if numeric else []
                )
            except UsageError:
                raise
            except PytocoError as error:
                self.failure = type(error)
                if not may_fail or not any("frame" in line for line in self.journal.lines):
                    raise
        if numeric:
            self.reference, self.sample = reference.values, reference.check.given
            outputs = [a.name for a in self.journal.replay().graph.outputs]
            if not any(name in self.reference for name in outputs):
                raise UsageError(
                    f"the outputs {', '.join(map(repr, outputs))} cannot be computed: an operator has no kernel",
                    hint="ask with --run, which may run the result",
                )

    def result(self, number: int) -> Result:
        """Convert, and make only what an export needs after that rewrite. Raises what the conversion raises."""
        from ..convert import convert_model

        return convert_model(replace(self.options, stop_after=number), self.source, registry=self.registry)

    def asking(self, predicate: Predicate) -> Callable[[int], bool | None]:
        """Whether the condition holds of the conversion that stops after a rewrite.

        A conversion that fails in another way than the whole one does tells nothing.
        """

        def is_bad(number: int) -> bool | None:
            try:
                result = self.result(number)
            except (UsageError, FileError):
                raise
            except PytocoError as error:
                if self.failure is None or not isinstance(error, self.failure):
                    return None
                result = None
            return predicate.holds(_Converted(result, self.reference, self.sample))

        return is_bad

    def judging(self, test: Test) -> Callable[[int], bool | None]:
        """Whether the function says so; a model that cannot be written tells nothing."""

        def is_bad(number: int) -> bool | None:
            try:
                result = self.result(number)
            except UnsupportedError:
                return None
            return test(result)

        return is_bad

    def search(self, is_bad: Callable[[int], bool | None], how: str, condition: str, output: Any) -> Answer:
        """Search over all rewrites and describe what was found."""
        found = Search(len(self.journal.rewrites), is_bad)
        found.run()
        answer = Answer(condition, how, len(self.journal.rewrites), probes=found.probes)
        answer.notes += found.notes
        if found.outcome == NEVER:
            answer.outcome = NEVER
        elif found.outcome == AT_IMPORT:
            answer.outcome = AT_IMPORT
            answer.notes.append(
                "it holds although only what an export needs was done; the import, the export or one of the passes "
                f"that it needs is to blame: {', '.join(self._needed())}"
            )
        else:
            answer.outcome, answer.good, answer.bad = FOUND, found.good, found.bad
            _describe(answer, self.journal)
        return self.written(answer, output)

    def written(self, answer: Answer, output: str | Path | None) -> Answer:
        """Write the last good and the first bad model, if that is wanted."""
        if output is None or answer.good is None or answer.bad is None:
            return answer
        from ..files import atomic_write

        path = Path(output)
        for what, number in (("good", answer.good), ("bad", answer.bad)):
            try:
                data = bytes(self.result(number).data or b"")
            except PytocoError as error:
                answer.notes.append(f"there is no {what} model to write: {error}")
                continue
            place = path.with_name(f"{path.stem}.{what}{path.suffix}")
            atomic_write(place, (data,))
            answer.files[what] = str(place)
        return answer

    def _needed(self) -> list[str]:
        backend = self.registry.backend_for(self.options.output_format.name)
        stages = self.registry.pipeline(self.options.pipeline or backend.pipeline, self.options)
        return [ref.name for _, references in stages for ref in references if ref.load().needed]


class _Reference(Observer):
    """Evaluates the imported model, and nothing else."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.values: dict[str, NDArray[Any]] = {}

    def on_import(self, model: Model) -> None:
        """Evaluate."""
        self.check.on_import(model)
        self.values = self.check.values()


def _in_journal(journal: Journal, predicate: Predicate) -> Answer:
    """Go through a journal and find where the condition begins to hold."""
    _check_mentions(journal, predicate)
    replay = journal.replay()
    total = len(journal.rewrites)
    begun: int | None = None
    spans: list[tuple[int, int]] = []
    while True:
        holds = predicate.holds(_Frame(replay.graph))
        if holds and begun is None:
            begun = replay.at
        if not holds and begun is not None:
            spans.append((begun, replay.at - 1))
            begun = None
        if replay.at == total:
            break
        replay.forward()
    if begun is not None:
        spans.append((begun, total))
    answer = Answer(predicate.text, "journal", total, spans=spans)
    later = [span for span in spans if span[0] > 0]
    if not spans:
        answer.outcome = NEVER
    elif not later:
        answer.outcome = AT_IMPORT
    else:
        answer.outcome, answer.good, answer.bad = FOUND, later[0][0] - 1, later[0][0]
        _describe(answer, journal)
    if spans and spans[0][0] == 0:
        answer.notes.append("it holds as imported already")
    ended = [last + 1 for _, last in spans if last < total]
    if ended:
        rewrites = journal.rewrites
        ends = ", ".join(f"{k} ({rewrites[k - 1].pass_name})" for k in ended[:5])
        answer.notes.append(f"it does not hold from there to the end: it ceases at {ends}")
    if len(later) > 1:
        answer.notes.append(f"it begins to hold {len(later)} times: at {', '.join(str(f) for f, _ in later[:8])}")
    return answer


def _check_mentions(journal: Journal, predicate: Predicate) -> None:
    """Raise UsageError for names that no moment of the journal has."""
    if not predicate.names and not predicate.kinds:
        return
    replay = journal.replay()
    kinds: dict[str, None] = {}
    names: dict[str, None] = {}
    for graph in replay.model.graphs.values():
        names.update(dict.fromkeys(a.name for a in graph.arrays()))
        kinds.update(dict.fromkeys(map(kind_of, graph.ops())))
    while replay.at < len(replay):
        for event in replay.forward():
            names.update(_names_of(event))
            if event[0] == ADD:
                kinds[kind_of(event[2])] = None
    predicate.check(names, kinds, known_kinds())


def _names_of(event: Event) -> dict[str, None]:
    """The names that an event brings in."""
    if event[0] == UPDATE:
        return {event[5]: None} if event[3] == "name" else {}
    return {} if event[0] == REMOVE else {a.name: None for a in event[-1 if event[0] == ADD else -2]}


def _describe(answer: Answer, journal: Journal) -> None:
    """Who made the first bad rewrite, and what the graph looked like around it."""
    assert answer.bad is not None
    rewrite = journal.rewrites[answer.bad - 1]
    answer.pass_name, answer.stage, answer.where = rewrite.pass_name, rewrite.stage, rewrite.where
    replay = journal.replay()
    replay.seek(answer.bad - 1)
    answer.before, answer.after = neighbourhood(replay)
