"""The passes: Before and After of their docstrings, values on random images, and models that are not from ONNX."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import pytest
from pytoco.compiler import Model, PassRef, parse
from pytoco.testing import assert_same_values, canonical_text, evaluate, random_inputs, run_passes

from pytoco_from_onnx.plugin import PASSES, register_passes

REFERENCES: dict[str, PassRef] = {ref.name: ref for ref in register_passes()}


def text_after(doc: str, title: str) -> str:
    """The graph below a title of a docstring."""
    found = re.search(rf"^ *{title}:\n(.*?^ *}}\n)", doc + "\n", re.DOTALL | re.MULTILINE)
    assert found is not None
    return textwrap.dedent(found[1])


def from_onnx(text: str) -> Model:
    model = parse(text)
    model.metadata["onnx_opset"] = 17
    return model


def graphs(name: str) -> tuple[Any, str, str]:
    cls = REFERENCES[name].load()
    doc = textwrap.dedent("    " + (cls.__doc__ or ""))
    return cls, text_after(doc, "Before"), text_after(doc, "After")


SHOWN = [name for name, stage in PASSES.items() if stage == "general"]
"""Passes whose docstrings show a rewrite."""


def test_every_pass_is_found_under_its_name() -> None:
    assert sorted(REFERENCES) == sorted(PASSES)
    for name, ref in REFERENCES.items():
        assert ref.load().name == name


@pytest.mark.parametrize("name", SHOWN)
def test_before_and_after(name: str) -> None:
    cls, before, after = graphs(name)
    model = from_onnx(before)
    run_passes(model, cls)
    assert canonical_text(model.main) == canonical_text(parse(after).main)


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_values_stay(name: str, seed: int | None) -> None:
    cls, before, _ = graphs(name)
    model = from_onnx(before)
    values = random_inputs(model.main)
    expected = evaluate(model.main, values)
    run_passes(model, cls, seed=seed)
    assert_same_values(expected, evaluate(model.main, values), 1e-6)


@pytest.mark.parametrize("name", SHOWN)
def test_models_from_elsewhere_are_left_alone(name: str) -> None:
    cls, before, _ = graphs(name)
    model = parse(before)
    run_passes(model, cls)
    assert canonical_text(model.main) == canonical_text(parse(before).main)


NEAR_MISSES = {
    "another permutation": """
        graph main(x: float32[1,2,2,3]) -> y, z {
          perm = const int32[4] [0, 2, 1, 3]
          t = Transpose(x, perm)
          y = Relu(t)
          z = Exp(t)
        }""",
    "a large operand that is no image": """
        graph main(x: float32[1,2,2,3], k: float32[1,3,2,2]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          t = Transpose(x, perm)
          y = Mul(t, k)
        }""",
    "weights with another reader": """
        graph main(x: float32[1,1,2,2], u: float32[1,4]) -> y, z {
          perm = const int32[4] [0, 3, 1, 2]
          shape = const int32[2] [1, 4]
          w = const float32[1,4] [1.0, 2.0, 3.0, 4.0]
          t = Transpose(x, perm)
          r = Reshape(t, shape)
          y = FullyConnected(r, w)
          z = FullyConnected(u, w)
        }""",
    "a reshape that mixes the batch in": """
        graph main(x: float32[2,1,2,2]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          shape = const int32[2] [4, 2]
          w = const float32[1,2] [1.0, 2.0]
          t = Transpose(x, perm)
          r = Reshape(t, shape)
          y = FullyConnected(r, w)
        }""",
    "a shuffle of something else": """
        graph main(x: float32[1,2,2,6]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          groups = const int32[5] [1, 2, 3, 2, 2]
          swap = const int32[5] [0, 2, 1, 4, 3]
          whole = const int32[4] [1, 6, 2, 2]
          t = Transpose(x, perm)
          g = Reshape(t, groups)
          s = Transpose(g, swap)
          y = Reshape(s, whole)
        }""",
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses(name: str) -> None:
    model = from_onnx(NEAR_MISSES[name])
    run_passes(model, [ref.load() for ref in REFERENCES.values()])
    assert canonical_text(model.main) == canonical_text(parse(NEAR_MISSES[name]).main)


PARTS = {
    "Slice": "b = const int32[4] [0, 1, 0, 1]\n s = const int32[4] [1, 2, -1, 1]\n y = Slice(t, b, s)",
    "StridedSlice": "b = const int32[4] [0, 2, 0, 0]\n"
    " e = const int32[4] [1, 0, 2, 3]\n s = const int32[4] [1, -1, 1, 2]\n"
    " y = StridedSlice(t, b, e, s) {end_mask=2}",
    "Mean": "a = const int32[2] [1, 3]\n y = Mean(t, a) {keep_dims=true}",
    "Sum": "a = const int32[1] [2]\n y = Sum(t, a)",
    "ArgMax": "a = const int32[] [2]\n y = ArgMax(t, a)",
    "Pad": "p = const int32[4,2] [0, 0, 1, 2, 0, 1, 3, 0]\n y = Pad(t, p)",
    "Cumsum": "a = const int32[] [1]\n y = Cumsum(t, a)",
    "SplitV": "s = const int32[2] [1, 3]\n a = const int32[] [1]\n y, w = SplitV(t, s, a) {num=2}",
    "Concatenation": "k = const float32[1,1,2,3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]\n y = Concatenation(t, k) {axis=1}",
    "scalar": "k = const float32[] [2.0]\n y = Mul(t, k)",
    "row": "k = const float32[3] [1.0, 2.0, 3.0]\n y = Sub(k, t)",
}


@pytest.mark.parametrize("name", PARTS)
def test_values_of_every_kind_of_part_with_another_reader(name: str) -> None:
    text = f"""
        graph main(x: float32[1,2,3,4]) -> y, z {{
          perm = const int32[4] [0, 3, 1, 2]
          t = Transpose(x, perm)
          {PARTS[name]}
          z = Neg(t)
        }}"""
    model = from_onnx(text)
    values = random_inputs(model.main)
    expected = evaluate(model.main, values)
    run_passes(model, [ref.load() for ref in REFERENCES.values()])
    made = model.main.producer(model.main.outputs[0])
    assert made is not None
    assert made.kind == "Transpose" or name in ("Sum", "ArgMax")
    assert all(op.kind == "Transpose" or op.inputs[0] is not None for op in model.main.ops())
    assert_same_values(expected, evaluate(model.main, values), 1e-6)
