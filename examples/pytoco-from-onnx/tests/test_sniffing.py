"""ONNX files are recognised by their content, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytoco
from onnx import TensorProto, helper
from parity import model, random
from pytoco.compiler import InvalidModelError

from pytoco_from_onnx.sniffing import sniff

NODES = [helper.make_node("Relu", ["x"], ["y"])]


def relu(**more: Any) -> Any:
    return model(NODES, {"x": random(2, 3)}, ["y"], **more)


def sniffed(data: bytes) -> bool | str:
    return sniff(Path("nowhere"), data[: 1 << 16])


def test_a_model_is_recognised_whatever_its_name_and_converted(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(relu().SerializeToString())
    assert pytoco.convert(path, output_file=tmp_path / "model.tflite").summary.operators == {"RELU": 1}


@pytest.mark.parametrize(
    "more", [{}, {"producer_name": "pytorch", "producer_version": "2.1", "domain": "a.b"}, {"doc_string": "text\nmore"}]
)
def test_every_writers_head(more: dict[str, str]) -> None:
    assert sniffed(relu(**more).SerializeToString()) is True


@pytest.mark.parametrize("version", [3, 8, 10])
def test_every_version(version: int) -> None:
    proto = relu()
    proto.ir_version = version
    assert sniffed(proto.SerializeToString()) is True


def test_a_description_longer_than_the_head(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(relu(doc_string="word " * 50_000).SerializeToString())
    assert sniff(path, path.read_bytes()[: 1 << 16]) is True


def test_only_the_beginning_of_a_model_is_still_known_as_one() -> None:
    assert sniffed(model(NODES, {"x": random(2, 3)}, ["y"]).SerializeToString()[:20]) is True


GRAPH_DEF = b'\n\x16\n\x01x\x12\x0bPlaceholder"\x04\x12\x02\x08\x01'
"""A GraphDef of one Placeholder: field 1 is a NodeDef."""
SAVED_MODEL = b"\x08\x01\x12\x0e\n\x0c\x0a\x00\x22\x05serve2\x011"
"""A SavedModel: field 1 is its version, field 2 a MetaGraphDef whose field 1 is a message."""


@pytest.mark.parametrize(
    "data",
    [
        GRAPH_DEF,
        SAVED_MODEL,
        SAVED_MODEL * 3,
        b"\x1c\x00\x00\x00TFL3" + bytes(100),
        b"node {\n  name: 'x'\n}\n",
        b"\x89HDF\r\n\x1a\n" + bytes(50),
        b"PK\x03\x04" + bytes(50),
        b"\x08",
        b"\x08\x08",
        b"\x08\x08\x12\x05ab",
        b"\x00" * 64,
        b"\xff" * 64,
        b"",
        TensorProto(dims=[2], data_type=1, raw_data=bytes(8)).SerializeToString(),
    ],
)
def test_other_files_are_refused_with_a_reason(data: bytes) -> None:
    reason = sniffed(data)
    assert isinstance(reason, str)
    assert reason


def test_the_reason_is_shown_when_nobody_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"\x08\x08\x12\x05ab")
    with pytest.raises(InvalidModelError, match="onnx: it has neither graph nor operator sets"):
        pytoco.convert(path)


def test_a_folder_is_not_a_model(tmp_path: Path) -> None:
    assert sniff(tmp_path, b"") == "it is a folder or empty"
