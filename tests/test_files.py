"""Result files are written whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytoco.compiler.errors import FileError
from pytoco.compiler.files import Chunk, atomic_write


def test_chunks_of_every_sort_are_written_in_order(tmp_path: Path) -> None:
    path = tmp_path / "result"
    numbers = memoryview(b"\1\0\2\0").cast("H")
    chunks: list[Chunk] = [b"ab", bytearray(b"cd"), numbers]
    assert atomic_write(path, iter(chunks)) == 8
    assert path.read_bytes() == b"abcd\1\0\2\0"
    assert os.listdir(tmp_path) == ["result"]


def failing() -> Iterator[bytes]:
    yield b"half"
    raise KeyError("chunk")


def test_a_failure_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(b"before")
    with pytest.raises(KeyError):
        atomic_write(path, failing())
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["result"]


def test_a_check_that_refuses_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "result"

    def check(written: Path) -> None:
        assert written.read_bytes() == b"data"
        assert not path.exists()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        atomic_write(path, [b"data"], check)
    assert os.listdir(tmp_path) == []


def test_permissions_of_an_older_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(b"before")
    path.chmod(0o640)
    atomic_write(path, [b"after"])
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"before")
    (tmp_path / "link").symlink_to("real")
    atomic_write(tmp_path / "link", [b"after"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"after"


def test_a_device_is_written_directly() -> None:
    assert atomic_write(os.devnull, [b"data"]) == 4
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("place", ["folder", "gone/result", "file/result"])
def test_what_cannot_be_written_is_a_file_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match=place):
        atomic_write(tmp_path / place, [b"data"])
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]
