"""The pass that makes Softshrink of builtin operators, and its result in the real runtime."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pytoco
from pytoco.testing import assert_matches_litert, assert_rewrites, assert_unchanged, docstring_graphs

from pytoco_shrink.lower_softshrink import LowerSoftshrink

Maker = Callable[..., Path]


def test_what_the_docstring_shows() -> None:
    assert_rewrites(*docstring_graphs(LowerSoftshrink), LowerSoftshrink)


def test_the_result_keeps_its_name_and_its_readers() -> None:
    assert_rewrites(
        """
        graph main(x: float32[4]) -> z {
          y = Softshrink(x)
          z = Exp(y)
        }""",
        """
        graph main(x: float32[4]) -> z {
          low = const float32[] [-0.5]
          a = Maximum(x, low)
          high = const float32[] [0.5]
          b = Minimum(a, high)
          y = Sub(x, b)
          z = Exp(y)
        }""",
        LowerSoftshrink,
    )


def test_other_types_stay() -> None:
    text = """
        graph main(x: float64[4]) -> y {
          y = Softshrink(x)
        }"""
    assert_unchanged(text, LowerSoftshrink, reason="is not float32")


def test_it_is_done_only_where_it_is_asked_for(make_model: Maker) -> None:
    assert pytoco.convert(make_model()).summary.operators == {"Softshrink": 1}
    lowered = pytoco.convert(make_model(), lower_softshrink=True).summary
    assert lowered.operators == {"MAXIMUM": 1, "MINIMUM": 1, "SUB": 1}
    assert lowered.passes == {"lower-softshrink": 1}


def test_a_project_asks_for_it_in_its_settings(
    make_model: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plugins.toml").write_text("[options.shrink]\nlower_softshrink = true\n")
    monkeypatch.chdir(tmp_path)
    assert "Softshrink" not in pytoco.convert(make_model()).summary.operators


def test_the_flag(make_model: Maker, tmp_path: Path) -> None:
    model, made = make_model(relu6=True), tmp_path / "made.tflite"
    command = [sys.executable, "-m", "pytoco", "convert", str(model), "-o", str(made), "--lower_softshrink"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "lower-softshrink" in done.stdout
    assert made.exists()


GRAPH = """
    graph main(x: float32[2,3]) -> y {
      y = Softshrink(x) {lower=-0.75, upper=0.5}
    }"""
VALUES = np.array([[-3.0, -0.75, -0.7], [0.0, 0.5, 9.25]], np.float32)


def test_the_runtime_computes_what_the_kernel_does() -> None:
    lowered = {"extra": {"lower_softshrink": True}}
    assert_matches_litert(GRAPH, inputs=[VALUES], options=lowered, tolerance=0.0)
    assert_matches_litert(GRAPH, inputs=[-VALUES], options=lowered, tolerance=0.0)
    with pytest.raises(AssertionError, match=r"LiteRT does not run the model: .*Softshrink"):
        assert_matches_litert(GRAPH, inputs=[VALUES])


def test_in_eight_bits_the_runtime_is_off_by_a_few_steps() -> None:
    samples = [np.random.default_rng(seed).uniform(-4, 4, (2, 3)).astype(np.float32) for seed in range(20)]
    options = {
        "inference_type": "INT8",
        "inference_input_type": "FLOAT",
        "inference_output_type": "FLOAT",
        "representative_dataset": lambda: ([sample] for sample in samples),
        "extra": {"lower_softshrink": True},
    }
    for sample in samples[:3]:  # a step is 8 / 255, and results are at most 3.5
        assert_matches_litert(GRAPH, inputs=[sample], options=options, tolerance=0.02)
