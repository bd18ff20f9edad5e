"""Makes kernels/tensorflow.npz: operands and results of small operators as real TensorFlow computes them.

Run with TensorFlow 2.21 on a CPU: `python tests/data/make_kernels.py`. Only needed to add cases;
`tests/ops/test_tensorflow.py` says which operator and attributes each case stands for. Entries are `<case>/in<i>` and
`<case>/out<i>`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.compiler.tf2xla.ops import gen_xla_ops

raw = tf.raw_ops
rng = np.random.default_rng(20)
cases: dict[str, Any] = {}


def normal(*shape: int) -> Any:
    return rng.normal(0, 1.5, shape).astype(np.float32)


def case(name: str, results: Any, *operands: Any) -> None:
    for i, x in enumerate(operands):
        cases[f"{name}/in{i}"] = np.asarray(x)
    for i, x in enumerate(results if isinstance(results, (list, tuple)) else [results]):
        cases[f"{name}/out{i}"] = np.asarray(x)


def convolutions() -> None:
    x, w = normal(2, 7, 6, 4), normal(3, 2, 4, 6)
    for name, stride, dilation, padding in (
        ("same", (1, 1), (1, 1), "SAME"), ("valid_strided", (2, 3), (1, 1), "VALID"),
        ("same_strided", (2, 2), (1, 1), "SAME"),
        ("same_dilated", (1, 1), (2, 3), "SAME"), ("valid_dilated", (1, 1), (2, 1), "VALID"),
    ):  # fmt: skip
        strides = [1, *stride, 1]
        case(f"conv_{name}", tf.nn.conv2d(x, w, strides, padding, dilations=[*dilation]), x, w)
        if stride[0] == stride[1]:
            d = normal(3, 2, 4, 3)
            out = tf.nn.depthwise_conv2d(x, d, strides, padding, dilations=[*dilation])
            case(f"depthwise_{name}", out, x, d)
    out = tf.nn.conv2d(x, w, [1, 2, 1, 1], [[0, 0], [1, 0], [2, 1], [0, 0]])
    case("conv_explicit", out, x, w)
    g = normal(3, 2, 2, 6)
    case("conv_grouped", tf.nn.conv2d(x, g, [1, 1, 1, 1], "SAME"), x, g)
    for name, shape, stride, padding in (
        ("same", (2, 7, 6, 5), (2, 3), "SAME"), ("valid", (2, 9, 7, 5), (2, 3), "VALID"),
        ("unit", (2, 4, 2, 5), (1, 1), "SAME"),
        ("sparse", (2, 7, 5, 5), (2, 4), "VALID"),
    ):  # fmt: skip
        k = normal(3, 2, 5, 4) if name != "sparse" else normal(1, 1, 5, 4)
        small = tf.nn.conv2d(np.zeros(shape, np.float32), k, [1, *stride, 1], padding).shape
        y = normal(*small)
        case(f"transpose_conv_{name}", tf.nn.conv2d_transpose(y, k, shape, [1, *stride, 1], padding), shape, k, y)


def pools() -> None:
    x = normal(2, 7, 6, 3)
    for name, kernel, stride, padding in (
        ("same", (3, 2), (2, 2), "SAME"), ("valid", (2, 3), (1, 2), "VALID"), ("large", (5, 5), (3, 3), "SAME"),
    ):  # fmt: skip
        k, s = [1, *kernel, 1], [1, *stride, 1]
        case(f"average_pool_{name}", raw.AvgPool(value=x, ksize=k, strides=s, padding=padding), x)
        case(f"max_pool_{name}", raw.MaxPool(input=x, ksize=k, strides=s, padding=padding), x)


def products() -> None:
    x, w, b = normal(3, 4), normal(4, 5), normal(5)
    case("fully_connected", tf.nn.relu6(tf.matmul(x, w) + b), x, w, b)
    c, d = normal(4, 3), normal(5, 4)
    case("matmul_transposed", tf.matmul(c, d, True, True), c, d)
    p, q = normal(2, 1, 3, 4), normal(3, 5, 4)
    case("batch_matmul_adjoint", raw.BatchMatMulV2(x=p, y=q, adj_x=False, adj_y=True), p, q)
    for adjoint in (False, True):
        u = (normal(2, 3, 3) + 1j * normal(2, 3, 3)).astype(np.complex64)
        case(f"batch_matmul_complex_{adjoint}", raw.BatchMatMulV2(x=u, y=u, adj_x=adjoint, adj_y=False), u, u)


def elementwise() -> None:
    x = np.concatenate([normal(20) * 3, np.float32([0.0, -0.5, 0.5, 1.5, 2.5, -1.5, 100.0, -100.0])])
    for name, function in (
        ("relu6", tf.nn.relu6), ("elu", tf.nn.elu), ("logistic", tf.sigmoid), ("tanh", tf.tanh), ("round", tf.round),
        ("gelu", tf.nn.gelu), ("gelu_approximate", lambda v: tf.nn.gelu(v, True)), ("sign", tf.sign),
        ("hard_swish", lambda v: v * tf.nn.relu6(v + 3) / 6), ("leaky_relu", lambda v: tf.nn.leaky_relu(v, 0.3)),
    ):  # fmt: skip
        case(name, function(x), x)
    y = np.float32(rng.uniform(0.5, 3, x.shape)) * np.sign(x + 0.25)
    case("floor_div_float", tf.math.floordiv(x, y), x, y)
    case("floor_mod_float", tf.math.floormod(x, y), x, y)
    i, j = np.int32([7, -7, 7, -7, 6, -6, 0]), np.int32([2, 2, -2, -2, 3, 3, -5])
    case("floor_div_int", tf.math.floordiv(i, j), i, j)
    case("floor_mod_int", tf.math.floormod(i, j), i, j)
    case("div_int", raw.Div(x=i, y=j), i, j)
    n, m = np.float32([np.nan, 1, np.inf, np.nan]), np.float32([1, np.nan, np.nan, 2])
    case("maximum_nan", raw.Maximum(x=n, y=m), n, m)
    case("minimum_nan", raw.Minimum(x=n, y=m), n, m)
    z = normal(2, 3, 5) * 4
    case("softmax", tf.nn.softmax(z), z)
    case("log_softmax", tf.nn.log_softmax(z), z)
    case("cast_to_int", tf.cast(x, tf.int32), x)
    case("cast_to_bool", tf.cast(x, tf.bool), x)


def reductions() -> None:
    x = normal(2, 3, 4)
    axes = np.int32([-1, 0])
    for name, op in (
        ("mean", raw.Mean), ("sum", raw.Sum), ("max", raw.Max), ("min", raw.Min), ("prod", raw.Prod),
    ):  # fmt: skip
        case(f"reduce_{name}", op(input=x, axis=axes, keep_dims=False), x, axes)
    i = np.int32([[1, 2, 4], [-1, -2, -4]])
    case("mean_int", raw.Mean(input=i, axis=[1], keep_dims=True), i, np.int32([1]))
    ties = np.float32([[1, 3, 3, 2], [0, 0, -1, -1]])
    case("arg_max", tf.argmax(ties, 1), ties, np.int32(1))
    case("arg_min", tf.argmin(ties, 1, tf.int32), ties, np.int32(1))


def slices() -> None:
    x = normal(4, 5, 6)
    table = (
        ("plain", [1, 0, 2], [3, 5, 6], [1, 2, 3], {}),
        ("negative", [-1, 4, 5], [-5, 0, -7], [-1, -2, -1], {}),
        ("masks", [1, 2, 3], [2, 3, 4], [1, 1, 1], {"begin_mask": 5, "end_mask": 3}),
        ("masks_backwards", [1, 2, 3], [2, 3, 4], [-1, 1, -2], {"begin_mask": 5, "end_mask": 1}),
        ("shrink", [1, -1], [2, 0], [1, 1], {"shrink_axis_mask": 3}),
        ("shrink_begin_mask", [2, 1], [0, 0], [1, 1], {"shrink_axis_mask": 1, "begin_mask": 1, "end_mask": 2}),
        ("new_axis", [9, 1, 9, 0], [9, 3, 9, 2], [1, 1, 1, 1], {"new_axis_mask": 5}),
        ("new_axis_wins", [0, 1], [0, 3], [1, 1], {"new_axis_mask": 1, "shrink_axis_mask": 1}),
        ("ellipsis", [1, 0, 2], [2, 0, 4], [1, 1, 1], {"ellipsis_mask": 2}),
        ("ellipsis_all", [1, 0, 0, 0, -1], [2, 0, 0, 0, 0], [1, 1, 1, 1, 1],
         {"ellipsis_mask": 2, "new_axis_mask": 12, "shrink_axis_mask": 16}),
        ("out_of_range", [-9, 3, 9], [2, 99, 12], [1, 1, 1], {}),
    )  # fmt: skip
    for name, begin, end, strides, masks in table:
        b, e, s = (np.int32(v) for v in (begin, end, strides))
        case(f"strided_slice_{name}", raw.StridedSlice(input=x, begin=b, end=e, strides=s, **masks), x, b, e, s)
    index = np.int32([[0, 2], [1, 1]])
    case("gather_axis", tf.gather(x, index, axis=1), x, index)
    y, at = normal(2, 3, 4, 5), np.int32([[3, 0], [1, 1]])
    case("gather_batch", tf.gather(y, at, axis=2, batch_dims=1), y, at)
    case("gather_nd", tf.gather_nd(x, np.int32([[0, 1], [3, 4]])), x, np.int32([[0, 1], [3, 4]]))
    lengths = np.int64([2, 0, 5, 1])
    case("reverse_sequence", tf.reverse_sequence(x, lengths, seq_axis=1, batch_axis=0), x, lengths)
    for mode in ("REFLECT", "SYMMETRIC"):
        pads = np.int32([[1, 2], [0, 3], [2, 0]])
        case(f"mirror_pad_{mode}", tf.pad(x, pads, mode), x, pads)
    case("range_float", tf.range(0.0, 1.0, 0.1), np.float32(0), np.float32(1), np.float32(0.1))
    case("range_int", tf.range(5, -6, -3), np.int32(5), np.int32(-6), np.int32(-3))
    case("select_rows", raw.Select(condition=[True, False, True, False], x=x, y=-x), [True, False, True, False], x, -x)
    hot = np.int64([[0, 3], [-1, 7]])
    case("one_hot", tf.one_hot(hot, 4, 2.0, -1.0, axis=1), hot, np.int32(4), np.float32(2), np.float32(-1))
    top = np.float32([[1, 3, 3, 2, 3], [0, -1, 0, -1, 5]])
    case("top_k", tf.math.top_k(top, 3), top, np.int32(3))


def layouts() -> None:
    x = normal(2, 4, 6, 4)
    case("space_to_depth", tf.nn.space_to_depth(x, 2), x)
    case("depth_to_space", tf.nn.depth_to_space(x, 2), x)
    block, pads = np.int32([2, 3]), np.int32([[1, 1], [0, 3]])
    batched = tf.space_to_batch(x, block, pads)
    case("space_to_batch", batched, x, block, pads)
    case("batch_to_space", tf.batch_to_space(batched, block, pads), batched, block, pads)
    y = normal(2, 6, 3)
    case("space_to_batch_1d", tf.space_to_batch(y, [3], [[0, 0]]), y, np.int32([3]), np.int32([[0, 0]]))


def images() -> None:
    x = normal(1, 5, 4, 2)
    for size in ((8, 9), (3, 2), (1, 1), (5, 7)):
        for align, half in ((False, False), (True, False), (False, True)):
            name = f"{size[0]}x{size[1]}{'_align' * align}{'_half' * half}"
            options = {"images": x, "size": size, "align_corners": align, "half_pixel_centers": half}
            case(f"bilinear_{name}", raw.ResizeBilinear(**options), x, np.int32(size))
            case(f"nearest_{name}", raw.ResizeNearestNeighbor(**options), x, np.int32(size))
    y = normal(1, 2, 2, 9)
    case("lrn", tf.nn.local_response_normalization(y, 2, 1.5, 0.7, 0.6), y)
    s, o, m, v = normal(2), normal(2), normal(2), np.abs(normal(2))
    out = raw.FusedBatchNormV3(x=x, scale=s, offset=o, mean=m, variance=v, epsilon=0.01, is_training=False)
    case("batch_norm", out.y, x, s, o, m, v)


def quantised() -> None:
    x = normal(40) * 4
    for name, low, high, bits, narrow in (
        ("plain", -6.0, 6.0, 8, False), ("skewed", -0.3, 5.7, 8, False), ("narrow", -1.1, 1.0, 4, True),
        ("positive", 0.0, 2.0, 8, False), ("wide", -3.3, 9.1, 16, False),
    ):  # fmt: skip
        case(f"fake_quant_{name}", tf.quantization.fake_quant_with_min_max_args(x, low, high, bits, narrow), x)
        case(f"fake_quant_vars_{name}", tf.quantization.fake_quant_with_min_max_vars(x, low, high, bits, narrow), x,
             np.float32(low), np.float32(high))  # fmt: skip
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        for name, seed, seed2, shape in (
            ("small", 7, 11, (3, 5)), ("large", 87654321, 1, (2, 1500)), ("half", 0, 5, (9,)),
        ):  # fmt: skip
            drawn = session.run(raw.RandomUniform(shape=shape, dtype=tf.float32, seed=seed, seed2=seed2))
            case(f"random_{name}", drawn, np.int32(shape))


def scattered() -> None:
    at, rows = np.int32([[2], [0], [2]]), normal(3, 4)
    case("scatter_nd", tf.scatter_nd(at, rows, [4, 4]), at, rows, np.int32([4, 4]))
    points, few = np.int32([[[0, 1], [1, 2]]]), np.int32([[5, -7]])
    case("scatter_nd_points", tf.scatter_nd(points, few, [2, 3]), points, few, np.int32([2, 3]))
    for name, index, shape, values in (
        ("matrix", [[0, 1], [1, 2]], [2, 3], [1.5, 2.5]), ("vector", [1, 3], [5], [7.0, 8.0]), ("scalar", 2, [4], 3.0),
        ("one_value", [[0, 1], [1, 2]], [2, 3], 9.0),
    ):  # fmt: skip
        i, s, v, d = np.int32(index), np.int32(shape), np.float32(values), np.float32(-1)
        case(f"sparse_to_dense_{name}", raw.SparseToDense(sparse_indices=i, output_shape=s, sparse_values=v,
             default_value=d), i, s, v, d)  # fmt: skip
    x, block = normal(4, 5), normal(2, 3)
    for name, start in (("inside", [1, 2]), ("clamped", [3, -4])):
        out = tf.function(gen_xla_ops.xla_dynamic_update_slice, jit_compile=True)(x, block, np.int32(start))
        case(f"dynamic_update_slice_{name}", out, x, block, np.int32(start))
    parts = np.int32([2, 0, 2, 0])
    case("dynamic_partition", raw.DynamicPartition(data=x, partitions=parts, num_partitions=3), x, parts)
    grid = np.int32([[0, 1], [1, 0]])
    y = normal(2, 2, 3)
    case("dynamic_partition_grid", raw.DynamicPartition(data=y, partitions=grid, num_partitions=2), y, grid)
    first, second = np.int32([[3, 0], [1, 5]]), np.int32([2, 4, 0])
    a, b = normal(2, 2, 2), normal(3, 2)
    out = raw.DynamicStitch(indices=[first, second], data=[a, b])
    case("dynamic_stitch", out, first, second, a, b)
    case("segment_sum", raw.SegmentSum(data=x, segment_ids=[0, 0, 3, 3]), x, np.int32([0, 0, 3, 3]))
    ids = np.int32([2, 0, -1, 2])
    for name, op in (
        ("sum", raw.UnsortedSegmentSum), ("prod", raw.UnsortedSegmentProd), ("max", raw.UnsortedSegmentMax),
        ("min", raw.UnsortedSegmentMin),
    ):  # fmt: skip
        case(f"unsorted_{name}", op(data=x, segment_ids=ids, num_segments=4), x, ids, np.int32(4))
        whole = np.int32(rng.integers(-5, 6, (2, 2, 2)))
        case(f"unsorted_{name}_grid", op(data=whole, segment_ids=grid, num_segments=3), whole, grid, np.int32(3))


def searched() -> None:
    words = np.int32([5, 2, 5, 9, 2, -1])
    case("unique", raw.Unique(x=words), words)
    case("unique_float", raw.Unique(x=np.float32([1, 0, 1, 3]), out_idx=tf.int64), np.float32([1, 0, 1, 3]))
    for name, x in (
        ("float", np.float32([-1, 0, 0.5, 2, 9, np.inf, -np.inf])), ("int", np.int32([-1, 0, 1, 2, 3])),
    ):  # fmt: skip
        case(f"bucketize_{name}", raw.Bucketize(input=x, boundaries=[0.0, 1.5, 2.0]), x)
    x = normal(2, 3, 4)
    for exclusive in (False, True):
        for reverse in (False, True):
            out = tf.cumsum(x, 1, exclusive, reverse)
            case(f"cumsum_{exclusive}_{reverse}", out, x, np.int32(1))
    case("cumsum_int", tf.cumsum(np.int32([1, -2, 3]), -1), np.int32([1, -2, 3]), np.int32(-1))
    corners = rng.uniform(0, 1, (12, 2, 2)).astype(np.float32)
    boxes, scores = corners.reshape(12, 4), np.round(rng.uniform(0, 1, 12), 1).astype(np.float32)
    for name, most, overlap, least in (("few", 4, 0.3, 0.2), ("all", 20, 0.6, -1.0), ("none", 3, 0.5, 2.0)):
        options = {"boxes": boxes, "scores": scores, "max_output_size": most, "iou_threshold": overlap,
                   "score_threshold": least, "pad_to_max_output_size": True}  # fmt: skip
        operands = boxes, scores, np.int32(most), np.float32(overlap), np.float32(least)
        case(f"non_max_suppression_{name}", raw.NonMaxSuppressionV4(**options), *operands)
        for sigma in (0.0, 0.4):
            out = raw.NonMaxSuppressionV5(**options, soft_nms_sigma=sigma)
            case(f"soft_suppression_{name}_{sigma}", out, *operands, np.float32(sigma))


def numbers() -> None:
    a, b = np.int32([5, -7, 12, 0]), np.int32([3, 2, -1, 9])
    case("bitwise_xor", raw.BitwiseXor(x=a, y=b), a, b)
    case("right_shift", raw.RightShift(x=a, y=np.int32([1, 1, 0, 31])), a, np.int32([1, 1, 0, 31]))
    u = np.uint8([200, 7, 255])
    case("right_shift_unsigned", raw.RightShift(x=u, y=np.uint8([1, 2, 7])), u, np.uint8([1, 2, 7]))
    x = normal(2, 4)
    case("bitcast_same", tf.bitcast(x, tf.int32), x)
    case("bitcast_smaller", tf.bitcast(x, tf.uint8), x)
    case("bitcast_larger", tf.bitcast(np.int16([[1, 2], [3, -4]]), tf.int32), np.int16([[1, 2], [3, -4]]))
    y = normal(2, 4)
    case("atan2", tf.atan2(x, y), x, y)
    case("atan2_zeros", tf.atan2(np.float32([0, -0.0, 0, 1, -1]), np.float32([1, 1, -1, 0, 0])),
         np.float32([0, -0.0, 0, 1, -1]), np.float32([1, 1, -1, 0, 0]))  # fmt: skip
    case("erf", tf.math.erf(x), x)
    z = tf.complex(x, y)
    case("complex", z, x, y)
    case("complex_abs", raw.ComplexAbs(x=z), z)
    case("real", raw.Real(input=z), z)
    case("imag", raw.Imag(input=z), z)
    for name, length in (("same", [4, 8]), ("padded", [8, 16]), ("cut", [2, 4])):
        image = normal(2, 4, 8)
        case(f"rfft2d_{name}", tf.signal.rfft2d(image, length), image, np.int32(length))
    d, m = normal(2, 3), normal(2, 3, 4)
    case("matrix_diag", raw.MatrixDiag(diagonal=d), d)
    case("matrix_set_diag", raw.MatrixSetDiag(input=m, diagonal=d), m, d)
    case("matrix_set_diag_tall", raw.MatrixSetDiag(input=m.transpose(0, 2, 1), diagonal=d), m.transpose(0, 2, 1), d)
    case("broadcast_args", raw.BroadcastArgs(s0=[5, 1, 3], s1=[4, 1]), np.int32([5, 1, 3]), np.int32([4, 1]))
    case(
        "broadcast_args_empty", raw.BroadcastArgs(s0=np.int32([0, 1]), s1=np.int32([])), np.int32([0, 1]), np.int32([])
    )


def volumes() -> None:
    x, w = normal(1, 5, 4, 6, 2), normal(3, 2, 2, 2, 3)
    for name, strides, padding in (("same", [1, 2, 1, 2, 1], "SAME"), ("valid", [1, 1, 2, 1, 1], "VALID")):
        case(f"conv3d_{name}", tf.nn.conv3d(x, w, strides, padding), x, w)
        small = tf.nn.conv3d(x, w, strides, padding).shape
        y = normal(*small)
        out = tf.nn.conv3d_transpose(y, w, x.shape, strides, padding)
        case(f"conv3d_transpose_{name}", out, np.int32(x.shape), w, y)


def sounds() -> None:
    x = normal(100, 2)
    for name, squared in (("plain", False), ("squared", True)):
        out = raw.AudioSpectrogram(input=x, window_size=20, stride=7, magnitude_squared=squared)
        case(f"audio_spectrogram_{name}", out, x)
    spectrum = raw.AudioSpectrogram(input=normal(600, 1), window_size=512, stride=40, magnitude_squared=True)
    for name, options in (
        ("default", {}),
        ("narrow", {"upper_frequency_limit": 3000.0, "lower_frequency_limit": 100.0, "filterbank_channel_count": 10,
                    "dct_coefficient_count": 5}),
    ):  # fmt: skip
        case(f"mfcc_{name}", raw.Mfcc(spectrogram=spectrum, sample_rate=16000, **options), spectrum, np.int32(16000))


for make in (
    convolutions, pools, products, elementwise, reductions, slices, layouts, images, quantised, scattered, searched,
    numbers, volumes, sounds
):  # fmt: skip
    make()
path = Path(__file__).parent / "kernels" / "tensorflow.npz"
path.parent.mkdir(exist_ok=True)
np.savez_compressed(path, **cases)
count = len({key.split("/")[0] for key in cases})
print(f"{path.name}: {count} cases, {path.stat().st_size:,} bytes, TensorFlow {tf.__version__}")
