"""What one step of a session tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...convert import Result
    from ...errors import PytocoError
    from .changes import Changes


@dataclass(slots=True)
class Step:
    """What became of a change.

    - `changed`: the files that made the step necessary; none at the first.
    - `stage`: the stage to whose start the conversion went back, "" for the beginning; `reason`: why. Both are None
      when nothing had to be done.
    - `result`: the last good one. Its model belongs to the session and changes with the next step.
    - `changes`: how that result differs from the one before; None when there was none, or there is no new one.
    - `error`: why there is no new result.
    - `places`: lines of watched files that errors come from: by the names of passes that raised and were undone, and
      under "" that of `error`.
    - `notices`: what plugins warned about while they were loaded, but for what `error` says.
    """

    number: int
    changed: list[Path] = field(default_factory=list)
    stage: str | None = None
    reason: str | None = None
    result: Result | None = None
    changes: Changes | None = None
    error: PytocoError | None = None
    places: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_same(self) -> bool:
        """Whether the result is what it was."""
        return self.error is None and (self.reason is None or (self.changes is not None and self.changes.is_none))
