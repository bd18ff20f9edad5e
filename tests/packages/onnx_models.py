"""Converts a folder of cases to ONNX and holds what onnxruntime computes against TensorFlow's recorded results.

    python -m tests.packages.onnx_models FOLDER [--require NAME,...] [--opset N] [--case NAME,...]

For an environment with pytoco, pytoco-onnx, onnx and onnxruntime. Each case is a folder with a `case.json` that names
graph, arrays, shapes and flags, `inputs.npz` and `expected.npz`. What ONNX cannot express is said to be unsupported.
Exits with 1 where a converted case is further off than 1e-5 of its largest magnitude (or than other converters by what
the case says of them, where values are rounded to a grid), or fails, where a required one is not converted, and where
none is.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

import pytoco
from pytoco.compiler import Array, UnsupportedError
from pytoco.compiler.convert import Result

TOLERANCE = 1e-5
GRACE = 1.5
"""How many times as far off as other converters a case on a grid may be."""

_FLAGS = ("inference_type", "post_training_quantize", "quantize_to_float16", "allow_custom_ops")


def converted(folder: Path, case: dict[str, Any], target: Path, opset: int) -> Result:
    """Write the case as ONNX. Raises what the conversion raises."""
    flags = case["flags"]
    options: dict[str, Any] = {"output_format": "ONNX", "onnx_opset": opset, "strict": True}
    options |= {name: flags[name] for name in _FLAGS if name in flags}
    if "quantized_input_stats" in flags:
        means, deviations = zip(*flags["quantized_input_stats"], strict=True)
        options |= {"mean_values": means, "std_dev_values": deviations}
    if "default_ranges_stats" in flags:
        options |= dict(zip(("default_ranges_min", "default_ranges_max"), flags["default_ranges_stats"], strict=True))
    if case["kind"] == "saved_model":
        source = folder / "saved_model"
        if case.get("signature_key"):
            options["saved_model_signature_key"] = case["signature_key"]
    else:
        source = folder / case.get("graph", "frozen_graph.pb")
        options |= {"input_arrays": case["input_arrays"], "output_arrays": case["output_arrays"]}
        if not case.get("auto_shapes"):
            options["input_shapes"] = case["input_shapes"]
    return pytoco.convert(source, target, **options)


def run(path: Path, given: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """What onnxruntime computes, by name of output."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, dict(given)), strict=True))


def stored(array: Array | None, value: NDArray[Any]) -> NDArray[Any]:
    """Real values as an input on a grid takes them."""
    if array is None or array.quantization is None or array.dtype is None:
        return value
    (scale,), (zero,), _ = array.quantization
    limits = np.iinfo(array.dtype.numpy)
    return np.clip(np.round(value / scale + zero), limits.min, limits.max).astype(array.dtype.numpy)


def real(array: Array | None, value: NDArray[Any]) -> NDArray[Any]:
    """The real values of an output on a grid."""
    if array is None or array.quantization is None:
        return value
    (scale,), (zero,), _ = array.quantization
    return np.asarray((value.astype(np.float64) - zero) * scale, np.float32)


def difference(actual: NDArray[Any], expected: NDArray[Any]) -> float:
    """The largest difference relative to the largest finite magnitude; infinite where it is not a matter of degree."""
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        return float("inf")
    if expected.dtype.kind not in "fiub":
        return 0.0 if (actual == expected).all() else float("inf")
    a, e = actual.astype(np.float64), expected.astype(np.float64)
    odd = ~np.isfinite(e)
    if not np.array_equal(a[odd], e[odd], equal_nan=True) or not np.isfinite(a[~odd]).all():
        return float("inf")
    if not a[~odd].size:
        return 0.0
    return float(np.abs(a - e)[~odd].max() / (np.abs(e[~odd]).max() or 1.0))


def allowed(case: dict[str, Any]) -> float:
    """How far off a case may be: what it says of other converters' results counts where that is more."""
    others: list[float] = [peer.get("rel_err", 0.0) for peer in case.get("peers", {}).values()]
    return max([TOLERANCE, *(GRACE * other for other in others)])


def checked(folder: Path, case: dict[str, Any], opset: int) -> tuple[float, Mapping[str, int]]:
    """The error of a case, and its operators; raises what conversion, checker and runtime raise."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "model.onnx"
        result = converted(folder, case, path, opset)
        onnx.checker.check_model(onnx.load(path), full_check=True)
        given, wanted = (dict(np.load(folder / f"{name}.npz")) for name in ("inputs", "expected"))
        graph = result.model.main
        found = run(path, {name: stored(graph.find(name), value) for name, value in given.items()})
    missing = [name for name in wanted if name not in found]
    if missing:
        raise AssertionError(f"no output {missing[0]!r} among {sorted(found)}")
    errors = [difference(real(graph.find(name), found[name]), wanted[name]) for name in wanted]
    return max(errors), result.summary.operators


def lines(root: Path, opset: int, only: list[str], outcome: dict[str, bool]) -> Iterator[str]:
    """One line a case; `outcome` gets whether it holds, where it was converted."""
    for file in sorted(root.glob("*/case.json")):
        case, name = json.loads(file.read_text()), file.parent.name
        if only and name not in only:
            continue
        try:
            error, operators = checked(file.parent, case, opset)
        except UnsupportedError as refused:
            said = [line.strip() for line in str(refused).splitlines()]
            yield f"unsupported   {name}: {' | '.join(filter(None, said))}"
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told, and the other cases go on
            outcome[name] = False
            yield f"FAILS         {name}: {type(fault).__name__}: {str(fault).splitlines()[0]}"
        else:
            outcome[name] = error <= allowed(case)
            counts = ", ".join(f"{op} {count}" for op, count in sorted(operators.items()))
            total = sum(operators.values())
            yield f"{'holds' if outcome[name] else 'OFF  '} {error:7.1e} {name}: {total} nodes: {counts}"


def main() -> int:
    """Run the cases; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--require", default="", help="names of cases that must be converted, and hold")
    parser.add_argument("--case", default="", help="names of the only cases to look at")
    parser.add_argument("--opset", type=int, default=17)
    arguments = parser.parse_args()
    outcome: dict[str, bool] = {}
    for line in lines(arguments.folder, arguments.opset, arguments.case.split(",") if arguments.case else [], outcome):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    wanting = [name for name in arguments.require.split(",") if name and name not in outcome]
    bad = [name for name, holds in outcome.items() if not holds]
    sys.stdout.write(
        f"{len(outcome)} cases converted, {len(bad)} do not hold, {len(wanting)} required ones are missing\n"
    )
    return 1 if bad or wanting or not outcome else 0


if __name__ == "__main__":
    sys.exit(main())
