"""Operators for the Flex delegate (Select TF ops): which are written, in what form, and which are refused, and why."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytoco.backends.tflite import write
from pytoco.compiler import OpaqueAttrs, parse
from pytoco.compiler.constants import OpsSet
from pytoco.compiler.convert import convert
from pytoco.compiler.errors import UnsupportedError, UsageError
from pytoco.frontends.graphdef import protos
from tests.graphdefs import FLOAT, INT32, STRING, Type, const, data, func, node, placeholder

DOUBLE, BOOL = 2, 10
BOTH = (OpsSet.TFLITE_BUILTINS, OpsSet.SELECT_TF_OPS)


def flex_nodes(model: bytes) -> list[tuple[str, Any, int]]:
    """Custom code, NodeDef and number of operands of every custom operator, read by LiteRT's schema."""
    from ai_edge_litert import schema_py_generated as schema
    from flatbuffers import flexbuffers

    made = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))
    found = []
    for op in made.subgraphs[0].operators:
        code = made.operatorCodes[op.opcodeIndex]
        if code.customCode is None:
            continue
        assert code.builtinCode == schema.BuiltinOperator.CUSTOM
        assert code.version == 1
        vector = flexbuffers.GetRoot(bytes(op.customOptions)).AsVector
        assert len(vector) == 2
        name = vector[0].AsString
        text = flexbuffers.String(vector[1]._Indirect(), vector[1]._byte_width).Bytes
        message = protos.NodeDef.FromString(bytes(text))
        assert code.customCode.decode() == f"Flex{name}"
        assert message.op == name
        assert len(message.input) == len(op.inputs)
        found.append((code.customCode.decode(), message, len(op.inputs)))
    return found


def attributes(message: Any) -> dict[str, Any]:
    """A node's attributes as plain values."""
    return {key: getattr(value, value.WhichOneof("value")) for key, value in message.attr.items()}


def test_what_no_builtin_runs_becomes_flex_and_the_rest_stays_builtin() -> None:
    model = data(
        placeholder("x", 2, 3, 3),
        node("det", "MatrixDeterminant", ["x"], T=Type(FLOAT), _class="loc:@x"),
        node("y", "Neg", ["det"], T=Type(FLOAT)),
        node("z", "Digamma", ["y", "^x"], T=Type(FLOAT)),
    )
    result = convert(model, target_ops=BOTH)
    assert result.summary.operators == {"FlexDigamma": 1, "FlexMatrixDeterminant": 1, "NEG": 1}
    assert result.summary.notes == [
        "TensorFlow's kernels run Digamma x1, MatrixDeterminant x1: an interpreter needs the Flex delegate"
    ]
    assert isinstance(result.data, bytes)
    assert [(code, attributes(message)) for code, message, _ in flex_nodes(result.data)] == [
        ("FlexMatrixDeterminant", {"T": FLOAT}),
        ("FlexDigamma", {"T": FLOAT}),
    ]


def doubles() -> bytes:
    """A graph of float64, for which TFLite has no kernels, with all sorts of attributes."""
    d, i = Type(DOUBLE), Type(INT32)
    return data(
        placeholder("x", 2, 3, dtype=DOUBLE),
        const("axes", [1], INT32),
        const("axis", np.array(0, np.int32), INT32),
        const("k", np.array([[1.5, 2, 3]], np.float64), DOUBLE),
        const("w", np.array([[1.0, 2], [3, 4], [5, 6]], np.float64), DOUBLE),
        const("a", [0, 1], INT32),
        const("b", [2, 3], INT32),
        const("c", [1, 1], INT32),
        const("p", [1, 0], INT32),
        node("add", "AddV2", ["x", "k"], T=d),
        node("relu", "Relu", ["add"], T=d),
        node("sum", "Sum", ["relu", "axes"], T=d, Tidx=i, keep_dims=True),
        node("cat", "ConcatV2", ["x", "k", "axis"], T=d, N=2, Tidx=i),
        node("cut", "StridedSlice", ["cat", "a", "b", "c"], T=d, Index=i, begin_mask=1, end_mask=0, ellipsis_mask=0,
             new_axis_mask=0, shrink_axis_mask=0),
        node("perm", "Transpose", ["cut", "p"], T=d, Tperm=i),
        node("less", "Less", ["x", "k"], T=d),
        node("leaky", "LeakyRelu", ["x"], T=d, alpha=0.25),
        node("product", "MatMul", ["x", "w"], T=d, transpose_a=False, transpose_b=False),
        node("whole", "Cast", ["leaky"], SrcT=d, DstT=i),
    )  # fmt: skip


DOUBLES = {
    "FlexAddV2": {"T": DOUBLE},
    "FlexRelu": {"T": DOUBLE},
    "FlexSum": {"T": DOUBLE, "Tidx": INT32, "keep_dims": True},
    "FlexConcatV2": {"T": DOUBLE, "N": 2, "Tidx": INT32},
    "FlexStridedSlice": {
        "T": DOUBLE, "Index": INT32, "begin_mask": 1, "end_mask": 0, "ellipsis_mask": 0, "new_axis_mask": 0,
        "shrink_axis_mask": 0,
    },
    "FlexTranspose": {"T": DOUBLE, "Tperm": INT32},
    "FlexLess": {"T": DOUBLE},
    "FlexLeakyRelu": {"T": DOUBLE, "alpha": 0.25},
    "FlexBatchMatMulV2": {"T": DOUBLE, "adj_x": False, "adj_y": False},
}  # fmt: skip


def test_known_operators_of_types_that_tflite_lacks_are_said_anew() -> None:
    result = convert(doubles(), target_ops=BOTH)
    assert isinstance(result.data, bytes)
    found = {code: attributes(message) for code, message, _ in flex_nodes(result.data)}
    assert found == DOUBLES
    assert result.summary.operators["CAST"] == 1


def test_select_tf_ops_alone_leaves_every_operator_to_tensorflow() -> None:
    model = data(
        placeholder("x", 2, 3),
        const("w", [[1.0, 2], [3, 4], [5, 6]]),
        node("i", "Identity", ["x"], T=Type(FLOAT)),
        node("m", "MatMul", ["i", "w"], T=Type(FLOAT), transpose_a=False, transpose_b=False),
        node("y", "Greater", ["m", "m"], T=Type(FLOAT)),
    )
    result = convert(model, target_ops=["SELECT_TF_OPS"])
    assert result.summary.operators == {"FlexGreater": 1, "FlexMatMul": 1}
    assert [a.dtype.name for a in result.model.main.outputs if a.dtype] == ["bool"]


REFUSED = {
    "control flow": (
        node("y", "StatelessIf", ["x"], Tcond=Type(FLOAT), Tout=[Type(FLOAT)], then_branch=func("f")),
        "control flow",
    ),
    "a hash table": (node("y", "HashTableV2", key_dtype=Type(STRING), value_dtype=Type(FLOAT)), "hash tables"),
    "a function": (
        node("y", "SymbolicGradient", ["x"], Tin=[Type(FLOAT)], Tout=[Type(FLOAT)], f=func("f")),
        "function",
    ),
    "an operator of somebody's": (node("y", "MyOwnOp", ["x"], T=Type(FLOAT)), "it is no operator of TensorFlow's"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_flex_cannot_run_is_refused_by_name(case: tuple[Any, str]) -> None:
    message, reason = case
    with pytest.raises(UnsupportedError, match=reason) as caught:
        convert(data(placeholder("x", 2), message), output_arrays=["y"], target_ops=BOTH)
    assert f"{message.op} x1" in str(caught.value)


def test_with_custom_operators_allowed_only_what_is_not_tensorflows_becomes_one() -> None:
    model = data(
        placeholder("x", 2),
        node("a", "MyOwnOp", ["x"], T=Type(FLOAT), depth=3),
        node("y", "Lgamma", ["a"], T=Type(FLOAT)),
    )
    result = convert(model, target_ops=BOTH, allow_custom_ops=True)
    assert result.summary.operators == {"FlexLgamma": 1, "MyOwnOp": 1}
    assert any("MyOwnOp x1" in note for note in result.summary.notes)


def test_operators_of_another_framework_are_none_of_tensorflows() -> None:
    model = parse("graph main(x: float32[2]) -> y {\n  y: float32[2] = Abs(x)\n}")
    graph = model.main
    (op,) = graph.ops()
    graph.remove(op)
    graph.emit("Opaque", op.inputs, OpaqueAttrs("Lgamma", family="onnx"), outputs=op.outputs)
    with pytest.raises(UnsupportedError, match="an operator of 'onnx', which the Flex delegate cannot run"):
        write(model, None, {"target_ops": BOTH})


def test_the_error_without_it_names_the_flag() -> None:
    with pytest.raises(UnsupportedError, match="--target_ops=TFLITE_BUILTINS,SELECT_TF_OPS"):
        convert(data(placeholder("x", 2), node("y", "Lgamma", ["x"], T=Type(FLOAT))))


def test_no_operator_set_is_a_contradiction() -> None:
    with pytest.raises(UsageError, match="target_ops"):
        convert(data(placeholder("x", 2), node("y", "Lgamma", ["x"], T=Type(FLOAT))), target_ops=())


TENSORFLOW = """
import json, sys
import numpy as np
import tensorflow as tf
from flatbuffers import flexbuffers
from tensorflow.lite.python import schema_py_generated as schema
with open(sys.argv[1], "rb") as file:
    made = schema.ModelT.InitFromObj(schema.Model.GetRootAs(file.read(), 0))
main = made.subgraphs[0]
kinds = {schema.TensorType.FLOAT64: tf.float64, schema.TensorType.INT32: tf.int32}
values = {k: np.frombuffer(bytes(made.buffers[t.buffer].data), kinds[t.type].as_numpy_dtype).reshape(t.shape)
          for k, t in enumerate(main.tensors) if made.buffers[t.buffer].data is not None}
values[main.inputs[0]] = np.array([[1, -2, 3], [-4, 5, -6.5]])
for op in main.operators:
    if made.operatorCodes[op.opcodeIndex].customCode is None:
        continue
    vector = flexbuffers.GetRoot(bytes(op.customOptions)).AsVector
    text = bytes(flexbuffers.String(vector[1]._Indirect(), vector[1]._byte_width).Bytes)
    message = tf.compat.v1.NodeDef.FromString(text)
    message.name = "node"
    with tf.Graph().as_default() as graph:
        for k, index in enumerate(op.inputs):
            tf.constant(values[index], name=f"in{k}")
            message.input[k] = f"in{k}"
        definition = graph.as_graph_def()
        definition.node.append(message)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name="")
        with tf.compat.v1.Session() as session:
            results = session.run([f"node:{k}" for k in range(len(op.outputs))])
    values.update(zip(op.outputs, results))
print(json.dumps({main.tensors[k].name.decode(): values[k].tolist() for k in main.outputs if k in values}))
"""

if importlib.util.find_spec("tensorflow") is not None:

    def test_tensorflow_runs_the_nodes(tmp_path: Path) -> None:
        convert(doubles(), tmp_path / "m.tflite", target_ops=BOTH, output_arrays=["sum", "perm", "less", "product"])
        done = subprocess.run(
            [sys.executable, "-c", TENSORFLOW, str(tmp_path / "m.tflite")], capture_output=True, check=True, timeout=300
        )
        assert json.loads(done.stdout.decode().splitlines()[-1]) == {
            "sum": [[8.5], [7.0]],
            "perm": [[-2.0, 5.0], [3.0, -6.5]],
            "less": [[True, True, False], [True, False, True]],
            "product": [[10.0, 12.0], [-21.5, -27.0]],
        }
