"""Converts a folder of cases with shuffled worklists and passes: counts and grids must not depend on the order.

    python -m tests.shuffled FOLDER

Each case is a folder with a `case.json` that names graph, arrays and shapes. Cases that need what this version does not
convert are passed over; at least one must be left. Exits with 1 where counts differ.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pytoco.compiler.convert import convert
from pytoco.compiler.errors import UnsupportedError

SEEDS = (None, 0, 1, 2, 3, 4)
OPTIONS = ("allow_custom_ops", "inference_type", "post_training_quantize", "quantize_to_float16")


def counts(folder: Path, case: dict[str, Any], seed: int | None) -> dict[str, int]:
    """Operators of the converted case by name, and how often each scale and zero point of a quantised one occurs."""
    flags = case["flags"]
    options: dict[str, Any] = {k: v for k, v in flags.items() if k in OPTIONS}
    if "quantized_input_stats" in flags:
        means, deviations = zip(*flags["quantized_input_stats"], strict=True)
        options |= {"mean_values": means, "std_dev_values": deviations}
    if "default_ranges_stats" in flags:
        low, high = flags["default_ranges_stats"]
        options |= {"default_ranges_min": low, "default_ranges_max": high}
    result = convert(
        folder / case.get("graph", "frozen_graph.pb"),
        input_arrays=case["input_arrays"],
        input_shapes=case["input_shapes"],
        output_arrays=case["output_arrays"],
        shuffle_seed=seed,
        strict=True,
        **options,
    )
    found = dict(result.summary.operators)
    for array in result.model.main.arrays():
        if array.quantization is not None and array.value is None:
            grid = repr(array.quantization)
            found[grid] = found.get(grid, 0) + 1
    return found


def main(root: Path) -> int:
    """Run every case; returns the exit status."""
    compared, differing = 0, 0
    for path in sorted(root.glob("*/case.json")):
        case = json.loads(path.read_text())
        if case["kind"] != "graphdef":
            continue
        try:
            found = [counts(path.parent, case, seed) for seed in SEEDS]
        except UnsupportedError:
            continue
        same = all(each == found[0] for each in found)
        compared, differing = compared + 1, differing + (not same)
        print(f"{'same' if same else 'DIFFER'}  {path.parent.name}  {[sum(each.values()) for each in found]}")
    print(f"{compared} cases in {len(SEEDS)} orders each, {differing} differ")
    return 1 if differing or not compared else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
