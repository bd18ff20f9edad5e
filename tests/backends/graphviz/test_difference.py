"""The drawing of a difference: colours, one node an item, edges between what there is."""

from pytoco.backends.graphviz.difference import draw_difference
from pytoco.compiler.debug.diff import diff_models
from pytoco.compiler.ir.text import parse
from tests.backends.graphviz.dot_reader import Dot, read_dot, shown

BEFORE = """
graph main(x: float32[2]) -> y {
  state h: float32[2] <- y
  k = const float32[2] [1.0, 2.0]
  t: float32[2] = Add(x, k)
  u: float32[2] = Relu(t)
  v: float32[2] = Mul(u, h)
  y: float32[2] = Neg(v)
}
graph body(i: int32[]) -> j {
  j: int32[] = Neg(i)
}
"""
AFTER = """
graph main(x: float32[2]) -> y {
  state h: float32[2] <- y
  k = const float32[2] [1.0, 3.0]
  u: float32[2] = Add(x, k) {activation="RELU"}
  w: float32[2] = Exp(u)
  v: float32[2] = Mul(w, h)
  y: float32[2] = Neg(v)
}
graph body(i: int32[]) -> j {
  j: int32[] = Abs(i)
}
"""
GREEN, RED, YELLOW, PALE = "#34A853", "#EA4335", "#FBBC04", "#F5F5F5"


def drawn() -> Dot:
    return read_dot(draw_difference(diff_models(parse(BEFORE), parse(AFTER)), "a -> b"))


def fills(dot: Dot) -> dict[str, str]:
    """Colours by shape and name, read from the tooltips."""
    return {
        f"{n['shape']} {'gone ' * (key.startswith('old_op'))}{shown(n['tooltip'])[0]}": n["fillcolor"]
        for key, n in dot.nodes.items()
    }


def test_colours_say_what_happened() -> None:
    assert fills(drawn()) == {
        "octagon x": PALE, "octagon h": PALE, "octagon k": YELLOW, "octagon t": RED, "octagon u": PALE,
        "octagon w": GREEN, "octagon v": PALE, "octagon y": PALE, "octagon i": PALE, "octagon j": PALE,
        "box u": YELLOW, "box w": GREEN, "box v": YELLOW, "box y": PALE, "box j": YELLOW, "box gone u": RED,
    }  # fmt: skip


def test_tooltips_say_what_changed() -> None:
    dot = drawn()
    notes = {shown(n["tooltip"])[0]: shown(n["tooltip"])[1:] for n in dot.nodes.values() if n["shape"] == "box"}
    assert notes["v"] == ["changed", "operand 0: u -> w"]
    assert notes["j"] == ["changed", "kind: Neg -> Abs"]


def test_a_removed_operator_hangs_on_what_its_operands_became() -> None:
    dot = drawn()
    (old,) = [key for key in dot.nodes if key.startswith("old_op")]
    (old_t,) = [key for key in dot.nodes if key.startswith("old_a")]
    ids = {f"{n['shape']} {shown(n['tooltip'])[0]}": key for key, n in dot.nodes.items() if not key.startswith("old_")}
    gone = [(tail, head) for tail, head, attributes in dot.edges if attributes]
    assert gone == [(ids["box u"], old_t), (old_t, old), (old, ids["octagon u"])]


def test_other_graphs_are_clusters() -> None:
    assert list(drawn().clusters) == ["body"]
