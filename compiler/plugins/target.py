"""What a runtime can do, as a backend describes it: the base class of every `Target`.

Passes and checks ask the target, never the op, so that another backend is not bound by the rules of the first one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..ir import Op


class Target:
    """Capabilities of one runtime.

    The base class stands for a runtime without limits (a drawing, a dump): every kind of op is legal, everything is
    supported, and any activation may be fused. A real backend overrides all three methods.
    """

    name: str = "any"

    def can_fuse(self, kind: str, activation: str) -> bool:
        """Whether an op of `kind` ("Conv", "Add", ...) can carry `activation` ("RELU", "RELU6", "TANH", ...)."""
        return True

    def supports(self, op: Op) -> str | None:
        """`None` when this runtime can run `op` as it stands, otherwise one sentence that says why not.

        Looks at this very instance: dtypes, ranks, attributes. Called once an op before export; must not raise.
        """
        return None

    def legal_kinds(self) -> Collection[str] | None:
        """Op kinds that may be left when the pipeline ends; `None` where every kind is legal."""
        return None
