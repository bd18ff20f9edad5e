"""`Options`: everything a conversion can be told, as the command line and the Python API both say it, and its checks.

The fields carry the names of TOCO's flags; what a flag of TOCO meant, the field means.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from .constants import DataType, FileFormat, OpsSet
from .errors import UnsupportedError, UsageError
from .flag_values import FlagShape, ModelCheck, RnnState
from .tensor_arguments import flag_shape


@dataclass(slots=True, kw_only=True)
class Options:
    """What to convert, into what, and how. `validate` checks it.

    `None` means "not said" throughout. Names of arrays carry no `:0`. Lists about inputs are in the order of
    `input_arrays`.
    """

    # source and destination
    graph_def_file: str | None = None
    saved_model_dir: str | None = None
    saved_model_tag_set: tuple[str, ...] | None = None
    saved_model_signature_key: str | None = None
    keras_model_file: str | None = None
    input_format: FileFormat | None = None
    output_file: str | None = None
    output_format: FileFormat = FileFormat.TFLITE

    # boundary of the graph
    input_arrays: tuple[str, ...] | None = None
    input_shapes: tuple[FlagShape | None, ...] | None = None
    input_data_types: tuple[DataType, ...] | None = None
    output_arrays: tuple[str, ...] | None = None
    rnn_states: tuple[RnnState, ...] = ()
    model_checks: tuple[ModelCheck, ...] = ()
    allow_nonexistent_arrays: bool = False
    allow_nonascii_arrays: bool = False
    keep_dynamic_shapes: bool = False
    variable_batch: bool = False
    arrays_extra_info_file: str | None = None
    model_flags_file: str | None = None

    # number types
    inference_type: DataType = DataType.FLOAT
    inference_input_type: DataType | None = None
    inference_output_type: DataType | None = None
    mean_values: tuple[float, ...] | None = None
    std_dev_values: tuple[float, ...] | None = None
    default_ranges_min: float | None = None
    default_ranges_max: float | None = None
    default_int16_ranges_min: float | None = None
    default_int16_ranges_max: float | None = None
    post_training_quantize: bool = False
    quantize_to_float16: bool = False
    representative_dataset: Callable[[], Any] | None = None
    drop_fake_quant: bool = False
    reorder_across_fake_quant: bool = False
    change_concat_input_ranges: bool = False
    propagate_fake_quant_num_bits: bool = False
    allow_nudging_weights_to_use_fast_gemm_kernel: bool = False

    # what the result may contain
    target_ops: tuple[OpsSet, ...] = (OpsSet.TFLITE_BUILTINS,)
    allow_custom_ops: bool = False
    allow_dynamic_tensors: bool = True
    drop_control_dependency: bool = True
    debug_disable_recurrent_cell_fusion: bool = False
    split_tflite_lstm_inputs: bool = True
    dedupe_array_min_size_bytes: int = 64

    # drawings
    dump_graphviz_dir: str | None = None
    dump_graphviz_video: bool = False
    graphviz_first_array: str | None = None
    graphviz_last_array: str | None = None

    # the pass manager
    strict: bool = False
    verify_each: bool = False
    shuffle_seed: int | None = None
    plugins_file: str | None = None
    plugin_switches: tuple[str, ...] = ()
    verbosity: int = 0

    def __post_init__(self) -> None:
        """Take what callers may write instead: names of enum members, lists, path objects."""
        for name, coerce in _COERCED.items():
            value = getattr(self, name)
            if value is not None:
                setattr(self, name, coerce(value, name))

    def given(self) -> dict[str, Any]:
        """The fields that differ from their defaults, by name: the mapping that frontends and backends read."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}


def _items(check: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, ...]]:
    def coerce(value: Any, name: str) -> tuple[Any, ...]:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise UsageError(f"{name}: expected a list, got {value!r}")
        return tuple(check(item, name) for item in value)

    return coerce


def _path(value: Any, name: str) -> str:
    try:
        return os.fsdecode(value)
    except TypeError:
        raise UsageError(f"{name}: {value!r} is not a path") from None


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name}: {value!r} is not a name")
    return value


_PATHS = ("graph_def_file", "saved_model_dir", "keras_model_file", "output_file", "dump_graphviz_dir", "plugins_file")

_COERCED: dict[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(_PATHS, _path),
    **dict.fromkeys(("input_format", "output_format"), FileFormat.coerce),
    **dict.fromkeys(("inference_type", "inference_input_type", "inference_output_type"), DataType.coerce),
    **dict.fromkeys(("input_arrays", "output_arrays", "plugin_switches"), _items(_text)),
    "input_shapes": _items(flag_shape),
    "input_data_types": _items(DataType.coerce),
    "target_ops": _items(OpsSet.coerce),
}

_SOURCES = ("graph_def_file", "saved_model_dir", "keras_model_file")

# What TOCO knew and this version refuses: field -> (is it asked for?, what to say).
_NOT_YET: dict[str, tuple[Callable[[Any], bool], str]] = {
    "saved_model_dir": (bool, "reading SavedModels; freeze the graph and give --graph_def_file"),
    "keras_model_file": (bool, "reading Keras HDF5 files; freeze the graph and give --graph_def_file"),
    "input_format": (lambda v: v not in (None, FileFormat.TENSORFLOW_GRAPHDEF), "reading formats other than GraphDefs"),
    "output_format": (lambda v: v is FileFormat.TENSORFLOW_GRAPHDEF, "writing GraphDefs; choose TFLITE"),
    "inference_type": (lambda v: v is not DataType.FLOAT, "quantized inference; leave it FLOAT"),
    "inference_input_type": (lambda v: v not in (None, DataType.FLOAT), "quantized inputs; leave it FLOAT"),
    "inference_output_type": (lambda v: v not in (None, DataType.FLOAT), "quantized outputs; leave it FLOAT"),
    "default_ranges_min": (lambda v: v is not None, "dummy quantization"),
    "default_int16_ranges_min": (lambda v: v is not None, "dummy quantization"),
    "post_training_quantize": (bool, "quantizing weights after training"),
    "quantize_to_float16": (bool, "float16 weights"),
    "representative_dataset": (lambda v: v is not None, "calibration with a representative dataset"),
    "drop_fake_quant": (bool, "removing FakeQuant nodes"),
    "reorder_across_fake_quant": (bool, "moving operators across FakeQuant"),
    "change_concat_input_ranges": (bool, "adapting the ranges of concatenated arrays"),
    "propagate_fake_quant_num_bits": (bool, "choosing types by the bits of FakeQuant"),
    "allow_nudging_weights_to_use_fast_gemm_kernel": (bool, "nudging quantized weights"),
    "target_ops": (
        lambda v: OpsSet.TFLITE_BUILTINS_INT8 in v,
        "quantized kernels only; leave TFLITE_BUILTINS_INT8 out",
    ),
    "allow_dynamic_tensors": (lambda v: not v, "refusing arrays whose shape is known only at run time"),
    "split_tflite_lstm_inputs": (lambda v: not v, "recurrent cells"),
    "variable_batch": (bool, "a batch size chosen at run time; --keep_dynamic_shapes leaves it unknown"),
    "rnn_states": (bool, "recurrent states given by hand"),
    "arrays_extra_info_file": (bool, "extra information about arrays from a file"),
    "model_flags_file": (bool, "model flags from a file"),
}


def refuse_not_yet(options: Options) -> None:
    """Raise one `UnsupportedError` naming every flag that asks for something this version cannot do."""
    wanted = [f"--{name}: {text}" for name, (asked, text) in _NOT_YET.items() if asked(getattr(options, name))]
    if wanted:
        raise UnsupportedError("not in this version yet: " + "; ".join(wanted))


def _listed(arrays: tuple[str, ...] | None) -> str:
    return ", ".join(arrays) if arrays else "none given"


def _odd_characters(name: str) -> str:
    odd = [(place, char) for place, char in enumerate(name) if not (char.isascii() and char.isprintable())]
    return ", ".join(f"{char!r} (U+{ord(char):04X}) at {place}" for place, char in odd)


def _check_names(options: Options) -> None:
    for flag in ("input_arrays", "output_arrays"):
        seen: dict[str, None] = {}
        for name in getattr(options, flag) or ():
            if name.endswith(":0"):
                hint = f"write {name[:-2]!r}, which means the first output"
                raise UsageError(f"--{flag}: {name!r} ends in ':0'", hint=hint)
            if not options.allow_nonascii_arrays and _odd_characters(name):
                message = f"--{flag}: {name!r} holds characters that are not printable ASCII: {_odd_characters(name)}"
                raise UsageError(message, hint="allow them with --allow_nonascii_arrays")
            if name in seen:
                raise UsageError(f"--{flag}: {name!r} is listed twice")
            seen[name] = None
    both = [name for name in options.output_arrays or () if name in (options.input_arrays or ())]
    if both:
        message = f"array {both[0]!r} is both an input and an output array"
        raise UsageError(message, hint="choose an output array that is computed")


def _check_lists(options: Options) -> None:
    arrays = options.input_arrays
    count = len(arrays or ())
    ours = f"--input_arrays has {count} ({', '.join(arrays) if arrays else 'none given'})"
    each = "give one for every input array, in the same order"
    for flag in ("input_shapes", "input_data_types"):
        items = getattr(options, flag)
        if items is not None and not arrays:
            raise UsageError(f"--{flag} must be used with --input_arrays")
        if items is not None and len(items) != count:
            raise UsageError(f"--{flag} has {len(items)} item(s), but {ours}", hint=each)
    means, deviations = options.mean_values, options.std_dev_values
    if (means is None) != (deviations is None):
        raise UsageError("--std_dev_values and --mean_values must be used together")
    if means is None or deviations is None:
        return
    if len(means) != len(deviations):
        message = f"--mean_values has {len(means)} item(s), but --std_dev_values has {len(deviations)}"
        raise UsageError(message, hint=each)
    if (arrays and len(means) != count) or (not arrays and len(means) > 1):
        message = f"--mean_values and --std_dev_values have {len(means)} item(s) each, but {ours}"
        raise UsageError(message, hint=each)
    if 0 in deviations:
        raise UsageError("--std_dev_values: a standard deviation of 0 is impossible")


def _check_types(options: Options) -> None:
    for stem in ("default_ranges", "default_int16_ranges"):
        low, high = getattr(options, f"{stem}_min"), getattr(options, f"{stem}_max")
        if (low is None) != (high is None):
            raise UsageError(f"--{stem}_min and --{stem}_max must be used together")
        if low is not None and not low < high:
            raise UsageError(f"--{stem}_min {low:g} is not below --{stem}_max {high:g}")
    real_types = tuple(member for member in DataType if member is DataType.FLOAT or member.is_quantized)
    for flag in ("inference_type", "inference_input_type", "inference_output_type"):
        value = getattr(options, flag)
        if value is not None and value not in real_types:
            message = f"--{flag}: {value.name} is not a type for real values"
            raise UsageError(message, hint=f"choose from {', '.join(member.name for member in real_types)}")
    if options.inference_type.is_quantized and options.inference_input_type is DataType.FLOAT:
        message = "quantized inference is not possible with float inputs"
        raise UsageError(message, hint="leave --inference_input_type out")


def validate(options: Options) -> list[str]:
    """Check what can be checked without the model and return warnings about settings without effect.

    Raises `UsageError` for contradictions, then `UnsupportedError` for what this version cannot do.
    """
    sources = [name for name in _SOURCES if getattr(options, name)]
    if len(sources) > 1:
        message = " and ".join(f"--{name}" for name in sources) + " cannot be used together"
        raise UsageError(message, hint="give one model")
    _check_names(options)
    _check_lists(options)
    _check_types(options)
    if not options.target_ops:
        raise UsageError("--target_ops names no operator set", hint="TFLITE_BUILTINS is the usual one")
    if options.dump_graphviz_video and not options.dump_graphviz_dir:
        raise UsageError("--dump_graphviz_video must be used with --dump_graphviz_dir")
    if bool(options.graphviz_first_array) != bool(options.graphviz_last_array):
        raise UsageError("--graphviz_first_array and --graphviz_last_array must be used together")
    if options.dedupe_array_min_size_bytes < 0:
        raise UsageError(f"--dedupe_array_min_size_bytes: {options.dedupe_array_min_size_bytes} is negative")
    refuse_not_yet(options)
    warnings = []
    if options.mean_values is not None and DataType.FLOAT in (options.inference_type, options.inference_input_type):
        warnings.append("--mean_values and --std_dev_values have no effect: the inputs are float")
    folder = () if options.saved_model_dir else ("saved_model_tag_set", "saved_model_signature_key")
    idle = [flag for flag in folder if getattr(options, flag) is not None]
    return [*warnings, *(f"--{flag} has no effect without --saved_model_dir" for flag in idle)]
