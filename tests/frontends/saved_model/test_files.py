"""Folders and files that are no SavedModel, or only a part of one, or lead elsewhere."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler.errors import FileError, InvalidModelError, PytocoError, UnsupportedError
from pytoco.frontends.saved_model.loader import load
from tests.frontends.saved_model.models import FUNCTIONS, GRAPHS, copied, read
from tests.graphdefs import data, node, placeholder

ENCODE: dict[str, Any] = {"saved_model_signature_key": "encode"}


def refusal(model: Path, kind: type[PytocoError] = InvalidModelError, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        load(model, options)
    return str(caught.value)


OTHERS = {
    "empty file": b"",
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "HTML": b"<!DOCTYPE html><html></html>",
    "git-LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\n",
    "TensorFlow Lite": b"\x1c\0\0\0TFL3" + bytes(20),
    "zip archive": b"PK\x03\x04" + bytes(30),
    "no format": b"\xff\xfe\xfd\xfc" * 8,
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_kind_of_file_is_named(kind: str, tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(OTHERS[kind])
    said = refusal(tmp_path)
    assert kind in said
    assert "is not a SavedModel" in said


def test_a_frozen_graph_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(data(placeholder("x", 1), node("y", "Relu", ["x"])))
    assert "--graph_def_file" in refusal(tmp_path)


def test_folders_without_a_model_are_told_where_there_is_one(tmp_path: Path) -> None:
    assert "it has no saved_model.pb" in refusal(tmp_path)
    shutil.copytree(GRAPHS, tmp_path / "1")
    assert str(tmp_path / "1") in refusal(tmp_path)


def test_the_folder_of_a_checkpoint_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt.index").write_bytes(b"")
    assert "checkpoint" in refusal(tmp_path)


def test_missing_folders_and_link_loops_are_file_errors(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path / "nowhere", tmp_path / "loop", tmp_path / "nul\0"):
        refusal(path, FileError)


def test_chunked_models_are_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "saved_model.cpb").write_bytes(b"\x83\xaf\x70\xd1\x0d\x88\x4a\x3f")
    said = refusal(tmp_path, UnsupportedError)
    assert "chunked" in said
    assert f"tf.saved_model.load({str(tmp_path)!r})" in said


def test_pipes_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "saved_model.pb")
    assert "regular file" in refusal(tmp_path, FileError)


@pytest.mark.parametrize("model", [GRAPHS, FUNCTIONS], ids=["graphs", "functions"])
def test_a_truncated_file_is_an_invalid_model(model: Path, tmp_path: Path) -> None:
    whole = (model / "saved_model.pb").read_bytes()
    place = copied(model, tmp_path)
    cuts = [*range(1, 64), *range(64, len(whole), len(whole) // 40), *range(len(whole) - 8, len(whole))]
    for cut in cuts:
        (place / "saved_model.pb").write_bytes(whole[:cut])
        with pytest.raises(PytocoError) as caught:
            load(place, {"saved_model_tag_set": ("serve",), "saved_model_signature_key": "look_up"})
        assert caught.value.exit_code != 70, cut


def test_an_unknown_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pbtxt").write_text("saved_model_schema_version: 2\nmeta_graphs {}\n", encoding="utf-8")
    assert "schema version 2" in refusal(tmp_path, UnsupportedError)


def test_broken_text_says_where(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pbtxt").write_text(
        "saved_model_schema_version: 1\nmeta_graphs {\n  oops\n", encoding="utf-8"
    )
    assert "4:1" in refusal(tmp_path)


def test_a_model_without_graphs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pbtxt").write_text("saved_model_schema_version: 1\n", encoding="utf-8")
    assert "holds no graph" in refusal(tmp_path)


@pytest.mark.parametrize(
    "part", ["saved_model.pb", "variables", "variables/variables.index", "variables/variables.data-00000-of-00001"]
)
def test_links_out_of_the_folder_are_refused(part: str, tmp_path: Path) -> None:
    place = copied(GRAPHS, tmp_path)
    outside = tmp_path / "outside"
    shutil.move(place / part, outside)
    (place / part).symlink_to(outside)
    said = refusal(place)
    assert "leads out of the model's folder" in said
    assert "cp -rL" in said


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    place = copied(GRAPHS, tmp_path)
    shutil.move(place / "variables", place / "stored")
    (place / "variables").symlink_to("stored")
    assert load(place).main.inputs


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "nul\0", "/dev/zero"])
def test_assets_are_never_opened(name: str, tmp_path: Path) -> None:
    def change(message: Any) -> None:
        message.meta_graphs[0].asset_file_def[0].filename = name

    place = copied(FUNCTIONS, tmp_path, change)
    shutil.rmtree(place / "assets")
    assert load(place, ENCODE).main.outputs
    said = refusal(place, UnsupportedError, saved_model_signature_key="look_up")
    assert repr(name) in said


@pytest.mark.parametrize(
    "target", ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"]
)
def test_a_model_is_not_overwritten_by_its_result(target: str, tmp_path: Path) -> None:
    from tests.end_to_end.running import command

    place = copied(GRAPHS, tmp_path)
    before = (place / target).read_bytes()
    done = command(f"--saved_model_dir={place}", f"--output_file={place / target}")
    assert done.returncode == 1
    assert "both the model and the result" in done.stderr
    assert (place / target).read_bytes() == before


def test_a_function_that_calls_itself_is_named(tmp_path: Path) -> None:
    def change(message: Any) -> None:
        for function in message.meta_graphs[0].graph_def.library.function:
            if function.signature.name.startswith("__inference_soft"):
                call = function.node_def.add(name="again", op=function.signature.name)
                call.input.append(function.signature.input_arg[0].name)

    assert "calls itself" in refusal(copied(FUNCTIONS, tmp_path, change), **ENCODE)


def test_a_missing_function_is_named(tmp_path: Path) -> None:
    def change(message: Any) -> None:
        library = message.meta_graphs[0].graph_def.library
        kept = [f for f in library.function if not f.signature.name.startswith("__inference_soft")]
        del library.function[:]
        library.function.extend(kept)

    assert "which the graph's library does not have" in refusal(copied(FUNCTIONS, tmp_path, change), **ENCODE)


def test_a_call_with_too_many_arguments_is_named(tmp_path: Path) -> None:
    def change(message: Any) -> None:
        for made in message.meta_graphs[0].graph_def.node:
            if made.name == "StatefulPartitionedCall_1":
                made.input.append("encode_x")

    assert "with 4 tensors, expected 3" in refusal(copied(FUNCTIONS, tmp_path, change), **ENCODE)


def test_nothing_is_written_beside_the_model(tmp_path: Path) -> None:
    place = copied(GRAPHS, tmp_path)
    before = sorted(map(str, place.rglob("*")))
    pytoco.convert(place)
    assert sorted(map(str, place.rglob("*"))) == before
    assert read(place).meta_graphs
