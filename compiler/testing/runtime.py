"""Parity with the real runtime: a graph converted to TensorFlow Lite computes in LiteRT what its definition says."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UnsupportedError, UsageError
from .converting import Source, export, model_of, prepare
from .numeric import Arrays, assert_same_values, evaluate, random_inputs, real_value
from .sound import settings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Model

KERNEL_ROUNDING = 1e-3
"""Relative to the largest magnitude in an output, what LiteRT may differ by: its kernels approximate functions."""

TIMEOUT = 60.0


def assert_matches_litert(
    source: Source,
    *,
    inputs: Arrays | Sequence[NDArray[Any]] | None = None,
    tolerance: float = KERNEL_ROUNDING,
    options: Mapping[str, Any] | None = None,
    plugins: Sequence[str] = (),
    seed: int = 0,
    timeout: float = TIMEOUT,
) -> None:
    """Assert that the model, converted to TensorFlow Lite, computes in LiteRT what the graph before does with numpy.

    `source` is a text form, a path, the content of a model file, or a `Graph` or `Model`, which stays as it is. The
    whole pipeline runs over it, strictly, with the plugins that `plugins` switch on (as `-p` does) and `options`,
    fields of `compiler.options.Options`. `inputs` are values by name or in order, random ones of that `seed` when left
    out; floats may differ by `tolerance` of the largest magnitude in an output.

    LiteRT runs in a child process, on one sample, without delegates. Raises AssertionError when values differ, and when
    LiteRT refuses the model, dies, or takes more than `timeout` seconds; UsageError when it is not installed;
    UnsupportedError for strings; and what a conversion raises.
    """
    from ..quantization.calibration_engines import EngineError, Runtime, is_runtime_installed

    if not is_runtime_installed():
        raise UsageError("no TensorFlow Lite runtime is installed", hint="run: pip install 'pytoco[run]'")
    settings, registry = settings_of(options, plugins)
    model = model_of(source, settings, registry)
    given = _named(model, random_inputs(model.main, seed) if inputs is None else inputs)
    wanted = evaluate(model.main, given)
    expected = {a.name: real_value(a, wanted[a.name]) for a in model.main.outputs}
    reals = {a.name: real_value(a, given[a.name]) for a in model.main.inputs}
    backend = registry.backend_for(settings.output_format.name)
    runner = prepare(model, backend, settings, registry)
    _refuse_strings([*model.main.inputs, *model.main.outputs])
    with tempfile.TemporaryDirectory(prefix="pytoco-") as folder:
        path = Path(folder) / "model.tflite"
        report = export(model, backend, settings, registry, path)
        runner.notify(lambda o: o.on_export(model, report))
        sample = [_stored(a, reals[a.name]) for a in model.main.inputs]
        names = [a.name for a in model.main.outputs]
        try:
            with Runtime(path, names, "values", timeout=timeout) as runtime:
                found = runtime.run(sample, len(names))
        except EngineError as error:
            kinds = ", ".join(f"{kind} x{count}" for kind, count in report.operators.items())
            raise AssertionError(f"LiteRT does not run the model: {error}\n  its operators: {kinds}") from None
    for array, value in zip(model.main.outputs, found, strict=True):
        name = array.name
        actual = real_value(array, value)
        assert_same_values({name: expected[name]}, {name: actual}, allowed(array, expected[name], tolerance))


def allowed(array: Array, expected: NDArray[Any], tolerance: float) -> float:
    """What an output may differ by, relative to its largest magnitude: a quantised one by a step, integers not at all.

    `expected` are its real or its stored values.
    """
    largest = float(np.abs(expected).max(initial=0)) if expected.dtype.kind in "fiu" else 0.0
    if array.quantization is not None and largest:
        step = max(array.quantization.scale) if expected.dtype.kind == "f" else 1.0
        return max(tolerance, 1.001 * step / largest)
    return tolerance if expected.dtype.kind in "fc" else 0.0


def _named(model: Model, inputs: Arrays | Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Values by the names of the model's inputs, in their types; raises UsageError for those that are missing."""
    arrays = model.main.inputs
    if not isinstance(inputs, Mapping):
        if len(inputs) != len(arrays):
            raise UsageError(f"{len(inputs)} values for {len(arrays)} inputs ({', '.join(a.name for a in arrays)})")
        inputs = dict(zip([a.name for a in arrays], inputs, strict=True))
    for array in arrays:
        if array.name not in inputs:
            raise UsageError(f"no value for input {array.name!r}", array=array.name)
    return {a.name: np.asarray(inputs[a.name], a.dtype.numpy if a.dtype else None) for a in arrays}


def _refuse_strings(arrays: Sequence[Array]) -> None:
    for array in arrays:
        if array.dtype is not None and array.dtype.name == "string":
            hint = "compare only the part of the graph that has none"
            raise UnsupportedError("strings cannot be handed to LiteRT and back", hint=hint, array=array.name)


def _stored(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    from ..debug.tensors import stored

    return stored(array, value)
