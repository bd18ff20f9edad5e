"""Generated models of any length whose conversion takes about ten rewrites a block."""

import numpy as np

from tests.graphdefs import FLOAT, Type, const, data, node, placeholder

CONSTANTS = ("gamma", "beta", "mean", "variance")


def blocks(count: int) -> bytes:
    """A chain of `count` convolutions with a batch norm and a Relu6 each, and short cuts over two blocks."""
    real = Type(FLOAT)
    random = np.random.default_rng(1)
    nodes = [placeholder("x", 1, 4, 4, 2)]
    last, before = "x", ["x", "x", "x"]
    for number in range(count):
        name = f"net/stage_{number // 50}/block_{number}"
        values = {"weights": random.standard_normal((1, 1, 2, 2))}
        values |= {f"norm/{which}": 0.5 + random.random(2) for which in CONSTANTS}
        for which, value in values.items():
            nodes.append(const(f"{name}/{which}", value.astype(np.float32)))
            nodes.append(node(f"{name}/{which}/read", "Identity", [f"{name}/{which}"], T=real))
        convolution = {"T": real, "strides": [1, 1, 1, 1], "padding": "SAME"}
        nodes.append(node(f"{name}/conv", "Conv2D", [last, f"{name}/weights/read"], **convolution))
        operands = [f"{name}/conv", *(f"{name}/norm/{which}/read" for which in CONSTANTS)]
        nodes.append(
            node(f"{name}/norm", "FusedBatchNormV3", operands, T=real, U=real, epsilon=0.001, is_training=False)
        )
        nodes.append(node(f"{name}/relu", "Relu6", [f"{name}/norm"], T=real))
        last = f"{name}/relu"
        if number % 4 == 3:
            nodes.append(node(f"{name}/sum", "AddV2", [last, before[-2]], T=real))
            last = f"{name}/sum"
        before.append(last)
    return data(*nodes, node("y", "Identity", [last], T=real))
