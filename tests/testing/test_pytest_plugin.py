"""`pytest --pytoco-trace`: failing tests show the rewrites that ran in them; nothing changes otherwise."""

import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MODULE = "pytoco.compiler.testing.pytest_plugin"

TESTS = '''
import pytoco
import pytest
from pytoco.compiler.driver import Pass
from pytoco.compiler.testing import assert_rewrites

NEG_NEG = """
graph main(x: float32[2]) -> y {
  a = Neg(x)
  b = Neg(a)
  y = Exp(b)
}"""
NEG_EXP = NEG_NEG.replace("Neg(a)", "Exp(a)")
EXP = "graph main(x: float32[2]) -> y {\\n  y = Exp(x)\\n}"


class RemoveDoubleNegation(Pass):
    name = "remove-double-negation"
    stage = "test"
    roots = ("Neg",)

    def match(self, op, look):
        return look.producer(op, 0, "Neg")

    def rewrite(self, op, found, graph):
        self.remark(op, "gone")
        graph.replace(op.outputs[0], found.inputs[0])
        graph.remove(op)
        graph.remove(found)


def test_passes():
    assert_rewrites(NEG_NEG, EXP, RemoveDoubleNegation)


def test_wrong():
    assert_rewrites(NEG_NEG, NEG_EXP, RemoveDoubleNegation)


def test_nothing_fires():
    assert_rewrites(NEG_EXP, EXP, RemoveDoubleNegation)


def test_conversion():
    assert not pytoco.convert(MODEL)


@pytest.fixture
def converted():
    return pytoco.convert(MODEL)


def test_fixture(converted):
    assert converted is None


def test_plain():
    assert False
'''


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with tests of which one passes."""
    model = ROOT / "tests" / "data" / "quantized" / "args.pb"
    (tmp_path / "test_it.py").write_text(textwrap.dedent(TESTS) + f"\n\nMODEL = {str(model)!r}\n")
    return tmp_path


def run(suite: Path, *arguments: str, plugins: tuple[str, ...] = (MODULE,)) -> str:
    """What pytest prints; only those plugins are on."""
    given = [text for name in plugins for text in ("-p", name)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rN", *given, *arguments],
        cwd=suite,
        env={"PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def sections(output: str) -> list[str]:
    """The journals in the output of pytest."""
    return [part.split("\n___")[0].split("\n===")[0] for part in output.split(" pytoco journal ")[1:]]


def test_failing_tests_show_their_rewrites(suite: Path) -> None:
    wrong, nothing, conversion, fixture = sections(run(suite, "--tb=short", "--pytoco-trace", "test_it.py"))
    assert "1 test: remove-double-negation at 'b'" in wrong
    assert "- a: float32[2] = Neg(x)" in wrong
    assert "+ y: float32[2] = Exp(x)" in wrong
    assert "remark of remove-double-negation: gone" in wrong
    assert "0 rewrites" in nothing
    assert "'b' comes from" not in nothing
    assert "remove-double-negation at" in nothing
    assert "has no producer" in nothing
    assert "args.pb" in conversion
    assert " clean-up: " in conversion
    assert conversion.splitlines()[1:] == fixture.splitlines()[1:]


def test_many_rewrites_are_cut(suite: Path) -> None:
    model = ROOT / "tests" / "data" / "demo" / "mobilenet_v1_0.25_96.pb"
    (suite / "test_it.py").write_text(
        f"import pytoco\n\n\ndef test_it():\n    assert not pytoco.convert({str(model)!r})\n"
    )
    (cut,) = sections(run(suite, "--tb=short", "--pytoco-trace"))
    assert "394 earlier rewrites are not shown (--pytoco-trace=all shows them)" in cut
    assert len(re.findall(r"\n  \d+ [a-z-]+: ", cut)) == 20
    (whole,) = sections(run(suite, "--tb=short", "--pytoco-trace=all"))
    assert "not shown" not in whole
    assert "\n  1 clean-up: " in whole


def test_nothing_changes_without_the_option(suite: Path) -> None:
    assert "5 failed, 1 passed" in (without := run(suite, "--tb=short"))
    assert "pytoco journal" not in without
    assert "--pytoco-trace" in run(suite, "--help")


def test_passing_tests_show_nothing(suite: Path) -> None:
    output = run(suite, "--pytoco-trace", "-rA", "-k", "test_passes")
    assert "1 passed" in output
    assert "journal" not in output


def test_it_works_in_workers(suite: Path) -> None:
    output = run(suite, "--tb=short", "--pytoco-trace", "-n2", plugins=(MODULE, "xdist.plugin"))
    assert len(sections(output)) == 4


def test_it_is_cheap_and_installed_as_a_plugin(suite: Path) -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    assert points == {"pytoco": MODULE}
    code = f"import sys, pytest; before = set(sys.modules); import {MODULE}; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = done.stdout
    assert all(name.startswith("pytoco") for name in eval(loaded))
    assert len(eval(loaded)) < 8
