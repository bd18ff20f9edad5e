"""Graphs with conditionals and loops, for the tests of passes about them."""

from __future__ import annotations

from tests.passes.graphs import graph

PLUS = """
graph plus(a: float32[2], k: float32[2]) -> b {
  b = Add(a, k)
}
"""
MINUS = """
graph minus(a: float32[2], k: float32[2]) -> b {
  b = Sub(a, k)
}
"""
BELOW = """
graph below(n: int32[], a: float32[2]) -> go {
  limit = const int32[] [3]
  go = Less(n, limit)
}
"""
STEP = """
graph step(n: int32[], a: float32[2]) -> m, b {
  one = const int32[] [1]
  m = Add(n, one)
  b = Add(a, a)
}
"""
LOOP = 'While(n, x) {cond_graph="below", body_graph="step"}'
CHOICE = 'If(c, x, k) {then_graph="plus", else_graph="minus"}'


def loop(start: int, *lines: str, outputs: str = "y") -> str:
    """A graph that doubles `x` until `n`, which starts as `start`, is 3; its results are `m` and `y`."""
    return graph("x: float32[2]", outputs, f"n = const int32[] [{start}]", *lines) + BELOW + STEP
