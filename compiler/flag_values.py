"""Parsers of the values that flags carry as text: lists, numbers, shapes, RNN states, model checks.

Each raises `UsageError` naming the flag and the item at fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from math import isnan, nan
from typing import NamedTuple, TypeVar

from .errors import UsageError

T = TypeVar("T")

Parser = Callable[[str, str], object]
"""Makes a value of (text, flag name)."""

FlagShape = tuple[int | None, ...]
"""A shape as the user gives it; `None` is an unknown dimension."""


class RnnState(NamedTuple):
    """One recurrent state: `back_edge_source_array` is copied into `state_array` after each step; `size` elements."""

    state_array: str
    back_edge_source_array: str
    size: int
    discardable: bool = False


class ModelCheck(NamedTuple):
    """A demand on the result: how many of `count_type` there must be.

    `count_type` is "None" (no check), "Arrays", "Total" (operators of any kind) or an operator kind. Where `count_max`
    is not above `count_min`, the count must be `count_min` exactly; a `count_min` of -1 is no lower bound.
    """

    count_type: str
    count_min: int = -1
    count_max: int = -1


def names(text: str, flag: str) -> tuple[str, ...]:
    """The items of a comma-separated list of array names. An empty item is an error; an empty text is an empty list."""
    items = tuple(item.strip() for item in text.split(",")) if text.strip() else ()
    for position, item in enumerate(items, 1):
        if not item:
            raise UsageError(f"--{flag}: item {position} of {text!r} is empty", hint="remove the extra comma")
    return items


def number(text: str, flag: str) -> float:
    """One number. Not-a-number is an error."""
    try:
        value = float(text)
    except ValueError:
        value = nan
    if isnan(value):
        raise UsageError(f"--{flag}: {text!r} is not a number")
    return value


def integer(text: str, flag: str) -> int:
    """One whole number."""
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"--{flag}: {text!r} is not a whole number") from None


def numbers(text: str, flag: str) -> tuple[float, ...]:
    """A comma-separated list of numbers."""
    return tuple(number(item, flag) for item in names(text, flag))


def boolean(text: str, flag: str) -> bool:
    """`true` or `false` in any case, or 1 or 0."""
    found = {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower())
    if found is None:
        raise UsageError(f"--{flag}: {text!r} is neither true nor false")
    return found


def shape(text: str, flag: str) -> FlagShape:
    """One shape such as `1,224,224,3`; an empty text is a scalar; `?`, `None` or -1 is an unknown dimension."""
    text = text.strip()
    if len(text) >= 2 and text[0] + text[-1] in ("()", "[]"):
        text = text[1:-1].strip().rstrip(",")
    if not text:
        return ()
    found: list[int | None] = []
    for item in (item.strip() for item in text.split(",")):
        size = -1 if item.lower() in ("?", "none") else None
        try:
            size = int(item) if size is None else size
        except ValueError:
            message = f"--{flag}: {item!r} in {text!r} is not a dimension"
            raise UsageError(message, hint="give whole numbers such as 1,224,224,3") from None
        if size < -1:
            raise UsageError(f"--{flag}: dimension {size} in {text!r} is negative")
        found.append(None if size == -1 else size)
    return tuple(found)


def shapes(text: str, flag: str) -> tuple[FlagShape, ...]:
    """Shapes separated by colons, one an input array; an empty item is a scalar."""
    return tuple(shape(item, flag) for item in text.split(":"))


def _records(text: str, flag: str, keys: dict[str, Parser], required: int) -> Iterator[dict[str, object]]:
    """The records of `{key:value,key:value},{...}`; the first `required` of `keys` must be present in each."""
    rest = re.sub(r"\{[^{}]*\}", "{}", text)
    if re.fullmatch(r"\s*(\{\}\s*,?\s*)*", rest) is None:
        raise UsageError(f"--{flag}: cannot read {text!r}", hint="write {key:value,key:value},{key:value,key:value}")
    for position, match in enumerate(re.finditer(r"\{([^{}]*)\}", text), 1):
        record: dict[str, object] = {}
        for item in names(match[1], flag):
            key, colon, value = (part.strip() for part in item.partition(":"))
            if key not in keys or not colon or not value:
                message = f"--{flag}: cannot read {item!r} in item {position}"
                raise UsageError(message, hint=f"known keys: {', '.join(keys)}")
            record[key] = keys[key](value, flag)
        missing = [key for key in list(keys)[:required] if key not in record]
        if missing:
            raise UsageError(f"--{flag}: item {position} lacks {', '.join(missing)}")
        yield record


def plain(text: str, flag: str) -> str:
    """The text itself. An empty one is an error."""
    if not text:
        raise UsageError(f"--{flag}: expected a value")
    return text


def rnn_states(text: str, flag: str) -> tuple[RnnState, ...]:
    """`{state_array:NAME,back_edge_source_array:NAME,size:N}` records, separated by commas."""
    keys = {"state_array": plain, "back_edge_source_array": plain, "size": integer, "discardable": boolean}
    found = tuple(RnnState(**record) for record in _records(text, flag, keys, 3))  # type: ignore[arg-type]
    for state in found:
        if state.size < 1:
            raise UsageError(f"--{flag}: size {state.size} of {state.state_array!r} must be positive")
    return found


def model_checks(text: str, flag: str) -> tuple[ModelCheck, ...]:
    """`{count_type:KIND,count_min:N,count_max:N}` records, separated by commas."""
    keys = {"count_type": plain, "count_min": integer, "count_max": integer}
    found = tuple(ModelCheck(**record) for record in _records(text, flag, keys, 1))  # type: ignore[arg-type]
    for check in found:
        if min(check.count_min, check.count_max) < -1:
            raise UsageError(f"--{flag}: bounds of {check.count_type!r} must be -1 or more")
    return found


def texts(text: str, flag: str) -> dict[str, str]:
    """Texts by name, as a JSON object."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UsageError(f"--{flag}: cannot read {text!r}", hint="write a JSON object of texts")
    return found


def choice(coerce: Callable[[str, str], T]) -> Callable[[str, str], T]:
    """A parser for one member of the enum whose `coerce` this is."""
    return lambda text, flag: coerce(text, f"--{flag}")


def choices(coerce: Callable[[str, str], T]) -> Callable[[str, str], tuple[T, ...]]:
    """A parser for a comma-separated list of members of the enum whose `coerce` this is."""
    return lambda text, flag: tuple(coerce(item, f"--{flag}") for item in names(text, flag))
