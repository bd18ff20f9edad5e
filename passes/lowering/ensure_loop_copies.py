"""Give loops whose variables change places copies of them."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op


class EnsureLoopCopies(Pass):
    """Let the body of a While copy an input that it returns at another position.

    After an iteration TensorFlow Lite copies the results over the inputs one by one, so that an input returned in
    another place could be gone by then.

    Before:
        graph main(n: int32[], x: float32[2], z: float32[2]) -> y {
          m: int32[], y: float32[2], w: float32[2] = While(n, x, z) {cond_graph="below", body_graph="swap"}
        }
        graph below(n: int32[], a: float32[2], b: float32[2]) -> go {
          limit = const int32[] [3]
          go = Less(n, limit)
        }
        graph swap(n: int32[], a: float32[2], b: float32[2]) -> m, b, a {
          one = const int32[] [1]
          m = Add(n, one)
        }
    After:
        graph main(n: int32[], x: float32[2], z: float32[2]) -> y {
          m: int32[], y: float32[2], w: float32[2] = While(n, x, z) {cond_graph="below", body_graph="swap"}
        }
    """

    name = "ensure-loop-copies"
    stage = "lowering"
    roots = ("While",)
    needed = True

    def match(self, op: Op, look: Look) -> Graph | None:
        body = look.graph.model.graphs[op.attrs.body_graph]
        return body if _moved(body) else look.fail("no variable of {} takes the place of another one", op)

    def rewrite(self, op: Op, found: Graph, graph: Graph) -> None:
        moved = _moved(found)
        outputs = [
            found.emit("Identity", [array], name=f"{array.name}/copy", origin=op.origin).outputs[0]
            if k in moved
            else array
            for k, array in enumerate(found.outputs)
        ]
        found.retarget(outputs=outputs)


def _moved(body: Graph) -> dict[int, Array]:
    """Outputs by position that are the input of another position."""
    places = {array: k for k, array in enumerate(body.inputs)}
    return {k: array for k, array in enumerate(body.outputs) if places.get(array, k) != k}
