"""Element types of pytoco and of ONNX."""

from __future__ import annotations

from functools import cache

from onnx import TensorProto, defs
from pytoco.compiler import FLOAT32, Array, DType

from .refusal import Refusal

CODES: dict[str, int] = {
    "float32": TensorProto.FLOAT,
    "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16,
    "float64": TensorProto.DOUBLE,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
    "bool": TensorProto.BOOL,
    "string": TensorProto.STRING,
    "complex64": TensorProto.COMPLEX64,
    "complex128": TensorProto.COMPLEX128,
}
"""onnx.proto's TensorProto.DataType by pytoco's name."""


def code_of(dtype: DType | None, what: str) -> int:
    """ONNX's number of the type; raises Refusal where there is none. `what` names the array in the reason."""
    code = None if dtype is None else CODES.get(dtype.name)
    if code is None:
        raise Refusal(f"the element type of {what!r} is {'unknown' if dtype is None else dtype.name}")
    return code


def need_type(array: Array | None) -> DType:
    """The type of the values that nodes read, float32 for an array with a grid; raises Refusal where it is unknown."""
    if array is not None and array.quantization is not None:
        return FLOAT32
    if array is None or array.dtype is None or array.dtype.numpy is None:
        raise Refusal("the element type of an operand is unknown")
    return array.dtype


def type_text(dtype: DType) -> str:
    """The type as ONNX's schemas write it."""
    return f"tensor({_TEXTS.get(dtype.name, dtype.name)})"


_TEXTS = {"float32": "float", "float64": "double"}


@cache
def operand_types(op_type: str, opset: int) -> tuple[tuple[frozenset[str], ...], int]:
    """What types each operand of an operator may have in an operator set, and since when there is such an operator.

    No operands where the set is too old. The last operand stands for any number of them where the operator takes that.
    """
    try:
        schema = defs.get_schema(op_type, opset, "")
    except defs.SchemaError:
        schema = defs.get_schema(op_type, "")
        return (), schema.since_version
    return tuple(frozenset(operand.types) for operand in schema.inputs), schema.since_version
