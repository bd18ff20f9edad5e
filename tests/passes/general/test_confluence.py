"""The general passes together: whatever the order, the same operators come out, and the same numbers."""

import importlib
import random
from collections.abc import Callable
from typing import Any

import pytest

from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse
from pytoco.compiler.plugins.settings import packaged_layer
from pytoco.compiler.testing import assert_same_values, evaluate, random_inputs, run_passes


def general_passes() -> list[type[Any]]:
    """The classes of the packaged stage `general`, in order."""
    found = []
    for name in packaged_layer()["stages", "general", "passes"].value:
        module = importlib.import_module(f"pytoco.passes.general.{name.replace('-', '_')}")
        found.append(getattr(module, "".join(word[:1].upper() + word[1:] for word in name.split("-"))))
    return found


PASSES = general_passes()

GRAPHS = {
    "affine, reshape, arithmetic, activation": """
        graph main(x: float32[2,4]) -> y {
          w = const float32[6,4] seed 1
          s = const int32[3] [2, 2, 3]
          k = const float32[3] [1.0, 2.0, 3.0]
          zero = const float32[] [0.0]
          a = FullyConnected(x, w)
          z = Add(a, zero)
          b = Reshape(z, s)
          y = Relu(b)
        }""",
    "reshapes and transposes that cancel": """
        graph main(x: float32[2,3,4]) -> y, z {
          p = const int32[4] [0, 3, 1, 2]
          q = const int32[4] [0, 2, 3, 1]
          axis = const int32[] [1]
          s = const int32[2] [6, 4]
          a = ExpandDims(x, axis)
          b = Transpose(a, p)
          c = Neg(b)
          d = Transpose(c, q)
          e = Squeeze(d) {axes=[1]}
          y = Reshape(e, s)
          f = Relu(e)
          z = Relu6(f)
        }""",
    "transpose, reshape of ones, transpose": """
        graph main(x: float32[2,3,1,4]) -> y {
          p = const int32[4] [3, 2, 1, 0]
          s = const int32[4] [4, 3, 1, 2]
          q = const int32[4] [0, 2, 3, 1]
          a = Transpose(x, p)
          b = Reshape(a, s)
          c = Transpose(b, q)
          y = Exp(c)
        }""",
    "a matrix product of flattened pixels": """
        graph main(x: float32[?b,2,3,1]) -> y {
          w = const float32[6,2] seed 3
          s = const int32[2] [-1, 6]
          k = const float32[2] [0.5, -0.5]
          zero = const float32[1,2] [0.0, 0.0]
          r = Relu(x)
          a = Reshape(r, s)
          b = MatMul(a, w)
          c = Add(b, k)
          d = Add(c, zero)
          y = Relu(d)
        }""",
    "repeated operands": """
        graph main(x: float32[2,1], z: float32[2,3]) -> y {
          m = const int32[2] [1, 3]
          one = const int32[2] [1, 1]
          a = Tile(x, m)
          b = Tile(a, one)
          c = Concatenation(b) {axis=0}
          y = Mul(c, z)
        }""",
    "shape arithmetic": """
        graph main(x: float32[2,3,4]) -> y {
          b = const int32[1] [0]
          e = const int32[1] [1]
          t = const int32[1] [1]
          m = const int32[] [-1]
          s = Shape(x)
          n = StridedSlice(s, b, e, t) {shrink_axis_mask=1}
          p = Pack(n, m)
          r = Reshape(x, p)
          y = Floor(r)
        }""",
    "a decided branch": """
        graph main(x: float32[2]) -> y, z {
          yes = const bool[] [false]
          no, then = Switch(x, yes)
          a = Neg(no)
          b = Exp(then)
          m, z = Merge(a, b)
          y = Abs(m)
        }""",
}


def counts(text: str, seed: int | None) -> dict[str, int]:
    """Operators by kind after the general passes in one order."""
    model = parse(text)
    run_passes(model, PASSES, seed=seed)
    return model.main.kinds()


@pytest.mark.parametrize("text", GRAPHS.values(), ids=GRAPHS.keys())
def test_every_order_gives_the_same_operators(text: str) -> None:
    wanted = counts(text, None)
    for seed in range(12):
        assert counts(text, seed) == wanted


WANTED = {
    "affine, reshape, arithmetic, activation": {"FullyConnected": 1, "Relu": 1, "Reshape": 1},
    "reshapes and transposes that cancel": {"Neg": 1, "Relu6": 1, "Reshape": 1},
    "transpose, reshape of ones, transpose": {"Exp": 1, "Transpose": 1},
    "a matrix product of flattened pixels": {"FullyConnected": 1, "Relu": 2},
    "repeated operands": {"Mul": 1},
    "shape arithmetic": {"Floor": 1, "Reshape": 1},
    "a decided branch": {"Abs": 1, "Neg": 1},
}


@pytest.mark.parametrize("name", WANTED)
def test_nothing_superfluous_is_left(name: str) -> None:
    assert counts(GRAPHS[name], None) == WANTED[name]


# Random graphs --------------------------------------------------------------------------------------------------------


class _Maker:
    """Writes a random graph of operators that the general passes care about."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.shapes: dict[str, tuple[int, ...]] = {"x": (2, 1, 3, 4)}

    def const(self, dtype: str, shape: tuple[int, ...], values: str) -> str:
        name = f"k{len(self.lines)}"
        self.lines.append(f"{name} = const {dtype}{list(shape)} {values}")
        return name

    def ints(self, values: tuple[int, ...]) -> str:
        return self.const("int32", (len(values),), str(list(values)))

    def emit(self, text: str, shape: tuple[int, ...]) -> None:
        name = f"t{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        self.shapes[name] = shape

    def unary(self, x: str, shape: tuple[int, ...]) -> None:
        self.emit(f"{self.random.choice(['Relu', 'Relu6', 'Neg', 'Abs', 'Floor', 'Identity'])}({x})", shape)

    def cast(self, x: str, shape: tuple[int, ...]) -> None:
        self.emit(f'Cast({x}) {{dtype="float32"}}', shape)

    def reshape(self, x: str, shape: tuple[int, ...]) -> None:
        long = [d for d in shape if d != 1]
        if self.random.random() < 0.4 and len(long) > 1:
            long[:2] = [long[0] * long[1]]
        while len(long) < 4 and self.random.random() < 0.5:
            long.insert(self.random.randrange(len(long) + 1), 1)
        self.emit(f"Reshape({x}, {self.ints(tuple(long))})", tuple(long))

    def transpose(self, x: str, shape: tuple[int, ...]) -> None:
        perm = list(range(len(shape)))
        self.random.shuffle(perm)
        self.emit(f"Transpose({x}, {self.ints(tuple(perm))})", tuple(shape[p] for p in perm))

    def squeeze(self, x: str, shape: tuple[int, ...]) -> None:
        self.emit(f"Squeeze({x})", tuple(d for d in shape if d != 1))

    def expand(self, x: str, shape: tuple[int, ...]) -> None:
        axis = self.random.randrange(-len(shape) - 1, len(shape) + 1)
        at = axis if axis >= 0 else axis + len(shape) + 1
        self.emit(f"ExpandDims({x}, {self.const('int32', (), f'[{axis}]')})", (*shape[:at], 1, *shape[at:]))

    def constant(self, x: str, shape: tuple[int, ...]) -> None:
        kind = self.random.choice(["Add", "Sub", "Mul", "Div", "Maximum"])
        tail = self.random.choice([(), (1,), shape[-1:]])
        number = self.random.choice(["0.0", "1.0", "2.0"]) if kind != "Div" else "1.0"
        k = self.const("float32", tail, f"[{', '.join([number] * (tail[0] if tail else 1))}]")
        self.emit(f"{kind}({x}, {k})", shape)

    def add(self, x: str, shape: tuple[int, ...]) -> None:
        others = [n for n, s in self.shapes.items() if s == shape]
        self.emit(f"Add({x}, {self.random.choice(others)})", shape)

    def whole(self, x: str, shape: tuple[int, ...]) -> None:
        begin, size = self.ints((0,) * len(shape)), self.ints((-1,) * len(shape))
        self.emit(f"Slice({x}, {begin}, {size})", shape)

    def pack(self, x: str, shape: tuple[int, ...]) -> None:
        self.emit(f"Pack({x}) {{axis=-1}}", (*shape, 1))

    def text(self, size: int) -> str:
        makers: list[Callable[[str, tuple[int, ...]], None]] = [
            self.unary, self.unary, self.cast, self.reshape, self.reshape, self.transpose, self.transpose, self.squeeze,
            self.expand, self.constant, self.constant, self.add, self.whole, self.pack,
        ]  # fmt: skip
        while len(self.shapes) < size:
            x = list(self.shapes)[-self.random.choice([1, 1, 1, 2])] if len(self.shapes) > 1 else "x"
            if len(self.shapes[x]) > 4:
                x = "x"
            self.random.choice(makers)(x, self.shapes[x])
        names = list(self.shapes)
        outputs = dict.fromkeys([names[-1], self.random.choice(names[1:])])
        body = "\n".join(f"  {line}" for line in self.lines)
        return f"graph main(x: float32[2,1,3,4]) -> {', '.join(outputs)} {{\n{body}\n}}\n"


def optimized(text: str, seed: int | None) -> Model:
    """The model after the general passes."""
    model = parse(text)
    run_passes(model, PASSES, seed=seed)
    return model


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_keep_their_values_and_come_out_the_same(seed: int) -> None:
    text = _Maker(seed).text(14)
    graph = parse(text).main
    values = random_inputs(graph, seed)
    expected = evaluate(graph, values)
    wanted = optimized(text, None).main
    assert_same_values(expected, evaluate(wanted, values))
    for shuffle in range(3):
        shuffled = optimized(text, shuffle).main
        assert_same_values(expected, evaluate(shuffled, values))
        assert shuffled.kinds() == wanted.kinds(), text
