"""Runs a written file with onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import UnsupportedError


def run(source: Path | bytes, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The results by the names of the outputs, for values by the names of the inputs.

    `source` is a file or its content; one thread of the CPU computes. Raises UnsupportedError without onnxruntime,
    which the extra `run` installs, and for operators or strings that it does not take.
    """
    try:
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as Lacking
    except ImportError as error:
        raise UnsupportedError("onnxruntime is not installed", hint="run: pip install 'pytoco-onnx[run]'") from error
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    settings.log_severity_level = 3
    model = source if isinstance(source, bytes) else str(source)
    try:
        session = onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        results = session.run(None, {name: _given(value) for name, value in inputs.items()})
    except Lacking as error:
        raise UnsupportedError(f"onnxruntime cannot run the model: {error}") from error
    except UnicodeDecodeError as error:
        raise UnsupportedError("onnxruntime takes strings of valid UTF-8 only") from error
    return {name: _result(value) for name, value in zip(names, results, strict=True)}


def _given(value: NDArray[Any]) -> NDArray[Any]:
    """Strings go in as texts."""
    if value.dtype.kind != "O":
        return np.asarray(value, order="C")
    return np.array([v.decode() if isinstance(v, bytes) else v for v in value.reshape(-1)], object).reshape(value.shape)


def _result(value: Any) -> NDArray[Any]:
    """Strings come out as bytes, as pytoco has them."""
    array = np.asarray(value)
    if array.dtype.kind not in "OU":
        return array
    return np.array([str(v).encode() for v in array.reshape(-1)], object).reshape(array.shape)
