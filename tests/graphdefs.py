"""Builds GraphDefs for tests out of pytoco's own messages: `graph(node("y", "Relu", ["x"], T=FLOAT))`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pytoco.frontends.graphdef import protos

FLOAT, INT32, STRING, INT64 = 1, 3, 7, 9
_NUMPY: dict[int, Any] = {FLOAT: np.float32, INT32: np.int32, STRING: object, INT64: np.int64}


class Type(int):
    """A DataType number as an attribute value; a plain int would become an integer attribute."""


class Shape(tuple[int, ...]):
    """A shape as an attribute value; -1 is an unknown extent."""

    __slots__ = ()


def shape_proto(sizes: Iterable[int] | None) -> Any:
    """A TensorShapeProto; None is an unknown rank."""
    message = protos.TensorShapeProto(unknown_rank=sizes is None)
    for size in sizes or ():
        message.dim.add(size=size)
    return message


def tensor(value: Any, dtype: int = FLOAT) -> Any:
    """A TensorProto with the value's bytes as tensor_content; strings go to string_val."""
    array = value if isinstance(value, np.ndarray) else np.array(value, _NUMPY.get(dtype))
    message = protos.TensorProto(dtype=dtype, tensor_shape=shape_proto(array.shape))
    if dtype == STRING:
        message.string_val.extend(array.ravel().tolist())
    else:
        message.tensor_content = array.tobytes()
    return message


def _attribute(value: Any) -> Any:
    attr = protos.AttrValue
    if isinstance(value, attr):
        return value
    if isinstance(value, bool):
        return attr(b=value)
    if isinstance(value, Type):
        return attr(type=int(value))
    if isinstance(value, int):
        return attr(i=value)
    if isinstance(value, float):
        return attr(f=value)
    if isinstance(value, str):
        return attr(s=value.encode())
    if isinstance(value, Shape):
        return attr(shape=shape_proto(value))
    if isinstance(value, protos.TensorProto):
        return attr(tensor=value)
    if isinstance(value, list):
        if value and isinstance(value[0], Type):
            return attr(list=attr.ListValue(type=[int(v) for v in value]))
        if value and isinstance(value[0], Shape):
            return attr(list=attr.ListValue(shape=[shape_proto(v) for v in value]))
        return attr(list=attr.ListValue(i=value))
    raise TypeError(f"no attribute for {value!r}")


def func(name: str, **attrs: Any) -> Any:
    """A function attribute."""
    message = protos.AttrValue()
    message.func.name = name
    for key, value in attrs.items():
        message.func.attr[key].CopyFrom(_attribute(value))
    return message


def placeholder_attr(name: str) -> Any:
    """An attribute of a function's node that the call fills in."""
    return protos.AttrValue(placeholder=name)


def node(name: str, op: str, inputs: Sequence[str] = (), **attrs: Any) -> Any:
    """A NodeDef."""
    message = protos.NodeDef(name=name, op=op, input=inputs)
    for key, value in attrs.items():
        message.attr[key].CopyFrom(_attribute(value))
    return message


def placeholder(name: str, *sizes: int, dtype: int = FLOAT) -> Any:
    """A Placeholder of the given shape."""
    return node(name, "Placeholder", dtype=Type(dtype), shape=Shape(sizes))


def const(name: str, value: Any, dtype: int = FLOAT) -> Any:
    """A Const; a `value` that is a numpy array must have the dtype that belongs to `dtype`."""
    return node(name, "Const", dtype=Type(dtype), value=tensor(value, dtype))


def function(
    name: str, inputs: Sequence[str], outputs: dict[str, str], nodes: Sequence[Any], attrs: Sequence[str] = ()
) -> Any:
    """A FunctionDef of float arguments; with `attrs`, those are type attributes and the arguments have the first."""
    message = protos.FunctionDef()
    message.signature.name = name
    for argument in inputs:
        message.signature.input_arg.add(name=argument, **({"type_attr": attrs[0]} if attrs else {"type": FLOAT}))
    for result in outputs:
        message.signature.output_arg.add(name=result, type=FLOAT)
    for attr in attrs:
        message.signature.attr.add(name=attr, type="type")
    message.node_def.extend(nodes)
    for result, source in outputs.items():
        message.ret[result] = source
    return message


def graph(*nodes: Any, functions: Sequence[Any] = (), producer: int = 27) -> Any:
    """A GraphDef."""
    message = protos.GraphDef()
    message.node.extend(nodes)
    if functions:
        message.library.function.extend(functions)
    message.versions.producer = producer
    return message


def data(*nodes: Any, functions: Sequence[Any] = ()) -> bytes:
    """A GraphDef's bytes, as in a .pb file."""
    return bytes(graph(*nodes, functions=functions).SerializeToString(deterministic=True))
