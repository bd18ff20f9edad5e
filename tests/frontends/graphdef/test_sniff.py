"""Telling what a file is before reading it, and saying what to do with what is not a GraphDef."""

import os
from pathlib import Path

import pytest

from pytoco.compiler.errors import FileError, InvalidModelError, PytocoError
from pytoco.frontends.graphdef import load, sniff
from tests.graphdefs import data, node, placeholder

MODEL = data(placeholder("x", 1, 4), node("y", "Relu", ["x"]))
SAVED_MODEL = b"\x08\x01\x12\x10\x0a\x0e\x0a\x00\x12\x0a" + b"\x0a" * 8  # schema version 1, one MetaGraphDef
OTHERS = {
    "empty": b"",
    "tflite": b"\x1c\x00\x00\x00TFL3" + bytes(40),
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(40),
    "keras": b"PK\x03\x04" + bytes(26) + b"metadata.json",
    "zip": b"PK\x03\x04" + bytes(40),
    "png": b"\x89PNG\r\n\x1a\n",
    "gzip": b"\x1f\x8b\x08",
    "html": b"\n<!DOCTYPE html><html>",
    "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "onnx": b"\x08\x07\x12\x07pytorch\x1a\x031.9",
    "saved_model": SAVED_MODEL,
    "saved_model_text": b"saved_model_schema_version: 1\nmeta_graphs {\n",
    "checkpoint": b'model_checkpoint_path: "model.ckpt-0"\n',
    "json": b'{"format": "graph-model"}',
    "text": b"this is just a note\n",
    "unknown": b"\xff\xfe\xfd\xfc" * 4,
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_formats_are_named_and_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "model.pb"
    path.write_bytes(OTHERS[kind])
    found = sniff(path)
    assert found.kind == kind
    with pytest.raises(InvalidModelError) as caught:
        load(path)
    assert found.looks_like in str(caught.value)
    assert found.hint in str(caught.value)


def test_binary_and_text_graphs_are_recognised() -> None:
    assert sniff(MODEL).kind == "graphdef"
    for text in (b"node {\n", b"# made by hand\n\nnode: {", b"versions { producer: 1 }", b"library {"):
        assert sniff(text).kind == "graphdef_text"


def test_text_graph_loads(tmp_path: Path) -> None:
    path = tmp_path / "m.pbtxt"
    path.write_text(
        'node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }'
        ' attr { key: "shape" value { shape { dim { size: 2 } } } } }'
        ' node { name: "y" op: "Relu" input: "x" }',
        encoding="utf-8",
    )
    graph = load(path).main
    assert [op.kind for op in graph.ops()] == ["Relu"]
    assert graph.outputs[0].shape == (2,)


def test_broken_text_graph_is_an_invalid_model() -> None:
    with pytest.raises(InvalidModelError, match="text GraphDef"):
        load(b"node { name: }")


def test_folders_are_told_apart(tmp_path: Path) -> None:
    assert sniff(tmp_path).kind == "directory"
    (tmp_path / "saved_model.pb").write_bytes(SAVED_MODEL)
    assert sniff(tmp_path).kind == "saved_model_dir"
    with pytest.raises(PytocoError, match="SavedModel folder"):
        load(tmp_path)


def test_pipes_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        assert sniff(path).kind == "special"
        with pytest.raises(FileError, match="regular file"):
            load(path)


def test_missing_files_and_link_loops_are_file_errors(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (loop, tmp_path / "nothing.pb", tmp_path / "nul\0.pb"):
        with pytest.raises(FileError):
            load(path)
