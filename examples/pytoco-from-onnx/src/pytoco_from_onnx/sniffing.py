"""Whether a file is an ONNX model: the first fields of ONNX's ModelProto, of which a protobuf has no magic number.

Field numbers and types are those of ONNX's `onnx.proto`. TensorFlow's SavedModel begins alike (field 1 is a version
number, field 2 a message where ONNX has a name), a GraphDef does not (its field 1 is a message).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_NUMBERS = {1: "ir_version", 5: "model_version"}
_TEXTS = {2: "producer_name", 3: "producer_version", 4: "domain", 6: "doc_string"}
_MESSAGES = {7: "graph", 8: "opset_import", 14: "metadata_props", 20: "training_info", 25: "functions", 26: "devices"}
_HEAD = 1 << 16
_SHOWN = 256
"""Bytes of a text that are looked at."""


class _OtherError(Exception):
    """The bytes are no ModelProto; `str()` says why."""


def sniff(path: Path, head: bytes) -> bool | str:
    """Whether `path` holds a ModelProto, as a plugin's frontend tells pytoco: True, or the reason why not.

    `head` is the start of the file; the file itself is only read where a long text goes past it.
    """
    if not head:
        return "it is a folder or empty"
    try:
        if len(head) < _HEAD or not path.is_file():
            return _recognised(io.BytesIO(head))
        with path.open("rb") as stream:
            return _recognised(stream)
    except _OtherError as reason:
        return str(reason)
    except OSError as error:
        return f"it cannot be read: {error}"


def _recognised(stream: BinaryIO) -> bool:
    version = 0
    for number, wire_type, value, text in _fields(stream):
        if number in _NUMBERS and wire_type == _VARINT:
            version = value if number == 1 else version
        elif number in _TEXTS and wire_type == _LENGTH:
            _check_text(text, _TEXTS[number])
        elif number in _MESSAGES and wire_type == _LENGTH:
            if number not in (7, 8):
                continue
            if not 0 < version < 1 << 10:
                raise _OtherError("it does not begin with the version of an ONNX model")
            return True
        else:
            raise _OtherError(f"field {number} of wire type {wire_type} is not one of an ONNX model")
    raise _OtherError("it has neither graph nor operator sets of an ONNX model")


def _check_text(text: bytes, what: str) -> None:
    printable = bytes(range(32, 127)) + b"\t\n\r" + bytes(range(128, 256))
    if text[:1] in (b"\n", b"\x12") or text.translate(None, printable):
        raise _OtherError(f"its field for ONNX's {what} is no text")


def _fields(stream: BinaryIO) -> Iterator[tuple[int, int, int, bytes]]:
    """Number, wire type, value (or length) and the start of the text of each top-level field."""
    while True:
        tag = _varint(stream, at_end=True)
        if tag is None:
            return
        number, wire_type = tag >> 3, tag & 7
        value = 0
        text = b""
        if wire_type in (_VARINT, _LENGTH):
            value = _varint(stream) or 0
        elif wire_type in (_FIXED64, _FIXED32):
            stream.seek(8 if wire_type == _FIXED64 else 4, io.SEEK_CUR)
        else:
            raise _OtherError(f"it is no protobuf message (wire type {wire_type})")
        if wire_type == _LENGTH and number in _TEXTS:
            text = stream.read(min(value, _SHOWN))
            stream.seek(value - len(text), io.SEEK_CUR)
        yield number, wire_type, value, text
        if wire_type == _LENGTH and number not in _TEXTS:
            stream.seek(value, io.SEEK_CUR)


def _varint(stream: BinaryIO, *, at_end: bool = False) -> int | None:
    """A base-128 number; None at the end of the file where that is `at_end` of a field."""
    value = 0
    for shift in range(0, 70, 7):
        byte = stream.read(1)
        if not byte:
            if at_end and not shift:
                return None
            raise _OtherError("it ends in the middle of a field")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise _OtherError("it is no protobuf message (a number of more than 64 bits)")
