"""The observer that computes every rewrite: it lets right ones pass, and names the pass and the array of wrong ones."""

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.driver import Context, Look, Pass, Runner
from pytoco.compiler.errors import PytocoError
from pytoco.compiler.ir import Graph, Model, Op
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ops.binary import BinaryAttrs
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Target
from pytoco.compiler.testing import NumericCheck, NumericError

TEXT = """
    graph main(x: float32[2,3]) -> y {
      k = const float32[] [3.0]
      t = Neg(x)
      u = Neg(t)
      v = Add(u, k)
      y = Mul(v, v)
    }"""


class _Wrong(Pass):
    name = "wrong"
    stage = "test"
    roots = ("Add",)

    def match(self, op: Op, look: Look) -> Any:
        return True


class _OtherOperator(_Wrong):
    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.remove(op)
        graph.emit("Sub", op.inputs, BinaryAttrs(), outputs=op.outputs)


class _OtherOperand(_Wrong):
    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.rewire(op, [op.inputs[1], op.inputs[1]])


class _OtherArray(_Wrong):
    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        assert op.inputs[0] is not None
        graph.replace(op.outputs[0], op.inputs[0])
        graph.remove(op)


class _OtherConstant(_Wrong):
    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.remove(op)
        graph.update(op.outputs[0], value=np.full((2, 3), 4, np.float32))


class _OtherShape(_Wrong):
    def match(self, op: Op, look: Look) -> Any:
        return op.outputs[0].shape == (2, 3) or None

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.update(op.outputs[0], shape=(3, 2))


class _Right(_Wrong):
    """Two negations go, over new arrays."""

    roots = ("Neg",)

    def match(self, op: Op, look: Look) -> Any:
        return look.producer(op, 0, "Neg")

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        copy = graph.emit("Identity", [found.inputs[0]], name="copy").outputs[0]
        graph.remove(op)
        graph.emit("Abs", [graph.emit("Square", [copy]).outputs[0]], name="unread")
        graph.emit("Identity", [copy], outputs=op.outputs)


def run(rule: type[Pass]) -> NumericCheck:
    """Run one pass once over the graph, watched."""
    model: Model = parse(TEXT)
    check = NumericCheck({"x": np.array([[1, -2, 3], [4, 5, -6]], np.float32)})
    runner = Runner(model, strict=True, observers=[check])
    runner.notify(lambda o: o.on_import(model))
    runner.run_stage("test", [rule(Context(Target(), Options()))])
    return check


@pytest.mark.parametrize("rule", [_OtherOperator, _OtherOperand, _OtherArray, _OtherConstant, _OtherShape])
def test_a_wrong_rewrite_is_named(rule: type[Pass]) -> None:
    with pytest.raises(NumericError, match="pass 'wrong'") as caught:
        run(rule)
    assert caught.value.pass_name == "wrong"
    assert caught.value.array in ("v", "y")


def test_a_right_rewrite_passes_and_was_compared() -> None:
    assert run(_Right).checked == 1


def test_inference_that_disagrees_with_the_kernel_is_found_at_once() -> None:
    model = parse("graph main(x: float32[2,3]) -> y {\n  y: float32[2,4] = Neg(x)\n}")
    with pytest.raises(NumericError, match="after import: 'y' is wrong: its shape is"):
        NumericCheck().on_import(model)


def test_what_has_no_kernel_is_passed_over() -> None:
    model = parse('graph main(x: float32[2]) -> y {\n  t: float32[2] = Opaque(x) {source_kind="F"}\n  y = Neg(t)\n}')
    check = NumericCheck()
    check.on_import(model)
    assert isinstance(model, Model)
    assert not issubclass(NumericError, ValueError)
    assert issubclass(NumericError, PytocoError)
    assert check.checked == 0
