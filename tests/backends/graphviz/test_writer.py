"""The GRAPHVIZ_DOT output format as a backend: any model, whole files, a report of the operators."""

from pathlib import Path

import pytest

from pytoco.backends.graphviz.writer import write
from pytoco.compiler.errors import FileError, UsageError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse
from tests.backends.graphviz.dot_reader import read_dot

TEXT = """
graph main(x: float32[*]) -> y {
  a: ?[*] = Opaque(x) {source_kind="Bessel"}
  b = Opaque(a) {source_kind="Bessel"}
  y = Relu(b)
}
"""


def model() -> Model:
    return parse(TEXT)


def test_unsupported_operators_and_unknown_shapes_are_drawn() -> None:
    report = write(model(), None, {})
    assert report.data is not None
    assert len(read_dot(bytes(report.data)).nodes) == 7
    assert report.operators == {"Bessel": 2, "Relu": 1}
    assert (report.size, report.path) == (len(report.data), None)


def test_the_file_is_what_the_report_says(tmp_path: Path) -> None:
    path = tmp_path / "graph.dot"
    path.write_text("older and longer " * 1000)
    report = write(model(), path, {})
    assert path.read_bytes() == write(model(), None, {}).data
    assert (report.path, report.size, report.data) == (path, path.stat().st_size, None)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="gone"):
        write(model(), tmp_path / "gone" / "graph.dot", {})


def test_part_of_the_graph() -> None:
    report = write(model(), None, {"graphviz_first_array": "a", "graphviz_last_array": "b"})
    assert report.data is not None
    assert len(read_dot(bytes(report.data)).nodes) == 3


def test_an_unknown_bound_is_a_usage_error_unless_tolerated() -> None:
    given = {"graphviz_first_array": "a", "graphviz_last_array": "nowhere"}
    with pytest.raises(UsageError, match=r"--graphviz_last_array.*'nowhere'"):
        write(model(), None, given)
    tolerant = {**given, "allow_nonexistent_arrays": True}
    assert write(model(), None, tolerant).data == write(model(), None, {}).data
