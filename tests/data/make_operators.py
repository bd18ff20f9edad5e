"""Makes operators/tensorflow.npz: small GraphDefs for all TensorFlow operators, inputs, and the results.

Run with TensorFlow 2.21 on a CPU: `python tests/data/make_operators.py`. Only needed to add cases;
`tests/frontends/graphdef/test_operators.py` converts each graph and runs it. A case is called by the operator, with a
tag where there are several. Entries are `<case>/graph` (the bytes), `<case>/x<i>` (inputs, by the placeholders' names)
and `<case>/y<i>` (results, by the names of the output nodes).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.compiler.tf2xla.ops import gen_xla_ops

raw = tf.raw_ops
rng = np.random.default_rng(21)
entries: dict[str, Any] = {}
NAME = {getattr(raw, name): name for name in dir(raw) if name[0] != "_"}
WITHDRAWN = ("TopK", "BatchNormWithGlobalNormalization")
"""Operators that may stand in graphs of early producers only, which TensorFlow no longer runs."""


def normal(*shape: int) -> Any:
    return rng.normal(0, 1.5, shape).astype(np.float32)


def uniform(*shape: int) -> Any:
    return rng.uniform(0.2, 2.5, shape).astype(np.float32)


def i32(*values: Any) -> Any:
    return np.array(values, np.int32)


def save(name: str, function: Callable[..., Any], *inputs: Any, expected: Any = None) -> None:
    """`function` of placeholders like `inputs`; `expected` stands in for what TensorFlow does not run so."""
    op = name.partition(".")[0]
    with tf.Graph().as_default() as graph:
        if op in WITHDRAWN:
            tf.import_graph_def(tf.compat.v1.GraphDef(versions={"producer": 6}), name="")
        fed = [
            tf.compat.v1.placeholder(tf.as_dtype(np.asarray(x).dtype), np.shape(x), name=f"x{i}")
            for i, x in enumerate(inputs)
        ]
        made = function(*fed)
        made = list(made) if isinstance(made, (list, tuple)) else [made]
        made = [tf.identity(y, name=f"y{i}") for i, y in enumerate(made)]
        assert op in {node.op for node in graph.as_graph_def().node}, name
        if expected is None:
            with tf.compat.v1.Session(graph=graph) as session:
                results = session.run(made, dict(zip(fed, inputs, strict=True)))
        else:
            results = expected
        entries[f"{name}/graph"] = np.frombuffer(graph.as_graph_def().SerializeToString(), np.uint8)
    for i, x in enumerate(inputs):
        entries[f"{name}/x{i}"] = np.asarray(x)
    for i, y in enumerate(results):
        entries[f"{name}/y{i}"] = np.asarray(y)


def elementwise() -> None:
    x, y, p = normal(2, 3, 4), normal(3, 1), uniform(2, 3, 4)
    ints, more = rng.integers(-9, 9, (3, 4)).astype(np.int32), i32(2, -3, 4, -5)
    flags, other = x > 0, x > 0.5
    for op in (raw.Abs, raw.Ceil, raw.Cos, raw.Exp, raw.Expm1, raw.Floor, raw.Neg, raw.Rint, raw.Round, raw.Sign,
               raw.Sin,
               raw.Square, raw.Tanh, raw.Sigmoid, raw.Tan):  # fmt: skip
        save(NAME[op], lambda x, op=op: op(x=x), x)
    for op in (raw.Log, raw.Log1p, raw.Rsqrt, raw.Sqrt, raw.Reciprocal, raw.Inv):
        save(NAME[op], lambda x, op=op: op(x=x), p)
    for op in (raw.Relu, raw.Relu6, raw.Elu, raw.Selu, raw.Softplus, raw.Softsign, raw.LeakyRelu):
        save(NAME[op], lambda x, op=op: op(features=x), x)
    save("Softplus.far", lambda x: raw.Softplus(features=x), np.float32([-200, -20, 0, 20, 200]))
    save("Softmax", lambda x: raw.Softmax(logits=x), x)
    save("LogSoftmax", lambda x: raw.LogSoftmax(logits=x), x)
    for op in (raw.Add, raw.AddV2, raw.Sub, raw.Mul, raw.Div, raw.RealDiv, raw.Maximum, raw.Minimum,
               raw.SquaredDifference,
               raw.Less, raw.LessEqual, raw.Greater, raw.GreaterEqual, raw.Equal, raw.NotEqual):  # fmt: skip
        save(NAME[op], lambda x, y, op=op: op(x=x, y=y), x, y)
    save("Pow", lambda x, y: raw.Pow(x=x, y=y), p, y)
    save("Pow.int", lambda x, y: raw.Pow(x=x, y=y), ints, i32(0, 1, 2, 3))
    save("Atan2", lambda x, y: raw.Atan2(y=x, x=y), x, normal(2, 3, 4))
    for op in (raw.FloorDiv, raw.FloorMod):
        save(NAME[op], lambda x, y, op=op: op(x=x, y=y), x, uniform(3, 1))
        save(f"{NAME[op]}.int", lambda x, y, op=op: op(x=x, y=y), ints, more)
    save("TruncateDiv", lambda x, y: raw.TruncateDiv(x=x, y=y), ints, more)
    save("Div.int", lambda x, y: raw.Div(x=x, y=y), ints, more)
    save("DivNoNan", lambda x, y: raw.DivNoNan(x=x, y=y), x, np.float32([1, 0, -2, 0]))
    save("AddN", lambda *x: raw.AddN(inputs=x), x, x + 1, -x)
    save("BiasAdd", lambda x, y: raw.BiasAdd(value=x, bias=y), x, normal(4))
    save("BiasAddV1", lambda x, y: raw.BiasAddV1(value=x, bias=y), x, normal(4))
    save("ClipByValue", lambda x: raw.ClipByValue(t=x, clip_value_min=-1.0, clip_value_max=0.5), x)
    save("LogicalAnd", lambda x, y: raw.LogicalAnd(x=x, y=y), flags, other)
    save("LogicalOr", lambda x, y: raw.LogicalOr(x=x, y=y), flags, other)
    save("LogicalNot", lambda x: raw.LogicalNot(x=x), flags)
    for target in (tf.int32, tf.bool, tf.int64):
        save(f"Cast.{target.name}", lambda x, t=target: raw.Cast(x=x, DstT=t), x)
    odd = np.float32([1, np.nan, np.inf, -np.inf, 0])
    for op in (raw.IsNan, raw.IsInf, raw.IsFinite):
        save(NAME[op], lambda x, op=op: op(x=x), odd)
    save("L2Loss", lambda x: raw.L2Loss(t=x), x)
    save("BitwiseXor", lambda x, y: raw.BitwiseXor(x=x, y=y), ints, more)
    save("RightShift", lambda x, y: raw.RightShift(x=x, y=y), ints, i32(0, 1, 2, 31))
    save("Invert", lambda x: raw.Invert(x=x), ints)
    save("Bitcast", lambda x: raw.Bitcast(input=x, type=tf.int32), x)


def passed_on() -> None:
    x = normal(2, 3)
    for op, key in (
        ("Identity", "input"),
        ("Snapshot", "input"),
        ("StopGradient", "input"),
        ("PreventGradient", "input"),
    ):
        save(op, lambda x, op=op, key=key: getattr(raw, op)(**{key: raw.Neg(x=x)}), x)
    save("CheckNumerics", lambda x: raw.CheckNumerics(tensor=x, message="no"), x)
    save("EnsureShape", lambda x: raw.EnsureShape(input=x, shape=[2, None]), x)
    save("IdentityN", lambda x, y: raw.IdentityN(input=[x, y]), x, x + 1)
    save("PlaceholderWithDefault", lambda x: raw.PlaceholderWithDefault(input=x, shape=[2, 3]) + 1, x)

    def guarded(x: Any) -> Any:
        check = raw.Assert(condition=tf.reduce_all(x < 99), data=[x])
        with tf.control_dependencies([check, raw.NoOp()]):
            return raw.Neg(x=x)

    save("Assert", guarded, x)
    save("NoOp", guarded, x)

    def switched(x: Any) -> Any:
        off, on = raw.Switch(data=x, pred=tf.constant(True))
        return raw.Merge(inputs=[raw.Neg(x=off), raw.Exp(x=on)])[0]

    save("Switch", switched, x)
    save("Merge", switched, x)


def reductions() -> None:
    x, flags = normal(2, 3, 4), normal(2, 3, 4) > 0
    for op in (raw.Mean, raw.Sum, raw.Max, raw.Min, raw.Prod):
        save(NAME[op], lambda x, op=op: op(input=x, axis=[-1, 0], keep_dims=False), x)
    for op in (raw.Any, raw.All):
        save(NAME[op], lambda x, op=op: op(input=x, axis=[1], keep_dims=True), flags)
    for op in (raw.ArgMax, raw.ArgMin):
        save(NAME[op], lambda x, op=op: op(input=x, dimension=1), x)
        save(f"{NAME[op]}.int32", lambda x, op=op: op(input=x, dimension=-1, output_type=tf.int32), x)
    save("ArgMax.int16", lambda x: raw.ArgMax(input=x, dimension=-1, output_type=tf.int16), x)
    for exclusive, reverse in ((False, False), (True, True)):
        save(
            f"Cumsum.{exclusive}", lambda x, e=exclusive, r=reverse: raw.Cumsum(x=x, axis=1, exclusive=e, reverse=r), x
        )
    save("SegmentSum", lambda x: raw.SegmentSum(data=x, segment_ids=[0, 1, 1]), normal(3, 2))
    save("SegmentSum.gap", lambda x: raw.SegmentSum(data=x, segment_ids=[1, 1, 4]), normal(3, 2))
    for kind in ("Sum", "Prod", "Max", "Min"):
        op = getattr(raw, f"UnsortedSegment{kind}")
        save(
            f"UnsortedSegment{kind}", lambda x, op=op: op(data=x, segment_ids=[1, -1, 1], num_segments=3), normal(3, 2)
        )


def shapes() -> None:
    x, y = normal(2, 3, 4), normal(1, 3, 1)
    save("Reshape", lambda x: raw.Reshape(tensor=x, shape=[4, -1]), x)
    save("Reshape.int64", lambda x: raw.Reshape(tensor=x, shape=np.int64([4, -1])), x)
    save("ExpandDims", lambda x: raw.ExpandDims(input=x, axis=-2), x)
    save("Squeeze", lambda x: raw.Squeeze(input=x, axis=[0, -1]), y)
    save("Squeeze.all", lambda x: raw.Squeeze(input=x), y)
    save("Rank", lambda x: raw.Rank(input=x), x)
    save("Shape", lambda x: raw.Shape(input=x), x)
    save("Shape.int64", lambda x: raw.Shape(input=x, out_type=tf.int64), x)
    save("ShapeN", lambda x, y: raw.ShapeN(input=[x, y]), x, y)
    save("Size", lambda x: raw.Size(input=x), x)
    save("Tile", lambda x: raw.Tile(input=x, multiples=[1, 2, 3]), y)
    save("BroadcastTo", lambda x: raw.BroadcastTo(input=x, shape=[2, 3, 4]), y)
    save("BroadcastArgs", lambda x, y: raw.BroadcastArgs(s0=x, s1=y), i32(5, 1, 3), i32(4, 1))
    save("Fill", lambda x: raw.Fill(dims=[2, 3], value=x), np.float32(4))
    save("Range", lambda x: raw.Range(start=x[0], limit=9, delta=2), i32(1))
    save("ZerosLike", lambda x: raw.ZerosLike(x=x), x)
    save("OnesLike", lambda x: raw.OnesLike(x=x), x)
    save("Slice", lambda x: raw.Slice(input=x, begin=[0, 1, 0], size=[-1, 2, 3]), x)
    save("StridedSlice", lambda x: raw.StridedSlice(input=x, begin=[1, 0, 3], end=[0, 0, 0], strides=[1, 1, -1],
         begin_mask=2, end_mask=2, shrink_axis_mask=1), x)  # fmt: skip
    save("Split", lambda x: raw.Split(axis=2, value=x, num_split=2), x)
    save("SplitV", lambda x: raw.SplitV(value=x, size_splits=[1, -1], axis=2, num_split=2), x)
    save("Concat", lambda x, y: raw.Concat(concat_dim=0, values=[x, y]), x, x + 1)
    save("ConcatV2", lambda x, y: raw.ConcatV2(values=[x, y], axis=-1), x, x + 1)
    save("Pack", lambda x, y: raw.Pack(values=[x, y], axis=1), x, x + 1)
    save("Unpack", lambda x: raw.Unpack(value=x, num=3, axis=1), x)
    save("Gather", lambda x: raw.Gather(params=x, indices=[1, 0]), x)
    save("GatherV2", lambda x: raw.GatherV2(params=x, indices=[[1, 0]], axis=-1), x)
    save("GatherV2.batch", lambda x: raw.GatherV2(params=x, indices=[[1, 0], [2, 2]], axis=1, batch_dims=1), x)
    save("GatherNd", lambda x: raw.GatherNd(params=x, indices=[[1, 0], [0, 2]]), x)
    save("Reverse", lambda x: raw.Reverse(tensor=x, dims=[False, True, False]), x)
    save("ReverseV2", lambda x: raw.ReverseV2(tensor=x, axis=[-1]), x)
    save("ReverseSequence", lambda x: raw.ReverseSequence(input=x, seq_lengths=[2, 3], seq_dim=1, batch_dim=0), x)
    save("Pad", lambda x: raw.Pad(input=x, paddings=[[0, 1], [1, 0], [2, 2]]), x)
    save("PadV2", lambda x: raw.PadV2(input=x, paddings=[[0, 1], [1, 0], [2, 2]], constant_values=7.0), x)
    for mode in ("REFLECT", "SYMMETRIC"):
        save(
            f"MirrorPad.{mode}", lambda x, m=mode: raw.MirrorPad(input=x, paddings=[[0, 1], [1, 0], [2, 2]], mode=m), x
        )
    save("Transpose", lambda x: raw.Transpose(x=x, perm=[2, 0, 1]), x)
    save("Roll", lambda x: raw.Roll(input=x, shift=[1, -3], axis=[1, 2]), x)
    save("Roll.same_axis", lambda x: raw.Roll(input=x, shift=[1, 7], axis=[-1, 2]), x)
    for name, low, high in (("band", 1, 0), ("lower", -1, 0), ("upper", 0, -1)):
        save(
            f"MatrixBandPart.{name}", lambda x, a=low, b=high: raw.MatrixBandPart(input=x, num_lower=a, num_upper=b), x
        )
    d = normal(2, 3)
    save("MatrixDiag", lambda x: raw.MatrixDiag(diagonal=x), d)
    save("MatrixSetDiag", lambda x, d: raw.MatrixSetDiag(input=x, diagonal=d), x, d)
    for version in ("V2", "V3"):
        diag, set_diag = getattr(raw, f"MatrixDiag{version}"), getattr(raw, f"MatrixSetDiag{version}")
        save(
            f"MatrixDiag{version}",
            lambda x, op=diag: op(diagonal=x, k=0, num_rows=-1, num_cols=-1, padding_value=0.0),
            d,
        )
        save(f"MatrixSetDiag{version}", lambda x, d, op=set_diag: op(input=x, diagonal=d, k=0), x, d)


def wide_indices() -> None:
    """Shapes, axes and indices of 64 bits, which many kernels of TensorFlow Lite do not read."""
    x, pads = normal(2, 3, 4), np.int64([[0, 1], [1, 0], [2, 2]])
    one, three = np.int64([1]), np.int64([2, 0, 1])
    save("Transpose.int64", lambda x: raw.Transpose(x=x, perm=three), x)
    save("Mean.int64", lambda x: raw.Mean(input=x, axis=one), x)
    save("Max.int64", lambda x: raw.Max(input=x, axis=one), x)
    save("All.int64", lambda x: raw.All(input=x, axis=one), x > 0)
    save("ArgMax.axis64", lambda x: raw.ArgMax(input=x, dimension=np.int64(1)), x)
    save("Cumsum.int64", lambda x: raw.Cumsum(x=x, axis=np.int64(1)), x)
    save("StridedSlice.int64", lambda x: raw.StridedSlice(input=x, begin=one, end=one * 2, strides=one), x)
    save("Slice.int64", lambda x: raw.Slice(input=x, begin=one.repeat(3), size=one.repeat(3)), x)
    save("ReverseV2.int64", lambda x: raw.ReverseV2(tensor=x, axis=one), x)
    save("ReverseSequence.int64", lambda x: raw.ReverseSequence(input=x, seq_lengths=three[:2], seq_dim=1), x)
    save("Tile.int64", lambda x: raw.Tile(input=x, multiples=three + 1), x)
    save("BroadcastTo.int64", lambda x: raw.BroadcastTo(input=x, shape=np.int64([5, 2, 3, 4])), x)
    save("Fill.int64", lambda x: raw.Fill(dims=np.int64([2, 3]), value=x), np.float32(4))
    save("ExpandDims.int64", lambda x: raw.ExpandDims(input=x, axis=np.int64(1)), x)
    save("Pad.int64", lambda x: raw.Pad(input=x, paddings=pads), x)
    save("PadV2.int64", lambda x: raw.PadV2(input=x, paddings=pads, constant_values=7.0), x)
    save("MirrorPad.int64", lambda x: raw.MirrorPad(input=x, paddings=pads, mode="SYMMETRIC"), x)
    save("SplitV.int64", lambda x: raw.SplitV(value=x, size_splits=np.int64([1, 2]), axis=1, num_split=2), x)
    save("ConcatV2.int64", lambda x: raw.ConcatV2(values=[x, x], axis=np.int64(1)), x)
    save("GatherV2.int64", lambda x: raw.GatherV2(params=x, indices=one, axis=np.int64(2)), x)
    save("GatherNd.int64", lambda x: raw.GatherNd(params=x, indices=np.int64([[1, 2]])), x)
    save("OneHot.int64", lambda x: raw.OneHot(indices=x, depth=3, on_value=1.0, off_value=0.0), three)
    image = normal(1, 4, 4, 1)
    block = np.int64([2, 2])
    save("SpaceToBatchND.int64", lambda x: raw.SpaceToBatchND(input=x, block_shape=block, paddings=pads[:2] * 2), image)
    save(
        "BatchToSpaceND.int64",
        lambda x: raw.BatchToSpaceND(input=x, block_shape=block, crops=pads[:2]),
        normal(4, 2, 2, 1),
    )
    save("SegmentSum.int64", lambda x: raw.SegmentSum(data=x, segment_ids=np.int64([0, 1])), x)
    save("UnsortedSegmentMax.int64", lambda x: raw.UnsortedSegmentMax(data=x, segment_ids=three[:2],
         num_segments=np.int64(3)), x)  # fmt: skip
    save("SparseToDense.int64", lambda x: raw.SparseToDense(sparse_indices=np.int64([1, 4]), output_shape=np.int64([5]),
         sparse_values=x, default_value=0.0), normal(2))  # fmt: skip
    save("Range.int64", lambda x: raw.Range(start=x[0], limit=np.int64(9), delta=np.int64(2)), one)


def chosen() -> None:
    x, y, c = normal(2, 3, 4), normal(2, 3, 4), normal(2, 3, 4) > 0
    save("Select", lambda c, x, y: raw.Select(condition=c, x=x, y=y), c, x, y)
    save("Select.rows", lambda c, x, y: raw.Select(condition=c, x=x, y=y), c[:, 0, 0], x, y)
    save("SelectV2", lambda c, x, y: raw.SelectV2(condition=c, t=x, e=y), c[0, :, :1], x, y[0, 0])
    save("Where", lambda c: raw.Where(condition=c), c)
    save("OneHot", lambda x: raw.OneHot(indices=x, depth=4, on_value=2.0, off_value=-1.0, axis=1), i32([0, 3], [-1, 7]))
    top = np.float32([[1, 3, 3, 2, 3], [0, -1, 0, -1, 5]])
    save("TopK", lambda x: raw.TopK(input=x, k=3), top, expected=tf.math.top_k(top, 3))
    save("TopKV2", lambda x: raw.TopKV2(input=x, k=3), top)
    save("TopKV2.int64", lambda x: raw.TopKV2(input=x, k=np.int64(3)), top)
    save("TopKV2.index", lambda x: raw.TopKV2(input=x, k=np.int16(3), index_type=tf.int64), top)
    save("Unique", lambda x: raw.Unique(x=x), i32(5, 2, 5, 9, 2))
    save("UniqueV2", lambda x: raw.UniqueV2(x=x, axis=np.int64([0])), i32(5, 2, 5, 9, 2))
    save("Bucketize", lambda x: raw.Bucketize(input=x, boundaries=[-1.0, 0.0, 2.5]), x)
    save("ScatterNd", lambda x: raw.ScatterNd(indices=[[2], [0], [2]], updates=x, shape=[4, 3]), normal(3, 3))
    save(
        "ScatterNd.int64",
        lambda x: raw.ScatterNd(indices=np.int64([[2], [0]]), updates=x, shape=np.int64([4])),
        normal(2),
    )
    at = [[0, 1], [1, 2]]
    save("SparseToDense", lambda x: raw.SparseToDense(sparse_indices=at, output_shape=[2, 3], sparse_values=x,
         default_value=-1.0), normal(2))  # fmt: skip
    save(
        "TensorScatterAdd", lambda x, u: raw.TensorScatterAdd(tensor=x, indices=at, updates=u), normal(2, 3), normal(2)
    )
    save(
        "TensorScatterSub", lambda x, u: raw.TensorScatterSub(tensor=x, indices=at, updates=u), normal(2, 3), normal(2)
    )
    save("InvertPermutation", lambda x: raw.InvertPermutation(x=x), i32(2, 0, 3, 1))
    block = normal(2, 2)
    whole = normal(3, 4)
    replaced = whole.copy()
    replaced[1:3, 2:4] = block
    save("XlaDynamicUpdateSlice", lambda x, u: gen_xla_ops.xla_dynamic_update_slice(x, u, [5, 2]), whole, block,
         expected=[replaced])  # fmt: skip
    fixed = normal(4, 2)
    save("DynamicPartition", lambda x: x + sum(tf.reduce_sum(p) for p in raw.DynamicPartition(
         data=tf.constant(fixed), partitions=[1, 0, 1, 1], num_partitions=2)), np.float32(1))  # fmt: skip
    for op in (raw.DynamicStitch, raw.ParallelDynamicStitch):
        save(NAME[op], lambda x, op=op: x + op(indices=[[2, 0], [1, 3]], data=[fixed[:2], fixed[2:]]), normal(2))
    boxes = np.sort(rng.uniform(0, 1, (10, 2, 2)), axis=1).reshape(10, 4).astype(np.float32)
    scores = rng.permutation(10).astype(np.float32) / 10
    boxed: dict[str, Any] = {"max_output_size": 6, "iou_threshold": 0.3}
    for name, extra in (("", {}), ("V2", {}), ("V3", {"score_threshold": 0.25}), ("V4", {"score_threshold": 0.25}),
                        ("V5", {"score_threshold": 0.25, "soft_nms_sigma": 0.5})):  # fmt: skip
        op = getattr(raw, f"NonMaxSuppression{name}")
        for padded in (False, True) if name in ("V4", "V5") else (None,):
            flags = {} if padded is None else {"pad_to_max_output_size": padded}
            save(f"NonMaxSuppression{name}{'.padded' * bool(padded)}",
                 lambda b, s, op=op, e=extra, f=flags: op(boxes=b, scores=s, **boxed, **e, **f), boxes,
         scores)  # fmt: skip


def layouts() -> None:
    x = normal(2, 4, 6, 4)
    save("SpaceToDepth", lambda x: raw.SpaceToDepth(input=x, block_size=2), x)
    save("DepthToSpace", lambda x: raw.DepthToSpace(input=x, block_size=2), x)
    block, pads = [2, 3], [[1, 1], [0, 3]]
    batched = tf.space_to_batch(x, block, pads).numpy()
    save("SpaceToBatchND", lambda x: raw.SpaceToBatchND(input=x, block_shape=block, paddings=pads), x)
    save("BatchToSpaceND", lambda x: raw.BatchToSpaceND(input=x, block_shape=block, crops=pads), batched)
    save("SpaceToBatch", lambda x: raw.SpaceToBatch(input=x, paddings=[[1, 1], [0, 2]], block_size=2), x)
    save("BatchToSpace", lambda x: raw.BatchToSpace(input=x, crops=[[1, 0], [0, 1]], block_size=2), normal(4, 3, 2, 3))
    for op in (raw.ResizeBilinear, raw.ResizeNearestNeighbor):
        for tag, flags in (("", {}), (".half", {"half_pixel_centers": True}), (".corners", {"align_corners": True})):
            save(f"{NAME[op]}{tag}", lambda x, op=op, f=flags: op(images=x, size=[7, 5], **f), x)


def images() -> None:
    x, w, d, c = normal(1, 7, 6, 4), normal(3, 2, 4, 5), normal(3, 2, 4, 2), uniform(4)
    for tag, options in (
        ("same", {"strides": [1, 2, 2, 1], "padding": "SAME"}),
        ("valid", {"strides": [1, 1, 1, 1], "padding": "VALID"}),
        ("explicit", {"strides": [1, 1, 1, 1], "padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 0, 2, 1, 0, 0]}),
        ("dilated", {"strides": [1, 1, 1, 1], "padding": "SAME", "dilations": [1, 2, 2, 1]}),
    ):  # fmt: skip
        save(f"Conv2D.{tag}", lambda x, o=options: raw.Conv2D(input=x, filter=w, **o), x)
        save(f"DepthwiseConv2dNative.{tag}", lambda x, o=options: raw.DepthwiseConv2dNative(input=x, filter=d, **o), x)
    k = normal(3, 2, 3, 4)
    save("Conv2DBackpropInput", lambda x: raw.Conv2DBackpropInput(input_sizes=[1, 14, 12, 3], filter=k, out_backprop=x,
         strides=[1, 2, 2, 1], padding="SAME"), x)  # fmt: skip
    for padding in ("SAME", "VALID"):
        window: dict[str, Any] = {"ksize": [1, 3, 2, 1], "strides": [1, 2, 2, 1], "padding": padding}
        save(f"AvgPool.{padding}", lambda x, o=window: raw.AvgPool(value=x, **o), x)
        save(f"MaxPool.{padding}", lambda x, o=window: raw.MaxPool(input=x, **o), x)
        box: dict[str, Any] = {"ksize": [1, 2, 3, 2, 1], "strides": [1, 1, 2, 2, 1], "padding": padding}
        volume = normal(2, 4, 5, 6, 3)
        save(f"AvgPool3D.{padding}", lambda x, o=box: raw.AvgPool3D(input=x, **o), volume)
        save(f"MaxPool3D.{padding}", lambda x, o=box: raw.MaxPool3D(input=x, **o), volume)
        filtered: dict[str, Any] = {"filter": normal(3, 2, 2, 3, 4), "strides": [1, 2, 1, 2, 1], "padding": padding}
        save(f"Conv3D.{padding}", lambda x, o=filtered: raw.Conv3D(input=x, **o), volume)
        small = normal(*raw.Conv3D(input=volume, **filtered).shape)
        save(f"Conv3DBackpropInputV2.{padding}", lambda x, o=filtered, v=volume: raw.Conv3DBackpropInputV2(
             input_sizes=v.shape, out_backprop=x, **o), small)  # fmt: skip
    scale, offset, mean, variance = uniform(4), normal(4), normal(4), uniform(4)
    for name in ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"):
        op = getattr(raw, name)
        save(name, lambda x, op=op: op(x=x, scale=scale, offset=offset, mean=mean, variance=variance, epsilon=0.01,
             is_training=False)[0], x)  # fmt: skip
    save("BatchNormWithGlobalNormalization", lambda x: raw.BatchNormWithGlobalNormalization(t=x, m=mean, v=variance,
         beta=offset, gamma=c, variance_epsilon=0.1, scale_after_normalization=True), x,
         expected=[tf.nn.batch_normalization(x, mean, variance, offset, c, 0.1)])  # fmt: skip
    save("LRN", lambda x: raw.LRN(input=x, depth_radius=1, bias=1.5, alpha=0.7, beta=0.6), x)
    save("FakeQuantWithMinMaxArgs", lambda x: raw.FakeQuantWithMinMaxArgs(inputs=x, min=-1.0, max=2.0), x)
    save("FakeQuantWithMinMaxVars", lambda x: raw.FakeQuantWithMinMaxVars(inputs=x, min=-1.0, max=2.0), x)


def products() -> None:
    a, b = normal(3, 4), normal(4, 5)
    save("MatMul", lambda x: raw.MatMul(a=x, b=b), a)
    save("MatMul.transposed", lambda x, y: raw.MatMul(a=x, b=y, transpose_a=True, transpose_b=True), a.T, b.T)
    x, y = normal(2, 3, 4), normal(2, 4, 5)
    save("BatchMatMul", lambda x, y: raw.BatchMatMul(x=x, y=y), x, y)
    save("BatchMatMulV2", lambda x, y: raw.BatchMatMulV2(x=x, y=y, adj_y=True), x, normal(1, 6, 4))
    save("BatchMatMulV3", lambda x, y: raw.BatchMatMulV3(x=x, y=y, Tout=tf.float32), x, y)
    extents = {"a": 2, "b": 3, "c": 4, "d": 5, "e": 2, "f": 3}
    for k, equation in enumerate((
        "ab,bc->ac", "abc,cd->abd", "abc,cde->abde", "abcd,cde->abe", "abc,abd->acd", "abcd,aecd->abe",
        "abcd,aebd->acbe",
        "acbe,aecd->abcd", "ab,ab->a", "ab,cd->abcd", "ab,b->ab", "abc->cab", "abc->b", "ab,ac->bc", "a,a->", "a,b->ba",
        "abc,adc->adb", "bac,cd->dab", "abcd,ad->bc",
    )):  # fmt: skip
        operands = [normal(*[extents[c] for c in term]) for term in equation.split("->")[0].split(",")]
        save(f"Einsum.{k}", lambda *x, e=equation: raw.Einsum(inputs=x, equation=e), *operands)
    save(
        "Einsum.dots",
        lambda x, y: raw.Einsum(inputs=[x, y], equation="...ab,...bc->...ac"),
        normal(2, 3, 4),
        normal(4, 5),
    )
    dots = "...ab,...bc->...ac"
    wide, tall = normal(1, 2, 3, 4), normal(5, 1, 4, 2)
    save("Einsum.dots_broadcast", lambda x, y: raw.Einsum(inputs=[x, y], equation=dots), wide, tall)


def spectra() -> None:
    x = normal(2, 4, 8)
    z = (normal(2, 3) + 1j * normal(2, 3)).astype(np.complex64)
    save("ComplexAbs", lambda x: raw.ComplexAbs(x=x), z)
    save("Real", lambda x: raw.Real(input=x), z)
    save("Imag", lambda x: raw.Imag(input=x), z)
    save("Angle", lambda x: raw.Angle(input=x), z)
    save("RFFT2D", lambda x: raw.RFFT2D(input=x, fft_length=[4, 8]), x)
    save("RFFT", lambda x: raw.RFFT(input=x, fft_length=[8]), x)
    fixed = normal(3)
    save("Complex", lambda x: x + tf.abs(raw.Complex(real=fixed, imag=fixed * 2)), normal(3))
    save("Conj", lambda x: x + tf.math.imag(raw.Conj(input=tf.constant(fixed + 1j, tf.complex64))), normal(3))
    save("Erf", lambda x: x * raw.Erf(x=tf.constant(fixed)), normal(3))
    save("Erfc", lambda x: x * raw.Erfc(x=tf.constant(fixed)), normal(3))
    sound = normal(600, 1)
    window: dict[str, Any] = {"window_size": 256, "stride": 100, "magnitude_squared": True}
    save("AudioSpectrogram", lambda x: raw.AudioSpectrogram(input=x, **window), sound)
    options: dict[str, Any] = {"sample_rate": 16000, "dct_coefficient_count": 10}
    save("Mfcc", lambda x: raw.Mfcc(spectrogram=raw.AudioSpectrogram(input=x, **window), **options), sound)


for make in (elementwise, passed_on, reductions, shapes, wide_indices, chosen, layouts, images, products, spectra):
    make()
path = Path(__file__).parent / "operators" / "tensorflow.npz"
path.parent.mkdir(exist_ok=True)
np.savez_compressed(path, **entries)
count = len({key.split("/")[0] for key in entries})
print(f"{path.name}: {count} cases, {path.stat().st_size:,} bytes, TensorFlow {tf.__version__}")
