"""Execution order from data flow, over the links that the index keeps."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import VerifyError

if TYPE_CHECKING:
    from .items import Op

Links: TypeAlias = Mapping[Any, Mapping[Any, Any]]
"""By operator and by array, those on the other end of its edges in one direction."""


def rank_of(op: Op) -> tuple[int, int]:
    """What sorts operators that data flow leaves free."""
    return op.rank, op.id


def is_order(ops: Sequence[Op], pred: Links) -> bool:
    """Whether each of all operators comes behind those that make what it reads."""
    seen: set[Op] = set()
    for op in ops:
        for array in op.inputs:
            if array is not None:
                for producer in pred[array]:
                    if producer not in seen:
                        return False
        seen.add(op)
    return True


def sorted_by_flow(ops: Sequence[Op], pred: Links, succ: Links) -> list[Op]:
    """All operators in an order of execution, by rank as far as data flow allows.

    Raises VerifyError naming the operators of a cycle.
    """
    waiting: dict[Op, int] = {}
    ready: list[tuple[int, int, Op]] = []
    for op in ops:
        n = sum(1 for a in pred[op] if pred[a])
        if n:
            waiting[op] = n
        else:
            ready.append((op.rank, op.id, op))
    heapq.heapify(ready)
    order = []
    while ready:
        op = heapq.heappop(ready)[2]
        order.append(op)
        for array in succ[op]:
            for user in succ[array]:
                waiting[user] -= 1
                if not waiting[user]:
                    del waiting[user]
                    heapq.heappush(ready, (user.rank, user.id, user))
    if waiting:
        names = [op.name for op in sorted(waiting, key=rank_of)]
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        raise VerifyError(f"operators in or behind a cycle: {', '.join(names[:8])}{more}")
    return order
