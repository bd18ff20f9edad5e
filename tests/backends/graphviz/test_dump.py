"""The drawings taken during a conversion: which files, when, and what they show."""

from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.backends.graphviz.dump import GraphvizDump
from pytoco.backends.plugin import register_observers
from pytoco.compiler.driver import Context, Look, Pass, Runner
from pytoco.compiler.errors import FileError, UsageError
from pytoco.compiler.ir import Graph, Model, Op
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Target
from tests.backends.graphviz.dot_reader import Dot, read_dot, shown

TEXT = """
graph main(x: float32[2]) -> y {
  a: float32[2] = Identity(x)
  b: float32[2] = Abs(a)
  c: float32[2] = Identity(b)
  y: float32[2] = Neg(c)
}
"""


class RemoveIdentity(Pass):
    name = "remove-identity"
    stage = "test"
    roots = ("Identity",)

    def match(self, op: Op, look: Look) -> Any:
        return True

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        operand = op.inputs[0]
        assert operand is not None
        graph.replace(op.outputs[0], operand)
        graph.remove(op)


def convert(folder: Path, passes: tuple[type[Pass], ...] = (RemoveIdentity,), **fields: Any) -> Model:
    options = Options(dump_graphviz_dir=str(folder), **fields)
    model = parse(TEXT)
    runner = Runner(model, strict=True, observers=list(register_observers(options)))
    runner.notify(lambda o: o.on_import(model))
    runner.run_stage("test", [rule(Context(Target(), options)) for rule in passes])
    runner.notify(lambda o: o.on_finish(model))
    return model


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def kinds(path: Path) -> list[str]:
    dot: Dot = read_dot(path.read_bytes())
    return [shown(node["label"])[0] for key, node in dot.nodes.items() if key.startswith("op")]


DEMO = Path(__file__).parents[2] / "data" / "demo" / "mobilenet_v1_0.25_96.pb"


def test_a_whole_conversion(tmp_path: Path) -> None:
    pytoco.convert(DEMO, dump_graphviz_dir=str(tmp_path), dump_graphviz_video=True)
    before, after = (kinds(tmp_path / f"toco_{stem}.dot") for stem in ("AT_IMPORT", "AFTER_TRANSFORMATIONS"))
    assert len(before) > len(after)
    assert after.count("DepthwiseConv") == 13
    frames = sorted(tmp_path.glob("toco_video_*.dot"))
    assert frames[-1].name == f"toco_video_{len(frames) - 1:05d}.dot"
    assert kinds(frames[0]) == before
    assert kinds(frames[-1]) == after


def test_a_conversion_with_impossible_wishes_does_not_begin(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="gone"):
        pytoco.convert(DEMO, dump_graphviz_dir=str(tmp_path / "gone"))
    bounds = {"graphviz_first_array": "nowhere", "graphviz_last_array": "input"}
    with pytest.raises(UsageError, match="'nowhere'"):
        pytoco.convert(DEMO, dump_graphviz_dir=str(tmp_path), **bounds)


def test_nothing_is_written_unless_asked() -> None:
    assert list(register_observers(Options())) == []


def test_before_and_after(tmp_path: Path) -> None:
    convert(tmp_path)
    assert names(tmp_path) == ["toco_AFTER_ALLOCATION.dot", "toco_AFTER_TRANSFORMATIONS.dot", "toco_AT_IMPORT.dot"]
    assert kinds(tmp_path / "toco_AT_IMPORT.dot") == ["Identity", "Abs", "Identity", "Neg"]
    assert kinds(tmp_path / "toco_AFTER_TRANSFORMATIONS.dot") == ["Abs", "Neg"]


def test_places_in_memory_are_shown_for_tflite(tmp_path: Path) -> None:
    convert(tmp_path)
    dot = read_dot((tmp_path / "toco_AFTER_ALLOCATION.dot").read_bytes())
    assert shown(dot.attributes["label"]) == ["AFTER ALLOCATION: 136 transient bytes"]
    # x and y keep their 8 bytes, b is between them; each starts at a multiple of 64
    assert {name: shown(dot.node(name)["label"])[-1] for name in ("x", "b", "y")} == {
        "x": "Transient Alloc: [0, 8)",
        "b": "Transient Alloc: [64, 72)",
        "y": "Transient Alloc: [128, 136)",
    }
    assert "Transient" not in (tmp_path / "toco_AFTER_TRANSFORMATIONS.dot").read_text()
    convert(tmp_path, output_format="GRAPHVIZ_DOT")
    assert "toco_AFTER_ALLOCATION.dot" not in names(tmp_path)


def test_the_video_has_a_frame_for_each_rewrite(tmp_path: Path) -> None:
    convert(tmp_path, dump_graphviz_video=True)
    frames = [f"toco_video_{number:05d}.dot" for number in range(3)]
    assert names(tmp_path)[3:] == frames
    assert [kinds(tmp_path / frame) for frame in frames] == [
        ["Identity", "Abs", "Identity", "Neg"],
        ["Abs", "Identity", "Neg"],
        ["Abs", "Neg"],
    ]
    titles = [shown(read_dot((tmp_path / frame).read_bytes()).attributes["label"])[0] for frame in frames]
    assert titles == ["0: as imported", "1: remove-identity at a", "2: remove-identity at c"]


def test_what_a_rewrite_leaves_alone_keeps_its_lines(tmp_path: Path) -> None:
    convert(tmp_path, dump_graphviz_video=True)
    first, second = ((tmp_path / f"toco_video_0000{n}.dot").read_text().splitlines() for n in (0, 1))
    gone = [line for line in first[2:] if line not in second]
    assert len([line for line in gone if "label=" in line]) == 2  # the operator and its result
    assert len([line for line in second[2:] if line not in first]) == 1  # the other operand of Abs


def test_the_import_is_drawn_when_the_conversion_fails_later(tmp_path: Path) -> None:
    class Broken(RemoveIdentity):
        name = "broken"

        def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
            raise KeyError(op.name)

    with pytest.raises(Exception, match="broken"):
        convert(tmp_path, (Broken,))
    assert names(tmp_path) == ["toco_AT_IMPORT.dot"]


def test_frames_of_a_longer_conversion_before_are_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("toco_video_00009.dot", "toco_video_123456.dot", "toco_video_1.dot", "toco_AT_IMPORT.dot.pdf"):
        (tmp_path / name).write_text("older")
    convert(tmp_path)
    assert names(tmp_path)[3:] == ["toco_AT_IMPORT.dot.pdf", "toco_video_1.dot"]


def test_only_a_part_is_drawn_as_long_as_it_is_there(tmp_path: Path) -> None:
    convert(tmp_path, dump_graphviz_video=True, graphviz_first_array="a", graphviz_last_array="c")
    assert kinds(tmp_path / "toco_AT_IMPORT.dot") == ["Abs", "Identity"]
    assert kinds(tmp_path / "toco_video_00001.dot") == ["Abs", "Identity", "Neg"]


def test_an_unknown_bound(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'nowhere'"):
        convert(tmp_path, graphviz_first_array="nowhere", graphviz_last_array="c")


@pytest.mark.parametrize("place", ["gone", "file"])
def test_a_folder_that_cannot_be_used_is_refused_before_any_work(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=place):
        GraphvizDump(Options(dump_graphviz_dir=str(tmp_path / place)))
