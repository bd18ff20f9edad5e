"""Which graph and which signature are meant, and what is said when that is not clear."""

from pathlib import Path
from typing import Any

import pytest

from pytoco.compiler.errors import InvalidModelError, PytocoError, UnsupportedError, UsageError
from pytoco.frontends.graphdef import protos
from pytoco.frontends.saved_model.loader import boundary, load
from tests.frontends.saved_model.models import FUNCTIONS, GRAPHS, copied


def refusal(model: Path, kind: type[PytocoError], **options: Any) -> str:
    with pytest.raises(kind) as caught:
        load(model, options)
    return str(caught.value)


def test_serve_is_the_graph_that_is_meant() -> None:
    assert boundary(GRAPHS, {}).output_arrays == ("a/z", "z/y")


def test_tags_in_any_order_name_a_graph() -> None:
    options = {"saved_model_tag_set": ("serve", "other"), "saved_model_signature_key": "look_up"}
    found = boundary(GRAPHS, options)
    assert (found.input_arrays, found.input_shapes, found.output_arrays) == (("words",), ((2,),), ("ids",))
    assert found.output_arrays == boundary(GRAPHS, {**options, "saved_model_tag_set": ("other", "serve")}).output_arrays


@pytest.mark.parametrize("tags", [("train",), ()])
def test_tags_that_no_graph_has_are_answered_with_those_there_are(tags: Any) -> None:
    said = refusal(GRAPHS, UsageError, saved_model_tag_set=tags)
    assert "{" + ",".join(tags) + "}" in said
    for line in ("tags {serve}", "tags {other, serve}", "tags {bare}", "serving_default: features float32[?,4] = x"):
        assert line in said


def test_an_empty_tag_set_names_a_graph_without_tags(tmp_path: Path) -> None:
    def untag(message: Any) -> None:
        del message.meta_graphs[1:]
        message.meta_graphs[0].meta_info_def.ClearField("tags")

    model = copied(GRAPHS, tmp_path, untag)
    assert boundary(model, {"saved_model_tag_set": ()}).input_arrays == ("x",)
    assert boundary(model, {}).input_arrays == ("x",), "the only graph needs no tags"
    assert "{serve}" in refusal(model, UsageError, saved_model_tag_set=("serve",))


def test_a_key_that_is_not_there_is_answered_with_those_that_are() -> None:
    said = refusal(FUNCTIONS, UsageError, saved_model_signature_key="encodes")
    assert "no signature 'encodes'" in said
    assert "did you mean 'encode'" in said
    assert "look_up: words string[2] = look_up_words -> ids int64[2] = StatefulPartitionedCall_2" in said


def test_several_signatures_without_a_default_need_a_key() -> None:
    said = refusal(FUNCTIONS, UsageError)
    assert "3 signatures, none of them 'serving_default'" in said
    assert "--saved_model_signature_key" in said


def test_the_only_signature_needs_no_key(tmp_path: Path) -> None:
    def rename(message: Any) -> None:
        known = message.meta_graphs[0].signature_def
        for key in ("decode", "look_up"):
            del known[key]
        assert "__saved_model_init_op" in known, "TensorFlow's own does not count"

    assert boundary(copied(FUNCTIONS, tmp_path, rename), {}).input_arrays == ("encode_x",)


def test_a_key_and_all_signatures_contradict_each_other() -> None:
    refusal(FUNCTIONS, UsageError, saved_model_signature_key="encode", all_signatures=True)


def test_arrays_and_several_signatures_contradict_each_other(tmp_path: Path) -> None:
    def without_table(message: Any) -> None:
        del message.meta_graphs[0].signature_def["look_up"]

    model = copied(FUNCTIONS, tmp_path, without_table)
    said = refusal(model, UsageError, all_signatures=True, output_arrays=["StatefulPartitionedCall"])
    assert "'decode', 'encode'" in said


@pytest.mark.parametrize(("encoding", "word"), [("coo_sparse", "sparse"), ("composite_tensor", "composite")])
def test_tensors_that_are_not_dense_are_refused(encoding: str, word: str, tmp_path: Path) -> None:
    def change(message: Any) -> None:
        info = message.meta_graphs[0].signature_def["serving_default"].inputs["features"]
        getattr(info, encoding).SetInParent()

    said = refusal(copied(GRAPHS, tmp_path, change), UnsupportedError)
    assert f"input 'features' is a {word} tensor" in said


def test_a_tensor_that_is_not_there_is_named(tmp_path: Path) -> None:
    def change(message: Any) -> None:
        message.meta_graphs[0].signature_def["serving_default"].outputs["b"].name = "a/zz:0"

    said = refusal(copied(GRAPHS, tmp_path, change), InvalidModelError)
    assert "output 'b' is the tensor 'a/zz'" in said
    assert "'a/z'" in said


def test_results_that_a_node_does_not_have_are_refused(tmp_path: Path) -> None:
    def change(message: Any) -> None:
        message.meta_graphs[0].signature_def["serving_default"].outputs["b"].name = "a/z:7"

    refusal(copied(GRAPHS, tmp_path, change), PytocoError)


def test_a_signature_without_results_is_refused(tmp_path: Path) -> None:
    def change(message: Any) -> None:
        message.meta_graphs[0].signature_def["serving_default"].outputs.clear()

    assert "has no outputs" in refusal(copied(GRAPHS, tmp_path, change), UsageError)


def test_shapes_of_the_signature_fill_in_for_the_graph_s(tmp_path: Path) -> None:
    def forget(message: Any) -> None:
        for node in message.meta_graphs[0].graph_def.node:
            if node.name == "x":
                node.attr["shape"].shape.CopyFrom(protos.TensorShapeProto(unknown_rank=True))

    model = load(copied(GRAPHS, tmp_path, forget))
    assert model.main.inputs[0].shape == (1, 4)


def test_two_names_of_one_tensor_are_both_kept(tmp_path: Path) -> None:
    def double(message: Any) -> None:
        outputs = message.meta_graphs[0].signature_def["serving_default"].outputs
        outputs["again"].CopyFrom(outputs["b"])

    (signature,) = load(copied(GRAPHS, tmp_path, double)).signatures
    assert signature.outputs == (("again", "a/z"), ("b", "a/z"), ("c", "z/y"))
