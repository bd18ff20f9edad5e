"""`TocoConverter`: TOCO's converter class, with the attributes of all its releases."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..constants import DataType, FileFormat, OpsSet, Optimize
from ..errors import UnsupportedError, UsageError
from ..options import Options
from ..tensor_arguments import array_name, array_names, flag_shape, static_shape
from . import attributes as attribute
from .arguments import graph_bytes, stats_in_order
from .sources import Sources
from .target_spec import TargetSpec

if TYPE_CHECKING:
    from ..convert import Summary

# Attributes that the options know under the same name.
_SAME_NAME = (
    "inference_type",
    "inference_input_type",
    "inference_output_type",
    "output_format",
    "drop_control_dependency",
    "reorder_across_fake_quant",
    "change_concat_input_ranges",
    "allow_custom_ops",
    "allow_nonexistent_arrays",
    "drop_fake_quant",
    "propagate_fake_quant_num_bits",
    "allow_nudging_weights_to_use_fast_gemm_kernel",
    "arrays_extra_info",
    "arrays_extra_info_file",
    "keep_dynamic_shapes",
    "representative_dataset",
    "calibration_percentile",
    "strict_quantization",
    "dump_graphviz_dir",
    "dump_graphviz_video",
    "strict",
    "verify_each",
    "plugins_file",
)

_SUPPORTED_TYPES = (DataType.FLOAT, DataType.FLOAT16, DataType.INT8, DataType.QUANTIZED_INT16)

# Attributes of other releases, and what they are called here.
_ELSEWHERE = {
    "converter_mode": "target_ops",
    "experimental_enable_mlir_converter": "",
    "experimental_new_converter": "",
    "std_dev_values": "quantized_input_stats",
    "mean_values": "quantized_input_stats",
    "default_ranges_min": "default_ranges_stats",
    "default_ranges_max": "default_ranges_stats",
    "input_shapes": "the input_shapes argument of from_frozen_graph",
}


class TocoConverter(Sources):
    """Converts a TensorFlow model to TensorFlow Lite. `TFLiteConverter` is another name of this class.

    Make one with `from_saved_model`, `from_frozen_graph`, `from_session`, or of live TensorFlow 2 objects with
    `from_keras_model`, `from_concrete_functions`; set attributes where the defaults do not fit, call `convert`:

        converter = pytoco.TocoConverter.from_frozen_graph("frozen.pb", ["input"], ["output"])
        converter.inference_type = pytoco.constants.FLOAT
        data = converter.convert()

    Constants for the attributes are in `pytoco.constants`: data types FLOAT, FLOAT16, INT8, INT32, INT64, STRING, BOOL,
    COMPLEX64, QUANTIZED_UINT8 and QUANTIZED_INT16; file formats TENSORFLOW_GRAPHDEF, TFLITE and GRAPHVIZ_DOT; the enums
    `OpsSet` and `Optimize`. Their names as strings and numpy or TensorFlow dtypes are taken as well. An attribute that
    does not exist is an `AttributeError`, a value that cannot be right a `UsageError`.

    The constructor itself is for graphs in memory:

    Arguments:
        graph_def: a GraphDef message, or one as bytes.
        input_tensors: the input tensors, or their names.
        output_tensors: the output tensors, or their names.
        input_arrays_with_shape: pairs (array name, shape), where there are no input tensors.
        output_arrays: array names, where there are no output tensors.
    """

    inference_type = attribute.data_type(
        DataType.FLOAT,
        "Type of real-valued arrays in the result: FLOAT (default), QUANTIZED_UINT8, INT8 or QUANTIZED_INT16.",
    )
    inference_input_type = attribute.optional_type(
        "Type of real-valued input arrays: FLOAT, QUANTIZED_UINT8 or INT8. None (default): the inference type."
    )
    inference_output_type = attribute.optional_type(
        "Type of real-valued output arrays. None (default): the inference type."
    )
    output_format = attribute.file_format(FileFormat.TFLITE, "Format of the result: TFLITE (default) or GRAPHVIZ_DOT.")
    quantized_input_stats = attribute.stats(
        "For quantized inputs, pairs (mean, std_dev): real value = (quantized value - mean) / std_dev. "
        "A dict by array name, or a list in the order of the inputs. Empty by default."
    )
    default_ranges_stats = attribute.value_range(
        "Pair (min, max) for arrays whose range is unknown, to try quantized inference out. None by default."
    )
    drop_control_dependency = attribute.switch(True, "Ignore control inputs. True by default.")
    reorder_across_fake_quant = attribute.switch(False, "Let operators move across FakeQuant nodes. False by default.")
    change_concat_input_ranges = attribute.switch(
        False, "Give the inputs of a concatenation the range of its output. False by default."
    )
    allow_custom_ops = attribute.switch(
        False, "Write operators that TensorFlow Lite does not know as custom ones instead of raising. False by default."
    )
    allow_nonexistent_arrays = attribute.switch(
        False, "Tolerate input and output arrays that do not exist, to look at a graph. False by default."
    )
    drop_fake_quant = attribute.switch(False, "Remove FakeQuant nodes. False by default.")
    propagate_fake_quant_num_bits = attribute.switch(
        False, "Refuse arrays that were trained with more bits than the inference type has. False by default."
    )
    allow_nudging_weights_to_use_fast_gemm_kernel = attribute.switch(
        False, "Accepted for old scripts; kernels of today take any weights. False by default."
    )
    arrays_extra_info = attribute.array_entries(
        "What is known about arrays inside of the graph: mappings with name or name_regexp, and min and max, shape, "
        "data_type or constant_float_value. Empty by default."
    )
    arrays_extra_info_file = attribute.path("The same as an ArraysExtraInfo message in a file. None by default.")
    keep_dynamic_shapes = attribute.switch(
        False, "Leave unknown dimensions of inputs unknown in the result. False by default: an unknown batch becomes 1."
    )
    optimizations = attribute.optimizations(
        "`Optimize` members; any of them stores weights as 8 bits (or as the types of target_spec). Empty by default."
    )
    quantize_to_float16 = attribute.switch(
        False, "With post_training_quantize: store weights as float16. False by default."
    )
    representative_dataset = attribute.function(
        "Function that yields samples, each a list of input arrays or a dict by input name, from which the ranges for "
        "quantized inference are learned. With it, the inside of the model becomes int8 (or what inference_type or "
        "target_spec say), inputs and outputs stay FLOAT unless their types are set. None by default."
    )
    calibration_percentile = attribute.number(
        "With representative_dataset: how many percent of an array's values its range covers at either end, such as "
        "99.99. None by default: all."
    )
    strict_quantization = attribute.switch(
        False, "Raise when an operator of a quantized model would stay in float. False by default."
    )
    dump_graphviz_dir = attribute.path("Folder for drawings of the graph at several stages. None by default.")
    dump_graphviz_video = attribute.switch(False, "Draw the graph after every rewrite too. False by default.")
    strict = attribute.switch(False, "Stop when a pass fails, instead of going on without it. False by default.")
    verify_each = attribute.switch(False, "Check the whole graph after every rewrite. False by default.")
    plugins_file = attribute.path("A plugins.toml that says which plugins and passes to use. None by default.")

    def __init__(
        self,
        graph_def: Any,
        input_tensors: Sequence[Any] | None,
        output_tensors: Sequence[Any] | None,
        input_arrays_with_shape: Sequence[tuple[str, Any]] | None = None,
        output_arrays: Sequence[str] | None = None,
    ) -> None:
        if not input_tensors and input_arrays_with_shape is None:
            raise UsageError("input_tensors is empty", hint="pass input_tensors or input_arrays_with_shape")
        if not output_tensors and not output_arrays:
            raise UsageError("output_tensors is empty", hint="pass output_tensors or output_arrays")
        if input_tensors:
            names = array_names(input_tensors, "input_tensors")
            shapes = tuple(map(static_shape, input_tensors))
        else:
            given = list(input_arrays_with_shape or ())
            names = tuple(array_name(name) for name, _ in given)
            shapes = tuple(flag_shape(shape, f"shape of {name!r}") for name, shape in given)
        what = "output_tensors" if output_tensors else "output_arrays"
        self._start(graph_bytes(graph_def), names, shapes, array_names(output_tensors or output_arrays, what))

    @property
    def post_training_quantize(self) -> bool:
        """Store weights with 8 bits. False by default; the same setting as `optimizations=[Optimize.DEFAULT]`."""
        return bool(self.optimizations)

    @post_training_quantize.setter
    def post_training_quantize(self, value: bool) -> None:
        self.optimizations = [Optimize.DEFAULT] if value else []

    @property
    def quantize_weights(self) -> bool:
        """The name of `post_training_quantize` up to TensorFlow 1.10."""
        return self.post_training_quantize

    @quantize_weights.setter
    def quantize_weights(self, value: bool) -> None:
        self.post_training_quantize = value

    @property
    def target_spec(self) -> TargetSpec:
        """What the result may contain: an object with `supported_ops` and `supported_types`, such as a `TargetSpec`."""
        return self._target_spec

    @target_spec.setter
    def target_spec(self, value: Any) -> None:
        if not hasattr(value, "supported_ops"):
            raise UsageError(f"target_spec: {value!r} has no supported_ops", hint="assign a TargetSpec")
        self._target_spec = value

    @property
    def target_ops(self) -> list[OpsSet]:
        """The operator sets that the result may use, by default TFLITE_BUILTINS: `target_spec.supported_ops`."""
        return attribute.check_ops_sets(self._target_spec.supported_ops, "target_ops")

    @target_ops.setter
    def target_ops(self, value: Iterable[Any]) -> None:
        self._target_spec.supported_ops = attribute.check_ops_sets(value, "target_ops")

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") or hasattr(type(self), name):
            super().__setattr__(name, value)
            return
        known = [known for known in dir(type(self)) if not known.startswith("_")]
        close = _ELSEWHERE.get(name) or next(iter(get_close_matches(name, known, n=1)), "")
        meant = f" (did you mean {close}?)" if close else ""
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{meant}")

    def get_input_arrays(self) -> list[str]:
        """The names of the input arrays, without `:0`, in order."""
        return list(self._input_arrays)

    @property
    def summary(self) -> Summary | None:
        """What the last `convert` did: operators before and after, passes that fired, sizes; None before the first."""
        return None if self._result is None else self._result.summary

    def convert(self) -> bytes:
        """The converted model: the bytes of a `.tflite` file, or of Graphviz text for `output_format` GRAPHVIZ_DOT.

        Remarks go through Python's `warnings`. Raises `UsageError` for settings that contradict each other,
        `UnsupportedError` for what cannot be expressed (all such operators at once), `InvalidModelError` for a broken
        model; all are `ValueError`s. The process is never ended.
        """
        from ..convert import convert_model

        self._result = result = convert_model(self._options(), self._source)
        for text in result.summary.warnings:
            warnings.warn(text, stacklevel=2)
        return bytes(result.data or b"")

    def _options(self) -> Options:
        fields: dict[str, Any] = {name: getattr(self, name) for name in _SAME_NAME}
        if self.default_ranges_stats is not None:
            fields["default_ranges_min"], fields["default_ranges_max"] = self.default_ranges_stats
        pairs = stats_in_order(self.quantized_input_stats, self._input_arrays)
        if pairs:
            fields["mean_values"], fields["std_dev_values"] = zip(*pairs, strict=True)
        return Options(
            **fields,
            **self._fields,
            input_arrays=self._input_arrays or None,
            input_shapes=self._input_shapes if self._input_arrays else None,
            output_arrays=self._output_arrays or None,
            target_ops=self._operator_sets(),
            post_training_quantize=self.post_training_quantize,
            quantize_to_float16=self.quantize_to_float16 or DataType.FLOAT16 in self._supported_types(),
        )

    def _supported_types(self) -> list[DataType]:
        types = attribute.check_types(getattr(self._target_spec, "supported_types", ()), "supported_types")
        others = [member.name for member in types if member not in _SUPPORTED_TYPES]
        if others:
            hint = "set inference_type" if "QUANTIZED_UINT8" in others else ""
            raise UnsupportedError(f"not in target_spec.supported_types: {', '.join(others)}", hint=hint)
        return types

    def _operator_sets(self) -> tuple[OpsSet, ...]:
        """The operator sets, with those that supported types ask for."""
        sets, types = self.target_ops, self._supported_types()
        return (*sets, *(ops for ops in OpsSet if ops.activations in types and ops not in sets))
