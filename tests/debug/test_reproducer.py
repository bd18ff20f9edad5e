"""Reproducers: files that pytest runs, which fail as long as the fault is there and pass when it is repaired."""

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.debug.reproducer import of_failure, of_rewrite
from pytoco.compiler.debug.reproducer_cut import anonymous_text, cut, neighbourhood
from pytoco.compiler.debug.reproducer_text import setting_of
from pytoco.compiler.debug.reproducing import save
from pytoco.compiler.errors import InternalError, NoFixedPoint, PassError, UsageError
from pytoco.compiler.ir.text import parse, print_graph
from pytoco.compiler.options import Options
from tests.small_graph import graph_def

PLUGIN = '''
from pytoco.compiler.driver import Pass
from pytoco.compiler.plugins import hookimpl


class Planted(Pass):
    """Falls over large additions."""

    name = "planted"
    stage = "general"
    roots = ("Relu",)

    def match(self, op, look):
        add = look.producer(op, kind=("Add", "FullyConnected"))
        return None if add is None else add

    def rewrite(self, op, found, graph):
        FAULT


class Back(Pass):
    """The other half of a circle."""

    name = "back"
    stage = "general"
    roots = ("Elu",)

    def match(self, op, look):
        return TURNS or None

    def rewrite(self, op, found, graph):
        graph.remove(op)
        graph.emit("Relu", op.inputs, outputs=op.outputs)


@hookimpl
def register_passes():
    yield Planted
    yield Back
'''
RAISES = 'graph.remove(op)\n        raise KeyError(f"no room for {found.kind}")'
REPAIRED = 'self.remark(op, "fine")'
TURNS = 'graph.remove(op)\n        graph.emit("Elu", op.inputs, outputs=op.outputs)'
NEGATES = 'graph.remove(op)\n        graph.emit("Abs", op.inputs, outputs=op.outputs)'


def plant(path: Path, fault: str, *, turns: bool = False) -> str:
    path.write_text(PLUGIN.replace("FAULT", fault).replace("TURNS", str(turns)))
    return str(path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "small.pb"
    path.write_bytes(graph_def().SerializeToString())
    return path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTOCO_REPRODUCERS", str(tmp_path / "found"))
    return tmp_path / "found"


def run_here(path: Path) -> None:
    """Run the test of a file in this process; raises what it raises."""
    names = runpy.run_path(str(path))
    (test,) = [value for name, value in names.items() if name.startswith("test_")]
    test()


def run_pytest(path: Path) -> Any:
    """Run one file with a pytest of its own, without this project's settings."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", path.name]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)


def test_a_pass_that_raises_leaves_a_test_that_fails_until_it_is_repaired(
    tmp_path: Path, model: Path, folder: Path
) -> None:
    plugin = plant(tmp_path / "planted.py", RAISES)
    result = pytoco.convert(model, plugin_switches=[plugin])
    (path,) = folder.iterdir()
    assert path.name == "test_planted_1.py"
    (warning,) = [text for text in result.summary.warnings if "planted" in text]
    assert f"(reproducer: {path})" in warning
    failing = run_pytest(path)
    assert failing.returncode == 1, failing.stdout
    assert "no room for" in failing.stdout
    plant(Path(plugin), REPAIRED)
    assert run_pytest(path).returncode == 0


def test_strict_conversions_name_the_file_too_and_nothing_is_overwritten(
    tmp_path: Path, model: Path, folder: Path
) -> None:
    for fault, number in ((RAISES, 1), (RAISES, 1), (RAISES.replace("no room", "no space"), 2)):
        plugin = plant(tmp_path / "planted.py", fault)
        with pytest.raises(PassError, match=f"reproducer: .*test_planted_{number}.py"):
            pytoco.convert(model, plugin_switches=[plugin], strict=True)
    first, second = sorted(folder.iterdir())
    assert "no room" in first.read_text()
    assert "no space" in second.read_text()


def test_passes_that_never_come_to_rest(tmp_path: Path, model: Path, folder: Path) -> None:
    plugin = plant(tmp_path / "planted.py", TURNS, turns=True)
    with pytest.raises(NoFixedPoint, match="reproducer: ") as caught:
        pytoco.convert(model, plugin_switches=[plugin])
    assert sorted(caught.value.passes) == ["back", "planted"]
    (path,) = folder.iterdir()
    with pytest.raises(NoFixedPoint):
        run_here(path)
    plant(Path(plugin), TURNS, turns=False)
    with pytest.raises(AssertionError):  # it comes to rest now, but Elu is not Relu
        run_here(path)
    plant(Path(plugin), REPAIRED)
    run_here(path)


def test_a_fault_of_the_export(tmp_path: Path, model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pytoco.backends.tflite.lowering import Lowering

    def fail(self: Any, op: Any) -> Any:
        raise ZeroDivisionError(op.kind)

    monkeypatch.setattr(Lowering, "lower", fail)
    with pytest.raises(InternalError, match="reproducer: "):
        pytoco.convert(model)
    (path,) = folder.iterdir()
    assert "assert_exports(GRAPH)" in path.read_text()
    with pytest.raises(ZeroDivisionError):
        run_here(path)
    monkeypatch.undo()
    run_here(path)


def test_errors_of_the_user_leave_nothing(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "strange.pb"
    path.write_bytes(graph_def(last="Frobnicate").SerializeToString())
    with pytest.raises(ValueError, match="Frobnicate"):
        pytoco.convert(path)
    assert not folder.exists()


@pytest.mark.parametrize("setting", ["off", "{model}"])
def test_a_folder_that_cannot_be_used_or_is_not_wanted(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("PYTOCO_REPRODUCERS", setting.format(model=model))
    plugin = plant(tmp_path / "planted.py", RAISES)
    result = pytoco.convert(model, plugin_switches=[plugin])
    assert not any("reproducer" in text for text in result.summary.warnings)
    assert any("no room" in text for text in result.summary.warnings)


def test_a_suspicious_rewrite_on_request(tmp_path: Path, model: Path) -> None:
    plugin = plant(tmp_path / "planted.py", NEGATES)
    with pytoco.record() as journal:
        pytoco.convert(model, plugin_switches=[plugin])
    (number,) = [r.number for r in journal.rewrites if r.pass_name == "planted"]
    made = of_rewrite(journal, number)
    assert made.confirmed
    path = tmp_path / "test_x.py"
    path.write_text(made.text)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        run_here(path)
    plant(Path(plugin), REPAIRED)
    run_here(path)


def test_a_rewrite_that_there_is_not(model: Path) -> None:
    with pytoco.record() as journal:
        pytoco.convert(model)
    for number in (0, len(journal.rewrites) + 1):
        with pytest.raises(UsageError, match=f"no rewrite {number}"):
            of_rewrite(journal, number)


CHAIN = """
graph main(x: float32[4,8]) -> out {
  big = const float32[8,4] seed 3
  small = const float32[4] [1.5, -2.0, 0.25, 3.0]
  many = const int32[20] splat 7
  a: float32[4,4] = MatMul(x, big) {transpose_a=false, transpose_b=false}
  b: float32[4,4] = Add(a, small)
  c: float32[4,4] = Relu(b)
  d: float32[4,4] = Exp(c)
  e: float32[4,4] = Mul(d, b)
  out: float32[4,4] = Neg(e)
}
"""


def test_the_cut_has_real_shapes_small_constants_and_no_weights() -> None:
    model = parse(CHAIN.replace("  many = const int32[20] splat 7\n", ""))
    graph = model.main
    (relu,) = graph.ops("Relu")
    text = anonymous_text(cut(graph, neighbourhood(graph, [relu], 1)))
    again = parse(text).main
    assert [op.kind for op in again.order()] == ["Add", "Relu", "Exp"]
    assert [a.name for a in again.inputs] == ["a"]
    assert sorted(a.name for a in again.outputs) == ["b", "d"]
    small = again.find("small")
    assert small is not None
    np.testing.assert_array_equal(small.numpy(), [1.5, -2.0, 0.25, 3.0])
    wider = anonymous_text(cut(graph, neighbourhood(graph, [relu], 2)))
    assert "big = const float32[8,4] seed 1\n" in wider
    assert print_graph(parse(wider).main).count("hash") == 1


@pytest.mark.parametrize(
    ("dtype", "value"),
    [("int32", "splat 0"), ("bool", "splat false"), ("string", 'splat {"b64": ""}'), ("complex64", "splat")],
)
def test_large_constants_that_are_no_floats_are_zeros(dtype: str, value: str) -> None:
    model = parse(f"graph main(x: {dtype}[20]) -> y {{\n  y: {dtype}[20] = Identity(x)\n}}")
    graph = model.main
    (op,) = graph.ops()
    numpy_type = op.outputs[0].dtype.numpy  # type: ignore[union-attr]
    items = np.array([b"secret", b""] * 10, object) if dtype == "string" else np.arange(20).astype(numpy_type)
    graph.rewire(op, [graph.constant(items, "k")])
    text = anonymous_text(cut(graph, [op]))
    assert f"k = const {dtype}[20] {value}" in text
    parse(text)


def test_states_and_called_graphs_come_along() -> None:
    model = parse("""
graph main(x: float32[2]) -> y {
  state h: float32[2] <- y
  y: float32[2] = Add(x, h)
}
""")
    again = parse(anonymous_text(cut(model.main, model.main.ops()))).main
    assert [(s.array.name, s.source.name) for s in again.states] == [("h", "y")]


def test_options_of_plugins_come_along() -> None:
    options = Options(drop_fake_quant=True, extra={"depth": 3, "loud": False, "table": [1]})
    for source in (options, options.given()):
        assert setting_of(source).fields == {"drop_fake_quant": True, "extra": {"depth": 3, "loud": False}}


def test_a_class_that_cannot_be_imported_is_said_to_be_missing() -> None:
    from tests.driver.test_failures import Halfway

    class Hidden(Halfway):
        name = "hidden"

    model = parse(CHAIN)
    (relu,) = model.main.ops("Relu")
    made = of_failure(Hidden(), relu, model.main, KeyError('"""\\'), setting_of(Options()))
    assert made is not None
    assert "# Hidden is not where it could be imported from" in made.text
    compile(made.text, "made", "exec")
    assert save(made) is not None
