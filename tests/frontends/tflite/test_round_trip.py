"""Files of the peers' converters and of our own: read and written they are and compute the same as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import pytoco
from pytoco.backends.tflite.exporters import KINDS, Exporters
from pytoco.backends.tflite.writer import write
from pytoco.compiler.errors import UnsupportedError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse, print_model
from pytoco.compiler.ir.verify import verify
from pytoco.frontends.tflite import load
from pytoco.frontends.tflite.operators import kind_of
from tests import litert
from tests.fuzz.kinds import random_graph

DATA = Path(__file__).parents[2] / "data"
PEERS = sorted((DATA / "tflite").glob("*.tflite"), key=lambda path: path.name)
OPERATORS = np.load(DATA / "operators" / "tensorflow.npz")
NOT_RUN = ("mlir_flex", "toco_custom")  # LiteRT's package has no kernels for Flex and custom operators


def text_of(model: Model) -> str:
    """All that a file keeps of a model."""
    return f"{print_model(model)}{model.signatures}{model.metadata}"


def written(model: Model) -> bytes:
    """The model as it is, without a pass."""
    data = write(model, None, {}).data
    assert isinstance(data, bytes)
    return data


def check_same_again(source: Path | bytes) -> Model:
    """Read, write, read: the same; the model is returned."""
    model = load(source)
    verify(model)
    again = load(written(model))
    verify(again)
    assert text_of(again) == text_of(model)
    return model


def samples(model: bytes | Path) -> list[NDArray[Any]]:
    """Random inputs as the model wants them; integers are small, since some are counts or indices."""
    rng = np.random.default_rng(0)
    made = []
    for tensor in litert.details(model)["inputs"]:
        dtype, shape = np.dtype(tensor["dtype"]), tuple(tensor["shape"])
        if dtype.kind == "f":
            made.append(rng.normal(0, 1, shape).astype(dtype))
        elif dtype.itemsize == 1 and dtype.kind != "b":
            made.append(rng.integers(0, 50, shape).astype(dtype))
        else:
            made.append(rng.integers(0, 2, shape).astype(dtype) + dtype.type(dtype.kind != "b"))
    return made


@pytest.mark.parametrize("path", PEERS, ids=lambda p: p.stem)
def test_a_file_of_a_peer_is_the_same_again(path: Path) -> None:
    check_same_again(path)


@pytest.mark.parametrize("path", [p for p in PEERS if p.stem not in NOT_RUN], ids=lambda p: p.stem)
def test_a_file_of_a_peer_computes_the_same_as_it_was_and_after_all_passes(path: Path) -> None:
    inputs = samples(path)
    expected = litert.run(path, inputs)
    whole = pytoco.convert(path, strict=True, verify_each=True)
    for data in (written(load(path)), bytes(whole.data or b"")):
        for found, wanted in zip(litert.run(data, inputs), expected, strict=True):
            assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
            np.testing.assert_array_equal(found, wanted)


def test_each_signature_of_a_file_with_variables_works_in_the_copy() -> None:
    path = DATA / "tflite" / "mlir_variables.tflite"
    for data in (written(load(path)), bytes(pytoco.convert(path).data or b"")):
        (total,) = litert.run(data, [np.array([2, 3], np.float32)], signature="add")
        np.testing.assert_array_equal(total, [3, 5])
        (scaled,) = litert.run(data, [np.array([4], np.float32)], signature="scaled")
        np.testing.assert_array_equal(scaled, [4, 8])


# What has no place in a file, or another one: ranges and alphas are float32 options, custom options are bytes.
OTHERWISE = {"AudioSpectrogram", "FakeQuantWithMinMaxVars", "Mfcc", "OnesLike", "Selu"}


@pytest.mark.parametrize("name", sorted({key.split("/")[0] for key in OPERATORS.files}))
def test_what_we_write_is_read_as_the_model_that_was_written(name: str) -> None:
    names = {part: [k.split("/")[1] for k in OPERATORS.files if k.startswith(f"{name}/{part}")] for part in "xy"}
    made = pytoco.convert(
        OPERATORS[f"{name}/graph"].tobytes(),
        input_arrays=names["x"],
        output_arrays=names["y"],
        allow_custom_ops=True,
    )
    model = check_same_again(bytes(made.data or b""))
    if name not in OTHERWISE:
        assert print_model(model) == print_model(made.model)


@pytest.mark.parametrize("name", ["demo/mobilenet_v1_0.25_96", "inception/inception_v1_small"])
def test_whole_networks_are_read_as_they_were_written(name: str) -> None:
    made = pytoco.convert(DATA / f"{name}.pb")
    assert print_model(check_same_again(bytes(made.data or b""))) == print_model(made.model)


@pytest.mark.parametrize("path", sorted((DATA / "ophints").glob("*.pb")), ids=lambda p: p.stem)
def test_recurrent_layers_keep_their_states(path: Path) -> None:
    made = pytoco.convert(path, input_arrays=["x"], output_arrays=["y"])
    model = check_same_again(bytes(made.data or b""))
    assert print_model(model) == print_model(made.model)
    assert model.main.states
    inputs = samples(bytes(made.data or b""))
    for found, wanted in zip(
        litert.run(written(model), inputs), litert.run(bytes(made.data or b""), inputs), strict=True
    ):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("first", range(0, 160, 20))
def test_random_graphs_of_all_kinds(first: int) -> None:
    read = 0
    for seed in range(first, first + 20):
        try:
            data = written(random_graph(seed, 3 + seed % 20).graph.model)
        except UnsupportedError:  # some kinds need a pass before they can be written
            continue
        assert not check_same_again(data).main.ops("Opaque")
        read += 1
    assert read


@pytest.mark.parametrize("path", PEERS, ids=lambda p: p.stem)
def test_the_text_form_keeps_all_that_is_written(path: Path) -> None:
    model = load(path)
    sidecar: dict[str, NDArray[Any]] = {}
    again = parse(print_model(model, sidecar), sidecar)
    again.signatures = model.signatures  # which the text form leaves out
    assert print_model(load(written(again))) == print_model(model)


def test_every_kind_that_can_be_written_is_known_by_its_builtin_operator() -> None:
    exporters = Exporters()
    found = {}
    for kind in sorted(KINDS):
        exporter = exporters.of(kind)
        assert exporter is not None
        found[kind] = kind_of(exporter.builtin)
    # A MatMul is a BATCH_MATMUL of matrices, and comes back as what that says.
    assert {kind: name for kind, name in found.items() if kind != name} == {"MatMul": "BatchMatMul"}
