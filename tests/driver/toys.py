"""Small passes and graphs that the driver's tests run."""

from collections.abc import Sequence
from typing import Any, ClassVar

from pytoco.compiler.driver import Context, GraphPass, Look, Pass, Runner
from pytoco.compiler.ir import Graph, Model, Op
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Target

CONTEXT = Context(Target(), Options())


class Toy(Pass):
    """Base: counts its attempts by operator name."""

    stage: ClassVar[str] = "test"

    def __init__(self) -> None:
        super().__init__(CONTEXT)
        self.attempts = 0

    def match(self, op: Op, look: Look) -> Any:
        self.attempts += 1
        return self.found(op, look)

    def found(self, op: Op, look: Look) -> Any:
        return True


def turn(graph: Graph, op: Op, kind: str, attrs: Any = None) -> None:
    """Exchange an operator for one of another kind with the same operands and results."""
    graph.remove(op)
    graph.emit(kind, op.inputs, attrs, outputs=op.outputs)


class RemoveIdentity(Toy):
    name = "remove-identity"
    roots = ("Identity",)

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        operand = op.inputs[0]
        assert operand is not None
        graph.replace(op.outputs[0], operand)
        graph.remove(op)

    def found(self, op: Op, look: Look) -> Any:
        operand = op.inputs[0]
        assert operand is not None
        return look.graph.can_replace(op.outputs[0], operand) or look.fail("{} is promised", operand)


class RemoveUnread(Toy):
    name = "remove-unread"

    def found(self, op: Op, look: Look) -> Any:
        result = op.outputs[0]
        return None if look.users(op) or look.graph.is_pinned(result) else True

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.remove(op)


class FuseRelu(Toy):
    """Relu of an Add that nothing else reads."""

    name = "fuse-relu"
    roots = ("Relu",)

    def found(self, op: Op, look: Look) -> Any:
        add = look.producer(op, 0, "Add")
        if add is None or not look.unshared(add.outputs[0]):
            return None
        if add.attrs.activation != "NONE":
            return look.fail("{} has an activation already", add)
        return add

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.remove(op)
        graph.remove(found)
        graph.emit("Add", found.inputs, found.attrs._replace(activation="RELU"), outputs=op.outputs)


class Turn(Toy):
    """Every operator of one kind becomes one of another."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__()
        self.name = f"{source.lower()}-to-{target.lower()}"  # type: ignore[misc]
        self.roots = (source,)  # type: ignore[misc]
        self.target = target

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        turn(graph, op, self.target)


class RenameFirst(GraphPass):
    """A pass over the whole graph that renames the first result to `first`."""

    name = "rename-first"
    stage = "test"

    def __init__(self) -> None:
        super().__init__(CONTEXT)

    def run(self, graph: Graph) -> None:
        array = graph.order()[0].outputs[0]
        if graph.find("first") is None and not graph.is_pinned(array):
            graph.update(array, name="first")


def run(model: Model, *passes: Pass | GraphPass, strict: bool = True, **settings: Any) -> Runner:
    """Run one stage to its fixed point; strict, so that a pass the driver convicts is an error."""
    runner = Runner(model, strict=strict, **settings)
    runner.run_stage("test", passes)
    return runner


def chain(kinds: Sequence[str]) -> Model:
    """A chain of unary operators `n0`, `n1`, ... between `x` and the last of them."""
    lines = [f"  n{i}: float32[2] = {kind}({f'n{i - 1}' if i else 'x'})" for i, kind in enumerate(kinds)]
    return parse("\n".join([f"graph main(x: float32[2]) -> n{len(kinds) - 1} {{", *lines, "}"]))


def kinds(model: Model) -> list[str]:
    """Kinds of the main graph in execution order."""
    return [op.kind for op in model.main.order()]
