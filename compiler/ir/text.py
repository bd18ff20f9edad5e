"""The text form: graphs printed and parsed, the language of tests, docstrings, diffs and reproducers.

    graph main(x: float32[1,2], n: float32[?b,2]) -> y {
      k = const float32[2] [1.0, 2.0]
      z = const float32[1000] splat 0.0
      t: float32[1,2] = Mul(x, k) {activation="RELU"}
      y: float32[1,2] = Identity(t)
      state h <- t
    }

One operator a line, in execution order; a constant stands before its first reader. A left-out operand is `_`. Names
that are not plain words are quoted as JSON. Attributes that have their default value are not printed. Types of results
may be left out when parsing: they are inferred. Constants up to 16 elements are inline, larger ones a splat, `seed N`
(standard normal values, for tests), or `hash H`, to be looked up in a sidecar mapping.
"""

from __future__ import annotations

from .parsing import parse
from .printing import print_graph, print_model

__all__ = ["parse", "print_graph", "print_model"]
