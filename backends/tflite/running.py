"""Runs a written file in whichever TensorFlow Lite runtime is installed, in a child process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...compiler.errors import UnsupportedError
from .summary import inspect

if TYPE_CHECKING:
    from numpy.typing import NDArray


def run(path: Path, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The outputs of the model at `path` by name, for `inputs` by name in the types that the model has.

    Raises UnsupportedError where no runtime is installed, or it does not run the model, and for strings.
    """
    from ...compiler.quantization.calibration_child import VALUES
    from ...compiler.quantization.calibration_engines import EngineError, Runtime, is_runtime_installed

    facts = inspect(path)
    if facts is None:
        raise UnsupportedError(f"{path} is no TensorFlow Lite model")
    if not is_runtime_installed():
        raise UnsupportedError("no TensorFlow Lite runtime is installed", hint="run: pip install 'pytoco[run]'")
    if any(fact["dtype"] == "string" for part in ("inputs", "outputs") for fact in facts[part]):
        raise UnsupportedError("strings cannot be handed to the runtime and back")
    names = [fact["name"] for fact in facts["outputs"]]
    sample = [np.asarray(inputs[fact["name"]]) for fact in facts["inputs"]]
    try:
        with Runtime(path, names, VALUES) as runtime:
            return dict(zip(names, runtime.run(sample, len(names)), strict=True))
    except EngineError as error:
        raise UnsupportedError(f"the runtime does not run {path.name}: {error}") from error
