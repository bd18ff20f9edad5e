"""Converts a folder of cases to ONNX and from there to TensorFlow Lite; holds LiteRT against TensorFlow's results.

    python -m tests.packages.onnx_round_trip FOLDER [--opset N] [--case NAME,...] [--require NAME,...]

For an environment with pytoco, pytoco-onnx and pytoco-from-onnx, from this repository's folder. The cases are those of
`tests.packages.onnx_models`, and so is what counts as equal. Exits with 1 where a case that was converted both ways is
off or fails, where a required one is not among them, and where none is.
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
from numpy.typing import NDArray

import pytoco
from pytoco.compiler import UnsupportedError
from tests import litert
from tests.packages.onnx_models import allowed, converted, difference

_QUANTISED = ("inference_type", "post_training_quantize", "quantize_to_float16", "allow_custom_ops")
"""Flags of cases that are passed over: their values are rounded to grids, or their operators are nobody's."""


def there_and_back(folder: Path, case: dict[str, Any], work: Path, opset: int) -> Any:
    """The conversion's result from ONNX; raises what both conversions raise."""
    converted(folder, case, work / "model.onnx", opset)
    return pytoco.convert(work / "model.onnx", work / "model.tflite", strict=True)


def error_of(result: Any, folder: Path) -> float:
    """The largest difference of any output from what TensorFlow made of the recorded inputs."""
    given, wanted = (dict(np.load(folder / f"{name}.npz")) for name in ("inputs", "expected"))
    found = litert.run(result.path.read_bytes(), [_named(given, name) for name in result.summary.inputs])
    values = dict(zip(result.summary.outputs, found, strict=True))
    return max(difference(_named(values, name), value) for name, value in wanted.items())


def _named(values: Mapping[str, NDArray[Any]], name: str) -> NDArray[Any]:
    """The value of that name; a name may stand without the `:0` that the other has."""
    found = next((values[n] for n in (name, f"{name}:0", name.removesuffix(":0")) if n in values), None)
    if found is None:
        raise AssertionError(f"no array {name!r} among {sorted(values)}")
    return found


def lines(root: Path, opset: int, only: list[str], outcome: dict[str, bool]) -> Iterator[str]:
    """One line a case; `outcome` gets whether it holds, where it was converted both ways."""
    for file in sorted(root.glob("*/case.json")):
        case, name = json.loads(file.read_text()), file.parent.name
        if (only and name not in only) or any(case["flags"].get(flag) for flag in _QUANTISED):
            continue
        try:
            with tempfile.TemporaryDirectory() as work:
                result = there_and_back(file.parent, case, Path(work), opset)
                error = error_of(result, file.parent)
        except UnsupportedError as refused:
            said = [line.strip() for line in str(refused).splitlines()]
            yield f"unsupported   {name}: {' | '.join(filter(None, said))}"
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told, and the other cases go on
            outcome[name] = False
            yield f"FAILS         {name}: {type(fault).__name__}: {str(fault).splitlines()[0]}"
        else:
            outcome[name] = error <= allowed(case)
            counts = result.summary.operators
            size = f"{sum(counts.values())} operators, {counts.get('TRANSPOSE', 0)} of them TRANSPOSE"
            yield f"{'holds' if outcome[name] else 'OFF  '} {error:7.1e} {name}: {size}"


def main() -> int:
    """Run the cases; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--require", default="", help="names of cases that must be converted, and hold")
    parser.add_argument("--case", default="", help="names of the only cases to look at")
    parser.add_argument("--opset", type=int, default=17)
    arguments = parser.parse_args()
    outcome: dict[str, bool] = {}
    only = [name for name in arguments.case.split(",") if name]
    for line in lines(arguments.folder, arguments.opset, only, outcome):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    wanting = [name for name in arguments.require.split(",") if name and name not in outcome]
    bad = [name for name, holds in outcome.items() if not holds]
    sys.stdout.write(f"{len(outcome)} cases there and back, {len(bad)} do not hold, {len(wanting)} required missing\n")
    return 1 if bad or wanting or not outcome else 0


if __name__ == "__main__":
    sys.exit(main())
