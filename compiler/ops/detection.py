"""Choosing boxes in images: NonMaxSuppressionV4 and V5."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import INT32, TensorType, shape_text
from . import register
from .base import OpDef, Operands, Values, merge_shapes, need_rank
from .scatter import part_count
from .shape import ints


def _count(kind: str, inputs: Operands) -> int | None:
    """How many boxes are chosen; raises ShapeError unless there are [n, 4] boxes and [n] scores."""
    boxes = need_rank(kind, inputs[0].shape, 2, "the boxes")
    if type(boxes[1]) is int and boxes[1] != 4:
        raise ShapeError(f"{kind}: boxes have four coordinates, not {boxes[1]} as in {shape_text(boxes)}")
    merge_shapes(kind, boxes[:1], inputs[1].shape)
    return part_count(inputs[2], f"the largest number of boxes of {kind}")


def _areas(boxes: NDArray[Any]) -> NDArray[Any]:
    """Areas of boxes given by two opposite corners (y1, x1, y2, x2)."""
    return np.asarray(np.abs((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])))


def _overlap(boxes: NDArray[Any], areas: NDArray[Any], i: int, j: int) -> float:
    """Intersection over union of two boxes; 0 where one has no area."""
    if areas[i] <= 0 or areas[j] <= 0:
        return 0.0
    low = np.maximum(np.minimum(boxes[i, :2], boxes[i, 2:]), np.minimum(boxes[j, :2], boxes[j, 2:]))
    high = np.minimum(np.maximum(boxes[i, :2], boxes[i, 2:]), np.maximum(boxes[j, :2], boxes[j, 2:]))
    shared = float(np.prod(np.maximum(high - low, 0)))
    return shared / float(areas[i] + areas[j] - np.float32(shared))


def suppress(
    boxes: NDArray[Any], scores: NDArray[Any], most: int, overlap: float, least: float, sigma: float
) -> tuple[list[int], list[float]]:
    """The boxes chosen, best first, and their scores.

    A box that overlaps a chosen one by more than `overlap` goes; with a `sigma` above 0 its score is first lowered by
    exp(-overlap ** 2 / (2 sigma)) (Bodla et al., Soft-NMS, ICCV 2017), and what falls to `least` or below goes.
    """
    from heapq import heappop, heappush

    areas = _areas(boxes)
    queue: list[tuple[float, int, int]] = []
    for k, score in enumerate(scores.tolist()):
        if score > least:
            heappush(queue, (-score, k, 0))
    chosen: list[int] = []
    kept: list[float] = []
    factor = -0.5 / sigma if sigma > 0 else 0.0
    while queue and len(chosen) < most:
        negative, k, seen = heappop(queue)
        score, gone = -negative, False
        # Only boxes chosen since the candidate was last looked at can change its score; the latest first.
        for other in reversed(chosen[seen:]):
            share = _overlap(boxes, areas, k, other)
            gone = share > overlap and not sigma > 0
            if sigma > 0:
                score *= float(np.exp(factor * share * share)) if share <= overlap else 0.0
            if gone or score <= least:
                break
        if gone or score <= least:
            continue
        if score == -negative:
            chosen.append(k)
            kept.append(score)
        else:
            heappush(queue, (-score, k, len(chosen)))
    return chosen, kept


def _number(value: NDArray[Any]) -> float:
    return float(value.reshape(-1)[0])


@register
class NonMaxSuppressionV4(OpDef):
    """The best boxes of which no two overlap by more than a threshold: their indices, padded with 0, and how many."""

    kind = "NonMaxSuppressionV4"
    operands = ("boxes", "scores", "max_output", "iou_threshold", "score_threshold")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[max_output] and a scalar, int32."""
        return [TensorType(INT32, (_count("NonMaxSuppressionV4", inputs),)), TensorType(INT32, ())]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Greedy, best score first, the earlier box of equal ones."""
        most = ints(values[2])[0]
        chosen, _kept = suppress(values[0], values[1], most, _number(values[3]), _number(values[4]), 0.0)
        out = np.zeros(most, np.int32)
        out[: len(chosen)] = chosen
        return [out, np.array(len(chosen), np.int32)]


@register
class NonMaxSuppressionV5(OpDef):
    """As NonMaxSuppressionV4 with scores that overlap lowers: indices, scores, both padded with 0, and how many."""

    kind = "NonMaxSuppressionV5"
    operands = ("boxes", "scores", "max_output", "iou_threshold", "score_threshold", "sigma")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[max_output] int32, [max_output] of the scores' dtype, and an int32 scalar."""
        shape = (_count("NonMaxSuppressionV5", inputs),)
        return [TensorType(INT32, shape), TensorType(inputs[1].dtype, shape), TensorType(INT32, ())]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Greedy, best score first, the earlier box of equal ones."""
        most = ints(values[2])[0]
        chosen, kept = suppress(values[0], values[1], most, *[_number(v) for v in values[3:6]])
        out, scores = np.zeros(most, np.int32), np.zeros(most, values[1].dtype)
        out[: len(chosen)], scores[: len(kept)] = chosen, kept
        return [out, scores, np.array(len(chosen), np.int32)]
