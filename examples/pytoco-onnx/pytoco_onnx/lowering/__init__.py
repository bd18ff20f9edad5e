"""Passes of the stage `onnx-lowering`: operators that have no counterpart in ONNX as they stand become others."""
