"""`tflite_convert` as users run it: what it writes, says and returns."""

import os
import stat
from typing import Any

import numpy as np
import pytest

from tests.litert import run as run_litert
from tests.small_graph import INPUT, OUTPUT


def test_it_converts_quietly(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "out.tflite")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (result,) = run_litert((tmp_path / "out.tflite").read_bytes(), [np.array(INPUT, np.float32)])
    np.testing.assert_allclose(result, OUTPUT)


def test_verbosity_shows_a_summary(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "out.tflite", "-v")
    assert done.returncode == 0
    assert "FullyConnected" in done.stderr
    assert done.stdout == ""


def test_twice_the_verbosity_shows_every_rewrite(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "out.tflite", "-vv")
    assert done.returncode == 0
    assert "fuse-activation-functions made a change" in done.stderr
    assert tflite_convert(model, tmp_path / "out.tflite", "--v=2").stderr.count("\n") == done.stderr.count("\n")


@pytest.mark.parametrize("name", ["out.pb", "out.cc", "out.dot", "out"])
def test_the_suffix_of_the_output_selects_no_format(tflite_convert: Any, model: Any, tmp_path: Any, name: Any) -> None:
    assert tflite_convert(model, tmp_path / name).returncode == 0
    assert (tmp_path / name).read_bytes()[4:8] == b"TFL3"


def test_abbreviated_flags_convert(pytoco: Any, model: Any, tmp_path: Any) -> None:
    out = tmp_path / "out.tflite"
    done = pytoco(
        "tflite_convert",
        "--output_fi",
        out,
        f"--graph={model}",
        "--input_array=x",
        "--input_shape=1,2",
        "--output_ar=y",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert out.exists()


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        ([], "--output_file"),
        (["--output_file=o"], "exactly one of"),
        (["--output_file=o", "--graph_def_file=g", "--saved_model_dir=s"], "exactly one of"),
        (["--output_file=o", "--graph_def_file=g"], "--input_arrays and --output_arrays"),
        (["--output_file=o", "--graph_def_file=g", "--input_arrays=x"], "add --output_arrays"),
        (["--output_file=o", "--graph_def_file=g", "--no_such_flag"], "unknown flag --no_such_flag"),
        (["--output_file=o", "--graph_def_file=g", "--input_arrays=x", "--output_arrays=y", "stray"], "stray"),
        (["--output_file=o", "--graph_def_file=g", "--input_arrays=x", "--output_arrays=x"], "both an input"),
        (["--input_file=x"], "--graph_def_file"),
    ],
)
def test_usage_errors_show_the_usage_and_return_1(pytoco: Any, argv: Any, named: Any) -> None:
    done = pytoco("tflite_convert", *argv)
    assert done.returncode == 1
    assert done.stdout.startswith("usage: tflite_convert ")
    assert done.stderr.startswith("tflite_convert: error: ")
    assert named in done.stderr


@pytest.mark.parametrize("flag", ["--output_format=TENSORFLOW_GRAPHDEF", "--model_flags_file=flags.pb"])
def test_what_is_not_there_yet_returns_3_and_writes_nothing(
    tflite_convert: Any, model: Any, tmp_path: Any, flag: Any
) -> None:
    done = tflite_convert(model, tmp_path / "out.tflite", flag)
    assert done.returncode == 3
    assert done.stderr.startswith(f"tflite_convert: error: not in this version yet: {flag.partition('=')[0]}")
    assert not (tmp_path / "out.tflite").exists()


def test_stats_of_float_inputs_warn(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "out.tflite", "--mean_values=128", "--std_dev_values=127")
    assert done.returncode == 0
    assert done.stderr.startswith("tflite_convert: warning: --mean_values")
    assert (tmp_path / "out.tflite").exists()


def test_an_unsupported_operator_returns_3_and_is_named(tflite_convert: Any, strange_model: Any, tmp_path: Any) -> None:
    done = tflite_convert(strange_model, tmp_path / "out.tflite")
    assert done.returncode == 3
    assert "Frobnicate" in done.stderr
    assert not (tmp_path / "out.tflite").exists()


def test_allow_custom_ops_writes_it(tflite_convert: Any, strange_model: Any, tmp_path: Any) -> None:
    done = tflite_convert(strange_model, tmp_path / "out.tflite", "--allow_custom_ops")
    assert (done.returncode, done.stderr) == (0, "")
    assert b"Frobnicate" in (tmp_path / "out.tflite").read_bytes()


def test_an_array_that_does_not_exist_is_named_without_the_usage(pytoco: Any, model: Any, tmp_path: Any) -> None:
    done = pytoco(
        "tflite_convert",
        f"--graph_def_file={model}",
        f"--output_file={tmp_path / 'out.tflite'}",
        "--input_arrays=x",
        "--output_arrays=z",
    )
    assert done.returncode == 1
    assert "'z'" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"hello, this is no model"])
def test_what_is_no_model_returns_4(tflite_convert: Any, tmp_path: Any, content: Any) -> None:
    path = tmp_path / "broken.pb"
    path.write_bytes(content)
    done = tflite_convert(path, tmp_path / "out.tflite")
    assert done.returncode == 4
    assert "broken.pb" in done.stderr


def test_a_missing_model_returns_5(tflite_convert: Any, tmp_path: Any) -> None:
    done = tflite_convert(tmp_path / "none.pb", tmp_path / "out.tflite")
    assert done.returncode == 5
    assert "none.pb" in done.stderr


def test_a_missing_output_folder_returns_5(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "none" / "out.tflite")
    assert done.returncode == 5
    assert "does not exist" in done.stderr


def test_a_folder_as_output_returns_5(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path)
    assert done.returncode == 5
    assert "is a folder" in done.stderr


def test_the_model_is_never_overwritten(tflite_convert: Any, model: Any) -> None:
    before = model.read_bytes()
    done = tflite_convert(model, model)
    assert done.returncode == 1
    assert "both the model and the result" in done.stderr
    assert model.read_bytes() == before


def test_a_missing_dump_folder_returns_5(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "out.tflite", f"--dump_graphviz_dir={tmp_path / 'none'}")
    assert done.returncode == 5
    assert "none" in done.stderr


def test_drawings_are_dumped(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    (tmp_path / "dots").mkdir()
    done = tflite_convert(
        model, tmp_path / "out.tflite", f"--dump_graphviz_dir={tmp_path / 'dots'}", "--dump_graphviz_video"
    )
    assert (done.returncode, done.stderr) == (0, "")
    names = {path.name for path in (tmp_path / "dots").iterdir()}
    assert {"toco_AT_IMPORT.dot", "toco_AFTER_TRANSFORMATIONS.dot", "toco_video_00001.dot"} <= names


def test_output_format_graphviz_writes_a_drawing(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "out.dot", "--output_format=graphviz_dot")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out.dot").read_text(encoding="utf-8").startswith("digraph")


def test_debug_shows_the_traceback(tflite_convert: Any, tmp_path: Any) -> None:
    assert "Traceback" in tflite_convert(tmp_path / "none", tmp_path / "o", debug=True).stderr


def test_the_result_has_the_permissions_of_any_new_file(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    tflite_convert(model, tmp_path / "out.tflite")
    (tmp_path / "other").touch()
    modes = [stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in ("out.tflite", "other")]
    assert modes[0] == modes[1]


def test_the_commands_are_installed() -> None:
    from importlib.metadata import entry_points

    commands = {point.name: point.value for point in entry_points(group="console_scripts")}
    assert commands["tflite_convert"] == commands["toco"] == "pytoco.compiler.cli:tflite_convert_main"
