"""An ONNX frontend for pytoco: once installed, `pytoco convert model.onnx -o model.tflite` works.

Everything is reached through pytoco, which loads the module `pytoco_from_onnx.plugin`. Authors of operators for it
import `Builder`, `Node` and `Unsupported` from `pytoco_from_onnx.builder`.
"""
