"""Graphs of the IR as GraphDefs, as TensorFlow would say them, so that random graphs exercise the importers, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pytoco.backends.tflite.flex_nodes import DATA_TYPES, ROWS, flex_of
from pytoco.compiler.ir import Array, Graph, Op
from pytoco.frontends.graphdef import protos
from tests.graphdefs import Type, const, data, node, placeholder

FLOAT = Type(1)


class Inexpressible(Exception):
    """TensorFlow has no single operator for one of the graph's."""


def graphdef_of(graph: Graph, dynamic: bool = False) -> bytes:
    """The serialised GraphDef, if `dynamic` with an unknown first extent of each input; raises Inexpressible."""
    nodes: dict[str, Any] = {}

    def add(made: Any) -> str:
        nodes.setdefault(made.name, made)
        return str(made.name)

    def operand(array: Array) -> str:
        if array.value is not None:
            return constant(array.name, array.numpy())
        return array.name

    def constant(name: str, value: Any) -> str:
        return add(const(name, np.ascontiguousarray(value).reshape(np.shape(value)), _number(value.dtype.name)))

    for array in graph.inputs:
        assert array.dtype is not None
        add(placeholder(array.name, *_sizes(array, dynamic), dtype=DATA_TYPES[array.dtype.name]))
    for op in graph.order():
        if op.kind in SPECIAL:
            for made in SPECIAL[op.kind](op, operand, constant):
                add(made)
            continue
        found = flex_of(op)
        if isinstance(found, str):
            raise Inexpressible(found)
        message = protos.NodeDef.FromString(found.node)
        message.name = op.outputs[0].name
        del message.input[:]
        for k, given in enumerate(found.operands):
            message.input.append(
                operand(given) if isinstance(given, Array) else constant(f"{message.name}/operand{k}", given)
            )
        add(message)
    return data(*nodes.values())


def _number(name: str) -> int:
    return DATA_TYPES[name]


def _sizes(array: Array, dynamic: bool) -> tuple[int, ...]:
    sizes = tuple(d if isinstance(d, int) else -1 for d in array.shape or ())
    return (-1, *sizes[1:]) if dynamic and sizes else sizes


# Operators whose layout or attributes differ --------------------------------------------------------------------------

Name = Callable[[Array], str]
Constant = Callable[[str, Any], str]


def _strides(op: Op) -> list[int]:
    return [1, op.attrs.stride_h, op.attrs.stride_w, 1]


def _plain(op: Op) -> None:
    if getattr(op.attrs, "activation", "NONE") != "NONE":
        raise Inexpressible("a fused activation")


def _convolution(op: Op, operand: Name, constant: Constant) -> list[Any]:
    _plain(op)
    x, weights, bias = (*op.inputs, None)[:3]
    assert x is not None
    assert weights is not None
    if weights.value is None:
        raise Inexpressible("computed weights")
    name = op.outputs[0].name
    value = weights.numpy()
    if op.kind == "Conv":
        kind, filters = "Conv2D", value.transpose(1, 2, 3, 0)
    else:
        assert x.shape is not None
        depth = x.shape[3]
        assert isinstance(depth, int)
        kind, filters = "DepthwiseConv2dNative", value.reshape((*value.shape[1:3], depth, -1))
    dilations = [1, op.attrs.dilation_h, op.attrs.dilation_w, 1]
    made = node(
        name if bias is None else f"{name}/conv", kind, [operand(x), constant(f"{name}/filter", filters)],
        T=FLOAT, strides=_strides(op), padding=op.attrs.padding, dilations=dilations, data_format="NHWC",
    )  # fmt: skip
    return [made] if bias is None else [made, node(name, "BiasAdd", [made.name, operand(bias)], T=FLOAT)]


def _pool(op: Op, operand: Name, constant: Constant) -> list[Any]:
    _plain(op)
    assert op.inputs[0] is not None
    kind = {"MaxPool": "MaxPool", "AveragePool": "AvgPool"}[op.kind]
    size = [1, op.attrs.kernel_h, op.attrs.kernel_w, 1]
    return [node(op.outputs[0].name, kind, [operand(op.inputs[0])], T=FLOAT, ksize=size, strides=_strides(op),
                 padding=op.attrs.padding, data_format="NHWC")]  # fmt: skip


def _batch_norm(op: Op, operand: Name, constant: Constant) -> list[Any]:
    x = op.inputs[0]
    if x is None or x.rank != 4:
        raise Inexpressible("batch normalisation of a rank other than 4")
    names = [operand(a) for a in op.inputs if a is not None]
    return [node(op.outputs[0].name, "FusedBatchNormV3", names, T=FLOAT, U=FLOAT, epsilon=float(op.attrs.epsilon),
                 is_training=False, data_format="NHWC")]  # fmt: skip


def _fake_quant(op: Op, operand: Name, constant: Constant) -> list[Any]:
    assert op.inputs[0] is not None
    return [node(op.outputs[0].name, "FakeQuantWithMinMaxArgs", [operand(op.inputs[0])], min=float(op.attrs.min),
                 max=float(op.attrs.max), num_bits=8, narrow_range=False)]  # fmt: skip


def _identity(op: Op, operand: Name, constant: Constant) -> list[Any]:
    x = op.inputs[0]
    assert x is not None
    assert x.dtype is not None
    return [node(op.outputs[0].name, "Identity", [operand(x)], T=Type(DATA_TYPES[x.dtype.name]))]


SPECIAL: dict[str, Callable[[Op, Name, Constant], list[Any]]] = {
    "Conv": _convolution,
    "DepthwiseConv": _convolution,
    "MaxPool": _pool,
    "AveragePool": _pool,
    "BatchNormalization": _batch_norm,
    "FakeQuant": _fake_quant,
    "Identity": _identity,
}

__all__ = ["ROWS", "SPECIAL", "Inexpressible", "graphdef_of"]
