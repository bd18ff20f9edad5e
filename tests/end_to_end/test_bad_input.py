"""Files that are no frozen GraphDef, or only a part of one, are refused in words that help; nothing is written."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from google.protobuf import text_format

import pytoco
from pytoco.compiler.errors import PytocoError
from pytoco.frontends.graphdef import protos
from tests.end_to_end.running import MOBILENET, MOBILENET_OUTPUT, command, converted, refused, snapshot
from tests.graphdefs import const, data, graph, node, placeholder

SMALL = graph(placeholder("x", 1, 4), const("c", [1.0, 2.0, 3.0, 4.0]), node("y", "Add", ["x", "c"]))
SMALL_FILE: bytes = SMALL.SerializeToString()


def _saved_model() -> bytes:
    """saved_model.proto: schema version in field 1, in field 2 a MetaGraphDef with its MetaInfoDef and GraphDef."""
    info = b"\x0a\x08\x22\x06server"  # MetaGraphDef.meta_info_def, with a tag
    meta = info + b"\x12" + bytes([len(SMALL_FILE) & 0x7F | 0x80, len(SMALL_FILE) >> 7]) + SMALL_FILE
    return b"\x08\x01\x12" + bytes([len(meta) & 0x7F | 0x80, len(meta) >> 7]) + meta


def _zip(folder: Path) -> bytes:
    with zipfile.ZipFile(folder / "archive", "w") as archive:
        archive.writestr("frozen_graph.pb", SMALL_FILE)
    return (folder / "archive").read_bytes()


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
OTHERS = {
    "empty file": b"",
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100),
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(2040),
    "HTML": b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n",
    "git-LFS pointer": LFS,
    "SavedModel": _saved_model(),
    "text file": b"The model is in the other folder.\n",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_kind_of_file_is_named(kind: str, tmp_path: Path) -> None:
    model = tmp_path / "frozen_graph.pb"
    model.write_bytes(OTHERS[kind])
    refused(tmp_path, model, ["frozen_graph.pb", kind])


def test_a_zip_archive_is_named(tmp_path: Path) -> None:
    model = tmp_path / "frozen_graph.pb"
    model.write_bytes(_zip(tmp_path))
    refused(tmp_path, model, ["frozen_graph.pb", "zip"])


def test_a_tflite_model_is_read_as_one_whatever_it_is_called(tmp_path: Path) -> None:
    small, model = tmp_path / "small.pb", tmp_path / "model.pb"
    small.write_bytes(SMALL_FILE)
    first = converted(small, model)
    assert converted(model, tmp_path / "again.tflite") == first


def test_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    refused(tmp_path, tmp_path / "model", ["model", "folder"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    refused(tmp_path, tmp_path / "nowhere.pb", ["nowhere.pb", "no such file"])


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pb").symlink_to("b.pb")
    (tmp_path / "b.pb").symlink_to("a.pb")
    refused(tmp_path, tmp_path / "a.pb", ["a.pb"])


@pytest.mark.parametrize("program", ["tflite_convert", "convert", "inspect"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_device_is_refused_at_once(tmp_path: Path, program: str, kind: str) -> None:
    model = tmp_path / "pipe" if kind == "pipe" else Path("/dev/zero")
    if kind == "pipe":
        os.mkfifo(model)
    if program == "tflite_convert":
        refused(tmp_path, model, [str(model), "regular file"])
        return
    done = command(model, program=program, cwd=tmp_path)
    assert 0 < done.returncode < 70
    assert f"pytoco {program}: error: " in done.stderr
    assert "regular file" in done.stderr
    assert "Traceback" not in done.stderr


def test_text_converts_like_binary(tmp_path: Path) -> None:
    binary, text = tmp_path / "graph.pbtxt", tmp_path / "graph.pb"  # the suffixes mislead on purpose
    binary.write_bytes(SMALL_FILE)
    text.write_text(text_format.MessageToString(SMALL), encoding="utf-8")
    assert converted(text, tmp_path / "1.tflite") == converted(binary, tmp_path / "2.tflite")


def test_text_with_an_error_says_where(tmp_path: Path) -> None:
    model = tmp_path / "graph.pbtxt"
    model.write_text('node { name: "x" op: "Placeholder" }\nnode { name: }\n', encoding="utf-8")
    refused(tmp_path, model, ["graph.pbtxt", "2:"])


def _cuts(size: int) -> list[int]:
    return sorted({*range(1, 65), *range(size - 16, size), *(size * k // 40 for k in range(1, 40))})


def _fails_cleanly(model: Path, output: Path) -> PytocoError:
    with pytest.raises(PytocoError) as caught:
        pytoco.convert(model, output_file=output, input_arrays=["input"], output_arrays=[MOBILENET_OUTPUT], strict=True)
    assert caught.value.exit_code != 70, str(caught.value)
    return caught.value


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    whole = MOBILENET.read_bytes()
    output_ends = whole.rindex(MOBILENET_OUTPUT.encode())  # from there on the graph may be whole but for its version
    model = tmp_path / "part.pb"
    for size in _cuts(output_ends):
        model.write_bytes(whole[:size])
        _fails_cleanly(model, tmp_path / "out.tflite")
        assert os.listdir(tmp_path) == ["part.pb"], size


@pytest.mark.parametrize("part", [0.0001, 0.3, 0.9])
def test_a_truncated_file_is_refused_by_the_command(part: float, tmp_path: Path) -> None:
    whole = MOBILENET.read_bytes()
    model = tmp_path / "part.pb"
    model.write_bytes(whole[: int(len(whole) * part)])
    refused(tmp_path, model, ["part.pb"], inputs="input", outputs=MOBILENET_OUTPUT)


def test_flipped_bytes_never_crash(tmp_path: Path) -> None:
    whole = bytearray(data(*SMALL.node))
    model = tmp_path / "flipped.pb"
    for place in range(len(whole)):
        for value in (0x00, 0x7F, 0xFF):
            flipped = bytes(whole[:place]) + bytes([value]) + bytes(whole[place + 1 :])
            model.write_bytes(flipped)
            try:
                pytoco.convert(model, output_file=tmp_path / "out", input_arrays=["x"], output_arrays=["y"])
            except PytocoError as error:
                assert error.exit_code != 70, f"byte {place} = {value}: {error}"  # noqa: PT017


def test_messages_nested_a_thousand_deep_are_refused(tmp_path: Path) -> None:
    message = b""
    for _ in range(1000):  # AttrValue.func is a NameAttrList, whose map of attributes holds AttrValues again
        value = b"\x52" + _sized(b"\x0a\x01f\x12" + _sized(b"\x0a\x01k\x12" + _sized(message)))
        message = value
    deep = protos.NodeDef(name="deep", op="Relu", input=["x"]).SerializeToString()
    deep += b"\x2a" + _sized(b"\x0a\x01k\x12" + _sized(message))
    model = tmp_path / "deep.pb"
    model.write_bytes(SMALL_FILE + b"\x0a" + _sized(deep))
    refused(tmp_path, model, ["deep.pb"])


def _sized(content: bytes) -> bytes:
    size, length = len(content), bytearray()
    while size >= 0x80:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([*length, size]) + content


def _small(folder: Path) -> Path:
    model = folder / "small.pb"
    model.write_bytes(SMALL_FILE)
    return model


@pytest.mark.parametrize(("inputs", "outputs", "words"), [
    ("xs", "y", ["'xs'", "did you mean", "'x'"]),
    ("x", "z", ["'z'"]),
    ("x", "x/y", ["'x/y'"]),
    ("c", "y", ["'x'"]),
    ("x", "x", ["'x'", "both"]),
    ("x,x", "y", ["'x'", "twice"]),
    ("x", "y:7", ["y"]),
    ("x,,c", "y", ["input_arrays", "empty"]),
    ("x", "", ["output_arrays"]),
])  # fmt: skip
def test_wrong_array_names_are_refused(inputs: str, outputs: str, words: list[str], tmp_path: Path) -> None:
    refused(tmp_path, _small(tmp_path), words, inputs=inputs, outputs=outputs)


def test_a_misspelled_output_gets_a_suggestion(tmp_path: Path) -> None:
    wrong = MOBILENET_OUTPUT.replace("Predictions", "Prediction")
    refused(tmp_path, MOBILENET, [repr(wrong), "did you mean", MOBILENET_OUTPUT], inputs="input", outputs=wrong)


@pytest.mark.parametrize(("shapes", "words"), [
    ("1,,4", ["input_shapes", "1,,4"]),
    ("1,4,", ["input_shapes", "1,4,"]),
    ("1,four", ["input_shapes", "four"]),
    ("1,-4", ["input_shapes", "-4"]),
    ("1,4:1,4", ["input_shapes", "2 item"]),
    ("1,5", ["'x'", "[1, 4]", "[1, 5]"]),
    ("1,4,1", ["'x'"]),
    ("1,99999999999", ["99999999999"]),
])  # fmt: skip
def test_wrong_shapes_are_refused(shapes: str, words: list[str], tmp_path: Path) -> None:
    refused(tmp_path, _small(tmp_path), words, f"--input_shapes={shapes}")


def test_an_extent_unknown_in_the_middle_is_asked_for(tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    model.write_bytes(data(placeholder("x", 1, -1, 3), node("y", "Relu", ["x"])))
    refused(tmp_path, model, ["'x'", "--input_shapes="])
    refused(tmp_path, model, ["'x'"], "--input_shapes=1,None,3")
    converted(model, tmp_path / "out.tflite", "--input_shapes=1,7,3")


def test_no_arguments_at_all_show_the_usage() -> None:
    done = command()
    assert done.returncode == 1
    assert done.stdout.startswith("usage: tflite_convert")


def test_the_input_is_only_read(tmp_path: Path) -> None:
    model = _small(tmp_path)
    model.chmod(0o444)
    before = (snapshot(tmp_path), model.stat().st_mtime_ns)
    converted(model, tmp_path.parent / "elsewhere.tflite")
    assert (snapshot(tmp_path), model.stat().st_mtime_ns) == before
