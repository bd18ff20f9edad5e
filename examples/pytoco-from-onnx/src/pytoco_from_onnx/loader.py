"""The frontend's driver: file in, model out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pytoco.compiler import Model, UsageError

from .build import GraphBuild
from .select import select
from .source import Source, read
from .wanted import Wanted


def load(source: Path | str | bytes | memoryview, options: Mapping[str, Any] | None = None) -> Model:
    """The model in an ONNX file: a path, or the file's content.

    The graph `main` has the arrays of `input_arrays` and `output_arrays`, or the file's own, as inputs and outputs
    under their names, and only what the outputs need. Images are channels second (NCHW) at the boundary, as in the
    file, unless `onnx_nhwc_boundary` is set. `input_shapes` speak of the file's own layout all the same. Raises
    FileError, InvalidModelError, UsageError or UnsupportedError, never anything else, for whatever the file holds.
    """
    wanted = Wanted.of(options or {})
    file = read(source)
    outputs = _outputs(file, wanted)
    cut = wanted.named(wanted.inputs or (), file.values, "input_arrays").values()
    _check_twice(cut)
    nodes, besides = select(file, cut, outputs)
    if wanted.inputs is not None and besides:
        raise UsageError(
            f"the outputs need the input {besides[0]!r}, which input_arrays does not list",
            hint="add it to input_arrays, or cut the graph behind it",
            array=besides[0],
        )
    if wanted.inputs is not None:
        inputs = list(cut)
    elif wanted.outputs is not None:
        inputs = [name for name in file.inputs if name in besides or name in outputs]
    else:
        inputs = file.inputs
    model = Model()
    graph = model.graph("main")
    model.metadata["onnx_opset"] = file.opset
    with model.transaction():
        GraphBuild(file, graph, wanted).run(nodes, inputs, outputs)
    model.files = list(file.files.mapped.items())
    return model


def _outputs(file: Source, wanted: Wanted) -> list[str]:
    given = wanted.outputs
    found = file.outputs if given is None else list(wanted.named(given, file.values, "output_arrays").values())
    if not found:
        what = "no outputs" if given is None else "none of the requested output arrays"
        raise UsageError(f"the model has {what}", hint="name some with output_arrays")
    return list(dict.fromkeys(found))


def _check_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise UsageError(f"array {name!r} is given twice in input_arrays", array=name)
        seen.add(name)
