"""Converts ONNX models with pytoco and holds what LiteRT computes against onnxruntime on the original.

LiteRT runs in a child process, one for all tests, because a wrong model can crash it; run as a script, this is it.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Values = Mapping[str, NDArray[Any]]
TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.int64): TensorProto.INT64,
    np.dtype(np.int32): TensorProto.INT32,
    np.dtype(np.bool_): TensorProto.BOOL,
}


def model(
    nodes: Sequence[Any],
    inputs: Mapping[str, Any],
    outputs: Sequence[str],
    constants: Values | None = None,
    opset: int = 17,
    **more: Any,
) -> Any:
    """A ModelProto; `inputs` are arrays (whose shape and type they have) or (TensorProto type, shape)."""
    declared = [helper.make_tensor_value_info(name, *_type(of)) for name, of in inputs.items()]
    graph = helper.make_graph(
        list(nodes),
        "g",
        declared,
        [onnx.ValueInfoProto(name=name) for name in outputs],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in (constants or {}).items()],
    )
    opsets = [helper.make_opsetid("", opset), *more.pop("domains", [])]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8 if opset < 20 else 10, **more)


def _type(of: Any) -> tuple[int, Sequence[Any]]:
    return of if isinstance(of, tuple) else (TYPES[of.dtype], of.shape)


def convert(proto: Any, **options: Any) -> Any:
    """Pytoco's result for a ModelProto."""
    import pytoco

    return pytoco.convert(proto.SerializeToString(), input_format="ONNX", **{"strict": True, **options})


def random(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    """Numbers around 0 of about unit size."""
    return np.random.default_rng(seed + sum(shape)).standard_normal(shape).astype(np.float32)


def assert_parity(proto: Any, feeds: Values, tolerance: float = 1e-5, **options: Any) -> Any:
    """Convert, run both, compare all outputs by name; returns pytoco's result."""
    import onnxruntime

    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    expected = dict(zip(names, session.run(names, dict(feeds)), strict=True))
    result = convert(proto, **options)
    found = run(bytes(result.data), feeds, result.summary.inputs, result.summary.outputs)
    for name in names:
        want, got = np.asarray(expected[name]), found[name]
        assert got.shape == want.shape, f"{name}: {got.shape}, expected {want.shape}"
        assert got.dtype == want.dtype, f"{name}: {got.dtype}, expected {want.dtype}"
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=name)
    return result


def kinds(result: Any) -> dict[str, int]:
    """How many operators of each kind a conversion's result has."""
    return dict(result.model.main.kinds())


def run(data: bytes, feeds: Values, inputs: Sequence[str], outputs: Sequence[str]) -> dict[str, NDArray[Any]]:
    """What LiteRT computes, by output name."""
    answer = _ask((data, [np.asarray(feeds[name], order="C") for name in inputs]))
    assert not isinstance(answer, str), answer
    return dict(zip(outputs, answer, strict=True))


_children: list[subprocess.Popen[bytes]] = []


def _child() -> subprocess.Popen[bytes]:
    """The process that runs models; another one after one that died."""
    if not _children or _children[-1].poll() is not None:
        command = [sys.executable, os.path.abspath(__file__)]
        _children.append(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        )
        atexit.register(_stop, _children[-1])
    return _children[-1]


def _ask(request: Any) -> Any:
    child = _child()
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        pickle.dump(request, child.stdin)
        child.stdin.flush()
        return pickle.load(child.stdout)
    except (EOFError, OSError) as error:
        raise AssertionError(f"LiteRT died with status {child.wait()}") from error


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()


def _serve() -> None:
    import pytoco

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the runtime prints where the answers go
    while True:
        try:
            data, feeds = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            interpreter = pytoco.Interpreter(model_content=data)
            interpreter.allocate_tensors()
            for detail, value in zip(interpreter.get_input_details(), feeds, strict=True):
                interpreter.set_tensor(detail["index"], value)
            interpreter.invoke()
            answer: Any = [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]
        except (RuntimeError, ValueError) as error:
            answer = f"LiteRT: {error}"
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
