"""Checks a TFLite file by reading it again: what LiteRT's own verifier checks, and what it is known not to.

The list follows TensorFlow Lite's `tflite::Verify` (version, indices, execution order, one producer per tensor, sizes
of constants), and adds constants outside the flatbuffer, metadata and signature indices, alignment and string tables.
Nothing is loaded: the file is mapped, and of constants only string tables are looked at.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from struct import error
from typing import Any

from ...compiler.errors import FileError, InvalidModelError
from .fields import name_of
from .flat_reader import FlatReader
from .schema.tables import UNIONS

ITEM_BITS = {
    "FLOAT32": 32, "FLOAT16": 16, "INT32": 32, "UINT8": 8, "INT64": 64, "BOOL": 8, "INT16": 16, "COMPLEX64": 64,
    "INT8": 8, "FLOAT64": 64, "COMPLEX128": 128, "UINT64": 64, "UINT32": 32, "UINT16": 16, "INT4": 4, "BFLOAT16": 16,
}  # fmt: skip
"""Bits of one element by tensor type; types that are not here have no size to check."""

_INT32 = 0x7FFFFFFF
_UNION_OPTIONS = (("builtin_options_type", "BuiltinOptions"), ("builtin_options2_type", "BuiltinOptions2"))


def verify_file(path: Path) -> None:
    """Verify the file at `path`. Raises InvalidModelError saying what is wrong, FileError when it cannot be read."""
    with mapped(path) as data:
        verify_bytes(data)


class mapped:  # noqa: N801 - a context manager, used like a function
    """The bytes of a file, memory-mapped for the length of a `with`; an empty file gives empty bytes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._map: mmap.mmap | None = None
        self._view: memoryview | None = None

    def __enter__(self) -> memoryview:
        try:
            with self._path.open("rb") as stream:
                empty = not stream.read(1)
                self._map = None if empty else mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as e:
            raise FileError(f"cannot read {self._path}: {e}", hint="a .tflite file is expected") from e
        self._view = memoryview(self._map if self._map is not None else b"")
        return self._view

    def __exit__(self, *_: object) -> None:
        # Views of a failed read may live on in the exception's frames; the map then goes with the last of them.
        try:
            if self._view is not None:
                self._view.release()
            if self._map is not None:
                self._map.close()
        except BufferError:
            pass


def verify_bytes(data: Any) -> None:
    """Verify a model in memory (anything with the buffer protocol). Raises InvalidModelError saying what is wrong."""
    try:
        _Verifier(FlatReader(data)).run()
    except error as e:
        raise InvalidModelError(f"the file ends within a table ({e})") from e


class _Verifier:
    """One pass over a file."""

    def __init__(self, reader: FlatReader) -> None:
        self.reader = reader
        self.model = reader.table("Model", reader.root)
        self.buffers: list[tuple[int, memoryview | None]] = []
        self.codes: list[str] = []
        self.graphs: list[int] = []

    def run(self) -> None:
        model, reader = self.model, self.reader
        if model["version"] != 3:
            raise InvalidModelError(f"schema version {model['version']}; TFLite models have 3")
        for part in ("operator_codes", "subgraphs", "buffers"):
            if model[part] is None:
                raise InvalidModelError(f"the model has no {part}")
        for position in model["operator_codes"]:
            item = reader.table("OperatorCode", position)
            number = max(item["builtin_code"], item["deprecated_builtin_code"])
            name = name_of("BuiltinOperator", number)
            if name == "CUSTOM" and not item["custom_code"]:
                raise InvalidModelError("a custom operator without a name")
            self.codes.append(item["custom_code"] if name == "CUSTOM" else name)
        self.buffers = [self._buffer(k, reader.table("Buffer", p)) for k, p in enumerate(model["buffers"])]
        if self.buffers and self.buffers[0][0]:
            raise InvalidModelError("buffer 0 is not empty; it stands for 'no constant'")
        for number, position in enumerate(model["subgraphs"]):
            self._graph(number, reader.table("SubGraph", position))
        for position in model["metadata"] or ():
            entry = reader.table("Metadata", position)
            self._check_index(entry["buffer"], len(self.buffers), f"buffer of metadata {entry['name']!r}")
        for number in model["metadata_buffer"] or ():
            self._check_index(number, len(self.buffers), "metadata buffer")
        for position in model["signature_defs"] or ():
            self._signature(reader.table("SignatureDef", position))

    def _buffer(self, number: int, buffer: dict[str, Any]) -> tuple[int, memoryview | None]:
        data, offset, size = buffer["data"], buffer["offset"], buffer["size"]
        if offset <= 1:
            return (0, None) if data is None else (len(data), data)
        total = self.reader.size
        if data is not None and len(data):
            raise InvalidModelError(f"buffer {number} lies both inside and outside the flatbuffer")
        if size > total or offset > total - size:
            raise InvalidModelError(f"buffer {number} lies at {offset:,}+{size:,} of a file of {total:,} bytes")
        if offset % 16:
            raise InvalidModelError(f"buffer {number} lies at {offset:,}, which is not a multiple of 16")
        return size, self.reader.data[offset : offset + size]

    @staticmethod
    def _check_index(index: int, count: int, what: str) -> None:
        if not 0 <= index < count:
            raise InvalidModelError(f"{what} is number {index} of {count}")

    def _graph(self, number: int, graph: dict[str, Any]) -> None:
        where = f"graph {number}"
        if graph["tensors"] is None:
            raise InvalidModelError(f"{where} has no tensors")
        count = len(graph["tensors"])
        self.graphs.append(count)
        ready = [self._tensor(self.reader.table("Tensor", p), where) for p in graph["tensors"]]
        for index in graph["inputs"] or ():
            self._check_index(index, count, f"an input of {where}")
            ready[index] = True
        produced = [False] * count
        for k, position in enumerate(graph["operators"] or ()):
            op = self.reader.table("Operator", position)
            self._check_index(op["opcode_index"], len(self.codes), f"the code of operator {k} in {where}")
            what = f"operator {k} ({self.codes[op['opcode_index']]}) in {where}"
            for field, union in _UNION_OPTIONS:
                if op[field] > len(UNIONS[union]):
                    raise InvalidModelError(f"{what} has options of an unknown type {op[field]}")
            if op["inputs"] is None or op["outputs"] is None:
                raise InvalidModelError(f"{what} has no inputs or outputs")
            self._operands(op["inputs"], ready, what)
            for index in op["outputs"]:
                if index == -1:
                    continue
                self._check_index(index, count, f"a result of {what}")
                if ready[index]:
                    kind = "made twice" if produced[index] else "a constant, a variable or a graph input"
                    raise InvalidModelError(f"tensor {index}, a result of {what}, is {kind}")
                produced[index] = ready[index] = True
        for index in graph["outputs"] or ():
            self._check_index(index, count, f"an output of {where}")
            if not ready[index]:
                raise InvalidModelError(f"tensor {index}, an output of {where}, is never computed")

    def _operands(self, indices: Sequence[int], ready: list[bool], what: str) -> None:
        for index in indices:
            if index == -1:
                continue
            self._check_index(index, len(ready), f"an operand of {what}")
            if not ready[index]:
                raise InvalidModelError(f"{what} reads tensor {index} before anything computes it")

    def _tensor(self, tensor: dict[str, Any], where: str) -> bool:
        """Check one tensor; returns whether it has a value without being computed."""
        name = tensor["name"]
        shape = tensor["shape"] or ()
        elements = 1
        for extent in shape:
            if extent < 0:
                raise InvalidModelError(f"tensor {name!r} in {where} has the negative extent {extent}")
            elements *= extent
        if elements > _INT32:
            raise InvalidModelError(
                f"tensor {name!r} in {where} has {elements:,} elements; they are counted in 31 bits"
            )
        self._check_index(tensor["buffer"], len(self.buffers), f"the buffer of tensor {name!r}")
        self._quantization(tensor, shape, name)
        size, data = self.buffers[tensor["buffer"]]
        if data is None:
            return bool(tensor["is_variable"])
        kind = name_of("TensorType", tensor["type"])
        if kind == "STRING":
            self._strings(data, elements, name)
        elif kind in ITEM_BITS and tensor["sparsity"] is None and size != (elements * ITEM_BITS[kind] + 7) // 8:
            raise InvalidModelError(f"tensor {name!r} of {elements:,} x {kind} has a constant of {size:,} bytes")
        return True

    def _quantization(self, tensor: dict[str, Any], shape: Sequence[int], name: str) -> None:
        if tensor["quantization"] is None:
            return
        found = self.reader.table("QuantizationParameters", tensor["quantization"])
        scales, zeros = found["scale"] or (), found["zero_point"] or ()
        if len(zeros) not in {0, len(scales)}:
            raise InvalidModelError(f"tensor {name!r} has {len(scales)} scales but {len(zeros)} zero points")
        if len(scales) > 1:
            axis = found["quantized_dimension"]
            self._check_index(axis, len(shape), f"the quantized dimension of tensor {name!r}")
            if shape[axis] != len(scales):
                raise InvalidModelError(f"tensor {name!r} has {len(scales)} scales for an extent of {shape[axis]}")

    @staticmethod
    def _strings(data: memoryview, elements: int, name: str) -> None:
        count = int.from_bytes(data[:4], "little") if len(data) >= 4 else -1
        if count != elements:
            raise InvalidModelError(f"string tensor {name!r} holds {count} strings for {elements} elements")
        if 4 * (count + 2) > len(data):
            raise InvalidModelError(f"string tensor {name!r}: its offsets run past its end")
        before = 4 * (count + 2)
        for k in range(count + 1):
            offset = int.from_bytes(data[4 * k + 4 : 4 * k + 8], "little")
            if not before <= offset <= len(data):
                raise InvalidModelError(f"string tensor {name!r}: offset {k} is {offset} of {len(data)} bytes")
            before = offset

    def _signature(self, signature: dict[str, Any]) -> None:
        key = signature["signature_key"]
        self._check_index(signature["subgraph_index"], len(self.graphs), f"the graph of signature {key!r}")
        count = self.graphs[signature["subgraph_index"]]
        for part in ("inputs", "outputs"):
            for position in signature[part] or ():
                entry = self.reader.table("TensorMap", position)
                self._check_index(entry["tensor_index"], count, f"{entry['name']!r} of signature {key!r}")
