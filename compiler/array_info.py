"""What a caller knows about arrays inside of the graph: TOCO's ArraysExtraInfo, from a file or from Python.

Message and field numbers are those of TOCO's public model_flags.proto.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .constants import DataType
from .errors import FileError, UsageError

LARGEST_FILE = 64 << 20
"""Bytes; such a file has a line or so for each array."""


class ArrayInfo(NamedTuple):
    """One entry: for the array called `name`, and those whose whole name matches `name_regexp`.

    `range` are the least and the greatest real value it takes, widened to include 0, `data_type` the type it is to have
    when quantised, `shape` its shape; with `constant_float_value` it becomes a constant of that value everywhere.
    """

    name: str | None = None
    name_regexp: str | None = None
    range: tuple[float, float] | None = None
    data_type: DataType | None = None
    shape: tuple[int, ...] | None = None
    constant_float_value: float | None = None

    def matches(self, name: str) -> bool:
        """Whether the entry is about an array of that name."""
        if self.name is not None and name == self.name:
            return True
        return self.name_regexp is not None and re.fullmatch(self.name_regexp, name) is not None


def array_infos(value: Any, what: str) -> tuple[ArrayInfo, ...]:
    """Entries from a list of mappings with the message's field names, as Python callers write them."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise UsageError(f"{what}: expected a list of mappings, got {value!r}")
    return tuple(v if isinstance(v, ArrayInfo) else _entry(v, f"{what}: entry {i}") for i, v in enumerate(value, 1))


def read_array_infos(path: str | os.PathLike[str]) -> tuple[ArrayInfo, ...]:
    """Entries from a file with an ArraysExtraInfo message, binary or text.

    Raises FileError where it cannot be read and UsageError where it is no such message.
    """
    try:
        if Path(path).stat().st_size > LARGEST_FILE:
            raise UsageError(f"{str(path)!r} is too large for an ArraysExtraInfo message")
        data = Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    message = _parsed(data, str(path))
    found = []
    for place, entry in enumerate(message.entries, 1):
        fields = {field.name: value for field, value in entry.ListFields()}
        if "shape" in fields:
            fields["shape"] = tuple(fields["shape"].dims)
        found.append(_entry(fields, f"{str(path)!r}: entry {place}"))
    return tuple(found)


def _entry(fields: Any, what: str) -> ArrayInfo:
    known = ("name", "name_regexp", "min", "max", "data_type", "shape", "constant_float_value")
    if not isinstance(fields, Mapping):
        raise UsageError(f"{what}: expected a mapping, got {fields!r}")
    unknown = [key for key in fields if key not in known]
    if unknown:
        raise UsageError(f"{what} has no field {unknown[0]!r}", hint=f"the fields are {', '.join(known)}")
    given = {key: value for key, value in fields.items() if value is not None}
    if "name" not in given and "name_regexp" not in given:
        raise UsageError(f"{what} names no array", hint="give name or name_regexp")
    if ("min" in given) != ("max" in given):
        raise UsageError(f"{what} has only one of min and max", hint="give both")
    try:
        re.compile(given.get("name_regexp", ""))
        low, high, value = (float(given.get(k, 0.0)) for k in ("min", "max", "constant_float_value"))
        shape = tuple(int(d) for d in given["shape"]) if "shape" in given else None
    except (re.error, TypeError, ValueError) as error:
        raise UsageError(f"{what}: {error}") from None
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise UsageError(f"{what}: {low} to {high} is no range")
    if shape is not None and any(d < 0 for d in shape):
        raise UsageError(f"{what}: the shape {list(shape)} has a negative dimension")
    return ArrayInfo(
        given.get("name"),
        given.get("name_regexp"),
        (min(low, 0.0), max(high, 0.0)) if "min" in given else None,
        DataType.coerce(given["data_type"], what) if "data_type" in given else None,
        shape,
        value if "constant_float_value" in given else None,
    )


def _parsed(data: bytes, path: str) -> Any:
    from google.protobuf import text_format
    from google.protobuf.message import DecodeError

    reason = ""
    for is_text in (False, True):
        message = _message()
        try:
            if is_text:
                text_format.Parse(data.decode(), message)
            else:
                message.ParseFromString(data)
        except (DecodeError, UnicodeDecodeError, text_format.ParseError) as error:
            reason = str(error)
            continue
        if len(message.entries) or not data.strip():
            return message
        reason = "it has no entries"
    raise UsageError(f"{path!r} is no ArraysExtraInfo message, neither binary nor text: {reason}")


def _message() -> Any:
    """An empty ArraysExtraInfo, of a descriptor pool of its own, so that TensorFlow's may be in the same process."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    kinds = descriptor_pb2.FieldDescriptorProto
    optional, repeated = kinds.LABEL_OPTIONAL, kinds.LABEL_REPEATED
    file = descriptor_pb2.FileDescriptorProto(name="arrays_extra_info.proto", package="toco", syntax="proto2")
    types = file.enum_type.add(name="IODataType")
    types.value.add(name="IO_DATA_TYPE_UNKNOWN", number=0)
    for member in DataType:
        types.value.add(name=member.name, number=member.value)
    shape = file.message_type.add(name="InputArrayShape")
    shape.field.add(name="dims", number=2, type=kinds.TYPE_INT32, label=repeated)
    outer = file.message_type.add(name="ArraysExtraInfo")
    entry = outer.nested_type.add(name="Entry")
    for name, number, kind, of in (
        ("name", 1, kinds.TYPE_STRING, None),
        ("name_regexp", 7, kinds.TYPE_STRING, None),
        ("min", 2, kinds.TYPE_DOUBLE, None),
        ("max", 3, kinds.TYPE_DOUBLE, None),
        ("data_type", 4, kinds.TYPE_ENUM, ".toco.IODataType"),
        ("shape", 5, kinds.TYPE_MESSAGE, ".toco.InputArrayShape"),
        ("constant_float_value", 6, kinds.TYPE_FLOAT, None),
    ):
        entry.field.add(name=name, number=number, type=kind, type_name=of, label=optional)
    outer.field.add(
        name="entries", number=1, type=kinds.TYPE_MESSAGE, type_name=".toco.ArraysExtraInfo.Entry", label=repeated
    )
    pool: Any = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("toco.ArraysExtraInfo"))()
