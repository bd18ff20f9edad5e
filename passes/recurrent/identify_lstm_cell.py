"""Recognise an LSTM step in its arithmetic (TOCO's IdentifyLstmCell)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.types import FLOAT32
from ...compiler.ir.values import materialize
from ..patterns import Identified, offered, plain, sweep


class _Gate(NamedTuple):
    """A block of columns of the Split that all gates come from, and what is added to it."""

    split: Op
    block: int
    addend: NDArray[Any] | None


class _Term(NamedTuple):
    """One product of the sum that the Split takes apart: its operand and the columns of the weights that it meets.

    The operand is what `reader` reads at `side`.
    """

    reader: Op
    side: int
    data: Array
    weights: Array
    start: int
    depth: int


class _Found(NamedTuple):
    total: Op
    gates: tuple[_Gate, ...]
    x: _Term
    h: _Term
    biases: list[NDArray[Any]]
    state: Array


class IdentifyLstmCell(Pass):
    """Turn the arithmetic of an LSTM step, with constant weights, into LstmCell.

    The gates may lie in any order within the product, which may be one over the concatenated operands (TensorFlow's
    BasicLSTMCell) or the sum of two (Keras). What is added to a gate becomes part of the bias. The new state may have
    any readers, the other intermediates only those of the step.

    TensorFlow Lite's kernel overwrites the activation and the state that it starts from with the new ones. So they must
    be computed anew in every run, and nothing may read them after the step: the first step of a network, from zeros,
    stays as it is.

    Before:
        graph main(x: float32[1,1], h0: float32[1,1], c0: float32[1,1]) -> y {
          w = const float32[4,2] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
          b = const float32[4] [0.0, 1.0, 2.0, 3.0]
          h = Neg(h0)
          c = Neg(c0)
          one = const float32[] [1.0]
          axis = const int32[] [1]
          xh = Concatenation(x, h) {axis=1}
          z = FullyConnected(xh, w, b)
          i, j, f, o = Split(axis, z) {num=4}
          f1 = Add(f, one)
          fs = Logistic(f1)
          kept = Mul(c, fs)
          is = Logistic(i)
          js = Tanh(j)
          new = Mul(is, js)
          c1 = Add(kept, new)
          t = Tanh(c1)
          os = Logistic(o)
          y = Mul(t, os)
        }
    After:
        graph main(x: float32[1,1], h0: float32[1,1], c0: float32[1,1]) -> y {
          w = const float32[4,2] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
          b = const float32[4] [0.0, 1.0, 3.0, 3.0]
          h = Neg(h0)
          c = Neg(c0)
          y, c1, in, z = LstmCell(x, h, w, b, c)
        }
    """

    name = "identify-lstm-cell"
    stage = "recurrent"
    roots = ("Mul",)

    def match(self, op: Op, look: Look) -> _Found | None:
        if self.context.options.debug_disable_recurrent_cell_fusion:
            return look.fail("debug_disable_recurrent_cell_fusion is set")
        if not plain(look, op):
            return None
        gated = False
        for side in (0, 1):
            squashed = look.producer(op, side, "Tanh")
            total = None if squashed is None else look.producer(squashed, 0, "Add")
            if total is None or not look.unshared(op.inputs[side]) or not plain(look, total):  # type: ignore[arg-type]
                continue
            output = _gate(look, op, 1 - side, "Logistic")
            for kept_side in (0, 1) if output is not None else ():
                kept = look.producer(total, kept_side, "Mul")
                new = look.producer(total, 1 - kept_side, "Mul")
                if kept is None or new is None or not _inner(look, kept) or not _inner(look, new):
                    continue
                for a, b in ((0, 1), (1, 0)):
                    for p, q in ((0, 1), (1, 0)):
                        gates = (
                            _gate(look, new, a, "Logistic"),
                            _gate(look, new, b, "Tanh"),
                            _gate(look, kept, p, "Logistic"),
                            output,
                        )
                        found = self._cell(look, op, total, gates, (kept, q))
                        if found is not None:
                            return found
                        gated = gated or None not in gates
        if gated:
            self.remark(op, "has the gates of an LSTM cell, but not the rest of one: it stays apart")
        return None

    def _cell(
        self, look: Look, op: Op, total: Op, gates: tuple[_Gate | None, ...], kept: tuple[Op, int]
    ) -> _Found | None:
        state = kept[0].inputs[kept[1]]
        known = tuple(g for g in gates if g is not None)
        if len(known) != 4 or {id(g.split) for g in known} != {id(known[0].split)}:
            return look.fail("the gates of {} do not come from one Split", op)
        split = known[0].split
        shape = op.outputs[0].shape
        if sorted(g.block for g in known) != [0, 1, 2, 3] or len(split.outputs) != 4 or shape is None:
            return look.fail("{} does not make four gates", split)
        if state is None or state.shape != shape or len(shape) != 2 or type(units := shape[1]) is not int:
            return look.fail("{} is not a state of known units", state)
        axis = look.scalar(split, 0)
        if axis not in (1, -1):
            return look.fail("{} does not split columns", split)
        if not all(look.unshared(a) for a in (split.inputs[1], *split.outputs) if a is not None):
            return None
        biases: list[NDArray[Any]] = []
        terms = _terms(look, split, units, biases)
        if terms is None:
            return None
        if any(g.addend is not None and g.addend.size not in (1, units) for g in known):
            return look.fail("what is added to a gate of {} is neither one number nor one a unit", split)
        ordered = terms if terms[1].depth == units else terms[::-1]
        x, h = ordered[0], ordered[1]
        if h.depth != units or h.data.shape != shape or x.data.rank != 2:
            return look.fail("neither operand of {} has as many columns as there are units", split)
        if not _can_be_overwritten(look, h, kept):
            return None
        found = _Found(total, known, x, h, biases, state)
        operands = (x.data, h.data, x.weights, x.weights, state)
        return found if offered(look, self.context.target, op, Identified("LstmCell", operands)) else None

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        shape: Any = op.outputs[0].shape
        batch, units = shape
        order = [g.block for g in found.gates]
        bias = np.zeros((4, units), np.float64)
        for part in found.biases:
            bias += part.astype(np.float64).reshape(4, units)[order]
        for row, gate in zip(bias, found.gates, strict=True):
            if gate.addend is not None:
                row += gate.addend.reshape(-1)
        weights = _weights(graph, found, order, units)
        bias_array = graph.constant(bias.reshape(-1).astype(np.float32), f"{op.name}_bias")
        name = found.total.name
        joined = graph.array(f"{name}_concat", FLOAT32, (batch, found.x.depth + units))
        scratch = graph.array(f"{name}_scratch", FLOAT32, (batch, 4 * units))
        results = (op.outputs[0], found.total.outputs[0], joined, scratch)
        loose = (*op.inputs, *found.total.inputs)
        graph.remove(op)
        graph.remove(found.total)
        graph.emit("LstmCell", (found.x.data, found.h.data, weights, bias_array, found.state), outputs=results)
        squashed = [a for a in loose if a is not None and a in graph]
        sweep(graph, squashed)


def _can_be_overwritten(look: Look, h: _Term, kept: tuple[Op, int]) -> bool:
    """Whether nothing reads the activation and the state once the step that reads them has begun."""
    maker = look.producer(h.reader, h.side)
    state_maker = look.producer(*kept)
    state = kept[0].inputs[kept[1]]
    if maker is None or state_maker is None or state is None or not look.unshared(h.data):
        return False
    if look.graph.is_pinned(state):
        look.fail("{} is an input, an output or a state", state)
        return False
    for user in look.users(state_maker, state_maker.outputs.index(state)):
        # The step before, unless it is one operator, reads its state to make the activation that this step waits for.
        if user is not kept[0] and (user.kind != "Tanh" or look.sole_user(user) is not maker):
            look.fail("{} reads {}, too", user, state)
            return False
    return True


def _inner(look: Look, op: Op) -> bool:
    return plain(look, op) and look.unshared(op.outputs[0])


def _gate(look: Look, reader: Op, side: int, kind: str) -> _Gate | None:
    """The gate that operand `side` of `reader` is, squashed by `kind`."""
    squash = look.producer(reader, side, kind)
    if squash is None or not look.unshared(squash.outputs[0]):
        return None
    source = look.producer(squash, 0, ("Split", "Add"))
    array, addend = squash.inputs[0], None
    if source is not None and source.kind == "Add":
        place = 0 if source.inputs[1] is not None and source.inputs[1].value is not None else 1
        addend = look.constant(source, 1 - place)
        if addend is None or not _inner(look, source) or source.outputs[0].shape != source.inputs[place].shape:  # type: ignore[union-attr]
            return look.fail("{} does not add a constant to a part of a Split", source)
        array, source = source.inputs[place], look.producer(source, place, "Split")
    if source is None or array is None:
        return None
    return _Gate(source, source.outputs.index(array), addend)


def _terms(look: Look, split: Op, units: int, biases: list[NDArray[Any]]) -> list[_Term] | None:
    """The two products whose sum is taken apart; the biases on the way are collected."""
    terms: list[_Term] = []
    waiting = [(split, 1)]
    while waiting:
        reader, side = waiting.pop()
        array = reader.inputs[side]
        if array is not None and array.value is not None:
            addend = look.constant(reader, side)
            if addend is None or addend.size != 4 * units:
                return look.fail("{} is no bias of four gates of {} units", array, units)
            biases.append(addend)
            continue
        op = look.producer(reader, side, ("FullyConnected", "Add"))
        if op is None or not _inner(look, op):
            return None
        if op.kind == "Add":
            if len(waiting) + len(terms) > 1:
                return look.fail("{} adds more than two products", split)
            waiting += [(op, 1), (op, 0)]
            continue
        found = _product_terms(look, op, units, biases)
        if found is None:
            return None
        terms += found
    return terms if len(terms) == 2 else look.fail("{} takes apart the sum of {} products", split, len(terms))


def _product_terms(look: Look, op: Op, units: int, biases: list[NDArray[Any]]) -> list[_Term] | None:
    weights, data = op.inputs[1], op.inputs[0]
    if weights is None or weights.value is None or weights.dtype is not FLOAT32 or data is None:
        return look.fail("the weights of {} are not constant", op)
    if weights.shape is None or weights.shape[0] != 4 * units or op.attrs.keep_num_dims or weights.quantization:
        return look.fail("{} does not make four gates of {} units", op, units)
    if len(op.inputs) > 2 and op.inputs[2] is not None:
        bias = look.constant(op, 2)
        if bias is None:
            return None
        biases.append(bias)
    join = look.producer(op, 0, "Concatenation")
    reader = op if join is None else join
    parts = [data] if join is None else [a for a in join.inputs if a is not None]
    if join is not None and (join.attrs.axis not in (1, -1) or join.attrs.activation != "NONE"):
        return look.fail("{} does not join columns", join)
    terms: list[_Term] = []
    start = 0
    for side, part in enumerate(parts):
        if part.shape is None or len(part.shape) != 2 or type(depth := part.shape[1]) is not int:
            return look.fail("the columns of {} are not known", part)
        terms.append(_Term(reader, side, part, weights, start, depth))
        start += depth
    return terms if start == weights.shape[1] else look.fail("{} reshapes its operand", op)


def _weights(graph: Graph, found: _Found, order: list[int], units: int) -> Array:
    """The weights in the operator's order: the constant that there is, where it is in that order already."""
    x, h = found.x, found.h
    if order == [0, 1, 2, 3] and x.weights is h.weights and (x.start, h.start) == (0, x.depth):
        return x.weights
    parts: list[Any] = []
    for term in (x, h):
        value: Any = term.weights.value
        columns = materialize(value[:, term.start : term.start + term.depth])
        parts.append(columns.reshape(4, units, term.depth)[order])
    joined = np.concatenate(parts, axis=2).reshape(4 * units, x.depth + h.depth)
    return graph.constant(joined, x.weights.name, FLOAT32)
