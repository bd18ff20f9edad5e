"""SavedModels of both TensorFlows convert without it, and compute what it computed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.errors import FileError, UnsupportedError, UsageError
from pytoco.frontends.saved_model.loader import load
from tests.frontends.saved_model.models import FUNCTIONS, GRAPHS, copied, results
from tests.litert import details, run


def converted(model: Path, **options: Any) -> bytes:
    return bytes(pytoco.convert(model, **options).data or b"")


def close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def by_row(model: bytes, values: list[Any], signature: str) -> list[Any]:
    """The outputs of a model whose batch has become 1, row after row."""
    rows = [run(model, [row[None] for row in rows], signature=signature) for rows in zip(*values, strict=True)]
    return [np.concatenate(column) for column in zip(*rows, strict=True)]


def test_the_default_signature_of_tensorflow_1() -> None:
    known = results(GRAPHS)
    model = converted(GRAPHS)
    found = details(model)
    assert [d["name"] for d in found["inputs"]] == ["x"]
    assert [d["name"] for d in found["outputs"]] == ["a/z", "z/y"], "alphabetical by array name, not by own name"
    assert found["signatures"] == {"serving_default": {"inputs": ["features"], "outputs": ["b", "c"]}}
    b, c = by_row(model, [known["x"]], "serving_default")
    close(b, known["z"])
    close(c, known["y"])


def test_a_signature_of_tensorflow_2_by_its_key() -> None:
    known = results(FUNCTIONS)
    model = converted(FUNCTIONS, saved_model_signature_key="encode")
    assert details(model)["signatures"] == {"encode": {"inputs": ["x"], "outputs": ["code", "doubled"]}}
    code, doubled = by_row(model, [known["x"]], "encode")
    close(code, known["code"])
    close(doubled, known["doubled"])


def test_unknown_batches_may_stay_unknown() -> None:
    known = results(FUNCTIONS)
    model = converted(FUNCTIONS, saved_model_signature_key="encode", keep_dynamic_shapes=True)
    (given,) = details(model)["inputs"]
    assert (list(given["shape"]), list(given["shape_signature"])) == ([1, 4], [-1, 4])
    code, doubled = run(model, [known["x"]], resize=True, signature="encode")
    close(code, known["code"])
    close(doubled, known["doubled"])


def test_several_signatures_go_into_one_file_and_share_their_weights(tmp_path: Path) -> None:
    def without_table(message: Any) -> None:
        del message.meta_graphs[0].signature_def["look_up"]

    known = results(FUNCTIONS)
    place = copied(FUNCTIONS, tmp_path, without_table)
    model = converted(place, all_signatures=True)
    assert details(model)["signatures"] == {
        "decode": {"inputs": ["code"], "outputs": ["x"]},
        "encode": {"inputs": ["x"], "outputs": ["code", "doubled"]},
    }
    code, doubled = by_row(model, [known["x"]], "encode")
    close(code, known["code"])
    close(doubled, known["doubled"])
    close(by_row(model, [known["code"]], "decode")[0], known["back"])


def test_equal_constants_of_several_signatures_are_written_once(tmp_path: Path) -> None:
    def double(message: Any) -> None:
        (graph,) = [g for g in message.meta_graphs if list(g.meta_info_def.tags) == ["serve"]]
        graph.signature_def["again"].CopyFrom(graph.signature_def["serving_default"])

    stored = (GRAPHS / "variables" / "variables.data-00000-of-00001").read_bytes()
    transposed = np.frombuffer(stored, np.float32).reshape(4, 3).T.tobytes()
    assert converted(GRAPHS).count(transposed) == 1
    both = converted(copied(GRAPHS, tmp_path, double), all_signatures=True)
    assert both.count(transposed) == 1
    assert list(details(both)["signatures"]) == ["serving_default", "again"]
    x = [results(GRAPHS)["x"][:1]]
    for one, other in zip(run(both, x, signature="serving_default"), run(both, x, signature="again"), strict=True):
        np.testing.assert_array_equal(one, other)


def test_arrays_narrow_a_signature() -> None:
    model = pytoco.convert(GRAPHS, input_arrays=["z/y"], input_shapes=[[1, 3]], output_arrays=["a/z"]).data
    assert model is not None
    found = details(bytes(model))
    assert [d["name"] for d in (*found["inputs"], *found["outputs"])] == ["z/y", "a/z"]
    assert found["signatures"] == {"serving_default": {"inputs": ["z/y"], "outputs": ["b"]}}
    close(run(bytes(model), [np.full((1, 3), 0.5, np.float32)])[0], np.tanh(np.full((1, 3), 0.5)))


def test_given_arrays_keep_their_order() -> None:
    model = converted(GRAPHS, output_arrays=["z/y", "a/z"])
    assert [d["name"] for d in details(model)["outputs"]] == ["z/y", "a/z"]


def test_given_shapes_are_used() -> None:
    model = converted(GRAPHS, input_arrays=["x"], input_shapes=[[2, 4]])
    known = results(GRAPHS)
    z, y = run(model, [known["x"]])
    close(z, known["z"])
    close(y, known["y"])


def test_a_graph_without_signature_needs_arrays() -> None:
    with pytest.raises(UsageError) as caught:
        load(GRAPHS, {"saved_model_tag_set": ("bare",)})
    assert "look like inputs: x, words" in str(caught.value)
    assert "nothing reads: a/z, ids" in str(caught.value)
    model = converted(GRAPHS, saved_model_tag_set=["bare"], output_arrays=["a/z"])
    assert details(model)["signatures"] == {}
    close(run(model, [results(GRAPHS)["x"][:1]])[0], results(GRAPHS)["z"][:1])


def test_bodies_of_functions_keep_their_names() -> None:
    graph = load(FUNCTIONS, {"saved_model_signature_key": "encode"}).main
    names = [op.name for op in graph.order()]
    assert {"MatMul", "Softmax"} <= set(names), names
    assert [name for name in names if name.endswith("/Softmax")], "the second body of one function has a longer name"
    assert [array.name for array in graph.outputs] == ["StatefulPartitionedCall_1", "StatefulPartitionedCall_1:1"]


def test_text_is_read_like_binary(tmp_path: Path) -> None:
    from google.protobuf import text_format

    from tests.frontends.saved_model.models import read

    place = copied(GRAPHS, tmp_path)
    text = text_format.MessageToString(read(place))
    (place / "saved_model.pb").unlink()
    (place / "saved_model.pbtxt").write_text(text, encoding="utf-8")
    assert converted(place) == converted(GRAPHS)


def test_only_what_a_signature_reaches_is_read(tmp_path: Path) -> None:
    place = copied(FUNCTIONS, tmp_path)
    (place / "assets" / "words.txt").unlink()
    for file in (place / "variables").glob("variables.data*"):
        file.unlink()
    with pytest.raises(FileError, match=r"variables\.data-00000-of-00001"):
        load(place, {"saved_model_signature_key": "encode"})
    with pytest.raises(UnsupportedError, match="lookup table"):
        load(place, {"saved_model_signature_key": "look_up"})


def test_the_file_may_stand_for_its_folder() -> None:
    assert converted(GRAPHS / "saved_model.pb") == converted(GRAPHS)
