"""Graphs with FakeQuant get the grids that the real TOCO gave them, tensor by tensor, and compute what it computed.

The references are those of `tests/data/make_toco_grids.py`. Where TOCO was wrong, the case stands below with what is
done instead; the results are held against TensorFlow's in any case.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.convert import Result, convert
from pytoco.compiler.errors import UsageError
from tests import litert
from tests.grids import grids_of

FOLDER = Path(__file__).parent.parent / "data" / "quantized"
CASES: dict[str, Any] = json.loads((FOLDER / "toco.json").read_text())["cases"]

_COPIED = "TOCO gives the result of a Relu or PRelu its operand's grid, whatever its own range"
_ONE_GRID = "TOCO gives operand and result two grids where kernels know one; here a Quantize stands behind"
DIFFERENT = {
    "concatenation": _COPIED,
    "concatenation_known": _COPIED,
    "concatenation_changed": _COPIED,
    "concatenation_known_changed": _COPIED,
    "relu_unfused": _COPIED,
    "relu6_unfused": _COPIED,
    "prelu": _COPIED,
    "pool_known": _ONE_GRID,
    "extremes": _ONE_GRID,
    "siblings": "TOCO keeps one range of an array that training knew with two",
    "successive": "TOCO drops the second of two ranges",
    "extra_info_against_training": "TOCO takes the range that training found, not the caller's",
    "moved": "TOCO leaves the Transpose before the Pad; the grids are the same",
}
"""Cases whose grids are not compared, and why."""

STEPS = {"four_bits": 10, "moved": 4, "positive_range": 33, "siblings": 3, "across": 12, "lstm": 6}
"""How many steps of the output's grid the results may be off TensorFlow's; 4 bits have steps of 17."""

REFUSED = {"sixteen_bits": "more than 8 bits"}
"""What TOCO wrote and TensorFlow Lite then refused to run: these are refused at once."""

CONVERTED = [name for name in CASES if name not in REFUSED]


def converted(name: str, **more: Any) -> Result:
    case = CASES[name]
    options: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in case["options"].items()}
    if options["inference_type"] == "FLOAT" and "inference_input_type" not in options:
        del options["mean_values"], options["std_dev_values"]
    return convert(
        (FOLDER / f"{case['graph']}.pb").read_bytes(), **{"strict": True, "verify_each": True, **options, **more}
    )


def _same(ours: Any, theirs: Any) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    alike = all(ours.get(key) == theirs.get(key) for key in ("dtype", "zero_point"))
    return alike and np.allclose(ours.get("scale", []), theirs.get("scale", []), rtol=1e-6, atol=0)


@pytest.mark.parametrize("name", [n for n in CONVERTED if n not in DIFFERENT and "error" not in CASES[n]])
def test_the_grids_are_tocos(name: str) -> None:
    theirs, ours = CASES[name], grids_of(bytes(converted(name).data or b""))
    assert [op["code"] for op in ours["operators"]] == [op["code"] for op in theirs["operators"]]
    for op, expected in zip(ours["operators"], theirs["operators"], strict=True):
        for part in ("inputs", "outputs"):
            assert len(op[part]) == len(expected[part])
            for tensor, reference in zip(op[part], expected[part], strict=True):
                assert _same(tensor, reference), (tensor, reference)
    for part in ("inputs", "outputs"):
        assert [t["name"] for t in ours[part]] == [t["name"] for t in theirs[part]]
        assert all(map(_same, ours[part], theirs[part]))


@pytest.mark.parametrize("name", [n for n in CONVERTED if "x" in CASES[n]])
def test_results_are_those_of_tensorflow(name: str) -> None:
    case, result = CASES[name], converted(name)
    data = bytes(result.data or b"")
    given = [
        np.array(x, t["dtype"]).reshape([int(d) for d in a.shape or () if isinstance(d, int)])
        for x, t, a in zip(case["x"], case["inputs"], result.model.main.inputs, strict=True)
    ]
    for value, tensor, real, theirs in zip(
        litert.run(data, given), grids_of(data)["outputs"], case["real"], case["y"], strict=True
    ):
        flat = value.reshape(-1).astype(np.float64)
        if "scale" not in tensor:  # of these FakeQuant was dropped: TOCO's results
            np.testing.assert_allclose(flat, theirs, atol=1e-4)
            continue
        scale, zero = tensor["scale"][0], tensor["zero_point"][0]
        reachable = np.clip(real, -zero * scale, (255 - zero) * scale)
        assert np.abs((flat - zero) * scale - reachable).max() <= (STEPS.get(name, 2) + 0.01) * scale


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_runtime_could_run_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=REFUSED[name]):
        converted(name)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rewrites_does_not_matter(seed: int) -> None:
    for name in CONVERTED:
        plain, shuffled = (grids_of(bytes(converted(name, **m).data or b"")) for m in ({}, {"shuffle_seed": seed}))
        assert _operators(shuffled) == _operators(plain), name


def _operators(grids: Any) -> list[Any]:
    """Kinds and grids of operands and results, whatever intermediate arrays are called."""
    return sorted(
        (op["code"], *(str((t["dtype"], t.get("scale"), t.get("zero_point"))) for t in op[part] if t is not None))
        for op in grids["operators"]
        for part in ("inputs", "outputs")
    )


@pytest.mark.parametrize("name", ["trained", "residual", "concatenation_changed", "slices"])
def test_every_rewrite_of_a_quantised_conversion_holds_numerically(name: str) -> None:
    check = converted(name, check="random").summary.check
    assert check is not None
    assert check.compared > 5
    assert [finding.text() for finding in check.findings if finding.status == "wrong"] == []


def test_sixteen_bits_throughout_run_in_int16() -> None:
    case = CASES["sixteen_bits"]
    result = converted("sixteen_bits", inference_type="QUANTIZED_INT16", mean_values=(0.0,), std_dev_values=(32767.0,))
    codes = np.arange(-3, 5, dtype=np.int16).reshape(1, 8) * 8000
    (got,) = litert.run(bytes(result.data or b""), [codes])
    (theirs,) = converted_as_float(case["graph"], codes / 32767.0)
    scale = grids_of(bytes(result.data or b""))["outputs"][0]["scale"][0]
    assert got.dtype == np.int16
    assert np.abs(got * scale - theirs).max() < 4 * scale


def converted_as_float(graph: str, x: Any) -> list[Any]:
    result = convert((FOLDER / f"{graph}.pb").read_bytes(), input_arrays=("x0",), output_arrays=("y0",))
    return litert.run(bytes(result.data or b""), [x.astype(np.float32)])


def test_dropping_fake_quant_early_keeps_the_ranges() -> None:
    kept, dropped = (grids_of(bytes(converted("residual", **m).data or b"")) for m in ({}, {"drop_fake_quant": True}))
    assert _operators(dropped) == _operators(kept)
