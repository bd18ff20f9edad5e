"""Small networks with the shapes of well-known ones, their weights random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import helper
from parity import model, random


class Net:
    """Collects nodes and constants; a call adds a node and answers the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def __call__(self, op: str, *inputs: str, **attributes: Any) -> str:
        return self.several(op, 1, *inputs, **attributes)[0]

    def several(self, op: str, count: int, *inputs: str, **attributes: Any) -> list[str]:
        names = [f"{op.lower()}{len(self.nodes)}_{k}" for k in range(count)]
        self.nodes.append(helper.make_node(op, list(inputs), names, **attributes))
        return names

    def constant(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = np.asarray(value)
        return name

    def weights(self, *shape: int) -> str:
        fan_in = int(np.prod(shape[1:])) if len(shape) > 1 else 1
        return self.constant(random(*shape, seed=len(self.constants)) / np.float32(fan_in**0.5))

    def conv(self, x: str, depth: int, result: int, kernel: int, **attributes: Any) -> str:
        attributes.setdefault("pads", [kernel // 2] * 4)
        weights = self.weights(result, depth // attributes.get("group", 1), kernel, kernel)
        return self("Conv", x, weights, self.weights(result), **attributes)

    def batch_norm(self, x: str, depth: int) -> str:
        variance = self.constant(np.abs(random(depth, seed=len(self.constants))) + 0.5)
        return self("BatchNormalization", x, *[self.weights(depth) for _ in range(3)], variance)

    def model(self, shape: tuple[Any, ...], *outputs: str) -> Any:
        """The model over the input `x` of that shape."""
        return model(self.nodes, {"x": (1, shape)}, outputs, self.constants)


NETWORKS: dict[str, tuple[Callable[..., Any], tuple[int, ...], int]] = {}
"""By name: the maker, which takes the batch, the shape of its input, and the Transposes that a conversion leaves."""


def network(shape: tuple[int, ...], transposes: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(make: Callable[..., Any]) -> Callable[..., Any]:
        NETWORKS[make.__name__] = make, shape, transposes
        return make

    return add


@network((1, 3, 32, 32), 1)
def resnet(batch: Any = 1) -> Any:
    net = Net()
    x = net("Relu", net.batch_norm(net.conv("x", 3, 8, 7, strides=[2, 2]), 8))
    x = net("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for _ in range(2):
        y = net("Relu", net.batch_norm(net.conv(x, 8, 8, 3), 8))
        x = net("Relu", net("Add", x, net.batch_norm(net.conv(y, 8, 8, 3), 8)))
    down = net.conv(x, 8, 16, 1, strides=[2, 2], pads=[0] * 4)
    y = net.conv(net("Relu", net.conv(x, 8, 16, 3, strides=[2, 2])), 16, 16, 3)
    x = net("Flatten", net("GlobalAveragePool", net("Relu", net("Add", y, down))))
    return net.model((batch, 3, 32, 32), net("Gemm", x, net.weights(10, 16), net.weights(10), transB=1))


@network((1, 3, 16, 16), 1)
def squeeze_and_excite(batch: Any = 1) -> Any:
    net = Net()
    x = net("HardSwish", net.conv("x", 3, 8, 3, strides=[2, 2]))
    y = net("Relu", net.conv(x, 8, 8, 3, group=8))
    gate = net("Relu", net.conv(net("GlobalAveragePool", y), 8, 4, 1))
    y = net("Mul", y, net("HardSigmoid", net.conv(gate, 4, 8, 1), alpha=1 / 6))
    x = net("Add", x, net.conv(y, 8, 8, 1))
    gate = net("Sigmoid", net.conv(net("ReduceMean", x, axes=[2, 3], keepdims=1), 8, 8, 1))
    x = net("GlobalAveragePool", net("Mul", x, gate))
    x = net("Squeeze", x, net.constant([2, 3]))
    return net.model((batch, 3, 16, 16), net("MatMul", x, net.weights(8, 5)))


@network((1, 3, 16, 16), 2)
def unet(batch: Any = 1) -> Any:
    net = Net()
    a = net("Relu", net.conv("x", 3, 8, 3))
    b = net("LeakyRelu", net.conv(net("MaxPool", a, kernel_shape=[2, 2], strides=[2, 2]), 8, 16, 3), alpha=0.1)
    up = net("ConvTranspose", b, net.weights(16, 8, 2, 2), net.weights(8), strides=[2, 2])
    c = net("Relu", net.conv(net("Concat", up, a, axis=1), 16, 8, 3))
    wide = net("Resize", b, "", net.constant(np.array([1, 1, 2, 2], np.float32)), mode="linear")
    c = net("Concat", c, wide, a, axis=1)
    return net.model((batch, 3, 16, 16), net("Softmax", net.conv(c, 32, 4, 1), axis=1))


@network((1, 3, 16, 16), 1)
def inception(batch: Any = 1) -> Any:
    net = Net()
    x = net("Relu", net.conv("x", 3, 16, 3))
    pool: dict[str, Any] = {"kernel_shape": [3, 3], "pads": [1] * 4, "strides": [1, 1]}
    parts = [
        net("Relu", net.conv(x, 16, 4, 1)),
        net("Relu", net.conv(net("Relu", net.conv(x, 16, 4, 1)), 4, 8, 5)),
        net("Relu", net.conv(net("MaxPool", x, **pool), 16, 4, 1)),
        net.conv(net("AveragePool", x, **pool), 16, 4, 1),
    ]
    x = net("LRN", net("Concat", *parts, axis=1), size=5)
    x = net("Flatten", net("AveragePool", x, kernel_shape=[7, 7], strides=[1, 1]))
    return net.model((batch, 3, 16, 16), net("Softmax", net("Gemm", x, net.weights(2000, 10), net.weights(10))))


@network((1, 3, 16, 16), 1)
def densenet(batch: Any = 1) -> Any:
    net = Net()
    x = net.conv("x", 3, 8, 3)
    for k in range(3):
        y = net.conv(net("Relu", net.batch_norm(x, 8 + 4 * k)), 8 + 4 * k, 4, 3)
        x = net("Concat", x, y, axis=1)
    x = net("AveragePool", net("Relu", net.batch_norm(x, 20)), kernel_shape=[2, 2], strides=[2, 2])
    return net.model((batch, 3, 16, 16), net("Flatten", net("GlobalAveragePool", x)))


@network((1, 3, 16, 16), 2)
def detector(batch: Any = 1) -> Any:
    net = Net()

    def silu(x: str) -> str:
        return net("Mul", x, net("Sigmoid", x))

    x = silu(net.conv("x", 3, 8, 3, strides=[2, 2]))
    a, b = net.several("Split", 2, x, axis=1)
    c = net("Add", b, silu(net.conv(silu(net.conv(b, 4, 4, 3)), 4, 4, 3)))
    x = silu(net.conv(net("Concat", a, b, c, axis=1), 12, 8, 1))
    pool: dict[str, Any] = {"kernel_shape": [5, 5], "pads": [2] * 4, "strides": [1, 1]}
    p = net("MaxPool", x, **pool)
    x = silu(net.conv(net("Concat", x, p, net("MaxPool", p, **pool), axis=1), 24, 8, 1))
    twice = net.constant(np.array([1, 1, 2, 2], np.float32))
    where = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    x = net.conv(net("Resize", x, "", twice, mode="nearest", **where), 8, 6, 1)
    return net.model((batch, 3, 16, 16), net("Reshape", x, net.constant([0, 6, -1])))


@network((1, 3, 16, 16), 2)
def style_transfer(batch: Any = 1) -> Any:
    net = Net()
    x = net("Pad", "x", net.constant([0, 0, 2, 2, 0, 0, 2, 2]), mode="reflect")
    x = net("Conv", x, net.weights(8, 3, 5, 5))
    x = net("Relu", net("InstanceNormalization", x, net.weights(8), net.weights(8)))
    x = net("PRelu", net.conv(x, 8, 8, 3), net.weights(8, 1, 1))
    x = net("Sub", x, net.weights(8, 1, 1))
    x = net("DepthToSpace", net.conv(x, 8, 12, 3), blocksize=2, mode="CRD")
    return net.model((batch, 3, 16, 16), net("Tanh", x))


@network((1, 3, 8, 8), 1)
def segmentation(batch: Any = 1) -> Any:
    net = Net()
    y = net("Elu", net.conv("x", 3, 8, 3))
    axis = net.constant([1])
    a = net("Slice", y, net.constant([0]), net.constant([4]), axis)
    b = net("Slice", y, net.constant([4]), net.constant([8]), axis)
    x = net("Pad", net("Max", a, b), net.constant([0, 0, 1, 1, 0, 0, 1, 1]))
    return net.model((batch, 3, 8, 8), net("ArgMax", net.conv(x, 4, 5, 3), axis=1, keepdims=0))


@network((1, 3, 8, 8), 3)
def shufflenet(batch: Any = 1) -> Any:
    net = Net()
    x = net("Relu", net.conv("x", 3, 8, 3))
    x = net("Reshape", x, net.constant([1, 2, 4, 8, 8]))
    x = net("Transpose", x, perm=[0, 2, 1, 3, 4])
    x = net("Reshape", x, net.constant([1, 8, 8, 8]))
    return net.model((batch, 3, 8, 8), net.conv(x, 8, 4, 1))


@network((2, 3, 8), 0)
def perceptron(batch: Any = 2) -> Any:
    net = Net()
    x = net("Add", net("MatMul", "x", net.weights(8, 16)), net.weights(16))
    inner = net("Erf", net("Div", x, net.constant(np.float32(2**0.5))))
    x = net("Mul", net("Mul", x, net("Add", inner, net.constant(np.float32(1)))), net.constant(np.float32(0.5)))
    return net.model((batch, 3, 8), net("Add", net("MatMul", x, net.weights(16, 4)), net.weights(4)))


@network((1, 5, 8), 4)
def attention(batch: Any = 1) -> Any:
    net = Net()

    def head() -> str:
        x = net("Add", net("MatMul", "x", net.weights(8, 8)), net.weights(8))
        return net("Transpose", net("Reshape", x, net.constant([0, 0, 2, 4])), perm=[0, 2, 1, 3])

    query, key, value = head(), head(), head()
    scores = net("MatMul", query, net("Transpose", key, perm=[0, 1, 3, 2]))
    mixed = net("MatMul", net("Softmax", net("Div", scores, net.constant(np.float32(2)))), value)
    x = net("Reshape", net("Transpose", mixed, perm=[0, 2, 1, 3]), net.constant([0, 0, 8]))
    x = net("LayerNormalization", net("Add", x, "x"), net.weights(8), net.weights(8))
    return net.model((batch, 5, 8), x)
