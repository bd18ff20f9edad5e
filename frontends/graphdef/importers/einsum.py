"""Einsum as transposes, reshapes and one batched matrix product, or as a broadcast product where nothing is summed."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.binary import BinaryAttrs
from ....compiler.ops.linear import BatchMatMulAttrs
from ....compiler.ops.reduce import ReduceAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Unsupported

Labels = str
"""One letter a dimension; the dimensions of an ellipsis are control characters, counted from the last."""


def _expanded(node: Node, labels: str, rank: int | None) -> Labels:
    """Labels with the ellipsis spelled out for an operand of that rank."""
    if "..." not in labels:
        if rank is not None and rank != len(labels):
            raise node.error(f"the subscripts {labels!r} are for rank {len(labels)}, not {rank}")
        return labels
    if rank is None:
        raise Unsupported("an ellipsis stands for dimensions of an operand of unknown rank")
    extra = rank - len(labels) + 3
    if extra < 0:
        raise node.error(f"the subscripts {labels!r} are for more dimensions than {rank}")
    return labels.replace("...", _ellipsis(extra))


def _ellipsis(count: int) -> Labels:
    return "".join(chr(count - k) for k in range(count))


def _parsed(node: Node, inputs: list[Array]) -> tuple[list[Labels], Labels]:
    """Labels of each operand and of the result; raises Unsupported for diagonals."""
    equation = node.text("equation").replace(" ", "")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if not arrow or len(terms) != len(inputs):
        raise node.error(f"the equation {equation!r} does not belong to {len(inputs)} inputs")
    operands = [_expanded(node, term, array.rank) for term, array in zip(terms, inputs, strict=True)]
    dots = max((sum(c < "\x20" for c in labels) for labels in operands), default=0)
    result = right.replace("...", _ellipsis(dots))
    for labels in (*operands, result):
        if len(set(labels)) != len(labels):
            raise Unsupported(f"the equation {equation!r} takes a diagonal")
    if set(result) - set("".join(operands)):
        raise node.error(f"the result of {equation!r} has a subscript that no operand has")
    return operands, result


class _Term:
    """An operand on its way: the array, its labels, and helpers that emit what brings it into another form."""

    def __init__(self, builder: Builder, array: Array, labels: Labels, name: str) -> None:
        self.builder, self.array, self.labels, self.name = builder, array, labels, name

    def extent(self, label: str) -> Any:
        """The extent of a dimension, None when unknown."""
        shape = self.array.shape
        found = None if shape is None else shape[self.labels.index(label)]
        return found if type(found) is int else None

    def summed(self, keep: str) -> _Term:
        """Without the dimensions that are not in `keep`."""
        gone = [i for i, c in enumerate(self.labels) if c not in keep]
        if gone:
            axes = self.builder.constant(np.array(gone, np.int32), f"{self.name}_axes")
            suffix = f"{self.name}_sum"
            self.array = self.builder.emit("Sum", [self.array, axes], ReduceAttrs(), suffix=suffix).outputs[0]
            self.labels = "".join(c for c in self.labels if c in keep)
        return self

    def ordered(self, labels: Labels) -> _Term:
        """With its dimensions in another order."""
        if labels != self.labels:
            perm = [self.labels.index(c) for c in labels]
            self.array = self.builder.transposed(self.array, perm, f"{self.name}_ordered")
            self.labels = labels
        return self

    def merged(self, *groups: str) -> Array:
        """One dimension a group of labels, which follow one another; an empty group is an extent of 1."""
        if all(len(group) == 1 for group in groups):
            return self.array
        extents = [[self.extent(c) for c in group] for group in groups]
        return _reshape(self.builder, self.array, [None if None in e else prod(e) for e in extents], self.name)


def _reshape(builder: Builder, array: Array, shape: list[int | None], name: str) -> Array:
    if shape.count(None) > 1:
        raise Unsupported("more than one extent is unknown where dimensions are merged")
    wanted = np.array([-1 if d is None else d for d in shape], np.int32)
    operands = [array, builder.constant(wanted, f"{name}_shape")]
    return builder.emit("Reshape", operands, suffix=f"{name}_merged").outputs[0]


def _product(builder: Builder, x: _Term, y: _Term, result: Labels) -> _Term:
    """Nothing is summed: both with all dimensions of the result, an extent of 1 where they have none, multiplied."""
    sides = []
    for term in (x, y):
        term.ordered("".join(c for c in result if c in term.labels))
        missing = [c if c in term.labels else "" for c in result]
        # Leading dimensions that are missing come by themselves when broadcast.
        while missing and not missing[0]:
            missing.pop(0)
        sides.append(term.merged(*missing))
    made = builder.emit("Mul", sides, BinaryAttrs(), suffix="product").outputs[0]
    return _Term(builder, made, result, "product")


def _contraction(builder: Builder, x: _Term, y: _Term, result: Labels) -> _Term:
    """One matrix product: batch dimensions that both have, rows of x, columns of y, and those that are summed."""
    batch = "".join(c for c in result if c in x.labels and c in y.labels)
    inner = "".join(c for c in x.labels if c in y.labels and c not in result)
    rows = "".join(c for c in x.labels if c not in y.labels)
    columns = "".join(c for c in y.labels if c not in x.labels)
    row_extents, column_extents = [x.extent(c) for c in rows], [y.extent(c) for c in columns]
    batch_extents = [x.extent(c) if y.extent(c) in (None, 1) else y.extent(c) for c in batch]
    # With single dimensions the product itself transposes.
    single = len(rows) == len(inner) == 1
    adj_x = single and x.labels == batch + inner + rows
    adj_y = len(columns) == len(inner) == 1 and y.labels == batch + columns + inner
    if not adj_x:
        x.ordered(batch + rows + inner)
    if not adj_y:
        y.ordered(batch + inner + columns)
    open_rows = bool(rows) and not batch and not adj_x  # the rows of x may stay apart: they act as a batch
    lead = list(rows) if open_rows else [*batch, inner if adj_x else rows]
    left = x.merged(*lead, rows if adj_x else inner)
    right = y.merged(*batch, *((columns, inner) if adj_y else (inner, columns)))
    attrs = BatchMatMulAttrs(adj_x, adj_y)
    made = builder.emit("BatchMatMul", [left, right], attrs, suffix="product").outputs[0]
    if len(columns) != 1 or (len(rows) != 1 and not open_rows):
        made = _reshape(builder, made, [*batch_extents, *row_extents, *column_extents], "product")
    return _Term(builder, made, batch + rows + columns, "product")


def _einsum(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    if len(inputs) not in (1, 2):
        raise Unsupported(f"it has {len(inputs)} operands")
    operands, result = _parsed(node, inputs)
    terms = [
        _Term(builder, a, labels, f"operand_{k}") for k, (a, labels) in enumerate(zip(inputs, operands, strict=True))
    ]
    if len(terms) == 1:
        found = terms[0].summed(result)
    else:
        x, y = terms
        x.summed(result + y.labels)
        y.summed(result + x.labels)
        shared = set(x.labels) & set(y.labels)
        found = (_product if shared <= set(result) else _contraction)(builder, x, y, result)
    if found.labels == result:
        return builder.emit("Identity", [found.array]).outputs
    return (builder.transposed(found.array, [found.labels.index(c) for c in result]),)


TABLE: dict[str, ImporterFunction] = {"Einsum": _einsum}
