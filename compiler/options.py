"""`Options`: everything a conversion can be told, as the command line and the Python API both say it, and its checks.

The fields carry the names of TOCO's flags; what a flag of TOCO meant, the field means.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import isfinite
from typing import Any

from .array_info import ArrayInfo, array_infos
from .constants import DataType, FileFormat, OpsSet, PluginFormat
from .errors import UnsupportedError, UsageError
from .flag_values import FlagShape, ModelCheck, RnnState
from .tensor_arguments import flag_shape


@dataclass(slots=True, kw_only=True)
class Options:
    """What to convert, into what, and how. `validate` checks it.

    `None` means "not said" throughout. Names of arrays carry no `:0`. Lists about inputs are in the order of
    `input_arrays`. `extra` are values of options that plugins offer, by name; passes, observers and hooks find all of
    them there.
    """

    # source and destination
    graph_def_file: str | None = None
    saved_model_dir: str | None = None
    saved_model_tag_set: tuple[str, ...] | None = None
    saved_model_signature_key: str | None = None
    all_signatures: bool = False
    verify_checksums: bool = False
    keras_model_file: str | None = None
    input_format: FileFormat | PluginFormat | None = None
    output_file: str | None = None
    output_format: FileFormat | PluginFormat = FileFormat.TFLITE

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
    arrays_extra_info: tuple[ArrayInfo, ...] = ()
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
    representative_dataset: Callable[[], Any] | Sequence[Any] | str | None = None
    calibration_percentile: float | None = None
    strict_quantization: bool = False
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

    # looking closer
    journal: str | None = None
    journal_values: bool = False
    check: str | None = None
    check_tolerance: float | None = None
    timing: bool = False
    stop_after: int | None = None
    source_metadata: bool = False

    # the pass manager
    strict: bool = False
    verify_each: bool = False
    shuffle_seed: int | None = None
    pipeline: str | None = None
    plugins_file: str | None = None
    plugin_switches: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    verbosity: int = 0

    def __post_init__(self) -> None:
        """Take what callers may write instead: names of enum members, lists, path objects."""
        for name, coerce in _COERCED.items():
            value = getattr(self, name)
            if value is not None:
                setattr(self, name, coerce(value, name))

    def said(self) -> dict[str, Any]:
        """As `given`, but of options of plugins only those that were given, as they were: what a record has to keep."""
        own = {name: value for name, value in self.given().items() if name not in self.extra}
        return {**own, **getattr(self.extra, "said", self.extra)}

    @classmethod
    def of(cls, given: Options | Mapping[str, Any] | None) -> Options:
        """Options from a mapping in which those of plugins stand beside the others, by their own names; None: none.

        Raises UsageError for values that make no sense.
        """
        if isinstance(given, Options):
            return given
        own = {name: value for name, value in (given or {}).items() if name in cls.__dataclass_fields__}
        extra = {name: value for name, value in (given or {}).items() if name not in own}
        return cls(**{**own, "extra": {**_mapping(own.get("extra", {}), "extra"), **extra}})

    def given(self) -> dict[str, Any]:
        """The fields that differ from their defaults, by name: the mapping that frontends and backends read.

        Options of plugins (`extra`) are among them, by their own names.
        """
        own = (f for f in fields(self) if f.name != "extra")
        return {**{f.name: getattr(self, f.name) for f in own if getattr(self, f.name) != f.default}, **self.extra}


def _items(check: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, ...]]:
    def coerce(value: Any, name: str) -> tuple[Any, ...]:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise UsageError(f"{name}: expected a list, got {value!r}")
        return tuple(check(item, name) for item in value)

    return coerce


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name}: expected a mapping, got {value!r}")
    return value


def _path(value: Any, name: str) -> str:
    try:
        return os.fsdecode(value)
    except TypeError:
        raise UsageError(f"{name}: {value!r} is not a path") from None


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name}: {value!r} is not a name")
    return value


def _check_inputs(value: Any, name: str) -> str | None:
    """`random` for True, nothing for False, or a path."""
    if isinstance(value, bool):
        return "random" if value else None
    return _path(value, name)


_SOURCES = ("graph_def_file", "saved_model_dir", "keras_model_file")


def _dataset(value: Any, name: str) -> Any:
    """A function, a sequence of samples, or a path."""
    value = getattr(value, "input_gen", value)  # the RepresentativeDataset class of TensorFlow 1.15 wraps a function
    if callable(value) or (isinstance(value, Sequence) and not isinstance(value, str | bytes)):
        return value
    if isinstance(value, str | os.PathLike):
        return _path(value, name)
    raise UsageError(f"{name}: {value!r} cannot be called", hint="give a function that yields lists of inputs")


_PATHS = (*_SOURCES, "output_file", "arrays_extra_info_file", "dump_graphviz_dir", "journal", "plugins_file")

_COERCED: dict[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(_PATHS, _path),
    **dict.fromkeys(("input_format", "output_format"), PluginFormat.coerce),
    "pipeline": _text,
    "extra": _mapping,
    **dict.fromkeys(("inference_type", "inference_input_type", "inference_output_type"), DataType.coerce),
    **dict.fromkeys(("input_arrays", "output_arrays", "plugin_switches"), _items(_text)),
    "arrays_extra_info": array_infos,
    "check": _check_inputs,
    "representative_dataset": _dataset,
    "input_shapes": _items(flag_shape),
    "input_data_types": _items(DataType.coerce),
    "target_ops": _items(OpsSet.coerce),
}

_OF_SAVED_MODELS = ("saved_model_tag_set", "saved_model_signature_key", "all_signatures", "verify_checksums")
_UNSAID = (None, False)
_NEEDS = (("journal_values", "journal"), ("check_tolerance", "check"))
_NOT_NEGATIVE = ("dedupe_array_min_size_bytes", "stop_after", "check_tolerance")

# What TOCO knew and this version refuses: field -> (is it asked for?, what to say).
_NOT_YET: dict[str, tuple[Callable[[Any], bool], str]] = {
    "output_format": (lambda v: v is FileFormat.TENSORFLOW_GRAPHDEF, "writing GraphDefs; choose TFLITE"),
    "split_tflite_lstm_inputs": (lambda v: not v, "recurrent cells"),
    "rnn_states": (bool, "recurrent states given by hand"),
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
    for flag, values in (("mean_values", means), ("std_dev_values", deviations)):
        odd = [value for value in values if not isfinite(value)]
        if odd:
            raise UsageError(f"--{flag}: {odd[0]} is not a finite number")


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
    no_dataset = options.representative_dataset is None
    if options.inference_type.is_quantized and options.inference_input_type is DataType.FLOAT and no_dataset:
        message = "quantized inference is not possible with float inputs"
        raise UsageError(message, hint="leave --inference_input_type out, or give a representative dataset")
    percentile = options.calibration_percentile
    if percentile is not None and not 50 < percentile <= 100:
        raise UsageError(f"--calibration_percentile: {percentile:g} is not above 50 and up to 100")
    sets = [ops for ops in options.target_ops if ops.activations is not None]
    if sets and options.inference_type is DataType.FLOAT and no_dataset:
        hint = "say --representative_dataset, or a quantized --inference_type"
        raise UsageError(f"--target_ops: {sets[0]} needs a representative dataset", hint=hint)


def _quantization_warnings(options: Options) -> list[str]:
    """Settings of quantisation that have no effect, or hardly the wanted one."""
    found = []
    kind = options.inference_input_type or options.inference_type
    if options.mean_values is not None and kind is DataType.FLOAT:
        found.append("--mean_values and --std_dev_values have no effect: the inputs are float")
    pairs = zip(options.mean_values or (), options.std_dev_values or (), strict=True)
    if kind is DataType.QUANTIZED_UINT8 and (0.0, 1.0) in pairs:
        found.append(
            "a mean of 0 and a standard deviation of 1 say that the inputs' real values go from 0 to 255; "
            "for inputs from -1 to 1 these are 128 and 127, for inputs from 0 to 1 they are 0 and 255"
        )
    if options.inference_type is DataType.FLOAT and options.representative_dataset is None:
        flags = ("reorder_across_fake_quant", "propagate_fake_quant_num_bits", "change_concat_input_ranges")
        found += [f"--{flag} has no effect on float inference" for flag in flags if getattr(options, flag)]
    if options.allow_nudging_weights_to_use_fast_gemm_kernel:
        found.append("--allow_nudging_weights_to_use_fast_gemm_kernel has no effect: kernels of today take any weights")
    return found


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
    if options.all_signatures and options.saved_model_signature_key is not None:
        raise UsageError("--all_signatures and --saved_model_signature_key cannot be used together")
    for name in _NOT_NEGATIVE:
        if (getattr(options, name) or 0) < 0:
            raise UsageError(f"--{name}: {getattr(options, name)} is negative")
    refuse_not_yet(options)
    warnings = []
    warnings.extend(_quantization_warnings(options))
    if options.quantize_to_float16 and options.representative_dataset is not None:
        warnings.append("--representative_dataset has no effect with --quantize_to_float16")
    if options.calibration_percentile is not None and options.representative_dataset is None:
        warnings.append("--calibration_percentile has no effect without --representative_dataset")
    for name, needed in _NEEDS:
        if getattr(options, name) not in _UNSAID and not getattr(options, needed):
            warnings.append(f"--{name} has no effect without --{needed}")
    idle = [name for name in _OF_SAVED_MODELS if getattr(options, name) not in _UNSAID and not options.saved_model_dir]
    return [*warnings, *(f"--{flag} has no effect without --saved_model_dir" for flag in idle)]
