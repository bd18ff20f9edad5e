"""How graphs show themselves in notebooks, with Graphviz's `dot` and without."""

from pathlib import Path

import pytest

from pytoco.compiler.debug import display
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse

TEXT = """
graph main(x: float32[2]) -> y {
  k = const float32[1] [3.0]
  a: float32[2] = Add(x, k)
  y: float32[2] = Relu(a)
}
"""


@pytest.fixture
def model() -> Model:
    return parse(TEXT.replace("y", '"<y&>"'))


def program(folder: Path, script: str) -> None:
    """Let `dot` be a shell script."""
    path = folder / "dot"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `dot` that puts what it reads into an SVG, behind a preamble as the real one writes it."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(tmp_path, "echo '<?xml version=\"1.0\"?><!DOCTYPE svg>'; echo \"<svg><!-- $1\"; cat; echo '--></svg>'")
    return tmp_path


@pytest.fixture
def no_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_graph_is_drawn_where_there_is_dot(model: Model, dot: Path) -> None:
    for shown in (model, model.main):
        svg = shown._repr_svg_()
        assert svg is not None
        assert svg.startswith("<svg><!-- -Tsvg")
        assert "digraph" in svg
        assert "main: 2 operators" in svg
        assert svg in shown._repr_html_()


def test_only_the_graph_that_is_shown_is_drawn(dot: Path) -> None:
    model = parse(TEXT + TEXT.replace("main", "body").replace("Relu", "Abs"))
    assert "Abs" in (model.graphs["body"]._repr_svg_() or "")
    assert "Relu" not in (model.graphs["body"]._repr_svg_() or "")
    assert "Relu" in (model._repr_svg_() or "")
    assert "Abs" in (model._repr_svg_() or "")


def test_without_dot_there_is_a_table(model: Model, no_dot: None) -> None:
    assert model._repr_svg_() is None
    html = model.main._repr_html_()
    assert html.startswith("<table><caption>main: 2 operators, 4 arrays</caption>")
    assert html.count("<tr>") == 3
    assert "k (constant float32[1])" in html
    assert "&lt;y&amp;&gt;: float32[2]" in html


@pytest.mark.parametrize("script", ["exit 1", "echo '<svg>'; exit 1", "echo nothing", "exec sleep 30"])
def test_a_dot_that_fails_or_takes_long_is_done_without(
    model: Model, dot: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "PATIENCE", 0.2)
    program(dot, script)
    assert model._repr_svg_() is None
    assert model._repr_html_().startswith("<table>")


def test_a_large_graph_is_a_table_of_some_of_it(dot: Path) -> None:
    lines = [f"  a{k}: float32[2] = Abs(a{k - 1})" for k in range(1, display.LARGEST + 2)]
    model = parse(
        "\n".join(["graph main(a0: float32[2]) -> y {", *lines, f"  y: float32[2] = Abs(a{len(lines)})", "}"])
    )
    assert model._repr_svg_() is None
    html = model._repr_html_()
    assert html.count("<tr>") == display.ROWS + 2
    assert f"and {display.LARGEST + 2 - display.ROWS} more" in html


def test_settings_that_are_broken_do_not_break_the_display(
    model: Model, dot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dot.joinpath("plugins.toml").write_text("[nonsense]\n")
    monkeypatch.chdir(dot)
    assert model._repr_html_().startswith("<table>")


def test_an_empty_model_can_be_shown(no_dot: None) -> None:
    assert Model()._repr_html_() == "an empty model"
