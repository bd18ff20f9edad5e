"""Results that cannot be written where they are wanted: refused before anything is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.end_to_end.running import check_refusal, convert, converted, refused, snapshot
from tests.graphdefs import const, data, node, placeholder

MODEL = data(placeholder("x", 1, 4), const("c", [1.0, 2.0, 3.0, 4.0]), node("y", "Add", ["x", "c"]))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.pb"
    path.write_bytes(MODEL)
    return path


def test_a_missing_folder_is_named(model: Path, tmp_path: Path) -> None:
    refused(tmp_path, model, [str(tmp_path / "none"), "does not exist"], output=tmp_path / "none" / "out.tflite")


def test_a_file_in_place_of_the_folder_is_named(model: Path, tmp_path: Path) -> None:
    refused(tmp_path, model, [str(model), "not a folder"], output=model / "out.tflite")


def test_a_folder_in_place_of_the_file_is_named(model: Path, tmp_path: Path) -> None:
    refused(tmp_path, model, [str(tmp_path), "folder"], output=tmp_path)


def test_a_folder_that_takes_no_files_is_named(model: Path, tmp_path: Path) -> None:
    """Permissions do not bind an administrator, so where there is one, this is a folder of the system's."""
    folder = Path("/proc/self") if os.geteuid() == 0 else tmp_path / "locked"
    if os.geteuid() != 0:
        folder.mkdir(mode=0o555)
    refused(tmp_path, model, ["out.tflite"], output=folder / "out.tflite")


def test_a_disk_without_space_leaves_no_part(model: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk."""
    refused(tmp_path, model, ["out.tflite"], file_size=500)


def test_an_earlier_result_survives_a_failure(model: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.tflite"
    output.write_bytes(b"earlier")
    refused(tmp_path, model, [], output=output, outputs="nothing")
    refused(tmp_path, model, [], output=output, file_size=500)
    converted(model, output)


@pytest.mark.parametrize("kind", ["same", "dots", "symlink", "hard link", "folder link"])
def test_the_model_is_never_overwritten(kind: str, model: Path, tmp_path: Path) -> None:
    output = model
    if kind == "dots":
        (tmp_path / "sub").mkdir()
        output = tmp_path / "sub" / ".." / "model.pb"
    elif kind == "symlink":
        output = tmp_path / "link"
        output.symlink_to(model)
    elif kind == "hard link":
        output = tmp_path / "link"
        output.hardlink_to(model)
    elif kind == "folder link":
        (tmp_path / "folder").symlink_to(tmp_path)
        output = tmp_path / "folder" / "model.pb"
    refused(tmp_path, model, ["both the model and the result"], output=output)


def test_the_api_does_not_overwrite_the_model_either(model: Path) -> None:
    import pytoco
    from pytoco.compiler.errors import UsageError

    with pytest.raises(UsageError, match="both the model and the result"):
        pytoco.convert(model, output_file=model, input_arrays=["x"], output_arrays=["y"])
    assert model.read_bytes() == MODEL


def test_a_symlink_keeps_pointing_at_the_result(model: Path, tmp_path: Path) -> None:
    (tmp_path / "link.tflite").symlink_to("real.tflite")
    converted(model, tmp_path / "link.tflite")
    assert (tmp_path / "link.tflite").is_symlink()
    assert (tmp_path / "real.tflite").read_bytes()[4:8] == b"TFL3"


def test_a_device_stays_a_device(model: Path, tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    done = convert(model, Path("/dev/null"))
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("/dev/null").is_char_device()
    assert snapshot(tmp_path) == before


def test_a_full_device_is_an_error(model: Path) -> None:
    check_refusal(convert(model, Path("/dev/full")), "/dev/full", "No space left")
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("place", ["none", "model.pb"])
def test_drawings_need_a_folder(place: str, model: Path, tmp_path: Path) -> None:
    refused(tmp_path, model, [place], f"--dump_graphviz_dir={tmp_path / place}")
