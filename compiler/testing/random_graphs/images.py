"""Operators on images, matrices and spectra."""

from __future__ import annotations

import numpy as np

from ...ir import Array
from ...ir.types import FLOAT32
from .maker import Maker, Skip
from .table import makes


def _image(m: Maker, least: int = 1) -> Array:
    return m.find("f", (4, 4), lambda v: min(v.shape[1:3]) >= least)


def _weights(m: Maker, *sizes: int) -> Array:
    return m.const(m.data(sizes) / 4)


@makes("Conv")
def _conv(m: Maker, kind: str) -> None:
    x = _image(m)
    count, (kh, kw) = m.draw.integer(1, 4), m.draw.choice([(1, 1), (2, 3), (3, 3)])
    w = _weights(m, count, kh, kw, m.values[x].shape[3])
    bias = _weights(m, count) if m.draw.chance(0.5) else None
    m.emit(kind, [x, w, bias], m.draw.integer(1, 2), m.draw.integer(1, 2), m.draw.choice(["SAME", "VALID"]), 1, 1,
           m.activation())  # fmt: skip


@makes("DepthwiseConv")
def _depthwise(m: Maker, kind: str) -> None:
    x = _image(m)
    w = _weights(m, 1, 2, 3, m.values[x].shape[3] * m.draw.integer(1, 2))
    stride = m.draw.integer(1, 2)
    dilation = 1 if stride > 1 else m.draw.integer(1, 2)
    m.emit(kind, [x, w, None], stride, stride, m.draw.choice(["SAME", "VALID"]), dilation, dilation)


@makes("TransposeConv")
def _transpose_conv(m: Maker, kind: str) -> None:
    x = _image(m)
    n, h, w, depth = m.values[x].shape
    m.emit(kind, [m.const([n, 2 * h, 2 * w, 3], "int32"), _weights(m, 3, 3, 3, depth), x, None], 2, 2, "SAME")


@makes("Conv3D")
def _conv3d(m: Maker, kind: str) -> None:
    x = m.find("f", (5, 5))
    m.emit(kind, [x, _weights(m, 2, 1, 2, m.values[x].shape[4], 2), None], 1, 1, 2, "SAME")


@makes("Conv3DTranspose")
def _conv3d_transpose(m: Maker, kind: str) -> None:
    x = m.find("f", (5, 5))
    n, d, h, w, depth = m.values[x].shape
    m.emit(kind, [m.const([n, d, 2 * h, w, 2], "int32"), _weights(m, 1, 3, 2, 2, depth), x], 1, 2, 1, "SAME")


@makes("MaxPool", "AveragePool", "L2Pool")
def _pool(m: Maker, kind: str) -> None:
    m.emit(kind, [_image(m)], m.draw.integer(1, 3), m.draw.integer(1, 3), m.draw.integer(1, 2), 1,
           m.draw.choice(["SAME", "VALID"]), m.activation(), rounds=kind != "MaxPool")  # fmt: skip


@makes("BatchNormalization")
def _batch_norm(m: Maker, kind: str) -> None:
    x = m.find("f", (4 if m.plain else 2, 4))
    depth = m.values[x].shape[-1]
    variance = np.abs(m.data((depth,))) + np.float32(0.5)
    three = [_weights(m, depth) for _ in range(3)]
    m.emit(kind, [x, three[0], three[1], three[2], m.const(variance)], 0.001, rounds=True)


@makes("LocalResponseNormalization")
def _lrn(m: Maker, kind: str) -> None:
    m.emit(kind, [_image(m)], 2, 1.0, 0.5, 0.5, rounds=True)


@makes("ResizeBilinear", "ResizeNearestNeighbor")
def _resize(m: Maker, kind: str) -> None:
    flags = m.draw.choice([(False, False), (True, False), (False, True)])
    x = _image(m)
    factor = m.draw.choice([1, 2, 2, 3])
    size = [factor * d for d in m.values[x].shape[1:3]]
    if flags[0] or m.draw.chance(0.2):
        size = [m.draw.integer(2, 8), m.draw.integer(2, 8)]
        if kind == "ResizeNearestNeighbor":
            raise Skip  # where a position falls between two pixels, float rounding decides
    m.emit(kind, [x, m.const(size, "int32")], *flags, rounds=kind == "ResizeBilinear")


@makes("SpaceToDepth", "DepthToSpace")
def _blocks(m: Maker, kind: str) -> None:
    n = 2 * m.draw.integer(1, 2)
    sizes = (n, 4, 3) if kind == "SpaceToDepth" else (3, 2, 4 * n)
    m.emit(kind, [m.input((1, *sizes), m.draw.choice(["float32", "int32"]))], 2)


@makes("SpaceToBatchND")
def _space_to_batch(m: Maker, kind: str) -> None:
    x = _image(m)
    pads = [[m.draw.integer(0, 2), 0] for _ in range(2)]
    for pad_, d in zip(pads, m.values[x].shape[1:3], strict=True):
        pad_[1] = -(d + pad_[0]) % 2
    m.emit(kind, [x, m.const([2, 2], "int32"), m.const(pads, "int32")])


@makes("BatchToSpaceND")
def _batch_to_space(m: Maker, kind: str) -> None:
    x = m.input((4, m.draw.integer(1, 3), 3, 2))
    m.emit(kind, [x, m.const([2, 2], "int32"), m.const([[0, m.draw.integer(0, 1)], [1, 0]], "int32")])


@makes("FakeQuant")
def _fake_quant(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("f")], 0.0, 3.984375, rounds=True, jumps=True)


@makes("FullyConnected")
def _fully_connected(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 2))
    units = m.draw.integer(1, 4)
    bias = _weights(m, units) if m.draw.chance(0.5) else None
    m.emit(kind, [x, _weights(m, units, m.values[x].shape[1]), bias], m.activation())


@makes("MatMul", "BatchMatMul")
def _matmul(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 2) if kind == "MatMul" else (2, 4))
    *batch, rows, inner = m.values[x].shape
    a, b = m.draw.chance(0.3), m.draw.chance(0.3)
    if a:
        inner = rows
    shape_ = (*batch, 3, inner) if b else (*batch, inner, 3)
    m.emit(kind, [x, _weights(m, *shape_) if m.draw.likely(0.6) else m.input(shape_)], a, b)


@makes("RandomUniform")
def _draw(m: Maker, kind: str) -> None:
    m.emit(kind, [m.const(m.shape(1, 3), "int32")], FLOAT32, 1, m.draw.integer(1, 9), rounds=True)


@makes("ReorderAxes")
def _reorder(m: Maker, kind: str) -> None:
    x = m.input((1, 4, 4, 2))
    w = m.emit(kind, [_weights(m, 3, 3, 2, 3)], "HWIO", "OHWI")
    m.emit("Conv", [x, w, None], 1, 1, "SAME")


@makes("ComplexAbs", "Real", "Imag", "RFFT2D")
def _spectrum(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 3), lambda v: v.shape[-1] > 1)
    made = m.emit("RFFT2D", [x, m.const([4, 8], "int32")], rounds=True)
    if kind != "RFFT2D":
        m.emit(kind, [made], rounds=True)


@makes("NonMaxSuppressionV4", "NonMaxSuppressionV5")
def _suppression(m: Maker, kind: str) -> None:
    boxes = m.const(np.sort(m.draw.fractions((6, 2, 2)), 1).reshape(6, 4), "float32")
    scores = m.input((6,))
    if len(np.unique(m.values[scores])) < 6:
        raise Skip
    limits = [m.const(v, "float32") for v in ((0.5, -9.0) if kind[-1] == "4" else (0.5, -9.0, 0.0))]
    m.emit(kind, [boxes, scores, m.const(4, "int32"), *limits], jumps=True)
