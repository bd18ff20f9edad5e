"""Bundles that TensorFlow wrote (tests/data/make_bundles.py), and what is wrong with others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.bundle import table
from pytoco.compiler.errors import FileError, InvalidModelError, PytocoError, UnsupportedError
from pytoco.compiler.ir.types import dtype_named
from pytoco.frontends.graphdef import protos
from pytoco.frontends.saved_model.bundle import Bundle
from pytoco.frontends.saved_model.ordered_code import Extents, slice_key
from pytoco.frontends.saved_model.table import read_table

BUNDLES = Path(__file__).parents[2] / "data/saved_models/bundles"


def opened(name: str) -> Bundle:
    return Bundle.open(BUNDLES / name, verify=True)


def numbers(*shape: int) -> np.ndarray[Any, Any]:
    return np.arange(int(np.prod(shape)), dtype=np.float32).reshape(shape)


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool"]
)
def test_values_of_every_type(dtype: str) -> None:
    bundle = opened("every")
    value = bundle.value(dtype)
    assert value.dtype == dtype
    assert bundle.entries[dtype].dtype is dtype_named(dtype)
    np.testing.assert_array_equal(value, np.arange(6).reshape(2, 3).astype(dtype))


def test_unusual_types_and_shapes() -> None:
    bundle = opened("every")
    # bfloat16 is the upper half of a float32: 1.0 = 3f80, -2.5 = c020, 3.140625 = 4049.
    assert bundle.value("bfloat16").tolist() == [0x3F80, 0xC020, 0x4049]
    assert bundle.value("complex64").tolist() == [1 + 2j]
    assert bundle.value("empty").shape == (0, 3)
    assert bundle.value("scalar").shape == ()
    assert bundle.value("scalar") == 7


def test_strings() -> None:
    bundle = opened("strings")
    assert bundle.value("words").tolist() == [[b"", b"one"], ["äöü".encode(), b"x" * 300]]
    assert bundle.text("one") == b"only"
    with pytest.raises(InvalidModelError, match=r"'words' is string \[2, 2\] instead of one string"):
        bundle.text("words")


def test_many_entries() -> None:
    bundle = opened("many")
    assert len(bundle.entries) == 1000
    assert bundle.value("layer_0765/kernel/.ATTRIBUTES/VARIABLE_VALUE") == 765
    assert "layer_0765" not in bundle.entries
    with pytest.raises(KeyError):
        bundle.value("layer_0765")


@pytest.mark.parametrize("name", ["parts", "tf1"])
def test_partitioned_variables(name: str) -> None:
    bundle = opened(name)
    assert sorted(bundle.entries) == (["c", "r"] if name == "parts" else ["a", "c", "r"])
    for key in ("r", "c"):
        np.testing.assert_array_equal(bundle.value(key), numbers(6, 4))
        assert bundle.entries[key].shape == (6, 4)
    np.testing.assert_array_equal(bundle.part("c", ((0, 6), (0, 3))), numbers(6, 4)[:, :3])
    np.testing.assert_array_equal(bundle.part("c", ((1, 2), (2, 2))), numbers(6, 4)[1:3, 2:])
    with pytest.raises(InvalidModelError, match=r"variable 'c' of shape \[6, 4\] has no part 5,2:-"):
        bundle.part("c", ((5, 2), (0, -1)))


def test_several_shards_are_opened_when_they_are_needed() -> None:
    bundle = opened("two")
    assert bundle.files == []
    assert bundle.value("a").tolist() == [0, 1, 2, 3]
    assert [Path(path).name for path, _ in bundle.files] == ["two.data-00000-of-00002"]
    np.testing.assert_array_equal(bundle.value("w"), numbers(6, 4))
    assert [Path(path).name for path, _ in bundle.files] == ["two.data-00000-of-00002", "two.data-00001-of-00002"]


def test_values_are_views_of_the_shard() -> None:
    bundle = opened("parts")
    shard = np.frombuffer(bundle._shard(0), np.uint8)
    assert np.shares_memory(bundle.value("r"), shard)  # rows one behind the other are one view
    assert np.shares_memory(bundle.part("c", ((0, 6), (0, 3))), shard)
    assert not bundle.value("r").flags.writeable


def changed(
    folder: Path, name: str, key: bytes | None = None, *, also: dict[bytes, Any] | None = None, **fields: Any
) -> Path:
    """A copy of a bundle whose entry under `key` (or header) has other fields; `also` are further entries."""
    for path in BUNDLES.glob(f"{name}.*"):
        shutil.copy(path, folder)
    index = folder / f"{name}.index"
    items = {k: bytes(v) for k, v in read_table(memoryview(index.read_bytes()), name).items()}
    cls = protos.BundleEntryProto if key else protos.BundleHeaderProto
    message = cls.FromString(items[key or b""])
    for field, value in fields.items():
        if field in ("shape", "slices", "version"):
            message.ClearField(field)
            getattr(message, field).MergeFrom(value) if field != "slices" else message.slices.extend(value)
        else:
            setattr(message, field, value)
    items[key or b""] = message.SerializeToString()
    items |= {k: v.SerializeToString() for k, v in (also or {}).items()}
    index.write_bytes(table(sorted(items.items())))
    return folder / name


def shape(*sizes: int) -> Any:
    message = protos.TensorShapeProto()
    for size in sizes:
        message.dim.add(size=size)
    return message


def slices(*parts: Extents) -> list[Any]:
    made = []
    for part in parts:
        message = protos.TensorSliceProto()
        for start, length in part:
            message.extent.add(start=start, length=length)
        made.append(message)
    return made


def fails(prefix: Path, key: str = "float32", verify: bool = False) -> str:
    with pytest.raises(PytocoError) as caught:
        Bundle.open(prefix, verify=verify).value(key)
    return f"{type(caught.value).__name__}: {caught.value}"


F = b"float32"
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "big-endian": ({"endianness": 1}, "UnsupportedError: {index}: the variables are stored big-endian"),
    "shards": ({"num_shards": -(2**31)}, "InvalidModelError: {index}: the header names -2147483648 shards"),
    "version": (
        {"version": protos.VersionDef(producer=9, min_consumer=9)},
        "readable from version 9 on; pytoco knows 1",
    ),
    "dtype": ({"key": F, "dtype": 99}, "InvalidModelError: {index}: variable 'float32' has the element type number 99"),
    "reference": ({"key": F, "dtype": 101}, "has the element type number 101"),
    "resource": ({"key": F, "dtype": 20}, "is of type resource, which has no values"),
    "other dtype": ({"key": F, "dtype": 2}, "does not fit: float64 [2, 3] needs 48 bytes, but 24 are stored"),
    "unknown shape": ({"key": F, "shape": shape(-1, 3)}, "has the shape [-1, 3], which is not definite"),
    "huge shape": ({"key": F, "shape": shape(1 << 40, 1 << 40, 0)}, "which is too large"),
    "rank": ({"key": F, "shape": shape(*[1] * 40)}, "which is too large"),
    "size": ({"key": F, "size": 20}, "does not fit: float32 [2, 3] needs 24 bytes, but 20 are stored"),
    "offset": ({"key": F, "offset": 10_000}, "has 24 bytes at 10000 of shard 0, which has 216 bytes"),
    "overflow": ({"key": F, "offset": (1 << 63) - 1}, "has 24 bytes at 9223372036854775807 of shard 0"),
    "negative offset": ({"key": F, "offset": -1}, "has 24 bytes at -1"),
    "negative size": ({"key": F, "size": -1}, "has -1 bytes at"),
    "shard": ({"key": F, "shard_id": 1}, "has its data in shard 1, but there are only 1"),
    "negative shard": ({"key": F, "shard_id": -1}, "has its data in shard -1"),
    "no such shard": ({"num_shards": 2**31 - 1}, "FileError: cannot read "),
}


@pytest.mark.parametrize("case", WRONG)
def test_entries_that_do_not_fit(case: str, tmp_path: Path) -> None:
    fields, message = WRONG[case]
    prefix = changed(tmp_path, "every", **fields)
    assert message.format(index=repr(f"{prefix}.index")) in fails(prefix)


ROWS = ((0, 2), (0, 4)), ((2, 1), (0, 4)), ((3, 3), (0, 4))
WRONG_PARTS: dict[str, tuple[dict[str, Any], str]] = {
    "hole": ({"slices": slices(ROWS[0], ROWS[2])}, "has parts that fill 20 of its 24 elements"),
    "overlap": ({"slices": slices(*ROWS, ((1, 1), (0, 4)))}, "has parts that overlap: 0,2:0,4 and 1,1:0,4"),
    "outside": ({"slices": slices(ROWS[0], ((2, 5), (0, 4)))}, "has a part 2,5:0,4, which is outside of it"),
    "negative start": ({"slices": slices(((-2, 8), (0, 4)))}, "has a part -2,8:0,4, which is outside"),
    "negative length": ({"slices": slices(((0, -6), (0, 4)))}, "which is outside of it"),
    "rank": ({"slices": slices(((0, 6),))}, "has a part 0,6, which is outside of it"),
    "many": ({"slices": slices(*[((0, 1), (0, 1))] * 20_000)}, "has 20000 parts; pytoco reads up to 16384"),
    "missing": ({"slices": slices(((0, 6), (0, 4)))}, "lacks its part 0,6:0,4"),
    "shape": (
        {
            "slices": slices(((0, 6), (0, 4))),
            "also": {slice_key("r", ((0, 6), (0, 4))): protos.BundleEntryProto(dtype=1, shape=shape(6, 3), size=72)},
        },
        "has a part 0,6:0,4 of shape [6, 3]",
    ),
    "dtype": (
        {
            "slices": slices(((0, 6), (0, 4))),
            "also": {slice_key("r", ((0, 6), (0, 4))): protos.BundleEntryProto(dtype=3, shape=shape(6, 4), size=96)},
        },
        "is float32, but its part 0,6:0,4 is int32",
    ),
}


@pytest.mark.parametrize("case", WRONG_PARTS)
def test_parts_that_do_not_fit(case: str, tmp_path: Path) -> None:
    fields, message = WRONG_PARTS[case]
    assert message in fails(changed(tmp_path, "parts", b"r", **fields), "r")


def test_a_part_of_parts_is_refused(tmp_path: Path) -> None:
    part = protos.BundleEntryProto(dtype=1, shape=shape(6, 4), slices=slices(*ROWS))
    whole = slices(((0, 6), (0, 4)))
    prefix = changed(tmp_path, "parts", b"r", slices=whole, also={slice_key("r", ((0, 6), (0, 4))): part})
    assert "has a part 0,6:0,4 of shape [6, 4]" in fails(prefix, "r")


def with_data(folder: Path, name: str, data: bytes) -> Path:
    for path in BUNDLES.glob(f"{name}.*"):
        shutil.copy(path, folder)
    (folder / f"{name}.data-00000-of-00001").write_bytes(data)
    return folder / name


@pytest.mark.parametrize(
    ("place", "patch", "message"),
    [
        (0, b"\xff" * 9, "has broken string lengths"),
        (0, b"\5", "has strings of 5 bytes in all, but 4 follow"),
        (1, bytes(4), "has string lengths with a wrong checksum"),
        (8, b"Y", "has a wrong checksum"),
    ],
)
def test_strings_that_do_not_fit(place: int, patch: bytes, message: str, tmp_path: Path) -> None:
    data = bytearray((BUNDLES / "strings.data-00000-of-00001").read_bytes())
    start = opened("strings").entries["one"].offset + place  # of the length 4, its checksum, "only"
    data[start : start + len(patch)] = patch
    assert message in fails(with_data(tmp_path, "strings", bytes(data)), "one", verify=True)


def test_more_strings_than_bytes(tmp_path: Path) -> None:
    prefix = changed(tmp_path, "strings", b"one", shape=shape(1 << 40))
    assert "has 1099511627776 strings in 9 bytes" in fails(prefix, "one")


def test_data_are_checked_on_demand(tmp_path: Path) -> None:
    data = bytearray((BUNDLES / "every.data-00000-of-00001").read_bytes())
    data[opened("every").entries["float32"].offset] ^= 1
    prefix = with_data(tmp_path, "every", bytes(data))
    assert "variable 'float32' has a wrong checksum" in fails(prefix, verify=True)
    Bundle.open(prefix, verify=True).value("int32")


def test_a_shard_cut_off_or_missing(tmp_path: Path) -> None:
    data = (BUNDLES / "every.data-00000-of-00001").read_bytes()
    entry = opened("every").entries["float32"]
    prefix = with_data(tmp_path, "every", data[: entry.offset + 3])
    assert f"has 24 bytes at {entry.offset} of shard 0, which has {entry.offset + 3} bytes" in fails(prefix)
    (tmp_path / "every.data-00000-of-00001").unlink()
    assert "FileError: cannot read" in fails(prefix)
    (tmp_path / "every.index").unlink()
    with pytest.raises(FileError, match=r"every\.index"):
        Bundle.open(prefix)


def test_shards_are_read_in_the_bundle_s_own_folder_only(tmp_path: Path) -> None:
    inside = tmp_path / "model"
    inside.mkdir()
    prefix = changed(inside, "every")
    shard = inside / "every.data-00000-of-00001"
    shard.rename(tmp_path / "elsewhere")
    shard.symlink_to(tmp_path / "elsewhere")
    assert "leads out of the model's folder" in fails(prefix)


def test_an_index_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "x.index").write_bytes(table([(b"a", b"b")]))
    with pytest.raises(InvalidModelError, match=r"x\.index' has no header: it is an index, but not one of variables"):
        Bundle.open(tmp_path / "x")
    header = protos.BundleHeaderProto(num_shards=1).SerializeToString()
    (tmp_path / "x.index").write_bytes(table([(b"", header), (b"a", b"\xff"), (b"\xfe", b"")]))
    bundle = Bundle.open(tmp_path / "x")
    with pytest.raises(InvalidModelError, match=r"the entry of 'a' is broken: byte 0"):
        bundle.value("a")
    with pytest.raises(InvalidModelError, match="is not UTF-8 text"):
        list(bundle.entries)
    (tmp_path / "x.index").write_bytes(table([(b"", b"\x08")]))
    with pytest.raises(InvalidModelError, match="the header is broken"):
        Bundle.open(tmp_path / "x")


def test_errors_have_the_right_kind(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="big-endian"):
        Bundle.open(changed(tmp_path, "every", endianness=1))
