"""A third-party package, installed by pip, adds an op and a pass that really runs; nothing of it loads too early."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent / "sample"

SCRIPT = """
import json, sys
import numpy as np
from pytoco.compiler import ops
from pytoco.compiler.driver import Context, Runner
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.types import FLOAT32
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Target
from pytoco.compiler.plugins.registry import open_registry

registry = open_registry()
offered = "drop-sqrt-of-square" in registry.passes()
early = "pytoco_sample.drop_sqrt_of_square" in sys.modules
info = next(info for info in registry.plugins() if info.name == "sample")
mish = registry.ops()["Mish"]
ops.register(mish.load())
stages = dict(registry.pipeline("tflite"))
model = Model()
graph = model.graph("main")
x = graph.array("x", FLOAT32, (2,))
graph.retarget(inputs=(x,))
square = graph.emit("Square", (x,))
root = graph.emit("Sqrt", square.outputs)
out = graph.emit("Mish", root.outputs)
graph.retarget(outputs=out.outputs)
context = Context(Target(), Options())
passes = [ref.load()(context) for ref in stages["general"] if ref.name in ("remove-unused-op", "drop-sqrt-of-square")]
Runner(model).run_stage("general", passes)
print(json.dumps({
    "offered": offered, "early": early,
    "info": [info.name, info.version, info.distribution, list(info.hooks), info.status],
    "importers": list(mish.importers["tensorflow"]),
    "mish": mish.load().kernel([np.array([0.0, 1.0])], None)[0].tolist(),
    "kinds": [op.kind for op in graph.order()],
    "shape": list(out.outputs[0].shape),
}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(folder), str(SAMPLE)], check=True, timeout=120)
    return folder


def run(site: Path, script: str) -> str:
    code = f"import sys; sys.path.insert(0, {str(site)!r})\n{script}"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=120, cwd=site
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_installed_package_adds_an_op_and_a_pass(site: Path) -> None:
    found = json.loads(run(site, SCRIPT))
    assert (found["offered"], found["early"]) == (True, False)
    assert found["info"] == ["sample", "0.3.0", "pytoco-sample", ["register_ops", "register_passes"], "active"]
    assert found["importers"] == ["Addons>Mish"]
    square = (1 + math.e) ** 2  # tanh(ln(a)) = (a^2 - 1) / (a^2 + 1)
    assert found["mish"] == pytest.approx([0.0, (square - 1) / (square + 1)], rel=1e-12)
    assert found["kinds"] == ["Abs", "Mish"]
    assert found["shape"] == [2]


def test_an_installed_package_that_is_disabled_is_never_imported(site: Path) -> None:
    script = (
        "import sys\nfrom pytoco.compiler.plugins.registry import open_registry\n"
        "r = open_registry(names=['no:sample'])\nassert 'drop-sqrt-of-square' not in r.passes()\n"
        "print([m for m in sys.modules if m.startswith('pytoco_sample')])"
    )
    assert run(site, script).strip() == "[]"
