"""Every tensor of a model on given data: by a TensorFlow Lite runtime in a child process, else by numpy kernels."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..errors import PytocoError, UnsupportedError
from ..quantization.calibration_child import VALUES
from ..quantization.calibration_engines import EngineError, Runtime, is_runtime_installed
from ..quantization.grids import quantized
from ..testing.numeric import evaluate, real_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph, Model
    from ..plugins.registry import Registry
    from ..plugins.target import Target

    Values = dict[Array, NDArray[Any]]

RUNTIME, KERNELS = "runtime", "numpy"


class Tensors:
    """Runs one graph on samples and gives the real values of some of its arrays; use it as a `with` block.

    The runtime gets `file`, where that is a file with the graph as it stands, or what the target writes of it. Where
    there is no runtime, or it refuses both, numpy kernels compute instead. `engine` says which of the two it was, once
    there were values, and `refused` why it was not the runtime, empty where there is none.
    """

    def __init__(self, graph: Graph, arrays: Sequence[Array], target: Target, file: Path | None = None) -> None:
        self.engine = ""
        self.refused = ""
        self._graph = graph
        self._arrays = [a for a in arrays if a.dtype is None or a.dtype.name != "string"]
        self._target = target
        self._file = file
        self._stack = ExitStack()
        self._ways = self._find_ways()
        self._way: Callable[[list[NDArray[Any]]], Values] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def values(self, sample: Sequence[NDArray[Any]]) -> Values:
        """Real values by array, for inputs in the graph's order as it stores them.

        Arrays that nothing reads may be missing. Raises UnsupportedError where nothing can run the graph.
        """
        way = self._way
        while way is None:
            way = next(self._ways)
            try:
                found = way(list(sample))
            except EngineError as error:
                self.refused = str(error)
                way = None
            else:
                self._way = way
                return found
        try:
            return way(list(sample))
        except EngineError as error:
            raise UnsupportedError(f"the runtime cannot go on with the model: {error}") from None

    def _find_ways(self) -> Iterator[Callable[[list[NDArray[Any]]], Values]]:
        graph = self._graph
        if is_runtime_installed() and all(a.dtype is not None and a.dtype.name != "string" for a in graph.inputs):
            self.engine = RUNTIME
            if self._file is not None:
                yield self._in_runtime(self._file)
            folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="pytoco-"))
            path = Path(folder) / "model"
            if self._target.write_runnable(graph.model, path):
                yield self._in_runtime(path)
        self.engine = KERNELS
        yield self._by_kernels

    def _in_runtime(self, path: Path) -> Callable[[list[NDArray[Any]]], Values]:
        arrays = self._arrays
        runtime = self._stack.enter_context(Runtime(path, [a.name for a in arrays], VALUES))

        def run(sample: list[NDArray[Any]]) -> Values:
            found = runtime.run(sample, len(arrays))
            return {a: real_value(a, value) for a, value in zip(arrays, found, strict=True)}

        return run

    def _by_kernels(self, sample: list[NDArray[Any]]) -> Values:
        wanted = dict.fromkeys(self._arrays)
        found: Values = {}

        def see(array: Array, value: NDArray[Any]) -> None:
            if array in wanted:
                found[array] = value

        try:
            evaluate(self._graph, sample, see)
        except PytocoError as error:
            what = f"; the runtime says: {self.refused}" if self.refused else ""
            hint = error.hint or ("" if is_runtime_installed() else "pip install 'pytoco[run]' may help")
            raise UnsupportedError(f"the model cannot be run: {error.message}{what}", hint=hint) from None
        except (ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:  # numpy's, on odd shapes
            raise UnsupportedError(f"the model cannot be run on this data: {error}") from error
        return found


def lower(model: Model, registry: Registry) -> Model:
    """The model with what a runtime lacks made of what it has, where there is a runtime; its arrays keep their names.

    Changes the model: does what the stage `lowering` of a conversion does.
    """
    if is_runtime_installed():
        from ..driver.fixed_point import Runner
        from ..driver.passes import Context
        from ..options import Options

        backend, options = registry.backend_for("TFLITE"), registry.completed(Options())
        context = Context(backend.target_for(options.given()), options)
        for stage, references in registry.pipeline(options.pipeline or backend.pipeline, options):
            if stage == "lowering":
                Runner(model).run_stage(stage, [reference.load()(context) for reference in references])
    return model


def stored(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    """Real values as the array stores them: on its grid where it is quantised, in its element type otherwise."""
    dtype = array.dtype
    if dtype is None or dtype.numpy is None or dtype.numpy.kind == "O":
        return value
    if array.quantization is not None and dtype.numpy.kind in "iu" and value.dtype.kind != "b":
        return quantized(value, array.quantization, dtype)
    if dtype.name == "bfloat16":
        bits = np.ascontiguousarray(value, np.float32).view(np.uint32)
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return np.ascontiguousarray(value, dtype.numpy).reshape(value.shape)
