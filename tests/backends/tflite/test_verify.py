"""The verifier: accepts what LiteRT accepts, and answers every broken file with a typed error."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from pytoco.backends.tflite.summary import read_summary
from pytoco.backends.tflite.verify import verify_bytes, verify_file
from pytoco.compiler.errors import FileError, InvalidModelError, PytocoError
from tests.backends.tflite.test_writer import ROW, adds, data_of

GOOD = data_of(adds([ROW, ROW * 2, np.ones((2, 3), "f4")]))
OUTSIDE = data_of(adds([ROW, ROW * 2]), tflite_layout="outside")


@pytest.mark.parametrize("data", [GOOD, OUTSIDE], ids=["classic", "outside"])
def test_mutated_files_give_typed_errors_or_pass(data: bytes) -> None:
    generator = random.Random(7)
    refused = 0
    for _ in range(400):
        broken = bytearray(data)
        for _ in range(generator.choice((1, 1, 2, 8))):
            at = generator.randrange(len(broken))
            broken[at] = generator.choice((0, 1, 0x7F, 0x80, 0xFF, generator.randrange(256)))
        for check in (verify_bytes, read_summary):
            try:
                check(bytes(broken))
            except PytocoError:
                refused += 1
    assert refused > 100


@pytest.mark.parametrize("data", [GOOD, OUTSIDE], ids=["classic", "outside"])
def test_truncated_files_are_refused(data: bytes) -> None:
    for end in range(0, len(data) - 32, 3):
        with pytest.raises(InvalidModelError):
            verify_bytes(data[:end])


@pytest.mark.parametrize("data", [b"", b"TFL3", b"PK\3\4" * 10, b"<!DOCTYPE html>", bytes(64)])
def test_other_files_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.tflite"
    path.write_bytes(data)
    with pytest.raises(InvalidModelError, match="not a TFL3 file"):
        verify_file(path)


def test_missing_file_and_folder_are_file_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(FileError):
            read_summary(path)


def _repacked(change: str) -> bytes:
    """GOOD with one thing wrong, written by FlatBuffers' own builder."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(GOOD, 0))
    for item in (model.subgraphs[0], *model.subgraphs[0].operators):
        item.inputs, item.outputs = list(item.inputs), list(item.outputs)
    for tensor in model.subgraphs[0].tensors:
        tensor.shape = list(tensor.shape)
    names = {"model": model, "graph": model.subgraphs[0], "schema": schema}
    exec(change, names)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def test_unchanged_repacked_file_passes() -> None:
    verify_bytes(_repacked("pass"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("model.version = 2", "schema version 2"),
        ("model.buffers[0].data = np.ones(4, 'u1')", "buffer 0"),
        ("graph.operators.reverse()", "before anything computes it"),
        ("graph.operators[1].outputs[0] = graph.operators[0].outputs[0]", "made twice"),
        ("graph.operators[0].outputs[0] = graph.inputs[0]", "a constant, a variable or a graph input"),
        ("graph.operators[0].inputs[1] = 99", "number 99 of"),
        ("graph.operators[0].inputs[1] = -2", "number -2 of"),
        ("graph.operators[0].opcodeIndex = 5", "code of operator 0"),
        ("graph.outputs[0] = 77", "an output of graph 0 is number 77"),
        ("graph.tensors[1].buffer = 70", "buffer of tensor"),
        ("graph.tensors[1].shape[0] = 4", "has a constant of 12 bytes"),
        ("graph.tensors[1].shape[0] = -4", "negative extent"),
        ("graph.tensors[0].shape[0] = graph.tensors[0].shape[1] = 70000", "counted in 31 bits"),
        ("model.metadata[0].buffer = 55", "buffer of metadata"),
        ("model.buffers[1].data = None; model.buffers[1].offset = 1 << 40; model.buffers[1].size = 8", "of a file of"),
        (
            "model.buffers[1].data = None; model.buffers[1].offset = 2**64 - 16; model.buffers[1].size = 32",
            "of a file of",
        ),
    ],
)
def test_each_rule_is_checked(change: str, said: str) -> None:
    with pytest.raises(InvalidModelError, match=said):
        verify_bytes(_repacked(f"import numpy as np\n{change}"))
