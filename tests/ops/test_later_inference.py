"""Shapes with unknown extents, and shapes that cannot be, of the less common operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.compiler import ops
from pytoco.compiler.errors import ShapeError
from pytoco.compiler.ir import Dim
from pytoco.compiler.ir.types import COMPLEX64, FLOAT32, INT8, INT32, INT64, STRING, TensorType
from pytoco.compiler.ops import bits, conv3d, custom, random, scan, scatter, search, sequence
from tests.ops.evaluate import array, const, infer, one, shape

N, M = Dim("N"), Dim("M")
ANY = (None,)
VOLUME = conv3d.Conv3DAttrs(1, 2, 2, "SAME")
STATE = [array(2, 4), array(2, 5)]
SQUARES = [*[array(5, 3)] * 4, *[array(5, 4)] * 4, *[None] * 3, *[array(5)] * 4, array(4, 5), None]

SHAPES: list[tuple[str, list[Any], Any, Any]] = [
    ("ScatterNd", [array(N, 1, dtype=INT32), array(N, M), const([4, 5])], None, (4, 5)),
    ("ScatterNd", [array(*ANY, dtype=INT32), array(*ANY), array(3, dtype=INT32)], None, (None, None, None)),
    ("ScatterNd", [array(*ANY, dtype=INT32), array(*ANY), array(N, dtype=INT32)], None, None),
    ("SparseToDense", [array(N, 2, dtype=INT32), const([4, 5]), array(N), array()],
     scatter.SparseToDenseAttrs(), (4, 5)),
    ("DynamicUpdateSlice", [array(N, 5), array(1, M), array(2, dtype=INT32)], None, (N, 5)),
    ("SegmentSum", [array(N, 3), array(N, dtype=INT32)], None, (None, 3)),
    ("SegmentSum", [array(3, M), const([0, 2, 2])], None, (3, M)),
    ("SegmentSum", [array(*ANY), array(N, dtype=INT32)], None, None),
    ("UnsortedSegmentSum", [array(N, M, 3), array(N, M, dtype=INT32), const(7)], None, (7, 3)),
    ("UnsortedSegmentMax", [array(N, 3), array(N, dtype=INT32), array(dtype=INT32)], None, (None, 3)),
    ("MatrixDiag", [array(M, N)], None, (M, N, N)),
    ("MatrixDiag", [array(*ANY)], None, None),
    ("MatrixSetDiag", [array(N, M, M), array(N, M)], None, (N, M, M)),
    ("Cumsum", [array(N, 3), array(dtype=INT32)], scan.CumsumAttrs(), (N, 3)),
    ("Bucketize", [array(N, 3)], search.BucketizeAttrs((1.0,)), (N, 3)),
    ("BitwiseXor", [array(N, 1, dtype=INT32), array(4, dtype=INT32)], None, (N, 4)),
    ("Bitcast", [array(N, 4, dtype=INT8)], bits.BitcastAttrs(INT32), (N,)),
    ("Bitcast", [array(N)], bits.BitcastAttrs(INT8), (N, 4)),
    ("Bitcast", [array(*ANY)], bits.BitcastAttrs(INT8), None),
    ("Complex", [array(N, 3), array(3)], None, (N, 3)),
    ("RFFT2D", [array(N, 4, 7), const([4, 8])], None, (N, 4, 5)),
    ("RFFT2D", [array(N, 4, 7), array(2, dtype=INT32)], None, (N, None, None)),
    ("Conv3D", [array(N, 4, 7, M, 2), array(3, 3, 3, 2, 5)], VOLUME, (N, 4, 4, None, 5)),
    ("Conv3D", [array(*ANY), array(3, 3, 3, 2, 5)], VOLUME, (None, None, None, None, 5)),
    ("Conv3DTranspose", [array(5, dtype=INT32), array(3, 3, 3, 2, 5), array(N, 4, 4, 4, 5)], VOLUME,
     (N, None, None, None, 2)),
    ("BroadcastArgs", [array(3, dtype=INT32), array(2, dtype=INT32)], None, (3,)),
    ("BroadcastArgs", [array(3, dtype=INT32), array(N, dtype=INT32)], None, (None,)),
    ("RandomStandardNormal", [array(3, dtype=INT32)], random.RandomUniformAttrs(), (None, None, None)),
    ("Multinomial", [array(N, 3), const(5)], random.MultinomialAttrs(), (N, 5)),
    ("AudioSpectrogram", [array(N, 2)], custom.AudioSpectrogramAttrs(400, 160), (2, None, 257)),
    ("AudioSpectrogram", [array(300, 2)], custom.AudioSpectrogramAttrs(400, 160), (2, 0, 257)),
    ("AudioSpectrogram", [array(256, M)], custom.AudioSpectrogramAttrs(256, 1), (M, 1, 129)),
    ("Mfcc", [array(M, N, 257), const(16000)], custom.MfccAttrs(), (M, N, 13)),
    ("DynamicStitch", [array(N, dtype=INT32), array(N, 3)], scatter.DynamicStitchAttrs(1), (None, 3)),
    ("DynamicStitch", [const([2, 0]), array(2, M)], scatter.DynamicStitchAttrs(1), (3, M)),
    ("DynamicStitch", [const([2, 0]), array(*ANY)], scatter.DynamicStitchAttrs(1), None),
    ("UnidirectionalSequenceRnn", [array(N, 2, 3), array(5, 3), array(5, 5), array(5), array(2, 5)], None, (N, 2, 5)),
    ("UnidirectionalSequenceLstm", [array(N, 2, 3), *SQUARES, *STATE], None, (N, 2, 4)),
    ("BidirectionalSequenceRnn", [array(N, 2, 3), array(5, 3), array(5, 5), array(5), array(2, 5),
     array(4, 3), array(4, 4), array(4), array(2, 4)], None, (N, 2, 9)),
    ("BidirectionalSequenceRnn", [array(N, 2, 3), array(5, 3), array(5, 5), array(5), array(2, 5),
     array(M, 3), array(M, M), array(M), array(2, M)], None, (N, 2, None)),
    ("BidirectionalSequenceLstm", [array(N, 2, 3), *SQUARES, *SQUARES, *STATE[-2:], *STATE[-2:]], None, (N, 2, 8)),
    ("Svdf", [array(N, 3), array(6, 3), array(6, 4), None, array(N, 24)], sequence.SvdfAttrs(2), (N, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operands", "attrs", "wanted"), SHAPES)
def test_shape(kind: str, operands: list[Any], attrs: Any, wanted: Any) -> None:
    assert shape(kind, *operands, attrs=attrs) == wanted


BOXES = [array(N, 4), array(N)]
LIMITS = [array(), array()]

TYPES: list[tuple[str, list[Any], Any, list[TensorType]]] = [
    ("Unique", [array(N, dtype=STRING)], search.UniqueAttrs(INT64),
     [TensorType(STRING, (None,)), TensorType(INT64, (N,))]),
    ("NonMaxSuppressionV4", [*BOXES, const(5), *LIMITS], None, [TensorType(INT32, (5,)), TensorType(INT32, ())]),
    ("NonMaxSuppressionV5", [*BOXES, array(dtype=INT32), *LIMITS, array()], None,
     [TensorType(INT32, (None,)), TensorType(FLOAT32, (None,)), TensorType(INT32, ())]),
    ("DynamicPartition", [array(N, M, 3), array(N, M, dtype=INT32)], scatter.DynamicPartitionAttrs(2),
     [TensorType(FLOAT32, (None, 3))] * 2),
    ("DynamicPartition", [array(3, M), const([1, 1, 0])], scatter.DynamicPartitionAttrs(3),
     [TensorType(FLOAT32, (n, M)) for n in (1, 2, 0)]),
    ("Complex", [array(3), array(3)], None, [TensorType(COMPLEX64, (3,))]),
    ("ComplexAbs", [array(N, dtype=COMPLEX64)], None, [TensorType(FLOAT32, (N,))]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operands", "attrs", "wanted"), TYPES)
def test_types(kind: str, operands: list[Any], attrs: Any, wanted: list[TensorType]) -> None:
    assert infer(kind, *operands, attrs=attrs) == wanted


IMPOSSIBLE: list[tuple[str, list[Any], Any, str]] = [
    ("ScatterNd", [array(3, 3, dtype=INT32), array(3), const([4, 5])], None, r"\[3, 3\] into a result \[4, 5\]"),
    ("ScatterNd", [array(3, 1, dtype=INT32), array(2, 5), const([4, 5])], None, r"\[2, 5\] and \[3, 5\]"),
    ("ScatterNd", [array(3, 1, dtype=INT32), array(3), const([-4])], None, "not a shape"),
    ("ScatterNd", [array(3, 1), array(3), const([4])], None, "must be integers"),
    ("SparseToDense", [array(2, 2, 2, dtype=INT32), const([4]), array(2), array()],
     scatter.SparseToDenseAttrs(), "matrix"),
    ("SparseToDense", [array(2, dtype=INT32), const([4]), array(2), array(3)], scatter.SparseToDenseAttrs(), "default"),
    ("DynamicUpdateSlice", [array(2, 3), array(2, 4), const([0, 0])], None, r"\[2, 4\] is no block of \[2, 3\]"),
    ("SegmentSum", [array(3, 2), const([0, 1])], None, r"\[3\] and \[2\]"),
    ("SegmentSum", [array(1, 2), const([[0]])], None, "not a vector"),
    ("UnsortedSegmentMin", [array(3), array(3, dtype=INT32), const(-1)], None, "is -1"),
    ("MatrixDiag", [array()], None, r"\[\]"),
    ("MatrixSetDiag", [array(2, 3, 4), array(2, 4)], None, r"\[2, 4\] and \[2, 3\]"),
    ("MatrixSetDiag", [array(3), array(3)], None, "matrices"),
    ("Cumsum", [array(3, 4), const(2)], scan.CumsumAttrs(), "axis 2"),
    ("Unique", [array(3, 4)], search.UniqueAttrs(), "vector"),
    ("Bucketize", [array(3)], search.BucketizeAttrs((2.0, 1.0)), "ascending"),
    ("BitwiseXor", [array(3), array(3)], None, "must be integers"),
    ("Bitcast", [array(3, 3, dtype=INT8)], bits.BitcastAttrs(INT32), r"int8 \[3, 3\]"),
    ("Bitcast", [array(3, dtype=STRING)], bits.BitcastAttrs(INT32), "no fixed size"),
    ("Complex", [array(3, dtype=INT32), array(3, dtype=INT32)], None, "int32"),
    ("RFFT2D", [array(3, 4), const([4])], None, "two lengths"),
    ("RFFT2D", [array(4), const([4, 4])], None, "matrices"),
    ("Conv3D", [array(1, 4, 4, 4, 3), array(2, 2, 2, 2, 5)], VOLUME, "disagree about the channels"),
    ("Conv3D", [array(1, 4, 4, 3), array(2, 2, 2, 3, 5)], VOLUME, "rank 5"),
    ("Conv3DTranspose", [const([1, 9, 9, 9, 2]), array(3, 3, 3, 2, 5), array(1, 4, 4, 4, 5)], VOLUME,
     "does not belong"),
    ("NonMaxSuppressionV4", [array(3, 5), array(3), const(2), *LIMITS], None, "four coordinates"),
    ("NonMaxSuppressionV4", [array(3, 4), array(2), const(2), *LIMITS], None, r"\[3\] and \[2\]"),
    ("BroadcastArgs", [const([2, 3]), const([4])], None, r"\[2, 3\] and \[4\]"),
    ("DynamicPartition", [array(3), array(2, dtype=INT32)], scatter.DynamicPartitionAttrs(2), r"\[3\] and \[2\]"),
    ("DynamicStitch", [const([0]), array(1), array(1)], scatter.DynamicStitchAttrs(1), "3 operands"),
    ("AudioSpectrogram", [array(9)], custom.AudioSpectrogramAttrs(4, 2), "rank 2"),
    ("AudioSpectrogram", [array(9, 1)], custom.AudioSpectrogramAttrs(1, 2), "windows of 1"),
    ("CTCBeamSearchDecoder", [array(9, 1, 2), array(1, dtype=INT32)], custom.CtcBeamSearchAttrs(top_paths=0),
     "0 paths"),
    ("Svdf", [array(2, 3), array(5, 3), array(5, 4), None, array(2, 20)], sequence.SvdfAttrs(2), "5 filters of rank 2"),
    ("UnidirectionalSequenceLstm", [array(4, 2, 9), *SQUARES, *STATE], None, "3 columns"),
    ("BidirectionalSequenceRnn", [array(4, 2, 3), *[array(5)] * 8], None, "rank 2"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operands", "attrs", "message"), IMPOSSIBLE)
def test_impossible_shapes_are_typed_errors(kind: str, operands: list[Any], attrs: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        infer(kind, *operands, attrs=attrs)


UNCOMPUTED: list[tuple[str, list[Any], Any]] = [
    ("ScatterNd", [const([[4]]), const([1.0]), const([4])], None),
    ("SparseToDense", [const([3, 1]), const([5]), const([1.0, 2.0]), const(0.0)], scatter.SparseToDenseAttrs()),
    ("SparseToDense", [const([1, 7]), const([5]), const([1.0, 2.0]), const(0.0)], scatter.SparseToDenseAttrs()),
    ("SegmentSum", [const([1.0, 2.0]), const([1, 0])], None),
    ("UnsortedSegmentSum", [const([1.0, 2.0]), const([1, 5]), const(2)], None),
    ("DynamicPartition", [const([1.0]), const([2])], scatter.DynamicPartitionAttrs(2)),
    ("DynamicStitch", [const([0, 2]), const([1.0, 2.0])], scatter.DynamicStitchAttrs(1)),
    ("BroadcastArgs", [const([2]), const([3])], None),
]


@pytest.mark.parametrize(("kind", "operands", "attrs"), UNCOMPUTED)
def test_what_tensorflow_refuses_is_left_to_the_runtime(kind: str, operands: list[Any], attrs: Any) -> None:
    with pytest.raises(ops.Unfoldable):
        ops.get(kind).kernel([x.numpy() for x in operands], attrs)


def test_indices_out_of_order_are_fine_unless_they_are_validated() -> None:
    loose = scatter.SparseToDenseAttrs(False)
    assert one("SparseToDense", [3, 1], [5], [1.0, 2.0], 0.0, attrs=loose).tolist() == [0, 2, 0, 1, 0]


def test_empty_operands() -> None:
    empty = np.zeros((0,), np.float32)
    assert one("ScatterNd", np.zeros((0, 1), np.int32), empty, [3]).tolist() == [0, 0, 0]
    assert one("Cumsum", np.zeros((2, 0), np.float32), 1, attrs=scan.CumsumAttrs()).shape == (2, 0)
    assert one("MatrixDiag", np.zeros((2, 0), np.float32)).shape == (2, 0, 0)
    assert one("UnsortedSegmentMax", empty, np.zeros(0, np.int32), 2).tolist() == [np.finfo(np.float32).min] * 2
    assert one("Bucketize", empty, attrs=search.BucketizeAttrs()).size == 0


def test_shifts_by_more_than_the_width_fill_with_the_sign() -> None:
    assert one("RightShift", [-8, 8, 8], [40, 40, -1]).tolist() == [-1, 0, 8]
