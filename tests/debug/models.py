"""A model as large as one likes, of blocks that the passes have a lot to do with."""

from __future__ import annotations

import numpy as np

from tests.graphdefs import FLOAT, INT32, Type, const, data, node, placeholder

CHANNELS = 4


def blocks(count: int = 6, seed: int = 0) -> bytes:
    """A GraphDef of `count` convolutions, each scaled, shifted and cut off at 6; outputs `y`, and `z` halfway.

    Block k is `c{k}`, `m{k}`, `a{k}`, `r{k}`. All blocks share one `factor`, which is folded from another constant.
    """
    random = np.random.default_rng(seed)

    def values(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return random.uniform(-1, 1, shape).astype(np.float32)

    nodes = [placeholder("x", 1, 6, 6, CHANNELS), const("negated", values(CHANNELS) - np.float32(1.5))]
    nodes.append(node("factor", "Neg", ["negated"], T=Type(FLOAT)))
    last = "x"
    for k in range(count):
        nodes += [
            const(f"w{k}", values(3, 3, CHANNELS, CHANNELS)),
            const(f"b{k}", values(CHANNELS)),
            node(f"c{k}", "Conv2D", [last, f"w{k}"], T=Type(FLOAT), strides=[1, 1, 1, 1], padding="SAME"),
            node(f"m{k}", "Mul", [f"c{k}", "factor"], T=Type(FLOAT)),
            node(f"a{k}", "Add", [f"m{k}", f"b{k}"], T=Type(FLOAT)),
            node(f"r{k}", "Relu6", [f"a{k}"], T=Type(FLOAT)),
        ]
        last = f"r{k}"
    nodes += [
        const("axes", np.array([1, 2], np.int32), INT32),
        node("z", "Mean", [f"r{count // 2}", "axes"], T=Type(FLOAT), Tidx=Type(INT32), keep_dims=False),
        node("y", "Softmax", [last], T=Type(FLOAT)),
    ]
    return data(*nodes)
