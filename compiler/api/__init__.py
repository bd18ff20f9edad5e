"""The Python API: `TocoConverter`, also named `TFLiteConverter` as in later TensorFlow, and `toco_convert`."""

from __future__ import annotations

from .converter import TocoConverter
from .target_spec import RepresentativeDataset, TargetSpec
from .toco_convert import toco_convert

TFLiteConverter = TocoConverter

__all__ = ["RepresentativeDataset", "TFLiteConverter", "TargetSpec", "TocoConverter", "toco_convert"]
