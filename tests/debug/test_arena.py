"""Places of activations in a runtime's memory: who shares with whom, computed by hand."""

from pytoco.compiler.debug.arena import plan_arena
from pytoco.compiler.ir.text import parse

CHAIN = """
graph main(x: float32[16]) -> y {
  k = const float32[16] splat 1.0
  a: float32[16] = Abs(x)
  b: float32[16] = Add(a, k)
  c: float32[16] = Neg(b)
  d: float32[16] = Exp(c)
  y: float32[16] = Sin(d)
}
"""


def places(text: str, alignment: int = 64) -> dict[str, tuple[int, int]]:
    plan = plan_arena(parse(text).main, alignment)
    assert plan.size == max((end for _, end in plan.places.values()), default=0)
    return {array.name: place for array, place in plan.places.items()}


def test_dead_arrays_leave_their_room_to_later_ones() -> None:
    # each takes 64 bytes; x stays. b cannot have the place of a, which it reads; c can.
    assert places(CHAIN) == {
        "x": (0, 64), "a": (64, 128), "b": (128, 192), "c": (64, 128), "d": (128, 192), "y": (64, 128),
    }  # fmt: skip


def test_starts_are_aligned_and_ends_are_not() -> None:
    assert places(CHAIN.replace("[16]", "[3]"))["b"] == (128, 140)
    assert places(CHAIN.replace("[16]", "[3]"), 16)["b"] == (32, 44)


def test_the_first_gap_that_is_large_enough() -> None:
    text = """
graph main(x: float32[16]) -> y {
  a: float32[16] = Abs(x)
  b: float32[32] = Tile(a, m)
  c: float32[48] = Tile(b, m)
  d: float32[16] = Slice(c, m, m)
  y: float32[16] = Neg(d)
}
""".replace("  a:", "  m = const int32[1] [1]\n  a:", 1)
    # a 64..128, b 128..256, c behind b as a's room is too small, d takes the room of a, y that of b
    assert places(text) == {
        "x": (0, 64), "a": (64, 128), "b": (128, 256), "c": (256, 448), "d": (64, 128), "y": (128, 192),
    }  # fmt: skip


def test_what_has_no_place() -> None:
    text = """
graph main(x: float32[?,4], s: string[2], z: float32[0]) -> y {
  state h: float32[4] <- y
  u: string[2] = Identity(s)
  e: float32[0] = Abs(z)
  v: float32[?,4] = Abs(x)
  y: float32[4] = Neg(h)
}
"""
    assert places(text) == {"y": (0, 16)}


def test_many_arrays_alive_at_once() -> None:
    lines = "".join(f"  a{i}: float32[1] = Abs(x)\n" for i in range(5_000))
    names = ", ".join(f"a{i}" for i in range(5_000))
    text = f"graph main(x: float32[1]) -> y {{\n{lines}  y: float32[1] = AddN({names})\n}}\n"
    assert len(places(text)) == 5_002
