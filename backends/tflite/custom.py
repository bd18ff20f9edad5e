"""Custom operators: what TFLite has no builtin for, with its source attributes, for a kernel of the user's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def flex_map(attributes: Iterable[tuple[str, Any]]) -> bytes:
    """Attributes as a FlexBuffer map, the custom options that TOCO writes; b"" when none can be expressed.

    Text, numbers, truth values and lists of numbers can; element types, shapes and tensors cannot and are left out.
    """
    usable = {name: value for name, value in attributes if _is_usable(value)}
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


def _is_usable(value: Any) -> bool:
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
