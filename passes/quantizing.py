"""What the quantising passes share: ranges of FakeQuant, giving an array a grid, finding the one it already has."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..compiler.driver import Look
from ..compiler.errors import UsageError
from ..compiler.ir import Array, Graph, Op
from ..compiler.ir.types import DType, MinMax, Quantization
from ..compiler.ir.values import materialize
from ..compiler.quantization.grids import quantized, range_of


def fake_quant_ends(op: Op, look: Look) -> tuple[list[float], list[float]] | None:
    """The ends of the range of a FakeQuant as they stand, one pair a channel or one in all; None: not constant."""
    ends: list[list[float]] = []
    for place, end in ((1, op.attrs.min), (2, op.attrs.max)):
        value = look.constant(op, place) if end is None else None
        if end is None and value is None:
            return look.fail("the range of {} is not constant", op)
        ends.append([float(end)] if value is None else [float(v) for v in value.reshape(-1)])
    return ends[0], ends[1]


def fake_quant_range(op: Op, ends: tuple[list[float], list[float]]) -> MinMax:
    """The range that a FakeQuant stands for, widened to 0.

    Raises UsageError naming it for one that is upside down or not finite.
    """
    for low, high in zip(*ends, strict=True):
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise UsageError(f"{op.kind} {op.name!r} has the range from {low:g} to {high:g}, which is none", op=op.name)
    lows, highs = tuple(min(low, 0.0) for low in ends[0]), tuple(max(high, 0.0) for high in ends[1])
    source = op.inputs[0]
    assert source is not None
    found = MinMax(min(lows, default=0.0), max(highs, default=0.0), op.attrs.narrow_range, op.attrs.num_bits)
    if not op.attrs.per_channel or not source.rank or len(lows) < 2:
        return found
    return found._replace(axis=source.rank - 1, lows=lows, highs=highs)


def give_grid(graph: Graph, array: Array, dtype: DType, grid: Quantization) -> None:
    """Make an array quantised; those who read it read a Dequantize of it. It stays the output that it may be."""
    readers = graph.users(array)
    known = array.minmax
    graph.update(array, dtype=dtype, quantization=grid, minmax=None)
    if readers:
        real = graph.emit("Dequantize", (array,), name=f"{array.name}_dequantized").outputs[0]
        graph.update(real, minmax=known)
        for op in readers:
            graph.rewire(op, [real if a is array else a for a in op.inputs])


def quantized_source(graph: Graph, array: Array) -> Array | None:
    """The quantised array whose real values `array` holds: itself, or the operand of the Dequantize that makes it."""
    if array.quantization is not None:
        return array
    producer = graph.producer(array)
    if producer is not None and producer.kind == "Dequantize":
        source = producer.inputs[0]
        return source if source is not None and source.quantization is not None else None
    return None


def known_range(array: Array) -> MinMax | None:
    """The range that was recorded for an array, or that a constant's values have; raises UsageError naming it."""
    if array.minmax is not None or array.value is None:
        return array.minmax
    try:
        return range_of(materialize(array.value))
    except UsageError as error:
        raise UsageError(f"constant {array.name!r} cannot be quantized: {error.message}", array=array.name) from None


def quantized_constant(graph: Graph, array: Array, dtype: DType, grid: Quantization, narrow: bool = False) -> Array:
    """A new constant of an array's values on a grid, with its name while that is free."""
    assert array.value is not None
    value = quantized(materialize(array.value), grid, dtype, narrow)
    return graph.constant(value, f"{array.name}_quantized", dtype, quantization=grid)


def exchange(graph: Graph, op: Op, operands: Sequence[Array | None]) -> None:
    """Give an operator other operands; a constant in place of one that nobody else reads takes over its name."""
    pairs = list(zip(op.inputs, operands, strict=True))
    graph.rewire(op, operands)
    for old, new in pairs:
        if old is None or new is None or new is old or new.value is None or old in graph:
            continue
        if graph.find(old.name) is None:
            graph.update(new, name=old.name)
