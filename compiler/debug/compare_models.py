"""Layer by layer: how far a model, quantised for example, is from the one that it was made of.

    report = compare("model.tflite", "frozen.pb", {"input": images})
    report.worst()[0].name

Errors are counted twice. The accumulated error of a layer is what is there when both models run from end to end. Its
own, local error is what is there when the layer and the part of the reference that it stands for get the same inputs:
those that the reference computes, put on the grids of the layer's inputs. The layer that does harm is the one whose own
error is large; those behind it only pass it on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import PytocoError, UnsupportedError, UsageError
from ..paths import check_input
from .check_inputs import load_inputs
from .compare_data import samples_of
from .compare_matching import Pair, match_boundary, match_inputs, match_layers
from .compare_run import Run
from .tensors import Tensors, lower

if TYPE_CHECKING:
    from ..ir import Model
    from ..plugins.registry import Registry
    from .blame_search import Origin
    from .compare_report import Comparison
    from .journal import Journal


def compare(
    model: str | Path | bytes,
    reference: str | Path | bytes,
    data: Mapping[str, Any] | str | Path | None = None,
    *,
    journal: Journal | str | Path | None = None,
    local: bool = False,
    seed: int = 0,
    registry: Registry | None = None,
    **options: Any,
) -> Comparison:
    """Compare every layer of `model` with what `reference` computes there, and the outputs.

    Both are paths of models of any format, or content of `.tflite` files; `options` are fields of
    `pytoco.compiler.options.Options` for reading the reference, whose inputs, outputs and shapes are the model's where
    they are not given. `data` is as for `compare_data.samples_of`, or the path of an .npz file with it. `journal` is
    that of the conversion which made one of the other; without it layers go together by name. With `local`, layers are
    sorted by their own error, and it is an error when that cannot be computed.

    Raises UsageError for models with different inputs, data that does not fit, or nothing in common, UnsupportedError
    for a model that nothing can run, and what reading the models raises.
    """
    from ..convert import register_ops
    from ..options import Options

    for name in options:
        if name not in Options.__dataclass_fields__:
            raise UsageError(f"there is no option {name!r}")
    if registry is None:
        from ..plugins.registry import open_registry

        registry = open_registry(plugins_file=options.get("plugins_file"), names=options.get("plugin_switches", ()))
    register_ops(registry)
    ours = _read(model, registry, {})
    theirs = _read_reference(reference, ours, registry, options)
    if isinstance(data, str | Path):
        data = load_inputs(str(data), "--data")
    inputs = match_inputs(ours, theirs)
    layers = match_layers(ours.main, theirs.main, _origins(journal))
    outputs = _outputs(ours, theirs, layers)
    if not (layers or outputs):
        hint = "give the journal of the conversion with --journal" if journal is None else ""
        raise UsageError("the models have nothing in common: no tensor of one is in the other", hint=hint)
    target = registry.backend_for("TFLITE").target_for({})
    with ExitStack() as stack:
        run = Run(ours.main, theirs.main, inputs, layers, outputs)
        run.whole = stack.enter_context(Tensors(ours.main, run.arrays, target, _file(model)))
        run.reference = stack.enter_context(Tensors(theirs.main, run.references, target, _file(reference)))
        run.cut(
            _read(model, registry, {}),
            _read_reference(reference, ours, registry, options),
            lambda graph, arrays: stack.enter_context(Tensors(graph, arrays, target)),
        )
        for sample in samples_of(inputs, ours.main, theirs.main, data, seed):
            run.add(*sample)
        if local and run.no_local:
            raise UnsupportedError(f"layers cannot be computed one by one: {run.no_local}")
        return run.comparison(_name(model), _name(reference), local)


def _read(given: str | Path | bytes, registry: Registry, fields: Mapping[str, Any]) -> Model:
    if isinstance(given, str | Path):
        from .frame_source import read_model

        model = read_model(str(given), registry, dict(fields))
        return model if _file(given) is not None else lower(model, registry)
    from ..constants import FileFormat
    from ..convert import import_model
    from ..options import Options

    return import_model(Options(**{"input_format": FileFormat.TFLITE, **fields}), bytes(given), registry)


def _read_reference(given: str | Path | bytes, model: Model, registry: Registry, options: Mapping[str, Any]) -> Model:
    """The reference with the model's boundary, as far as it has that and the caller does not say otherwise."""
    graph = model.main
    shapes = {a.name: a.shape for a in graph.inputs if a.size is not None}
    boundary = {
        "input_arrays": tuple(a.name for a in graph.inputs),
        "output_arrays": tuple(a.name for a in graph.outputs),
        "input_shapes": shapes,
    }
    for names in (("input_arrays", "output_arrays", "input_shapes"), ("input_arrays", "output_arrays")):
        try:
            return _read(given, registry, {**{n: boundary[n] for n in names}, **options})
        except PytocoError:
            continue
    return _read(given, registry, options)


def _origins(journal: Journal | str | Path | None) -> Mapping[str, Sequence[Origin]] | None:
    if journal is None:
        return None
    from .blame_search import array_mapping
    from .journal import Journal

    if not isinstance(journal, Journal):
        check_input(str(journal))
        journal = Journal.open(str(journal))
    return array_mapping(journal)


def _outputs(model: Model, reference: Model, layers: Sequence[Pair]) -> list[Pair]:
    """The model's outputs with what they stand for, as layers or as outputs of the reference."""
    known = {pair.array: pair for pair in layers}
    for pair in match_boundary(model, reference, "outputs"):
        known.setdefault(pair.array, pair)
    return [known[array] for array in model.main.outputs if array in known]


def _file(given: str | Path | bytes) -> Path | None:
    """The path of a `.tflite` file that is the model as it stands."""
    if isinstance(given, bytes) or not Path(given).is_file():
        return None
    with Path(given).open("rb") as file:
        return Path(given) if file.read(8)[4:] == b"TFL3" else None


def _name(given: str | Path | bytes) -> str:
    return f"{len(given)} bytes" if isinstance(given, bytes) else str(given)
