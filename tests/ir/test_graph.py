"""The mutators: what each does, refuses, and leaves behind."""

import numpy as np
import pytest

from pytoco.compiler.errors import InternalError, ShapeError, VerifyError
from pytoco.compiler.ir import Array, Graph, MinMax, Model, Op, State, dtype_named
from pytoco.compiler.ir.text import parse, print_graph
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.ops import UnknownKindError
from tests.ir.random_graphs import FLOAT32, SHAPE, check, empty

CHAIN = """
graph main(x: float32[2,3]) -> y {
  k = const float32[3] [1.0, 2.0, 3.0]
  a: float32[2,3] = Abs(x)
  b: float32[2,3] = Mul(a, k)
  c: float32[2,3] = Add(b, b)
  y: float32[2,3] = Neg(c)
}
"""


def chain() -> Graph:
    return parse(CHAIN).main


def array(graph: Graph, name: str) -> Array:
    found = graph.find(name)
    assert found is not None
    return found


def made_by(graph: Graph, name: str) -> Op:
    found = graph.producer(array(graph, name))
    assert found is not None
    return found


# add, emit ------------------------------------------------------------------------------------------------------------


def test_emit_infers_types_and_names_results() -> None:
    graph = empty()
    split = graph.emit("Split", [graph.constant(np.int32(1), "axis"), graph.inputs[0]], _attrs("Split", 3), name="s")
    assert [a.name for a in split.outputs] == ["s", "s:1", "s:2"]
    assert [(a.dtype, a.shape) for a in split.outputs] == [(FLOAT32, (2, 1))] * 3


def test_attributes_left_out_are_the_defaults_where_there_are_defaults() -> None:
    graph = empty()
    total = graph.emit("Add", [graph.inputs[0], graph.inputs[0]])
    assert total.attrs == _attrs("Add")
    old = total.outputs
    graph.retarget(outputs=old)
    graph.remove(total)
    assert graph.emit("Sub", [graph.inputs[0], graph.inputs[0]], outputs=old).attrs.activation == "NONE"
    with pytest.raises(UnknownKindError, match="NoSuchKind"):
        graph.emit("NoSuchKind", [graph.inputs[0]], outputs=())
    with pytest.raises(Exception, match="num"):  # of Split there is no default
        graph.emit("Split", [graph.constant(np.int32(1), "axis"), graph.inputs[0]])


def _attrs(kind: str, *values: object) -> object:
    from pytoco.compiler.ops import get

    return get(kind).Attrs(*values)


def test_emit_refuses_impossible_shapes_and_leaves_the_graph_alone() -> None:
    graph = empty()
    before = print_graph(graph)
    with pytest.raises(ShapeError):
        graph.emit("Add", [graph.inputs[0], graph.constant(np.zeros(5, np.float32), "five")])
    assert print_graph(graph) == before
    check(graph)


def test_names_are_made_unique() -> None:
    graph = empty()
    names = [graph.emit("Abs", [graph.inputs[0]], name="n").outputs[0].name for _ in range(3)]
    assert names == ["n", "n_1", "n_2"]
    detached = [graph.array("late"), graph.array("late")]
    for one in detached:
        graph.emit("Abs", [graph.inputs[0]], outputs=[one])
    assert [one.name for one in detached] == ["late", "late_1"]
    check(graph)


def test_ids_are_never_reused() -> None:
    graph = empty()
    first = graph.emit("Abs", [graph.inputs[0]])
    graph.remove(first)
    second = graph.emit("Abs", [graph.inputs[0]])
    assert second.id > first.id
    assert second.outputs[0].id > first.outputs[0].id


def test_an_array_has_one_producer() -> None:
    graph = chain()
    with pytest.raises(InternalError, match="'a' has a producer"):
        graph.emit("Neg", [graph.inputs[0]], outputs=[array(graph, "a")])
    with pytest.raises(InternalError, match="constant 'k'"):
        graph.emit("Neg", [graph.inputs[0]], outputs=[array(graph, "k")])
    with pytest.raises(InternalError, match="already"):
        graph.add(made_by(graph, "a"))
    check(graph)


# remove ---------------------------------------------------------------------------------------------------------------


def test_remove_takes_orphans_along() -> None:
    graph = chain()
    graph.retarget(outputs=[array(graph, "a")])
    for name in ("y", "c", "b"):
        graph.remove(made_by(graph, name))
    assert [a.name for a in graph.arrays()] == ["x", "a"]
    check(graph)


def test_what_is_still_read_stays_and_can_get_a_new_producer_or_a_value() -> None:
    graph = chain()
    b = array(graph, "b")
    graph.remove(made_by(graph, "b"))
    assert graph.find("b") is b
    assert graph.producer(b) is None
    with pytest.raises(VerifyError, match=r"'b', read by .*Add"):
        verify(graph.model)
    graph.update(b, value=np.ones((2, 3), np.float32))
    assert b.is_constant
    check(graph)


def test_a_removed_operator_cannot_be_removed_or_rewired() -> None:
    graph = chain()
    op = made_by(graph, "y")
    graph.remove(op)
    with pytest.raises(InternalError, match="not in the graph"):
        graph.remove(op)
    with pytest.raises(InternalError, match="not in the graph"):
        graph.rewire(op, [array(graph, "a")])


# rewire ---------------------------------------------------------------------------------------------------------------


def test_rewire_drops_what_nobody_reads_any_more() -> None:
    graph = chain()
    graph.rewire(made_by(graph, "b"), [array(graph, "a"), array(graph, "a")])
    assert graph.find("k") is None
    assert graph.users(array(graph, "a")) == [made_by(graph, "b")]
    check(graph)


def test_rewire_to_the_same_operands_says_nothing() -> None:
    graph = chain()
    graph.model.open += 1
    graph.rewire(made_by(graph, "b"), [array(graph, "a"), array(graph, "k")])
    assert graph.model.log == []


def test_a_left_out_operand() -> None:
    graph = empty()
    op = graph.emit("Opaque", [graph.inputs[0], None], outputs=[graph.array("z")])
    assert op.inputs == (graph.inputs[0], None)
    graph.rewire(op, [None, graph.inputs[0]])
    check(graph)


# replace --------------------------------------------------------------------------------------------------------------


def test_replace_moves_every_reader() -> None:
    graph = chain()
    b, a = array(graph, "b"), array(graph, "a")
    graph.replace(b, a)
    assert made_by(graph, "c").inputs == (a, a)
    assert graph.user_count(b) == 0
    check(graph)


def test_the_name_of_an_output_moves_with_it() -> None:
    graph = chain()
    y, c = array(graph, "y"), array(graph, "c")
    op = made_by(graph, "y")
    graph.replace(y, c)
    assert (c.name, y.name) == ("y", "c")
    assert graph.outputs == (c,)
    graph.remove(op)
    assert graph.find("c") is None
    assert graph.find("y") is c
    check(graph)


def test_an_output_that_is_a_state_too() -> None:
    graph = chain()
    y, c = array(graph, "y"), array(graph, "c")
    state = graph.array("h", FLOAT32, SHAPE)
    graph.emit("Abs", [state])
    graph.retarget(states=[State(state, y)])
    graph.replace(y, c)
    assert graph.states == (State(state, c),)
    assert graph.outputs == (c,)
    check(graph)


@pytest.mark.parametrize(
    ("old", "new", "possible"),
    [
        ("y", "b", True),
        ("b", "y", True),  # an inner array may give way to an output
        ("y", "x", False),  # both names are promised
        ("x", "a", False),  # an input stays what it is
        ("y", "z", False),  # two outputs
    ],
)
def test_promised_names_survive_or_the_replacement_is_refused(old: str, new: str, possible: bool) -> None:
    graph = chain()
    other = graph.emit("Exp", [graph.inputs[0]], name="z")
    graph.retarget(outputs=[*graph.outputs, other.outputs[0]])
    before = print_graph(graph)
    assert graph.can_replace(array(graph, old), array(graph, new)) is possible
    if not possible:
        with pytest.raises(InternalError, match=f"{new!r}.*{old!r}"):
            graph.replace(array(graph, old), array(graph, new))
        assert print_graph(graph) == before
    else:
        with graph.model.transaction():
            graph.replace(array(graph, old), array(graph, new))
        assert [a.name for a in graph.outputs] == ["y", "z"]


def test_a_detached_constant_takes_over_an_output() -> None:
    graph = chain()
    op = made_by(graph, "y")
    constant = graph.constant(np.zeros((2, 3), np.float32), "zero")
    with graph.model.transaction():
        graph.replace(op.outputs[0], constant)
        graph.remove(op)
    assert graph.outputs == (constant,)
    assert constant.name == "y"
    check(graph)


# update, retarget -----------------------------------------------------------------------------------------------------


def test_update_refuses_what_is_not_to_be_changed() -> None:
    graph = chain()
    a, k = array(graph, "a"), array(graph, "k")
    with pytest.raises(InternalError, match="taken"):
        graph.update(a, name="b")
    with pytest.raises(InternalError, match="never edited in place"):
        graph.update(k, value=np.zeros(3, np.float32))
    with pytest.raises(InternalError, match="'id'"):
        graph.update(a, id=5)
    with pytest.raises(InternalError, match="'inputs'"):
        graph.update(made_by(graph, "a"), inputs=())


def test_updates_that_change_nothing_say_nothing() -> None:
    graph = chain()
    graph.model.open += 1
    a = array(graph, "a")
    graph.update(a, name="a", shape=(2, 3), dtype=FLOAT32, minmax=None)
    assert graph.model.log == []
    graph.update(a, minmax=MinMax(0, 1), shape=None)
    assert len(graph.model.log) == 2


def test_find_follows_renaming() -> None:
    graph = chain()
    a = array(graph, "a")
    graph.update(a, name="renamed")
    assert graph.find("renamed") is a
    assert graph.find("a") is None
    assert graph.unique_name("a") == "a"


def test_an_output_that_is_given_up_goes_with_its_last_reason() -> None:
    graph = Model().graph()
    x, lone = graph.array("x", FLOAT32, SHAPE), graph.constant(np.float32(1), "lone")
    graph.retarget(inputs=[x], outputs=[lone])
    assert graph.find("lone") is lone
    graph.retarget(outputs=[])
    assert graph.find("lone") is None
    check(graph)


# order ----------------------------------------------------------------------------------------------------------------


def test_order_follows_data_not_insertion() -> None:
    graph = Model().graph()
    arrays = [graph.array(f"a{i}", FLOAT32, SHAPE) for i in range(200)]
    graph.retarget(inputs=arrays[:1], outputs=arrays[-1:])
    for i in reversed(range(199)):
        graph.emit("Abs", [arrays[i]], outputs=[arrays[i + 1]])
    assert [op.outputs[0] for op in graph.order()] == arrays[1:]


def test_asking_for_the_order_changes_nothing() -> None:
    def moved(ask: bool) -> str:
        graph = chain()
        second = graph.emit("Exp", [graph.inputs[0]], name="e")
        graph.rewire(second, [array(graph, "c")])
        if ask:
            graph.order()
        graph.rewire(second, [graph.inputs[0]])
        return print_graph(graph)

    assert moved(ask=True) == moved(ask=False)


def test_renumbering_keeps_the_order() -> None:
    graph = chain()
    first = graph.emit("Exp", [graph.inputs[0]], name="e")
    graph.rewire(made_by(graph, "a"), first.outputs)
    before = graph.order()
    graph.renumber()
    assert graph.order() == before
    assert [op.rank for op in before] == list(range(5))


def test_a_cycle_is_an_error_that_names_it() -> None:
    graph = chain()
    graph.rewire(made_by(graph, "b"), [array(graph, "c"), array(graph, "k")])
    with pytest.raises(VerifyError, match="cycle: b, c, y"):
        graph.order()
    with pytest.raises(VerifyError, match="cycle"):
        verify(graph.model)


def test_a_chain_of_100_000_operators() -> None:
    graph = Model().graph()
    end = graph.array("x", FLOAT32, SHAPE)
    graph.retarget(inputs=[end])
    for _ in range(100_000):
        end = graph.emit("Abs", [end], name="n").outputs[0]
    graph.retarget(outputs=[end])
    first = graph.order()[0]
    assert len(graph) == 100_000
    assert end.name == "n_99999"
    text = print_graph(graph)
    assert text.count("Abs(") == 100_000
    graph.replace(first.outputs[0], graph.inputs[0])
    graph.remove(first)
    verify(graph.model)
    assert parse(text).main.order()[-1].name == end.name


def test_a_constant_read_by_thousands() -> None:
    graph = empty()
    one = graph.constant(np.float32(1), "one")
    for _ in range(20_000):
        graph.emit("Add", [graph.inputs[0], one])
    other = graph.constant(np.float32(1), "other")
    graph.replace(one, other)
    assert (graph.user_count(other), graph.find("one")) == (20_000, None)
    assert dtype_named("float32") is other.dtype
