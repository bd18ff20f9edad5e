"""Every hookspec's docstring holds a whole plugin: it is saved as a file, loaded with -p, and does what it says."""

import argparse
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from pytoco.compiler.constants import FileFormat
from pytoco.compiler.driver import Context, Runner
from pytoco.compiler.errors import PluginError, UnsupportedError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ir.types import FLOAT32
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Target, hookspecs
from pytoco.compiler.plugins.registry import Registry

from .conftest import Site

HOOKS = [name for name, item in vars(hookspecs).items() if hasattr(item, "pytoco_spec")]


def example(site: Site, hook: str) -> Registry:
    """A registry with the docstring's example loaded by -p."""
    text = inspect.getdoc(getattr(hookspecs, hook)) or ""
    code = re.search(r"^Example.*::\n\n((?:    .*\n?|\n)+)", text, re.MULTILINE)
    assert code, f"{hook} has no example"
    path = site.project / f"{hook}_example.py"
    path.write_text(dedent(code[1]))
    return site.registry(str(path))


def test_the_table_below_has_every_hook() -> None:
    assert sorted(CHECKS) == sorted(HOOKS)


def check_configure(site: Site, tmp_path: Path) -> None:
    assert example(site, "configure").plugins()[-1].hooks == ("configure",)
    site.settings("[options.configure_example]\nrank = 5\nlength = 6\n")
    with pytest.raises(PluginError, match=r"unknown options \['length'\]; known: \['rank'\]"):
        example(site, "configure").passes()


def check_options(site: Site, tmp_path: Path) -> None:
    registry = example(site, "register_options")
    assert registry.completed(Options()).extra == {"round_places": None}
    text = "graph main(x: float32[2]) -> y {\n  w = const float32[2] [0.126, 2.0]\n  y = Add(x, w)\n}"
    chosen = registry.completed(Options(extra={"round_places": "2"}))
    (rounding,) = (ref for ref in registry.passes().values() if ref.name == "round-weights")
    graph = parse(text).main
    Runner(graph.model, strict=True).run_stage("simplify", [rounding.load()(Context(Target(), chosen))])
    (weights,) = (array for array in graph.arrays() if array.is_constant)
    np.testing.assert_array_equal(weights.numpy(), np.array([0.13, 2.0], np.float32))


def check_ops(site: Site, tmp_path: Path) -> None:
    op = example(site, "register_ops").ops()["Softsign"].load()
    assert op.kernel([np.array([1.0, -3.0])], None)[0].tolist() == [0.5, -0.75]


def check_passes(site: Site, tmp_path: Path) -> None:
    general = dict(example(site, "register_passes").pipeline("tflite"))["general"]
    assert general[-1].name == "remove-double-neg"
    model = Model()
    graph = model.graph()
    x = graph.array("x", FLOAT32, (2,))
    graph.retarget(inputs=(x,))
    second = graph.emit("Neg", graph.emit("Neg", (x,)).outputs)
    graph.retarget(outputs=graph.emit("Exp", second.outputs).outputs)
    Runner(model).run_stage("general", [general[-1].load()(Context(Target(), Options()))])
    (last,) = graph.ops("Exp")
    assert last.inputs == (x,)


def check_frontends(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "array.npy"
    np.save(path, np.arange(3.0))
    frontend = example(site, "register_frontends").frontend_for(path)
    model = frontend.load(path, {})
    assert model.main.outputs[0].numpy().tolist() == [0.0, 1.0, 2.0]


def check_backends(site: Site, tmp_path: Path) -> None:
    registry = example(site, "register_backends")
    backend = registry.backend_for("OP_LIST")
    model = Model()
    graph = model.graph()
    graph.retarget(outputs=(graph.constant(np.zeros(1, np.float32), "c"),))
    assert backend.write(model, None, {}).data == b""
    assert list(registry.plan(backend.pipeline).stages) == ["clean-up"]
    assert backend.target().legal_kinds() is None


def check_adjust(site: Site, tmp_path: Path) -> None:
    registry = example(site, "adjust_pipeline")
    assert registry.plan("tflite", Options()).has_stage("fusion")
    assert not registry.plan("tflite", Options(output_format=FileFormat.GRAPHVIZ_DOT)).has_stage("fusion")


def check_observers(site: Site, tmp_path: Path) -> None:
    made = example(site, "register_observers").observers(Options())
    (observer,) = [o for o in made if type(o).__name__ == "CountRewrites"]
    observer.on_stage("general", [])
    for number in (1, 2):
        observer.after_rewrite(Model(), "a-pass", None, number, [])
    assert vars(observer) == {"counts": {"a-pass": 2}}


def check_explain(site: Site, tmp_path: Path) -> None:
    (hint,) = example(site, "explain_error").hints(UnsupportedError("no Where"))
    assert hint.startswith("our model zoo's page")


def check_commands(site: Site, tmp_path: Path) -> None:
    command = example(site, "register_commands").commands()["hello"]
    parser = argparse.ArgumentParser()
    assert command.add_arguments
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["you"])) == 0


CHECKS: dict[str, Callable[[Site, Path], None]] = {
    "configure": check_configure,
    "register_options": check_options,
    "register_ops": check_ops,
    "register_passes": check_passes,
    "register_frontends": check_frontends,
    "register_backends": check_backends,
    "adjust_pipeline": check_adjust,
    "register_observers": check_observers,
    "explain_error": check_explain,
    "register_commands": check_commands,
}


@pytest.mark.parametrize("hook", CHECKS)
def test_example(site: Site, tmp_path: Path, hook: str) -> None:
    CHECKS[hook](site, tmp_path)
