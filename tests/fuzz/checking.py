"""Takes a graph through the pipeline, each rewrite computed, and the result through LiteRT; compares all with numpy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from traceback import format_exception
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pytoco.compiler.convert import import_model, run_pipeline
from pytoco.compiler.driver import Runner
from pytoco.compiler.errors import PytocoError, UnsupportedError
from pytoco.compiler.ir import Graph, Model
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.registry import Registry, open_registry
from pytoco.compiler.testing import NumericCheck, evaluate
from tests import litert

from .graphdef_form import Inexpressible, graphdef_of

Values = Mapping[str, NDArray[Any]]

ROUNDING = 1e-3
"""What the runtime may differ by, relative to the largest magnitude in an output: its kernels approximate, too."""


class Failure(NamedTuple):
    """What went wrong: a short `kind` that shrinking holds on to, and the whole story."""

    kind: str
    text: str


@cache
def registry() -> Registry:
    """The plugins, opened once."""
    return open_registry()


def check(
    graph: Graph,
    inputs: Values,
    *,
    imported: bool = False,
    dynamic: bool = False,
    shuffles: tuple[int | None, ...] = (None,),
) -> Failure | None:
    """None when the conversion of a copy of `graph` computes what the graph does, in every order of rewrites.

    With `imported`, the graph is written as a GraphDef and comes back through the frontend; if `dynamic`, too, the
    first extent of every input is unknown until the model runs, and what cannot be expressed so is no failure.
    """
    expected = evaluate(graph, inputs)
    counts: dict[str, int] | None = None
    for seed in shuffles:
        try:
            model = _imported(graph, dynamic) if imported else extract(graph)
            data = optimized(model, inputs, seed)
        except PytocoError as error:
            if dynamic and isinstance(error, UnsupportedError):
                return None
            return Failure(_label(error), str(error))
        except Inexpressible as error:
            return Failure("no GraphDef", str(error))
        except Exception as error:  # noqa: BLE001 - nothing else may come out of a conversion
            return Failure(type(error).__name__, "".join(format_exception(error)))
        try:
            found = litert.run(data, [np.asarray(inputs[a.name]) for a in model.main.inputs], resize=dynamic)
        except litert.RunError as error:
            return Failure("litert", str(error))
        actual = dict(zip([a.name for a in model.main.outputs], found, strict=True))
        failure = compare(expected, actual)
        if failure is not None:
            return failure
        kinds = dict(sorted(model.main.kinds().items()))
        if counts is not None and kinds != counts:
            return Failure("order", f"in another order (seed {seed}) {kinds} are left instead of {counts}")
        counts = kinds
    return None


def optimized(model: Model, inputs: Values, seed: int | None) -> bytes:
    """The file that the whole pipeline makes of `model`, strictly, every rewrite verified and computed."""
    options = Options(strict=True, verify_each=True, shuffle_seed=seed)
    verify(model)
    backend = registry().backend_for("TFLITE")
    runner = Runner(model, strict=True, verify_each=True, observers=[NumericCheck(inputs)], shuffle=seed)
    runner.notify(lambda o: o.on_import(model))
    run_pipeline(runner, backend, options, registry())
    verify(model)
    return bytes(backend.write(model, None, {}).data or b"")


def compare(expected: Values, actual: Values) -> Failure | None:
    """None when the runtime's outputs are those of the reference: floats within ROUNDING, others exactly."""
    for name, wanted in expected.items():
        found = actual[name]
        if found.dtype != wanted.dtype or found.shape != wanted.shape:
            said = f"{found.dtype}{list(found.shape)} instead of {wanted.dtype}{list(wanted.shape)}"
            return Failure("type", f"LiteRT: {name} is {said}")
        if wanted.dtype.kind in "fc":
            limit = ROUNDING * max(1e-3, float(np.abs(wanted).max(initial=0)))
            same = bool((np.abs(wanted.astype("c16") - found) <= limit).all())
        else:
            same = np.array_equal(wanted, found)
        if not same:
            return Failure("values", f"LiteRT: {name} is\n{found}\ninstead of\n{wanted}")
    return None


def _imported(graph: Graph, dynamic: bool) -> Model:
    options = Options(
        input_arrays=tuple(a.name for a in graph.inputs),
        output_arrays=tuple(a.name for a in graph.outputs),
        keep_dynamic_shapes=dynamic,
    )
    return import_model(options, graphdef_of(graph, dynamic), registry())


def _label(error: PytocoError) -> str:
    """What stays the same about an error while the graph shrinks: its class and the pass at fault."""
    return f"{type(error).__name__} {error.pass_name or ''}".strip()
