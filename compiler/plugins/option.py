"""Settings of plugins' own: what `register_options` yields, and how what users say becomes values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    from ..options import Options


class Whole(dict[str, Any]):
    """Values of all options that plugins offer, parsed and checked; `said` is what was given for some, as it was."""

    __slots__ = ("said",)

    def __init__(self, values: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.said = said


class Option:
    """A setting of a plugin's own, by which users steer its passes, backends, frontends or observers.

    `name` is a flag (`--onnx_opset=17`), a keyword of `pytoco.convert` (`onnx_opset=17`) and a key of the plugin's
    table in `plugins.toml` (`[options.onnx]`, the weakest); it is read with `of`. `parse` makes a value of a text:
    `str`, `int`, `float`, `bool` (a switch), or a function that raises ValueError, with a reason, for a text that makes
    no sense. Values that are no texts are taken as they are, and must be of the type that `parse` is, where it is one.
    `default` is the value when nobody says anything; `metavar` stands for the value in help.
    """

    __slots__ = ("default", "help", "metavar", "name", "parse")

    def __init__(
        self, name: str, help: str, *, parse: Callable[[str], Any] = str, default: Any = None, metavar: str = ""
    ) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", str(name)):
            raise ValueError(f"option name {name!r}: use lower-case words joined by '_', such as 'onnx_opset'")
        if not isinstance(help, str):
            raise TypeError(f"option {name!r}: help must be a text, not {help!r}")
        if not callable(parse):
            raise TypeError(f"option {name!r}: parse must be a type or a function, not {parse!r}")
        self.name = name
        self.help = help
        self.parse = parse
        self.default = False if default is None and parse is bool else default
        self.metavar = metavar or getattr(parse, "__name__", "value").strip("_<>").upper()

    @property
    def is_switch(self) -> bool:
        """Whether the flag may stand alone."""
        return self.parse is bool

    def value(self, given: Any) -> Any:
        """What a text, or a value of the right type, stands for; raises ValueError for any other."""
        if isinstance(given, str):
            if self.parse is not bool:
                return self.parse(given)
            found = {"true": True, "1": True, "false": False, "0": False}.get(given.strip().lower())
            if found is None:
                raise ValueError(f"{given!r} is neither true nor false")
            return found
        wanted = self.parse
        if isinstance(wanted, type) and given is not None:
            if wanted is float and isinstance(given, int) and not isinstance(given, bool):
                return float(given)
            if not isinstance(given, wanted) or (isinstance(given, bool) and wanted is not bool):
                raise ValueError(f"{given!r} is no {wanted.__name__}")
        return given

    def of(self, options: Options | Mapping[str, Any]) -> Any:
        """The value in `options`, those of a conversion or the mapping that frontends and backends get; else `default`.

        Raises UsageError for a value that makes no sense.
        """
        if isinstance(options, Mapping):
            return options.get(self.name, self.default)
        given = options.extra
        if self.name not in given:
            return self.default
        if isinstance(given, Whole):
            return given[self.name]
        try:
            return self.value(given[self.name])
        except ValueError as error:
            raise UsageError(f"{self.name}: {error}", hint=self.help) from error

    def __repr__(self) -> str:
        return f"Option({self.name!r})"
