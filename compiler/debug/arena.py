"""Where a runtime would keep the activations of a graph: one arena, in which arrays share the room of dead ones."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..ir import Array, Graph

ALIGNMENT = 64
"""Bytes; the start of every array is a multiple, as TensorFlow Lite's arena has it."""


class Plan(NamedTuple):
    """Places in the arena as (start, end) in bytes, in the order in which they were given out, and its size."""

    places: dict[Array, tuple[int, int]]
    size: int


def plan_arena(graph: Graph, alignment: int = ALIGNMENT) -> Plan:
    """Give each activation the first gap that fits, in execution order, until its last reader has run.

    Inputs and outputs keep their place. Constants, states and arrays whose size in bytes is not known have none.
    """
    order = graph.order()
    last = {array: k for k, op in enumerate(order) for array in (*op.inputs, *op.outputs) if array is not None}
    last.update(dict.fromkeys((*graph.inputs, *graph.outputs), len(order)))
    persistent = {s.array for s in graph.states}
    arena = _Arena(alignment)

    def enter(array: Array) -> None:
        size = None if array.size is None or array.dtype is None else array.size * array.dtype.itemsize
        if size and array.value is None and array not in persistent:
            arena.take(array, size)

    for array in graph.inputs:
        enter(array)
    for k, op in enumerate(order):
        for array in op.outputs:
            enter(array)
        for used in dict.fromkeys((*op.inputs, *op.outputs)):
            if used is not None and last[used] == k:
                arena.release(used)
    return Plan(arena.places, arena.size)


class _Arena:
    def __init__(self, alignment: int) -> None:
        self.alignment = alignment
        self.places: dict[Array, tuple[int, int]] = {}
        self.size = 0
        self._used: list[tuple[int, int]] = []  # by start; ends are rounded up, so that gaps begin aligned
        self._room = 0

    def take(self, array: Array, size: int) -> None:
        room = -(-size // self.alignment) * self.alignment
        start, place = self._gap(room)
        self._used.insert(place, (start, start + room))
        self._room += room
        self.places[array] = (start, start + size)
        self.size = max(self.size, start + size)

    def _gap(self, room: int) -> tuple[int, int]:
        """Start of the first gap of at least `room` bytes, and its number among what is used."""
        used = self._used
        end = used[-1][1] if used else 0
        if self._room == end:  # no gap at all
            return end, len(used)
        before = 0
        for k, (start, stop) in enumerate(used):
            if start - before >= room:
                return before, k
            before = stop
        return before, len(used)

    def release(self, array: Array) -> None:
        place = self.places.get(array)
        if place is None:
            return
        k = bisect_left(self._used, (place[0], 0))
        if k < len(self._used) and self._used[k][0] == place[0]:
            start, stop = self._used.pop(k)
            self._room -= stop - start
