"""`pytoco` and its commands."""

import json
from typing import Any

import pytest

COMMANDS = ["convert", "inspect", "passes", "plugins", "tflite_convert", "why"]


def test_help_lists_the_commands(pytoco: Any) -> None:
    done = pytoco("--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert name in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(pytoco: Any, command: Any) -> None:
    done = pytoco(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")


def test_the_version(pytoco: Any) -> None:
    from importlib.metadata import version

    assert pytoco("--version").stdout == f"pytoco {version('pytoco')}\n"


@pytest.mark.parametrize(
    ("argv", "named"),
    [([], "no command"), (["convrt"], "did you mean convert?"), (["nonsense"], "'nonsense'"), (["convert"], "MODEL")],
)
def test_usage_errors_return_2(pytoco: Any, argv: Any, named: Any) -> None:
    done = pytoco(*argv)
    assert done.returncode == 2
    assert named in done.stderr
    assert done.stdout == ""


def test_convert_guesses_and_tells(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model)
    assert (done.returncode, done.stderr) == (0, "")
    assert model.with_suffix(".tflite").read_bytes()[4:8] == b"TFL3"
    assert "inputs, guessed: x\n" in done.stdout
    assert "outputs, guessed: y\n" in done.stdout
    assert "FullyConnected" in done.stdout
    assert "fuse-activation-functions" in done.stdout


def test_convert_does_not_tell_what_was_said(pytoco: Any, model: Any, tmp_path: Any) -> None:
    done = pytoco("convert", model, "-o", tmp_path / "o.tflite", "--input-arrays=x", "--output_arrays", "y", "--strict")
    assert done.returncode == 0
    assert "guessed" not in done.stdout
    assert (tmp_path / "o.tflite").exists()


def test_convert_can_be_quiet(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model, "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_convert_draws_for_a_dot_file(pytoco: Any, model: Any, tmp_path: Any) -> None:
    done = pytoco("convert", model, "-o", tmp_path / "o.dot")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "o.dot").read_text(encoding="utf-8").startswith("digraph")


def test_convert_refuses_two_outputs(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model, "-o", "a", "--output_file=b")
    assert done.returncode == 2
    assert "differ" in done.stderr


def test_convert_refuses_a_second_model(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model, f"--graph_def_file={model}")
    assert done.returncode == 2
    assert "--graph_def_file" in done.stderr


def test_convert_does_not_overwrite_the_model(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model, "-o", model)
    assert done.returncode == 2
    assert "both the model and the result" in done.stderr


@pytest.mark.parametrize("content", [b"\x89HDF\r\n\x1a\n....", b"PK\x03\x04" + bytes(26) + b"metadata.json"])
@pytest.mark.parametrize("command", ["convert", "inspect"])
def test_keras_files_are_known_by_content(pytoco: Any, tmp_path: Any, command: Any, content: Any) -> None:
    (tmp_path / "m.bin").write_bytes(content)
    done = pytoco(command, tmp_path / "m.bin")
    assert done.returncode == 3
    assert f"load_model('{tmp_path / 'm.bin'}').export('exported')\"" in done.stderr
    assert not list(tmp_path.glob("*.tflite"))


def test_convert_takes_a_folder_for_a_saved_model(pytoco: Any, tmp_path: Any) -> None:
    (tmp_path / "saved").mkdir()
    done = pytoco("convert", tmp_path / "saved")
    assert done.returncode == 4
    assert "is no SavedModel: it has no saved_model.pb" in done.stderr


def test_a_pass_can_be_left_out(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model, "-p", "no:nonexistent-plugin")
    assert done.returncode == 2
    assert "nonexistent-plugin" in done.stderr


def test_inspect_shows_boundary_and_operators(pytoco: Any, model: Any) -> None:
    done = pytoco("inspect", model)
    assert (done.returncode, done.stderr) == (0, "")
    assert "x  float32[1,2]" in done.stdout
    assert "MatMul" in done.stdout
    assert "cannot be converted" not in done.stdout


def test_inspect_says_what_cannot_be_converted(pytoco: Any, strange_model: Any) -> None:
    done = pytoco("inspect", strange_model)
    assert done.returncode == 0
    assert "Frobnicate  cannot be converted: y" in done.stdout


def test_inspect_as_json(pytoco: Any, strange_model: Any) -> None:
    facts = json.loads(pytoco("inspect", strange_model, "--json").stdout)
    assert [array["name"] for array in facts["inputs"]] == ["x"]
    assert [array["name"] for array in facts["outputs"]] == ["y"]
    assert facts["operators"] == {"BiasAdd": 1, "Frobnicate": 1, "MatMul": 1}
    assert facts["unknown"] == {"Frobnicate": ["y"]}
    assert facts["constants"] == 2


def test_inspect_of_no_model(pytoco: Any, tmp_path: Any) -> None:
    (tmp_path / "text").write_text("hello")
    done = pytoco("inspect", tmp_path / "text")
    assert done.returncode == 4


def test_passes_are_listed_in_order(pytoco: Any) -> None:
    done = pytoco("passes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.index("remove-identity") < done.stdout.index("fuse-activation-functions")


def test_passes_say_why(pytoco: Any) -> None:
    assert len(pytoco("passes", "--why").stdout.splitlines()) > len(pytoco("passes").stdout.splitlines())


def test_plugins_are_listed(pytoco: Any) -> None:
    names = [plugin["name"] for plugin in json.loads(pytoco("plugins", "--json").stdout)["plugins"]]
    assert {"builtin-passes", "builtin-frontends", "builtin-backends"} <= set(names)


PLUGIN = """
from pytoco.compiler.plugins import Command, hookimpl

def add_arguments(parser):
    parser.add_argument("--loud", action="store_true")

def run(arguments):
    print("HELLO" if arguments.loud else "hello")
    return 7

@hookimpl
def register_commands():
    yield Command("greet", "greet", run=run, add_arguments=add_arguments)
    yield Command("passes", "never reached", run=run)
"""


@pytest.fixture
def plugin(tmp_path: Any) -> Any:
    path = tmp_path / "greeting.py"
    path.write_text(PLUGIN)
    return path


def test_a_plugin_adds_a_command(pytoco: Any, plugin: Any) -> None:
    done = pytoco("-p", plugin, "greet", "--loud")
    assert (done.returncode, done.stdout, done.stderr) == (7, "HELLO\n", "")


def test_a_plugin_cannot_take_the_place_of_a_built_in_command(pytoco: Any, plugin: Any) -> None:
    assert "remove-identity" in pytoco("-p", plugin, "passes").stdout


def test_a_command_of_a_plugin_explains_wrong_arguments(pytoco: Any, plugin: Any) -> None:
    done = pytoco("-p", plugin, "greet", "--lowd")
    assert done.returncode == 2
    assert "--lowd" in done.stderr
