"""Parses the text form that `text` describes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidModelError, PytocoError
from .items import Array, Op, State, assign
from .model import Model
from .opaque import OPAQUE, OpaqueAttrs
from .types import Dim, MinMax, Quantization, dtype_named, merge_shape
from .values import read_only

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|<-|->|[\w./\-]+(?::\d+)?|[\[\](){},:=?*])')
_MARKS = "[](){},:=?*"
_CODE = re.compile(r'(?:(?! #)(?:"(?:[^"\\]|\\.)*"|.))*')  # up to a comment outside quotes
_JSON = json.JSONDecoder()


class _Line:
    """A cursor over one line."""

    def __init__(self, text: str, number: int) -> None:
        self.text, self.number, self.at = text, number, 0

    def fail(self, what: str) -> InvalidModelError:
        return InvalidModelError(f"line {self.number}: {what}: {self.text.strip()!r}")

    def peek(self) -> str:
        m = _TOKEN.match(self.text, self.at)
        return m.group(1) if m else ""

    def next(self, expected: str = "") -> str:
        m = _TOKEN.match(self.text, self.at)
        if m is None or (expected and m.group(1) != expected):
            raise self.fail(f"expected {expected or 'a word'} at column {self.at + 1}")
        self.at = m.end()
        return m.group(1)

    def take(self, token: str) -> bool:
        if self.peek() == token:
            self.next()
            return True
        return False

    def items(self, close: str) -> Iterator[None]:
        """Once for each item of a list up to `close`, at its beginning."""
        while not self.take(close):
            yield
            if self.peek() != close:
                self.next(",")

    def name(self) -> str:
        token = self.next()
        if len(token) == 1 and token in _MARKS:
            raise self.fail(f"expected a name, not {token!r}")
        return cast(str, json.loads(token)) if token.startswith('"') else token

    def integer(self) -> int:
        token = self.next()
        if not token.isdecimal():
            raise self.fail(f"expected a number, not {token!r}")
        return int(token)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read the whole line inside; what its content makes Python or numpy refuse is this line's fault."""
        try:
            yield
        except PytocoError:
            raise
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, MemoryError) as error:
            raise self.fail(str(error)) from error
        if self.text[self.at :].strip():
            raise self.fail(f"more than expected at column {self.at + 1}")

    def json(self) -> Any:
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1
        try:
            value, self.at = _JSON.raw_decode(self.text, self.at)
        except ValueError:
            raise self.fail(f"expected a JSON value at column {self.at + 1}") from None
        return value


class _Parser:
    def __init__(self, text: str, sidecar: Mapping[str, NDArray[Any]]) -> None:
        code = [cast("re.Match[str]", _CODE.match(raw))[0] for raw in text.split("\n")]
        self.lines = [_Line(line, i + 1) for i, line in enumerate(code)]
        self.lines = [line for line in self.lines if line.text.strip() and not line.text.lstrip().startswith("#")]
        self.sidecar = sidecar
        self.model = Model()

    def parse(self) -> Model:
        at = 0
        while at < len(self.lines):
            end = at + 1
            while end < len(self.lines) and self.lines[end].text.strip() != "}":
                end += 1
            if end == len(self.lines):
                raise self.lines[at].fail("graph without a closing brace")
            self.graph(self.lines[at], self.lines[at + 1 : end])
            at = end + 1
        return self.model

    def graph(self, head: _Line, body: list[_Line]) -> None:
        self.names: dict[str, Array] = {}
        self.dims: dict[str, Dim] = {}
        inputs: list[Array] = []
        outputs: list[str] = []
        states: list[tuple[Array, str, _Line]] = []
        with head.reading():
            head.next("graph")
            self.g = graph = self.model.graph(head.name())
            head.next("(")
            inputs.extend(self.typed(head) for _ in head.items(")"))
            head.next("->")
            outputs.extend(head.name() for _ in head.items("{"))
        graph.retarget(inputs=inputs)
        for line in body:
            with line.reading():
                if line.take("state"):
                    array = self.typed(line)
                    line.next("<-")
                    states.append((array, line.name(), line))
                else:
                    self.statement(line)
        graph.retarget(
            outputs=[self.known(n, head) for n in outputs],
            states=[State(a, self.known(n, line)) for a, n, line in states],
        )

    def known(self, name: str, line: _Line) -> Array:
        if name not in self.names:
            raise line.fail(f"array {name!r} is not defined")
        return self.names[name]

    def new(self, name: str, line: _Line) -> Array:
        if name in self.names:
            raise line.fail(f"array {name!r} is defined twice")
        self.names[name] = array = Array(self.model.new_id(), name, None, None)
        return array

    def typed(self, line: _Line) -> Array:
        array = self.new(line.name(), line)
        if line.take(":"):
            self.type(array, line)
        return array

    def type(self, array: Array, line: _Line) -> None:
        if line.take("?"):
            assign(array, "dtype", None)
        else:
            assign(array, "dtype", dtype_named(line.name()))
        line.next("[")
        dims: list[int | Dim] = []
        if line.take("*"):
            line.next("]")
        else:
            for _ in line.items("]"):
                if line.take("?"):
                    name = line.name() if line.peek() not in (",", "]") else ""
                    dims.append(self.dims.setdefault(name, Dim(name)) if name else Dim())
                else:
                    dims.append(line.integer())
            assign(array, "shape", tuple(dims))
        if line.take("minmax"):
            line.next("(")
            parts: Any = [line.json() for _ in line.items(")")]
            minmax = MinMax(*(cast(Any, tuple(part)) if type(part) is list else part for part in parts))
            assign(array, "minmax", minmax)
        if line.take("quant"):
            scale, zero, axis = line.json()
            assign(array, "quantization", Quantization(tuple(scale), tuple(zero), axis))

    def statement(self, line: _Line) -> None:
        results: list[Array] = []
        typed: list[bool] = []
        start = line.at
        line.name()
        has_results = line.peek() != "("
        line.at = start
        while has_results:
            results.append(self.new(line.name(), line))
            typed.append(line.take(":"))
            if typed[-1]:
                self.type(results[-1], line)
            if line.take("="):
                break
            line.next(",")
        kind = line.name()
        if kind == "const":
            self.constant(results[0], line)
            return
        line.next("(")
        inputs = [None if line.take("_") else self.known(line.name(), line) for _ in line.items(")")]
        attrs = self.attrs(kind, line)
        op = Op(self.model.new_id(), kind, tuple(inputs), tuple(results), attrs, (), len(self.g))
        if kind != OPAQUE:
            self.infer(op, typed)
        self.g.add(op)

    def infer(self, op: Op, typed: list[bool]) -> None:
        from ..ops import get
        from ..ops.base import check_operands

        definition = get(op.kind)
        check_operands(definition, op.inputs)
        for array, said, inferred in zip(op.outputs, typed, definition.infer(op.inputs, op.attrs), strict=False):
            if not said:
                assign(array, "dtype", inferred.dtype)
                assign(array, "shape", merge_shape(None, inferred.shape))

    def constant(self, array: Array, line: _Line) -> None:
        self.type(array, line)
        dtype, shape = array.dtype, array.shape
        if dtype is None or dtype.numpy is None or shape is None or array.size is None:
            raise line.fail("a constant needs a known type")
        extents = cast("tuple[int, ...]", shape)
        form = line.peek()
        value: Any
        if form == "[":
            items = [_object(v) for v in line.json()]
            flat = np.empty(len(items), dtype.numpy)
            flat[:] = items
            if len(items) != array.size:
                raise line.fail(f"{len(items)} elements for shape {list(extents)}")
            value = flat.reshape(extents)
        else:
            line.next()
            if form == "splat":
                one = np.empty((), dtype.numpy)
                one[()] = _object(line.json())
                value = np.broadcast_to(one, extents)
            elif form == "seed":
                value = np.random.default_rng(line.json()).standard_normal(extents).astype(dtype.numpy)
            elif form == "hash":
                key = line.name()
                if key not in self.sidecar:
                    raise line.fail(f"no value for hash {key} in the sidecar")
                value = self.sidecar[key]
            else:
                raise line.fail("a constant is [..], splat, seed or hash")
        assign(array, "value", read_only(value))

    def attrs(self, kind: str, line: _Line) -> Any:
        given: dict[str, Any] = {}
        if line.take("{"):
            for _ in line.items("}"):
                field = line.name()
                line.next("=")
                given[field] = _object(line.json())
        cls: Any
        if kind == OPAQUE:
            cls = OpaqueAttrs
        else:
            from ..ops import get

            cls = get(kind).Attrs
        if cls is None:
            if given:
                raise line.fail(f"{kind} has no attributes")
            return None
        unknown = [f for f in given if f not in cls._fields]
        if unknown:
            raise line.fail(f"{kind} has no attribute {unknown[0]!r}, only {', '.join(cls._fields)}")
        for field, value in given.items():
            if isinstance(value, str) and "DType" in str(cls.__annotations__[field]):
                given[field] = dtype_named(value)
        try:
            return cls(**given)
        except TypeError as error:
            raise line.fail(str(error)) from None


def _object(value: Any) -> Any:
    if isinstance(value, dict):
        if "b64" in value:
            return base64.b64decode(value["b64"])
        if "complex" in value:
            return complex(*value["complex"])
        if "dtype" in value:
            return dtype_named(value["dtype"])
        return value.get("repr")
    if isinstance(value, list):
        return tuple(_object(v) for v in value)
    return value


def parse(text: str, sidecar: Mapping[str, NDArray[Any]] | None = None) -> Model:
    """The model that a text form describes.

    `sidecar` gives the values of `hash` constants. Raises InvalidModelError naming line and column.
    """
    return _Parser(text, sidecar or {}).parse()
