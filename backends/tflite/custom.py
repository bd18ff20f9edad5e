"""Custom operators: what TFLite has no builtin for, with its source attributes, for a kernel of the user's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def flex_map(attributes: Iterable[tuple[str, Any]]) -> bytes:
    """Attributes as a FlexBuffer map, the custom options that TOCO writes; b"" when none can be expressed.

    Text, numbers, truth values and lists of numbers can, numpy's among them; element types, shapes and tensors cannot
    and are left out.
    """
    usable = {name: value for name, item in attributes if is_usable(value := _plain(item))}
    if not usable:
        return b""
    from flatbuffers import flexbuffers

    builder = flexbuffers.Builder()
    with builder.Map():
        for name in sorted(usable):
            value = usable[name]
            if isinstance(value, list | tuple):
                with builder.TypedVector(name):
                    for item in value:
                        _add(builder, item)
            else:
                builder.Key(name)
                _add(builder, value)
    return bytes(builder.Finish())


def _is_scalar(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | bytes)


def _plain(value: Any) -> Any:
    """A number of numpy's, or an array of at most one dimension, as Python's own."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim < 2):
        return value.tolist()
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def is_usable(value: Any) -> bool:
    """Whether a FlexBuffer map can hold an attribute of this value."""
    value = _plain(value)
    if isinstance(value, list | tuple):
        kinds = {type(item) for item in value}
        return len(kinds) == 1 and not kinds & {str, bytes} and _is_scalar(value[0])
    return _is_scalar(value)


def _add(builder: Any, value: Any) -> None:
    if isinstance(value, bool):
        builder.Bool(value)
    elif isinstance(value, int):
        builder.Int(value)
    elif isinstance(value, float):
        builder.Float(value, 4)
    else:
        builder.String(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
