"""What the README says of coverage is so, and its example can be run."""

import re
from pathlib import Path

from parity import graph
from pytoco.compiler import parse

from pytoco_onnx.exporters import exporters
from pytoco_onnx.exporters.conv import LOWERED
from pytoco_onnx.writer import write

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_table_names_what_is_covered() -> None:
    table = README.split("## What is covered")[1].split("Not covered")[0]
    named = set(re.findall(r"\b[A-Z]\w+", table))
    table_of_exporters = exporters()
    refusing = {kind for kind, export in table_of_exporters.items() if "refused" in export.__qualname__}
    own = {kind for kind in table_of_exporters if kind.startswith("Onnx")}
    covered = set(table_of_exporters) - refusing - own - {"Opaque"} | set(LOWERED)
    assert named == covered


def test_the_example_is_python_that_runs() -> None:
    (code,) = [block for block in re.findall(r"```python\n(.*?)```", README, re.S) if "Refusal" in block]
    names: dict[str, object] = {}
    exec(code, names)

    class Attrs:
        lower, upper = 0.25, 0.5

    model = parse(graph("x: float32[2]", "y = Square(x)"))

    def export(op: object, nodes: object) -> None:
        class Softshrink:
            attrs, inputs, outputs = Attrs, op.inputs, op.outputs  # type: ignore[attr-defined]

        names["export"](Softshrink, nodes)  # type: ignore[operator]

    assert write(model, None, {"exporters": {"Square": export}}).operators == {"Shrink": 1}
