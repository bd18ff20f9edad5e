"""One conversion from beginning to end: frontend, stages of passes, backend."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .constants import FileFormat, OpsSet, PluginFormat
from .errors import InternalError, InvalidModelError, PytocoError, UsageError
from .isolation import load_model, make_passes, target_of, tell_error
from .options import Options, validate
from .paths import check_destinations
from .plugins.spelling import suggestion
from .recording import recorders

if TYPE_CHECKING:
    from .debug.check_report import CheckReport
    from .driver.fixed_point import Runner
    from .driver.passes import Context
    from .driver.timing import PassTiming
    from .ir import Model
    from .plugins import Backend, Frontend, Observer, PassRef
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

    Options of plugins are given as any other. Input and output arrays are guessed where they are not given; the output
    format follows from the suffix of `output_file` where only one backend writes such files, and is TFLITE otherwise.
    Raises what `convert_model` raises, and UsageError for an option that does not exist.
    """
    from .plugins.registry import open_registry

    path = None if output_file is None else str(output_file)
    if isinstance(source, str | Path) and Path(source).is_dir():
        options.setdefault("saved_model_dir", source)
    made = Options.of({"output_file": path, **options})
    registry = open_registry(plugins_file=made.plugins_file, names=made.plugin_switches)
    for name in options:
        if name in made.extra and name not in registry.options():
            known = [*Options.__dataclass_fields__, *registry.options()]
            raise UsageError(f"there is no option {name!r}", hint=suggestion(name, known))
    if "output_format" not in options and made.output_file is not None:
        made.output_format, warning = format_of(made.output_file, registry)
        result = convert_model(made, source, registry=registry)
        result.summary.warnings[:0] = [warning] if warning else []
        return result
    return convert_model(made, source, registry=registry)


def format_of(output_file: str, registry: Registry) -> tuple[FileFormat | PluginFormat, str]:
    """The output format that goes with the suffix of a file, else TFLITE, and a warning where there is a suffix."""
    suffix = Path(output_file).suffix
    if suffix in ("", ".tflite"):
        return FileFormat.TFLITE, ""
    found = registry.backends_for_suffix(output_file)
    if len(found) == 1:
        return PluginFormat.coerce(found[0].formats[0]), ""
    which = f"{' and '.join(backend.name for backend in found)} write" if found else "no backend writes"
    becomes = f"{output_file} becomes a TensorFlow Lite model, as no output format is given"
    return FileFormat.TFLITE, f"{which} {suffix} files: {becomes}"


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
    registry.check_formats(options)
    options = registry.completed(options)
    source = Path(source) if isinstance(source, str) else source
    check_destinations(options, source)
    with no_cyclic_collection():
        watching = [*observers, *recorders(options, source), *registry.observers(options)]
        try:
            result = _convert(options, source, registry, watching)
        except BaseException as error:
            told = explained(error, registry)
            tell_error(told, watching, registry)
            if told is error:
                raise
            raise told from error
    result.summary.warnings[:0] = [*warnings, *map(str, registry.failures)]
    result.summary.seconds = time.perf_counter() - started
    return result


def explained(error: BaseException, registry: Registry) -> BaseException:
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
    runner, backend, summary = begin(options, source, registry, watching)
    run_pipeline(runner, backend, options, registry, summary.phases)
    return finish(runner, backend, options, registry, summary)


def begin(
    options: Options, source: Path | bytes | Sequence[Any], registry: Registry, watching: Sequence[Observer]
) -> tuple[Runner, Backend, Summary]:
    """Import the model: a runner for the stages, the backend that is to write it, and a summary of this much."""
    from .driver.fixed_point import Runner
    from .ir.verify import verify

    begun = time.perf_counter()
    backend = registry.backend_for(options.output_format.name)
    register_ops(registry)
    model = import_model(options, source, registry)
    verify(model)
    phases = {"import": time.perf_counter() - begun}
    summary = Summary(bytes_in=_size_of(source), ops_before=_histogram(model), phases=phases)
    runner = Runner(
        model,
        strict=options.strict,
        verify_each=options.verify_each,
        observers=watching,
        shuffle=options.shuffle_seed,
        limit=options.stop_after,
        timing=options.timing,
        plugins=registry,
    )
    runner.notify(lambda o: o.on_import(model))
    return runner, backend, summary


def finish(runner: Runner, backend: Backend, options: Options, registry: Registry, summary: Summary) -> Result:
    """Let the backend write the model that has been through all stages, and complete the summary."""
    from .final_checks import check_result
    from .staging import write

    model = runner.model
    runner.verify()
    runner.notify(lambda o: o.on_finish(model))
    check_result(model, options)
    begun = time.perf_counter()
    destination = Path(options.output_file) if options.output_file else None
    given = _given(options, "exporters", _exporters(registry, backend.name))
    report = write(backend, model, destination, given, registry)
    summary.phases["export"] = time.perf_counter() - begun
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
    told = len(statistics.warnings)
    runner.notify(lambda o: o.on_result(result))
    summary.warnings += statistics.warnings[told:]
    return result


def import_model(options: Options, source: Path | bytes | Sequence[Any], registry: Registry) -> Model:
    """The model as its frontend reads it: the one that `options.input_format` names, or that recognises the file."""
    frontend = _frontend_for(options, source, registry)
    given = _given(options, "importers", _importers(registry, frontend.family))
    if options.output_format.name == "GRAPHVIZ_DOT":  # a drawing needs less than a model that is to run
        given = {"keep_dynamic_shapes": True, "keep_loops": True, **given}
    if options.target_ops == (OpsSet.SELECT_TF_OPS,):
        given = {"keep_source_ops": True, **given}
    if options.input_data_types is not None:
        given = {**given, "input_data_types": tuple(t.dtype_name for t in options.input_data_types)}
    return load_model(frontend, source, given, registry)


def run_pipeline(
    runner: Runner, backend: Backend, options: Options, registry: Registry, phases: dict[str, float] | None = None
) -> None:
    """Run the stages of the backend's pipeline, each pass imported when its stage begins.

    `phases` gets the seconds that each stage took.
    """
    context = context_of(runner, backend, options)
    for stage, references in registry.pipeline(options.pipeline or backend.pipeline, options):
        begun = time.perf_counter()
        run_stage(runner, context, stage, references)
        if phases is not None:
            phases[stage] = time.perf_counter() - begun


def context_of(runner: Runner, backend: Backend, options: Options) -> Context:
    """What the passes of one conversion may ask."""
    from .driver.passes import Context

    plugins = runner.plugins
    given = _given(options, "exporters", {} if plugins is None else _exporters(plugins, backend.name))
    return Context(target_of(backend, given, plugins), options, runner.remarked, runner.progressed)


def run_stage(runner: Runner, context: Context, stage: str, references: Sequence[PassRef]) -> None:
    """Run one stage; its passes are imported now."""
    runner.run_stage(stage, make_passes(references, context, runner))


_FOLDER = "TENSORFLOW_SAVED_MODEL"


def _frontend_for(options: Options, source: Path | bytes | Sequence[Any], registry: Registry) -> Frontend:
    if options.input_format is not None:
        return registry.frontend_named(options.input_format.name)
    if options.keras_model_file:
        return registry.frontend_named("KERAS")
    if options.saved_model_dir:
        return registry.frontend_for_folder(source) if isinstance(source, Path) else registry.frontend_named(_FOLDER)
    if isinstance(source, Path):
        return registry.frontend_for(source)
    return registry.frontend_named("TENSORFLOW_GRAPHDEF")


def register_ops(registry: Registry) -> None:
    """Make the op definitions of plugins known; a plugin with one that cannot be had is left out, with a warning."""
    references = registry.ops()
    if references:
        from . import ops

        known = ops.known_kinds()
        for kind, reference in list(references.items()):
            if kind not in references:  # it has gone with its plugin
                continue
            try:
                definition = reference.load()
                if kind in known and ops.get(kind) is not definition:
                    ops.unregister(kind)  # that of an earlier conversion: its file has been edited since, say
                ops.register(definition)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; it is reported by name
                registry.drop("register_ops", kind, error)


def _importers(registry: Registry, family: str) -> dict[str, Any]:
    return {name: f for ref in registry.ops().values() for name, f in ref.importers.get(family, {}).items()}


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


def _size_of(source: Path | bytes | Sequence[Any]) -> int:
    if isinstance(source, Path):
        files = [source] if source.is_file() else source.rglob("*")
        return sum(file.lstat().st_size for file in files if file.is_file())
    return len(source) if isinstance(source, bytes) else 0


@contextmanager
def no_cyclic_collection() -> Iterator[None]:
    """The collector off for a while: walking a growing graph again and again costs half as much as converting it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
