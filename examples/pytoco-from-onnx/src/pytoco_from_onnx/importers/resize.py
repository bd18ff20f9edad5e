"""Resize and Upsample of images: as the IR's resizing where coordinates agree, else as a choice of rows and columns.

ONNX's coordinates are those of its operator specification of Resize, the IR's those of TensorFlow's ResizeBilinear and
ResizeNearestNeighbor. Which rows and columns the nearest pixels are is worked out for the extents at hand, in exact
fractions of the given sizes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required
from ..windows import from_image, to_image

_FLAGS = (
    {"align_corners": False, "half_pixel_centers": False},
    {"align_corners": False, "half_pixel_centers": True},
    {"align_corners": True, "half_pixel_centers": False},
)
_BATCH = 1 << 20
"""Stands for the batch, which need not be known."""
_LINEAR = {"asymmetric": 0, "half_pixel": 1, "pytorch_half_pixel": 1, "align_corners": 2}
"""Coordinates that TensorFlow has as well, by the place of their flags in `_FLAGS`."""


def _upsample(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, scales = required(node, inputs, 1, 2)
    factors = node.reals("scales") if node.opset < 9 else _reals(builder, scales, "scales")
    return _resized(builder, node, data, factors, (), node.text("mode", "nearest"), "asymmetric", "floor")


def _resize(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    mode = node.text("mode", "nearest")
    if node.opset < 11:
        data, scales = required(node, inputs, 2)
        return _resized(builder, node, data, _reals(builder, scales, "scales"), (), mode, "asymmetric", "floor")
    data, _, scales, sizes = required(node, inputs, 1, 4)
    if node.flag("antialias") or node.text("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise Unsupported("it smooths, or keeps the aspect ratio")
    if node.flag("exclude_outside"):
        raise Unsupported("it leaves out what is outside")
    rank = builder.rank(data)
    axes = [builder.axis(a, rank) for a in node.ints("axes", tuple(range(rank)))]
    factors: tuple[float, ...] = ()
    wanted: tuple[int, ...] = ()
    shape = (_BATCH, *builder.inner(data))
    if scales is not None and scales.size != 0:
        given = dict(zip(axes, _reals(builder, scales, "scales"), strict=True))
        factors = tuple(given.get(i, 1.0) for i in range(rank))
    elif sizes is not None:
        chosen = dict(zip(axes, builder.ints(sizes, "sizes"), strict=True))
        wanted = tuple(chosen.get(i, d) for i, d in enumerate(shape))
    else:
        raise node.error("it has neither scales nor sizes")
    where = node.text("coordinate_transformation_mode", "half_pixel")
    return _resized(builder, node, data, factors, wanted, mode, where, node.text("nearest_mode", "round_prefer_floor"))


def _reals(builder: Builder, array: Array | None, what: str) -> tuple[float, ...]:
    value = builder.value(array)
    if value is None:
        raise Unsupported(f"its {what} are computed, not constant")
    return tuple(float(v) for v in value.reshape(-1))


def _resized(
    builder: Builder, node: Node, data: Array, factors: tuple[float, ...], wanted: tuple[int, ...],
    mode: str, where: str, rounding: str,
) -> tuple[Array]:  # fmt: skip
    shape = (_BATCH, *builder.inner(data))
    rank = len(shape)
    batch = data.shape[0] if data.shape else None
    if wanted and type(batch) is int:
        wanted = (_BATCH if wanted[0] == batch else wanted[0], *wanted[1:])
    if factors:
        wanted = tuple(int(np.floor(d * np.float32(f))) for d, f in zip(shape, factors, strict=True))
    if len(wanted) != rank or rank not in (3, 4) or wanted[:2] != shape[:2] or min(wanted) < 1:
        raise Unsupported(f"it makes {list(wanted)} of {data.shape}")
    if wanted == shape:
        return (data,)
    scales = factors or tuple(w / d for w, d in zip(wanted, shape, strict=True))
    image = to_image(builder, data)
    pairs = list(zip(shape[2:], wanted[2:], scales[2:], strict=True))
    if rank == 3:
        pairs.insert(0, (1, 1, 1.0))
    if mode == "linear":
        made = _linear(builder, image, pairs, where)
    elif mode == "nearest":
        made = _nearest(builder, image, [_rows(node, *pair, where, rounding) for pair in pairs], pairs)
    else:
        raise Unsupported(f"its mode is {mode}")
    return (from_image(builder, made, rank),)


def _linear(builder: Builder, image: Array, pairs: list[tuple[int, int, float]], where: str) -> Array:
    flags = _LINEAR.get(where)
    if flags is None or (where == "pytorch_half_pixel" and any(w == 1 < d for d, w, _ in pairs)):
        raise Unsupported(f"its coordinates are {where}")
    if any(abs(w / d - s) > 1e-6 * s for d, w, s in pairs):
        raise Unsupported(f"its scales {[s for _, _, s in pairs]} are not those of the extents")
    size = builder.int32s([w for _, w, _ in pairs], "size")
    return builder.emit("ResizeBilinear", [image, size], suffix="nhwc_result", **_FLAGS[flags])


def _rows(node: Node, extent: int, wanted: int, scale: float, where: str, rounding: str) -> NDArray[np.int64]:
    """Which source row each row of the result is."""
    x = np.arange(wanted, dtype=np.float64)
    if where in ("half_pixel", "pytorch_half_pixel"):
        at: NDArray[Any] = (x + 0.5) / scale - 0.5
        if where == "pytorch_half_pixel" and wanted == 1:
            at = np.zeros(1)
    elif where == "half_pixel_symmetric":
        at = extent / 2 * (1 - wanted / (scale * extent)) + (x + 0.5) / scale - 0.5
    elif where == "asymmetric":
        at = x / scale
    elif where == "align_corners":
        at = x * (extent - 1) / (wanted - 1) if wanted > 1 else np.zeros(1)
    else:
        raise Unsupported(f"its coordinates are {where}")
    at = np.round(at, 9)  # a ratio that is a whole number stays one
    rounded: NDArray[Any]
    if rounding in ("floor", "ceil"):
        rounded = np.floor(at) if rounding == "floor" else np.ceil(at)
    elif rounding in ("round_prefer_floor", "round_prefer_ceil"):
        rounded = np.ceil(at - 0.5) if rounding == "round_prefer_floor" else np.floor(at + 0.5)
    else:
        raise node.error(f"nearest_mode is {rounding!r}")
    found: NDArray[np.int64] = np.clip(rounded, 0, extent - 1).astype(np.int64)
    return found


def _tensorflow_rows(extent: int, wanted: int, flags: dict[str, bool]) -> NDArray[np.int64]:
    x = np.arange(wanted, dtype=np.float32)
    if flags["align_corners"] and wanted > 1:
        at = np.floor(x * (np.float32(extent - 1) / np.float32(wanted - 1)) + np.float32(0.5))
    else:
        at = np.floor((x + np.float32(0.5 * flags["half_pixel_centers"])) * (np.float32(extent) / np.float32(wanted)))
    found: NDArray[np.int64] = np.clip(at, 0, extent - 1).astype(np.int64)
    return found


def _nearest(
    builder: Builder, image: Array, rows: list[NDArray[np.int64]], pairs: list[tuple[int, int, float]]
) -> Array:
    for flags in _FLAGS:
        own = [_tensorflow_rows(d, w, flags) for d, w, _ in pairs]
        if all(np.array_equal(a, b) for a, b in zip(own, rows, strict=True)):
            size = builder.int32s([w for _, w, _ in pairs], "size")
            return builder.emit("ResizeNearestNeighbor", [image, size], suffix="nhwc_result", **flags)
    chosen = builder.emit("Gather", [image, builder.int32s(rows[0].tolist(), "rows")], suffix="rows_chosen", axis=1)
    columns = builder.int32s(rows[1].tolist(), "columns")
    return builder.emit("Gather", [chosen, columns], suffix="nhwc_result", axis=2)


TABLE: dict[str, Importer] = {"Resize": _resize, "Upsample": _upsample}
