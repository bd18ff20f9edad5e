"""`Interpreter`: which runtime it takes, what it passes on, and a run in the real LiteRT."""

import inspect
import pydoc
import subprocess
import sys
import types
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.errors import UnsupportedError
from tests.small_graph import OUTPUT, graph_def


class Runtime:
    """Stands for a runtime's Interpreter and notes every call."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.calls: list[Any] = []

    def __getattr__(self, name: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            self.calls.append((name, arguments, named))
            return f"result of {name}"

        return call


def install(monkeypatch: Any, *names: Any) -> None:
    for name in ("ai_edge_litert", "ai_edge_litert.interpreter", "tflite_runtime", "tflite_runtime.interpreter"):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    for name in names:
        module: Any = types.ModuleType(name)
        module.Interpreter = type(name, (Runtime,), {})
        if name == "tensorflow":
            module.lite = module
        else:
            monkeypatch.setitem(sys.modules, name.partition(".")[0], types.ModuleType("package"))
        monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize(
    ("installed", "taken"),
    [
        (["ai_edge_litert.interpreter", "tflite_runtime.interpreter", "tensorflow"], "ai_edge_litert.interpreter"),
        (["tflite_runtime.interpreter", "tensorflow"], "tflite_runtime.interpreter"),
        (["tensorflow"], "tensorflow"),
    ],
)
def test_the_first_runtime_there_is_does_the_work(monkeypatch: Any, installed: Any, taken: Any) -> None:
    install(monkeypatch, *installed)
    assert type(pytoco.Interpreter(model_content=b"x")._interpreter).__name__ == taken


def test_without_a_runtime_the_error_says_what_to_install(monkeypatch: Any) -> None:
    install(monkeypatch)
    with pytest.raises(UnsupportedError, match=r"pip install 'pytoco\[run\]'"):
        pytoco.Interpreter(model_content=b"x")


@pytest.mark.parametrize("arguments", [{}, {"model_path": "m", "model_content": b"x"}])
def test_exactly_one_model_must_be_given(arguments: Any) -> None:
    with pytest.raises(ValueError, match="specified"):
        pytoco.Interpreter(**arguments)


def test_arguments_are_passed_on(monkeypatch: Any, tmp_path: Any) -> None:
    install(monkeypatch, "ai_edge_litert.interpreter")
    made = pytoco.Interpreter(tmp_path / "m.tflite", num_threads=2, experimental_delegates=["d"])
    assert made._interpreter.arguments == {
        "model_path": str(tmp_path / "m.tflite"),
        "num_threads": 2,
        "experimental_delegates": ["d"],
    }
    assert pytoco.Interpreter(model_content=b"x")._interpreter.arguments == {"model_content": b"x"}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("allocate_tensors", ()),
        ("get_input_details", ()),
        ("get_output_details", ()),
        ("get_tensor_details", ()),
        ("set_tensor", (1, "value")),
        ("get_tensor", (1,)),
        ("tensor", (1,)),
        ("resize_tensor_input", (1, [2, 3])),
        ("invoke", ()),
        ("reset_all_variables", ()),
        ("get_signature_list", ()),
        ("get_signature_runner", ("key",)),
    ],
)
def test_methods_are_passed_on(monkeypatch: Any, name: Any, arguments: Any) -> None:
    install(monkeypatch, "ai_edge_litert.interpreter")
    made = pytoco.Interpreter(model_content=b"x")
    result = getattr(made, name)(*arguments)
    assert made._interpreter.calls == [(name, arguments, {})]
    assert result in (None, f"result of {name}")


@pytest.mark.parametrize("name", [name for name in dir(pytoco.Interpreter) if not name.startswith("_")])
def test_help_documents_every_method(name: Any) -> None:
    page = pydoc.plain(pydoc.render_doc(pytoco.Interpreter))
    assert (inspect.getdoc(getattr(pytoco.Interpreter, name)) or "-").splitlines()[0] in page


def test_help_documents_every_argument() -> None:
    page = inspect.getdoc(pytoco.Interpreter) or ""
    for argument in list(inspect.signature(pytoco.Interpreter.__init__).parameters)[1:]:
        assert f"{argument}:" in page


SCRIPT = """
import sys
import numpy as np
import pytoco

try:
    pytoco.Interpreter(model_path="no such file")
except ValueError:
    pass
else:
    sys.exit("a file that does not exist was read")
content = sys.stdin.buffer.read()
interpreter = pytoco.Interpreter(model_content=content)
interpreter.allocate_tensors()
(given,) = interpreter.get_input_details()
(made,) = interpreter.get_output_details()
interpreter.set_tensor(given["index"], np.array([[1.0, 2.0]], np.float32))
interpreter.invoke()
print(given["name"], made["name"], interpreter.get_tensor(made["index"]).tolist())
"""


def test_it_runs_a_converted_model_in_litert() -> None:
    data = pytoco.TocoConverter(graph_def(), ["x"], ["y"]).convert()
    done = subprocess.run([sys.executable, "-c", SCRIPT], input=data, capture_output=True, check=True)
    assert done.stdout.decode().strip() == f"x y {np.array(OUTPUT).tolist()}"
