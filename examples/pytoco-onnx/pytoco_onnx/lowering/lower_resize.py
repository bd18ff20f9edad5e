"""Resizing of channels-last images becomes ONNX's, between Transposes, or picking of rows and columns."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import FLOAT32, Array, Graph, Look, Op, Pass, const_ints

from ..builtin import attrs_of
from ..kinds.image import ALIGN_CORNERS, ASYMMETRIC, HALF_PIXEL, ResizeAttrs
from ..layouts import Inner, lowerable, surround


class _Found(NamedTuple):
    data: Array
    attrs: ResizeAttrs
    picks: tuple[NDArray[np.int32], NDArray[np.int32]] | None


class LowerResize(Pass):
    """Resize channels first.

    Nearest neighbours at known extents are picked by index, unless each pixel is repeated a whole number of times:
    TensorFlow and ONNX round coordinates between two pixels differently.

    Before:
        graph main(x: float32[1,2,2,3]) -> y {
          s = const int32[2] [4, 4]
          y = ResizeBilinear(x, s) {half_pixel_centers=true}
        }
    After:
        graph main(x: float32[1,2,2,3]) -> y {
          s = const int32[2] [4, 4]
          first = const int32[4] [0, 3, 1, 2]
          last = const int32[4] [0, 2, 3, 1]
          t = Transpose(x, first)
          r = OnnxResize(t, s) {mode="linear", coordinates="half_pixel"}
          y = Transpose(r, last)
        }
    """

    name: ClassVar[str] = "onnx-lower-resize"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = ("ResizeBilinear", "ResizeNearestNeighbor")
    needed: ClassVar[bool] = True

    def match(self, op: Op, look: Look) -> _Found | None:
        """How coordinates go over."""
        data, a = lowerable(look, op, op.inputs[0], 4), op.attrs
        if data is None or data.shape is None:
            return None
        how = ALIGN_CORNERS if a.align_corners else HALF_PIXEL if a.half_pixel_centers else ASYMMETRIC
        if op.kind == "ResizeBilinear":
            return _Found(data, ResizeAttrs("linear", how), None)
        size, extents = const_ints(op.inputs[1]), data.shape[1:3]
        nearest = "floor" if how == ASYMMETRIC else "round_prefer_ceil"
        if size is None or not all(isinstance(d, int) for d in extents):
            return _Found(data, ResizeAttrs("nearest", how, nearest), None)
        pairs: list[tuple[Any, Any]] = list(zip(extents, size, strict=True))
        rows, columns = (_nearest(d, wanted, how) for d, wanted in pairs)
        for (extent, wanted), picks in zip(pairs, (rows, columns), strict=True):
            if wanted % extent or (picks != np.arange(wanted) // (wanted // extent)).any():
                return _Found(data, ResizeAttrs("nearest", how, nearest), (rows, columns))
        return _Found(data, ResizeAttrs("nearest", ASYMMETRIC), None)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        """Integers are made float32 first where the result is."""
        data = found.data
        if found.picks is None:
            graph.remove(op)
            if op.kind == "ResizeBilinear" and data.dtype is not FLOAT32 and op.outputs[0].dtype is FLOAT32:
                cast = graph.emit("Cast", (data,), attrs_of("Cast", dtype=FLOAT32), name=f"{op.name}_float")
                data = cast.outputs[0]
            surround(graph, op, data, Inner("OnnxResize", op.inputs[1:], found.attrs))
            return
        rows, columns = (
            graph.constant(picks, f"{op.name}_{what}")
            for picks, what in zip(found.picks, ("rows", "columns"), strict=True)
        )
        graph.remove(op)
        picked = graph.emit("Gather", (data, rows), attrs_of("Gather", axis=1), name=f"{op.name}_tall").outputs[0]
        graph.emit("Gather", (picked, columns), attrs_of("Gather", axis=2), outputs=op.outputs, origin=op.origin)


def _nearest(extent: int, wanted: int, how: str) -> NDArray[np.int32]:
    """The pixel that TensorFlow picks for each place: in float32, cut off, or rounded with align_corners."""
    places, half = np.arange(wanted, dtype=np.float32), np.float32(0.5)
    if how == ALIGN_CORNERS and wanted > 1:
        scale = np.float32(extent - 1) / np.float32(wanted - 1)
    else:
        scale = np.float32(extent) / np.float32(wanted)
    at = (places + half) * scale if how == HALF_PIXEL else places * scale
    at = np.floor(at + half) if how == ALIGN_CORNERS else np.floor(at)
    return np.asarray(np.clip(at, 0, extent - 1), np.int32)
