"""Where a converter's model comes from: a class method for each kind of source, as TOCO's converters have them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..errors import InvalidModelError, UnsupportedError, UsageError
from ..flag_values import FlagShape
from ..paths import check_input
from ..tensor_arguments import array_names, flag_shape
from .arguments import keras_loader
from .target_spec import TargetSpec

if TYPE_CHECKING:
    from ..convert import Result


_ANY_NAME = {"allow_nonascii_arrays": True}  # names that come from the model are no spelling mistakes


class Sources:
    """The ways to make a converter; its class adds the settings and the conversion."""

    def _start(
        self,
        source: Any,
        input_arrays: tuple[str, ...],
        input_shapes: tuple[FlagShape | None, ...],
        output_arrays: tuple[str, ...],
    ) -> None:
        self._source = source
        self._input_arrays = input_arrays
        self._input_shapes = input_shapes
        self._output_arrays = output_arrays
        self._fields: dict[str, Any] = {}
        self._result: Result | None = None
        self._target_spec = TargetSpec()

    @classmethod
    def from_session(
        cls,
        sess: Any,
        input_tensors: Sequence[Any],
        output_tensors: Sequence[Any],
        freeze_variables: bool = False,
    ) -> Self:
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
        return cls._from_boundary(model, 3)

    @classmethod
    def from_frozen_graph(
        cls,
        graph_def_file: str | os.PathLike[str],
        input_arrays: Sequence[str],
        output_arrays: Sequence[str],
        input_shapes: Mapping[str, Any] | None = None,
    ) -> Self:
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
        made = cls.__new__(cls)
        made._start(path, names, (None,) * len(names), array_names(output_arrays, "output_arrays"))
        made._set_shapes(input_shapes)
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
    ) -> Self:
        """A converter for a signature of a SavedModel. TensorFlow is not needed.

        Arguments:
            saved_model_dir: the SavedModel's folder.
            input_arrays: names of the input arrays, in order; `None`: those of the signature, in alphabetical order.
            input_shapes: shapes by input array name, such as `{"input": [1, 224, 224, 3]}`. What is left out is taken
                from the signature.
            output_arrays: names of the output arrays, in order; `None`: those of the signature, in alphabetical order.
            tag_set: tags of the graph in the SavedModel; `None`: {"serve"}, or the only graph there is.
            signature_key: key of the signature; `None`: "serving_default", or the only one there is.

        Raises `FileError` (an `OSError`) when there is no such folder, `InvalidModelError` when it holds no SavedModel,
        `UsageError`, listing what there is, for a tag set or key that is not in it; the latter two are `ValueError`s.
        """
        from ..plugins.registry import open_registry

        path = os.fspath(saved_model_dir)
        check_input(path, folder=True)
        fields: dict[str, Any] = {"saved_model_dir": path}
        if tag_set is not None:
            fields["saved_model_tag_set"] = (tag_set,) if isinstance(tag_set, str) else tuple(sorted(tag_set))
        if signature_key is not None:
            fields["saved_model_signature_key"] = signature_key
        given = dict(fields)
        for what, arrays in (("input_arrays", input_arrays), ("output_arrays", output_arrays)):
            if arrays:
                given[what] = array_names(arrays, what)
        read = open_registry().frontend_named("TENSORFLOW_SAVED_MODEL").boundary
        if read is None:
            raise UnsupportedError("the SavedModel frontend in use cannot tell the boundary of a model")
        made = cls._from_boundary(read(Path(path), given), 3)
        made._fields = fields | _ANY_NAME
        made._set_shapes(input_shapes)
        return made

    @classmethod
    def from_keras_model(cls, model: Any) -> Self:
        """A converter for a live Keras model, with the values that its variables have at the time of this call.

        Arguments:
            model: a `tf.keras.Model` that has inputs: a functional or sequential one, or one that was called before.

        The TensorFlow that the model belongs to is used; none is imported. Raises `UsageError` for anything else.
        """
        return cls._from_objects(model)

    @classmethod
    def from_concrete_functions(cls, funcs: Sequence[Any], trackable_obj: Any = None) -> Self:
        """A converter for concrete functions, with the values that their variables have at the time of this call.

        Arguments:
            funcs: what `tf.function(...).get_concrete_function(...)` returns. Several become several signatures.
            trackable_obj: the object that the variables belong to; they are found without it.

        Raises `UsageError` for anything else.
        """
        del trackable_obj
        if isinstance(funcs, str) or not isinstance(funcs, Iterable):
            raise UsageError(f"funcs: expected a list of concrete functions, got {funcs!r}", hint="write funcs=[...]")
        return cls._from_objects(list(funcs))

    @classmethod
    def from_keras_model_file(
        cls,
        model_file: str | os.PathLike[str],
        input_arrays: Sequence[str] | None = None,
        input_shapes: Mapping[str, Any] | None = None,
        output_arrays: Sequence[str] | None = None,
        custom_objects: Mapping[str, Any] | None = None,
    ) -> Self:
        """A converter for a Keras model file, HDF5 or `.keras`, where TensorFlow or Keras is imported already.

        Arguments:
            model_file: path of the file.
            input_arrays: names of the input arrays; `None`: those of the model.
            input_shapes: shapes by input array name; `None`: those of the model.
            output_arrays: names of the output arrays; `None`: those of the model.
            custom_objects: classes and functions of the model by name.

        Only Keras itself can read such a file: raises `UnsupportedError`, saying how to export it, where it is not
        imported.
        """
        from ..plugins.registry import open_registry

        path = os.fspath(model_file)
        check_input(path, folder=False)
        loader = keras_loader()
        if loader is None:
            open_registry().frontend_named("KERAS").load(Path(path), {})
        try:
            model: Any = loader(path, custom_objects=custom_objects, compile=False)  # type: ignore[misc]
        except Exception as error:
            raise InvalidModelError(f"Keras cannot read {path}: {error}") from error
        made = cls._from_objects(model)
        for what, arrays in (("_input_arrays", input_arrays), ("_output_arrays", output_arrays)):
            if arrays:
                setattr(made, what, array_names(arrays, what[1:]))
        if input_arrays:
            made._input_shapes = (None,) * len(made._input_arrays)
        made._set_shapes(input_shapes)
        return made

    @classmethod
    def _from_objects(cls, objects: Any) -> Self:
        from ..plugins.registry import open_registry

        read = open_registry().frontend_named("TENSORFLOW_SAVED_MODEL").from_objects
        if read is None:
            raise UnsupportedError("the SavedModel frontend in use does not read live objects")
        made = cls._from_boundary(read(objects, {}), 4)
        made._fields = dict(_ANY_NAME)
        return made

    @classmethod
    def _from_boundary(cls, model: Any, stacklevel: int) -> Self:
        """A converter for a `SessionModel`, its warnings told of the caller so many calls away."""
        for text in model.warnings:
            warnings.warn(text, stacklevel=stacklevel)
        made = cls.__new__(cls)
        made._start(model.graph, model.input_arrays, model.input_shapes, model.output_arrays)
        return made

    def _set_shapes(self, given: Mapping[str, Any] | None) -> None:
        """Take shapes by array name for those known so far. Raises `UsageError` for a name that is no input."""
        shapes = dict(given or {})
        for name in shapes:
            if name not in self._input_arrays:
                hint = f"input_arrays are {', '.join(self._input_arrays)}"
                raise UsageError(f"input_shapes: {name!r} is not an input array", hint=hint)
        self._input_shapes = tuple(
            flag_shape(shapes[name], f"input_shapes[{name!r}]") if name in shapes else known
            for name, known in zip(self._input_arrays, self._input_shapes, strict=True)
        )
