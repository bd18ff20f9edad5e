"""SavedModels made here, in TensorFlow's bundle format: an index table, and shards that hold the raw variables.

The model is that of TensorFlow 1: its restore operations in the main graph say which variable is which. A shard is
written matrix by matrix, so that a model may be larger than memory.
"""

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pytoco.frontends.graphdef import protos
from pytoco.frontends.graphdef.wire import varint_bytes
from pytoco.frontends.saved_model.crc import crc32c, masked
from pytoco.frontends.saved_model.table import MAGIC

DT_FLOAT, DT_STRING = 1, 7
RESTARTS = 16  # keys from one that is spelled out to the next
BLOCK = 1 << 18  # bytes at which a block is full


class Folder(NamedTuple):
    """A SavedModel on disk, its variables' size in bytes, and its signature's only input and output."""

    path: Path
    size: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def table(items: Iterable[tuple[bytes, bytes]], block_size: int = BLOCK) -> bytes:
    """Return an index with these keys, in ascending order, and values."""
    out = bytearray()
    handles: list[tuple[bytes, bytes]] = []
    for last, content in blocks(items, block_size):
        handles.append((last, put(out, content)))
    metaindex = put(out, block([]))
    footer = metaindex + put(out, block(handles))
    return bytes(out + footer.ljust(40, b"\0") + struct.pack("<Q", MAGIC))


def blocks(items: Iterable[tuple[bytes, bytes]], size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the last key and the content of each data block."""
    held: list[tuple[bytes, bytes]] = []
    length = 0
    for key, value in items:
        held.append((key, value))
        length += len(key) + len(value) + 3
        if length >= size:
            yield key, block(held)
            held, length = [], 0
    if held:
        yield held[-1][0], block(held)


def block(items: list[tuple[bytes, bytes]]) -> bytes:
    """Return a block's content: its entries, then its restarts."""
    out = bytearray()
    restarts = []
    before = b""
    for number, (key, value) in enumerate(items):
        shared = 0
        if number % RESTARTS:
            limit = min(len(before), len(key))
            while shared < limit and before[shared] == key[shared]:
                shared += 1
        else:
            restarts.append(len(out))
        for n in (shared, len(key) - shared, len(value)):
            out += varint_bytes(n)
        out += key[shared:] + value
        before = key
    restarts = restarts or [0]
    return bytes(out) + struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))


def put(out: bytearray, content: bytes) -> bytes:
    """Append a block with type and checksum; return its handle."""
    handle = varint_bytes(len(out)) + varint_bytes(len(content))
    content += b"\0"
    out += content + struct.pack("<I", masked(crc32c(content)))
    return handle


class BundleWriter:
    """Writes a bundle: arrays one by one into its shards, and at the end the index."""

    def __init__(self, prefix: Path, shards: int) -> None:
        prefix.parent.mkdir(parents=True, exist_ok=True)
        self.prefix = prefix
        self.sizes = [0] * shards
        self.entries: dict[bytes, bytes] = {}
        header = protos.BundleHeaderProto(num_shards=shards)
        header.version.producer = 1
        self.entries[b""] = header.SerializeToString()

    def add(self, key: str, value: np.ndarray, shard: int) -> None:
        """Append a float32 array to a shard."""
        contents = np.ascontiguousarray(value, "<f4").reshape(-1).view(np.uint8).data
        with self.prefix.with_name(f"{self.prefix.name}.data-{shard:05d}-of-{len(self.sizes):05d}").open("ab") as file:
            file.write(contents)
        entry = protos.BundleEntryProto(
            dtype=DT_FLOAT,
            shard_id=shard,
            offset=self.sizes[shard],
            size=len(contents),
            crc32c=masked(crc32c(contents)),
        )
        for size in value.shape:
            entry.shape.dim.add(size=size)
        self.entries[key.encode()] = entry.SerializeToString()
        self.sizes[shard] += len(contents)

    def finish(self) -> None:
        """Write the index."""
        self.prefix.with_name(f"{self.prefix.name}.index").write_bytes(table(sorted(self.entries.items())))


class GraphMaker:
    """A MetaGraphDef with a chain of dense layers whose matrices are resource variables."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.message = protos.MetaGraphDef()
        self.message.meta_info_def.tags.append("serve")
        self.variables: list[str] = []

    def node(self, op: str, name: str, *inputs: str, **types: int) -> protos.NodeDef:
        """Add one node and return its message."""
        made = self.message.graph_def.node.add(name=name, op=op, input=inputs)
        for key, number in types.items():
            made.attr[key].type = number
        return made

    def variable(self, name: str) -> str:
        """Add a square matrix and its read."""
        handle = self.node("VarHandleOp", name, dtype=DT_FLOAT)
        handle.attr["shared_name"].s = name.encode()
        for _ in range(2):
            handle.attr["shape"].shape.dim.add(size=self.units)
        self.variables.append(name)
        self.node("ReadVariableOp", f"{name}/read", name, dtype=DT_FLOAT)
        return f"{name}/read"

    def strings(self, name: str, values: list[str]) -> None:
        """Add a constant vector of strings."""
        tensor = self.node("Const", name, dtype=DT_STRING).attr["value"].tensor
        tensor.dtype = DT_STRING
        tensor.tensor_shape.dim.add(size=len(values))
        tensor.string_val.extend(value.encode() for value in values)

    def restore(self) -> None:
        """Add the operations that restore all variables from keys of their names."""
        self.strings("save/keys", self.variables)
        self.strings("save/parts", [""] * len(self.variables))
        self.node("Placeholder", "save/file", dtype=DT_STRING)
        reader = self.node("RestoreV2", "save/RestoreV2", "save/file", "save/keys", "save/parts")
        reader.attr["dtypes"].list.type.extend([DT_FLOAT] * len(self.variables))
        for number, name in enumerate(self.variables):
            self.node("AssignVariableOp", f"save/{name}", name, f"save/RestoreV2:{number}", dtype=DT_FLOAT)
        self.node("NoOp", "save/restore_all", *(f"^save/{name}" for name in self.variables))
        saver = self.message.saver_def
        saver.filename_tensor_name = saver.save_tensor_name = "save/file:0"
        saver.restore_op_name, saver.version = "save/restore_all", 2

    def signature(self, x: str, y: str) -> None:
        """Add the signature."""
        signature = self.message.signature_def["serving_default"]
        signature.method_name = "tensorflow/serving/predict"
        for infos, name in ((signature.inputs, x), (signature.outputs, y)):
            info = infos[name]
            info.name, info.dtype = f"{name}:0", DT_FLOAT
            for size in (1, self.units):
                info.tensor_shape.dim.add(size=size)


def make(layers: int, units: int, shards: int, folder: Path) -> Folder:
    """Return a SavedModel of `layers` matrices of `units` x `units`; it is made in `folder` unless it is there."""
    path = folder / f"saved_model_{layers}x{units}_{shards}"
    graph = GraphMaker(units)
    placeholder = graph.node("Placeholder", "x", dtype=DT_FLOAT)
    for size in (1, units):
        placeholder.attr["shape"].shape.dim.add(size=size)
    y = "x"
    for number in range(layers):
        kernel = graph.variable(f"layer_{number}/kernel")
        graph.node("MatMul", f"layer_{number}/MatMul", y, kernel, T=DT_FLOAT)
        y = graph.node("Relu", f"layer_{number}/Relu", f"layer_{number}/MatMul", T=DT_FLOAT).name
    graph.restore()
    graph.signature("x", y)
    if not (path / "saved_model.pb").exists():
        writer = BundleWriter(path / "variables" / "variables", shards)
        random = np.random.default_rng(units)
        for number, name in enumerate(graph.variables):
            matrix = random.standard_normal((units, units), np.float32)
            writer.add(name, matrix * np.float32(units**-0.5), number * shards // layers)
        writer.finish()
        saved = protos.SavedModel(saved_model_schema_version=1, meta_graphs=[graph.message])
        (path / "saved_model.pb").write_bytes(saved.SerializeToString(deterministic=True))
    return Folder(path, 4 * layers * units * units, ("x",), (y,))
