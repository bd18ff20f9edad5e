"""Frames drawn from a journal: the same bytes as the live video's; ranges, bounds, and models by name and number."""

from pathlib import Path

import pytest

import pytoco
from pytoco import Journal
from pytoco.compiler.debug.diff import diff_models
from pytoco.compiler.debug.frame_source import open_journal, range_of, read_model, split_frame
from pytoco.compiler.debug.frames import write_frames
from pytoco.compiler.errors import FileError, InvalidModelError, UsageError
from pytoco.compiler.ir.text import print_graph
from pytoco.compiler.plugins.registry import open_registry
from tests.small_graph import graph_def

DEMO = Path(__file__).parents[1] / "data" / "demo" / "mobilenet_v1_0.25_96.pb"
REGISTRY = open_registry()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a journal, and the live video of the same conversion in `live`."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "live").mkdir()
    pytoco.convert(DEMO, journal=str(folder / "j"), dump_graphviz_dir=str(folder / "live"), dump_graphviz_video=True)
    return folder


@pytest.mark.parametrize("numbers", [range(4), range(120, 124), range(250, 254)])
def test_the_bytes_of_the_live_video(recorded: Path, tmp_path: Path, numbers: range) -> None:
    written = write_frames(Journal.open(recorded / "j"), numbers, tmp_path, REGISTRY)
    assert [p.name for p in written.paths] == [f"toco_video_{n:05d}.dot" for n in numbers]
    for path in written.paths:
        assert path.read_bytes() == (recorded / "live" / path.name).read_bytes()
    assert written.size == sum(p.stat().st_size for p in written.paths)


def test_only_a_part(recorded: Path, tmp_path: Path) -> None:
    live = tmp_path / "live"
    live.mkdir()
    first, last = "MobilenetV1/Conv2d_0/Conv2D", "MobilenetV1/Conv2d_0/Relu6"
    bounds = {"graphviz_first_array": first, "graphviz_last_array": last}
    pytoco.convert(DEMO, dump_graphviz_dir=str(live), dump_graphviz_video=True, **bounds)
    (tmp_path / "later").mkdir()
    count = len(Journal.open(recorded / "j").rewrites)
    for numbers in (range(2), range(count - 1, count + 1)):  # in the end the first of them has gone
        written = write_frames(Journal.open(recorded / "j"), numbers, tmp_path / "later", REGISTRY, bounds)
        for path in written.paths:
            assert path.read_bytes() == (live / path.name).read_bytes()
    with pytest.raises(UsageError, match="'nowhere'"):
        write_frames(
            Journal.open(recorded / "j"), range(1), tmp_path, REGISTRY, {**bounds, "graphviz_first_array": "nowhere"}
        )


def test_a_folder_that_is_not_there(recorded: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="gone"):
        write_frames(Journal.open(recorded / "j"), range(1), tmp_path / "gone", REGISTRY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3..5", [3, 4, 5]), ("8..", [8, 9]), ("..2", [0, 1, 2]), ("7", [7]), ("", list(range(10))), (" 0 ", [0])],
)
def test_ranges(text: str, expected: list[int]) -> None:
    assert list(range_of(text, 9)) == expected


@pytest.mark.parametrize("text", ["5..3", "3..10", "10", "a", "3-5", "-1", "1..2..3", "3…5"])
def test_no_ranges(text: str) -> None:
    with pytest.raises(UsageError):
        range_of(text, 9)


def test_numbers_behind_names(tmp_path: Path) -> None:
    path = tmp_path / "model@12"
    path.write_bytes(b"")
    assert split_frame(str(path)) == (str(path), None)
    assert split_frame(f"{path}@3") == (str(path), 3)
    assert split_frame(f"{path}@end") == (str(path), "end")
    assert split_frame("user@host/model.pb") == ("user@host/model.pb", None)


def test_models_journals_and_frames(recorded: Path) -> None:
    journal = str(recorded / "j")
    imported, begun, end = (read_model(text, REGISTRY) for text in (str(DEMO), f"{journal}@0", journal))
    assert print_graph(imported.main) == print_graph(begun.main)
    assert len(end.main) < len(begun.main)
    converted = read_model(f"{DEMO}@100", REGISTRY)
    assert print_graph(converted.main) == print_graph(read_model(f"{journal}@100", REGISTRY).main)
    assert print_graph(read_model(f"{journal}@end", REGISTRY).main) == print_graph(end.main)
    assert print_graph(read_model(f"{DEMO}@end", REGISTRY).main) == print_graph(end.main)
    with pytest.raises(UsageError, match="no rewrite 9999"):
        read_model(f"{journal}@9999", REGISTRY)
    with pytest.raises(FileError, match="gone"):
        read_model("gone@3", REGISTRY)


@pytest.mark.parametrize(("extents", "expected"), [((-1, 2), [1, 2]), ((-1, -1), None)])
def test_unknown_extents_are_what_a_conversion_makes_of_them(
    tmp_path: Path, extents: tuple[int, int], expected: list[int] | None
) -> None:
    graph = graph_def()
    for dim, size in zip(graph.node[0].attr["shape"].shape.dim, extents, strict=True):
        dim.size = size
    path = tmp_path / "model.pb"
    path.write_bytes(graph.SerializeToString())
    model = read_model(str(path), REGISTRY)
    (x,) = model.main.inputs
    assert x.shape is not None
    if expected is None:
        assert not any(isinstance(d, int) for d in x.shape)
    else:
        assert list(x.shape) == expected
        assert diff_models(model, read_model(f"{path}@0", REGISTRY)).is_same


def test_a_conversion_that_fails_has_frames_too(tmp_path: Path) -> None:
    path = tmp_path / "strange.pb"
    path.write_bytes(graph_def(last="Frobnicate").SerializeToString())
    assert "Frobnicate" in open_journal(str(path), REGISTRY).error
    path.write_bytes(b"\x00 nothing")
    with pytest.raises(InvalidModelError):
        open_journal(str(path), REGISTRY)
