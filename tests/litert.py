"""Runs models in the real LiteRT interpreter, in a child process, because a wrong model can crash it.

One worker serves many runs, so that its imports are paid once; when a model kills it, the next run starts another.
"""

from __future__ import annotations

import atexit
import contextlib
import pickle
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TIMEOUT = 120
"""Seconds that one run may take."""


class RunError(AssertionError):
    """LiteRT refused the model or an input; the message is its own."""


class CrashError(RunError):
    """The interpreter died or hung."""


class _Worker:
    """A child process that answers pickled requests, each behind its length."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, request: object) -> Any:
        from threading import Timer

        assert self.process.stdin is not None
        assert self.process.stdout is not None
        timer = Timer(TIMEOUT, self.process.kill)
        timer.start()
        try:
            _send(self.process.stdin, request)
            return _receive(self.process.stdout)
        except (OSError, EOFError) as e:
            raise CrashError(f"the interpreter died with status {self.process.wait()}") from e
        finally:
            timer.cancel()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


_worker: _Worker | None = None


def _ask(request: object) -> Any:
    global _worker  # noqa: PLW0603 - one child for the whole test run
    if _worker is None:
        _worker = _Worker()
        atexit.register(close)
    try:
        kind, answer = _worker.ask(request)
    except CrashError:
        close()
        raise
    if kind == "error":
        raise RunError(answer)
    return answer


def close() -> None:
    """End the child process; the next run starts another."""
    global _worker  # noqa: PLW0603
    if _worker is not None:
        _worker.close()
        _worker = None


def run(
    model: bytes | Path, inputs: Sequence[NDArray[Any]], *, resize: bool = False, signature: str | None = None
) -> list[NDArray[Any]]:
    """The outputs of a model for these inputs, both in the model's order.

    `resize` gives the inputs' own shapes to the model first. With `signature`, inputs and outputs are those of that
    signature, ordered by name. Raises RunError when LiteRT refuses, CrashError when it dies.
    """
    found: list[NDArray[Any]] = _ask(("run", model, [np.asarray(a) for a in inputs], resize, signature))
    return found


def details(model: bytes | Path) -> dict[str, Any]:
    """What LiteRT says of a model: `inputs` and `outputs` (dicts like the interpreter's details), and `signatures`."""
    found: dict[str, Any] = _ask(("details", model))
    return found


def _send(stream: Any, message: object) -> None:
    data = pickle.dumps(message, protocol=5)
    stream.write(struct.pack("<Q", len(data)) + data)
    stream.flush()


def _receive(stream: Any) -> Any:
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    return pickle.loads(stream.read(struct.unpack("<Q", head)[0]))


def _interpreter(model: bytes | Path) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    if isinstance(model, bytes):
        return Interpreter(model_content=model, num_threads=1)
    return Interpreter(model_path=str(model), num_threads=1)


def _run(model: bytes | Path, inputs: list[NDArray[Any]], resize: bool, signature: str | None) -> list[Any]:
    interpreter = _interpreter(model)
    if signature is not None:
        runner = interpreter.get_signature_runner(signature)  # it knows signatures of other graphs than the first
        found = runner(**dict(zip(sorted(runner.get_input_details()), inputs, strict=True)))
        return [np.array(found[name]) for name in sorted(found)]
    places = [d["index"] for d in interpreter.get_input_details()]
    results = [d["index"] for d in interpreter.get_output_details()]
    if resize:
        for place, value in zip(places, inputs, strict=True):
            interpreter.resize_tensor_input(place, value.shape)
    interpreter.allocate_tensors()
    for place, value in zip(places, inputs, strict=True):
        interpreter.set_tensor(place, value)
    interpreter.invoke()
    return [np.array(interpreter.get_tensor(place)) for place in results]


def _details(model: bytes | Path) -> dict[str, Any]:
    interpreter = _interpreter(model)
    wanted = ("name", "shape", "shape_signature", "dtype", "quantization")
    found = {
        "inputs": [{k: d[k] for k in wanted} for d in interpreter.get_input_details()],
        "outputs": [{k: d[k] for k in wanted} for d in interpreter.get_output_details()],
    }
    return {**found, "signatures": interpreter.get_signature_list()}


def _serve() -> None:
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    while True:
        try:
            what, *arguments = _receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer: tuple[str, Any] = ("ok", (_run if what == "run" else _details)(*arguments))
        except Exception as e:  # noqa: BLE001 - whatever LiteRT raises is the answer
            answer = ("error", f"{type(e).__name__}: {e}")
        _send(answers, answer)


if __name__ == "__main__":
    _serve()
