"""What can be checked without the model: contradictions of flags, features that are not there yet, settings in vain."""

from typing import Any

import pytest

from pytoco.compiler.constants import DataType, FileFormat
from pytoco.compiler.errors import UnsupportedError, UsageError
from pytoco.compiler.flag_values import RnnState
from pytoco.compiler.options import Options, validate


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"input_shapes": ((1,),)}, "--input_shapes must be used with --input_arrays"),
        ({"input_arrays": ("a", "b"), "input_shapes": ((1,),)}, "--input_shapes has 1 item(s)"),
        ({"input_arrays": ("a",), "input_data_types": ("FLOAT", "INT32")}, "--input_data_types has 2 item(s)"),
        ({"mean_values": (1.0,)}, "must be used together"),
        ({"std_dev_values": (1.0,)}, "must be used together"),
        ({"mean_values": (1.0, 2.0), "std_dev_values": (1.0,)}, "--std_dev_values has 1"),
        (
            {"input_arrays": ("a", "b"), "mean_values": (1.0,), "std_dev_values": (1.0,)},
            "--input_arrays has 2 (a, b)",
        ),
        ({"mean_values": (1.0, 2.0), "std_dev_values": (1.0, 2.0)}, "--input_arrays has 0 (none given)"),
        ({"mean_values": (1.0,), "std_dev_values": (0.0,)}, "standard deviation of 0"),
        ({"default_ranges_min": 0.0}, "--default_ranges_min and --default_ranges_max"),
        ({"default_ranges_max": 0.0}, "--default_ranges_min and --default_ranges_max"),
        ({"default_int16_ranges_max": 0.0}, "--default_int16_ranges_min and --default_int16_ranges_max"),
        ({"default_ranges_min": 6.0, "default_ranges_max": 0.0}, "6 is not below"),
        ({"dump_graphviz_video": True}, "--dump_graphviz_dir"),
        ({"graphviz_first_array": "a"}, "--graphviz_last_array"),
        ({"inference_type": DataType.INT32}, "INT32 is not a type for real values"),
        ({"inference_type": "QUANTIZED_UINT8", "inference_input_type": "FLOAT"}, "float inputs"),
        ({"input_arrays": ("a:0",)}, "write 'a'"),
        ({"output_arrays": ("b:0",)}, "write 'b'"),
        ({"input_arrays": ("a", "a")}, "'a' is listed twice"),
        ({"input_arrays": ("a",), "output_arrays": ("a",)}, "both an input and an output"),
        ({"input_arrays": ("caf\u00e9",)}, "U+00E9"),
        ({"graph_def_file": "a.pb", "saved_model_dir": "b"}, "cannot be used together"),
        ({"dedupe_array_min_size_bytes": -1}, "negative"),
    ],
)
def test_contradictions_are_named(fields: Any, named: Any) -> None:
    with pytest.raises(UsageError) as caught:
        validate(Options(**fields))
    assert named in str(caught.value)


def test_names_beyond_ascii_can_be_allowed() -> None:
    assert validate(Options(input_arrays=("caf\u00e9",), allow_nonascii_arrays=True)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"output_format": FileFormat.TENSORFLOW_GRAPHDEF},
        {"split_tflite_lstm_inputs": False},
        {"rnn_states": (RnnState("s", "b", 1),)},
        {"model_flags_file": "flags.pb"},
    ],
)
def test_what_is_not_there_yet_is_refused_by_its_flag(fields: Any) -> None:
    with pytest.raises(UnsupportedError, match="not in this version yet") as caught:
        validate(Options(**fields))
    assert f"--{next(iter(fields))}:" in str(caught.value)


def test_all_that_is_not_there_yet_is_told_at_once() -> None:
    with pytest.raises(UnsupportedError) as caught:
        validate(Options(model_flags_file="flags.pb", split_tflite_lstm_inputs=False))
    assert "--model_flags_file" in str(caught.value)
    assert "--split_tflite_lstm_inputs" in str(caught.value)


def test_stats_of_float_inputs_are_accepted_with_a_warning() -> None:
    options = Options(input_arrays=("a",), mean_values=(128.0,), std_dev_values=(127.0,))
    assert [text for text in validate(options) if "no effect" in text]


def test_settings_of_a_saved_model_warn_without_one() -> None:
    assert validate(Options(graph_def_file="g", saved_model_tag_set=("serve",), saved_model_signature_key="k")) == [
        "--saved_model_tag_set has no effect without --saved_model_dir",
        "--saved_model_signature_key has no effect without --saved_model_dir",
    ]


def test_defaults_are_sound_and_say_nothing() -> None:
    assert validate(Options()) == []
    assert Options().given() == {}


def test_fields_take_what_callers_write() -> None:
    written: dict[str, Any] = {
        "output_format": "graphviz_dot",
        "input_arrays": ["a"],
        "input_shapes": [[1, -1]],
        "inference_type": "float32",
    }
    options = Options(**written)
    assert options.output_format is FileFormat.GRAPHVIZ_DOT
    assert options.input_arrays == ("a",)
    assert options.input_shapes == ((1, None),)
    assert options.inference_type is DataType.FLOAT


@pytest.mark.parametrize("fields", [{"input_arrays": "a"}, {"output_arrays": [1]}, {"graph_def_file": 3}])
def test_fields_refuse_what_cannot_be_meant(fields: Any) -> None:
    with pytest.raises(UsageError, match=next(iter(fields))):
        Options(**fields)
