"""Random numbers: uniform, with the very numbers that TensorFlow draws first for a seed; normal; and of classes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import FLOAT32, INT64, DType, TensorType
from . import Unfoldable, register
from .base import OpDef, Operands, Values, index_ints, need_rank, unknown, vector_length
from .scatter import given_shape, part_count
from .shape import ints


class RandomUniformAttrs(NamedTuple):
    """Element type and the two halves of the seed; both 0 means a different one each time."""

    dtype: DType = FLOAT32
    seed: int = 0
    seed2: int = 0


@register
class RandomUniform(OpDef):
    """Uniform numbers in [0, 1)."""

    kind = "RandomUniform"
    operands = ("shape",)
    Attrs = RandomUniformAttrs
    foldable = False  # each run draws new numbers; a pass that freezes them is a decision of its own

    @staticmethod
    def infer(inputs: Operands, attrs: RandomUniformAttrs) -> list[TensorType]:
        """The shape that the constant operand says."""
        shape = index_ints(inputs[0])
        if shape is None:
            rank = vector_length(inputs[0])
            return [TensorType(attrs.dtype, None if rank is None else unknown(rank))]
        if shape and min(shape) < 0:
            raise ShapeError(f"RandomUniform: {list(shape)} is not a shape")
        return [TensorType(attrs.dtype, shape)]

    @staticmethod
    def kernel(values: Values, attrs: RandomUniformAttrs) -> list[NDArray[Any]]:
        """What TensorFlow's CPU kernel draws in the first run; raises Unfoldable without a seed or for other dtypes."""
        if attrs.dtype is not FLOAT32 or not (attrs.seed or attrs.seed2):
            raise Unfoldable("random numbers without a seed, or of another type than float32")
        shape = ints(values[0])
        count = int(np.prod(shape, dtype=np.int64))
        bits = philox(attrs.seed, attrs.seed2, -(-count // 4)).reshape(-1)[:count]
        return [((bits & np.uint32(0x7FFFFF) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)).reshape(shape)]


@register
class RandomStandardNormal(OpDef):
    """Numbers of the normal distribution of mean 0 and deviation 1."""

    kind = "RandomStandardNormal"
    operands = ("shape",)
    Attrs = RandomUniformAttrs
    foldable = False  # as RandomUniform

    @staticmethod
    def infer(inputs: Operands, attrs: RandomUniformAttrs) -> list[TensorType]:
        """The shape that the constant operand says."""
        return [TensorType(attrs.dtype, given_shape("RandomStandardNormal", inputs[0]))]


class MultinomialAttrs(NamedTuple):
    """The two halves of the seed, and the element type of the class numbers."""

    seed: int = 0
    seed2: int = 0
    output_type: DType = INT64


@register
class Multinomial(OpDef):
    """Class numbers drawn by unnormalised logarithms of their probabilities, row by row."""

    kind = "Multinomial"
    operands = ("logits", "samples")
    Attrs = MultinomialAttrs
    foldable = False  # as RandomUniform

    @staticmethod
    def infer(inputs: Operands, attrs: MultinomialAttrs) -> list[TensorType]:
        """[batch, classes] -> [batch, samples]."""
        batch, _ = need_rank("Multinomial", inputs[0].shape, 2, "the operand of logits")
        return [TensorType(attrs.output_type, (batch, part_count(inputs[1], "the number of samples")))]


def philox(key: int, stream: int, count: int) -> NDArray[np.uint32]:
    """`count` blocks of four numbers of Philox 4x32-10 (Salmon et al., SC'11, constants from there) as [count, 4].

    The counter runs from 0 in its lower half; `stream` is its upper half.
    """
    low = np.arange(count, dtype=np.uint64)
    mask = np.uint64(0xFFFFFFFF)
    word = np.uint64(32)
    c0, c1 = low & mask, low >> word
    c2, c3 = (np.full(count, stream >> shift & 0xFFFFFFFF, np.uint64) for shift in (0, 32))
    k0, k1 = key & 0xFFFFFFFF, key >> 32 & 0xFFFFFFFF
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = p1 >> word ^ c1 ^ np.uint64(k0), p1 & mask, p0 >> word ^ c3 ^ np.uint64(k1), p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)
