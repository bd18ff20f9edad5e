"""The writer: what LiteRT reads of it, what is shared, and that a failure leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pytoco.backends.tflite import files
from pytoco.backends.tflite.constants import Pool, content_of
from pytoco.backends.tflite.summary import read_summary
from pytoco.backends.tflite.writer import write
from pytoco.compiler.errors import FileError, UnsupportedError, UsageError
from pytoco.compiler.ir import Array, Dim, Model, Quantization, Signature
from pytoco.compiler.ir.types import FLOAT32, STRING, UINT8
from pytoco.compiler.ir.values import Lazy
from pytoco.compiler.ops.binary import BinaryAttrs
from tests import litert

ADD = BinaryAttrs("NONE")


def adds(values: list[Any], shape: tuple[Any, ...] = (2, 3)) -> Model:
    """X + value + value ..., one Add for each value."""
    model = Model()
    graph = model.graph()
    last = graph.array("x", FLOAT32, shape)
    graph.retarget(inputs=[last])
    for k, value in enumerate(values):
        last = graph.emit("Add", [last, graph.constant(value, f"c{k}")], ADD, name=f"sum{k}").outputs[0]
    graph.retarget(outputs=[last])
    return model


def data_of(model: Model, **options: Any) -> bytes:
    data = write(model, None, options).data
    assert isinstance(data, bytes)
    return data


ROW = np.array([1, 2, 3], "f4")


@pytest.mark.parametrize("layout", ["classic", "outside"])
def test_litert_reads_both_layouts_from_memory_and_from_a_file(layout: str, tmp_path: Path) -> None:
    model = adds([ROW, np.arange(6, dtype="f4").reshape(3, 2).T])
    expected = np.array([[1, 4, 7], [2, 5, 8]], "f4")
    x = np.zeros((2, 3), "f4")
    path = tmp_path / "m.tflite"
    report = write(model, path, {"tflite_layout": layout})
    assert report.size == path.stat().st_size
    assert path.read_bytes() == data_of(model, tflite_layout=layout)
    assert np.array_equal(litert.run(path, [x])[0], expected)
    assert np.array_equal(litert.run(path.read_bytes(), [x])[0], expected)
    assert read_summary(path)["layout"] == layout
    assert read_summary(path)["problem"] == ""


def test_one_operator_takes_few_bytes() -> None:
    assert len(data_of(adds([ROW]))) <= 576


def test_equal_constants_share_a_buffer_whatever_their_strides_and_types() -> None:
    big = np.random.default_rng(0).random((300, 200)).astype("f4")
    pool = Pool()
    numbers = [
        pool.number(content_of(v, None))
        for v in (
            big, big.T.copy().T, Lazy(np.multiply, big, np.ones((), "f4")), big.view("i4"), big + 1, big.T.copy(),
            np.array([1, 0], "i4"), np.array(1, "i8"), np.array([True]), np.zeros((0, 3), "f4"), np.zeros(0, "i4"),
        )
    ]  # fmt: skip
    assert numbers == [1, 1, 1, 1, 2, 3, 4, 4, 5, 6, 6]


def test_constants_that_differ_in_one_byte_are_kept_apart() -> None:
    a = np.zeros(100_000, "u1")
    b = a.copy()
    b[54_321] = 1
    pool = Pool()
    assert pool.number(a) != pool.number(b)


def test_splat_beyond_two_gigabytes_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="repeated"):
        content_of(np.broadcast_to(np.float32(1), (100_000, 100_000)), FLOAT32)


def test_lazy_and_transposed_weights_arrive(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    a = random.random((1500, 2000), "f4")
    scale = random.random((1500, 1), "f4")
    model = adds([Lazy(np.multiply, a, scale), a.T.copy().T], (1500, 2000))
    path = tmp_path / "big.tflite"
    write(model, path, {})
    found = litert.run(path, [np.zeros((1500, 2000), "f4")])[0]
    assert np.array_equal(found, a * scale + a)


def test_strings_and_empty_tensors(tmp_path: Path) -> None:
    model = Model()
    graph = model.graph()
    text = np.array([[b"a", b""], [b"\xff\x00b", "\u00e9".encode()]], object)
    words = graph.constant(text, "words", STRING)
    flat = graph.emit("Reshape", [words, graph.constant(np.array([4], "i4"), "four")], name="flat").outputs[0]
    one = graph.array("one", FLOAT32, (1, 1))
    scalar = graph.emit("Reshape", [one, graph.constant(np.zeros(0, "i4"), "none")], name="scalar").outputs[0]
    graph.retarget(inputs=[one], outputs=[flat, scalar])
    for layout in ("classic", "outside"):
        found = litert.run(data_of(model, tflite_layout=layout), [np.full((1, 1), 5, "f4")])
        assert found[0].tolist() == text.reshape(-1).tolist()
        assert found[1].shape == ()
        assert found[1] == 5


def test_names_unknown_dimensions_quantization_and_signatures() -> None:
    batch = Dim("batch")
    model = adds([ROW], (batch, 3))
    graph = model.main
    q = graph.array("q", UINT8, (2,), quantization=Quantization((0.5,), (128,)))
    graph.retarget(inputs=[*graph.inputs, q])
    model.signatures = (Signature("serve", "main", (("a", "x"), ("b", "q")), (("y", "sum0"),)),)
    found = litert.details(data_of(model))
    assert [d["name"] for d in found["inputs"]] == ["x", "q"]
    assert found["inputs"][0]["shape"].tolist() == [1, 3]
    assert found["inputs"][0]["shape_signature"].tolist() == [-1, 3]
    assert found["inputs"][0]["quantization"] == (0.0, 0)
    assert found["inputs"][1]["quantization"] == (0.5, 128)
    assert found["signatures"] == {"serve": {"inputs": ["a", "b"], "outputs": ["y"]}}


def test_minimum_runtime_is_in_the_metadata() -> None:
    report = write(adds([ROW]), None, {})
    assert report.min_runtime == "1.5.0"
    assert isinstance(report.data, bytes)
    assert read_summary(report.data)["min_runtime"] == "1.5.0"


def test_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    program = (
        "import sys; from tests.backends.tflite.test_writer import adds, data_of, ROW; "
        "sys.stdout.buffer.write(data_of(adds([ROW, ROW * 2, ROW])))"
    )
    root = Path(__file__).parents[3]
    made = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, cwd=root,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2)
    }  # fmt: skip
    assert len(made) == 1


def _broken_chunks() -> Iterator[bytes]:
    yield b"half of it"
    raise RuntimeError("no more")


@pytest.mark.parametrize("size", [10, files.THREAD_FROM + 1])
def test_failure_leaves_the_old_file_and_nothing_else(size: int, tmp_path: Path) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        files.write_file(path, _broken_chunks(), size)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["m.tflite"]


@pytest.mark.parametrize("size", [3, files.THREAD_FROM + 1])
def test_what_fails_on_the_way_leaves_no_file(size: int, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"abc"
        raise OSError(28, "No space left on device")

    with pytest.raises(FileError, match="No space left"):
        files.write_file(tmp_path / "m.tflite", chunks(), size)
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_and_folder_as_file_are_file_errors(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        write(adds([ROW]), tmp_path / "no" / "m.tflite", {})
    with pytest.raises(FileError, match="folder"):
        write(adds([ROW]), tmp_path, {})


def test_unknown_layout_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="layout"):
        write(adds([ROW]), None, {"tflite_layout": "sideways"})


def test_unknown_type_is_reported() -> None:
    model = Model()
    graph = model.graph()
    x: Array = graph.array("x", None, (2,))
    graph.retarget(inputs=[x], outputs=[x])
    with pytest.raises(UnsupportedError, match="element type of 'x'"):
        write(model, None, {})


def test_fifty_thousand_operators_run() -> None:
    count = 50_000
    values: list[NDArray[Any]] = [np.full(3, k % 7, "f4") for k in range(count)]
    data = data_of(adds(values))
    found = litert.run(data, [np.zeros((2, 3), "f4")])[0]
    assert (found == sum(k % 7 for k in range(count))).all()
