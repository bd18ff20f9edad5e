"""`TargetSpec`, what a converted model may contain, and `RepresentativeDataset`, as TensorFlow 1.15 has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..constants import OpsSet
from . import attributes as attribute


class RepresentativeDataset:
    """Wraps the function that yields samples for calibration; the function itself is taken as well.

    Arguments:
        input_gen: function without arguments that yields samples, each a list of input arrays.
    """

    def __init__(self, input_gen: Callable[[], Any]) -> None:
        self.input_gen = input_gen


class TargetSpec:
    """What the result may contain.

    Attributes:
        supported_ops: `OpsSet` members, by default only TFLITE_BUILTINS.
        supported_types: `DataType` members that numbers may be stored as, besides FLOAT; by default none. FLOAT16 is
            for weights; INT8 and QUANTIZED_INT16 stand for the operator sets of quantized kernels, and need a
            representative dataset.
    """

    def __init__(
        self, supported_ops: Iterable[Any] | None = None, supported_types: Iterable[Any] | None = None
    ) -> None:
        self.supported_ops = attribute.check_ops_sets(supported_ops or [OpsSet.TFLITE_BUILTINS], "supported_ops")
        self.supported_types = attribute.check_types(supported_types or [], "supported_types")
