"""What an exporter raises for an operator that it cannot write."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer
    """Why ONNX cannot express this very operator: half a sentence, such as "its axis is computed at run time".

    The writer collects these, so that a user hears of all at once.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
