"""Operators that become custom ones of a fixed name: their shapes, their options, and what LiteRT makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.errors import UnsupportedError
from pytoco.compiler.ir import Graph
from pytoco.frontends.graphdef import load
from tests import litert
from tests.graphdefs import INT32, const, data, node, placeholder

SPECTROGRAM = node("s", "AudioSpectrogram", ["x"], window_size=400, stride=160, magnitude_squared=True)
SOUND = [placeholder("x", 1000, 2), const("rate", 16000, INT32), SPECTROGRAM]
MFCC = node("y", "Mfcc", ["s", "rate"], dct_coefficient_count=13)
CTC = node("c", "CTCBeamSearchDecoder", ["x", "n"], beam_width=20, top_paths=2, merge_repeated=False)
ANCHORS = np.array([[0.5, 0.5, 1, 1], [0.5, 0.5, 1, 1], [0.5, 2.5, 1, 1]], np.float32)
DETECTION: dict[str, Any] = {
    "max_detections": 3, "max_classes_per_detection": 1, "num_classes": 2, "nms_score_threshold": 0.1,
    "nms_iou_threshold": 0.5, "y_scale": 10.0, "x_scale": 10.0, "h_scale": 5.0, "w_scale": 5.0,
}  # fmt: skip


def loaded(*nodes: Any, outputs: tuple[str, ...] = ("y",)) -> Graph:
    return load(data(*nodes), {"output_arrays": outputs}).main


def options_of(model: bytes) -> dict[str, Any]:
    """FlexBuffer options by custom code."""
    from ai_edge_litert import schema_py_generated as schema
    from flatbuffers import flexbuffers

    made = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))
    found = {}
    for op in made.subgraphs[0].operators:
        code = made.operatorCodes[op.opcodeIndex]
        if code.customCode is not None:
            found[code.customCode.decode()] = flexbuffers.Loads(bytes(op.customOptions))
    return found


def test_sound_has_shapes_all_the_way() -> None:
    graph = loaded(*SOUND, MFCC)
    assert graph.ops("AudioSpectrogram")[0].outputs[0].shape == (2, 4, 257)
    assert graph.outputs[0].shape == (2, 4, 13)


def test_audio_options() -> None:
    made = pytoco.convert(data(*SOUND, MFCC), input_arrays=["x"], output_arrays=["y"], allow_custom_ops=True).data
    assert isinstance(made, bytes)
    found = options_of(made)
    assert found["AudioSpectrogram"] == {"window_size": 400, "stride": 160, "magnitude_squared": True}
    assert found["Mfcc"] == {
        "upper_frequency_limit": 4000.0, "lower_frequency_limit": 20.0, "filterbank_channel_count": 40,
        "dct_coefficient_count": 13,
    }  # fmt: skip


def test_custom_operators_have_to_be_allowed() -> None:
    with pytest.raises(UnsupportedError, match="allow_custom_ops"):
        pytoco.convert(data(*SOUND, MFCC), input_arrays=["x"], output_arrays=["y"])


def test_ctc_decoder_results_and_options() -> None:
    nodes = [placeholder("x", 7, 3, 5), const("n", [7, 7, 7], INT32), CTC]
    outputs = ("c", *[f"c:{k}" for k in range(1, 7)])
    graph = loaded(*nodes, outputs=outputs)
    assert [str(a.dtype) for a in graph.outputs] == [*["int64"] * 6, "float32"]
    assert [a.rank for a in graph.outputs] == [2, 2, 1, 1, 1, 1, 2]
    assert graph.outputs[6].shape == (3, 2)
    made = pytoco.convert(data(*nodes), input_arrays=["x"], output_arrays=list(outputs), allow_custom_ops=True).data
    assert isinstance(made, bytes)
    assert options_of(made) == {"CTC_BEAM_SEARCH_DECODER": {"beam_width": 20, "top_paths": 2, "merge_repeated": False}}


def test_detection_post_process_runs() -> None:
    """Two boxes on one anchor and one on another: the weaker of the first two is suppressed."""
    detection = node("d", "TFLite_Detection_PostProcess", ["x", "scores", "anchors"], **DETECTION)
    nodes = [placeholder("x", 1, 3, 4), placeholder("scores", 1, 3, 3), const("anchors", ANCHORS), detection]
    outputs = ["d", "d:1", "d:2", "d:3"]
    made = pytoco.convert(
        data(*nodes), input_arrays=["x", "scores"], output_arrays=outputs, allow_custom_ops=True, strict=True
    )
    assert made.summary.operators == {"TFLite_Detection_PostProcess": 1}
    assert [a.shape for a in made.model.main.outputs] == [(1, 3, 4), (1, 3), (1, 3), (1,)]
    scores = np.array([[[0, 0.9, 0.1], [0, 0.8, 0.1], [0, 0.05, 0.6]]], np.float32)
    assert isinstance(made.data, bytes)
    boxes, classes, found, count = litert.run(made.data, [np.zeros((1, 3, 4), np.float32), scores])
    assert count.tolist() == [2]
    np.testing.assert_allclose(found[0, :2], [0.9, 0.6])
    np.testing.assert_allclose(classes[0, :2], [0, 1])
    np.testing.assert_allclose(boxes[0, :2], [[0, 0, 1, 1], [0, 2, 1, 3]])
