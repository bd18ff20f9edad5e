"""`TocoConverter`: TOCO's converter class, with the attributes of all its releases."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from ..constants import DataType, FileFormat, OpsSet, Optimize
from ..errors import UnsupportedError, UsageError
from ..flag_values import FlagShape
from ..options import Options, refuse_not_yet
from ..paths import check_input
from ..tensor_arguments import array_name, array_names, flag_shape, static_shape
from . import attributes as attribute
from .arguments import graph_bytes, stats_in_order
from .target_spec import TargetSpec

if TYPE_CHECKING:
    from ..convert import Result, Summary

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
    "keep_dynamic_shapes",
    "representative_dataset",
    "dump_graphviz_dir",
    "dump_graphviz_video",
    "strict",
    "verify_each",
    "plugins_file",
)

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


class TocoConverter:
    """Converts a TensorFlow model to TensorFlow Lite. `TFLiteConverter` is another name of this class.

    Make one with `from_session` or `from_frozen_graph`, set attributes where the defaults do not fit, call `convert`:

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
        DataType.FLOAT, "Type of real-valued arrays in the result: FLOAT (default) or QUANTIZED_UINT8."
    )
    inference_input_type = attribute.optional_type(
        "Type of real-valued input arrays: FLOAT or QUANTIZED_UINT8. None (default): the inference type."
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
        "Function that yields lists of input arrays, for calibrating quantized inference. None by default."
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

    def _start(
        self,
        source: Any,
        input_arrays: tuple[str, ...],
        input_shapes: tuple[FlagShape | None, ...],
        output_arrays: tuple[str, ...],
        notes: Iterable[str] = (),
    ) -> None:
        self._source = source
        self._input_arrays = input_arrays
        self._input_shapes = input_shapes
        self._output_arrays = output_arrays
        self._notes = list(notes)
        self._result: Result | None = None
        self._target_spec = TargetSpec()

    @classmethod
    def from_session(
        cls,
        sess: Any,
        input_tensors: Sequence[Any],
        output_tensors: Sequence[Any],
        freeze_variables: bool = False,
    ) -> TocoConverter:
        """A converter for the graph of a live session, as it is at the time of this call.

        Arguments:
            sess: a `tf.compat.v1.Session`. TensorFlow is not imported by this call.
            input_tensors: the input tensors; their static shapes are used.
            output_tensors: the output tensors.
            freeze_variables: turn the variables that the outputs depend on into constants with their values in the
                session. One that has no value takes its initial value first, with a warning; others are not touched.

        Raises `UsageError` when the outputs depend on variables and `freeze_variables` is false, naming them.
        """
        from ..plugins.registry import open_registry

        read = open_registry().frontend_named("TENSORFLOW_GRAPHDEF").from_session
        if read is None:
            raise UnsupportedError("the GraphDef frontend in use does not read sessions")
        model: Any = read(sess, input_tensors, output_tensors, {"freeze_variables": freeze_variables})
        for text in model.warnings:
            warnings.warn(text, stacklevel=2)
        made = cls.__new__(cls)
        made._start(model.graph, model.input_arrays, model.input_shapes, model.output_arrays)
        return made

    @classmethod
    def from_frozen_graph(
        cls,
        graph_def_file: str | os.PathLike[str],
        input_arrays: Sequence[str],
        output_arrays: Sequence[str],
        input_shapes: Mapping[str, Any] | None = None,
    ) -> TocoConverter:
        """A converter for a frozen GraphDef in a file.

        Arguments:
            graph_def_file: path of a GraphDef, binary or text.
            input_arrays: names of the input arrays.
            output_arrays: names of the output arrays.
            input_shapes: shapes by input array name, such as `{"input": [1, 224, 224, 3]}`. What is left out is taken
                from the file.

        Raises `FileError` (an `OSError`) when there is no such file, `UsageError` for names and shapes that do not fit.
        """
        path = os.fspath(graph_def_file)
        check_input(path)
        names = array_names(input_arrays, "input_arrays")
        shapes = dict(input_shapes or {})
        unknown = [name for name in shapes if name not in names]
        if unknown:
            hint = f"input_arrays are {', '.join(names)}"
            raise UsageError(f"input_shapes: {unknown[0]!r} is not an input array", hint=hint)
        found = tuple(flag_shape(shapes.get(name), f"input_shapes[{name!r}]") for name in names)
        made = cls.__new__(cls)
        made._start(path, names, found, array_names(output_arrays, "output_arrays"))
        return made

    @classmethod
    def from_saved_model(
        cls,
        saved_model_dir: str | os.PathLike[str],
        input_arrays: Sequence[str] | None = None,
        input_shapes: Mapping[str, Any] | None = None,
        output_arrays: Sequence[str] | None = None,
        tag_set: Iterable[str] | None = None,
        signature_key: str | None = None,
    ) -> NoReturn:
        """A converter for a SavedModel. Not in this version yet: raises `UnsupportedError`.

        Arguments:
            saved_model_dir: the SavedModel's folder.
            input_arrays: names of the input arrays; `None`: those of the signature.
            input_shapes: shapes by input array name; `None`: those of the signature.
            output_arrays: names of the output arrays; `None`: those of the signature.
            tag_set: tags of the graph in the SavedModel; `None`: {"serve"}.
            signature_key: key of the signature; `None`: "serving_default".
        """
        del input_arrays, input_shapes, output_arrays, tag_set, signature_key
        refuse_not_yet(Options(saved_model_dir=os.fspath(saved_model_dir)))
        raise AssertionError

    @classmethod
    def from_keras_model_file(
        cls,
        model_file: str | os.PathLike[str],
        input_arrays: Sequence[str] | None = None,
        input_shapes: Mapping[str, Any] | None = None,
        output_arrays: Sequence[str] | None = None,
        custom_objects: Mapping[str, Any] | None = None,
    ) -> NoReturn:
        """A converter for a Keras HDF5 file. Not in this version yet: raises `UnsupportedError`.

        Arguments:
            model_file: path of the file.
            input_arrays: names of the input arrays; `None`: those of the model.
            input_shapes: shapes by input array name; `None`: those of the model.
            output_arrays: names of the output arrays; `None`: those of the model.
            custom_objects: classes and functions of the model by name.
        """
        del input_arrays, input_shapes, output_arrays, custom_objects
        refuse_not_yet(Options(keras_model_file=os.fspath(model_file)))
        raise AssertionError

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
            input_arrays=self._input_arrays,
            input_shapes=self._input_shapes if self._input_arrays else None,
            output_arrays=self._output_arrays,
            target_ops=tuple(self.target_ops),
            post_training_quantize=self.post_training_quantize,
            quantize_to_float16=self.quantize_to_float16 or self._wants_float16(),
        )

    def _wants_float16(self) -> bool:
        types = attribute.check_types(getattr(self._target_spec, "supported_types", ()), "supported_types")
        others = [member.name for member in types if member not in (DataType.FLOAT, DataType.FLOAT16)]
        if others:
            raise UnsupportedError(f"not in this version yet: target_spec.supported_types {', '.join(others)}")
        return DataType.FLOAT16 in types
