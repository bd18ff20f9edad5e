"""What a runtime can do, as a backend describes it: the base class of every `Target`.

Passes and checks ask the target, never the op, so that another backend is not bound by the rules of the first one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from ..ir import DType, Model, Op


class Kernel(NamedTuple):
    """A quantised kernel: `same_grid` where results and real operands must share one, `per_channel` where weights may
    have a scale for each output channel.
    """

    same_grid: bool = False
    per_channel: bool = False


class Hybrid(NamedTuple):
    """Float operators with int8 constants: at which `positions` of the operands.

    With `computes` the kernel reads them as they are, all or none of those that are there; otherwise they are
    dequantised first. `channels` is the axis along which they may have a scale for each slice.
    """

    positions: tuple[int, ...]
    computes: bool
    channels: int | None = None


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

        Looks at this very instance: dtypes, ranks, attributes. Passes ask as well, some of them long before the export:
        what the target's own passes are going to lower counts as supported. Must not raise.
        """
        return None

    def quantized(self, kind: str, dtype: DType) -> Kernel | None:
        """How this runtime computes ops of `kind` on activations of an integer `dtype`; None where it cannot."""
        return Kernel()

    def hybrid(self, kind: str) -> Hybrid | None:
        """Which constants of ops of `kind` may be stored as int8; None where it does not pay."""
        from ..quantization.rules import rule_of

        rule = rule_of(kind)
        return None if rule is None or rule.weights is None else Hybrid((rule.weights,), True)

    def write_runnable(self, model: Model, path: Path) -> bool:
        """Write `model`, as it stands in the middle of a conversion, for an installed TensorFlow Lite runtime.

        False where that cannot be done; nothing is raised then. Tensors in the file carry the names of the arrays.
        """
        return False

    def legal_kinds(self) -> Collection[str] | None:
        """Op kinds that may be left when the pipeline ends; `None` where every kind is legal."""
        return None
