"""Passes and observers that fail: undone, set aside and reported, or with `strict` an error that names them."""

from collections.abc import Sequence
from typing import Any

import pytest

from pytoco.compiler.driver import GraphPass, Runner
from pytoco.compiler.errors import FileError, PassError, ShapeError, UsageError
from pytoco.compiler.ir import Graph, Model, Op
from pytoco.compiler.ir.text import print_graph
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.plugins import Observer
from tests.driver.toys import CONTEXT, RemoveIdentity, Toy, chain, kinds, run

NET = ["Identity", "Abs", "Identity", "Abs", "Neg"]


class Halfway(Toy):
    """Changes a lot, then raises, at the first Abs only."""

    name = "halfway"
    roots = ("Abs",)
    error: Exception = KeyError("lost")

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.remove(op)
        graph.emit("Neg", op.inputs, outputs=op.outputs)
        if op.name == "n1":
            raise self.error


class BadMatch(Toy):
    name = "bad-match"
    roots = ("Abs",)

    def found(self, op: Op, look: Any) -> Any:
        return 1 // 0


class Dangling(Toy):
    name = "dangling"
    roots = ("Abs",)

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.remove(op)


class Cycle(Toy):
    name = "cycle"
    roots = ("Abs",)

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.rewire(op, op.outputs)


def test_a_rewrite_that_raises_is_undone_and_the_others_go_on() -> None:
    model = chain(NET)
    toy = Halfway()
    runner = run(model, toy, RemoveIdentity(), strict=False)
    verify(model)
    assert kinds(model) == ["Abs", "Neg", "Neg"]
    assert runner.statistics.rewrites == {"remove-identity": 2, "halfway": 1}
    assert runner.statistics.warnings == ["pass 'halfway' failed at 'n1' and was undone: KeyError: 'lost'"]
    assert runner.statistics.faults == []
    assert runner._blocked == {("halfway", model.main.ops("Abs")[0])}


def test_a_blocked_operator_stays_blocked_in_later_stages() -> None:
    model = chain(NET)
    runner = run(model, Halfway(), strict=False)
    runner.run_stage("again", [Halfway()])
    assert len(runner.statistics.warnings) == 1


def test_the_text_of_our_own_errors_is_kept() -> None:
    toy = Halfway()
    toy.error = ShapeError("ranks differ", hint="reshape")
    runner = run(chain(NET), toy, strict=False)
    assert runner.statistics.warnings == ["pass 'halfway' failed at 'n1' and was undone: ranks differ (reshape)"]


def test_strict_stops_with_an_error_that_says_where() -> None:
    model = chain(NET)
    before = print_graph(model.main)
    with pytest.raises(PassError, match="'halfway' failed: KeyError: 'lost'") as caught:
        run(model, Halfway())
    assert (caught.value.pass_name, caught.value.op) == ("halfway", "n1")
    assert isinstance(caught.value.__cause__, KeyError)
    assert print_graph(model.main) == before
    assert model.open == 0


def test_a_match_that_raises_is_set_aside_operator_by_operator() -> None:
    model = chain(NET)
    runner = run(model, BadMatch(), RemoveIdentity(), strict=False)
    assert kinds(model) == ["Abs", "Abs", "Neg"]
    assert len(runner.statistics.warnings) == 2
    assert all("ZeroDivisionError" in text for text in runner.statistics.warnings)
    with pytest.raises(PassError, match="bad-match"):
        run(chain(NET), BadMatch())


def test_a_rewrite_that_breaks_the_graph_is_undone() -> None:
    model = chain(NET)
    runner = run(model, Dangling(), strict=False)
    assert kinds(model) == NET
    assert "'n1', read by" in runner.statistics.warnings[0]
    with pytest.raises(PassError, match="'dangling' failed: array 'n1'"):
        run(chain(NET), Dangling())


def test_verify_each_checks_the_whole_graph() -> None:
    model = chain(NET)
    runner = run(model, Cycle(), strict=False, verify_each=True)
    assert kinds(model) == NET
    assert "cycle" in runner.statistics.warnings[0]


def test_a_failing_pass_over_the_graph_is_undone_and_not_tried_again() -> None:
    class Broken(GraphPass):
        name = "broken"
        stage = "test"

        def run(self, graph: Graph) -> None:
            graph.update(graph.ops()[0].outputs[0], shape=None)
            raise KeyError("whole")

    class Always(GraphPass):
        name = "always"
        stage = "test"
        left = 3

        def run(self, graph: Graph) -> None:
            if self.left:
                self.left -= 1
                graph.update(graph.ops()[0].outputs[0], name=graph.unique_name("renamed"))

    model = chain(NET)
    runner = run(model, Broken(CONTEXT), Always(CONTEXT), strict=False)
    assert runner.statistics.warnings == ["pass 'broken' failed at '' and was undone: KeyError: 'whole'"]
    assert runner.statistics.rewrites == {"always": 3}
    assert model.main.ops()[0].outputs[0].shape == (2,)
    with pytest.raises(PassError, match="broken"):
        run(chain(NET), Broken(CONTEXT))


def test_an_interrupt_is_passed_on_after_undoing() -> None:
    toy = Halfway()
    toy.error = KeyboardInterrupt()  # type: ignore[assignment]
    model = chain(NET)
    before = print_graph(model.main)
    with pytest.raises(KeyboardInterrupt):
        run(model, toy, strict=False)
    assert print_graph(model.main) == before


# observers ------------------------------------------------------------------------------------------------------------


class Watcher(Observer):
    def __init__(self, fail_at: int = 0) -> None:
        self.seen: list[Any] = []
        self.fail_at = fail_at

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        self.seen.append(stage)

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        self.seen.append((pass_name, op and op.kind, number, len(events) > 0, len(model.main)))
        if number == self.fail_at:
            raise FileError("disk full")


def test_observers_see_each_rewrite_when_it_is_done() -> None:
    watcher = Watcher()
    runner = run(chain(NET), RemoveIdentity(), observers=[watcher])
    runner.run_stage("later", [])
    assert watcher.seen == [
        "test",
        ("remove-identity", "Identity", 1, True, 4),
        ("remove-identity", "Identity", 2, True, 3),
        "later",
    ]


def test_an_observer_that_fails_is_dropped_and_the_conversion_goes_on() -> None:
    failing, other = Watcher(1), Watcher()
    model = chain(NET)
    runner = run(model, RemoveIdentity(), observers=[failing, other], strict=False)
    assert kinds(model) == ["Abs", "Abs", "Neg"]
    assert (len(failing.seen), len(other.seen)) == (2, 3)
    assert runner.statistics.warnings == ["observer Watcher failed and was dropped: FileError: disk full"]


def test_strict_passes_the_error_of_an_observer_on_and_blames_no_pass() -> None:
    with pytest.raises(FileError, match="disk full"):
        run(chain(NET), RemoveIdentity(), observers=[Watcher(1)])


def test_an_observer_that_was_asked_for_the_impossible_stops_the_conversion() -> None:
    class Asked(Observer):
        def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
            raise UsageError("no such array")

    with pytest.raises(UsageError, match="no such array"):
        run(chain(NET), observers=[Asked()], strict=False)


def test_observers_hear_nothing_of_what_was_undone() -> None:
    watcher = Watcher()
    run(chain(NET), Dangling(), observers=[watcher], strict=False)
    assert watcher.seen == ["test"]


def test_import_and_finish_reach_observers() -> None:
    class Ends(Observer):
        def on_import(self, model: Model) -> None:
            seen.append(("import", model))

        def on_finish(self, model: Model) -> None:
            seen.append(("finish", model))

    seen: list[Any] = []
    model = chain(NET)
    runner = Runner(model, observers=[Ends()])
    runner.notify(lambda o: o.on_import(model))
    runner.notify(lambda o: o.on_finish(model))
    assert seen == [("import", model), ("finish", model)]
