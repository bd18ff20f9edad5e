"""How flags are written: abbreviations, old spellings, switches, values. Wrong ones are explained."""

from typing import Any

import pytest

from pytoco.compiler.cli.flags import FLAGS, option_fields
from pytoco.compiler.cli.parsing import Parser, add_flags, flag_texts, normalized
from pytoco.compiler.cli.work import check
from pytoco.compiler.constants import DataType, FileFormat, OpsSet
from pytoco.compiler.errors import UsageError
from pytoco.compiler.flag_values import ModelCheck, RnnState
from pytoco.compiler.options import Options


def fields(*argv: Any) -> Any:
    parser = Parser("p", "")
    add_flags(parser)
    return option_fields(flag_texts(parser.parse_args(normalized(argv))))


# The flags of tflite_convert in TensorFlow 1.15, and for some abbreviations the one flag that argparse found there.
TFLITE_CONVERT = [
    "output_file",
    "graph_def_file",
    "saved_model_dir",
    "keras_model_file",
    "output_format",
    "inference_type",
    "inference_input_type",
    "input_arrays",
    "input_shapes",
    "output_arrays",
    "saved_model_tag_set",
    "saved_model_signature_key",
    "std_dev_values",
    "mean_values",
    "default_ranges_min",
    "default_ranges_max",
    "quantize_weights",
    "post_training_quantize",
    "quantize_to_float16",
    "drop_control_dependency",
    "reorder_across_fake_quant",
    "change_concat_input_ranges",
    "allow_custom_ops",
    "target_ops",
    "dump_graphviz_dir",
    "dump_graphviz_video",
]


@pytest.mark.parametrize("name", TFLITE_CONVERT)
def test_every_unique_abbreviation_of_a_tflite_convert_flag_works(name: Any) -> None:
    value = {True: "true"}.get(FLAGS[name].is_switch, "1")
    for length in range(1, len(name) + 1):
        prefix = name[:length]
        could_mean = [other for other in TFLITE_CONVERT if other.startswith(prefix)]
        if could_mean == [name]:
            assert normalized([f"--{prefix}={value}"]) == [f"--{name}={value}"]


def test_the_singular_input_shape_of_the_documents_works() -> None:
    assert fields("--input_shape=1,128,128,3") == {"input_shapes": ((1, 128, 128, 3),)}


@pytest.mark.parametrize(
    ("prefix", "candidates"),
    [
        ("input", ["input_arrays", "input_shapes"]),
        ("output", ["output_file", "output_format", "output_arrays"]),
        ("inference", ["inference_type", "inference_input_type"]),
        ("default_ranges", ["default_ranges_min", "default_ranges_max"]),
    ],
)
def test_an_ambiguous_abbreviation_lists_what_it_could_mean(prefix: Any, candidates: Any) -> None:
    with pytest.raises(UsageError, match="ambiguous") as caught:
        normalized([f"--{prefix}=x"])
    for name in candidates:
        assert f"--{name}" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("--input_file=x", "--graph_def_file"),
        ("--input_files=x", "--graph_def_file"),
        ("--savedmodel_directory=x", "--saved_model_dir"),
        ("--std_value=1", "--std_dev_values"),
        ("--std_values=1", "--std_dev_values"),
        ("--batch_size=1", "--input_shapes"),
        ("--dump_graphviz=x", "--dump_graphviz_dir"),
        ("--input_type=FLOAT", "--inference_input_type"),
        ("--converter_mode=TOCO_FLEX", "--target_ops"),
        ("--enable_select_tf_ops", "--target_ops"),
        ("--logtostderr", "standard error"),
    ],
)
def test_old_spellings_get_advice(written: Any, advice: Any) -> None:
    with pytest.raises(UsageError) as caught:
        normalized([written])
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("--outputfile=x", "--output_file"),
        ("--infernce_type=FLOAT", "--inference_type"),
        ("--verfy_each", "--verify_each"),
    ],
)
def test_an_unknown_flag_is_an_error_that_names_the_nearest(written: Any, meant: Any) -> None:
    with pytest.raises(UsageError, match="unknown flag") as caught:
        normalized([written])
    assert meant in str(caught.value)


@pytest.mark.parametrize(
    ("argv", "value"),
    [
        (["--allow_custom_ops"], True),
        (["--allow-custom-ops"], True),
        (["--allow_custom_ops=true"], True),
        (["--allow_custom_ops=False"], False),
        (["--allow_custom_ops", "TRUE"], True),
        (["--allow_custom_ops", "false"], False),
        (["--allow_custom_ops=0"], False),
    ],
)
def test_switches_stand_alone_or_take_a_value(argv: Any, value: Any) -> None:
    assert fields(*argv) == {"allow_custom_ops": value}


def test_a_switch_does_not_swallow_what_follows() -> None:
    assert normalized(["--strict", "model.pb"]) == ["--strict=true", "model.pb"]


def test_a_switch_takes_only_true_and_false() -> None:
    with pytest.raises(UsageError, match="--strict: 'maybe'"):
        fields("--strict=maybe")


def test_values_may_follow_the_flag_even_when_they_are_negative() -> None:
    found = fields("--default_ranges_min", "-6", "--mean_values", "-1,2.5")
    assert found == {"default_ranges_min": -6.0, "mean_values": (-1.0, 2.5)}


@pytest.mark.parametrize("argv", [["--output_file"], ["--output_file", "--strict"], ["--output_file="]])
def test_a_missing_value_is_an_error(argv: Any) -> None:
    with pytest.raises(UsageError, match="--output_file: expected a value"):
        fields(*argv)


def test_choices_are_upper_cased() -> None:
    found = fields("--output_format=tflite", "--inference_type=float", "--target_ops=tflite_builtins,select_tf_ops")
    assert found == {
        "output_format": FileFormat.TFLITE,
        "inference_type": DataType.FLOAT,
        "target_ops": (OpsSet.TFLITE_BUILTINS, OpsSet.SELECT_TF_OPS),
    }


def test_a_wrong_choice_names_flag_and_choices() -> None:
    with pytest.raises(UsageError) as caught:
        fields("--inference_type=FLAOT")
    assert "--inference_type" in str(caught.value)
    assert "did you mean FLOAT?" in str(caught.value)


def test_a_wrong_format_names_flag_and_choices_those_of_plugins_too() -> None:
    for text in ("TFLIT", "tflit"):
        with pytest.raises(UsageError) as caught:
            check(Options(**fields(f"--output_format={text}"), graph_def_file="x"))
        assert "--output_format: 'TFLIT' is not known (did you mean 'TFLITE'? choose from TFLITE, " in str(caught.value)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("1,2,3", ((1, 2, 3),)),
        ("1,2:3", ((1, 2), (3,))),
        ("", ((),)),
        ("1,2::4", ((1, 2), (), (4,))),
        ("?,3:None,-1", ((None, 3), (None, None))),
        ("[1, 2]", ((1, 2),)),
        ("0", ((0,),)),
    ],
)
def test_shapes(text: Any, shapes: Any) -> None:
    assert fields(f"--input_shapes={text}") == {"input_shapes": shapes}


@pytest.mark.parametrize("text", ["1,x", "1,,2", "1.5", "-3", "1x2"])
def test_wrong_shapes_name_the_flag(text: Any) -> None:
    with pytest.raises(UsageError, match="--input_shapes"):
        fields(f"--input_shapes={text}")


@pytest.mark.parametrize("text", ["a,,b", ",a", "a,"])
def test_an_empty_item_of_a_list_is_an_error(text: Any) -> None:
    with pytest.raises(UsageError, match="--input_arrays: item"):
        fields(f"--input_arrays={text}")


@pytest.mark.parametrize("text", ["x", "1,", "nan", "1;2"])
def test_numbers_are_checked(text: Any) -> None:
    with pytest.raises(UsageError, match="--mean_values"):
        fields(f"--mean_values={text}")


def test_rnn_states() -> None:
    text = "{state_array:s,back_edge_source_array:b,size:8},{state_array:t,back_edge_source_array:c,size:1}"
    assert fields(f"--rnn_states={text}") == {"rnn_states": (RnnState("s", "b", 8), RnnState("t", "c", 1))}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{state_array:s,size:8}", "item 1 lacks back_edge_source_array"),
        ("{state_array:s,back_edge_source_array:b,size:0}", "size 0 of 's'"),
        ("{state_array:s,back_edge_source_array:b,size:many}", "'many'"),
        ("{state_array:s,back_edge_source_array:b,sise:1}", "'sise:1'"),
        ("state_array:s", "cannot read"),
        ("{state_array:s", "cannot read"),
    ],
)
def test_wrong_rnn_states_are_named(text: Any, named: Any) -> None:
    with pytest.raises(UsageError) as caught:
        fields(f"--rnn_states={text}")
    assert named in str(caught.value)


def test_model_checks() -> None:
    found = fields("--model_checks={count_type:Conv,count_min:2,count_max:3},{count_type:Total,count_min:9}")
    assert found == {"model_checks": (ModelCheck("Conv", 2, 3), ModelCheck("Total", 9, -1))}


def test_model_checks_below_minus_one_are_refused() -> None:
    with pytest.raises(UsageError, match="'Conv'"):
        fields("--model_checks={count_type:Conv,count_min:-2}")


def test_quantize_weights_is_the_old_name_of_post_training_quantize() -> None:
    assert fields("--quantize_weights") == {"post_training_quantize": True}
