"""Kinds that have no builtin operator, written for the Flex delegate with the attributes that TensorFlow's have."""

from __future__ import annotations

from typing import Any

import pytest

from pytoco.compiler.convert import convert
from tests.backends.tflite.test_flex import BOTH, attributes, flex_nodes
from tests.graphdefs import FLOAT, INT32, Type, data, node, placeholder

F, WHOLE = Type(FLOAT), Type(INT32)
X, N = placeholder("x", 8, 3), placeholder("n", 8, dtype=INT32)
SOUND = {"window_size": 4, "stride": 2, "magnitude_squared": True}
MFCC = {
    "upper_frequency_limit": 3000.0, "lower_frequency_limit": 50.0, "filterbank_channel_count": 8,
    "dct_coefficient_count": 4,
}  # fmt: skip
CTC = {"beam_width": 5, "top_paths": 2, "merge_repeated": False}

CASES: list[tuple[list[Any], dict[str, Any]]] = [
    ([X, N, node("y", "DynamicPartition", ["x", "n"], T=F, num_partitions=2)], {"T": FLOAT, "num_partitions": 2}),
    ([X, N, node("y", "DynamicStitch", ["n", "x"], T=F, N=1)], {"T": FLOAT, "N": 1}),
    ([X, node("y", "Complex", ["x", "x"], T=F, Tout=Type(8))], {"T": FLOAT, "Tout": 8}),
    ([X, node("y", "AudioSpectrogram", ["x"], **SOUND)], SOUND),
    ([placeholder("x", 1, 8, 9), placeholder("n", dtype=INT32), node("y", "Mfcc", ["x", "n"], **MFCC)], MFCC),
    ([placeholder("x", 4, 8, 3), N, node("y", "CTCBeamSearchDecoder", ["x", "n"], T=F, **CTC)], {"T": FLOAT, **CTC}),
    (
        [N, node("y", "RandomStandardNormal", ["n"], T=WHOLE, dtype=Type(2), seed=3, seed2=4)],
        {"T": INT32, "dtype": 2, "seed": 3, "seed2": 4},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "wanted"), CASES, ids=lambda v: v[-1].op if isinstance(v, list) else "")
def test_attributes(nodes: list[Any], wanted: dict[str, Any]) -> None:
    made = convert(data(*nodes), output_arrays=["y"], target_ops=BOTH).data
    assert isinstance(made, bytes)
    ((code, message, count),) = flex_nodes(made)
    assert code == f"Flex{nodes[-1].op}"
    assert count == len(nodes[-1].input)
    assert attributes(message) == wanted
