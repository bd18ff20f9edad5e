"""Element-wise operators with one operand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, by_type, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _cast(op: Op) -> dict[str, Any]:
    data = op.inputs[0]
    return {"in_data_type": data.dtype if data is not None else None, "out_data_type": op.attrs.dtype}


_CAST_SINCE = {"uint32": 2, "int8": 3, "uint16": 4, "float16": 5, "float64": 5, "bfloat16": 6}


def _cast_version(op: Op) -> int:
    return max(_CAST_SINCE.get(type_of(op), 1), _CAST_SINCE.get(op.attrs.dtype.name, 1))


_CASTABLE = "float32 float16 float64 int8 int16 int32 int64 uint8 uint16 uint32 bool complex64"


def _cast_check(op: Op) -> str | None:
    name = op.attrs.dtype.name
    return None if name in _CASTABLE.split() else f"casts to {name}"


EXPORTERS = {
    "Abs": Exporter("ABS", version=by_type(int8=2, int16=3, int32=5), dtypes="float32 int16 int32 | int8"),
    "Ceil": Exporter("CEIL", dtypes="float32"),
    "Cos": Exporter("COS", dtypes="float32"),
    "Exp": Exporter("EXP", version=by_type(int8=2, int16=2), dtypes="float32 | int8 int16"),
    "Floor": Exporter("FLOOR", dtypes="float32"),
    "Log": Exporter("LOG", version=by_type(int8=2), dtypes="float32 | int8"),
    "LogicalNot": Exporter("LOGICAL_NOT", dtypes="bool"),
    "Neg": Exporter("NEG", dtypes="float32 int32 int64"),
    "Round": Exporter("ROUND", dtypes="float32"),
    "Rsqrt": Exporter("RSQRT", version=by_type(int8=2, int16=3), dtypes="float32 | int8 int16"),
    "Sign": Exporter("SIGN", version=by_type(int32=2), dtypes="float32 int32"),
    "Sin": Exporter("SIN", dtypes="float32"),
    "Sqrt": Exporter("SQRT", dtypes="float32"),
    "Square": Exporter("SQUARE", dtypes="float32"),
    "Cast": Exporter("CAST", "CastOptions", _cast, _cast_version, _CASTABLE, check=_cast_check),
}
