"""SavedModels through the two commands and the Python API, as users write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler.errors import FileError, InvalidModelError, UsageError
from tests.end_to_end.running import DATA, check_refusal, command
from tests.frontends.saved_model.models import copied, renamed
from tests.litert import details

MODEL = DATA / "saved_models" / "graphs"
SEVERAL = DATA / "saved_models" / "functions"


def test_the_documented_command(tmp_path: Path) -> None:
    output = tmp_path / "foo.tflite"
    done = command(f"--output_file={output}", f"--saved_model_dir={MODEL}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert details(output)["signatures"] == {"serving_default": {"inputs": ["features"], "outputs": ["b", "c"]}}


def test_the_flags_of_saved_models(tmp_path: Path) -> None:
    output = tmp_path / "foo.tflite"
    flags = ["--saved_model_tag_set=serve,other", "--saved_model_signature_key=plain", "--output_arrays=z/y"]
    done = command(f"--output_file={output}", f"--saved_model_dir={MODEL}", *flags)
    assert (done.returncode, done.stderr) == (0, "")
    assert details(output)["signatures"] == {"plain": {"inputs": ["features"], "outputs": ["c"]}}


def test_an_empty_tag_set_is_one(tmp_path: Path) -> None:
    done = command(f"--output_file={tmp_path / 'o'}", f"--saved_model_dir={MODEL}", "--saved_model_tag_set=")
    check_refusal(done, "no graph with the tags {}", "tags {bare}")
    assert list(tmp_path.iterdir()) == []


def test_convert_says_which_signatures_it_took(tmp_path: Path) -> None:
    output = tmp_path / "out.tflite"
    done = command(SEVERAL, "-o", output, "--saved_model_signature_key=encode", program="convert")
    assert (done.returncode, done.stderr) == (0, "")
    assert "inputs of signature 'encode': x = encode_x\n" in done.stdout
    assert "guessed" not in done.stdout


def test_all_signatures_go_into_one_file(tmp_path: Path) -> None:
    def without_table(message: Any) -> None:
        del message.meta_graphs[0].signature_def["look_up"]

    output = tmp_path / "out.tflite"
    done = command(copied(SEVERAL, tmp_path, without_table), "-o", output, "--all-signatures", program="convert")
    assert (done.returncode, done.stderr) == (0, "")
    assert "outputs of signature 'decode': x = StatefulPartitionedCall\n" in done.stdout
    assert sorted(details(output)["signatures"]) == ["decode", "encode"]


def test_a_signature_that_cannot_go_with_the_others_is_named(tmp_path: Path) -> None:
    done = command(SEVERAL, "-o", tmp_path / "out.tflite", "--all-signatures", program="convert")
    assert done.returncode == 3
    assert "signature 'look_up': the outputs need 1 lookup table: 'hash_table', filled from 'words.txt'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_convert_takes_the_file_of_the_folder(tmp_path: Path) -> None:
    one, other = tmp_path / "1.tflite", tmp_path / "2.tflite"
    assert command(MODEL, "-o", one, program="convert").returncode == 0
    assert command(MODEL / "saved_model.pb", "-o", other, program="convert").returncode == 0
    assert one.read_bytes() == other.read_bytes()


def test_results_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        output = tmp_path / f"{seed}.tflite"
        flags = (SEVERAL, "-o", output, "--saved_model_signature_key=encode")
        assert command(*flags, program="convert", environment={"PYTHONHASHSEED": seed}).returncode == 0
        written.append(output.read_bytes())
    assert written[0] == written[1]


def test_the_documented_converter() -> None:
    converter = pytoco.TocoConverter.from_saved_model(str(MODEL))
    assert converter.get_input_arrays() == ["x"]
    found = details(converter.convert())
    assert [d["name"] for d in found["outputs"]] == ["a/z", "z/y"]
    assert found["signatures"] == {"serving_default": {"inputs": ["features"], "outputs": ["b", "c"]}}


def test_all_arguments_of_the_converter() -> None:
    converter = pytoco.TocoConverter.from_saved_model(
        MODEL,
        input_arrays=["x"],
        input_shapes={"x": [3, 4]},
        output_arrays=["z/y"],
        tag_set={"serve", "other"},
        signature_key="plain",
    )
    found = details(converter.convert())
    assert [list(d["shape"]) for d in found["inputs"]] == [[3, 4]]
    assert found["signatures"] == {"plain": {"inputs": ["features"], "outputs": ["c"]}}


def test_shapes_may_be_given_without_arrays() -> None:
    converter = pytoco.TocoConverter.from_saved_model(MODEL, input_shapes={"x": [2, None]})
    assert [list(d["shape"]) for d in details(converter.convert())["inputs"]] == [[2, 4]]


def test_a_converter_may_leave_the_batch_unknown() -> None:
    converter = pytoco.TocoConverter.from_saved_model(MODEL)
    converter.keep_dynamic_shapes = True
    assert [list(d["shape_signature"]) for d in details(converter.convert())["inputs"]] == [[-1, 4]]


def test_names_of_the_model_s_own_may_have_any_letters(tmp_path: Path) -> None:
    model = copied(MODEL, tmp_path, lambda message: renamed(message, "x", "Bild-\u00e4"))
    converter = pytoco.TocoConverter.from_saved_model(model)
    assert converter.get_input_arrays() == ["Bild-\u00e4"]
    assert [d["name"] for d in details(converter.convert())["inputs"]] == ["Bild-\u00e4"]
    done = command(f"--output_file={tmp_path / 'o'}", f"--saved_model_dir={model}")
    assert (done.returncode, done.stderr) == (0, "")


def test_drawings_of_saved_models(tmp_path: Path) -> None:
    output = tmp_path / "foo.dot"
    flags = (f"--output_file={output}", f"--saved_model_dir={SEVERAL}", "--saved_model_signature_key=encode")
    assert command(*flags, "--output_format=GRAPHVIZ_DOT").returncode == 0
    assert "encode_x" in output.read_text(encoding="utf-8")


def test_what_does_not_fit_is_told_at_once(tmp_path: Path) -> None:
    make = pytoco.TocoConverter.from_saved_model
    with pytest.raises(ValueError, match="serving_default: features"):
        make(MODEL, signature_key="nope")
    with pytest.raises(UsageError, match=r"tags \{bare\}"):
        make(MODEL, tag_set=["train"])
    with pytest.raises(UsageError, match="'y' is not an input array"):
        make(MODEL, input_shapes={"y": [1]})
    with pytest.raises(FileError, match="no such file or folder"):
        make(tmp_path / "nowhere")
    with pytest.raises(InvalidModelError, match="is no SavedModel"):
        make(tmp_path)


def test_the_function_takes_a_folder() -> None:
    result = pytoco.convert(SEVERAL, saved_model_signature_key="decode")
    assert (result.summary.inputs, result.summary.outputs) == (("decode_code",), ("StatefulPartitionedCall",))
    assert result.summary.warnings == []
    assert result.summary.bytes_in >= (SEVERAL / "saved_model.pb").stat().st_size
