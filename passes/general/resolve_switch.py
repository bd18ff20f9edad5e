"""Decide branches whose condition is constant (TOCO's ResolveTensorFlowSwitch)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import stand_in


class _Found(NamedTuple):
    live: Array
    dead_arrays: dict[Array, None]
    dead_ops: dict[Op, None]
    merges: dict[Op, None]


class ResolveSwitch(Pass):
    """Replace a Switch on a constant condition by its data, and remove the branch not taken up to its Merge operators.

    A Merge loses the operands that the dead branch gave it; one that has a single operand left is for resolve-merge. A
    dead branch that reaches an output, a state or an operator kept for its effect is left alone.

    Before:
        graph main(x: float32[2]) -> y {
          yes = const bool[] [true]
          no, then = Switch(x, yes)
          a = Neg(no)
          b = Exp(then)
          y, index = Merge(a, b)
        }
    After:
        graph main(x: float32[2]) -> y {
          b = Exp(x)
          y, index = Merge(b)
        }
    """

    name = "resolve-switch"
    stage = "general"
    roots = ("Switch",)

    def match(self, op: Op, look: Look) -> _Found | None:
        condition = look.constant(op, 1)
        if condition is None or condition.size != 1:
            return look.fail("the condition of {} is not one constant", op)
        taken = int(bool(condition.reshape(-1)[0]))
        found = _Found(op.outputs[taken], {}, {}, {})
        graph = look.graph
        # The dead branch may be long, and what it reaches does not depend on other rewrites: no need for `look`.
        waiting = [op.outputs[1 - taken]]
        while waiting:
            array = waiting.pop()
            found.dead_arrays[array] = None
            if graph.is_pinned(array):
                return look.fail("{} is promised, but the branch is never taken", array)
            for user in graph.users(array):
                if user.kind == "Merge":
                    found.merges[user] = None
                elif user not in found.dead_ops:
                    if not user.outputs:
                        return look.fail("{} is kept for its effect", user)
                    found.dead_ops[user] = None
                    waiting.extend(user.outputs)
        for merge in found.merges:
            left = [a for a in merge.inputs if a not in found.dead_arrays]
            read = graph.user_count(merge.outputs[1]) or graph.is_pinned(merge.outputs[1])
            if not left or (read and len(left) > 1):
                return look.fail("{} would lose all its operands, or the count of them", merge)
        return found

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        data = op.inputs[0]
        assert data is not None
        for merge in found.merges:
            left = [i for i, a in enumerate(merge.inputs) if a not in found.dead_arrays]
            index = merge.outputs[1]
            if graph.user_count(index) or graph.is_pinned(index):
                graph.replace(index, graph.constant(np.int32(left[0]), index.name))
            graph.rewire(merge, [merge.inputs[i] for i in left])
        for dead in found.dead_ops:
            graph.remove(dead)
        graph.remove(op)
        stand_in(graph, found.live, data)
