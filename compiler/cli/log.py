"""What `-vv` shows while a conversion runs: its stages, and every rewrite."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..plugins import Observer

if TYPE_CHECKING:
    from ..ir import Model, Op


class Log(Observer):
    """Writes one line a stage and one a rewrite to standard error."""

    def on_stage(self, stage: str) -> None:
        """Tell that a stage begins."""
        sys.stderr.write(f"stage {stage}\n")

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        """Tell which pass rewrote where."""
        del model, events
        where = f" at {op.outputs[0].name}" if op is not None and op.outputs else ""
        sys.stderr.write(f"  {number:>5} {pass_name}{where}\n")
