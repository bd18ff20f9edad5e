"""A conversion that stops after any rewrite still gives a whole, right model: what an export needs always finishes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pytoco.compiler.convert import convert_model, run_pipeline
from pytoco.compiler.driver import Runner
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.options import Options
from pytoco.compiler.testing import NumericCheck, evaluate
from tests import litert
from tests.fuzz.checking import _imported, compare, registry
from tests.fuzz.kinds import random_graph

DATA = Path(__file__).parents[1] / "data"
RECURRENT: dict[str, Any] = {"input_arrays": ("x",), "output_arrays": ("y",)}
MODELS: dict[str, tuple[Path, dict[str, Any]]] = {
    "mobilenet": (DATA / "demo" / "mobilenet_v1_0.25_96.pb", {}),
    "inception": (DATA / "inception" / "inception_v1_small.pb", {}),
    **{path.stem: (path, RECURRENT) for path in sorted((DATA / "ophints").glob("*.pb"))},
}


def some_numbers(last: int, seed: int, count: int) -> list[int]:
    """The first rewrites and the last, and a few between."""
    between = random.Random(seed)
    return sorted({0, 1, last, *(between.randint(0, last) for _ in range(count))} & set(range(last + 1)))


@pytest.mark.parametrize("name", MODELS)
def test_models_convert_whatever_the_last_rewrite(name: str) -> None:
    path, options = MODELS[name]
    whole = convert_model(Options(strict=True, check="random", **options), path)
    assert whole.summary.check is not None
    inputs = _inputs(whole.model)
    expected = litert.run(bytes(whole.data or b""), inputs)
    for number in some_numbers(sum(whole.summary.passes.values()), 1, 3):
        result = convert_model(Options(strict=True, stop_after=number, check="random", **options), path)
        found = litert.run(bytes(result.data or b""), inputs)
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(other, one, rtol=0, atol=1e-4 * max(1e-3, np.abs(one).max()))


def _inputs(model: Model) -> list[NDArray[Any]]:
    from pytoco.compiler.testing import random_inputs

    return list(random_inputs(model.main).values())


def stopped(model: Model, inputs: Mapping[str, NDArray[Any]], number: int | None) -> tuple[bytes, int]:
    """The file that the pipeline makes when it stops there, every rewrite verified and computed; all rewrites made."""
    backend = registry().backend_for("TFLITE")
    verify(model)
    runner = Runner(model, strict=True, verify_each=True, observers=[NumericCheck(inputs)], limit=number)
    runner.notify(lambda o: o.on_import(model))
    run_pipeline(runner, backend, Options(strict=True, stop_after=number), registry())
    verify(model)
    return bytes(backend.write(model, None, {}).data or b""), runner.number


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_random_graphs_convert_whatever_the_last_rewrite(first: int) -> None:
    for seed in range(first, first + 20):
        maker = random_graph(seed, 8, plain=seed % 2 == 0)
        graph = maker.graph
        inputs = {a.name: maker.values[a] for a in graph.inputs}
        copy = partial(_imported, graph, False) if seed % 2 == 0 else partial(extract, graph)
        expected = evaluate(graph, inputs)
        _, total = stopped(copy(), inputs, None)
        for number in some_numbers(total, seed, 2):
            model = copy()
            data, _ = stopped(model, inputs, number)
            found = litert.run(data, [np.asarray(inputs[a.name]) for a in model.main.inputs])
            failure = compare(expected, dict(zip([a.name for a in model.main.outputs], found, strict=True)))
            assert failure is None, f"seed {seed}, stopped after {number} of {total}: {failure}"
