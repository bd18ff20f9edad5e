"""Rewrites that never come to rest end in NoFixedPoint, which names them."""

from typing import Any

import pytest

from pytoco.compiler.driver import GraphPass
from pytoco.compiler.errors import NoFixedPoint
from pytoco.compiler.ir import Graph, MinMax, Op
from tests.driver.toys import CONTEXT, RemoveIdentity, Toy, Turn, chain, run


def test_two_passes_that_undo_each_other() -> None:
    model = chain(["Exp", "Abs", "Cos"])
    with pytest.raises(NoFixedPoint) as caught:
        run(model, Turn("Abs", "Neg"), Turn("Neg", "Abs"), RemoveIdentity())
    text = str(caught.value)
    assert "stage 'test'" in text
    assert "Rewrites in turn: " in text
    assert "abs-to-neg" in text
    assert "neg-to-abs" in text
    assert "'n1'" in text
    assert "remove-identity" not in text
    assert "after 2 rewrites the graph is what it was before" in text


def test_a_pass_that_makes_the_same_again() -> None:
    with pytest.raises(NoFixedPoint, match="after 1 rewrite the graph is what it was before"):
        run(chain(["Exp", "Abs"]), Turn("Abs", "Abs"))


def test_three_passes_in_a_circle_at_many_places() -> None:
    model = chain(["Abs"] * 50 + ["Sqrt", "Identity", "Cos"])
    with pytest.raises(NoFixedPoint) as caught:
        run(model, Turn("Abs", "Neg"), Turn("Neg", "Exp"), Turn("Exp", "Abs"), Turn("Sqrt", "Cos"), RemoveIdentity())
    named = str(caught.value).splitlines()[0].partition("Rewrites in turn: ")[2]
    assert sorted(named.split(", ")) == ["abs-to-neg", "exp-to-abs", "neg-to-exp"]


class Grow(Toy):
    name = "grow"
    roots = ("Abs",)

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.rewire(op, graph.emit("Abs", op.inputs).outputs)


def test_a_graph_that_grows_without_end() -> None:
    model = chain(["Abs", "Neg"])
    with pytest.raises(NoFixedPoint, match=r"and no end; the graph has \d+ operators now.*grow"):
        run(model, Grow())
    assert len(model.main) < 10_000


def test_a_pass_over_the_graph_that_never_stops() -> None:
    class Restless(GraphPass):
        name = "restless"
        stage = "test"

        def run(self, graph: Graph) -> None:
            (output,) = graph.outputs
            low = output.minmax.min if output.minmax else 0.0
            graph.update(output, minmax=MinMax(low - 1.0, 1.0))

    with pytest.raises(NoFixedPoint, match="restless"):
        run(chain(["Abs"]), Restless(CONTEXT))


def test_much_honest_work_at_one_place_is_no_endless_loop() -> None:
    class Unroll(Toy):
        """One operator becomes a thousand, one by one."""

        name = "unroll"
        roots = ("Abs",)

        def __init__(self) -> None:
            super().__init__()
            self.left = 3_000

        def found(self, op: Op, look: Any) -> Any:
            return self.left or None

        def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
            self.left -= 1
            graph.rewire(op, graph.emit("Neg", op.inputs).outputs)

    model = chain(["Exp"] * 100 + ["Abs"])
    assert run(model, Unroll()).number == 3_000
