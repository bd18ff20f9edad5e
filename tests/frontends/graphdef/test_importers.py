"""TensorFlow operators to IR operators: tables, attributes, layouts, and what is kept as it is."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import InvalidModelError
from pytoco.compiler.ir import Array, Graph, OpaqueAttrs
from pytoco.compiler.ops import get
from pytoco.frontends.graphdef import load, protos
from pytoco.frontends.graphdef.importers import FAMILIES, known, lookup
from pytoco.frontends.graphdef.importers.base import Builder, Row
from pytoco.frontends.graphdef.nodes import Node
from tests.graphdefs import (
    FLOAT,
    INT32,
    INT64,
    Shape,
    Type,
    const,
    data,
    node,
    placeholder,
    tensor,
)

X = placeholder("x", 1, 6, 8, 4)
T = Type(FLOAT)


def loaded(*nodes: Any, outputs: tuple[str, ...] = ("y",), **options: Any) -> Graph:
    return load(data(*nodes), {"output_arrays": outputs, **options}).main


def made(*nodes: Any, kind: str) -> Any:
    """The only operator of the kind."""
    (op,) = loaded(*nodes).ops(kind)
    return op


def evaluated(graph: Graph, feeds: dict[str, Any]) -> Any:
    """The first output, computed with the operators' reference kernels."""
    values: dict[Array, Any] = {a: feeds[a.name] for a in graph.inputs}
    for op in graph.order():
        operands = [None if a is None else a.numpy() if a.is_constant else values[a] for a in op.inputs]
        values.update(zip(op.outputs, get(op.kind).kernel(operands, op.attrs), strict=True))
    return values[graph.outputs[0]]


def test_the_lazy_table_lists_exactly_what_the_families_have() -> None:
    for family, names in FAMILIES.items():
        table = import_module(f"pytoco.frontends.graphdef.importers.{family}").TABLE
        assert sorted(table) == sorted(names.split()), family
    assert all(lookup(name) is not None for name in known())


def test_every_plain_row_names_an_existing_kind_with_the_attributes_it_fills() -> None:
    for name in known():
        importer = lookup(name)
        if isinstance(importer, Row):
            importer.resolve()
            assert {field for field, _ in importer.readers} <= set(getattr(importer.attrs_class, "_fields", ())), name


@pytest.mark.parametrize(
    ("op", "kind"),
    [
        ("AddV2", "Add"), ("RealDiv", "Div"), ("Sigmoid", "Logistic"), ("Max", "ReduceMax"), ("Prod", "ReduceProd"),
        ("SelectV2", "SelectV2"), ("Snapshot", "Identity"), ("StopGradient", "Identity"), ("Rint", "Round"),
    ],
)  # fmt: skip
def test_other_names(op: str, kind: str) -> None:
    extra = {
        "SelectV2": ["b", "x", "x"],
        "Max": ["x", "i"],
        "Prod": ["x", "i"],
        "AddV2": ["x", "x"],
        "RealDiv": ["x", "x"],
    }
    nodes = [X, const("i", 1, INT32), node("b", "Less", ["x", "x"]), node("y", op, extra.get(op, ["x"]))]
    assert made(*nodes, kind=kind).name == "y"


def test_attributes_and_their_defaults() -> None:
    assert made(X, node("y", "LeakyRelu", ["x"], alpha=0.5), kind="LeakyRelu").attrs.alpha == 0.5
    assert made(X, node("y", "LeakyRelu", ["x"]), kind="LeakyRelu").attrs.alpha == 0.2
    lrn = made(X, node("y", "LRN", ["x"], depth_radius=2, alpha=0.5), kind="LocalResponseNormalization").attrs
    assert (lrn.radius, lrn.bias, lrn.alpha, lrn.beta) == (2, 1.0, 0.5, 0.5)
    assert str(made(X, node("y", "Cast", ["x"], DstT=Type(INT64)), kind="Cast").attrs.dtype) == "int64"
    axes = const("i", [1, 2], INT32)
    for attr in ("keep_dims", "keepdims"):
        assert made(X, axes, node("y", "Mean", ["x", "i"], **{attr: True}), kind="Mean").attrs.keep_dims
    axis = const("i", 3, INT32)
    assert str(made(X, axis, node("y", "ArgMax", ["x", "i"]), kind="ArgMax").attrs.output_type) == "int64"
    size = const("s", [12, 16], INT32)
    resize = made(
        X, size, node("y", "ResizeBilinear", ["x", "s"], half_pixel_centers=True), kind="ResizeBilinear"
    ).attrs
    assert (resize.align_corners, resize.half_pixel_centers) == (False, True)
    fake = made(X, node("y", "FakeQuantWithMinMaxArgs", ["x"], min=-1.0, num_bits=4), kind="FakeQuant").attrs
    assert (fake.min, fake.max, fake.num_bits, fake.narrow_range) == (-1.0, 6.0, 4, False)


WEIGHTS = np.arange(3 * 2 * 4 * 5, dtype=np.float32).reshape(3, 2, 4, 5)


def test_convolution_weights_are_reordered_once() -> None:
    found = loaded(
        X,
        const("w", WEIGHTS),
        node("a", "Conv2D", ["x", "w"], strides=[1, 2, 1, 1], padding="VALID", dilations=[1, 1, 3, 1]),
        node("b", "Conv2D", ["x", "w"], strides=[1, 2, 1, 1], padding="VALID"),
        outputs=("a", "b"),
    )
    (reorder,) = found.ops("ReorderAxes")
    assert reorder.name == "w_reordered"
    assert (reorder.attrs.source, reorder.attrs.target) == ("HWIO", "OHWI")
    conv = found.ops("Conv")[0].attrs
    assert (conv.stride_h, conv.stride_w, conv.padding, conv.dilation_h, conv.dilation_w) == (2, 1, "VALID", 1, 3)
    assert [a.shape for a in found.outputs] == [(1, 2, 5, 5), (1, 2, 7, 5)]


def test_explicit_padding() -> None:
    pads = [0, 0, 1, 2, 3, 4, 0, 0]
    attrs = {"strides": [1, 1, 1, 1], "padding": "EXPLICIT", "explicit_paddings": pads}
    conv = made(X, const("w", WEIGHTS), node("y", "Conv2D", ["x", "w"], **attrs), kind="Conv")
    assert conv.attrs.explicit == (1, 2, 3, 4)
    assert conv.outputs[0].shape == (1, 7, 14, 5)


def shifted(values: Any, top: int, left: int) -> Any:
    return np.pad(values, ((0, 0), (0, 0), (top, 0), (left, 0)))[:, :, : values.shape[2], : values.shape[3]]


def test_channels_first_convolution_is_right() -> None:
    x = np.random.default_rng(0).normal(size=(1, 4, 6, 8)).astype(np.float32)
    attrs = {"strides": [1, 1, 2, 1], "padding": "VALID", "data_format": "NCHW"}
    found = loaded(placeholder("x", 1, 4, 6, 8), const("w", WEIGHTS), node("y", "Conv2D", ["x", "w"], **attrs))
    expected = np.zeros((1, 5, 2, 7), np.float32)
    for i in range(2):
        for j in range(7):
            patch = x[0, :, 2 * i : 2 * i + 3, j : j + 2]
            expected[0, :, i, j] = np.einsum("chw,hwco->o", patch, WEIGHTS)
    np.testing.assert_allclose(evaluated(found, {"x": x}), expected, rtol=1e-4)
    assert found.outputs[0].shape == (1, 5, 2, 7)


def test_channels_first_bias_pool_and_norm_are_right() -> None:
    x = np.random.default_rng(1).normal(size=(1, 2, 4, 4)).astype(np.float32)
    image, nchw = placeholder("x", 1, 2, 4, 4), {"data_format": "NCHW"}
    bias = np.array([10, 20], np.float32)
    found = loaded(image, const("b", bias), node("y", "BiasAdd", ["x", "b"], **nchw))
    np.testing.assert_allclose(evaluated(found, {"x": x}), x + bias[:, None, None], rtol=1e-6)
    sizes = {"ksize": [1, 1, 2, 2], "strides": [1, 1, 2, 2], "padding": "VALID"}
    found = loaded(image, node("y", "MaxPool", ["x"], **sizes, **nchw))
    np.testing.assert_allclose(evaluated(found, {"x": x}), x.reshape(1, 2, 2, 2, 2, 2).max((3, 5)))
    norm = node("y", "FusedBatchNormV3", ["x", "b", "b", "m", "v"], is_training=False, epsilon=0.5, **nchw)
    found = loaded(image, const("b", bias), const("m", [1.0, 2.0]), const("v", [3.5, 8.5]), norm)
    scaled = (x - np.array([1, 2])[:, None, None]) / np.array([2, 3])[:, None, None]  # sqrt(variance + epsilon)
    np.testing.assert_allclose(
        evaluated(found, {"x": x}), scaled * bias[:, None, None] + bias[:, None, None], rtol=1e-4
    )


def test_transposed_convolution_operands() -> None:
    weights = np.zeros((3, 3, 7, 4), np.float32)
    shape = const("s", [1, 12, 16, 7], INT32)
    attrs = {"strides": [1, 2, 2, 1], "padding": "SAME"}
    op = made(
        shape, const("w", weights), X, node("y", "Conv2DBackpropInput", ["s", "w", "x"], **attrs), kind="TransposeConv"
    )
    assert [a.shape for a in op.inputs] == [(4,), (7, 3, 3, 4), (1, 6, 8, 4)]
    assert op.outputs[0].shape == (1, 12, 16, 7)


def test_global_batch_norm_reads_its_epsilon_and_scale_flag() -> None:
    vectors = [const(n, [1.0, 2.0, 3.0, 4.0]) for n in "mvbg"]
    for scaled in (True, False):
        attrs = {"variance_epsilon": 0.25, "scale_after_normalization": scaled}
        y = node("y", "BatchNormWithGlobalNormalization", ["x", "m", "v", "b", "g"], **attrs)
        op = made(X, *vectors, y, kind="BatchNormalization")
        assert op.attrs.epsilon == 0.25
        assert [a and a.name for a in op.inputs] == ["x", "g" if scaled else None, "b", "m", "v"]


def test_concat_axis_is_an_attribute_even_behind_identities() -> None:
    axis = const("i", -1, INT32)
    same = node("same", "Identity", ["i"])
    for y in (node("y", "ConcatV2", ["x", "x", "same"]), node("y", "Concat", ["same", "x", "x"])):
        op = made(X, axis, same, y, kind="Concatenation")
        assert op.attrs.axis == 3
        assert op.outputs[0].shape == (1, 6, 8, 8)
    with pytest.raises(InvalidModelError, match="axis 9 does not exist in rank 4"):
        loaded(X, const("i", 9, INT32), node("y", "ConcatV2", ["x", "x", "i"]))


def test_small_rewrites_are_right() -> None:
    x = np.array([[-2.0, 0.5, 8.0]], np.float32)
    one = placeholder("x", 1, 3)
    bounds = const("lo", -1.0), const("hi", 6.0)
    np.testing.assert_array_equal(
        evaluated(loaded(one, *bounds, node("y", "ClipByValue", ["x", "lo", "hi"])), {"x": x}), [[-1.0, 0.5, 6.0]]
    )
    np.testing.assert_array_equal(
        evaluated(loaded(one, node("y", "Reciprocal", ["x"])), {"x": x}), [[-0.5, 2.0, 0.125]]
    )
    assert evaluated(loaded(one, node("y", "Size", ["x"])), {"x": x}) == 3
    assert made(one, node("y", "AddN", ["x", "x"], N=2), kind="Add").inputs[0].name == "x"
    values, indices = loaded(one, node("y", "TopK", ["x"], k=2), outputs=("y", "y:1")).outputs
    assert (values.shape, str(indices.dtype)) == ((1, 2), "int32")


@pytest.mark.parametrize(
    ("y", "reason"),
    [
        (node("y", "FusedBatchNorm", ["x", "v", "v", "v", "v"]), "is_training is true"),
        (node("y", "Conv2D", ["x", "w"], strides=[1, 1, 1, 2], padding="SAME"), "goes over batch or depth"),
        (node("y", "MaxPool", ["x"], ksize=[1] * 4, strides=[1] * 4, data_format="NCHW_VECT_C"), "VECT_C"),
        (node("y", "ConcatV2", ["x", "x", "axis"]), "its axis is computed"),
        (node("y", "Conv2D", ["x", "grouped"], strides=[1, 1, 1, 1], padding="SAME"), "2 groups"),
    ],
)  # fmt: skip
def test_instances_that_cannot_be_imported_say_why(y: Any, reason: str) -> None:
    vector, weights = const("v", [1.0] * 4), const("w", WEIGHTS)
    grouped = const("grouped", np.zeros((1, 1, 2, 4), np.float32))
    op = made(X, placeholder("axis", dtype=INT32), vector, weights, grouped, y, kind="Opaque")
    assert reason in op.attrs.reason
    assert op.attrs.source_kind == y.op


def test_an_unknown_operator_is_carried_whole() -> None:
    y = node(
        "y", "MyOp", ["x"], T=T, depth=3, rate=0.5, exact=True, mode="fast", sizes=[1, 2], value=tensor([1.0, 2.0]),
        _output_types=[Type(FLOAT), Type(INT64)], _output_shapes=[Shape((2, 3)), Shape((-1,))],
    )  # fmt: skip
    found = loaded(X, y, node("z", "Neg", ["y:1"]), outputs=("z", "y"))
    (op,) = found.ops("Opaque")
    assert isinstance(op.attrs, OpaqueAttrs)
    assert (op.attrs.source_kind, op.attrs.reason) == ("MyOp", "")
    assert [(a.name, str(a.dtype), a.shape) for a in op.outputs] == [("y", "float32", (2, 3)), ("y:1", "int64", None)]
    attributes = dict(op.attrs.attributes)
    assert (attributes["depth"], attributes["rate"], attributes["exact"]) == (3, 0.5, True)
    assert (attributes["mode"], attributes["sizes"], str(attributes["T"])) == (b"fast", (1, 2), "float32")
    np.testing.assert_array_equal(attributes["value"], [1, 2])
    again = protos.NodeDef.FromString(op.attrs.node)
    assert (again.name, again.op, list(again.input), again.attr["depth"].i) == ("y", "MyOp", ["x"], 3)


def test_results_of_unknown_operators_follow_the_registry_or_their_readers() -> None:
    boxes = node("y", "CombinedNonMaxSuppression", ["x"])
    (op,) = loaded(X, boxes).ops("Opaque")
    assert [str(a.dtype) for a in op.outputs] == ["float32", "float32", "float32", "int32"]
    with pytest.raises(InvalidModelError, match="result 7 is read, but it has 4"):
        loaded(X, boxes, node("z", "Neg", ["y:7"]), outputs=("z",))
    (op,) = loaded(X, node("y", "MyOp", ["x"]), node("z", "Neg", ["y:2"]), outputs=("z",)).ops("Opaque")
    assert [a.name for a in op.outputs] == ["y", "y:1", "y:2"]


def test_importers_of_others() -> None:
    def double(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        two = builder.constant(np.array(node.real("factor", 2.0), np.float32), "factor")
        return builder.emit("Mul", [inputs[0], two], get("Mul").Attrs()).outputs

    found = loaded(X, node("y", "Times", ["x"], factor=3.0), importers={"Times": double})
    (op,) = found.ops("Mul")
    assert op.name == "y"
    assert op.inputs[1] is not None
    assert op.inputs[1].name == "y/factor"


def test_shape_faults_name_the_node() -> None:
    with pytest.raises(InvalidModelError, match=r"'y' \(Add\).*x \[1, 6, 8, 4\].*v \[3\]"):
        loaded(X, const("v", [1.0, 2.0, 3.0]), node("y", "Add", ["x", "v"]))


@pytest.mark.parametrize("number", [4, 6])
def test_indices_of_eight_bits_are_widened_for_one_hot(number: int) -> None:
    narrow = Type(number)
    numbers = [const("n", np.array(4, np.int32), INT32), const("on", np.float32(2)), const("off", np.float32(-1))]
    nodes = [placeholder("i", 3, dtype=number), *numbers]
    op = made(*nodes, node("y", "OneHot", ["i", "n", "on", "off"], T=T, TI=narrow, axis=0), kind="OneHot")
    assert (op.attrs.axis, op.inputs[0].dtype.name, op.outputs[0].shape) == (0, "int32", (4, 3))
