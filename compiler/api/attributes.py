"""Attributes of `TocoConverter` as descriptors: each has a default, a check on assignment, and a text for `help()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from ..array_info import ArrayInfo, array_infos
from ..constants import DataType, FileFormat, OpsSet, Optimize, PluginFormat
from ..errors import UsageError

T = TypeVar("T")

QuantizedInputStats = Mapping[str, tuple[float, float]] | Sequence[tuple[float, float]] | None


class Attribute(Generic[T]):
    """One attribute: `default()` makes its first value, `check(value, name)` coerces what is assigned or raises."""

    def __init__(self, default: Callable[[], T], check: Callable[[Any, str], T], doc: str) -> None:
        self._default = default
        self._check = check
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Attribute[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Attribute[T] | T:
        if instance is None:
            return self
        values: dict[str, Any] = vars(instance)
        if self.name not in values:
            values[self.name] = self._default()
        value: T = values[self.name]
        return value

    def __set__(self, instance: object, value: Any) -> None:
        vars(instance)[self.name] = self._check(value, self.name)


def _bool(value: Any, name: str) -> bool:
    if not isinstance(value, bool) and value not in (0, 1):
        raise UsageError(f"{name}: {value!r} is neither True nor False")
    return bool(value)


def _range(value: Any, name: str) -> tuple[float, float] | None:
    return None if value is None else _pair(value, name, "(min, max)")


def _pair(value: Any, name: str, what: str) -> tuple[float, float]:
    try:
        first, second = value
        return float(first), float(second)
    except (TypeError, ValueError):
        raise UsageError(f"{name}: {value!r} is not a pair {what}") from None


def _stats(value: Any, name: str) -> QuantizedInputStats:
    what = "(mean, std_dev)"
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {str(array): _pair(pair, f"{name}[{array!r}]", what) for array, pair in value.items()}
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise UsageError(f"{name}: {value!r} is neither a dict nor a list of pairs {what}")
    return [_pair(pair, f"{name}[{place}]", what) for place, pair in enumerate(value)]


def _number(value: Any, name: str) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        raise UsageError(f"{name}: {value!r} is not a number") from None


def _path(value: Any, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "__fspath__"):
        return str(value.__fspath__())
    raise UsageError(f"{name}: {value!r} is not a path")


def _function(value: Any, name: str) -> Callable[[], Any] | None:
    found = getattr(value, "input_gen", value)  # the RepresentativeDataset class of TensorFlow 1.15 wraps one
    if found is not None and not callable(found):
        raise UsageError(f"{name}: {value!r} cannot be called", hint="give a function that yields lists of inputs")
    function: Callable[[], Any] | None = found
    return function


def _optional_type(value: Any, name: str) -> DataType | None:
    return None if value is None else DataType.coerce(value, name)


def _members(coerce: Callable[[Any, str], T]) -> Callable[[Any, str], list[T]]:
    def check(value: Any, name: str) -> list[T]:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise UsageError(f"{name}: {value!r} is not a list or set")
        return sorted({coerce(item, name) for item in value}, key=str)

    return check


check_ops_sets = _members(OpsSet.coerce)
check_types = _members(DataType.coerce)


def switch(default: bool, doc: str) -> Attribute[bool]:
    """A boolean attribute."""
    return Attribute(lambda: default, _bool, doc)


def data_type(default: DataType, doc: str) -> Attribute[DataType]:
    """A data type."""
    return Attribute(lambda: default, DataType.coerce, doc)


def optional_type(doc: str) -> Attribute[DataType | None]:
    """A data type or `None`."""
    return Attribute(lambda: None, _optional_type, doc)


def file_format(default: FileFormat, doc: str) -> Attribute[FileFormat | PluginFormat]:
    """A file format: pytoco's own, or one that a plugin has."""
    return Attribute(lambda: default, _file_format, doc)


def _file_format(value: Any, name: str) -> FileFormat | PluginFormat:
    found = PluginFormat.coerce(value, name)
    if isinstance(found, PluginFormat):
        from ..plugins.registry import open_registry

        formats = [known for backend in open_registry().backends().values() for known in backend.formats]
        if found not in [PluginFormat.coerce(known) for known in formats]:
            raise UsageError(f"{name}: {value!r} is not known", hint=f"choose from {', '.join(formats)}")
    return found


def stats(doc: str) -> Attribute[QuantizedInputStats]:
    """Pairs (mean, std_dev) by name or in order; at first empty."""
    return Attribute(dict, _stats, doc)


def value_range(doc: str) -> Attribute[tuple[float, float] | None]:
    """A pair (min, max) or `None`."""
    return Attribute(lambda: None, _range, doc)


def number(doc: str) -> Attribute[float | None]:
    """A number or `None`."""
    return Attribute(lambda: None, _number, doc)


def array_entries(doc: str) -> Attribute[tuple[ArrayInfo, ...]]:
    """Entries about arrays, from mappings; at first empty."""
    return Attribute(tuple, array_infos, doc)


def path(doc: str) -> Attribute[str | None]:
    """A path or `None`."""
    return Attribute(lambda: None, _path, doc)


def function(doc: str) -> Attribute[Callable[[], Any] | None]:
    """A function or `None`."""
    return Attribute(lambda: None, _function, doc)


def optimizations(doc: str) -> Attribute[list[Optimize]]:
    """A list of `Optimize` members, at first empty."""
    return Attribute(list, _members(Optimize.coerce), doc)
