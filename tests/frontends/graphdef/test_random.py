"""Random operators: the builtins draw numbers of the right distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

import pytoco
from tests import litert
from tests.graphdefs import FLOAT, INT32, INT64, Type, const, data, node, placeholder


def drawn(*nodes: Any, x: Any) -> Any:
    made = pytoco.convert(data(*nodes), input_arrays=["x"], output_arrays=["y"], strict=True, verify_each=True)
    assert isinstance(made.data, bytes)
    return litert.run(made.data, [x])[0]


def test_normal_numbers() -> None:
    given = node("y", "RandomStandardNormal", ["x"], dtype=Type(FLOAT), T=Type(INT32), seed=3, seed2=4)
    found = drawn(placeholder("x", 2, dtype=INT32), given, x=np.array([50, 40], np.int32))
    assert found.shape == (50, 40)
    assert abs(found.mean()) < 0.1
    assert abs(found.std() - 1) < 0.1


def test_uniform_numbers() -> None:
    given = node("y", "RandomUniform", ["x"], dtype=Type(FLOAT), T=Type(INT64), seed=3, seed2=4)
    found = drawn(placeholder("x", 1, dtype=INT64), given, x=np.array([2000]))
    assert found.min() >= 0
    assert found.max() < 1
    assert abs(found.mean() - 0.5) < 0.05


def test_classes_are_drawn_by_their_logits() -> None:
    given = node("y", "Multinomial", ["x", "n"], seed=3, seed2=4, output_dtype=Type(INT32))
    logits = np.log(np.array([[0.7, 0.2, 0.1], [1e-9, 1e-9, 1.0]], np.float32))
    found = drawn(placeholder("x", 2, 3), const("n", 2000, INT32), given, x=logits)
    assert found.dtype == np.int32
    assert found.shape == (2, 2000)
    assert abs((found[0] == 0).mean() - 0.7) < 0.05
    assert (found[1] == 2).all()
