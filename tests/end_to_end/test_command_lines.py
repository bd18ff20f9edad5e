"""The command lines of TOCO's user documentation, as written there but for the paths, held against TensorFlow.

The models are those of tests/data: a small MobileNetV1, and a small graph with InceptionV1's names and shapes around
the block Mixed_3b; the scripts beside them made them, and what they compute, with TensorFlow.
"""

from __future__ import annotations

import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.backends.graphviz.dot_reader import Dot, read_dot, shown
from tests.end_to_end.running import INCEPTION, MOBILENET, MOBILENET_OUTPUT, command
from tests.litert import details, run

BLOCK = "InceptionV1/InceptionV1/Mixed_3b"
SHAPES = {
    f"{BLOCK}/Branch_1/Conv2d_0a_1x1/Relu": (1, 28, 28, 96),
    f"{BLOCK}/Branch_2/Conv2d_0a_1x1/Relu": (1, 28, 28, 16),
    f"{BLOCK}/Branch_3/MaxPool_0a_3x3/MaxPool": (1, 28, 28, 192),
    f"{BLOCK}/Branch_0/Conv2d_0a_1x1/Relu": (1, 28, 28, 64),
}
PREDICTIONS = "InceptionV1/Logits/Predictions/Reshape_1"

MULTIPLE_INPUTS = r"""
tflite_convert \
  --graph_def_file=/tmp/inception_v1_2016_08_28_frozen.pb \
  --output_file=/tmp/foo.tflite \
  --input_shapes=1,28,28,96:1,28,28,16:1,28,28,192:1,28,28,64 \
  --input_arrays=InceptionV1/InceptionV1/Mixed_3b/Branch_1/Conv2d_0a_1x1/Relu,InceptionV1/InceptionV1/Mixed_3b/Branch_2/Conv2d_0a_1x1/Relu,InceptionV1/InceptionV1/Mixed_3b/Branch_3/MaxPool_0a_3x3/MaxPool,InceptionV1/InceptionV1/Mixed_3b/Branch_0/Conv2d_0a_1x1/Relu \
  --output_arrays=InceptionV1/Logits/Predictions/Reshape_1
"""  # noqa: E501
MULTIPLE_OUTPUTS = r"""
tflite_convert \
  --graph_def_file=/tmp/inception_v1_2016_08_28_frozen.pb \
  --output_file=/tmp/foo.tflite \
  --input_arrays=input \
  --output_arrays=InceptionV1/InceptionV1/Mixed_3b/Branch_1/Conv2d_0a_1x1/Relu,InceptionV1/InceptionV1/Mixed_3b/Branch_2/Conv2d_0a_1x1/Relu
"""
SUBGRAPH = r"""
tflite_convert \
  --graph_def_file=/tmp/inception_v1_2016_08_28_frozen.pb \
  --output_file=/tmp/foo.pb \
  --input_shapes=1,28,28,96:1,28,28,16:1,28,28,192:1,28,28,64 \
  --input_arrays=InceptionV1/InceptionV1/Mixed_3b/Branch_1/Conv2d_0a_1x1/Relu,InceptionV1/InceptionV1/Mixed_3b/Branch_2/Conv2d_0a_1x1/Relu,InceptionV1/InceptionV1/Mixed_3b/Branch_3/MaxPool_0a_3x3/MaxPool,InceptionV1/InceptionV1/Mixed_3b/Branch_0/Conv2d_0a_1x1/Relu \
  --output_arrays=InceptionV1/InceptionV1/Mixed_3b/concat_v2
"""  # noqa: E501
BASIC = r"""
tflite_convert \
  --output_file=/tmp/foo.tflite \
  --graph_def_file=/tmp/mobilenet_v1_0.50_128/frozen_graph.pb \
  --input_arrays=input \
  --output_arrays=MobilenetV1/Predictions/Reshape_1
"""
# The shape is that of this MobileNet's images, 96 x 96 rather than 128 x 128.
GRAPHVIZ_DOT = r"""
tflite_convert \
  --graph_def_file=/tmp/mobilenet_v1_0.50_128/frozen_graph.pb \
  --output_file=/tmp/foo.dot \
  --output_format=GRAPHVIZ_DOT \
  --input_shape=1,96,96,3 \
  --input_arrays=input \
  --output_arrays=MobilenetV1/Predictions/Reshape_1
"""
DUMP = BASIC.rstrip() + " \\\n  --dump_graphviz_dir=/tmp\n"
PATHS = {
    "/tmp/mobilenet_v1_0.50_128/frozen_graph.pb": str(MOBILENET),
    "/tmp/inception_v1_2016_08_28_frozen.pb": str(INCEPTION),
}


def example(text: str, folder: Path, *more: str) -> None:
    """Run a command line of the document with `folder` for /tmp; it must end well and say nothing."""
    for path, ours in PATHS.items():
        text = text.replace(path, ours)
    _, *arguments = shlex.split(text.replace("\\\n", " "))
    arguments = [a.replace("=/tmp/foo", f"={folder}/foo").replace("_dir=/tmp", f"_dir={folder}") for a in arguments]
    done = command(*arguments, *more)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def pattern(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The input that tests/data/make_inception.py gave to TensorFlow."""
    count = int(np.prod(shape))
    return (np.arange(count, dtype=np.int64) * 7919 % 2003 / 1001.5 - 1).astype(np.float32).reshape(shape)


def expected(model: Path, name: str) -> NDArray[Any]:
    """What TensorFlow computed."""
    with np.load(model.with_suffix(".npz")) as arrays:
        found: NDArray[Any] = arrays[name]
    return found


def check(found: NDArray[Any], wanted: NDArray[Any]) -> None:
    """Equal shapes, and values within 1e-5 of the largest."""
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5 * np.abs(wanted).max())


def boundary(model: Path) -> tuple[list[Any], list[str]]:
    """Names and shapes of a converted model's inputs, and the names of its outputs."""
    found = details(model)
    inputs = [(item["name"], tuple(int(size) for size in item["shape"])) for item in found["inputs"]]
    return inputs, [item["name"] for item in found["outputs"]]


def test_basic_graphdef(tmp_path: Path) -> None:
    example(BASIC, tmp_path)
    assert boundary(tmp_path / "foo.tflite") == ([("input", (1, 96, 96, 3))], [MOBILENET_OUTPUT])
    (found,) = run(tmp_path / "foo.tflite", [expected(MOBILENET, "input")])
    check(found, expected(MOBILENET, "output"))


def test_multiple_input_arrays(tmp_path: Path) -> None:
    example(MULTIPLE_INPUTS, tmp_path)
    assert boundary(tmp_path / "foo.tflite") == (list(SHAPES.items()), [PREDICTIONS])
    (found,) = run(tmp_path / "foo.tflite", [pattern(shape) for shape in SHAPES.values()])
    check(found, expected(INCEPTION, "multiple_inputs"))


def test_multiple_output_arrays(tmp_path: Path) -> None:
    example(MULTIPLE_OUTPUTS, tmp_path)
    assert boundary(tmp_path / "foo.tflite") == ([("input", (1, 224, 224, 3))], list(SHAPES)[:2])
    first, second = run(tmp_path / "foo.tflite", [pattern((1, 224, 224, 3))])
    check(first[:, ::9, ::9], expected(INCEPTION, "branch_1"))
    check(second[:, ::9, ::9], expected(INCEPTION, "branch_2"))


def test_a_subgraph(tmp_path: Path) -> None:
    example(SUBGRAPH, tmp_path)
    assert boundary(tmp_path / "foo.pb") == (list(SHAPES.items()), [f"{BLOCK}/concat_v2"])
    (found,) = run(tmp_path / "foo.pb", [pattern(shape) for shape in SHAPES.values()])
    check(found[:, ::9, ::9], expected(INCEPTION, "subgraph"))


def test_the_whole_network_with_the_inputs_shape_found_automatically(tmp_path: Path) -> None:
    example(MULTIPLE_OUTPUTS, tmp_path, f"--output_arrays={PREDICTIONS}")
    (found,) = run(tmp_path / "foo.tflite", [pattern((1, 224, 224, 3))])
    check(found, expected(INCEPTION, "whole"))


@pytest.mark.parametrize("suffix", [".pb", ".cc", ".dot", ".tflite.dot", ""])
def test_the_suffix_of_the_result_selects_nothing(suffix: str, tmp_path: Path) -> None:
    example(BASIC, tmp_path)
    example(BASIC.replace("foo.tflite", "foo_2" + suffix), tmp_path)
    assert (tmp_path / f"foo_2{suffix}").read_bytes() == (tmp_path / "foo.tflite").read_bytes()


def kinds(dot: Dot) -> list[str]:
    """First line of every operator's label, sorted."""
    return sorted(shown(attributes["label"])[0] for key, attributes in dot.nodes.items() if key.startswith("op"))


@pytest.mark.parametrize("name", ["foo.dot", "foo.tflite"])
def test_output_format_graphviz_dot(name: str, tmp_path: Path) -> None:
    example(GRAPHVIZ_DOT.replace("foo.dot", name), tmp_path)
    drawn = kinds(read_dot((tmp_path / name).read_bytes()))
    assert (drawn.count("Conv"), drawn.count("DepthwiseConv"), drawn.count("Softmax")) == (15, 13, 1)


def test_dump_graphviz(tmp_path: Path) -> None:
    example(DUMP, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "foo.tflite", "toco_AFTER_ALLOCATION.dot", "toco_AFTER_TRANSFORMATIONS.dot", "toco_AT_IMPORT.dot",
    ]  # fmt: skip
    imported, after = (
        kinds(read_dot((tmp_path / f"toco_{name}.dot").read_bytes())) for name in ("AT_IMPORT", "AFTER_TRANSFORMATIONS")
    )
    assert imported.count("Relu6") == imported.count("BatchNormalization") == 27
    assert len(after) == 31  # TOCO of TensorFlow 1.15 has as many
    assert "Relu6" not in after


def test_graph_video(tmp_path: Path) -> None:
    """One frame a rewrite; what is in two frames has the same id in both, and no frame equals the one before."""
    example(DUMP, tmp_path, "--dump_graphviz_video")
    files = sorted(tmp_path.glob("toco_video_*.dot"))
    assert [path.name for path in files] == [f"toco_video_{number:05d}.dot" for number in range(len(files))]
    assert len(files) > 100
    frames = [path.read_bytes() for path in files]
    drawn = [frame.split(b"\n", 2)[2] for frame in frames]  # without name and title
    assert all(a != b for a, b in pairwise(drawn))
    known: dict[str, str] = {}
    for path in files[::20]:  # reading them all would take long
        for key, attributes in read_dot(path.read_bytes()).nodes.items():
            what = shown(attributes["label"])[0] if key.startswith("op") else ""  # arrays may change their names
            assert known.setdefault(key, what) == what, f"{key} of {path.name} was something else before"
    assert len(known) > len(read_dot(frames[0]).nodes), "nothing new ever"
    last = read_dot(frames[-1])
    after = read_dot((tmp_path / "toco_AFTER_TRANSFORMATIONS.dot").read_bytes())
    assert (list(last.nodes), last.edges) == (list(after.nodes), after.edges)


def test_dumping_changes_nothing_in_the_result(tmp_path: Path) -> None:
    example(BASIC, tmp_path)
    plain = (tmp_path / "foo.tflite").read_bytes()
    example(DUMP, tmp_path, "--dump_graphviz_video")
    assert (tmp_path / "foo.tflite").read_bytes() == plain
