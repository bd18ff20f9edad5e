"""The graph: one private bipartite `networkx.DiGraph` whose nodes are the arrays and operators themselves.

An edge array -> operator is a use, an edge operator -> array a definition. The order and repetition of operands are the
truth on the operator, the edges are the index. Nothing but the mutators changes a graph: `add`, `remove`, `rewire`,
`replace`, `update` and `retarget`. Each applies at once and records an event in the model's log, from which the change
can be undone; listeners hear of it when the transaction around it commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

import networkx as nx
import numpy as np

from ..errors import InternalError
from ..ops import get as definition_of
from .events import ADD, REMOVE, RETARGET, REWIRE, UPDATE, Event
from .flow import is_order, rank_of, sorted_by_flow
from .index import Index
from .items import Array, Op, State, assign
from .notebook import Notebook
from .roles import Roles
from .types import DType, MinMax, Quantization, Shape, dtype_of, merge_shape
from .values import Value, read_only

if TYPE_CHECKING:
    from .model import Model

_ARRAY_FIELDS = frozenset({"name", "dtype", "shape", "value", "minmax", "quantization"})
_OP_FIELDS = frozenset({"attrs", "origin"})


class Graph(Index, Roles, Notebook):
    """A set of operators over arrays, with ordered inputs and outputs and recurrent states.

    An array belongs to the graph as long as an operator defines or reads it, or it is an input, an output or a state;
    it goes with the last of these.
    """

    __slots__ = ("_order", "model", "name", "new_op_origin", "new_op_rank", "renumbered")

    def __init__(self, model: Model, name: str) -> None:
        super().__init__()
        self.model = model
        self.name = name
        self._order: list[Op] | None = None
        self.renumbered = 0
        # What a new operator inherits where its maker says nothing; the driver points these at the root of a rewrite.
        self.new_op_rank = 0
        self.new_op_origin: tuple[str, ...] = ()

    # Questions ------------------------------------------------------------------------------------------------------

    @property
    def view(self) -> nx.DiGraph[Any]:
        """A live, frozen networkx view: any networkx algorithm works on it, and none can change the graph."""
        frozen: nx.DiGraph[Any] = self._g.copy(as_view=True)
        return frozen

    def producer(self, array: Array) -> Op | None:
        """The operator that defines the array; None for inputs, states and constants."""
        for op in self._pred[array]:
            return cast(Op, op)
        return None

    def users(self, array: Array) -> list[Op]:
        """The operators that read the array, each once, in the order in which they came to read it."""
        return list(self._succ[array])

    def user_count(self, array: Array) -> int:
        """How many operators read the array."""
        return len(self._succ[array])

    def is_pinned(self, array: Array) -> bool:
        """Whether the array is an input, an output or belongs to a state, so that its name is a promise."""
        return array in self._pins

    def ops(self, kind: str | None = None) -> list[Op]:
        """All operators, or those of a kind, in the order in which they were added."""
        return list(self._ops if kind is None else self._kinds.get(kind, ()))

    def kinds(self) -> dict[str, int]:
        """Number of operators of each kind present, by kind name."""
        return {kind: len(self._kinds[kind]) for kind in sorted(self._kinds) if self._kinds[kind]}

    def arrays(self) -> list[Array]:
        """All arrays, in the order in which they came in."""
        return list(self._names.values())

    def find(self, name: str) -> Array | None:
        """The array of that name."""
        return self._names.get(name)

    def __contains__(self, item: object) -> bool:
        return item in self._node

    def __len__(self) -> int:
        return len(self._ops)

    def __repr__(self) -> str:
        return f"<Graph {self.name!r}: {len(self._ops)} operators, {len(self._names)} arrays>"

    def order(self) -> list[Op]:
        """The operators in execution order: by rank, then id, as far as data flow allows.

        Raises VerifyError naming the operators of a cycle. Asking changes nothing: the same graph has the same order
        whoever asked before.
        """
        if self._order is None:
            ops = sorted(self._ops, key=rank_of)
            self._order = ops if is_order(ops, self._pred) else sorted_by_flow(ops, self._pred, self._succ)
        return list(self._order)

    def renumber(self) -> None:
        """Renew the ranks from the present order, which makes it cheap to ask for again.

        No event says so; `renumbered` counts it.
        """
        self.renumbered += 1
        for rank, op in enumerate(self.order()):
            assign(op, "rank", rank)

    # Making items ---------------------------------------------------------------------------------------------------

    def array(
        self,
        name: str,
        dtype: DType | None = None,
        shape: Shape = None,
        value: Value | None = None,
        *,
        minmax: MinMax | None = None,
        quantization: Quantization | None = None,
    ) -> Array:
        """A new array, not yet in the graph: it comes in with the first operator or role that names it."""
        free = self.unique_name(name) if name in self._names else name
        return Array(self.model.new_id(), free, dtype, shape, value, minmax, quantization)

    def constant(
        self,
        value: Any,
        name: str,
        dtype: DType | None = None,
        *,
        minmax: MinMax | None = None,
        quantization: Quantization | None = None,
    ) -> Array:
        """A new constant array holding `value` (anything numpy can make an array of, or a lazy value).

        The array has a view of it that cannot be written to.
        """
        if not hasattr(value, "shape"):
            value = np.asarray(value)
        dtype = dtype or dtype_of(value.dtype)
        return self.array(name, dtype, tuple(value.shape), value, minmax=minmax, quantization=quantization)

    def emit(
        self,
        kind: str,
        inputs: Sequence[Array | None],
        attrs: Any = None,
        *,
        name: str | None = None,
        outputs: Sequence[Array] | None = None,
        origin: tuple[str, ...] | None = None,
    ) -> Op:
        """Make an operator with inferred results and add it.

        `outputs` gives existing arrays as results (their types are left alone); otherwise new ones are made, the first
        called `name`, the k-th `name:k`. Attributes left out are the kind's defaults, where every field has one. Raises
        ShapeError where the operands cannot go together, UnknownKindError for a kind that nobody defines.
        """
        definition = definition_of(kind)
        if attrs is None:
            attrs = definition.default_attrs
        if outputs is None:
            base = name or kind
            least, most = definition.arity
            if not least <= len(inputs) <= most or None in inputs:
                from ..ops.base import check_operands

                check_operands(definition, inputs)
            types = definition.infer(inputs, attrs)
            made = tuple(
                [self.array(f"{base}:{k}" if k else base, d, merge_shape(None, s)) for k, (d, s) in enumerate(types)]
            )
        else:
            made = tuple(outputs)
        origin = self.new_op_origin if origin is None else origin
        op = Op(self.model.new_id(), kind, tuple(inputs), made, attrs, origin, self.new_op_rank)
        if outputs is None:  # nothing about new arrays needs checking
            self._log((ADD, self, op, op.inputs, made, attrs, self._attach(op)))
        else:
            self.add(op)
        return op

    # Mutators -------------------------------------------------------------------------------------------------------

    def add(self, op: Op) -> None:
        """Put an operator in, and with it the arrays it names that were not here yet."""
        if op in self._node:
            raise InternalError(f"{op!r} is in the graph already")
        for array in op.outputs:
            if array in self._node and self._pred[array]:
                raise InternalError(f"array {array.name!r} has a producer already", op=op.name)
            if array.value is not None:
                raise InternalError(f"constant {array.name!r} cannot be a result", op=op.name)
        entered = self._attach(op)
        self._log((ADD, self, op, op.inputs, op.outputs, op.attrs, entered))

    def remove(self, op: Op) -> None:
        """Take an operator out, and with it the arrays that nothing else needs.

        Results that are still read, or are outputs, stay, and must get a value or a new producer in the same
        transaction.
        """
        if op not in self._ops:
            raise InternalError(f"{op!r} is not in the graph")
        left = self._detach(op)
        self._log((REMOVE, self, op, op.inputs, op.outputs, op.attrs, left))

    def rewire(self, op: Op, inputs: Sequence[Array | None]) -> None:
        """Give an operator other operands."""
        new = tuple(inputs)
        old = op.inputs
        if len(new) == len(old) and all(a is b for a, b in zip(new, old, strict=True)):
            return
        if op not in self._ops:
            raise InternalError(f"{op!r} is not in the graph")
        entered, left = self._set_inputs(op, new)
        self._log((REWIRE, self, op, old, new, entered, left))

    def replace(self, old: Array, new: Array) -> None:
        """Let everything that reads `old` read `new`; an output moves to `new` together with its name.

        Raises InternalError where `old` is an output whose name `new` cannot take (see `can_replace`).
        """
        if old is new:
            return
        if not self.can_replace(old, new):
            raise InternalError(f"{new.name!r} cannot stand in for the output {old.name!r}, its own name is needed too")
        for op in list(self._succ[old]):
            before = op.inputs
            after = _substituted(before, old, new)
            entered, left = self._substitute(op, old, new, after)
            self._log((REWIRE, self, op, before, after, entered, left))
        if old in self._pins:
            old_name, new_name = old.name, new.name
            self.retarget(
                outputs=[new if a is old else a for a in self.outputs],
                states=tuple(s._replace(source=new if s.source is old else s.source) for s in self.states),
            )
            self._set_names(((new, old_name), (old, new_name)))

    def can_replace(self, old: Array, new: Array) -> bool:
        """Whether `replace(old, new)` keeps every promised name: an output's name must be free to move to `new`."""
        if old not in self._pins:
            return True
        if old in self.inputs or any(s.array is old for s in self.states):
            return False
        return new not in self._pins

    def update(self, item: Array | Op, **fields: Any) -> None:
        """Set fields of an array (name dtype shape value minmax quantization) or an operator (attrs origin).

        A field that is equal already is left alone. A constant's value is never exchanged: make a new constant.
        """
        allowed = _ARRAY_FIELDS if isinstance(item, Array) else _OP_FIELDS
        for field, new in fields.items():
            if field not in allowed:
                raise InternalError(f"{field!r} of {item!r} cannot be updated")
            old = getattr(item, field)
            if old is new or (field != "value" and old == new):
                continue
            if field == "name":
                if new in self._names:
                    raise InternalError(f"the name {new!r} is taken")
                self._set_names(((cast(Array, item), new),))
                continue
            if field == "value" and old is not None:
                raise InternalError(f"constant {cast(Array, item).name!r} is never edited in place: make a new one")
            if field == "value":
                new = read_only(new)
            assign(item, field, new)
            self._log((UPDATE, self, item, field, old, new))

    def retarget(
        self,
        *,
        inputs: Iterable[Array] | None = None,
        outputs: Iterable[Array] | None = None,
        states: Iterable[State] | None = None,
    ) -> None:
        """Exchange the graph's inputs, outputs or states."""
        for field, value in (("inputs", inputs), ("outputs", outputs), ("states", states)):
            if value is None:
                continue
            new = tuple(cast("Iterable[Any]", value))
            old = getattr(self, field)
            if new == old:
                continue
            entered, left = self._set_role(field, new)
            self._log((RETARGET, self, field, old, new, entered, left))

    # What the mutators stand on ------------------------------------------------------------------------------------

    def _log(self, event: Event) -> None:
        self._order = None
        model = self.model
        model.log.append(event)
        if model.open < 1:
            model.settle(event)

    def _set_names(self, pairs: Sequence[tuple[Array, str]]) -> None:
        for array, _ in pairs:
            if self._names.get(array.name) is array:
                del self._names[array.name]
        for array, name in pairs:
            old = array.name
            assign(array, "name", name)
            if array in self._node:
                self._names[name] = array
            self._log((UPDATE, self, array, "name", old, name))

    def undo(self, event: Event) -> None:
        """Take back one event; only the newest one of the model's log makes sense, see `Model.rollback`."""
        self._order = None
        code = event[0]
        if code == ADD:
            self._detach(event[2])
        elif code == REMOVE:
            self._attach(event[2])
        elif code == REWIRE:
            self._set_inputs(event[2], event[3])
        elif code == RETARGET:
            self._set_role(event[2], event[3])
        else:
            self._set_field(event[2], event[3], event[4])

    def redo(self, event: Event) -> Event:
        """Make a change again that an event of this graph, in its present state, describes; nothing is checked.

        For replaying what was recorded. What the event says about arrays that enter and leave is not looked at: the
        answer is the event with what really did.
        """
        self._order = None
        code, item = event[0], event[2]
        if code == ADD:
            return (*event[:6], self._attach(item))
        if code == REMOVE:
            return (*event[:6], self._detach(item))
        if code == REWIRE:
            return (*event[:5], *self._set_inputs(item, event[4]))
        if code == RETARGET:
            return (*event[:5], *self._set_role(item, event[4]))
        self._set_field(item, event[3], event[5])
        return event

    def _set_field(self, item: Array | Op, field: str, value: Any) -> None:
        if field != "name":
            assign(item, field, value)
            return
        array = cast(Array, item)
        if self._names.get(array.name) is array:
            del self._names[array.name]
        assign(array, "name", value)
        if array in self._node:
            self._names[value] = array


def _substituted(inputs: tuple[Array | None, ...], old: Array, new: Array) -> tuple[Array | None, ...]:
    # index and slices instead of a loop: an operator with thousands of operands is rewired thousands of times
    at = inputs.index(old)
    after: tuple[Array | None, ...] = (*inputs[:at], new, *inputs[at + 1 :])
    while old in after:
        at = after.index(old)
        after = (*after[:at], new, *after[at + 1 :])
    return after
