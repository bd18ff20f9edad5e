"""What a file really is, told from its first bytes: formats that people take for a frozen GraphDef, and what to do."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple, NoReturn

from ...compiler.errors import FileError, InvalidModelError
from .wire import LENGTH, WireFault, read_field, read_varint

HEAD = 1 << 16
"""Bytes that `sniff` looks at."""

GRAPHDEF = "graphdef"
GRAPHDEF_TEXT = "graphdef_text"


class FileKind(NamedTuple):
    """`kind` is a short identifier, `looks_like` says it in words, `hint` what to do instead of reading a GraphDef."""

    kind: str
    looks_like: str
    hint: str


_FREEZE = "freeze it first: variables become constants, and the result is one GraphDef"
_SAVED_MODEL = "give the SavedModel's folder, with --saved_model_dir"
_KERAS = (
    'export it where TensorFlow is: python -c "import tensorflow as tf; '
    "tf.keras.models.load_model('MODEL').export('exported')\""
)
_KINDS = {
    k.kind: k
    for k in (
        FileKind(GRAPHDEF, "a binary GraphDef", ""),
        FileKind(GRAPHDEF_TEXT, "a text GraphDef", ""),
        FileKind("saved_model", "the saved_model.pb of a SavedModel", _SAVED_MODEL),
        FileKind("saved_model_text", "the saved_model.pbtxt of a SavedModel", _SAVED_MODEL),
        FileKind("saved_model_dir", "a SavedModel folder", "give it with --saved_model_dir"),
        FileKind("saved_model_chunked", "a chunked SavedModel (saved_model.cpb)", "save it again unchunked"),
        FileKind("meta_graph", "a MetaGraphDef (the .meta file of a checkpoint)", _FREEZE),
        FileKind("checkpoint", "a checkpoint: it holds variables but no graph", _FREEZE),
        FileKind("tflite", "a TensorFlow Lite model", "it is converted already; read it with the input format TFLITE"),
        FileKind("onnx", "an ONNX model", "export the model as a TensorFlow GraphDef or SavedModel"),
        FileKind("hdf5", "an HDF5 file, such as Keras' .h5", _KERAS),
        FileKind("keras", "a Keras model (.keras)", _KERAS),
        FileKind("zip", "a zip archive", "unpack it and give the model inside"),
        FileKind("gzip", "a gzip archive", "unpack it and give the model inside"),
        FileKind("tar", "a tar archive", "unpack it and give the model inside"),
        FileKind("png", "a PNG image", "give the model file"),
        FileKind("jpeg", "a JPEG image", "give the model file"),
        FileKind("pickle", "a Python pickle", "export the model as a TensorFlow GraphDef or SavedModel"),
        FileKind("html", "an HTML page", "a download probably failed: fetch the file again"),
        FileKind("json", "a JSON file", "give the model file"),
        FileKind("lfs", "a git-LFS pointer, not the file itself", "run `git lfs pull`"),
        FileKind("empty", "an empty file", "write or download it again"),
        FileKind("directory", "a folder", "give the model file inside"),
        FileKind("special", "not a regular file", "copy the model to a regular file and give that"),
        FileKind("text", "a text file", "give the model file"),
        FileKind("unknown", "no format pytoco knows", "give a frozen GraphDef (.pb or .pbtxt)"),
    )
}
_MAGIC = (
    (0, b"\x89HDF\r\n\x1a\n", "hdf5"),
    (4, b"TFL3", "tflite"),
    (0, b"\x89PNG", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x1f\x8b", "gzip"),
    (257, b"ustar", "tar"),
    (0, b"version https://git-lfs", "lfs"),
    (0, b"model_checkpoint_path", "checkpoint"),
    (0, b"saved_model_schema_version", "saved_model_text"),
    (0, b"\x80\x02", "pickle"),
    (0, b"\x80\x04", "pickle"),
)
_TABLE_MAGIC = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"  # ends a checkpoint's .index file (LevelDB's table format)
_TEXT_GRAPH = re.compile(rb"\s*(#[^\n]*\n\s*)*(node|versions|version|library)\s*[:{<]")
_OP_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_.>/-]*")


def sniff(source: Path | str | bytes | memoryview) -> FileKind:
    """What lies at a path, or what the first bytes of a file are.

    Never blocks: pipes and devices are told by their type and not opened. Raises FileError for what cannot be read.
    """
    if isinstance(source, bytes | memoryview):
        return sniff_head(bytes(source[:HEAD]))
    path = Path(source)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            names = set(os.listdir(path))
            if "saved_model.pb" in names or "saved_model.pbtxt" in names:
                return _KINDS["saved_model_dir"]
            return _KINDS["saved_model_chunked" if "saved_model.cpb" in names else "directory"]
        if not stat.S_ISREG(mode):
            return _KINDS["special"]
        with path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(max(file.seek(0, os.SEEK_END) - len(_TABLE_MAGIC), 0))
            if file.read() == _TABLE_MAGIC:
                return _KINDS["checkpoint"]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise FileError(f"cannot read {str(path)!r}: {reason}", hint="check the path and its permissions") from error
    return sniff_head(head)


def sniff_head(head: bytes) -> FileKind:
    """What a file is that starts with `head` (up to `HEAD` bytes of it)."""
    if not head:
        return _KINDS["empty"]
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset):
            return _KINDS[kind]
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _KINDS["keras" if b"config.json" in head or b"metadata.json" in head else "zip"]
    if _TEXT_GRAPH.match(head):
        return _KINDS[GRAPHDEF_TEXT]
    start = head.lstrip()[:14].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml")):
        return _KINDS["html"]
    if start.startswith((b"{", b"[")) and _is_text(head):
        return _KINDS["json"]
    message = _protobuf_kind(head)
    if message in (None, GRAPHDEF) and _is_text(head) and len(head) > 8 and _first_node_op(head) is None:
        return _KINDS["text"]
    return _KINDS[message or "unknown"]


def refuse(kind: FileKind, source: str, expected: str = "a GraphDef") -> NoReturn:
    """Raise InvalidModelError saying what `source` looks like and what to do; FileError for folders and devices."""
    if kind.kind in ("directory", "special"):
        raise FileError(f"{source} is {kind.looks_like}", hint=kind.hint)
    raise InvalidModelError(f"{source} is not {expected}: it looks like {kind.looks_like}", hint=kind.hint)


def _is_text(head: bytes) -> bool:
    return not head.translate(None, bytes(range(32, 127)) + b"\t\n\r\f")


def _first_node_op(head: bytes) -> bytes | None:
    """The op of the NodeDef that a GraphDef starts with; None where the first message is something else."""
    try:
        size, start = read_varint(head, 1, len(head))
        name = read_field(head, start, len(head))
        op = read_field(head, name.end, len(head))
    except WireFault:
        return None
    if name.number != 1 or op.number != 2 or op.wire_type != LENGTH or op.end > start + size:
        return None
    return head[op.start : op.end]


def _protobuf_kind(head: bytes) -> str | None:
    """Which protobuf message the bytes start; None where it is none of those known."""
    tag = head[0]
    if tag == 0x08:  # SavedModel.saved_model_schema_version and ONNX's ModelProto.ir_version are both varint 1
        if len(head) > 4 and head[1] == 1 and head[2] == 0x12:
            try:
                _, start = read_varint(head, 3, len(head))
            except WireFault:
                return "saved_model"
            if head[start : start + 1] in (b"\n", b"\x12", b""):  # MetaGraphDef's first fields
                return "saved_model"
        return "onnx" if len(head) > 2 and head[1] < 0x40 and head[2] in (0x12, 0x3A, 0x42) else None
    if tag == 0x0A:
        op = _first_node_op(head)
        if op is not None and not _OP_NAME.fullmatch(op):
            return "meta_graph" if op[:1] == b"\n" else GRAPHDEF
        return GRAPHDEF
    return GRAPHDEF if tag in (0x12, 0x18, 0x22) else None
