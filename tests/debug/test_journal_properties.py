"""Whatever happens to a graph, the journal gives it back: at every step, forwards, backwards and out of a keyframe."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytoco.compiler.debug.journal import Journal, Recorder
from pytoco.compiler.ir.text import print_graph
from pytoco.compiler.options import Options
from tests.ir.random_graphs import Changes, check, empty

several = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def recorded(data: Any) -> tuple[Journal, list[str]]:
    """A journal of random changes, several a rewrite, and the text form after each."""
    graph = empty()
    model = graph.model
    changes = Changes(data.draw, graph)
    for _ in range(data.draw(st.integers(0, 4))):
        changes.change()
    lines: list[bytes] = []
    recorder = Recorder(Options(), None, lines.append)
    recorder.on_import(model)
    texts = [print_graph(graph)]
    for number in range(1, data.draw(st.integers(1, 8)) + 1):
        if data.draw(st.booleans()):
            recorder.on_stage(f"stage-{number}", [])
        if data.draw(st.booleans()):
            graph.renumber()
        mark = model.begin()
        for _ in range(data.draw(st.integers(1, 4))):
            changes.change()
        events = model.log[mark:]
        model.open -= 1
        recorder.after_rewrite(model, "change", None, number, events)
        model.log.clear()
        texts.append(print_graph(graph))
    return Journal(lines), texts


@several
@given(st.data())
def test_replaying_up_to_a_step_gives_the_live_graphs_text(data: Any) -> None:
    journal, texts = recorded(data)
    replay = journal.replay()
    for number in data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=6)):
        replay.seek(number)
        assert print_graph(replay.graph) == texts[number]
        check(replay.graph)


@several
@given(st.data())
def test_undoing_from_the_end_gives_the_imported_graph_back(data: Any) -> None:
    journal, texts = recorded(data)
    replay = journal.replay()
    replay.seek(len(replay))
    for text in texts[-2::-1]:
        replay.back()
        assert print_graph(replay.graph) == text
    assert replay.at == 0
    check(replay.graph)
