"""Representative datasets: what is taken, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir.text import parse
from pytoco.compiler.quantization import calibration_data
from pytoco.compiler.quantization.calibration_data import opened, samples
from tests.passes.graphs import graph

ONE = parse(graph("x: float32[1,2]", "y", "y = Neg(x)")).main
TWO = parse(graph("x: float32[1,2], n: int32[3]", "y, z", "y = Neg(x)", "z = Neg(n)")).main
X, N = np.ones((1, 2), np.float32), np.arange(3, dtype=np.int32)


def read(dataset: Any, main: Any = ONE) -> list[list[Any]]:
    """The samples as plain lists."""
    return [[value.tolist() for value in sample] for sample in samples(opened(dataset, main), main)]


@pytest.mark.parametrize(
    "dataset",
    [
        lambda: ([X] for _ in range(2)),
        lambda: [(X,), [X.astype(np.float64)]],
        lambda: [{"x": X}, {"x:0": X}],
        lambda: [X, X],
        [[X], [[[1.0, 1.0]]]],
    ],
)
def test_lists_dicts_and_arrays_are_samples(dataset: Any) -> None:
    assert read(dataset) == [[[[1.0, 1.0]]]] * 2


def test_dicts_are_put_into_the_order_of_the_inputs() -> None:
    assert read(lambda: [{"n": N, "x": X}], TWO) == [[[[1.0, 1.0]], [0, 1, 2]]]


@pytest.mark.parametrize("shape", [(4, 1, 2), (4, 2)])
def test_files_have_the_samples_along_the_first_axis(tmp_path: Path, shape: Any) -> None:
    np.savez(tmp_path / "d.npz", x=np.arange(8, dtype=np.float32).reshape(shape))
    assert read(str(tmp_path / "d.npz")) == [[[[0.0, 1.0]]], [[[2.0, 3.0]]], [[[4.0, 5.0]]], [[[6.0, 7.0]]]]


def failing() -> Iterator[list[Any]]:
    yield [X]
    raise RuntimeError("disk on fire")


def endless() -> Iterator[list[Any]]:
    while True:
        yield [X]


REFUSED: dict[str, tuple[Any, Any, str]] = {
    "no samples": (list, ONE, "dataset is empty"),
    "no samples in a list": ([], ONE, "dataset is empty"),
    "another number of inputs": (lambda: [[X, X]], ONE, r"sample 0 .* has 2 array\(s\), but there are 1 inputs"),
    "an input missing": (lambda: [[X, N], [X]], TWO, r"sample 1 .* has 1 array\(s\), but there are 2"),
    "a name missing": (lambda: [{"x": X}], TWO, "no value for input 'n'"),
    "a name too many": (lambda: [{"x": X, "q": X}], ONE, "names 'q', which is no input"),
    "another shape": (
        lambda: [[X], [np.ones((2, 2), np.float32)]],
        ONE,
        r"sample 1 .* shape \[2, 2\], the input \[1, 2\]",
    ),
    "another rank": (lambda: [[np.ones(2, np.float32)]], ONE, r"shape \[2\], the input \[1, 2\]"),
    "codes for real values": (lambda: [[np.ones((1, 2), np.uint8)]], ONE, "is uint8, the input float32"),
    "text for real values": (lambda: [[np.full((1, 2), "a")]], ONE, "the input float32"),
    "NaN": (lambda: [[np.array([[0, np.nan]], np.float32)]], ONE, "sample 0 of input 'x' holds NaN or infinity"),
    "infinity": (lambda: [[np.array([[0, 1e300]])]], ONE, "holds NaN or infinity"),
    "a ragged list": (lambda: [[[[1.0], [1.0, 2.0]]]], ONE, "is no array"),
    "a sample that is none": (lambda: [3], ONE, "sample 0 .* is a int"),
    "no iterable": (lambda: 3, ONE, "gives int, which has no samples"),
    "arrays without a list around them": (lambda: [X, X], TWO, "is a ndarray"),
    "it raises": (failing, ONE, "raised RuntimeError at sample 1: disk on fire"),
    "it raises at once": (lambda: 1 // 0, ONE, "raised ZeroDivisionError"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_named(case: str) -> None:
    dataset, main, message = REFUSED[case]
    with pytest.raises(UsageError, match=message):
        read(dataset, main)


def test_a_dataset_that_does_not_end_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration_data, "MOST_SAMPLES", 10)
    with pytest.raises(UsageError, match="does not end within 10"):
        read(endless)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros((0, 1, 2), np.float32)}, "is empty"),
        ({"y": np.zeros((3, 1, 2), np.float32)}, "no value for input 'x'"),
        ({"x": np.zeros((3, 1, 3), np.float32)}, r"shape \[1, 3\], the input \[1, 2\]"),
        ({"x": np.float32(1)}, "a single number"),
    ],
)
def test_files_that_do_not_fit_are_refused(tmp_path: Path, arrays: Any, message: str) -> None:
    np.savez(tmp_path / "d.npz", **arrays)
    with pytest.raises(UsageError, match=message):
        read(str(tmp_path / "d.npz"))


def test_files_with_unequal_numbers_of_samples_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.zeros((3, 1, 2), np.float32), n=np.zeros((2, 3), np.int32))
    with pytest.raises(UsageError, match="different numbers of samples: 3 of 'x', 2 of 'n'"):
        read(str(tmp_path / "d.npz"), TWO)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"text"])
def test_files_that_are_no_npz_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.npz").write_bytes(content)
    with pytest.raises(UsageError, match=r"d\.npz"):
        read(str(tmp_path / "d.npz"))
