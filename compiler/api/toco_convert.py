"""`toco_convert`: a conversion in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..constants import FileFormat
from ..errors import UnsupportedError, UsageError
from ..tensor_arguments import array_names
from .converter import TocoConverter


def toco_convert(
    input_data: Any,
    input_tensors: Sequence[Any],
    output_tensors: Sequence[Any],
    *,
    input_format: FileFormat | str | int = FileFormat.TENSORFLOW_GRAPHDEF,
    input_shapes: Sequence[Any] | None = None,
    **settings: Any,
) -> bytes:
    """Convert a GraphDef in one call.

    Arguments:
        input_data: a frozen GraphDef message, or one as bytes.
        input_tensors: the input tensors, or their names.
        output_tensors: the output tensors, or their names.
        input_format: TENSORFLOW_GRAPHDEF.
        input_shapes: shapes in the order of the inputs; `None` takes those of the tensors.
        settings: attributes of `TocoConverter` by name, such as `allow_custom_ops=True`.

    Returns the bytes of the converted model. Raises as `TocoConverter.convert`, `TypeError` for unknown settings.
    """
    if FileFormat.coerce(input_format, "input_format") is not FileFormat.TENSORFLOW_GRAPHDEF:
        message = "toco_convert reads GraphDefs only: input_format must be TENSORFLOW_GRAPHDEF"
        raise UnsupportedError(message, hint="pytoco.convert reads a file in any format")
    if input_shapes is None:
        converter = TocoConverter(input_data, input_tensors, output_tensors)
    else:
        names = array_names(input_tensors, "input_tensors")
        if len(input_shapes) != len(names):
            message = f"input_shapes has {len(input_shapes)} item(s), but there are {len(names)} inputs"
            raise UsageError(message, hint="give one shape for every input, in the same order")
        with_shapes = list(zip(names, input_shapes, strict=True))
        converter = TocoConverter(input_data, None, output_tensors, input_arrays_with_shape=with_shapes)
    for name, value in settings.items():
        try:
            setattr(converter, name, value)
        except AttributeError as error:
            raise TypeError(f"toco_convert: {error}") from None
    return converter.convert()
