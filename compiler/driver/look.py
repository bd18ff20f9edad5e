"""How passes look around: every step away from the root goes through a `Look`.

It answers with an operator or None, and on the way learns how far a pass sees, which tells the driver what to try again
after a change. A failed check gives its reason to `fail`, which throws it away, unless somebody asks (`explaining`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..ir.values import Value, materialize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph, Op

_T = TypeVar("_T")

SMALL = 1 << 16
"""Elements up to which a pass may look at a constant's content."""


class Look:
    """Steps from a root operator to its surroundings in one graph.

    `kind` arguments are one kind or a tuple of kinds. A step that does not lead anywhere, or to another kind, answers
    None and gives the reason. `up` and `down` are how far the present attempt has gone from its root, `corner` whether
    it has turned, from a producer to its other readers, say; `depth` is how far the operators seen are, downwards ones
    negative.
    """

    __slots__ = ("_pred", "_succ", "corner", "depth", "down", "graph", "root", "up")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._pred = graph._pred
        self._succ = graph._succ
        self.root: Op | None = None
        self.depth: dict[Op, int] = {}
        self.up = 1
        self.down = 1
        self.corner = False

    def begin(self, root: Op) -> None:
        """Start an attempt at `root`."""
        self.root = root
        self.up = self.down = 1
        self.corner = False
        if self.depth:
            self.depth.clear()

    def fail(self, reason: str, *items: object) -> _T | None:
        """Say why there is no match; `items` fill the `{}` of `reason`. Answers None, whatever the match answers."""
        return None

    def producer(self, op: Op, index: int = 0, kind: str | Sequence[str] | None = None) -> Op | None:
        """The operator that defines operand `index` of `op`."""
        depth = 1 if op is self.root else self.depth.get(op, 0) + 1
        if depth < 1:  # reached downwards
            self.corner = True
            depth = 2 - depth
        if depth > self.up:  # noqa: PLR1730 - max() costs three times as much, on every step
            self.up = depth
        if index >= len(op.inputs):
            return self.fail("{} has no operand {}", op, index)
        array = op.inputs[index]
        if array is None:
            return self.fail("operand {} of {} is left out", index, op)
        for found in self._pred[array]:
            if kind is None or found.kind == kind or (type(kind) is not str and found.kind in kind):
                self.depth[found] = depth
                return found  # type: ignore[no-any-return]
            return self.fail("{} comes from {}, not from {}", array, found, kind)
        return self.fail("{} has no producer", array)

    def sole_user(self, op: Op, index: int = 0, kind: str | Sequence[str] | None = None) -> Op | None:
        """The only operator that reads result `index` of `op`, provided that the result is no output or state."""
        depth = -1 if op is self.root else self.depth.get(op, 0) - 1
        if depth > -1:  # reached upwards
            self.corner = True
            depth = -2 - depth
        if -depth > self.down:  # noqa: PLR1730 - as above
            self.down = -depth
        if index >= len(op.outputs):
            return self.fail("{} has no result {}", op, index)
        array = op.outputs[index]
        if not self.unshared(array):
            return None
        (found,) = self._succ[array]
        if kind is None or found.kind == kind or (type(kind) is not str and found.kind in kind):
            self.depth[found] = depth
            return found  # type: ignore[no-any-return]
        return self.fail("{} is read by {}, not by {}", array, found, kind)

    def users(self, op: Op, index: int = 0) -> list[Op]:
        """All operators that read result `index` of `op`."""
        depth = -1 if op is self.root else self.depth.get(op, 0) - 1
        if depth > -1:  # reached upwards
            self.corner = True
            depth = -2 - depth
        if -depth > self.down:  # noqa: PLR1730 - as above
            self.down = -depth
        found: list[Op] = list(self._succ[op.outputs[index]]) if index < len(op.outputs) else []
        for user in found:
            self.depth[user] = depth
        return found

    def is_needed(self, array: Array) -> bool:
        """Whether an operator reads the array or its name is promised."""
        return bool(self._succ[array]) or self.graph.is_pinned(array)

    def unshared(self, array: Array) -> bool:
        """Whether exactly one operator reads the array and its name is not promised to anyone."""
        users = self._succ[array]
        if len(users) != 1:
            if users:
                self.fail("output of {} has {} users: {}", self._pred[array] or array, len(users), users)
            else:
                self.fail("nothing reads {}", array)
            return False
        if self.graph.is_pinned(array):
            self.fail("{} is an input, an output or a state", array)
            return False
        return True

    def value(self, op: Op, index: int) -> Value | None:
        """The value of operand `index` as it is kept: a view or a recipe; for weights.

        None, too, for a quantised constant: its numbers are not the real values that it means.
        """
        array = op.inputs[index] if index < len(op.inputs) else None
        if array is None or array.value is None:
            return self.fail("operand {} of {} is not constant", index, op)
        if array.quantization is not None:
            return self.fail("operand {} of {} is quantised", index, op)
        return array.value

    def constant(self, op: Op, index: int) -> NDArray[Any] | None:
        """The value of a small constant operand, in memory; None for activations and large constants."""
        value = self.value(op, index)
        if value is None:
            return None
        if value.size > SMALL:
            return self.fail("operand {} of {} is too large to look into", index, op)
        return materialize(value)

    def scalar(self, op: Op, index: int) -> float | None:
        """The one number that a constant operand consists of, however often repeated in a single element's array."""
        value = self.constant(op, index)
        if value is None:
            return None
        if value.size != 1:
            return self.fail("operand {} of {} has {} elements", index, op, value.size)
        return value.reshape(-1)[0].item()  # type: ignore[no-any-return]
