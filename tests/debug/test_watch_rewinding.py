"""Going back to the start of a stage: the model and its runner are exactly what they were, and what follows is, too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.convert import context_of, import_model, run_stage
from pytoco.compiler.debug.moment import convert_until
from pytoco.compiler.debug.watch.rewinding import Inexact, Trail
from pytoco.compiler.driver import Runner
from pytoco.compiler.ir import Array, Graph, Model
from pytoco.compiler.ir.items import assign
from pytoco.compiler.ir.text import print_model
from pytoco.compiler.ir.types import FLOAT32
from pytoco.compiler.ir.values import fingerprint_of
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.registry import open_registry
from tests.end_to_end.running import INCEPTION, MOBILENET
from tests.fuzz.kinds import random_graph

DATA = Path(__file__).parent.parent / "data"
LOOPS = np.load(DATA / "loops.npz")
REGISTRY = open_registry()
BACKEND = REGISTRY.backend_for("TFLITE")
QUANTIZED = Options(inference_type="QUANTIZED_UINT8", mean_values=(128.0,), std_dev_values=(127.0,))  # type: ignore[arg-type]


def value_of(array: Array) -> str | None:
    return None if array.value is None else fingerprint_of(array.value)


def everything(graph: Graph) -> Iterator[object]:
    """What a pass can ask a graph, the orders of its answers, and what decides about later ids and names."""
    for op in graph.ops():
        yield op.id, op.kind, op.rank, op.attrs, op.origin, [a and a.id for a in op.inputs], [a.id for a in op.outputs]
    for a in graph.arrays():
        yield a.id, a.name, a.dtype, a.shape, value_of(a), a.minmax, a.quantization, [u.id for u in graph.users(a)]
    yield [[a.id for a in arrays] for arrays in (graph.inputs, graph.outputs)], graph.states, graph.kinds()
    view = graph.view
    yield [item.id for item in view.nodes], [[item.id for item in view.pred[node]] for node in view.nodes]
    yield [(a.id, b.id) for a, b in view.edges]
    yield [[op.id for op in graph.ops(kind)] for kind in graph.kinds()]
    yield graph.renumbered, graph.new_op_rank, graph.new_op_origin, dict(graph._next_suffix)


class Run:
    """A conversion with a mark at the start of each stage, and at the end."""

    def __init__(self, model: Model, options: Options) -> None:
        self.model = model
        self.runner = Runner(model, shuffle=options.shuffle_seed)
        self.context = context_of(self.runner, BACKEND, options)
        self.trail = Trail(self.runner, self.context)
        self.stages = REGISTRY.pipeline("tflite", options)
        self.marks: list[Any] = []

    def state(self) -> object:
        statistics, model, random = self.runner.statistics, self.model, self.runner.random
        return (
            {name: list(everything(graph)) for name, graph in model.graphs.items()},
            (model._last_id, model.signatures, dict(model.metadata), self.runner.number, set(self.runner._blocked)),
            (dict(statistics.rewrites), list(statistics.warnings), list(statistics.remarks), list(statistics.faults)),
            (dict(self.context.remarks), random and random.getstate()),
        )

    def go(self, first: int = 0) -> list[object]:
        """Run the stages from a number on; the states at their starts and at the end."""
        states = []
        del self.marks[first:]
        for stage, references in self.stages[first:]:
            states.append(self.state())
            self.marks.append(self.trail.mark())
            run_stage(self.runner, self.context, stage, references)
        self.marks.append(self.trail.mark())
        return [*states, self.state()]


def hold(make: Callable[[], Model], options: Options) -> int:
    """Go back from stage to stage to the import, then back and forth at random; the number of rewrites."""
    run = Run(make(), options)
    states = run.go()
    rewrites = run.runner.number
    for number in reversed(range(len(states))):
        run.trail.rewind(run.marks[number])
        assert run.state() == states[number], f"back at stage {number}"
    assert run.go() == states
    for number in np.random.default_rng(0).integers(0, len(states), 6).tolist():
        run.trail.rewind(run.marks[number])
        assert run.state() == states[number], f"back at stage {number}"
        assert run.go(number) == states[number:], f"from stage {number} on"
    return rewrites


@pytest.mark.parametrize(
    ("path", "options", "least"),
    [
        (MOBILENET, Options(), 200),
        (MOBILENET, Options(shuffle_seed=3), 200),
        (INCEPTION, Options(), 40),
        (DATA / "ophints" / "lstm.pb", Options(output_arrays=("y",)), 5),
        (DATA / "quantized" / "trained.pb", QUANTIZED, 5),
        (DATA / "quantized" / "residual.pb", QUANTIZED, 5),
    ],
    ids=["mobilenet", "shuffled", "inception", "lstm", "trained", "residual"],
)
def test_every_stage_of_a_model_can_be_gone_back_to(path: Path, options: Options, least: int) -> None:
    assert hold(lambda: import_model(options, path, open_registry()), options) > least


@pytest.mark.parametrize("case", ["while", "cond_two", "while_nested", "frame_nested", "lstm"])
def test_so_can_those_of_models_of_several_graphs(case: str) -> None:
    data = LOOPS[f"{case}/graph"].tobytes()
    names = [
        tuple(
            sorted({key.split("/", 3)[3] for key in LOOPS.files if key.startswith(f"{case}/") and f"/{what}/" in key})
        )
        for what in "xy"
    ]
    options = Options(input_arrays=names[0], output_arrays=names[1])
    assert hold(lambda: import_model(options, data, open_registry()), options) > 0


@pytest.mark.parametrize("seed", range(25))
def test_so_can_those_of_random_graphs(seed: int) -> None:
    hold(lambda: random_graph(seed, 14).graph.model, Options())


def test_the_text_form_is_that_of_a_conversion_that_was_stopped_there() -> None:
    run = Run(import_model(Options(), MOBILENET, REGISTRY), Options())
    run.go()
    for number in reversed(range(len(run.stages))):
        run.trail.rewind(run.marks[number])
        stopped = convert_until(MOBILENET, run.stages[number][0], Options(), open_registry())
        assert print_model(run.model) == print_model(stopped.model)


def test_an_array_that_came_back_under_another_name_has_its_own_again() -> None:
    model = Model()
    graph = model.graph()
    x, own = graph.array("x", FLOAT32, (2,)), graph.constant(np.ones(2, np.float32), "c")
    graph.retarget(inputs=[x])
    first, second = graph.emit("Add", [x, own], name="first"), graph.emit("Neg", [x], name="second")
    graph.retarget(outputs=[first.outputs[0], second.outputs[0]])
    run = Run(model, Options())
    before, mark = run.state(), run.trail.mark()
    graph.rewire(first, [x, x])
    graph.rewire(second, [graph.constant(np.zeros(2, np.float32), "c")])
    graph.rewire(first, [x, own])
    assert own.name == "c_1"  # the name was taken when it came in again
    run.trail.rewind(mark)
    assert own.name == "c"
    assert run.state() == before


def test_what_was_set_behind_the_back_of_a_graph_is_found_out() -> None:
    run = Run(import_model(Options(), MOBILENET, REGISTRY), Options())
    run.go()
    assign(run.model.main.inputs[0], "shape", (1, 2, 3))  # as no pass can without going to some lengths
    with pytest.raises(Inexact, match="no event says so"):
        run.trail.rewind(run.marks[1])
