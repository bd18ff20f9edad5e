"""Reference kernels against results computed by TensorFlow 2.21 (tests/data/make_kernels.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.ir.types import BOOL, FLOAT32, INT32, INT64, UINT8
from pytoco.compiler.ops import activation as act
from pytoco.compiler.ops import (
    bits,
    conv,
    conv3d,
    custom,
    gather,
    layout,
    linear,
    normalization,
    pad,
    pool,
    quantize,
    random,
    reduce,
    resize,
    scan,
    scatter,
    search,
)
from pytoco.compiler.ops import elementwise as elem
from pytoco.compiler.ops import select as sel
from pytoco.compiler.ops import slice as slc
from tests.ops.evaluate import evaluate

DATA = np.load(Path(__file__).parents[1] / "data" / "kernels" / "tensorflow.npz")
NAMES = sorted({key.split("/")[0] for key in DATA.files})


def ohwi(w: Any) -> Any:
    return w.transpose(3, 0, 1, 2)


def one_hwo(w: Any) -> Any:
    return w.reshape(1, *w.shape[:2], -1)


def convolution(attrs: Any, kind: str = "Conv") -> tuple[str, Any, Any]:
    return kind, attrs, lambda x, w: (x, (ohwi if kind == "Conv" else one_hwo)(w))


def transposed(*attrs: Any) -> tuple[str, Any, Any]:
    return "TransposeConv", conv.TransposeConvAttrs(*attrs), lambda shape, w, x: (shape, w.transpose(2, 0, 1, 3), x)


def plain(kind: str, attrs: Any = None) -> tuple[str, Any, Any]:
    return kind, attrs, lambda *x: x


FAKE_QUANTS: dict[str, Any] = {
    "plain": (-6.0, 6.0),
    "skewed": (-0.3, 5.7),
    "narrow": (-1.1, 1.0, 4, True),
    "positive": (0.0, 2.0),
    "wide": (-3.3, 9.1, 16),
    "vars_plain": (),
    "vars_skewed": (),
    "vars_narrow": (None, None, 4, True),
    "vars_positive": (),
    "vars_wide": (None, None, 16),
}

CASES: dict[str, tuple[str, Any, Any]] = {
    "conv_same": convolution(conv.ConvAttrs(1, 1, "SAME")),
    "conv_valid_strided": convolution(conv.ConvAttrs(2, 3, "VALID")),
    "conv_same_strided": convolution(conv.ConvAttrs(2, 2, "SAME")),
    "conv_same_dilated": convolution(conv.ConvAttrs(1, 1, "SAME", 2, 3)),
    "conv_valid_dilated": convolution(conv.ConvAttrs(1, 1, "VALID", 2, 1)),
    "conv_explicit": convolution(conv.ConvAttrs(2, 1, "EXPLICIT", explicit=(1, 0, 2, 1))),
    "conv_grouped": convolution(conv.ConvAttrs(1, 1, "SAME")),
    "depthwise_same": convolution(conv.DepthwiseConvAttrs(1, 1, "SAME"), "DepthwiseConv"),
    "depthwise_same_strided": convolution(conv.DepthwiseConvAttrs(2, 2, "SAME"), "DepthwiseConv"),
    "depthwise_same_dilated": convolution(conv.DepthwiseConvAttrs(1, 1, "SAME", 2, 3), "DepthwiseConv"),
    "depthwise_valid_dilated": convolution(conv.DepthwiseConvAttrs(1, 1, "VALID", 2, 1), "DepthwiseConv"),
    "transpose_conv_same": transposed(2, 3, "SAME"),
    "transpose_conv_valid": transposed(2, 3, "VALID"),
    "transpose_conv_unit": transposed(1, 1, "SAME"),
    "transpose_conv_sparse": transposed(2, 4, "VALID"),
    **{
        f"{name}_{case}": plain(kind, pool.PoolAttrs(*attrs))
        for name, kind in (("average_pool", "AveragePool"), ("max_pool", "MaxPool"))
        for case, attrs in (
            ("same", (3, 2, 2, 2, "SAME")),
            ("valid", (2, 3, 1, 2, "VALID")),
            ("large", (5, 5, 3, 3, "SAME")),
        )
    },
    "fully_connected": ("FullyConnected", linear.FullyConnectedAttrs("RELU6"), lambda x, w, b: (x, w.T, b)),
    "matmul_transposed": plain("MatMul", linear.MatMulAttrs(True, True)),
    "batch_matmul_adjoint": plain("BatchMatMul", linear.BatchMatMulAttrs(False, True)),
    "batch_matmul_complex_False": plain("BatchMatMul", linear.BatchMatMulAttrs()),
    "batch_matmul_complex_True": plain("BatchMatMul", linear.BatchMatMulAttrs(True, False)),
    "relu6": plain("Relu6"),
    "elu": plain("Elu"),
    "logistic": plain("Logistic"),
    "tanh": plain("Tanh"),
    "round": plain("Round"),
    "sign": plain("Sign"),
    "gelu": plain("Gelu", act.GeluAttrs()),
    "gelu_approximate": plain("Gelu", act.GeluAttrs(True)),
    "hard_swish": plain("HardSwish"),
    "leaky_relu": plain("LeakyRelu", act.LeakyReluAttrs(0.3)),
    "floor_div_float": plain("FloorDiv"),
    "floor_mod_float": plain("FloorMod"),
    "floor_div_int": plain("FloorDiv"),
    "floor_mod_int": plain("FloorMod"),
    "div_int": plain("Div"),
    "maximum_nan": plain("Maximum"),
    "minimum_nan": plain("Minimum"),
    "softmax": plain("Softmax", act.SoftmaxAttrs()),
    "log_softmax": plain("LogSoftmax"),
    "cast_to_int": plain("Cast", elem.CastAttrs(INT32)),
    "cast_to_bool": plain("Cast", elem.CastAttrs(BOOL)),
    **{
        f"reduce_{name}": plain(kind, reduce.ReduceAttrs())
        for name, kind in (
            ("mean", "Mean"),
            ("sum", "Sum"),
            ("max", "ReduceMax"),
            ("min", "ReduceMin"),
            ("prod", "ReduceProd"),
        )
    },
    "mean_int": plain("Mean", reduce.ReduceAttrs(True)),
    "arg_max": plain("ArgMax", reduce.ArgAttrs(INT64)),
    "arg_min": plain("ArgMin", reduce.ArgAttrs(INT32)),
    **{
        f"strided_slice_{name}": plain("StridedSlice", slc.StridedSliceAttrs(**masks))
        for name, masks in {
            "plain": {},
            "negative": {},
            "masks": {"begin_mask": 5, "end_mask": 3},
            "masks_backwards": {"begin_mask": 5, "end_mask": 1},
            "shrink": {"shrink_axis_mask": 3},
            "shrink_begin_mask": {"shrink_axis_mask": 1, "begin_mask": 1, "end_mask": 2},
            "new_axis": {"new_axis_mask": 5},
            "new_axis_wins": {"new_axis_mask": 1, "shrink_axis_mask": 1},
            "ellipsis": {"ellipsis_mask": 2},
            "ellipsis_all": {"ellipsis_mask": 2, "new_axis_mask": 12, "shrink_axis_mask": 16},
            "out_of_range": {},
        }.items()
    },
    "gather_axis": plain("Gather", gather.GatherAttrs(1)),
    "gather_batch": plain("Gather", gather.GatherAttrs(2, 1)),
    "gather_nd": plain("GatherNd"),
    "reverse_sequence": plain("ReverseSequence", gather.ReverseSequenceAttrs(1, 0)),
    "mirror_pad_REFLECT": plain("MirrorPad", pad.MirrorPadAttrs("REFLECT")),
    "mirror_pad_SYMMETRIC": plain("MirrorPad", pad.MirrorPadAttrs("SYMMETRIC")),
    "range_float": plain("Range"),
    "range_int": plain("Range"),
    "select_rows": plain("Select"),
    "one_hot": plain("OneHot", sel.OneHotAttrs(1)),
    "top_k": plain("TopKV2"),
    "space_to_depth": plain("SpaceToDepth", layout.BlockAttrs(2)),
    "depth_to_space": plain("DepthToSpace", layout.BlockAttrs(2)),
    "space_to_batch": plain("SpaceToBatchND"),
    "space_to_batch_1d": plain("SpaceToBatchND"),
    "batch_to_space": plain("BatchToSpaceND"),
    **{
        f"{name}_{size}{mode}": plain(kind, resize.ResizeAttrs(mode == "_align", mode == "_half"))
        for name, kind in (("bilinear", "ResizeBilinear"), ("nearest", "ResizeNearestNeighbor"))
        for size in ("8x9", "3x2", "1x1", "5x7")
        for mode in ("", "_align", "_half")
    },
    "lrn": plain("LocalResponseNormalization", normalization.LrnAttrs(2, 1.5, 0.7, 0.6)),
    "batch_norm": plain("BatchNormalization", normalization.BatchNormalizationAttrs(0.01)),
    **{
        f"fake_quant_{name}": plain("FakeQuant", quantize.FakeQuantAttrs(*attrs)) for name, attrs in FAKE_QUANTS.items()
    },
    "random_small": plain("RandomUniform", random.RandomUniformAttrs(FLOAT32, 7, 11)),
    "random_large": plain("RandomUniform", random.RandomUniformAttrs(FLOAT32, 87654321, 1)),
    "random_half": plain("RandomUniform", random.RandomUniformAttrs(FLOAT32, 0, 5)),
    "scatter_nd": plain("ScatterNd"),
    "scatter_nd_points": plain("ScatterNd"),
    **{
        f"sparse_to_dense_{name}": plain("SparseToDense", scatter.SparseToDenseAttrs())
        for name in ("matrix", "vector", "scalar", "one_value")
    },
    "dynamic_update_slice_inside": plain("DynamicUpdateSlice"),
    "dynamic_update_slice_clamped": plain("DynamicUpdateSlice"),
    "dynamic_partition": plain("DynamicPartition", scatter.DynamicPartitionAttrs(3)),
    "dynamic_partition_grid": plain("DynamicPartition", scatter.DynamicPartitionAttrs(2)),
    "dynamic_stitch": plain("DynamicStitch", scatter.DynamicStitchAttrs(2)),
    "segment_sum": plain("SegmentSum"),
    **{
        f"unsorted_{name}{shape}": plain(f"UnsortedSegment{name.title()}")
        for name in ("sum", "prod", "max", "min")
        for shape in ("", "_grid")
    },
    "unique": plain("Unique", search.UniqueAttrs()),
    "unique_float": plain("Unique", search.UniqueAttrs(INT64)),
    "bucketize_float": plain("Bucketize", search.BucketizeAttrs((0.0, 1.5, 2.0))),
    "bucketize_int": plain("Bucketize", search.BucketizeAttrs((0.0, 1.5, 2.0))),
    **{
        f"cumsum_{exclusive}_{reverse}": plain("Cumsum", scan.CumsumAttrs(exclusive, reverse))
        for exclusive in (False, True)
        for reverse in (False, True)
    },
    "cumsum_int": plain("Cumsum", scan.CumsumAttrs()),
    **{f"non_max_suppression_{name}": plain("NonMaxSuppressionV4") for name in ("few", "all", "none")},
    **{
        f"soft_suppression_{name}_{sigma}": plain("NonMaxSuppressionV5")
        for name in ("few", "all", "none")
        for sigma in (0.0, 0.4)
    },
    "bitwise_xor": plain("BitwiseXor"),
    "right_shift": plain("RightShift"),
    "right_shift_unsigned": plain("RightShift"),
    "bitcast_same": plain("Bitcast", bits.BitcastAttrs(INT32)),
    "bitcast_smaller": plain("Bitcast", bits.BitcastAttrs(UINT8)),
    "bitcast_larger": plain("Bitcast", bits.BitcastAttrs(INT32)),
    "atan2": plain("Atan2"),
    "atan2_zeros": plain("Atan2"),
    "erf": plain("Erf"),
    "complex": plain("Complex"),
    "complex_abs": plain("ComplexAbs"),
    "real": plain("Real"),
    "imag": plain("Imag"),
    **{f"rfft2d_{name}": plain("RFFT2D") for name in ("same", "padded", "cut")},
    "matrix_diag": plain("MatrixDiag"),
    "matrix_set_diag": plain("MatrixSetDiag"),
    "matrix_set_diag_tall": plain("MatrixSetDiag"),
    "broadcast_args": plain("BroadcastArgs"),
    "broadcast_args_empty": plain("BroadcastArgs"),
    "conv3d_same": plain("Conv3D", conv3d.Conv3DAttrs(2, 1, 2, "SAME")),
    "conv3d_valid": plain("Conv3D", conv3d.Conv3DAttrs(1, 2, 1, "VALID")),
    "conv3d_transpose_same": plain("Conv3DTranspose", conv3d.Conv3DAttrs(2, 1, 2, "SAME")),
    "conv3d_transpose_valid": plain("Conv3DTranspose", conv3d.Conv3DAttrs(1, 2, 1, "VALID")),
    "audio_spectrogram_plain": plain("AudioSpectrogram", custom.AudioSpectrogramAttrs(20, 7)),
    "audio_spectrogram_squared": plain("AudioSpectrogram", custom.AudioSpectrogramAttrs(20, 7, True)),
    "mfcc_default": plain("Mfcc", custom.MfccAttrs()),
    "mfcc_narrow": plain("Mfcc", custom.MfccAttrs(3000.0, 100.0, 10, 5)),
}


def test_every_case_is_compared() -> None:
    assert sorted(CASES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_kernel_agrees_with_tensorflow(name: str) -> None:
    def column(part: str) -> list[Any]:
        keys = sorted(key for key in DATA.files if key.startswith(f"{name}/{part}"))
        return [DATA[key] for key in keys]

    kind, attrs, operands = CASES[name]
    results = evaluate(kind, *operands(*column("in")), attrs=attrs)
    wanted = column("out")
    assert len(results) == len(wanted)
    for result, want in zip(results, wanted, strict=True):
        assert result.dtype == want.dtype
        assert result.shape == want.shape
        if want.dtype.kind in "fc" and kind != "RandomUniform":
            np.testing.assert_allclose(result, want, rtol=2e-6, atol=4e-6)
        else:
            np.testing.assert_array_equal(result, want)
