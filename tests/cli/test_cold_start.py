"""Help and usage errors load nothing large, and every ending of a command is clean."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

HEAVY = ("numpy", "networkx", "google.protobuf", "flatbuffers", "pluggy", "tensorflow", "dataclasses")

SCRIPT = """
import sys
from pytoco.compiler.cli import main
main(sys.argv[1:])
print(*(name for name in {heavy!r} if name in sys.modules), file=sys.stderr, end="|")
"""


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["--version"],
        ["convert", "--help"],
        ["tflite_convert", "--help"],
        ["tflite_convert", "--output_fiel=x"],
        ["tflite_convert", "--output_file=x", "--graph_def_file=x"],
        ["convert"],
        [],
    ],
)
def test_help_and_usage_errors_load_nothing_large(argv: Any) -> None:
    command = [sys.executable, "-c", SCRIPT.format(heavy=HEAVY), *argv]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "|"


def test_flag_checks_that_need_all_options_load_no_numpy() -> None:
    argv = ["tflite_convert", "--output_file=x", "--graph_def_file=x", "--input_arrays=a", "--output_arrays=a"]
    command = [sys.executable, "-c", SCRIPT.format(heavy=HEAVY[:-1]), *argv]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "both an input" in done.stderr
    assert done.stderr.splitlines()[-1] == "|"


@pytest.mark.parametrize("argv", [["convert", "--help"], ["tflite_convert", "--output_fiel=x"]])
def test_where_no_plugin_is_installed_nothing_reads_package_metadata(argv: Any) -> None:
    command = [sys.executable, "-c", SCRIPT.format(heavy=("importlib.metadata",)), *argv]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "|"


def test_help_is_quick() -> None:
    """At most 0.15 s of processor time; the best of several runs, as other work on the machine only ever adds to it."""
    command = [sys.executable, "-m", "pytoco", "convert", "--help"]
    spent = []
    for _ in range(5):
        before = os.times()
        subprocess.run(command, capture_output=True, check=True)
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(spent) < 0.15


def test_an_interrupt_is_told_in_one_line(model: Any) -> None:
    code = (
        "import sys, pytoco.compiler.convert as c\n"
        "from pytoco.compiler.cli import main\n"
        "def wait(*_, **__):\n"
        "    import time; print('ready', flush=True); time.sleep(60)\n"
        "c.convert_model = wait\n"
        f"sys.exit(main(['convert', {str(model)!r}]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=30)
    assert (child.returncode, errors) == (130, "pytoco convert: interrupted\n")


@pytest.mark.parametrize(
    ("raised", "status", "message"),
    [
        ("ValueError('odd')", 70, "internal error: ValueError: odd"),
        ("MemoryError()", 70, "out of memory"),
        ("OSError(28, 'No space left on device', '/tmp/x')", 5, "/tmp/x: No space left on device"),
    ],
)
def test_any_exception_becomes_a_message(model: Any, raised: Any, status: Any, message: Any) -> None:
    code = (
        "import sys, pytoco.compiler.convert as c\n"
        "from pytoco.compiler.cli import main\n"
        f"def fail(*_, **__): raise {raised}\n"
        "c.convert_model = fail\n"
        f"sys.exit(main(['convert', {str(model)!r}]))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTOCO_DEBUG"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert done.stderr.startswith(f"pytoco convert: error: {message}")
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_leaves_is_no_error(pytoco: Any) -> None:
    command = f"{sys.executable} -m pytoco passes --why | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
