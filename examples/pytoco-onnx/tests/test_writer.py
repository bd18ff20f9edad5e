"""What the file says: names, types, opset, quantisation, source nodes; and what is refused, how."""

import numpy as np
import onnx
import pytest
from parity import assert_parity, exported, graph, protocol
from pytoco.compiler import (
    FLOAT32,
    Op,
    PluginError,
    Signature,
    UnsupportedError,
    UsageError,
    parse,
)

from pytoco_onnx import Nodes, Refusal
from pytoco_onnx.run import run
from pytoco_onnx.target import OnnxTarget
from pytoco_onnx.writer import write


def test_names_and_types_are_those_of_the_model() -> None:
    made = protocol(graph("x: float32[?n,3], z: int64[?n]", "y = Exp(x)", "c = Neg(z)", outputs="y, c"))
    found = {
        info.name: (
            info.type.tensor_type.elem_type,
            [d.dim_param or d.dim_value for d in info.type.tensor_type.shape.dim],
        )
        for info in (*made.graph.input, *made.graph.output)
    }
    assert found == {
        "x": (onnx.TensorProto.FLOAT, ["n", 3]),
        "z": (onnx.TensorProto.INT64, ["n"]),
        "y": (onnx.TensorProto.FLOAT, ["n", 3]),
        "c": (onnx.TensorProto.INT64, ["n"]),
    }
    assert made.producer_name == "pytoco-onnx"
    assert [(entry.domain, entry.version) for entry in made.opset_import] == [("", 17)]


def test_unknown_extents_that_differ_have_different_names() -> None:
    made = protocol(graph("x: float32[?,3], z: float32[?,3]", "y = Exp(x)", "c = Exp(z)", outputs="y, c"))
    names = [i.type.tensor_type.shape.dim[0].dim_param for i in (*made.graph.input, *made.graph.output)]
    assert names[0] == names[2] != names[1] == names[3]


def test_one_signature_gives_the_names() -> None:
    model = parse(graph("x_in: float32[2], unused: float32[2]", "out = Exp(x_in)", outputs="out"))
    pairs = ((("x", "x_in"), ("other", "unused")), (("y", "out"), ("again", "out")))
    model.signatures = (Signature("serving_default", "main", *pairs),)
    data = exported(model).data
    assert data is not None
    made = onnx.load_model_from_string(bytes(data))
    assert [i.name for i in made.graph.input] == ["x", "other"]
    assert [o.name for o in made.graph.output] == ["y", "again"]
    values = {"x": np.array([0, 1], np.float32), "other": np.zeros(2, np.float32)}
    found = run(bytes(data), values)
    np.testing.assert_allclose(found["again"], np.exp(values["x"]), rtol=1e-6)


def test_a_name_that_a_signature_gives_twice() -> None:
    model = parse(graph("a: float32[2]", "b = Exp(a)", outputs="b"))
    model.signatures = (Signature("serving_default", "main", (("x", "a"),), (("x", "b"),)),)
    data = exported(model).data
    assert data is not None
    made = onnx.load_model_from_string(bytes(data))
    assert [[i.name for i in part] for part in (made.graph.input, made.graph.output)] == [["x"], ["b"]]


def test_several_signatures_are_too_many() -> None:
    model = parse(graph("x: float32[2]", "y = Exp(x)"))
    one = Signature("a", "main", (("x", "x"),), (("y", "y"),))
    model.signatures = (one, one._replace(key="b"))
    with pytest.raises(UsageError, match="saved_model_signature_key"):
        exported(model)


def test_a_constant_may_be_a_result() -> None:
    assert_parity(graph("x: float32[2]", "k = const float32[2] [1.0, 2.0]", "y = Add(x, k)", outputs="k, y"))


def test_the_same_model_gives_the_same_bytes() -> None:
    text = graph(
        "x: float32[1,8,8,3]",
        "w = const float32[4,3,3,3] seed 1",
        'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
    )
    assert exported(parse(text)).data == exported(parse(text)).data


def test_equal_small_constants_are_one() -> None:
    lines = ("a = const int32[1] [0]", "b = const int32[1] [0]", "c = Sum(x, a)", "d = Sum(x, b)", "y = Add(c, d)")
    assert len(protocol(graph("x: float32[2,2]", *lines)).graph.initializer) == 1


def test_source_nodes_are_named_when_asked_for() -> None:
    model = parse(graph("x: float32[2]", "y = Square(x)"))
    model.main.update(model.main.ops()[0], origin=("block/square",))
    data = write(model, None, {"onnx_source_nodes": True}).data
    assert data is not None
    assert [node.doc_string for node in onnx.load_model_from_string(bytes(data)).graph.node] == ["block/square"]
    assert all(not node.doc_string for node in protocol(graph("x: float32[2]", "y = Square(x)")).graph.node)


def test_everything_that_cannot_be_written_is_told_at_once() -> None:
    lines = ('a = Bitcast(x) {dtype="int32"}', 'b = Bitcast(x) {dtype="int32"}', "u = BitwiseXor(a, b)", "y = Neg(u)")
    with pytest.raises(UnsupportedError) as caught:
        exported(parse(graph("x: float32[2]".replace("float", "int"), *lines)))
    text = str(caught.value)
    assert "3 operators cannot be written as ONNX" in text
    assert "Bitcast x2: ONNX cannot look at the bits" in text
    assert "at a, b" in text
    assert "BitwiseXor x1: BitwiseXor needs opset 18, and opset 17 is asked for; at u" in text


@pytest.mark.parametrize("opset", [12, 9999, "many"])
def test_opsets_that_are_none(opset: object) -> None:
    with pytest.raises(UsageError, match="onnx_opset"):
        write(parse(graph("x: float32[2]", "y = Exp(x)")), None, {"onnx_opset": opset})


def test_types_that_an_operator_does_not_take_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="Mul of opset 13 takes no int16"):
        protocol(graph("x: int16[2]", "y = Square(x)"), 13)


def test_the_target_says_the_same() -> None:
    model = parse(graph("x: int32[2]", 'y = Bitcast(x) {dtype="float32"}', "z = Neg(x)", outputs="y, z"))
    asked = {op.name: OnnxTarget().supports(op) for op in model.main.ops()}
    assert "cannot look at the bits" in str(asked["y"])
    assert asked["z"] is None
    assert not OnnxTarget().can_fuse("Softmax", "RELU")


def _twice(op: Op, nodes: Nodes) -> None:
    if op.outputs[0].dtype is not FLOAT32:
        raise Refusal("it is made for floats")
    nodes.emit("Sum", op.inputs[0], op.inputs[0], to=op.outputs[0])


def test_other_packages_bring_exporters() -> None:
    model = parse(graph("x: float32[2]", "y = Square(x)"))
    report = write(model, None, {"exporters": {"Square": _twice}})
    assert report.operators == {"Sum": 1}
    with pytest.raises(UnsupportedError, match="made for floats"):
        write(parse(graph("x: int32[2]", "y = Square(x)")), None, {"exporters": {"Square": _twice}})


def test_a_model_that_the_checker_does_not_take_is_no_result() -> None:
    def wrong(op: Op, nodes: Nodes) -> None:
        nodes.emit("Relu", op.inputs[0], to=op.outputs[0], attributes={"nonsense": 1})

    with pytest.raises(PluginError, match="not valid"):
        write(parse(graph("x: float32[2]", "y = Relu(x)")), None, {"exporters": {"Relu": wrong}})


def test_quantised_models_become_pairs_of_quantising_operators() -> None:
    grid = "quant[[0.5], [10], null]"
    text = f"""
        graph main(x: uint8[1,4,4,2] {grid}) -> y {{
          w = const int8[3,1,1,2] quant[[0.5, 0.25, 0.125], [0, 0, 0], 0] [1, 2, -3, 4, 5, 6]
          b = const int32[3] quant[[0.25, 0.125, 0.0625], [0, 0, 0], 0] [4, -8, 16]
          c: uint8[1,4,4,3] {grid} = Conv(x, w, b) {{stride_h=1, stride_w=1, padding="SAME", activation="RELU"}}
          y: uint8[1,4,4,3] quant[[1.0], [3], null] = Add(c, c)
        }}"""
    made = protocol(text)
    kinds = [
        node.op_type for node in made.graph.node if "Quantize" not in node.op_type and "quantize" not in node.op_type
    ]
    assert sorted(kinds) == ["Add", "Conv", "Relu", "Transpose", "Transpose"]
    values = {"x": np.random.default_rng(0).integers(0, 30, (1, 4, 4, 2)).astype(np.uint8)}
    assert_parity(text, inputs=values)


def test_a_state_is_zeros_and_the_user_is_told() -> None:
    text = graph("x: float32[2]", "state h: float32[2] <- y", "y = Add(x, h)")
    report = exported(parse(text))
    assert any("zeros at the beginning" in note for note in report.notes)
    assert_parity(text)


def test_what_is_too_large_for_a_file_is_refused_before_it_is_computed() -> None:
    text = graph("x: float32[]", "k = const float32[700,1000,1000] splat 0.5", "y = Add(x, k)")
    with pytest.raises(UnsupportedError, match="2,800,000,000 bytes"):
        exported(parse(text))
