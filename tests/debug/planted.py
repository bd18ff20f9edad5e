"""Wrong passes, each of a kind of mistake that people make, and a way to plant one into the real pipeline.

Each strikes once, at the operator that its `at` names: what it does there is wrong, and every pass around it is right.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from pytoco.compiler.driver import Context, Look, Pass
from pytoco.compiler.ir import Graph, Op
from pytoco.compiler.ir.types import FLOAT16
from pytoco.compiler.ops.binary import BinaryAttrs
from pytoco.compiler.plugins import Observer


class Planted(Pass):
    """Strikes once, at the operator whose first result is called `at`; it must be of one of the `roots`."""

    stage = "affine"
    at: ClassVar[str] = ""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.struck = False

    def match(self, op: Op, look: Look) -> Any:
        return not self.struck and op.name == self.at and self.fits(op)

    def fits(self, op: Op) -> bool:
        """Whether the operator is what the mistake needs."""
        return True

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        self.struck = True
        self.strike(op, graph)

    def strike(self, op: Op, graph: Graph) -> None:
        """Make the mistake."""
        raise NotImplementedError

    @staticmethod
    def remade(op: Op, graph: Graph, inputs: Any, attrs: Any) -> None:
        """Put the same kind of operator in its place, with these operands and attributes."""
        graph.remove(op)
        graph.emit(op.kind, inputs, attrs, outputs=op.outputs)


class WrongBiasSign(Planted):
    """A convolution's bias is subtracted."""

    name = "wrong-bias-sign"
    roots = ("Conv",)

    def fits(self, op: Op) -> bool:
        return len(op.inputs) == 3

    def strike(self, op: Op, graph: Graph) -> None:
        x, weights, bias = op.inputs
        assert bias is not None
        self.remade(op, graph, (x, weights, graph.constant(-bias.numpy(), "negated")), op.attrs)


class DroppedBroadcast(Planted):
    """Of a factor for each channel the first is taken for all."""

    name = "dropped-broadcast"
    stage = "general"
    roots = ("Mul",)
    before = ("fuse-binary-into-preceding-affine",)

    def strike(self, op: Op, graph: Graph) -> None:
        x, factor = op.inputs
        assert factor is not None
        self.remade(op, graph, (x, graph.constant(factor.numpy().reshape(-1)[:1].reshape(()), "first")), op.attrs)


class WrongAxis(Planted):
    """The weights of a convolution are transposed: input channels for output channels."""

    name = "wrong-axis"
    roots = ("Conv",)

    def strike(self, op: Op, graph: Graph) -> None:
        x, weights, *rest = op.inputs
        assert weights is not None
        turned = graph.constant(np.ascontiguousarray(weights.numpy().transpose(3, 1, 2, 0)), "turned")
        self.remade(op, graph, (x, turned, *rest), op.attrs)


class LostActivation(Planted):
    """What follows an activation reads what came before it."""

    name = "lost-activation"
    roots = ("Relu6",)

    def strike(self, op: Op, graph: Graph) -> None:
        assert op.inputs[0] is not None
        graph.replace(op.outputs[0], op.inputs[0])
        graph.remove(op)


class WrongType(Planted):
    """A result is said to be float16."""

    name = "wrong-type"
    roots = ("Relu6",)

    def strike(self, op: Op, graph: Graph) -> None:
        graph.update(op.outputs[0], dtype=FLOAT16)


class WrongConstantType(Planted):
    """A constant is said to be float16 while its value is float32."""

    name = "wrong-constant-type"
    roots = ("Conv",)

    def strike(self, op: Op, graph: Graph) -> None:
        assert op.inputs[1] is not None
        graph.update(op.inputs[1], dtype=FLOAT16)


class EditsConstant(Planted):
    """A factor is doubled in place, which whoever shares it notices, too."""

    name = "edits-constant"
    stage = "general"
    roots = ("Mul",)
    before = ("fuse-binary-into-preceding-affine",)

    def strike(self, op: Op, graph: Graph) -> None:
        assert op.inputs[1] is not None
        value: Any = op.inputs[1].value
        value *= 2
        self.remade(op, graph, op.inputs, op.attrs)


class RemovesOutput(Planted):
    """The last output of the graph is no output any more."""

    name = "removes-output"
    stage = "final"
    roots = ()

    def strike(self, op: Op, graph: Graph) -> None:
        graph.retarget(outputs=graph.outputs[:-1])


class SlightlyWrong(Planted):
    """A constant is off by one in a hundred: small, but no rounding error."""

    name = "slightly-wrong"
    roots = ("Conv",)

    def strike(self, op: Op, graph: Graph) -> None:
        x, weights, *rest = op.inputs
        assert weights is not None
        self.remade(op, graph, (x, graph.constant(weights.numpy() * np.float32(1.01), "larger"), *rest), op.attrs)


class Oscillates(Planted):
    """An addition's operands are exchanged, again and again."""

    name = "oscillates"
    stage = "general"
    roots = ("Add",)
    before = ("fuse-binary-into-preceding-affine",)

    def match(self, op: Op, look: Look) -> Any:
        return op.name == self.at

    def strike(self, op: Op, graph: Graph) -> None:
        graph.rewire(op, (op.inputs[1], op.inputs[0]))


class Raises(Planted):
    """An addition of one operand, which cannot be."""

    name = "raises"
    roots = ("Conv",)

    def strike(self, op: Op, graph: Graph) -> None:
        graph.remove(op)
        graph.emit("Add", op.inputs[:1], BinaryAttrs())


class Witness(Observer):
    """Notes at which rewrite numbers a pass struck."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.numbers: list[int] = []

    def after_rewrite(self, model: Any, pass_name: str, op: Any, number: int, events: Any) -> None:
        """Note the number."""
        if pass_name == self.name:
            self.numbers.append(number)


def plugin(folder: Path, bug: type[Planted], at: str) -> str:
    """A plugin file that adds the wrong pass to the pipeline; its path, for `plugin_switches`."""
    path = folder / f"{bug.name.replace('-', '_')}.py"
    path.write_text(
        "from pytoco.compiler.plugins import hookimpl\n"
        f"from tests.debug.planted import {bug.__name__}\n\n\n"
        f"class Here({bug.__name__}):\n"
        f"    at = {at!r}\n\n\n"
        "@hookimpl\n"
        "def register_passes():\n"
        "    yield Here\n"
    )
    return str(path)
