"""Whole models of TensorFlow 1 and 2 (tests/data/make_variables.py): each variable gets its own value, or an error."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import pytoco
from benchmarks.bundle import make, table
from pytoco.compiler.errors import FileError, InvalidModelError, UnsupportedError
from pytoco.compiler.ir.model import Model
from pytoco.frontends.graphdef import protos
from pytoco.frontends.saved_model.crc import crc32c, masked
from pytoco.frontends.saved_model.loader import load
from pytoco.frontends.saved_model.meta_graph import read_meta_graphs
from pytoco.frontends.saved_model.restore import OBJECTS
from pytoco.frontends.saved_model.table import read_table
from pytoco.frontends.saved_model.variables import Freezer
from tests import litert

ROOT = Path(__file__).parents[2] / "data/saved_models/variables"
RESULTS = np.load(ROOT / "results.npz")


def warnings_of(model: Model) -> list[str]:
    found: list[str] = model.metadata.get("warnings", [])
    return found


def value_of(model: Model, name: str) -> NDArray[Any]:
    array = model.main.find(name)
    assert array is not None
    return array.numpy()


@pytest.mark.parametrize(
    ("name", "result", "batch"),
    [
        ("kernels", "kernels", 2),
        ("keras_export", "keras", 1),  # the batch is unknown, which becomes 1
        ("keras_saved", "keras", 1),
        ("reference", "reference", 2),
        ("resource", "resource", 2),
    ],
)
def test_every_variable_has_its_own_value(name: str, result: str, batch: int) -> None:
    made = pytoco.convert(ROOT / name, verify_checksums=True, strict=True).data
    assert isinstance(made, bytes)
    (found,) = litert.run(made, [RESULTS["x"][:batch]])
    np.testing.assert_allclose(found, RESULTS[result][:batch], rtol=1e-5, atol=1e-6)
    assert warnings_of(load(ROOT / name)) == []


def freezer(folder: Path) -> Freezer:
    meta = read_meta_graphs(folder / "saved_model.pb")[0][0]
    return Freezer(meta, folder / "variables/variables")


def keys(folder: Path) -> dict[str, str]:
    return {name: source.key for (_, _, name), source in freezer(folder).sources().items()}


def test_numbered_names_are_no_guide() -> None:
    # TensorFlow numbers them in the order in which the function captured them: the last layer comes first.
    found = keys(ROOT / "kernels")
    assert [found[name] for name in ("kernel", "kernel_1", "kernel_4", "kernel_5")] == [
        f"{path}/.ATTRIBUTES/VARIABLE_VALUE" for path in ("layers/4", "layers/3", "layers/0", "unused")
    ]


def test_keras_variables_that_no_restore_function_knows(tmp_path: Path) -> None:
    found = keys(ROOT / "keras_saved")
    assert found["sequential/dense_1/kernel"] == "_layers/3/_kernel/.ATTRIBUTES/VARIABLE_VALUE"
    with pytest.raises(InvalidModelError) as caught:
        load(edited_copy(ROOT / "keras_saved", tmp_path, lambda meta: meta.object_graph_def.Clear()))
    assert "8 variable(s) that the outputs need have no stored value: 'sequential/dense_1/bias'" in str(caught.value)


def test_parts_are_parts() -> None:
    sources = freezer(ROOT / "reference").sources()
    parts = {name: source.part for (_, _, name), source in sources.items()}
    assert parts["columns/part_1"] == "6 5 0,6:2,2"
    assert parts["bias"] == ""


def edited_copy(
    source: Path,
    folder: Path,
    edit: Callable[[Any], object] | None = None,
    entries: dict[str, bytes | None] | None = None,
) -> Path:
    """A copy of a model in `folder` with its MetaGraphDef edited, and entries of its index exchanged or (None) gone."""
    target = folder / source.name
    shutil.copytree(source, target)
    if edit is not None:
        path = target / "saved_model.pb"
        message = protos.SavedModel.FromString(path.read_bytes())
        edit(message.meta_graphs[0])
        path.write_bytes(message.SerializeToString())
    if entries:
        path = target / "variables/variables.index"
        items = {k: bytes(v) for k, v in read_table(memoryview(path.read_bytes()), "").items()}
        for key, value in entries.items():
            items.pop(key.encode())
            if value is not None:
                items[key.encode()] = value
        path.write_bytes(table(sorted(items.items())))
    return target


def entry_of(folder: Path, key: str) -> Any:
    items = read_table(memoryview((folder / "variables/variables.index").read_bytes()), "")
    return protos.BundleEntryProto.FromString(bytes(items[key.encode()]))


def test_the_graph_of_objects_alone_is_enough(tmp_path: Path) -> None:
    def forget(meta: Any) -> None:
        meta.saver_def.Clear()

    model = load(edited_copy(ROOT / "kernels", tmp_path, forget))
    np.testing.assert_array_equal(value_of(model, "kernel"), value_of(load(ROOT / "kernels"), "kernel"))


def test_two_sources_that_disagree_are_reported(tmp_path: Path) -> None:
    alias = "variables/0/.ATTRIBUTES/VARIABLE_VALUE"
    entry = entry_of(ROOT / "keras_export", alias)
    entry.crc32c ^= 1
    folder = edited_copy(ROOT / "keras_export", tmp_path, entries={alias: entry.SerializeToString()})
    (text,) = warnings_of(load(folder))
    assert "variable 'sequential/dense/kernel_1': the restore function reads '_all_variables/0" in text
    assert f"the graph of objects names '{alias}', and their values differ" in text


def of_kernel(meta: Any) -> Any:
    return next(node for node in meta.graph_def.node if node.name == "kernel")


def int32_handle(meta: Any) -> None:
    of_kernel(meta).attr["dtype"].type = 3


def other_shape(meta: Any) -> None:
    of_kernel(meta).attr["shape"].shape.dim[0].size = 5


def no_variables(meta: Any) -> None:
    meta.saver_def.restore_op_name = "no_such_op"
    meta.object_graph_def.Clear()


def fewer_names(meta: Any) -> None:
    for function in meta.graph_def.library.function:
        for node in function.node_def:
            if node.name == "RestoreV2/tensor_names":
                tensor = node.attr["value"].tensor
                del tensor.string_val[-1]
                tensor.tensor_shape.dim[0].size -= 1


def computed_names(meta: Any) -> None:
    for function in meta.graph_def.library.function:
        for node in function.node_def:
            if node.op == "RestoreV2":
                node.input[1] = "file_prefix"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (int32_handle, "node 'kernel' (VarHandleOp): it is int32, but the value stored as 'layers/4/"),
        (other_shape, "node 'kernel' (VarHandleOp): its shape is [5, 4], but the value stored as 'layers/4/"),
        (no_variables, "6 variable(s) that the outputs need have no stored value: 'kernel', 'kernel_1'"),
        (fewer_names, "it has 7 names and 8 parts"),
        (computed_names, "its input 1 is not constant"),
    ],
)
def test_graphs_that_do_not_fit_the_values(edit: Callable[[Any], None], message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidModelError) as caught:
        load(edited_copy(ROOT / "kernels", tmp_path, edit))
    assert message in str(caught.value)


def test_a_key_that_the_bundle_does_not_have(tmp_path: Path) -> None:
    folder = edited_copy(ROOT / "kernels", tmp_path, entries={"table/.ATTRIBUTES/VARIABLE_VALUE": None})
    with pytest.raises(InvalidModelError, match=r"variable 'table' is to be restored from 'table/.*does not have"):
        load(folder)


@pytest.mark.parametrize("part", ["6 5 0,6:2,9", "6 5 0,6", "6 6 0,6:2,2", "six"])
def test_parts_that_do_not_fit(part: str, tmp_path: Path) -> None:
    def edit(meta: Any) -> None:
        (node,) = (n for n in meta.graph_def.node if n.name == "save/RestoreV2/shape_and_slices")
        texts = node.attr["value"].tensor.string_val
        texts[list(texts).index(b"6 5 0,6:2,2")] = part.encode()

    with pytest.raises(InvalidModelError, match=f"node 'columns/part_1'.*it is restored from the part '{part}'"):
        load(edited_copy(ROOT / "reference", tmp_path, edit))


def test_a_broken_graph_of_objects(tmp_path: Path) -> None:
    entry = entry_of(ROOT / "kernels", OBJECTS)
    name = "variables/variables.data-00000-of-00001"
    data = bytearray((ROOT / "kernels" / name).read_bytes())
    data[entry.offset + entry.size - 20 : entry.offset + entry.size] = b"\xff" * 20
    # One string: its length as a varint, the checksum of that length in four bytes, its text. The entry's checksum is
    # made right again, so that it is the content that is wrong.
    stored = bytes(data[entry.offset : entry.offset + entry.size])
    start = next(i for i, byte in enumerate(stored) if byte < 0x80) + 1
    length = struct.pack("<I", len(stored) - start - 4)
    entry.crc32c = masked(crc32c(stored[start:], crc32c(length)))
    folder = edited_copy(ROOT / "kernels", tmp_path, entries={OBJECTS: entry.SerializeToString()})
    (folder / name).write_bytes(data)
    with pytest.raises(InvalidModelError, match="is broken"):
        load(folder)


def test_variables_that_nothing_needs_need_not_be_there(tmp_path: Path) -> None:
    folder = edited_copy(ROOT / "kernels", tmp_path, entries={"unused/.ATTRIBUTES/VARIABLE_VALUE": None})
    assert load(folder).main.find("kernel") is not None
    shutil.rmtree(folder / "variables")
    with pytest.raises(FileError, match="variables"):
        load(folder)
    # Behind the last variable there is nothing to open.
    given = {"input_arrays": ["mul", "Gather"], "output_arrays": ["add"], "input_shapes": [[2, 4], [2, 4]]}
    assert [op.kind for op in load(folder, given).main.order()] == ["Add"]


def test_assignments() -> None:
    model = load(ROOT / "counter", {"saved_model_signature_key": "counted"})
    assert "AssignAddVariableOp 'AssignAddVariableOp' to 'calls'" in warnings_of(model)[0]
    with pytest.raises(UnsupportedError, match="gives to the variable 'calls'"):
        load(ROOT / "counter", {"saved_model_signature_key": "depending"})


def test_shards_that_nothing_needs_are_not_opened(tmp_path: Path) -> None:
    model = make(4, 8, 4, tmp_path)
    (model.path / "variables/variables.data-00003-of-00004").unlink()
    (model.path / "variables/variables.data-00000-of-00004").unlink()
    given = {"input_arrays": ["layer_0/Relu"], "output_arrays": ["layer_2/Relu"], "input_shapes": [[1, 8]]}
    loaded = load(model.path, given)
    shards = [Path(path).name for path, _ in loaded.files if ".data-" in str(path)]
    assert shards == [f"variables.data-{k:05d}-of-00004" for k in (1, 2)]
    with pytest.raises(FileError, match="data-00000-of-00004"):
        load(model.path)


def test_handles_of_one_shared_name_are_one_variable(tmp_path: Path) -> None:
    model = make(1, 4, 1, tmp_path)

    def share(meta: Any) -> None:
        twin = meta.graph_def.node.add()
        twin.CopyFrom(next(n for n in meta.graph_def.node if n.op == "VarHandleOp"))
        twin.name = "twin"
        next(n for n in meta.graph_def.node if n.name == "layer_0/kernel/read").input[0] = "twin"

    (tmp_path / "copy").mkdir()
    loaded = load(edited_copy(model.path, tmp_path / "copy", share))
    np.testing.assert_array_equal(value_of(loaded, "twin"), value_of(load(model.path), "layer_0/kernel"))
