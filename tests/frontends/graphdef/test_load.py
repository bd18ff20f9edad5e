"""From nodes to a graph: names, cuts, shapes, guesses, and what is refused."""

import time
from typing import Any

import pytest

from pytoco.compiler.errors import InvalidModelError, UnsupportedError, UsageError
from pytoco.compiler.ir import Array, Dim, Graph
from pytoco.frontends.graphdef import ImportOptions, guess_inputs_outputs, load
from tests.graphdefs import FLOAT, Type, const, data, graph, node, placeholder

NODES = (
    placeholder("x", -1, 4),
    const("c", [1.0, 2.0, 3.0, 4.0]),
    node("a", "Add", ["x", "c"]),
    node("b", "Relu", ["a:0", "^x"]),
    node("unused", "Exp", ["a"]),
)
MODEL = data(*NODES)


def loaded(model: Any, **options: Any) -> Graph:
    return load(model, options).main


def names(arrays: tuple[Array, ...]) -> list[str]:
    return [a.name for a in arrays]


def test_inputs_outputs_operators_and_their_origin() -> None:
    found = loaded(MODEL, input_arrays=["x"], output_arrays=["b"])
    assert (names(found.inputs), names(found.outputs)) == (["x"], ["b"])
    assert [(op.kind, op.name, op.origin) for op in found.order()] == [("Add", "a", ("a",)), ("Relu", "b", ("b",))]
    assert found.inputs[0].shape == (1, 4)


def test_messages_bytes_and_options_objects_are_taken() -> None:
    options = ImportOptions(output_arrays=["b"])
    for source in (graph(*NODES), list(NODES), MODEL, memoryview(MODEL)):
        assert names(load(source, options).main.outputs) == ["b"]


def test_the_graph_may_be_cut_at_any_array() -> None:
    found = loaded(MODEL, input_arrays=["a"], input_shapes={"a": [5, 4]}, output_arrays=["b"])
    assert [op.kind for op in found.ops()] == ["Relu"]
    assert found.outputs[0].shape == (5, 4)
    assert found.find("x") is None


def test_several_inputs_and_a_result_that_is_not_the_first() -> None:
    model = data(
        placeholder("x", 4, 6),
        const("axis", 1, 3),
        node("s", "Split", ["axis", "x"], num_split=2),
        node("y", "Neg", ["s:1"]),
    )
    found = loaded(model, output_arrays=["y", "s:1", "s"])
    assert names(found.outputs) == ["y", "s:1", "s"]
    cut = loaded(model, input_arrays=["s:1"], input_shapes=[[4, 3]], output_arrays=["y"])
    assert names(cut.inputs) == ["s:1"]
    assert cut.outputs[0].shape == (4, 3)


@pytest.mark.parametrize("spelling", ["b", "b:0", "'b'", '"b:0"', " b "])
def test_spellings_of_an_array_name(spelling: str) -> None:
    assert names(loaded(MODEL, output_arrays=[spelling]).outputs) == ["b"]


def test_a_constant_and_an_alias_may_be_outputs() -> None:
    found = loaded(MODEL, output_arrays=["c", "b"])
    assert found.outputs[0].is_constant
    norm = node("n", "FusedBatchNorm", ["x", "s", "s", "m", "s"], is_training=False)
    vectors = [const(n, [1.0, 2.0]) for n in "sm"]
    found = loaded(data(placeholder("x", 1, 3, 3, 2), *vectors, norm), output_arrays=["n", "n:1"])
    assert names(found.outputs) == ["n", "n:1"]


def test_guessed_boundary() -> None:
    assert guess_inputs_outputs(MODEL) == (["x"], ["b", "unused"])
    assert names(loaded(MODEL).outputs) == ["b", "unused"]


def test_names_that_do_not_exist_get_a_suggestion() -> None:
    model = data(placeholder("net/input", 1, 4), node("net/Softmax", "Softmax", ["net/input"]))
    with pytest.raises(UsageError, match=r"output_arrays.*'net/SoftMax'.*did you mean 'net/Softmax'"):
        loaded(model, output_arrays=["net/SoftMax"])
    with pytest.raises(UsageError, match=r"input_arrays.*'net/inptu'.*'net/input'"):
        loaded(model, input_arrays=["net/inptu"], output_arrays=["net/Softmax"])
    with pytest.raises(UsageError, match="input_shapes"):
        loaded(model, input_shapes={"nowhere": [1]}, output_arrays=["net/Softmax"])
    with pytest.raises(UsageError, match="result"):
        loaded(model, output_arrays=["net/Softmax:3"])


def test_nonexistent_arrays_may_be_allowed() -> None:
    found = loaded(MODEL, input_arrays=["x", "y"], output_arrays=["b", "z"], allow_nonexistent_arrays=True)
    assert (names(found.inputs), names(found.outputs)) == (["x"], ["b"])
    with pytest.raises(UsageError, match="none of the requested"):
        loaded(MODEL, output_arrays=["z"], allow_nonexistent_arrays=True)


def test_an_array_cannot_be_input_and_output() -> None:
    with pytest.raises(UsageError, match="'a' is both an input and an output"):
        loaded(MODEL, input_arrays=["a"], output_arrays=["b", "a:0"])


def test_a_needed_placeholder_that_is_not_listed() -> None:
    model = data(placeholder("x", 2), placeholder("keep_prob"), node("y", "Mul", ["x", "keep_prob"]))
    with pytest.raises(UsageError, match=r"'keep_prob', which input_arrays does not list"):
        loaded(model, input_arrays=["x"], output_arrays=["y"])


@pytest.mark.parametrize(
    ("sizes", "given", "expected"),
    [
        ((-1, 4), None, (1, 4)),
        ((-1, 4), [8, 4], (8, 4)),
        ((-1, -1), [None, 4], (1, 4)),
        ((2, 4), None, (2, 4)),
        ((2, -1), [-1, 4], (2, 4)),
    ],
)
def test_shapes_of_inputs(sizes: tuple[int, ...], given: Any, expected: tuple[int, ...]) -> None:
    model = data(placeholder("x", *sizes), node("y", "Relu", ["x"]))
    shapes = {} if given is None else {"x": given}
    assert loaded(model, output_arrays=["y"], input_shapes=shapes).inputs[0].shape == expected


def test_unknown_extents_name_the_array_and_the_flag() -> None:
    model = data(placeholder("x", -1, -1, 3), node("y", "Relu", ["x"]))
    with pytest.raises(UsageError, match=r"'x'.*--input_shapes=1,N,3"):
        loaded(model, output_arrays=["y"])
    found = loaded(model, output_arrays=["y"], keep_dynamic_shapes=True).inputs[0].shape
    assert found is not None
    assert [isinstance(d, Dim) for d in found] == [True, True, False]
    assert found[0] is not found[1]


def test_unknown_rank_names_the_array_and_the_flag() -> None:
    model = data(node("x", "Placeholder", dtype=Type(FLOAT)), node("y", "Relu", ["x"]))
    with pytest.raises(UsageError, match=r"'x' is unknown.*--input_shapes"):
        loaded(model, output_arrays=["y"])
    assert loaded(model, output_arrays=["y"], keep_dynamic_shapes=True).inputs[0].shape is None


def test_old_graphs_wrote_an_unknown_shape_as_a_scalar() -> None:
    nodes = placeholder("x"), node("y", "Relu", ["x"])
    assert loaded(graph(*nodes, producer=27), output_arrays=["y"]).inputs[0].shape == ()
    with pytest.raises(UsageError, match="unknown"):
        loaded(graph(*nodes, producer=21), output_arrays=["y"])


def test_shapes_and_types_that_contradict_the_graph() -> None:
    with pytest.raises(UsageError, match=r"'x'.*\[\?, 4\].*\[1, 5\] does not fit"):
        loaded(MODEL, output_arrays=["b"], input_shapes={"x": [1, 5]})
    with pytest.raises(UsageError, match="is not a shape"):
        loaded(MODEL, output_arrays=["b"], input_shapes={"x": [-3, 4]})
    with pytest.raises(UsageError, match="float32 in the graph, not int32"):
        loaded(MODEL, output_arrays=["b"], input_data_types={"x": "int32"})
    with pytest.raises(UsageError, match="2 entries for 1"):
        loaded(MODEL, input_arrays=["x"], output_arrays=["b"], input_shapes=[[1, 4], [1]])


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        ([placeholder("x", 1), node("x", "Relu", ["x"])], r"two nodes are called 'x' \(Placeholder and Relu\)"),
        ([node("y", "Relu", ["x"])], "'y'.*'x', which no node"),
        ([node("y", "Relu", [""])], "'y'.*an empty name"),
        ([placeholder("x", 1), node("y", "Relu", ["x:9999"])], "'x'.*result 9999 is read"),
        ([placeholder("x", 1), node("y", "Relu", ["x:-1"])], "'x:-1', which no node"),
        ([node("y", "Relu", ["y"])], "1 nodes feed each other in a cycle: 'y' -> 'y'"),
        ([node("a", "Relu", ["y"]), node("y", "Relu", ["a"])], "2 nodes feed each other in a cycle"),
        ([placeholder("x", 1), node("y", "Relu", ["x", "x"])], "2 inputs; Relu takes 1"),
        ([placeholder("x", 1), node("y", "Cast", ["x"], DstT=3)], "'DstT' holds i, expected type"),
        ([placeholder("x", 1), node("y", "Cast", ["x"], DstT=Type(9999))], "9999"),
        ([placeholder("x", 1), node("y", "Conv2D", ["x", "x"])], "'strides' is missing"),
        ([node("c", "Const"), node("y", "Relu", ["c"])], "'value' is missing"),
        ([node("", "Relu")], "no name"),
    ],
)
def test_nodes_that_make_no_sense_are_told_by_name(nodes: list[Any], told: str) -> None:
    with pytest.raises(InvalidModelError, match=told):
        loaded(data(*nodes), output_arrays=["y"] if nodes[0].name else None)


LOOP = (
    placeholder("x", 1),
    node("loop/Enter", "Enter", ["x"], frame_name="my_loop", T=Type(FLOAT)),
    node("loop/Merge", "Merge", ["loop/Enter", "loop/Next"], T=Type(FLOAT)),
    node("loop/Next", "NextIteration", ["loop/body"], T=Type(FLOAT)),
    node("loop/body", "Exp", ["loop/Merge"], T=Type(FLOAT)),
    node("y", "Relu", ["loop/Merge"]),
)


def test_loops_are_refused_by_name_unless_they_are_to_be_drawn() -> None:
    with pytest.raises(UnsupportedError, match="while loop in 'my_loop', 'loop': 'loop/Next'"):
        loaded(data(*LOOP), output_arrays=["y"])
    found = loaded(data(*LOOP), output_arrays=["y"], keep_loops=True)
    assert [(s.array.name, s.source.name, s.discardable) for s in found.states] == [
        ("loop/Next/previous", "loop/Next", True)
    ]


def test_control_dependencies_bring_nodes_along_only_on_request() -> None:
    model = data(placeholder("x", 1), node("other", "Exp", ["x"]), node("y", "Relu", ["x", "^other"]))
    assert len(loaded(model, output_arrays=["y"]).ops()) == 1
    assert len(loaded(model, output_arrays=["y"], drop_control_dependency=False).ops()) == 2


def test_nodes_may_stand_in_any_order() -> None:
    found = loaded(data(*reversed(NODES)), output_arrays=["b"])
    assert [op.name for op in found.order()] == ["a", "b"]


def test_helper_arrays_do_not_take_a_source_node_s_name() -> None:
    model = data(
        placeholder("x", 1, 4, 4, 1),
        const("w", [[[[1.0]]]]),
        node("y", "Conv2D", ["x", "w"], strides=[1, 1, 1, 1], padding="SAME"),
        node("w_reordered", "Relu", ["y"]),
    )
    found = loaded(model, output_arrays=["w_reordered"])
    assert names(found.outputs) == ["w_reordered"]
    assert found.ops("Relu")[0].name == "w_reordered"


def chain(length: int) -> bytes:
    nodes = [node(f"n{i}", "Relu", [f"n{i - 1}" if i else "x"]) for i in range(length)]
    return data(placeholder("x", 1), *reversed(nodes))


def test_a_very_long_chain_in_the_worst_order() -> None:
    assert len(loaded(chain(200_000), output_arrays=["n199999"]).ops()) == 200_000


def test_import_and_suggestions_stay_linear() -> None:
    model = chain(20_000)
    start = time.process_time()
    loaded(model, output_arrays=["n19999"])
    with pytest.raises(UsageError, match="did you mean"):
        loaded(model, output_arrays=["n19999x"])
    assert time.process_time() - start < 20


def test_what_leaves_a_loop_unread_is_no_guessed_output() -> None:
    model = data(placeholder("x", 1), node("out", "Exit", ["x"]), node("y", "Neg", ["x"]))
    assert guess_inputs_outputs(model) == (["x"], ["y"])
    assert guess_inputs_outputs(data(placeholder("x", 1), node("out", "Exit", ["x"]))) == (["x"], ["out"])
