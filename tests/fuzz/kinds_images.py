"""Operators on images, matrices and spectra."""

from __future__ import annotations

import numpy as np

from pytoco.compiler.ir import Array
from pytoco.compiler.ir.types import FLOAT32

from .maker import Maker, Skip
from .table import makes


def _image(m: Maker, least: int = 1) -> Array:
    return m.find("f", (4, 4), lambda v: min(v.shape[1:3]) >= least)


def weights(m: Maker, *sizes: int) -> Array:
    return m.const(m.data(sizes) / 4)


@makes("Conv")
def conv(m: Maker, kind: str) -> None:
    x = _image(m)
    count, (kh, kw) = m.random.randint(1, 4), m.random.choice([(1, 1), (2, 3), (3, 3)])
    w = weights(m, count, kh, kw, m.values[x].shape[3])
    bias = weights(m, count) if m.random.random() < 0.5 else None
    m.emit(kind, [x, w, bias], m.random.randint(1, 2), m.random.randint(1, 2), m.random.choice(["SAME", "VALID"]), 1, 1,
           m.activation())  # fmt: skip


@makes("DepthwiseConv")
def depthwise(m: Maker, kind: str) -> None:
    x = _image(m)
    w = weights(m, 1, 2, 3, m.values[x].shape[3] * m.random.randint(1, 2))
    stride = m.random.randint(1, 2)
    dilation = 1 if stride > 1 else m.random.randint(1, 2)
    m.emit(kind, [x, w, None], stride, stride, m.random.choice(["SAME", "VALID"]), dilation, dilation)


@makes("TransposeConv")
def transpose_conv(m: Maker, kind: str) -> None:
    x = _image(m)
    n, h, w, depth = m.values[x].shape
    m.emit(kind, [m.const([n, 2 * h, 2 * w, 3], "int32"), weights(m, 3, 3, 3, depth), x, None], 2, 2, "SAME")


@makes("Conv3D")
def conv3d(m: Maker, kind: str) -> None:
    x = m.find("f", (5, 5))
    m.emit(kind, [x, weights(m, 2, 1, 2, m.values[x].shape[4], 2), None], 1, 1, 2, "SAME")


@makes("Conv3DTranspose")
def conv3d_transpose(m: Maker, kind: str) -> None:
    x = m.find("f", (5, 5))
    n, d, h, w, depth = m.values[x].shape
    m.emit(kind, [m.const([n, d, 2 * h, w, 2], "int32"), weights(m, 1, 3, 2, 2, depth), x], 1, 2, 1, "SAME")


@makes("MaxPool", "AveragePool", "L2Pool")
def pool(m: Maker, kind: str) -> None:
    m.emit(kind, [_image(m)], m.random.randint(1, 3), m.random.randint(1, 3), m.random.randint(1, 2), 1,
           m.random.choice(["SAME", "VALID"]), m.activation(), rounds=kind != "MaxPool")  # fmt: skip


@makes("BatchNormalization")
def batch_norm(m: Maker, kind: str) -> None:
    x = m.find("f", (4 if m.plain else 2, 4))
    depth = m.values[x].shape[-1]
    variance = np.abs(m.data((depth,))) + np.float32(0.5)
    three = [weights(m, depth) for _ in range(3)]
    m.emit(kind, [x, three[0], three[1], three[2], m.const(variance)], 0.001, rounds=True)


@makes("LocalResponseNormalization")
def lrn(m: Maker, kind: str) -> None:
    m.emit(kind, [_image(m)], 2, 1.0, 0.5, 0.5, rounds=True)


@makes("ResizeBilinear", "ResizeNearestNeighbor")
def resize(m: Maker, kind: str) -> None:
    flags = m.random.choice([(False, False), (True, False), (False, True)])
    x = _image(m)
    factor = m.random.choice([1, 2, 2, 3])
    size = [factor * d for d in m.values[x].shape[1:3]]
    if flags[0] or m.random.random() < 0.2:
        size = [m.random.randint(2, 8), m.random.randint(2, 8)]
        if kind == "ResizeNearestNeighbor":
            raise Skip  # where a position falls between two pixels, float rounding decides
    m.emit(kind, [x, m.const(size, "int32")], *flags, rounds=kind == "ResizeBilinear")


@makes("SpaceToDepth", "DepthToSpace")
def blocks(m: Maker, kind: str) -> None:
    n = 2 * m.random.randint(1, 2)
    sizes = (n, 4, 3) if kind == "SpaceToDepth" else (3, 2, 4 * n)
    m.emit(kind, [m.input((1, *sizes), m.random.choice(["float32", "int32"]))], 2)


@makes("SpaceToBatchND")
def space_to_batch(m: Maker, kind: str) -> None:
    x = _image(m)
    pads = [[m.random.randint(0, 2), 0] for _ in range(2)]
    for pad_, d in zip(pads, m.values[x].shape[1:3], strict=True):
        pad_[1] = -(d + pad_[0]) % 2
    m.emit(kind, [x, m.const([2, 2], "int32"), m.const(pads, "int32")])


@makes("BatchToSpaceND")
def batch_to_space(m: Maker, kind: str) -> None:
    x = m.input((4, m.random.randint(1, 3), 3, 2))
    m.emit(kind, [x, m.const([2, 2], "int32"), m.const([[0, m.random.randint(0, 1)], [1, 0]], "int32")])


@makes("FakeQuant")
def fake_quant(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("f")], 0.0, 3.984375, rounds=True, jumps=True)


@makes("FullyConnected")
def fully_connected(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 2))
    units = m.random.randint(1, 4)
    bias = weights(m, units) if m.random.random() < 0.5 else None
    m.emit(kind, [x, weights(m, units, m.values[x].shape[1]), bias], m.activation())


@makes("MatMul", "BatchMatMul")
def matmul(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 2) if kind == "MatMul" else (2, 4))
    *batch, rows, inner = m.values[x].shape
    a, b = m.random.random() < 0.3, m.random.random() < 0.3
    if a:
        inner = rows
    shape_ = (*batch, 3, inner) if b else (*batch, inner, 3)
    m.emit(kind, [x, weights(m, *shape_) if m.random.random() < 0.6 else m.input(shape_)], a, b)


@makes("RandomUniform")
def draw(m: Maker, kind: str) -> None:
    m.emit(kind, [m.const(m.shape(1, 3), "int32")], FLOAT32, 1, m.random.randint(1, 9), rounds=True)


@makes("ReorderAxes")
def reorder(m: Maker, kind: str) -> None:
    x = m.input((1, 4, 4, 2))
    w = m.emit(kind, [weights(m, 3, 3, 2, 3)], "HWIO", "OHWI")
    m.emit("Conv", [x, w, None], 1, 1, "SAME")


@makes("ComplexAbs", "Real", "Imag", "RFFT2D")
def spectrum(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 3), lambda v: v.shape[-1] > 1)
    made = m.emit("RFFT2D", [x, m.const([4, 8], "int32")], rounds=True)
    if kind != "RFFT2D":
        m.emit(kind, [made], rounds=True)


@makes("NonMaxSuppressionV4", "NonMaxSuppressionV5")
def suppression(m: Maker, kind: str) -> None:
    boxes = m.const(np.sort(m.numpy.random((6, 2, 2)), 1).reshape(6, 4), "float32")
    scores = m.input((6,))
    if len(np.unique(m.values[scores])) < 6:
        raise Skip
    limits = [m.const(v, "float32") for v in ((0.5, -9.0) if kind[-1] == "4" else (0.5, -9.0, 0.0))]
    m.emit(kind, [boxes, scores, m.const(4, "int32"), *limits], jumps=True)
