"""Which part of a model is converted, under which names, with which shapes and types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import helper
from parity import assert_parity, convert, kinds, model, random, run
from pytoco.compiler import InvalidModelError, UnsupportedError, UsageError

N = helper.make_node
X = random(1, 3, 4, 4)


def chain() -> Any:
    """X -> Conv a -> Relu b -> Neg c, and a second input and output."""
    nodes = [
        N("Conv", ["x", "w"], ["a"]),
        N("Relu", ["a"], ["b"]),
        N("Neg", ["b"], ["c"]),
        N("Add", ["c", "z"], ["d"]),
    ]
    return model(nodes, {"x": X, "z": random(1)}, ["c", "d"], {"w": random(2, 3, 1, 1)})


def test_the_models_own_boundary() -> None:
    result = assert_parity(chain(), {"x": X, "z": random(1)})
    assert result.summary.inputs == ("x", "z")
    assert result.summary.outputs == ("c", "d")


def test_an_input_that_nobody_reads_stays_one() -> None:
    proto = model([N("Relu", ["x"], ["y"])], {"x": X, "unused": random(2)}, ["y"])
    assert assert_parity(proto, {"x": X, "unused": random(2)}).summary.inputs == ("x", "unused")


def test_one_output_needs_only_its_inputs() -> None:
    result = convert(chain(), output_arrays=["c"])
    assert result.summary.inputs == ("x",)
    assert result.summary.outputs == ("c",)


def test_a_cut_within_the_graph() -> None:
    result = convert(chain(), input_arrays=["a"], output_arrays=["b"], input_shapes=[(1, 2, 5, 5)])
    assert result.summary.inputs == ("a",)
    assert kinds(result) == {"Relu": 1}
    x = random(1, 2, 5, 5)
    np.testing.assert_array_equal(run(bytes(result.data), {"a": x}, ["a"], ["b"])["b"], np.maximum(x, 0))


def test_a_value_that_a_tensorflow_exporter_named_is_asked_for_without_its_number() -> None:
    proto = model([N("Neg", ["x:0"], ["y:0"]), N("Relu", ["y:0"], ["z:0"])], {"x:0": X}, ["z:0"])
    assert convert(proto, output_arrays=["y"]).summary.outputs == ("y:0",)


def test_a_cut_has_the_shape_that_onnx_infers() -> None:
    result = convert(chain(), input_arrays=["a"], output_arrays=["b"])
    assert result.model.main.inputs[0].shape == (1, 2, 4, 4)


def test_an_initializer_may_become_an_input() -> None:
    result = convert(chain(), input_arrays=["x", "w"], output_arrays=["a"], input_shapes=[X.shape, (2, 3, 1, 1)])
    assert result.summary.inputs == ("x", "w")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output_arrays": ["nothing"]}, "the model has no array 'nothing'"),
        ({"input_arrays": ["x"]}, "the outputs need the input 'z'"),
        ({"input_arrays": ["x", "q"], "output_arrays": ["c"]}, "the model has no array 'q'"),
        ({"input_arrays": ["x"], "input_shapes": [(1, 5, 4, 4)], "output_arrays": ["c"]}, "does not fit"),
    ],
)
def test_a_boundary_that_makes_no_sense(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        convert(chain(), **options)


def test_names_that_are_not_there_may_be_passed_over() -> None:
    result = convert(chain(), output_arrays=["c", "nothing"], allow_nonexistent_arrays=True)
    assert result.summary.outputs == ("c",)


def test_an_unknown_batch_is_one_unless_it_is_to_stay_open() -> None:
    proto = model([N("Relu", ["x"], ["y"])], {"x": (1, ["batch", 3])}, ["y"])
    assert convert(proto).model.main.inputs[0].shape == (1, 3)
    (extent, _) = convert(proto, keep_dynamic_shapes=True).model.main.inputs[0].shape
    assert repr(extent) == "batch"


def test_extents_of_one_name_are_one_unknown() -> None:
    proto = model([N("Add", ["a", "b"], ["y"])], {"a": (1, ["n", "k"]), "b": (1, ["n", "k"])}, ["y"])
    graph = convert(proto, keep_dynamic_shapes=True).model.main
    assert graph.inputs[0].shape == graph.inputs[1].shape == graph.outputs[0].shape


def test_other_unknown_extents_must_be_said() -> None:
    proto = model([N("Relu", ["x"], ["y"])], {"x": (1, [None, "width"])}, ["y"])
    with pytest.raises(UsageError, match=r"unknown extents besides the batch: \[\?, width\]"):
        convert(proto)
    result = convert(proto, input_arrays=["x"], input_shapes=[(2, 7)])
    assert result.model.main.inputs[0].shape == (2, 7)


def test_inputs_that_share_a_batch() -> None:
    proto = model([N("Add", ["a", "b"], ["y"])], {"a": (1, [1, 3]), "b": (1, [1, 3])}, ["y"])
    graph = convert(proto, variable_batch=True).model.main
    assert graph.inputs[0].shape is not None
    assert graph.inputs[0].shape[0] is graph.inputs[1].shape[0]


def test_an_output_that_passes_an_input_through_has_its_name() -> None:
    nodes = [N("Identity", ["x"], ["y"]), N("Relu", ["x"], ["z"])]
    assert_parity(model(nodes, {"x": X}, ["y", "z"]), {"x": X})


def test_two_outputs_of_one_value() -> None:
    nodes = [N("Relu", ["x"], ["y"]), N("Identity", ["y"], ["z"])]
    result = assert_parity(model(nodes, {"x": X}, ["y", "z"]), {"x": X})
    assert result.summary.outputs == ("y", "z")


def test_nodes_in_any_order_are_sorted() -> None:
    nodes = [N("Neg", ["a"], ["y"]), N("Relu", ["x"], ["a"])]
    result = convert(model(nodes, {"x": X}, ["y"]))
    expected = -np.maximum(X, 0)
    np.testing.assert_array_equal(run(bytes(result.data), {"x": X}, ["x"], ["y"])["y"], expected)


def test_old_files_list_initializers_among_the_inputs() -> None:
    proto = chain()
    proto.ir_version = 3
    proto.graph.input.append(helper.make_tensor_value_info("w", 1, [2, 3, 1, 1]))
    assert convert(proto).summary.inputs == ("x", "z")


def test_functions_of_the_model_are_expanded() -> None:
    body = [N("Neg", ["p"], ["q"]), N("Relu", ["q"], ["r"])]
    function = helper.make_function("own", "Flip", ["p"], ["r"], body, [helper.make_opsetid("", 17)])
    nodes = [N("Flip", ["x"], ["y"], domain="own")]
    proto = model(nodes, {"x": X}, ["y"], domains=[helper.make_opsetid("own", 1)], functions=[function])
    assert_parity(proto, {"x": X})


def test_versions_of_operators_from_before_broadcasting_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="version 6 of ONNX's operators"):
        convert(model([N("Relu", ["x"], ["y"])], {"x": X}, ["y"], opset=6))


def test_a_model_without_a_version_of_its_operators_is_invalid() -> None:
    proto = model([N("Relu", ["x"], ["y"])], {"x": X}, ["y"])
    del proto.opset_import[:]
    with pytest.raises(InvalidModelError, match="which version"):
        convert(proto)
