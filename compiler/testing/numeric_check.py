"""The numeric check as tests use it: the first wrong rewrite is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..debug.check import Check
from ..errors import CheckError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .numeric import Arrays

NumericError = CheckError


class NumericCheck(Check):
    """An observer that computes every rewrite and raises CheckError at the first wrong one, or if the import is wrong.

    `inputs` are values by name or in order, random ones when left out. `tolerances` are those of passes by name,
    relative to the largest magnitude, where they are wider than what the passes declare.
    """

    def __init__(
        self,
        inputs: Arrays | Sequence[NDArray[Any]] | None = None,
        tolerances: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(inputs, tolerances=tolerances, strict=True)

    @property
    def checked(self) -> int:
        """How many arrays were compared."""
        return self.report.compared
