"""A layer over a sequence and one over its reverse, in the text form, with parts to exchange."""

from __future__ import annotations

from typing import Any

from tests.passes.graphs import graph


def layers(
    kind: str,
    *,
    constants: tuple[str, ...],
    forward: str,
    backward: str,
    outputs: str = "y",
    inputs: str = "x: float32[5,2,3]",
    time: str = "time = const int32[1] [0]",
    turned: str = "r = ReverseV2(x, time)",
    back: str = "b = ReverseV2(a, time)",
    join: str = "y = Concatenation(f, b) {axis=2}",
    more: tuple[str, ...] = (),
    alike: bool = False,
) -> str:
    """Two layers of that kind, whose operands after the sequence are `forward` and `backward`.

    If `alike`, both have those of `forward`, so that their results have the same shape.
    """
    steps = (turned, f"f = {kind}(x, {forward})", f"a = {kind}(r, {forward if alike else backward})", back, join)
    return graph(inputs, outputs, *constants, time, *steps, *more)


SAME: dict[str, dict[str, Any]] = {
    "the last axis": {"join": "y = Concatenation(f, b) {axis=-1}"},
    "the first axis from the end": {"time": "time = const int32[1] [-3]"},
}
"""Other ways to write the same."""

NEAR_MISSES: dict[str, dict[str, Any]] = {
    "the backward layer comes first": {"join": "y = Concatenation(b, f) {axis=2}"},
    "joined in time": {"join": "y = Concatenation(f, b) {axis=0}", "alike": True},
    "an activation": {"join": 'y = Concatenation(f, b) {axis=2, activation="RELU"}'},
    "three parts": {"join": "y = Concatenation(f, b, x) {axis=2}"},
    "another axis is reversed": {"time": "time = const int32[1] [1]"},
    "two axes are reversed": {"time": "time = const int32[2] [0, 1]"},
    "the result is not reversed": {"back": "b = Neg(a)"},
    "the sequence is not reversed": {"turned": "r = Neg(x)"},
    "another sequence is reversed": {
        "inputs": "x: float32[5,2,3], z: float32[5,2,3]",
        "turned": "r = ReverseV2(z, time)",
    },
    "the forward layer has another reader": {"outputs": "y, e", "more": ("e = Exp(f)",)},
    "the backward layer has another reader": {"outputs": "y, e", "more": ("e = Exp(a)",)},
    "the backward layer's result is an output": {"outputs": "y, b"},
}
"""What must stay as it is, whatever the kind."""
