"""Whole networks: values, Transposes that stay, channels-last boundaries, symbolic batches."""

from __future__ import annotations

import numpy as np
import pytest
from networks import NETWORKS, resnet, unet
from parity import assert_parity, convert, kinds, random, run


@pytest.mark.parametrize("name", NETWORKS)
def test_values_and_transposes(name: str) -> None:
    make, shape, transposes = NETWORKS[name]
    result = assert_parity(make(), {"x": random(*shape)}, 2e-5)
    assert kinds(result).get("Transpose", 0) == transposes
    assert not result.summary.warnings


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "shufflenet"])  # whose groups fix the batch
def test_an_open_batch(name: str) -> None:
    make, shape, transposes = NETWORKS[name]
    proto = make(batch="N")
    result = assert_parity(proto, {"x": random(*(1, *shape[1:]))}, 2e-5, keep_dynamic_shapes=True)
    assert kinds(result).get("Transpose", 0) == transposes
    fixed = convert(proto, input_arrays=["x"], input_shapes=[(4, *shape[1:])])
    assert fixed.model.main.inputs[0].shape == (4, *shape[1:])
    assert kinds(fixed).get("Transpose", 0) == transposes


CNNS = [name for name, (_, shape, _) in NETWORKS.items() if len(shape) == 4 and name not in ("detector", "shufflenet")]


@pytest.mark.parametrize("name", CNNS)
def test_nothing_is_transposed_with_channels_last_at_the_boundary(name: str) -> None:
    result = convert(NETWORKS[name][0](), onnx_nhwc_boundary=True)
    assert "Transpose" not in kinds(result)


def test_values_with_channels_last_at_the_boundary() -> None:
    x = random(1, 3, 16, 16)
    plain, last = convert(unet()), convert(unet(), onnx_nhwc_boundary=True)
    (name,) = plain.summary.outputs
    assert last.summary.outputs == (name,)
    assert last.model.main.outputs[0].shape == (1, 16, 16, 4)
    expected = run(bytes(plain.data), {"x": x}, ["x"], [name])[name]
    found = run(bytes(last.data), {"x": x.transpose(0, 2, 3, 1)}, ["x"], [name])[name]
    np.testing.assert_allclose(found.transpose(0, 3, 1, 2), expected, rtol=1e-5, atol=1e-6)


def test_activations_and_biases_are_fused_as_in_a_model_from_tensorflow() -> None:
    found = kinds(convert(resnet(), onnx_nhwc_boundary=True))
    assert found == {"Add": 3, "Conv": 8, "FullyConnected": 1, "MaxPool": 1, "Mean": 1, "Pad": 2, "PadV2": 1}
