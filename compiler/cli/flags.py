"""The table of conversion flags: names, values, help. Both `tflite_convert` and `pytoco convert` are made from it.

Names and meanings are those of `tflite_convert` up to TensorFlow 1.15 (`era` "toco") and of the C++ `toco` tool
("cpp"); what pytoco adds is "pytoco". Abbreviations look at the first era before the others.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from ..constants import DataType, OpsSet, PluginFormat
from ..flag_values import (
    Parser,
    boolean,
    choice,
    choices,
    integer,
    model_checks,
    names,
    number,
    numbers,
    plain,
    rnn_states,
    shapes,
    texts,
)


class Flag(NamedTuple):
    """One conversion flag.

    `field` is the `Options` field it sets (empty: the flag's own name); a flag whose parser is `boolean` is a switch. A
    flag without `help` is accepted but not listed. `bare` is the value of a flag that may stand alone without being a
    switch; its value follows as `--flag=value`, or as a next word that ends as `metavar` does.
    """

    name: str
    parse: Parser
    help: str
    metavar: str = ""
    era: Literal["toco", "cpp", "pytoco"] = "toco"
    field: str = ""
    bare: str = ""

    @property
    def is_switch(self) -> bool:
        """Whether the flag may stand alone."""
        return self.parse is boolean

    @property
    def target(self) -> str:
        """The `Options` field that the flag sets."""
        return self.field or self.name


_FORMAT = choice(PluginFormat.coerce)
_TYPE = choice(DataType.coerce)

GROUPS: dict[str, tuple[Flag, ...]] = {
    "files": (
        Flag("output_file", plain, "result file; its suffix selects nothing", "FILE"),
        Flag("graph_def_file", plain, "frozen GraphDef, binary or text", "FILE"),
        Flag("saved_model_dir", plain, "SavedModel folder", "DIR"),
        Flag("keras_model_file", plain, "Keras HDF5 file", "FILE"),
        Flag("saved_model_tag_set", names, 'tags of the graph in the SavedModel ["serve"]', "TAG,.."),
        Flag("saved_model_signature_key", plain, 'signature of the SavedModel ["serving_default"]', "KEY"),
        Flag("all_signatures", boolean, "convert every signature of the SavedModel into one file", era="pytoco"),
        Flag("verify_checksums", boolean, "check the checksums of a SavedModel's variables", era="pytoco"),
        Flag("input_format", _FORMAT, "TENSORFLOW_GRAPHDEF, TFLITE or a plugin's; guessed otherwise", "FORMAT", "cpp"),
        Flag("output_format", _FORMAT, "TFLITE (default), GRAPHVIZ_DOT, MODEL_EXPLORER or a plugin's", "FORMAT"),
    ),
    "inputs and outputs": (
        Flag("input_arrays", names, "names of the input arrays", "NAME,.."),
        Flag("input_shapes", shapes, "their shapes, such as 1,224,224,3:1,10", "SHAPE:.."),
        Flag("output_arrays", names, "names of the output arrays", "NAME,.."),
        Flag("input_data_types", choices(DataType.coerce), "their types", "TYPE,..", "cpp"),
        Flag("keep_dynamic_shapes", boolean, "leave unknown dimensions of inputs unknown", era="pytoco"),
        Flag("variable_batch", boolean, "leave the batch size of inputs unknown", era="cpp"),
        Flag(
            "rnn_states", rnn_states, "recurrent states", "{state_array:..,back_edge_source_array:..,size:..},..", "cpp"
        ),
        Flag(
            "model_checks",
            model_checks,
            "what the result must hold",
            "{count_type:..,count_min:..,count_max:..},..",
            "cpp",
        ),
        Flag("allow_nonexistent_arrays", boolean, "tolerate input and output arrays that do not exist", era="cpp"),
        Flag("allow_nonascii_arrays", boolean, "tolerate names with characters beyond printable ASCII", era="cpp"),
        Flag("arrays_extra_info_file", plain, "ArraysExtraInfo message, binary or text", "FILE", "cpp"),
        Flag("model_flags_file", plain, "ModelFlags message, binary or text; flags override it", "FILE", "cpp"),
    ),
    "number types": (
        Flag("inference_type", _TYPE, "type of real-valued arrays: FLOAT (default), QUANTIZED_UINT8, INT8, ..", "TYPE"),
        Flag("inference_input_type", _TYPE, "type of real-valued inputs [the inference type]", "TYPE"),
        Flag("inference_output_type", _TYPE, "type of real-valued outputs [the inference type]", "TYPE", "pytoco"),
        Flag("mean_values", numbers, "of each quantized input: the integer that stands for 0.0", "NUMBER,.."),
        Flag("std_dev_values", numbers, "of each quantized input: real = (integer - mean) / std_dev", "NUMBER,.."),
        Flag("default_ranges_min", number, "least value of arrays whose range is unknown", "NUMBER"),
        Flag("default_ranges_max", number, "greatest value of arrays whose range is unknown", "NUMBER"),
        Flag("default_int16_ranges_min", number, "the same for int16 arrays", "NUMBER", "cpp"),
        Flag("default_int16_ranges_max", number, "the same for int16 arrays", "NUMBER", "cpp"),
        Flag("post_training_quantize", boolean, "store weights as int8"),
        Flag("quantize_weights", boolean, "", field="post_training_quantize"),
        Flag("quantize_to_float16", boolean, "with --post_training_quantize: store weights as float16"),
        Flag(
            "representative_dataset",
            plain,
            "samples of the inputs, from which ranges are learned",
            "FILE.npz",
            "pytoco",
        ),
        Flag("calibration_percentile", number, "how much of the values a range covers, such as 99.99", "P", "pytoco"),
        Flag("strict_quantization", boolean, "refuse operators that would stay in float", era="pytoco"),
        Flag("drop_fake_quant", boolean, "remove FakeQuant nodes", era="cpp"),
        Flag("reorder_across_fake_quant", boolean, "let operators move across FakeQuant nodes"),
        Flag("change_concat_input_ranges", boolean, "give the inputs of a concatenation its range"),
        Flag("propagate_fake_quant_num_bits", boolean, "refuse FakeQuant of more bits than the type has", era="cpp"),
        Flag(
            "allow_nudging_weights_to_use_fast_gemm_kernel",
            boolean,
            "no effect; kernels of today take any weights",
            era="cpp",
        ),
    ),
    "operators": (
        Flag("allow_custom_ops", boolean, "write unknown operators as custom ones"),
        Flag("target_ops", choices(OpsSet.coerce), "TFLITE_BUILTINS (default), SELECT_TF_OPS, ..", "SET,.."),
        Flag("drop_control_dependency", boolean, "ignore control inputs (default true)"),
        Flag("allow_dynamic_tensors", boolean, "allow shapes known only at run time (default true)", era="cpp"),
        Flag("debug_disable_recurrent_cell_fusion", boolean, "do not look for LSTM cells", era="cpp"),
        Flag("split_tflite_lstm_inputs", boolean, "write LSTM cells with all their inputs (default true)", era="cpp"),
        Flag("dedupe_array_min_size_bytes", integer, "least size of constants that are shared [64]", "BYTES", "cpp"),
    ),
    "debugging": (
        Flag("dump_graphviz_dir", plain, "folder for drawings of the graph at several stages", "DIR"),
        Flag("dump_graphviz_video", boolean, "draw the graph after every rewrite too"),
        Flag("graphviz_first_array", plain, "draw only what lies after this array", "NAME", "cpp"),
        Flag("graphviz_last_array", plain, "draw only what lies before this array", "NAME", "cpp"),
        Flag("journal", plain, "record every rewrite in this file", "FILE", "pytoco"),
        Flag("journal_values", boolean, "keep the values of derived constants beside the journal", era="pytoco"),
        Flag(
            "check",
            plain,
            "compute every rewrite on sample inputs: those of an .npz file, or random ones",
            "FILE.npz",
            "pytoco",
            bare="random",
        ),
        Flag("check_tolerance", number, "error that --check allows, relative to the largest value", "NUMBER", "pytoco"),
        Flag("timing", boolean, "show what each pass attempted, matched, rewrote, and how long it took", era="pytoco"),
        Flag("stop_after", integer, "after so many rewrites make only those that the export needs", "N", "pytoco"),
        Flag("source_metadata", boolean, "name the source nodes of every operator in the result", era="pytoco"),
        Flag("strict", boolean, "stop when a pass fails instead of going on without it", era="pytoco"),
        Flag("verify_each", boolean, "check the whole graph after each rewrite", era="pytoco"),
        Flag("shuffle_seed", integer, "", "SEED", "pytoco"),
        Flag("pipeline", plain, "pipeline of plugins.toml to run [that of the output format]", "NAME", "pytoco"),
        Flag("plugins", plain, "plugins.toml to use", "FILE", "pytoco", field="plugins_file"),
        Flag("plugin_options", texts, "", "{NAME: TEXT}", "pytoco", field="extra"),
        Flag("v", integer, "", "LEVEL", "cpp", field="verbosity"),
        Flag("debug", boolean, "show tracebacks of errors (as PYTOCO_DEBUG=1 does)", era="pytoco"),
    ),
}

FLAGS: dict[str, Flag] = {flag.name: flag for group in GROUPS.values() for flag in group}

_GRAPH = "use --graph_def_file"
_FOLDER = "use --saved_model_dir"
_SELECT = "use --target_ops=TFLITE_BUILTINS,SELECT_TF_OPS"

# Flags of older tools, by what their names begin with, and what to write today.
OLD_SPELLINGS: dict[str, str] = {
    "input_file": _GRAPH,
    "savedmodel_directory": _FOLDER,
    "savedmodel_tagset": "use --saved_model_tag_set",
    "std_value": "use --std_dev_values",
    "batch_size": "use --input_shapes",
    "dump_graphviz": "use --dump_graphviz_dir, and --dump_graphviz_video for a drawing after every rewrite",
    "input_type": "use --inference_input_type",
    "converter_mode": "use --target_ops",
    "enable_select_tf_ops": _SELECT,
    "force_select_tf_ops": "use --target_ops=SELECT_TF_OPS",
    "logtostderr": "leave it out, messages always go to standard error",
}


def option_fields(texts: dict[str, str]) -> dict[str, Any]:
    """`Options` fields from the texts of the given flags, by flag name. Raises `UsageError` for a wrong value."""
    return {FLAGS[name].target: FLAGS[name].parse(text, name) for name, text in texts.items() if name != "debug"}
