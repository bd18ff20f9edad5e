"""`TargetSpec`: what a converted model may contain, as TensorFlow 1.15 groups it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..constants import OpsSet
from . import attributes as attribute


class TargetSpec:
    """What the result may contain.

    Attributes:
        supported_ops: `OpsSet` members, by default only TFLITE_BUILTINS.
        supported_types: `DataType` members that weights may be stored as, besides FLOAT; by default none.
    """

    def __init__(
        self, supported_ops: Iterable[Any] | None = None, supported_types: Iterable[Any] | None = None
    ) -> None:
        self.supported_ops = attribute.check_ops_sets(supported_ops or [OpsSet.TFLITE_BUILTINS], "supported_ops")
        self.supported_types = attribute.check_types(supported_types or [], "supported_types")
