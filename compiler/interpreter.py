"""`pytoco.Interpreter`: runs a TensorFlow Lite model with whichever TensorFlow Lite runtime is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import UnsupportedError, UsageError

if TYPE_CHECKING:
    import numpy as np

_RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")


def _runtime() -> Callable[..., Any]:
    """The `Interpreter` class of LiteRT, of tflite-runtime, or of a TensorFlow that is already imported."""
    for name in _RUNTIMES:
        try:
            found: Callable[..., Any] = import_module(name).Interpreter
        except ImportError:
            continue
        return found
    lite = getattr(sys.modules.get("tensorflow"), "lite", None)
    if lite is not None:
        loaded: Callable[..., Any] = lite.Interpreter
        return loaded
    raise UnsupportedError("no TensorFlow Lite runtime is installed", hint="run: pip install 'pytoco[run]'")


class Interpreter:
    """A TensorFlow Lite interpreter.

    A thin proxy: the work is done by LiteRT (`ai-edge-litert`), else `tflite-runtime`, else by the TensorFlow that the
    process has already imported. Errors at run time are those of that runtime.

        interpreter = pytoco.Interpreter(model_path="model.tflite")
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
        interpreter.invoke()
        result = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    Arguments:
        model_path: path of a `.tflite` file.
        model_content: the bytes of one, instead of a path.
        num_threads: threads the runtime may use; `None` leaves it the choice.
        options: further arguments of the runtime's own `Interpreter`, passed through by name.

    Raises `ValueError` unless exactly one of `model_path` and `model_content` is given, or when the runtime cannot read
    it, and `UnsupportedError` (a `ValueError` too) when no runtime is installed.
    """

    def __init__(
        self,
        model_path: str | os.PathLike[str] | None = None,
        model_content: bytes | None = None,
        num_threads: int | None = None,
        **options: Any,
    ) -> None:
        if model_path is None and model_content is None:
            raise UsageError("model_path or model_content must be specified")
        if model_path is not None and model_content is not None:
            raise UsageError("model_path and model_content cannot both be specified")
        if num_threads is not None:
            options["num_threads"] = num_threads
        source = {"model_content": model_content} if model_path is None else {"model_path": os.fspath(model_path)}
        self._interpreter = _runtime()(**source, **options)

    def allocate_tensors(self) -> None:
        """Allocate memory; call it before `set_tensor` and `invoke`, and again after `resize_tensor_input`.

        Raises `RuntimeError` for operators that the runtime does not know, and while views from `tensor` are alive.
        """
        self._interpreter.allocate_tensors()

    def get_input_details(self) -> list[dict[str, Any]]:
        """One dict an input: `name`, `index`, `shape` (int32 array), `dtype` (numpy type), `quantization`, and others.

        `quantization` is (scale, zero_point), (0.0, 0) where there is none.
        """
        details: list[dict[str, Any]] = self._interpreter.get_input_details()
        return details

    def get_output_details(self) -> list[dict[str, Any]]:
        """One dict an output, with the keys of `get_input_details`."""
        details: list[dict[str, Any]] = self._interpreter.get_output_details()
        return details

    def get_tensor_details(self) -> list[dict[str, Any]]:
        """One dict a tensor of the model, with the keys of `get_input_details`."""
        details: list[dict[str, Any]] = self._interpreter.get_tensor_details()
        return details

    def set_tensor(self, tensor_index: int, value: np.ndarray[Any, Any]) -> None:
        """Copy `value` into the input of that `index`. Raises `ValueError` when type or shape differ."""
        self._interpreter.set_tensor(tensor_index, value)

    def get_tensor(self, tensor_index: int) -> np.ndarray[Any, Any]:
        """A copy of the tensor of that `index`."""
        value: np.ndarray[Any, Any] = self._interpreter.get_tensor(tensor_index)
        return value

    def tensor(self, tensor_index: int) -> Callable[[], np.ndarray[Any, Any]]:
        """A function that returns a view of the tensor's memory. Do not keep the view: it blocks `invoke`."""
        view: Callable[[], np.ndarray[Any, Any]] = self._interpreter.tensor(tensor_index)
        return view

    def resize_tensor_input(self, input_index: int, tensor_size: Sequence[int], strict: bool = False) -> None:
        """Change the shape of an input to `tensor_size`; with `strict` only unknown dimensions may change."""
        arguments = {"strict": True} if strict else {}
        self._interpreter.resize_tensor_input(input_index, tensor_size, **arguments)

    def invoke(self) -> None:
        """Run the model on its inputs. Raises `RuntimeError` while views from `tensor` are alive."""
        self._interpreter.invoke()

    def reset_all_variables(self) -> None:
        """Set the states of the model back to zero."""
        self._interpreter.reset_all_variables()

    def get_signature_list(self) -> dict[str, Any]:
        """Input and output names of each signature, by signature key."""
        signatures: dict[str, Any] = self._interpreter.get_signature_list()
        return signatures

    def get_signature_runner(self, signature_key: str | None = None) -> Callable[..., dict[str, Any]]:
        """A function that runs one signature: inputs by name, a dict of outputs by name. `None`: the only signature."""
        runner: Callable[..., dict[str, Any]] = self._interpreter.get_signature_runner(signature_key)
        return runner
