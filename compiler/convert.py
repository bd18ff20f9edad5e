"""One conversion from beginning to end: frontend, stages of passes, backend."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .constants import OpsSet
from .errors import InternalError, InvalidModelError, PytocoError, UnsupportedError, UsageError
from .options import Options, validate
from .recording import recorders

if TYPE_CHECKING:
    from .debug.check_report import CheckReport
    from .driver.timing import PassTiming
    from .ir import Graph, Model
    from .plugins import Backend, Frontend, Observer, Target
    from .plugins.registry import Registry


@dataclass(slots=True)
class Summary:
    """What a conversion did.

    Operators are counted by kind: after import and before export; `operators` are those of the result, as the target
    names them. `passes` counts rewrites by pass, in the order of first firing. Sizes are in bytes. `inputs` and
    `outputs` name the arrays at the model's boundary. `notes` are the backend's, `remarks` what passes had to say.
    `phases` are the seconds that import, each stage and export took; with the option `timing`, `timings` has a
    `PassTiming` by (stage, pass). With the option `check`, `check` is what the numeric check found.
    `float_operators` counts the operators of a quantised model that stay in float, by kind.
    """

    ops_before: dict[str, int] = field(default_factory=dict)
    ops_after: dict[str, int] = field(default_factory=dict)
    operators: dict[str, int] = field(default_factory=dict)
    passes: dict[str, int] = field(default_factory=dict)
    bytes_in: int = 0
    bytes_out: int = 0
    seconds: float = 0.0
    min_runtime: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)
    timings: dict[tuple[str, str], PassTiming] = field(default_factory=dict)
    check: CheckReport | None = None
    float_operators: dict[str, int] = field(default_factory=dict)

    @property
    def float_note(self) -> str:
        """The float operators of a quantised model in one sentence, empty where there are none."""
        from .quantization.floats import note

        return note(self.float_operators) if self.float_operators else ""


@dataclass(slots=True)
class Result:
    """The converted model, as `data` or in the file `path`, with the IR it was written from."""

    data: bytes | bytearray | memoryview | None
    path: Path | None
    summary: Summary
    model: Model


def convert(source: str | Path | bytes, output_file: str | Path | None = None, **options: Any) -> Result:
    """Convert a model; `options` are fields of `pytoco.compiler.options.Options`, such as `input_arrays`.

    Input and output arrays are guessed where they are not given. Raises what `convert_model` raises, and UsageError
    for an option that does not exist.
    """
    known = Options.__dataclass_fields__
    for name in options:
        if name not in known:
            raise UsageError(f"there is no option {name!r}", hint=f"the options are {', '.join(known)}")
    path = None if output_file is None else str(output_file)
    if isinstance(source, str | Path) and Path(source).is_dir():
        options.setdefault("saved_model_dir", source)
    return convert_model(Options(output_file=path, **options), source)


def convert_model(
    options: Options,
    source: str | Path | bytes | Sequence[Any],
    *,
    registry: Registry | None = None,
    observers: Sequence[Observer] = (),
) -> Result:
    """Convert `source` (a path, the bytes of a file, or node messages) as `options` say.

    With `options.output_file` the result is written there, whole or not at all; otherwise it is in `Result.data`.
    Raises only PytocoErrors: UsageError, UnsupportedError, InvalidModelError, FileError, or InternalError for a fault
    of pytoco's own.
    """
    started = time.perf_counter()
    warnings = validate(options)
    if registry is None:
        from .plugins.registry import open_registry

        registry = open_registry(plugins_file=options.plugins_file, names=options.plugin_switches)
    source = Path(source) if isinstance(source, str) else source
    if options.output_file is not None:
        from .paths import check_output

        check_output(options.output_file, [str(source)] if isinstance(source, Path) else [])
    if options.journal is not None:
        from .paths import check_output

        check_output(options.journal, [str(source)] if isinstance(source, Path) else [])
        if options.output_file is not None and Path(options.journal).resolve() == Path(options.output_file).resolve():
            raise UsageError(f"{options.journal} is both the result and the journal", hint="give one another name")
    if options.dump_graphviz_dir is not None:
        from .paths import check_dump_folder

        check_dump_folder(options.dump_graphviz_dir)
    with _no_cyclic_collection():
        watching = [*observers, *recorders(options, source), *registry.observers(options)]
        try:
            result = _convert(options, source, registry, watching)
        except BaseException as error:
            told = _explained(error, registry)
            for observer in watching:
                observer.on_error(told)
            if told is error:
                raise
            raise told from error
    result.summary.warnings[:0] = [*warnings, *map(str, registry.failures)]
    result.summary.seconds = time.perf_counter() - started
    return result


def _explained(error: BaseException, registry: Registry) -> BaseException:
    """The error that the caller is to see in place of `error`."""
    if isinstance(error, PytocoError):
        hints = registry.hints(error)
        if hints:
            error.hint = "; ".join([error.hint, *hints] if error.hint else hints)
        return error
    if isinstance(error, MemoryError):
        return InvalidModelError("the model needs more memory than there is")
    if isinstance(error, Exception):
        hint = "this is a fault of pytoco or of a plugin; please report it"
        return InternalError(f"{type(error).__name__}: {error}", hint=hint)
    return error


def _convert(
    options: Options, source: Path | bytes | Sequence[Any], registry: Registry, watching: list[Observer]
) -> Result:
    from .driver.fixed_point import Runner
    from .ir.verify import verify

    clock = time.perf_counter
    phases: dict[str, float] = {}
    begun = clock()
    backend = registry.backend_for(options.output_format.name)
    register_ops(registry)
    model = import_model(options, source, registry)
    verify(model)
    phases["import"] = clock() - begun
    summary = Summary(bytes_in=_size_of(source), ops_before=_histogram(model), phases=phases)
    runner = Runner(
        model,
        strict=options.strict,
        verify_each=options.verify_each,
        observers=watching,
        shuffle=options.shuffle_seed,
        limit=options.stop_after,
        timing=options.timing,
    )
    runner.notify(lambda o: o.on_import(model))
    run_pipeline(runner, backend, options, registry, phases)
    verify(model)
    runner.notify(lambda o: o.on_finish(model))
    _check_counts(model.main, options)
    if not options.allow_dynamic_tensors:
        _check_static(model)
    begun = clock()
    destination = Path(options.output_file) if options.output_file else None
    report = backend.write(model, destination, _given(options, "exporters", _exporters(registry, backend.name)))
    phases["export"] = clock() - begun
    runner.notify(lambda o: o.on_export(model, report))
    statistics = runner.statistics
    summary.timings = statistics.passes
    summary.passes = statistics.rewrites
    summary.ops_after = _histogram(model)
    summary.operators = report.operators
    summary.bytes_out = report.size
    summary.min_runtime = report.min_runtime
    summary.inputs = tuple(a.name for a in model.main.inputs)
    summary.outputs = tuple(a.name for a in model.main.outputs)
    summary.warnings = [*model.metadata.pop("warnings", ()), *statistics.warnings]
    summary.notes = list(report.notes)
    summary.float_operators = _float_operators(model, options)
    summary.notes += [summary.float_note] if summary.float_operators else []
    summary.remarks = statistics.remarks
    result = Result(report.data, report.path, summary, model)
    runner.notify(lambda o: o.on_result(result))
    return result


def import_model(options: Options, source: Path | bytes | Sequence[Any], registry: Registry) -> Model:
    """The model as its frontend reads it: the one that `options.input_format` names, or that recognises the file."""
    frontend = _frontend_for(options, source, registry)
    given = _given(options, "importers", _importers(registry))
    if options.output_format.name == "GRAPHVIZ_DOT":  # a drawing needs less than a model that is to run
        given = {"keep_dynamic_shapes": True, "keep_loops": True, **given}
    if options.target_ops == (OpsSet.SELECT_TF_OPS,):
        given = {"keep_source_ops": True, **given}
    if options.input_data_types is not None:
        given = {**given, "input_data_types": tuple(t.dtype_name for t in options.input_data_types)}
    return frontend.load(source, given)


def run_pipeline(
    runner: Any, backend: Backend, options: Options, registry: Registry, phases: dict[str, float] | None = None
) -> None:
    """Run the stages of the backend's pipeline, each pass imported when its stage begins.

    `phases` gets the seconds that each stage took.
    """
    from .driver.passes import Context

    target: Target = backend.target()
    context = Context(target, options, runner.remarked, runner.progressed)
    for stage, references in registry.pipeline(backend.pipeline, options):
        begun = time.perf_counter()
        runner.run_stage(stage, [reference.load()(context) for reference in references])
        if phases is not None:
            phases[stage] = time.perf_counter() - begun


def _frontend_for(options: Options, source: Path | bytes | Sequence[Any], registry: Registry) -> Frontend:
    if options.input_format is not None:
        return registry.frontend_named(options.input_format.name)
    if options.saved_model_dir or options.keras_model_file:
        return registry.frontend_named("TENSORFLOW_SAVED_MODEL" if options.saved_model_dir else "KERAS")
    if isinstance(source, Path):
        return registry.frontend_for(source)
    return registry.frontend_named("TENSORFLOW_GRAPHDEF")


def register_ops(registry: Registry) -> None:
    """Make the op definitions of plugins known."""
    references = registry.ops()
    if references:
        from . import ops

        known = ops.known_kinds()
        for kind, reference in references.items():
            if kind not in known:
                ops.register(reference.load())


def _importers(registry: Registry) -> dict[str, Any]:
    return {name: f for ref in registry.ops().values() for name, f in ref.importers.get("tensorflow", {}).items()}


def _exporters(registry: Registry, backend: str) -> dict[str, Any]:
    return {kind: ref.exporters[backend] for kind, ref in registry.ops().items() if backend in ref.exporters}


def _given(options: Options, extra: str, table: Mapping[str, Any]) -> Mapping[str, Any]:
    given = options.given()
    return {**given, extra: table} if table else given


def _histogram(model: Model) -> dict[str, int]:
    """Operators of all graphs by the kind under which users know them."""
    counts: dict[str, int] = {}
    for graph in model.graphs.values():
        for op in graph.ops():
            kind = op.attrs.source_kind if op.kind == "Opaque" else op.kind
            counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items()))


def _float_operators(model: Model, options: Options) -> dict[str, int]:
    from .quantization.scheme import scheme_of

    if scheme_of(options) is None:
        return {}
    from .quantization.floats import float_operators

    return {kind: len(ops) for kind, ops in float_operators(model).items()}


def _check_counts(graph: Graph, options: Options) -> None:
    """Hold the graph against `--model_checks`; raises UsageError naming the count that is off."""
    for check in options.model_checks:
        if check.count_type == "None":
            continue
        if check.count_type == "Arrays":
            count = len(graph.arrays())
        elif check.count_type == "Total":
            count = len(graph)
        else:
            count = len(graph.ops(check.count_type))
        least, most = check.count_min, check.count_max
        most = max(least, most)  # TOCO reads an upper bound that is no higher as "exactly"
        if count < least or -1 < most < count:
            raise UsageError(
                f"model check: {count} of {check.count_type!r}, expected {least} to {most}",
                hint="look at the summary of the conversion without --model_checks",
            )


def _check_static(model: Model) -> None:
    """Raise UnsupportedError naming the arrays whose shape is not known before the model runs."""
    from .ir.subgraphs import live_graphs

    names = [array.name for graph in live_graphs(model).values() for array in graph.arrays() if array.size is None]
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        raise UnsupportedError(
            f"the shape is known only at run time of {', '.join(map(repr, names[:5]))}{more}",
            hint="give --input_shapes, or leave --allow_dynamic_tensors at true",
        )


def _size_of(source: Path | bytes | Sequence[Any]) -> int:
    if isinstance(source, Path):
        files = [source] if source.is_file() else source.rglob("*")
        return sum(file.lstat().st_size for file in files if file.is_file())
    return len(source) if isinstance(source, bytes) else 0


@contextmanager
def _no_cyclic_collection() -> Iterator[None]:
    """The collector off for a while: walking a growing graph again and again costs half as much as converting it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
