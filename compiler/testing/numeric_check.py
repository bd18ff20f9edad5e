"""An observer that computes every rewrite: what it made anew must have the values that were there before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InternalError, UnsupportedError
from ..ir import Op
from ..ir.events import ADD, REMOVE, RETARGET, UPDATE, Event
from ..ir.types import BFLOAT16
from ..ops import get
from ..plugins.descriptors import Observer
from .numeric import Arrays, _real, _rounded, assert_same_values, random_inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph, Model


class NumericError(InternalError):
    """A rewrite changed what the model computes."""


class NumericCheck(Observer):
    """Evaluates the main graph once, then after each rewrite only the operators that the rewrite touched.

    `inputs` are values by name or in order, random ones when left out. `tolerances` are those of passes by name,
    relative to the largest magnitude. Raises NumericError at the first rewrite that gives an array another value, type
    or shape than it had or is said to have, naming pass and array. An operator without a kernel has unknown results,
    and what depends on them is not checked. `checked` counts compared arrays.
    """

    def __init__(
        self,
        inputs: Arrays | Sequence[NDArray[Any]] | None = None,
        tolerances: Mapping[str, float] | None = None,
    ) -> None:
        self.inputs = inputs
        self.tolerances = dict(tolerances or {})
        self.checked = 0
        self._values: dict[Array, NDArray[Any] | None] = {}
        self._graph: Graph | None = None

    def on_import(self, model: Model) -> None:
        """Evaluate everything."""
        graph = self._graph = model.main
        given = random_inputs(graph) if self.inputs is None else self.inputs
        if not isinstance(given, Mapping):
            given = dict(zip([a.name for a in graph.inputs], given, strict=True))
        self._values = {}
        for array in graph.inputs:
            self._values[array] = _real(array, np.asarray(given[array.name]))
        for op in graph.order():
            for array, value in zip(op.outputs, self._compute(op), strict=True):
                self._values[array] = value
                self._check_type(array, value, "import")

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Event]) -> None:
        """Evaluate what the rewrite touched, and compare."""
        graph = self._graph
        if graph is None or not any(event[1] is graph for event in events):
            return
        touched: dict[Op, None] = {}
        changed: dict[Array, None] = {}
        moved: list[tuple[Array, Array]] = []
        gone: list[Array] = []
        for event in events:
            code, owner, item = event[:3]
            if owner is not graph:
                continue
            if code == RETARGET:
                if item == "outputs":
                    moved += [(a, b) for a, b in zip(event[3], event[4], strict=False) if a is not b]
            elif code == UPDATE and not isinstance(item, Op):
                changed[item] = None
            elif code != REMOVE and item in graph:
                touched[item] = None
            if code not in (ADD, UPDATE):
                gone += event[-1]
        for new in _in_order(graph, touched):
            for array, value in zip(new.outputs, self._compute(new), strict=True):
                self._compare(pass_name, array, self._values.get(array), value)
                if self._values.get(array) is None:
                    self._values[array] = value
        for array in changed:
            if array in graph:
                self._compare(pass_name, array, self._values.get(array), self._value(array))
        for old, array in moved:
            self._compare(pass_name, array, self._values.get(old), self._value(array))
        for array in gone:
            if array not in graph:
                self._values.pop(array, None)

    def _value(self, array: Array) -> NDArray[Any] | None:
        return self._values.get(array) if array.value is None else _real(array, array.numpy())

    def _compute(self, op: Op) -> list[NDArray[Any] | None]:
        values = []
        for array in op.inputs:
            value = None if array is None else self._value(array)
            if value is None and array is not None:
                return [None] * len(op.outputs)
            values.append(value)
        try:
            with np.errstate(all="ignore"):
                results = get(op.kind).kernel(values, op.attrs)
        except UnsupportedError:
            return [None] * len(op.outputs)
        return [_rounded(a, np.asarray(v)) for a, v in zip(op.outputs, results, strict=True)]

    def _compare(self, pass_name: str, array: Array, old: NDArray[Any] | None, new: NDArray[Any] | None) -> None:
        self._check_type(array, new, pass_name)
        if old is None or new is None:
            return
        self.checked += 1
        try:
            assert_same_values({array.name: old}, {array.name: new}, self.tolerances.get(pass_name, 0.0))
        except AssertionError as error:
            raise _wrong(pass_name, array, str(error)) from None

    def _check_type(self, array: Array, value: NDArray[Any] | None, pass_name: str) -> None:
        if value is None or array.quantization is not None or array.dtype is None:
            return
        plain = array.dtype is not BFLOAT16 and array.dtype.numpy is not None and array.dtype.numpy.kind != "O"
        if plain and value.dtype != array.dtype.numpy:
            raise _wrong(pass_name, array, f"it is {value.dtype}, but is said to be {array.dtype}")
        shape = array.shape
        if shape is not None and (
            len(shape) != value.ndim or any(type(d) is int and d != n for d, n in zip(shape, value.shape, strict=True))
        ):
            raise _wrong(pass_name, array, f"its shape is {list(value.shape)}, but is said to be {list(shape)}")


def _in_order(graph: Graph, ops: Mapping[Op, None]) -> list[Op]:
    """The operators, each behind those of them whose results it reads."""
    done: dict[Op, None] = {}
    for root in ops:
        stack = [root]
        while stack:
            op = stack[-1]
            producers = [graph.producer(array) for array in op.inputs if array is not None]
            waiting = [p for p in producers if p is not None and p in ops and p not in done]
            if waiting and op not in done:
                stack += waiting
            else:
                done[stack.pop()] = None
    return list(done)


def _wrong(pass_name: str, array: Array, what: str) -> NumericError:
    where = "after import" if pass_name == "import" else f"pass {pass_name!r}"
    return NumericError(f"{where}: {array.name!r} is wrong: {what.strip()}", pass_name=pass_name, array=array.name)
