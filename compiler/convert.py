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
from .errors import InternalError, InvalidModelError, PytocoError, UsageError
from .options import Options, validate

if TYPE_CHECKING:
    from .ir import Graph, Model
    from .plugins import Backend, Frontend, Observer, Target
    from .plugins.registry import Registry


@dataclass(slots=True)
class Summary:
    """What a conversion did.

    Operators are counted by kind: after import and before export; `operators` are those of the result, as the target
    names them. `passes` counts rewrites by pass, in the
    order of first firing. Sizes are in bytes. `inputs` and `outputs` name the arrays at the model's boundary.
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
    if options.dump_graphviz_dir is not None:
        from .paths import check_dump_folder

        check_dump_folder(options.dump_graphviz_dir)
    with _no_cyclic_collection():
        try:
            result = _convert(options, source, registry, observers)
        except PytocoError as error:
            hints = registry.hints(error)
            if hints:
                error.hint = "; ".join([error.hint, *hints] if error.hint else hints)
            raise
        except MemoryError as error:
            raise InvalidModelError("the model needs more memory than there is") from error
        except Exception as error:
            raise InternalError(
                f"{type(error).__name__}: {error}", hint="this is a fault of pytoco or of a plugin; please report it"
            ) from error
    result.summary.warnings[:0] = [*warnings, *map(str, registry.failures)]
    result.summary.seconds = time.perf_counter() - started
    return result


def _convert(
    options: Options, source: Path | bytes | Sequence[Any], registry: Registry, observers: Sequence[Observer]
) -> Result:
    from .driver.fixed_point import Runner
    from .ir.verify import verify

    backend = registry.backend_for(options.output_format.name)
    _register_ops(registry)
    watching = [*observers, *registry.observers(options)]
    model = import_model(options, source, registry)
    verify(model)
    summary = Summary(bytes_in=_size_of(source), ops_before=_histogram(model))
    runner = Runner(
        model,
        strict=options.strict,
        verify_each=options.verify_each,
        observers=watching,
        shuffle=options.shuffle_seed,
    )
    runner.notify(lambda o: o.on_import(model))
    run_pipeline(runner, backend, options, registry)
    verify(model)
    runner.notify(lambda o: o.on_finish(model))
    _check_counts(model.main, options)
    destination = Path(options.output_file) if options.output_file else None
    report = backend.write(model, destination, _given(options, "exporters", _exporters(registry, backend.name)))
    statistics = runner.statistics
    summary.passes = statistics.rewrites
    summary.ops_after = _histogram(model)
    summary.operators = report.operators
    summary.bytes_out = report.size
    summary.min_runtime = report.min_runtime
    summary.inputs = tuple(a.name for a in model.main.inputs)
    summary.outputs = tuple(a.name for a in model.main.outputs)
    summary.warnings = statistics.warnings
    summary.notes = list(report.notes)
    return Result(report.data, report.path, summary, model)


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


def run_pipeline(runner: Any, backend: Backend, options: Options, registry: Registry) -> None:
    """Run the stages of the backend's pipeline, each pass imported when its stage begins."""
    from .driver.passes import Context

    target: Target = backend.target()
    context = Context(target, options)
    for stage, references in registry.pipeline(backend.pipeline, options):
        runner.run_stage(stage, [reference.load()(context) for reference in references])


def _frontend_for(options: Options, source: Path | bytes | Sequence[Any], registry: Registry) -> Frontend:
    if options.input_format is not None:
        return registry.frontend_named(options.input_format.name)
    if isinstance(source, Path):
        return registry.frontend_for(source)
    return registry.frontend_named("TENSORFLOW_GRAPHDEF")


def _register_ops(registry: Registry) -> None:
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
    """Operators of the main graph by the kind under which users know them."""
    counts: dict[str, int] = {}
    for op in model.main.ops():
        kind = op.attrs.source_kind if op.kind == "Opaque" else op.kind
        counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items()))


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


def _size_of(source: Path | bytes | Sequence[Any]) -> int:
    if isinstance(source, Path):
        return source.stat().st_size if source.is_file() else 0
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
