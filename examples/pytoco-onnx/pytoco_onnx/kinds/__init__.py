"""The package's own operator kinds: ONNX operators over channels-first arrays, as steps between the IR and the file.

They have inference and a numpy kernel like any operator, so that constant folding, `--check` and `pytoco compare` work
with a model that is half way to ONNX.
"""
