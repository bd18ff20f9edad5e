"""A few hundred random graphs: whatever the passes do, every rewrite keeps the values, and LiteRT computes them.

Longer runs: `make fuzz SECONDS=600`.
"""

import contextlib

import numpy as np
import pytest

from pytoco.compiler.ir import Graph
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import evaluate
from tests.fuzz.__main__ import run_one
from tests.fuzz.checking import Failure, Values, check, compare
from tests.fuzz.kinds import EXEMPT, MAKERS, Skip, kinds_to_cover, random_graph
from tests.fuzz.shrinking import shrink, snippet

SIZES = (3, 5, 8, 12, 20)
BATCH = 20


@pytest.mark.parametrize("first", range(0, 400, BATCH))
def test_random_graphs_convert_to_what_they_compute(first: int) -> None:
    for seed in range(first, first + BATCH):
        found = run_one(seed, SIZES[seed % len(SIZES)])
        assert found is None, f"seed {seed}, size {SIZES[seed % len(SIZES)]}\n{found[1]}"


def occurs(kind: str) -> bool:
    """Whether some random graph gets an operator of this kind."""
    for seed in range(300):
        maker = random_graph(seed, 4, plain=seed % 2 == 0)
        with contextlib.suppress(Skip):
            MAKERS[kind](maker)
        if maker.graph.ops(kind):
            return True
    return False


def test_every_kind_with_an_exporter_occurs() -> None:
    assert [kind for kind in sorted(kinds_to_cover()) if kind not in EXEMPT and not occurs(kind)] == []


def test_a_seed_gives_the_same_graph_and_the_values_are_those_of_the_kernels() -> None:
    for seed in range(20):
        one, other = random_graph(seed), random_graph(seed)
        inputs = {a.name: one.values[a] for a in one.graph.inputs}
        assert one.graph.kinds() == other.graph.kinds()
        for name, value in evaluate(one.graph, inputs).items():
            array = other.graph.find(name)
            assert array is not None
            np.testing.assert_array_equal(value, other.values[array])


FAILING = """
    graph main(x: float32[2,3], z: float32[3]) -> a, b {
      k = const float32[] [2.0]
      t = Mul(x, k)
      u = Exp(t)
      v = Neg(u)
      a = Add(v, z)
      b = Sqrt(z)
    }"""


def test_a_failure_shrinks_to_the_operator_at_fault() -> None:
    graph = parse(FAILING).main
    values = {"x": np.ones((2, 3), np.float32), "z": np.ones(3, np.float32)}

    def has_exp(graph: Graph, values: Values) -> Failure | None:
        return Failure("exp", "it has one") if graph.ops("Exp") else None

    small, inputs, failure = shrink(graph, values, Failure("exp", ""), has_exp)
    assert small.kinds() == {"Exp": 1}
    assert list(inputs) == [small.inputs[0].name]
    np.testing.assert_array_equal(inputs[small.inputs[0].name], np.full((2, 3), 2.0 if "t" in inputs else 1.0))
    assert failure.text == "it has one"


def test_the_snippet_is_a_test_that_runs() -> None:
    graph = parse(FAILING).main
    values = {"x": np.ones((2, 3), np.float32), "z": np.ones(3, np.float32)}
    text = snippet(graph, values, Failure("values", "they\ndiffer"), {"imported": True, "shuffles": (None, 1)})
    names: dict[str, object] = {}
    exec(compile(text, "snippet", "exec"), names)
    names["test_found_by_fuzzing"]()  # type: ignore[operator]
    assert "# they\n#" not in text.split("test_found")[0]
    assert text.endswith("# values: they\n# differ\n")


def test_a_wrong_result_is_found() -> None:
    graph = parse("graph main(x: float32[2]) -> y {\n  y = Neg(x)\n}").main
    assert check(graph, {"x": np.array([1, 2], np.float32)}) is None
    wanted = {"y": np.array([1, -2], np.float32)}
    assert compare(wanted, {"y": np.array([1, -2.001], np.float32)}) is None
    for wrong, kind in (([1, -2.01], "values"), ([1, np.nan], "values"), ([[1, -2]], "type")):
        found = compare(wanted, {"y": np.array(wrong, np.float32)})
        assert found is not None
        assert found.kind == kind
