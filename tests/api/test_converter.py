"""`TocoConverter` and `toco_convert` without TensorFlow: arguments, attributes, results, errors."""

import enum
import inspect
import pydoc
import warnings
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.api import TargetSpec
from pytoco.compiler.constants import DataType, FileFormat, OpsSet, Optimize
from pytoco.compiler.errors import FileError, InvalidModelError, UnsupportedError, UsageError
from tests.litert import run as run_litert
from tests.small_graph import INPUT, OUTPUT, graph_def


@pytest.fixture
def model(tmp_path: Any) -> Any:
    path = tmp_path / "small.pb"
    path.write_bytes(graph_def().SerializeToString())
    return path


@pytest.fixture
def converter(model: Any) -> Any:
    return pytoco.TocoConverter.from_frozen_graph(model, ["x"], ["y"])


def check(data: Any) -> None:
    assert type(data) is bytes
    (result,) = run_litert(data, [np.array(INPUT, np.float32)])
    np.testing.assert_allclose(result, OUTPUT)


def test_from_frozen_graph(converter: Any) -> None:
    assert converter.get_input_arrays() == ["x"]
    check(converter.convert())


def test_the_later_name_is_the_same_class() -> None:
    assert pytoco.TFLiteConverter is pytoco.TocoConverter


def test_a_converter_converts_again_with_other_settings(converter: Any) -> None:
    first = converter.convert()
    converter.output_format = "GRAPHVIZ_DOT"
    assert converter.convert().startswith(b"digraph")
    converter.output_format = pytoco.constants.TFLITE
    assert converter.convert() == first


def test_the_summary_tells_what_was_done(converter: Any) -> None:
    assert converter.summary is None
    data = converter.convert()
    summary: Any = converter.summary
    assert summary.bytes_out == len(data)
    assert summary.operators == {"FULLY_CONNECTED": 1}


def test_the_constructor_takes_a_message_and_names() -> None:
    check(pytoco.TocoConverter(graph_def(), ["x:0"], ["y:0"]).convert())


def test_the_constructor_takes_arrays_where_there_are_no_tensors() -> None:
    data = graph_def().SerializeToString()
    check(pytoco.TocoConverter(data, None, None, [("x", [1, 2])], ["y"]).convert())


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((None, None), "input_tensors"),
        ((["x"], None), "output_tensors"),
        (("x", ["y"]), "input_tensors: expected a list"),
        ((["x"], "y"), "output_tensors: expected a list"),
        (([1], ["y"]), "1 is not a tensor"),
        ((["x:0:0"], ["y"]), "'x:0:0'"),
        ((["x"], ["y"], [("x", 3)], None), None),
        ((None, ["y"], [("x", 3)], None), "3 is not a shape"),
        ((None, ["y"], [("x", [-2])], None), "size -2"),
    ],
)
def test_wrong_constructor_arguments_are_named(arguments: Any, named: Any) -> None:
    if named is None:
        pytoco.TocoConverter(graph_def(), *arguments)
        return
    with pytest.raises(UsageError) as caught:
        pytoco.TocoConverter(graph_def(), *arguments)
    assert named in str(caught.value)


def test_a_graph_must_be_a_graph() -> None:
    with pytest.raises(UsageError, match="GraphDef"):
        pytoco.TocoConverter("graph.pb", ["x"], ["y"])


def test_a_missing_file_is_an_os_error(tmp_path: Any) -> None:
    with pytest.raises(OSError, match=r"none\.pb") as caught:
        pytoco.TocoConverter.from_frozen_graph(tmp_path / "none.pb", ["x"], ["y"])
    assert isinstance(caught.value, FileError)


def test_what_is_no_model_is_a_value_error(tmp_path: Any) -> None:
    path = tmp_path / "text.pb"
    path.write_text("hello")
    with pytest.raises(ValueError, match=r"text\.pb") as caught:
        pytoco.TocoConverter.from_frozen_graph(path, ["x"], ["y"]).convert()
    assert isinstance(caught.value, InvalidModelError)


def test_input_shapes_are_by_name(model: Any) -> None:
    converter = pytoco.TocoConverter.from_frozen_graph(model, ["x"], ["y"], {"x": [1, 2]})
    check(converter.convert())
    with pytest.raises(UsageError, match="'z' is not an input array"):
        pytoco.TocoConverter.from_frozen_graph(model, ["x"], ["y"], {"z": [1, 2]})


def test_names_that_do_not_exist_are_a_value_error(model: Any) -> None:
    with pytest.raises(ValueError, match="'z'"):
        pytoco.TocoConverter.from_frozen_graph(model, ["x"], ["z"]).convert()


def test_an_operator_without_translation_is_named() -> None:
    converter = pytoco.TocoConverter(graph_def(last="Frobnicate"), ["x"], ["y"])
    with pytest.raises(UnsupportedError, match="Frobnicate"):
        converter.convert()
    converter.allow_custom_ops = True
    assert b"Frobnicate" in converter.convert()


def test_a_keras_file_without_keras_is_told_how_to_export_it(tmp_path: Any) -> None:
    (tmp_path / "model.h5").write_bytes(b"\x89HDF\r\n\x1a\n....")
    with pytest.raises(UnsupportedError, match=r"load_model\('.*model.h5'\).export"):
        pytoco.TocoConverter.from_keras_model_file(tmp_path / "model.h5", input_arrays=["a"])


def test_live_models_need_their_tensorflow() -> None:
    with pytest.raises(UsageError, match="no Keras model of an imported TensorFlow"):
        pytoco.TFLiteConverter.from_keras_model(lambda x: x)
    with pytest.raises(UsageError, match="no concrete function"):
        pytoco.TFLiteConverter.from_concrete_functions([lambda x: x])


DEFAULTS: dict[str, Any] = {
    "inference_type": DataType.FLOAT,
    "inference_input_type": None,
    "inference_output_type": None,
    "output_format": FileFormat.TFLITE,
    "quantized_input_stats": {},
    "default_ranges_stats": None,
    "drop_control_dependency": True,
    "reorder_across_fake_quant": False,
    "change_concat_input_ranges": False,
    "allow_custom_ops": False,
    "quantize_weights": False,
    "post_training_quantize": False,
    "optimizations": [],
    "representative_dataset": None,
    "target_ops": [OpsSet.TFLITE_BUILTINS],
    "dump_graphviz_dir": None,
    "dump_graphviz_video": False,
}


@pytest.mark.parametrize(("name", "value"), DEFAULTS.items())
def test_defaults_are_those_of_toco(converter: Any, name: Any, value: Any) -> None:
    assert getattr(converter, name) == value


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("inference_type", "QUANTIZED_UINT8", DataType.QUANTIZED_UINT8),
        ("inference_type", np.uint8, DataType.QUANTIZED_UINT8),
        ("inference_type", 1, DataType.FLOAT),
        ("inference_input_type", None, None),
        ("output_format", 3, FileFormat.GRAPHVIZ_DOT),
        ("quantized_input_stats", {"x": (0, 1)}, {"x": (0.0, 1.0)}),
        ("quantized_input_stats", [(0.0, 1.0)], [(0.0, 1.0)]),
        ("quantized_input_stats", None, None),
        ("default_ranges_stats", [0, 6], (0.0, 6.0)),
        ("optimizations", ["DEFAULT"], [Optimize.DEFAULT]),
        ("target_ops", {"TFLITE_BUILTINS"}, [OpsSet.TFLITE_BUILTINS]),
        ("dump_graphviz_dir", "folder", "folder"),
        ("allow_custom_ops", 1, True),
    ],
)
def test_attributes_keep_what_is_meant(converter: Any, name: Any, value: Any, kept: Any) -> None:
    setattr(converter, name, value)
    assert getattr(converter, name) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inference_type", "FLOAT32BIT"),
        ("output_format", "TFLIT"),
        ("allow_custom_ops", "yes"),
        ("quantized_input_stats", [1.0]),
        ("quantized_input_stats", "x"),
        ("default_ranges_stats", (1,)),
        ("optimizations", ["FASTER"]),
        ("target_ops", "TFLITE_BUILTINS"),
        ("representative_dataset", 3),
        ("dump_graphviz_dir", 3),
        ("target_spec", 3),
    ],
)
def test_attributes_refuse_what_cannot_be_meant(converter: Any, name: Any, value: Any) -> None:
    before = getattr(converter, name)
    with pytest.raises(UsageError, match=name):
        setattr(converter, name, value)
    assert getattr(converter, name) == before


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("inference_typ", "inference_type"),
        ("allow_custom_op", "allow_custom_ops"),
        ("postraining_quantize", "post_training_quantize"),
        ("mean_values", "quantized_input_stats"),
    ],
)
def test_an_attribute_that_does_not_exist_cannot_be_set(converter: Any, typo: Any, meant: Any) -> None:
    with pytest.raises(AttributeError, match=f"no attribute '{typo}'.*did you mean {meant}"):
        setattr(converter, typo, True)


def test_attributes_of_two_converters_are_apart(model: Any) -> None:
    one, other = (pytoco.TocoConverter.from_frozen_graph(model, ["x"], ["y"]) for _ in range(2))
    one.allow_custom_ops = True
    stats: Any = one.quantized_input_stats
    stats["x"] = (0.0, 1.0)
    one.target_ops = ["SELECT_TF_OPS"]
    assert not other.allow_custom_ops
    assert other.quantized_input_stats == {}
    assert other.target_ops == [OpsSet.TFLITE_BUILTINS]


def test_the_generations_of_a_setting_are_one_setting(converter: Any) -> None:
    converter.quantize_weights = True
    assert converter.post_training_quantize
    assert converter.optimizations == [Optimize.DEFAULT]
    converter.optimizations = []
    assert not converter.quantize_weights
    converter.target_spec = TargetSpec(supported_ops=["SELECT_TF_OPS"])
    assert converter.target_ops == [OpsSet.SELECT_TF_OPS]


class ForeignOptimize(enum.Enum):
    DEFAULT = "something else"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("output_format", "TENSORFLOW_GRAPHDEF"),
    ],
)
def test_what_is_not_there_yet_is_never_passed_over(converter: Any, name: Any, value: Any) -> None:
    setattr(converter, name, value)
    with pytest.raises(UnsupportedError, match="not in this version yet"):
        converter.convert()


def test_select_tf_ops_change_nothing_where_builtins_do(converter: Any) -> None:
    plain = converter.convert()
    converter.target_spec = TargetSpec(supported_ops=["TFLITE_BUILTINS", "SELECT_TF_OPS"])
    assert converter.convert() == plain
    converter.target_ops = ["SELECT_TF_OPS"]
    assert all(name.startswith("Flex") for name in converter.convert() and converter.summary.operators)


@pytest.mark.parametrize("stats", [[(128.0, 127.0)], {"x": (128.0, 127.0)}])
def test_stats_of_a_float_conversion_warn(converter: Any, stats: Any) -> None:
    converter.quantized_input_stats = stats
    with pytest.warns(UserWarning, match="no effect"):
        check(converter.convert())


@pytest.mark.parametrize(
    ("stats", "named"),
    [([(0.0, 1.0)] * 2, "2 pair"), ({"z": (0.0, 1.0)}, "lacks x"), ({"x": (0, 1), "z": (0, 1)}, "names z")],
)
def test_stats_must_fit_the_inputs(converter: Any, stats: Any, named: Any) -> None:
    converter.quantized_input_stats = stats
    with pytest.raises(UsageError, match=named):
        converter.convert()


def test_toco_convert() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(pytoco.toco_convert(graph_def(), ["x"], ["y"], input_shapes=[[1, 2]], inference_type="FLOAT"))


@pytest.mark.parametrize(
    ("arguments", "error", "named"),
    [
        ({"inference_typ": 1}, TypeError, "inference_type"),
        ({"input_shapes": []}, UsageError, "input_shapes"),
        ({"input_format": "TFLITE"}, UnsupportedError, "input_format"),
        ({"output_format": "TENSORFLOW_GRAPHDEF"}, UnsupportedError, "output_format"),
    ],
)
def test_toco_convert_names_what_is_wrong(arguments: Any, error: Any, named: Any) -> None:
    with pytest.raises(error, match=named):
        pytoco.toco_convert(graph_def(), ["x"], ["y"], **arguments)


def public(cls: Any) -> Any:
    return [name for name in dir(cls) if not name.startswith("_")]


@pytest.mark.parametrize("name", public(pytoco.TocoConverter))
def test_help_documents_every_attribute_and_argument(name: Any) -> None:
    page = pydoc.plain(pydoc.render_doc(pytoco.TocoConverter))
    member = inspect.getattr_static(pytoco.TocoConverter, name)
    documentation = inspect.getdoc(member if not isinstance(member, classmethod) else member.__func__)
    assert documentation
    assert documentation.splitlines()[0] in page
    function = getattr(pytoco.TocoConverter, name)
    if inspect.isroutine(function):
        for argument in [name for name in inspect.signature(function).parameters if name != "self"]:
            assert f"{argument}:" in documentation


def test_help_documents_every_constant() -> None:
    page = pydoc.plain(pydoc.render_doc(pytoco.TocoConverter))
    for name in pytoco.constants.__all__:
        if name.isupper():
            assert name in page
