"""Which operators and arrays of two graphs belong together: by names, by their surroundings, by their source nodes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from ..ir import Array, Graph, Op

MOST_CANDIDATES = 256
"""Operators looked at as possible partners of one: a bound for arrays with very many readers."""

MOST_ROUNDS = 4
"""Rounds of matching by surroundings: each may give the next more to go by."""


class Matching:
    """Partners in the second graph of operators and arrays of the first one; each has at most one.

    `known` are the partners in the first graph of arrays of the second one.
    """

    __slots__ = ("arrays", "known", "ops")

    def __init__(self) -> None:
        self.ops: dict[Op, Op] = {}
        self.arrays: dict[Array, Array] = {}
        self.known: dict[Array, Array] = {}


def match(before: Graph, after: Graph) -> Matching:
    """Find what belongs together in two graphs, in time that grows linearly with their size."""
    return _Matcher(before, after).run()


def given(op: Op) -> tuple[Array | None, ...]:
    """The operands; those left out at the end do not count."""
    inputs = op.inputs
    while inputs and inputs[-1] is None:
        inputs = inputs[:-1]
    return inputs


class _Matcher:
    def __init__(self, before: Graph, after: Graph) -> None:
        self.before = before
        self.after = after
        self.order = before.order()
        self.result = Matching()
        self.ops = self.result.ops
        self.arrays = self.result.arrays
        self.taken: set[Op] = set()
        self.readers: dict[Array, list[Op]] = {}
        self.known = self.result.known

    def run(self) -> Matching:
        for array in self.before.arrays():
            other = self.after.find(array.name)
            if other is not None:
                self.pair_arrays(array, other)
        for old, new in zip(self.before.inputs, self.after.inputs, strict=False):
            self.pair_arrays(old, new)
        self.by_name(same_kind=True)
        for _ in range(MOST_ROUNDS):
            count = len(self.ops)
            for op in self.left():
                self.try_best(op, self.readers_of_its_operands(op))
            for op in reversed(self.left()):
                self.try_best(op, self.producers_for_its_readers(op))
            self.by_origin()
            if len(self.ops) == count:
                break
        self.by_name(same_kind=False)
        return self.result

    def left(self) -> list[Op]:
        return [op for op in self.order if op not in self.ops]

    def pair_arrays(self, a: Array | None, b: Array | None) -> None:
        if a is not None and b is not None and a not in self.arrays and b not in self.known:
            self.arrays[a] = b
            self.known[b] = a

    def pair(self, a: Op, b: Op) -> None:
        self.ops[a] = b
        self.taken.add(b)
        for x, y in zip(a.outputs, b.outputs, strict=False):
            self.pair_arrays(x, y)
        for old, new in zip(a.inputs, b.inputs, strict=False):
            if old is not None and new is not None and old.value is not None and new.value is not None:
                self.pair_arrays(old, new)

    def by_name(self, *, same_kind: bool) -> None:
        for op in self.left():
            for array in op.outputs:
                named = self.after.find(array.name)
                other = None if named is None else self.after.producer(named)
                if other is not None and other not in self.taken and (other.kind == op.kind or not same_kind):
                    self.pair(op, other)
                    break

    def by_origin(self) -> None:
        index: dict[tuple[str, str], list[Op]] = {}
        for op in self.after.order():
            if op not in self.taken:
                for name in dict.fromkeys(op.origin):
                    index.setdefault((op.kind, name), []).append(op)
        for op in self.left():
            shared = (other for name in dict.fromkeys(op.origin) for other in index.get((op.kind, name), ()))
            self.try_best(op, shared)

    def try_best(self, op: Op, candidates: Iterable[Op]) -> None:
        best, most = None, -1
        for other in dict.fromkeys(islice(candidates, MOST_CANDIDATES)):
            if other not in self.taken and other.kind == op.kind:
                score = self.likeness(op, other)
                if score > most:
                    best, most = other, score
        if best is not None:
            self.pair(op, best)

    def likeness(self, a: Op, b: Op) -> int:
        """How much two operators of one kind have in common: operands first, then attributes, origins, types."""
        operands = sum(
            x is not None and y is not None and self.arrays.get(x) is y
            for x, y in zip(a.inputs, b.inputs, strict=False)
        )
        origins = len({*a.origin} & {*b.origin})
        types = [(x.dtype, x.shape) for x in a.outputs] == [(y.dtype, y.shape) for y in b.outputs]
        return 16 * operands + 4 * bool(a.attrs == b.attrs) + 2 * min(origins, 3) + types

    def readers_of_its_operands(self, op: Op) -> list[Op]:
        """The operators of the second graph whose computed operands are all partners of this one's."""
        partners = [None if a is None else self.arrays.get(a) for a in given(op)]
        first = next(
            (b for a, b in zip(op.inputs, partners, strict=False) if b is not None and a and a.value is None), None
        )
        if first is None:
            return []
        found = []
        if first not in self.readers:
            self.readers[first] = self.after.users(first)[:MOST_CANDIDATES]
        for other in self.readers[first]:
            operands = given(other)
            if len(operands) == len(partners) and all(
                (b is y and (a is None) == (y is None))
                or (a is not None and y is not None and a.value is not None and y.value is not None)
                for a, b, y in zip(op.inputs, partners, operands, strict=False)
            ):
                found.append(other)
        return found

    def producers_for_its_readers(self, op: Op) -> list[Op]:
        """The operators of the second graph that stand where this one does for partners of its readers."""
        found = []
        for result in op.outputs:
            for user in islice(self.before.users(result), MOST_CANDIDATES):
                other = self.ops.get(user)
                if other is not None:
                    for a, b in zip(user.inputs, other.inputs, strict=False):
                        producer = self.after.producer(b) if a is result and b is not None else None
                        if producer is not None and len(given(producer)) == len(given(op)):
                            found.append(producer)
        return found
