"""Random changes of random graphs: invariants, undo, text form, copies and drawings keep up with all of them."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytoco.backends.graphviz.dot import Drawing
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.text import parse, print_graph
from tests.ir.random_graphs import Changes, check, empty

several = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@several
@given(st.data())
def test_changes_keep_every_invariant(data: Any) -> None:
    changes = Changes(data.draw, empty())
    for _ in range(data.draw(st.integers(1, 12))):
        changes.change()
        check(changes.graph)


@several
@given(st.data())
def test_undo_restores_the_text_form(data: Any) -> None:
    graph = empty()
    model = graph.model
    changes = Changes(data.draw, graph)
    for _ in range(data.draw(st.integers(0, 8))):
        changes.change()
    texts, marks = [], []
    model.open += 1
    for _ in range(data.draw(st.integers(1, 10))):
        texts.append(print_graph(graph))
        marks.append(len(model.log))
        changes.change()
    for text, mark in zip(reversed(texts), reversed(marks), strict=True):
        model.rollback(mark)
        assert print_graph(graph) == text
        check(graph)


@several
@given(st.data())
def test_the_text_form_read_again_is_the_same(data: Any) -> None:
    graph = empty()
    changes = Changes(data.draw, graph)
    for _ in range(data.draw(st.integers(1, 10))):
        changes.change()
    text = print_graph(graph)
    again = parse(text).main
    check(again)
    assert print_graph(again) == text


@several
@given(st.data())
def test_a_copy_has_the_same_text_form_where_everything_is_needed(data: Any) -> None:
    graph = empty()
    changes = Changes(data.draw, graph)
    for _ in range(data.draw(st.integers(1, 10))):
        changes.change()
    graph.retarget(outputs=[a for a in graph.arrays() if a not in graph.inputs])
    before = print_graph(graph)
    copy = extract(graph).main
    check(copy)
    assert print_graph(copy) == before == print_graph(graph)


@several
@given(st.data())
def test_a_drawing_kept_up_to_date_is_a_fresh_one(data: Any) -> None:
    graph = empty()
    drawing = Drawing(graph.model)
    graph.model.listeners.append(drawing.update)
    changes = Changes(data.draw, graph)
    for _ in range(data.draw(st.integers(1, 10))):
        changes.change()
        if data.draw(st.booleans()):
            assert drawing.render("") == Drawing(graph.model).render("")
    assert drawing.render("") == Drawing(graph.model).render("")
