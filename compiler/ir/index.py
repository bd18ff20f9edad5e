"""The index behind a graph: one bipartite `networkx.DiGraph`, and everything else that has to change along with it.

This is the one module that writes networkx's adjacency dicts, because that is several times faster than the methods; a
test pins what it relies on. `_pred` and `_succ` are read directly by the graph and the driver's inner loop, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import networkx as nx

from .items import Array, Op, State, assign


class _NoData(Mapping[str, Any]):
    """What networkx finds in place of a node's or an edge's attributes: an empty mapping that cannot be written.

    It copies as a new dict, also deeply, which is how `to_undirected` and the like make graphs of their own.
    """

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"

    def __deepcopy__(self, memo: Any) -> dict[str, Any]:
        return {}

    def copy(self) -> dict[str, Any]:
        """A new dict."""
        return {}


_NO_DATA: Any = _NoData()


class Index:
    """Operators and arrays with their links, names and roles; no checks, no events."""

    __slots__ = (
        "_g", "_inputs", "_kinds", "_names", "_next_suffix", "_node", "_ops", "_outputs", "_pins", "_pred", "_states",
        "_succ",
    )  # fmt: skip

    def __init__(self) -> None:
        self._inputs: tuple[Array, ...] = ()
        self._outputs: tuple[Array, ...] = ()
        self._states: tuple[State, ...] = ()
        self._g: nx.DiGraph[Any] = nx.DiGraph()
        self._succ: dict[Any, dict[Any, Any]] = cast("Any", self._g)._succ
        self._pred: dict[Any, dict[Any, Any]] = cast("Any", self._g)._pred
        self._node: dict[Any, Any] = cast("Any", self._g)._node
        self._ops: dict[Op, None] = {}
        self._kinds: dict[str, dict[Op, None]] = {}
        self._names: dict[str, Array] = {}
        self._next_suffix: dict[str, int] = {}
        self._pins: dict[Array, None] = {}

    def unique_name(self, base: str) -> str:
        """`base`, or `base_1`, `base_2`, ... where that is taken."""
        names = self._names
        if base not in names:
            return base
        suffix = self._next_suffix.get(base, 1)
        while (name := f"{base}_{suffix}") in names:
            suffix += 1
        self._next_suffix[base] = suffix + 1
        return name

    def _enter(self, array: Array) -> None:
        name = array.name
        if name in self._names:
            name = self.unique_name(name)
            assign(array, "name", name)
        self._names[name] = array
        self._node[array] = _NO_DATA
        self._succ[array] = {}
        self._pred[array] = {}

    def _leave(self, array: Array) -> None:
        del self._names[array.name]
        del self._node[array], self._succ[array], self._pred[array]

    def _drop_unneeded(self, arrays: Iterable[Array | None]) -> tuple[Array, ...]:
        left = []
        succ, pred, pins = self._succ, self._pred, self._pins
        for array in arrays:
            if array in succ and not succ[array] and not pred[array] and array not in pins:
                self._leave(array)  # type: ignore[arg-type]  # None is in no graph
                left.append(array)
        return tuple(left)  # type: ignore[arg-type]

    def _attach(self, op: Op) -> tuple[Array, ...]:
        node, succ, pred = self._node, self._succ, self._pred
        node[op] = _NO_DATA
        uses: dict[Any, Any] = {}
        defines: dict[Any, Any] = {}
        entered = []
        for array in op.inputs:
            if array is not None:
                if array not in node:
                    self._enter(array)
                    entered.append(array)
                uses[array] = _NO_DATA
                succ[array][op] = _NO_DATA
        for array in op.outputs:
            if array not in node:
                self._enter(array)
                entered.append(array)
            defines[array] = _NO_DATA
            pred[array][op] = _NO_DATA
        pred[op] = uses
        succ[op] = defines
        self._ops[op] = None
        kind = self._kinds.get(op.kind)
        if kind is None:
            kind = self._kinds[op.kind] = {}
        kind[op] = None
        return tuple(entered)

    def _detach(self, op: Op) -> tuple[Array, ...]:
        for array in self._pred[op]:
            del self._succ[array][op]
        for array in self._succ[op]:
            del self._pred[array][op]
        del self._node[op], self._succ[op], self._pred[op], self._ops[op], self._kinds[op.kind][op]
        return self._drop_unneeded((*op.inputs, *op.outputs))

    def _set_inputs(self, op: Op, new: tuple[Array | None, ...]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        old = op.inputs
        keep = dict.fromkeys(new)
        uses = self._pred[op]
        for array in old:
            if array is not None and array not in keep and array in uses:
                del uses[array], self._succ[array][op]
        entered = []
        for array in new:
            if array is not None and array not in uses:
                if array not in self._node:
                    self._enter(array)
                    entered.append(array)
                uses[array] = _NO_DATA
                self._succ[array][op] = _NO_DATA
        assign(op, "inputs", new)
        return tuple(entered), self._drop_unneeded(old)

    def _substitute(
        self, op: Op, old: Array, new: Array, inputs: tuple[Array | None, ...]
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        entered: tuple[Array, ...] = ()
        if new not in self._node:
            self._enter(new)
            entered = (new,)
        uses = self._pred[op]
        del uses[old], self._succ[old][op]
        uses[new] = _NO_DATA
        self._succ[new][op] = _NO_DATA
        assign(op, "inputs", inputs)
        return entered, self._drop_unneeded((old,))

    def _set_role(self, field: str, new: tuple[Any, ...]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        before = list(self._pins)
        setattr(self, f"_{field}", new)
        pins: dict[Array, None] = dict.fromkeys((*self._inputs, *self._outputs))
        for state in self._states:
            pins[state.array] = pins[state.source] = None
        self._pins = pins
        entered = [a for a in pins if a not in self._node]
        for array in entered:
            self._enter(array)
        return tuple(entered), self._drop_unneeded(before)
