"""Quantize and Dequantize in LiteRT: real values to stored ones and back."""

from __future__ import annotations

import numpy as np
import pytest

from pytoco.backends.tflite.writer import write
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.types import FLOAT32, INT8, INT16, UINT8, DType, Quantization
from pytoco.compiler.ops.quantize import QuantizeAttrs
from tests import litert


@pytest.mark.parametrize(("dtype", "zero"), [(UINT8, 128), (INT8, -3), (INT16, 0)])
def test_there_and_back(dtype: DType, zero: int) -> None:
    model = Model()
    graph = model.graph()
    x, stored, back = (graph.array(n, d, (5,)) for n, d in (("x", FLOAT32), ("q", dtype), ("y", FLOAT32)))
    graph.retarget(inputs=[x])
    graph.emit("Quantize", [x], QuantizeAttrs(dtype), outputs=[stored])
    graph.update(stored, quantization=Quantization((0.25,), (zero,)))
    graph.emit("Dequantize", [stored], outputs=[back])
    graph.retarget(outputs=[stored, back])
    report = write(model, None, {})
    assert report.operators == {"QUANTIZE": 1, "DEQUANTIZE": 1}
    assert isinstance(report.data, bytes)
    given = np.array([0, 0.25, -1.1, 3.3, 1000], np.float32)
    found, real = litert.run(report.data, [given])
    limits = np.iinfo(dtype.numpy)
    wanted = np.clip(np.round(given / 0.25) + zero, limits.min, limits.max)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_allclose(real, (wanted - zero) * 0.25)
