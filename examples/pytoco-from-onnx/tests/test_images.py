"""Convolutions, pools, normalisations, resizing: everything that goes over images, against onnxruntime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import helper
from parity import assert_parity, convert, kinds, model, random, run
from pytoco.compiler import UnsupportedError

N = helper.make_node
X = random(1, 3, 8, 8)


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"pads": [1, 1, 1, 1]},
        {"pads": [0, 1, 1, 2], "strides": [2, 2]},
        {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        {"auto_pad": "SAME_LOWER", "strides": [2, 2]},
        {"auto_pad": "VALID"},
        {"dilations": [2, 2], "pads": [2, 2, 2, 2]},
    ],
)
def test_conv_pads(attributes: dict[str, Any]) -> None:
    constants = {"w": random(4, 3, 3, 3), "b": random(4)}
    assert_parity(model([N("Conv", ["x", "w", "b"], ["y"], **attributes)], {"x": X}, ["y"], constants), {"x": X})


@pytest.mark.parametrize(
    ("weights", "kind"), [((4, 1, 3, 3), "DepthwiseConv"), ((8, 1, 3, 3), "DepthwiseConv"), ((6, 2, 3, 3), "Conv")]
)
def test_conv_groups(weights: tuple[int, ...], kind: str) -> None:
    x = random(1, 4, 8, 8)
    nodes = [N("Conv", ["x", "w", "b"], ["y"], group=4 // weights[1])]
    constants = {"w": random(*weights), "b": random(weights[0])}
    result = assert_parity(model(nodes, {"x": x}, ["y"], constants), {"x": x})
    assert kinds(result) == {kind: 1, "Transpose": 2}


def test_conv_of_one_axis() -> None:
    x = random(1, 4, 9)
    nodes = [N("Conv", ["x", "w"], ["c"], pads=[1, 1]), N("MaxPool", ["c"], ["y"], kernel_shape=[3], strides=[2])]
    assert_parity(model(nodes, {"x": x}, ["y"], {"w": random(8, 4, 3)}), {"x": x})


def test_conv_with_computed_weights() -> None:
    feeds = {"x": X, "w": random(4, 3, 3, 3)}
    assert_parity(model([N("Conv", ["x", "w"], ["y"])], feeds, ["y"]), feeds)


@pytest.mark.parametrize("kernel", [2, 3, 4])
@pytest.mark.parametrize(
    "attributes",
    [
        {"strides": [2, 2]},
        {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]},
        {"strides": [2, 2], "pads": [1, 1, 1, 1]},
        {"strides": [2, 2], "output_shape": [16, 16]},
        {"strides": [2, 2], "auto_pad": "SAME_UPPER"},
        {"pads": [0, 1, 1, 0]},
    ],
)
def test_conv_transpose(kernel: int, attributes: dict[str, Any]) -> None:
    constants = {"w": random(3, 4, kernel, kernel), "b": random(4)}
    nodes = [N("ConvTranspose", ["x", "w", "b"], ["y"], **attributes)]
    assert_parity(model(nodes, {"x": X}, ["y"], constants), {"x": X})


def test_conv_transpose_groups_and_one_axis() -> None:
    x = random(1, 4, 5)
    nodes = [N("ConvTranspose", ["x", "w", "b"], ["y"], group=2, strides=[2], pads=[1, 1])]
    assert_parity(model(nodes, {"x": x}, ["y"], {"w": random(4, 3, 4), "b": random(6)}), {"x": x})


POOLS: list[dict[str, Any]] = [
    {"kernel_shape": [2, 2], "strides": [2, 2]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1},
    {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1},
    {"kernel_shape": [3, 3], "auto_pad": "SAME_UPPER", "strides": [2, 2]},
    {"kernel_shape": [3, 3], "auto_pad": "SAME_LOWER", "strides": [2, 2]},
    {"kernel_shape": [3, 2], "pads": [1, 0, 1, 1]},
]


@pytest.mark.parametrize("attributes", POOLS)
@pytest.mark.parametrize("op", ["MaxPool", "AveragePool", "AveragePool with padding"])
def test_pools(op: str, attributes: dict[str, Any]) -> None:
    x = random(1, 3, 9, 8)
    more: dict[str, Any] = {"count_include_pad": 1} if "with" in op else {}
    nodes = [N(op.split(maxsplit=1)[0], ["x"], ["y"], **attributes, **more)]
    assert_parity(model(nodes, {"x": x}, ["y"], opset=19), {"x": x})


@pytest.mark.parametrize("op", ["GlobalAveragePool", "GlobalMaxPool"])
@pytest.mark.parametrize("shape", [(1, 3, 4, 5), (1, 3, 6)])
def test_global_pools(op: str, shape: tuple[int, ...]) -> None:
    x = random(*shape)
    assert_parity(model([N(op, ["x"], ["y"])], {"x": x}, ["y"]), {"x": x})


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (1, 3, 4, 4)])
def test_batch_normalization(shape: tuple[int, ...]) -> None:
    x = random(*shape)
    constants = {name: random(3, seed=k) for k, name in enumerate(("s", "b", "m"))} | {"v": np.abs(random(3)) + 0.5}
    nodes = [N("BatchNormalization", ["x", *constants], ["y"], epsilon=1e-3)]
    assert_parity(model(nodes, {"x": x}, ["y"], constants), {"x": x})


@pytest.mark.parametrize(
    ("op", "shape", "scale", "opset", "attributes"),
    [
        ("InstanceNormalization", (1, 3, 4, 4), (3,), 17, {}),
        ("InstanceNormalization", (2, 3, 6), (3,), 17, {}),
        ("GroupNormalization", (1, 4, 6, 6), (4,), 21, {"num_groups": 2}),
        ("LayerNormalization", (2, 3, 6), (6,), 17, {}),
        ("LayerNormalization", (2, 3, 6), (3, 6), 17, {"axis": 1}),
    ],
)
def test_normalizations_by_the_elements_themselves(
    op: str, shape: tuple[int, ...], scale: tuple[int, ...], opset: int, attributes: dict[str, Any]
) -> None:
    x = random(*shape)
    constants = {"s": random(*scale), "b": random(*scale, seed=1)}
    nodes = [N(op, ["x", "s", "b"], ["y"], **attributes)]
    assert_parity(model(nodes, {"x": x}, ["y"], constants, opset=opset), {"x": x})


def test_mean_and_deviation_of_a_layer_normalization() -> None:
    x = random(2, 3, 6)
    nodes = [N("LayerNormalization", ["x", "s"], ["y", "mean", "deviation"])]
    assert_parity(model(nodes, {"x": x}, ["y", "mean", "deviation"], {"s": random(6)}), {"x": x})


def test_local_response_normalization() -> None:
    x = random(1, 6, 4, 4)
    nodes = [N("LRN", ["x"], ["y"], size=3, alpha=0.01, beta=0.5, bias=2.0)]
    assert_parity(model(nodes, {"x": x}, ["y"]), {"x": x})


def test_lp_normalization_of_nothing_is_nothing() -> None:
    x = np.array([[3, 4], [0, 0]], np.float32)
    result = convert(model([N("LpNormalization", ["x"], ["y"], axis=1)], {"x": x}, ["y"]))
    found = run(bytes(result.data), {"x": x}, ["x"], ["y"])["y"]
    np.testing.assert_allclose(found, np.array([[0.6, 0.8], [0, 0]]), rtol=1e-6)


SCALES = ([1, 1, 2, 2], [1, 1, 1.5, 3], [1, 1, 0.5, 0.5])


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("where", ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"])
@pytest.mark.parametrize("how", ["floor", "round_prefer_floor", "round_prefer_ceil", "ceil", "linear"])
def test_resize(scales: list[float], where: str, how: str) -> None:
    mode = {"mode": "linear"} if how == "linear" else {"mode": "nearest", "nearest_mode": how}
    nodes = [N("Resize", ["x", "", "s"], ["y"], coordinate_transformation_mode=where, **mode)]
    assert_parity(model(nodes, {"x": X}, ["y"], {"s": np.array(scales, np.float32)}), {"x": X})


@pytest.mark.parametrize(
    ("opset", "node", "constant"),
    [
        (7, N("Upsample", ["x"], ["y"], scales=[1.0, 1.0, 2.0, 3.0]), None),
        (9, N("Upsample", ["x", "s"], ["y"], mode="linear"), np.array([1, 1, 2, 2], np.float32)),
        (10, N("Resize", ["x", "s"], ["y"]), np.array([1, 1, 2, 2], np.float32)),
        (13, N("Resize", ["x", "", "", "s"], ["y"], mode="linear"), np.array([1, 3, 13, 5])),
        (18, N("Resize", ["x", "", "", "s"], ["y"], mode="linear", axes=[2, 3]), np.array([13, 5])),
    ],
)
def test_resize_in_every_opset(opset: int, node: Any, constant: Any) -> None:
    constants = {} if constant is None else {"s": constant}
    assert_parity(model([node], {"x": X}, ["y"], constants, opset=opset), {"x": X})


def test_nearest_pixels_that_tensorflow_cannot_say_are_gathered() -> None:
    nodes = [N("Resize", ["x", "", "s"], ["y"], nearest_mode="ceil")]
    result = assert_parity(model(nodes, {"x": X}, ["y"], {"s": np.array([1, 1, 2, 2], np.float32)}), {"x": X})
    assert kinds(result) == {"Gather": 2, "Transpose": 2}


@pytest.mark.parametrize("mode", ["DCR", "CRD"])
def test_depth_to_space_and_back(mode: str) -> None:
    x = random(1, 8, 3, 4)
    nodes = [N("DepthToSpace", ["x"], ["s"], blocksize=2, mode=mode), N("SpaceToDepth", ["s"], ["y"], blocksize=2)]
    assert_parity(model(nodes, {"x": x}, ["y"]), {"x": x})


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (N("Resize", ["x", "", "s"], ["y"], mode="cubic"), "its mode is cubic"),
        (N("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], dilations=[2, 2]), "it is dilated"),
        (N("MaxPool", ["x"], ["y", "places"], kernel_shape=[2, 2]), "the indices of its maxima are wanted"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(node: Any, reason: str) -> None:
    with pytest.raises(UnsupportedError, match=reason):
        convert(model([node], {"x": X}, ["y"], {"s": np.array([1, 1, 2, 2], np.float32)}))
