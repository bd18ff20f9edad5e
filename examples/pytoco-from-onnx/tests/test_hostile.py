"""Files that are broken, by accident or on purpose: typed errors, never anything else."""

from __future__ import annotations

import itertools
import random as chance
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytoco
from networks import squeeze_and_excite
from onnx import TensorProto, helper
from parity import convert, model, random
from pytoco.compiler import FileError, InvalidModelError, PytocoError, UnsupportedError, UsageError

N = helper.make_node
X = random(1, 3, 4, 4)


def conv() -> Any:
    return model([N("Conv", ["x", "w"], ["a"]), N("Relu", ["a"], ["y"])], {"x": X}, ["y"], {"w": random(2, 3, 1, 1)})


def load(data: bytes) -> Any:
    return pytoco.convert(data, input_format="ONNX")


def refusal(data: bytes) -> PytocoError | None:
    try:
        load(data)
    except PytocoError as error:
        return error
    return None


def test_every_beginning_of_a_file() -> None:
    data = conv().SerializeToString()
    for end in range(len(data)):
        with pytest.raises(PytocoError):
            load(data[:end])


@pytest.mark.parametrize("data", [b"", b"\x00", b"no model", bytes(range(256)), b"\x08\x07", b"\x08\x08\x3a\x00"])
def test_garbage(data: bytes) -> None:
    with pytest.raises((InvalidModelError, UsageError)):
        load(data)


@pytest.mark.parametrize("seed", range(5))
def test_flipped_bytes_end_in_a_model_or_in_a_typed_error(seed: int) -> None:
    numbers = chance.Random(seed)
    whole = squeeze_and_excite().SerializeToString()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(numbers.randrange(1, 5)):
            data[numbers.randrange(1500)] = numbers.randrange(256)
        error = refusal(bytes(data))
        if error is not None:
            assert error.exit_code < 6, error  # a plugin's fault and pytoco's own have higher ones
            assert "has a fault" not in str(error)


def change(edit: Callable[[Any], Any]) -> Any:
    proto = conv()
    edit(proto)
    return proto


def _cycle(proto: Any) -> None:
    proto.graph.node[0].input[0] = "y"


def _missing(proto: Any) -> None:
    proto.graph.node[1].input[0] = "nothing"


def _twice(proto: Any) -> None:
    proto.graph.node[1].output[0] = "a"


def _no_inputs(proto: Any) -> None:
    del proto.graph.node[0].input[:]


def _many_inputs(proto: Any) -> None:
    proto.graph.node[1].input.extend(["x", "x"])


def _left_out(proto: Any) -> None:
    proto.graph.node[1].input[0] = ""


def _huge(proto: Any) -> None:
    proto.graph.initializer[0].dims[0] = 1 << 40


def _negative(proto: Any) -> None:
    proto.graph.initializer[0].dims[0] = -1


def _short(proto: Any) -> None:
    proto.graph.initializer[0].raw_data = b"1234"


def _integers(proto: Any) -> None:
    proto.graph.initializer[0].data_type = TensorProto.INT32


def _channels(proto: Any) -> None:
    del proto.graph.initializer[0].dims[:]
    proto.graph.initializer[0].dims.extend([3, 2, 1, 1])


def _attribute_type(proto: Any) -> None:
    proto.graph.node[0].attribute.append(helper.make_attribute("strides", "two"))


def _strides(proto: Any) -> None:
    proto.graph.node[0].attribute.append(helper.make_attribute("strides", [0, 1]))


def _pads(proto: Any) -> None:
    proto.graph.node[0].attribute.append(helper.make_attribute("pads", [1, 1]))


def _output(proto: Any) -> None:
    proto.graph.output[0].name = "nobody"


def _inputs_twice(proto: Any) -> None:
    proto.graph.input.append(proto.graph.input[0])


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (_cycle, "in or behind a cycle"),
        (_missing, "reads 'nothing', which nothing makes"),
        (_twice, "made by something else as well"),
        (_no_inputs, "it has 0 inputs"),
        (_many_inputs, "it has 3 inputs"),
        (_left_out, "it has 1 inputs"),
        (_huge, "has the dimensions"),
        (_negative, "has the dimensions"),
        (_short, "is not what 4 bytes hold"),
        (_channels, "disagree"),
        (_integers, "its weights are int32, its data float32"),
        (_attribute_type, "attribute 'strides' has type 3, expected 7"),
        (_strides, "strides"),
        (_pads, "pads"),
        (_output, "nothing makes the output 'nobody'"),
        (_inputs_twice, "two inputs of one name"),
    ],
)
def test_a_broken_graph_is_told_what_is_wrong(edit: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(InvalidModelError, match=message):
        convert(change(edit))


def test_a_type_that_the_ir_does_not_have() -> None:
    def edit(proto: Any) -> None:
        proto.graph.initializer[0].data_type = 23

    with pytest.raises(UnsupportedError, match="element type 23"):
        convert(change(edit))


def test_an_input_that_is_no_tensor() -> None:
    proto = conv()
    proto.graph.input[0].CopyFrom(helper.make_tensor_sequence_value_info("x", 1, [1, 3]))
    with pytest.raises(UnsupportedError, match="sequence_type"):
        convert(proto)


def test_a_filled_tensor_takes_no_memory_before_it_is_refused() -> None:
    shape = np.array([1 << 20, 1 << 19], np.int64)
    nodes = [N("ConstantOfShape", ["s"], ["c"]), N("Add", ["x", "c"], ["y"])]
    with pytest.raises(PytocoError):
        convert(model(nodes, {"x": random(1 << 20, 1)}, ["y"], {"s": shape}))


def test_a_chain_of_many_nodes() -> None:
    names = [f"v{k}" for k in range(5000)]
    nodes = [N("Neg" if k % 2 else "Sin", [a], [b]) for k, (a, b) in enumerate(itertools.pairwise(names))]
    assert convert(model(nodes, {"v0": X}, [names[-1]])).summary.operators["SIN"] > 2000


def external(folder: Path, **entries: str) -> Path:
    """A model whose weights are in another file, as `entries` say."""
    proto = conv()
    tensor = proto.graph.initializer[0]
    (folder / "weights.bin").write_bytes(b"12345678" + tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": "weights.bin", "offset": "8", "length": "24", **entries}.items():
        tensor.external_data.add(key=key, value=value)
    path = folder / "model.onnx"
    path.write_bytes(proto.SerializeToString())
    return path


def test_external_data_beside_the_model(tmp_path: Path) -> None:
    inside = pytoco.convert(conv().SerializeToString(), input_format="ONNX")
    outside = pytoco.convert(external(tmp_path))
    assert bytes(outside.data or b"") == bytes(inside.data or b"")


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ({"location": "../weights.bin"}, InvalidModelError),
        ({"location": "/etc/passwd"}, InvalidModelError),
        ({"location": ""}, InvalidModelError),
        ({"location": "a\x00b"}, InvalidModelError),
        ({"location": "missing.bin"}, FileError),
        ({"location": "."}, FileError),
        ({"offset": "16"}, InvalidModelError),
        ({"offset": "-8"}, InvalidModelError),
        ({"offset": "many"}, InvalidModelError),
        ({"length": "20"}, InvalidModelError),
    ],
)
def test_external_data_stays_in_the_folder_and_the_file(
    tmp_path: Path, entries: dict[str, str], kind: type[PytocoError]
) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "weights.bin").write_bytes(bytes(100))
    with pytest.raises(kind):
        pytoco.convert(external(folder, **entries))


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(100))
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    with pytest.raises(InvalidModelError, match="outside of the model's folder"):
        pytoco.convert(external(folder, location="link.bin"))


def test_external_data_of_a_model_without_a_place(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="as a path"):
        load(external(tmp_path).read_bytes())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        pytoco.convert(tmp_path / "nothing.onnx", input_format="ONNX")
