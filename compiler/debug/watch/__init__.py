"""Live editing: a conversion that follows the files of its plugins, from the stage where a change begins.

`Session` keeps a conversion alive, a `Step` is what one change came to.
"""

from __future__ import annotations

from .session import Session
from .step import Step

__all__ = ["Session", "Step"]
