"""The constants of the converter's flags and attributes: data types, file formats, operator sets.

They are named and numbered as in TOCO's public flag messages (`types.proto`, `toco_flags.proto`), so numbers from old
scripts still mean what they meant. Every enum also takes strings ("uint8", "QUANTIZED_UINT8"), numpy dtypes and
TensorFlow dtypes through `coerce`; neither library is imported for that.
"""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum, IntEnum, StrEnum
from typing import Self

from .errors import UsageError

__all__ = [
    "BOOL",
    "COMPLEX64",
    "FLOAT",
    "FLOAT16",
    "GRAPHVIZ_DOT",
    "INT8",
    "INT32",
    "INT64",
    "QUANTIZED_INT16",
    "QUANTIZED_UINT8",
    "STRING",
    "TENSORFLOW_GRAPHDEF",
    "TFLITE",
    "DataType",
    "FileFormat",
    "OpsSet",
    "Optimize",
]


def _spelling(value: object) -> str | None:
    """A name for `value`: of a text itself, of a numpy or TensorFlow dtype or a numpy scalar class its dtype name."""
    if isinstance(value, str):
        return value.strip()
    as_numpy = getattr(value, "as_numpy_dtype", None)
    if as_numpy is not None:
        name = getattr(value, "name", None)
        return name.removesuffix("_ref") if isinstance(name, str) else getattr(as_numpy, "__name__", None)
    name = getattr(value, "name", None) if not isinstance(value, type | Enum) else getattr(value, "__name__", None)
    return name if isinstance(name, str) else None


def _unknown(value: object, what: str, members: list[str]) -> UsageError:
    close = get_close_matches(str(value).upper(), members, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    return UsageError(f"{what}: {value!r} is not known", hint=f"{meant}choose from {', '.join(members)}")


class DataType(IntEnum):
    """Type of an array's elements as flags name it; the numbers are those of TOCO's `IODataType`."""

    FLOAT = 1
    QUANTIZED_UINT8 = 2
    INT32 = 3
    INT64 = 4
    STRING = 5
    QUANTIZED_INT16 = 6
    BOOL = 7
    COMPLEX64 = 8
    INT8 = 9
    FLOAT16 = 10

    @property
    def dtype_name(self) -> str:
        """The name of the array dtype ("float32", "uint8", ...)."""
        return _DTYPE_NAMES[self]

    @property
    def is_quantized(self) -> bool:
        """Whether real values are stored as integers of this type."""
        return self in (DataType.QUANTIZED_UINT8, DataType.QUANTIZED_INT16, DataType.INT8)

    @classmethod
    def coerce(cls, value: object, what: str = "data type") -> DataType:
        """The member that `value` means: a member, its name in any case, a dtype name, a numpy or TensorFlow dtype, or
        the integer of the flag message. `what` is named in the `UsageError` raised for anything else.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, int) and not isinstance(value, bool | Enum) and value in cls._value2member_map_:
            return cls(value)
        spelling = _spelling(value)
        if spelling is not None:
            found = cls.__members__.get(spelling.upper()) or _DTYPES.get(spelling.lower())
            if found is not None:
                return found
        raise _unknown(value, what, list(cls.__members__))


_DTYPE_NAMES = {
    DataType.FLOAT: "float32",
    DataType.QUANTIZED_UINT8: "uint8",
    DataType.INT32: "int32",
    DataType.INT64: "int64",
    DataType.STRING: "string",
    DataType.QUANTIZED_INT16: "int16",
    DataType.BOOL: "bool",
    DataType.COMPLEX64: "complex64",
    DataType.INT8: "int8",
    DataType.FLOAT16: "float16",
}
_DTYPES = {name: member for member, name in _DTYPE_NAMES.items()} | {
    "half": DataType.FLOAT16,
    "int": DataType.INT32,
    "bool_": DataType.BOOL,
    "str": DataType.STRING,
    "bytes": DataType.STRING,
    "object": DataType.STRING,
}


class FileFormat(IntEnum):
    """Format of a file; the numbers are those of TOCO's `FileFormat`, those from 100 on are pytoco's."""

    TENSORFLOW_GRAPHDEF = 1
    TFLITE = 2
    GRAPHVIZ_DOT = 3
    MODEL_EXPLORER = 100

    @classmethod
    def coerce(cls, value: object, what: str = "format") -> FileFormat:
        """The member that `value` means: a member, its name in any case or its number; else `UsageError`."""
        if isinstance(value, cls):
            return value
        if isinstance(value, int) and not isinstance(value, bool | Enum) and value in cls._value2member_map_:
            return cls(value)
        if isinstance(value, str) and value.strip().upper() in cls.__members__:
            return cls[value.strip().upper()]
        raise _unknown(value, what, list(cls.__members__))


class PluginFormat(str):
    """Format of a file that a plugin's frontend or backend knows, by its name; pytoco's own are `FileFormat`s."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name, in upper case."""
        return str(self)

    @classmethod
    def coerce(cls, value: object, what: str = "format") -> FileFormat | PluginFormat:
        """The FileFormat that `value` means, or the format of a plugin, where it is a name that FileFormat lacks.

        Whether a plugin has it is seen when it is used. Raises UsageError for what is no name.
        """
        if isinstance(value, str):
            text = value.strip().upper().replace("-", "_")
            if text not in FileFormat.__members__ and text.isidentifier():
                return cls(text)
            value = text
        return FileFormat.coerce(value, what)


class _NamedEnum(StrEnum):
    """An enum whose members are their own names."""

    @classmethod
    def coerce(cls, value: object, what: str = "value") -> Self:
        """The member that `value` means: a member, its name in any case, or a foreign enum member of that name."""
        if isinstance(value, cls):
            return value
        name = value.name if isinstance(value, Enum) else value
        if isinstance(name, str) and name.strip().upper() in cls.__members__:
            return cls[name.strip().upper()]
        raise _unknown(value, what, list(cls.__members__))


class OpsSet(_NamedEnum):
    """Operator sets that a converted model may use."""

    TFLITE_BUILTINS = "TFLITE_BUILTINS"
    SELECT_TF_OPS = "SELECT_TF_OPS"
    TFLITE_BUILTINS_INT8 = "TFLITE_BUILTINS_INT8"
    EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8 = (
        "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"
    )

    @property
    def activations(self) -> DataType | None:
        """The type of activations in a set that has quantised kernels alone; None for other sets."""
        if self is OpsSet.TFLITE_BUILTINS_INT8:
            return DataType.INT8
        return DataType.QUANTIZED_INT16 if "INT16" in self else None


class Optimize(_NamedEnum):
    """What post-training optimisation aims at; all three have the same effect, as in TensorFlow 1.15."""

    DEFAULT = "DEFAULT"
    OPTIMIZE_FOR_SIZE = "OPTIMIZE_FOR_SIZE"
    OPTIMIZE_FOR_LATENCY = "OPTIMIZE_FOR_LATENCY"


FLOAT = DataType.FLOAT
FLOAT16 = DataType.FLOAT16
INT8 = DataType.INT8
INT32 = DataType.INT32
INT64 = DataType.INT64
STRING = DataType.STRING
BOOL = DataType.BOOL
COMPLEX64 = DataType.COMPLEX64
QUANTIZED_UINT8 = DataType.QUANTIZED_UINT8
QUANTIZED_INT16 = DataType.QUANTIZED_INT16

TENSORFLOW_GRAPHDEF = FileFormat.TENSORFLOW_GRAPHDEF
TFLITE = FileFormat.TFLITE
GRAPHVIZ_DOT = FileFormat.GRAPHVIZ_DOT
