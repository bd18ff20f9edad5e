"""Passes of the stages `onnx-layout` and `onnx-final`: Transposes meet, and are gone."""
