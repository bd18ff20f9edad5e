"""The same input gives the same bytes, and another order of rewrites gives a model of the same operators and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import pytoco
from tests.end_to_end.running import INCEPTION, MOBILENET, MOBILENET_OUTPUT, convert
from tests.graphdefs import FLOAT, INT32, Type, const, data, node, placeholder
from tests.litert import run

MODELS = {
    "mobilenet": (MOBILENET, MOBILENET_OUTPUT, (1, 96, 96, 3)),
    "inception": (INCEPTION, "InceptionV1/Logits/Predictions/Reshape_1", (1, 224, 224, 3)),
}
SEEDS = range(4)


@pytest.mark.parametrize("name", MODELS)
def test_the_hash_seed_changes_no_byte(name: str, tmp_path: Path) -> None:
    model, output, _ = MODELS[name]
    results = []
    for number, seed in enumerate(("0", "0", "1", "4294967295")):
        path = tmp_path / f"{number}.tflite"
        done = convert(model, path, inputs="input", outputs=output, environment={"PYTHONHASHSEED": seed})
        assert (done.returncode, done.stderr) == (0, "")
        results.append(path.read_bytes())
    assert len(set(results)) == 1


def test_the_hash_seed_changes_no_drawing(tmp_path: Path) -> None:
    for seed in "12":
        (tmp_path / seed).mkdir()
        flags = [f"--dump_graphviz_dir={tmp_path / seed}", "--dump_graphviz_video"]
        done = convert(
            MOBILENET, tmp_path / "out", *flags, inputs="input", outputs=MOBILENET_OUTPUT,
            environment={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert done.returncode == 0
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / seed).iterdir()} for seed in "12")
    assert first == second


def _converted(source: Path | bytes, inputs: list[str], output: str, seed: int | None) -> tuple[dict[str, int], bytes]:
    done = pytoco.convert(
        source, input_arrays=inputs, output_arrays=[output], strict=True, verify_each=False, shuffle_seed=seed
    )
    assert done.data is not None
    return done.summary.ops_after, bytes(done.data)


def _close(found: NDArray[Any], wanted: NDArray[Any]) -> None:
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5 * max(1.0, float(np.abs(wanted).max())))


@pytest.mark.parametrize("name", MODELS)
def test_a_shuffled_worklist_gives_the_same_operators(name: str) -> None:
    model, output, shape = MODELS[name]
    counts, data_ = _converted(model, ["input"], output, None)
    given = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
    (wanted,) = run(data_, [given])
    for seed in SEEDS:
        shuffled, data_ = _converted(model, ["input"], output, seed)
        assert shuffled == counts
        _close(run(data_, [given])[0], wanted)


class RandomGraph:
    """A random GraphDef over [2, 6] floats, and what it computes according to numpy, grown node by node."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.given = self.random.uniform(-2, 2, (2, 6)).astype(np.float32)
        self.nodes = [placeholder("x", 2, 6), const("shape", [2, 6], INT32), const("flipped", [1, 0], INT32)]
        self.values: dict[str, NDArray[np.float32]] = {"x": self.given}
        for _ in range(int(self.random.integers(6, 25))):
            getattr(self, self.random.choice(["unary", "binary", "constant", "reshape", "transpose", "matmul"]))()
        self.output = list(self.values)[-1]

    def pick(self) -> str:
        """An array, the latest ones more often than others."""
        names = list(self.values)
        return names[-min(len(names), int(self.random.geometric(0.5)))]

    def emit(self, op: str, inputs: list[str], value: NDArray[Any], **attrs: Any) -> None:
        name = f"n{len(self.nodes)}"
        self.nodes.append(node(name, op, inputs, T=Type(FLOAT), **attrs))
        self.values[name] = value.astype(np.float32)

    def constant_like(self, shape: tuple[int, ...]) -> str:
        name = f"c{len(self.nodes)}"
        value = self.random.choice([-1.0, 0.0, 0.5, 1.0, 2.0], shape).astype(np.float32)
        self.nodes.append(const(name, value))
        self.constants = {name: value}
        return name

    def unary(self) -> None:
        source = self.pick()
        value = self.values[source]
        op = str(self.random.choice(["Relu", "Relu6", "Neg", "Abs", "Identity", "Tanh"]))
        result = {
            "Relu": np.maximum(value, 0), "Relu6": np.clip(value, 0, 6), "Neg": -value, "Abs": np.abs(value),
            "Identity": value, "Tanh": np.tanh(value),
        }[op]  # fmt: skip
        self.emit(op, [source], result)

    def binary(self) -> None:
        left, right = self.pick(), self.pick()
        op = str(self.random.choice(["Add", "Sub", "Maximum"]))
        compute: Any = {"Add": np.add, "Sub": np.subtract, "Maximum": np.maximum}[op]
        self.emit(op, [left, right], compute(self.values[left], self.values[right]))

    def constant(self) -> None:
        source = self.pick()
        name = self.constant_like(((), (6,), (2, 6), (1, 1))[self.random.integers(4)])
        op = str(self.random.choice(["AddV2", "Mul", "Sub"]))
        compute: Any = {"AddV2": np.add, "Mul": np.multiply, "Sub": np.subtract}[op]
        self.emit(op, [source, name], compute(self.values[source], self.constants[name]))

    def reshape(self) -> None:
        source = self.pick()
        between = f"s{len(self.nodes)}"
        shape = ((12,), (3, 4), (1, 2, 6), (6, 2))[self.random.integers(4)]
        self.nodes += [const(between, list(shape), INT32), node(f"{between}_r", "Reshape", [source, between])]
        self.emit("Reshape", [f"{between}_r", "shape"], self.values[source])

    def transpose(self) -> None:
        source = self.pick()
        there = f"t{len(self.nodes)}"
        self.nodes.append(node(there, "Transpose", [source, "flipped"], T=Type(FLOAT)))
        self.emit("Transpose", [there, "flipped"], self.values[source])

    def matmul(self) -> None:
        source = self.pick()
        name = self.constant_like((6, 6))
        product = self.values[source] @ self.constants[name]
        self.emit("MatMul", [source, name], np.clip(product, None, None))
        bias = self.constant_like((6,))
        self.emit("BiasAdd", [f"n{len(self.nodes) - 2}", bias], product + self.constants[bias])


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs_mean_the_same_in_every_order(seed: int) -> None:
    made = RandomGraph(seed)
    source = data(*made.nodes)
    counts: list[dict[str, int]] = []
    for order in (None, 0, 1, 2):
        found, model = _converted(source, ["x"], made.output, order)
        counts.append(found)
        _close(run(model, [made.given])[0], made.values[made.output])
    assert counts == counts[:1] * len(counts)
