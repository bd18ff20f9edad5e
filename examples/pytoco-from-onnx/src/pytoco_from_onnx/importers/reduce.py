"""Reductions: their axes are an attribute at first and an operand later (ReduceSum from opset 13, others from 18)."""

from __future__ import annotations

from pytoco.compiler import INT64, Array

from ..builder import Builder, Importer, Inputs, Node
from ..rows import axes_of, required


def _reduced(kind: str, before: str = "", after: str = "", since: int = 18) -> Importer:
    """`before` is applied to the elements, `after` to the result."""

    def import_reduction(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
        data, _ = required(node, inputs, 1, 2)
        axes = _axes(builder, node, inputs, data, since)
        if axes is None:
            return (_applied(builder, after, _applied(builder, before, data, "each"), ""),)
        data = _applied(builder, before, data, "each")
        keep = node.flag("keepdims", default=True)
        made = builder.emit(
            kind, [data, builder.int32s(axes, "axes")], suffix="reduced" if after else "", keep_dims=keep
        )
        return (_applied(builder, after, made, ""),)

    return import_reduction


def _axes(builder: Builder, node: Node, inputs: Inputs, data: Array, since: int) -> tuple[int, ...] | None:
    """The axes counted from the front; None for an operator that is to reduce nothing."""
    rank = builder.rank(data)
    axes = axes_of(builder, node, inputs, 1, since)
    if not axes:
        return None if node.flag("noop_with_empty_axes") else tuple(range(rank))
    return tuple(sorted({builder.axis(axis, rank) for axis in axes}))


def _applied(builder: Builder, kind: str, data: Array, suffix: str) -> Array:
    return builder.emit(kind, [data], suffix=suffix) if kind else data


def _log_sum_exp(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    """The maximum taken out first, so that nothing overflows."""
    data, _ = required(node, inputs, 1, 2)
    found = _axes(builder, node, inputs, data, 18)
    if found is None:
        return (data,)
    axes, keep = builder.int32s(found, "axes"), node.flag("keepdims", default=True)
    most = builder.emit("ReduceMax", [data, axes], suffix="most", keep_dims=True)
    each = builder.emit("Exp", [builder.emit("Sub", [data, most], suffix="less")], suffix="exp")
    total = builder.emit("Log", [builder.emit("Sum", [each, axes], suffix="sum", keep_dims=keep)], suffix="log")
    if not keep:
        most = builder.emit("Squeeze", [most], suffix="most_squeezed", axes=found)
    return (builder.emit("Add", [total, most]),)


def _arg(kind: str) -> Importer:
    def import_arg(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
        (data,) = required(node, inputs, 1)
        axis = builder.axis(node.integer("axis", 0), builder.rank(data))
        keep = node.flag("keepdims", default=True)
        place = builder.int32s([axis], "axis")
        if node.flag("select_last_index"):
            data = builder.emit("ReverseV2", [data, place], suffix="reversed")
        scalar = builder.reshaped(place, (), "axis_scalar")
        last = node.flag("select_last_index")
        made = builder.emit(kind, [data, scalar], suffix="index" if keep or last else "", output_type=INT64)
        if last:
            end = builder.constant(builder.static(data)[axis] - 1, "end")
            made = builder.emit("Sub", [end, made], suffix="from_front" if keep else "")
        return (builder.emit("ExpandDims", [made, place]) if keep else made,)

    return import_arg


TABLE: dict[str, Importer] = {
    "ReduceMean": _reduced("Mean"),
    "ReduceSum": _reduced("Sum", since=13),
    "ReduceMax": _reduced("ReduceMax"),
    "ReduceMin": _reduced("ReduceMin"),
    "ReduceProd": _reduced("ReduceProd"),
    "ReduceL1": _reduced("Sum", before="Abs"),
    "ReduceL2": _reduced("Sum", before="Square", after="Sqrt"),
    "ReduceSumSquare": _reduced("Sum", before="Square"),
    "ReduceLogSum": _reduced("Sum", after="Log"),
    "ReduceLogSumExp": _log_sum_exp,
    "ArgMax": _arg("ArgMax"),
    "ArgMin": _arg("ArgMin"),
}
