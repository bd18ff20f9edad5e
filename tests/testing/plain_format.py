"""A model format for the tests of conformance, as a plugin in one file: JSON with the text form and the constants.

It has a backend and a frontend that conform in everything; tests make wrong ones of it by changing a line.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pytoco.compiler.errors import InvalidModelError, UnsupportedError, VerifyError
from pytoco.compiler.files import atomic_write
from pytoco.compiler.ir import Model, Op
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.text import parse, print_model
from pytoco.compiler.ir.types import MinMax
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.plugins import Backend, Frontend, Target, WriteReport, hookimpl
from pytoco.compiler.testing import evaluate

MAGIC = b'{"plain": 1,'
UNSUPPORTED = ("Where",)


class PlainTarget(Target):
    name = "plain"

    def supports(self, op: Op) -> str | None:
        return f"{op.kind} cannot be written" if op.kind in UNSUPPORTED else None


def content(model: Model, options: Mapping[str, Any]) -> tuple[bytes, dict[str, int]]:
    kinds: dict[str, int] = {}
    for graph in model.graphs.values():
        for op in graph.order():
            if op.kind in UNSUPPORTED:
                raise UnsupportedError(f"the plain format has no {op.kind}", op=op.name)
            kinds[op.kind] = kinds.get(op.kind, 0) + 1
    sidecar: dict[str, Any] = {}
    text = print_model(model, sidecar)
    constants = {
        key: [value.dtype.str, value.shape, base64.b64encode(value.tobytes()).decode()]
        for key, value in sidecar.items()
        if value.dtype.kind != "O"
    }
    if len(constants) != len(sidecar):
        raise UnsupportedError("the plain format has no large constants of strings", op=model.main.ops()[0].name)
    ends = {what: [a.name for a in getattr(model.main, what)] for what in ("inputs", "outputs")}
    facts = {"plain": 1, **ends, "text": text, "constants": constants}
    return json.dumps(facts).encode(), dict(sorted(kinds.items()))


def write(model: Model, destination: Path | None, options: Mapping[str, Any]) -> WriteReport:
    data, kinds = content(model, options)
    if destination is None:
        return WriteReport(data=data, operators=kinds)
    return WriteReport(path=destination, size=atomic_write(destination, [data]), operators=kinds)


def inspect(path: Path) -> dict[str, Any] | None:
    if not path.is_file() or not path.read_bytes().startswith(MAGIC):
        return None
    facts = json.loads(path.read_bytes())
    return {"format": "PLAIN", **{what: [{"name": name} for name in facts[what]] for what in ("inputs", "outputs")}}


def run(path: Path, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return evaluate(load(path, {}).main, dict(inputs))


def sniff(path: Path, head: bytes) -> bool | str:
    return head.startswith(MAGIC) or "it does not begin as a plain model does"


def load(source: Any, options: Mapping[str, Any]) -> Model:
    data = source.read_bytes() if isinstance(source, Path) else bytes(source)
    try:
        facts = json.loads(data)
        constants = {
            key: np.frombuffer(base64.b64decode(encoded, validate=True), dtype).reshape(shape)
            for key, (dtype, shape, encoded) in facts["constants"].items()
        }
        model = parse(facts["text"], constants)
        verify(model)
    except (ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError, VerifyError) as error:
        if isinstance(error, UnsupportedError):
            raise
        raise InvalidModelError(f"no plain model: {error}") from error
    if "main" not in model.graphs:
        raise InvalidModelError("no plain model: there is no graph 'main'")
    inputs, outputs = options.get("input_arrays"), options.get("output_arrays")
    if inputs is None and outputs is None:
        return model
    return extract(model.main, inputs, outputs)


@hookimpl
def register_backends() -> Iterator[Backend]:
    yield Backend(
        "plain",
        "JSON with the text form",
        formats=("PLAIN",),
        suffix=".plain",
        pipeline="plain",
        stages=("clean-up",),
        target=PlainTarget,
        write=write,
        inspect=inspect,
        run=run,
    )


@hookimpl
def register_frontends() -> Iterator[Frontend]:
    yield Frontend("plain", "JSON with the text form", formats=("PLAIN",), sniff=sniff, load=load)


__all__ = ["MinMax", "content", "load", "sniff", "write"]
