"""From the name of a distribution to all names in the package that is made: modules, classes, formats."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from typing import NamedTuple

from ..errors import UsageError

PREFIX = "pytoco-"

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # the core metadata's rule for a distribution's name
_SEPARATORS = re.compile(r"[-_.]+")
_OTHERS = frozenset({
    "conftest", "flatbuffers", "google", "networkx", "numpy", "pluggy", "pytest", "pytoco", "test", "tests",
})  # fmt: skip
"""Imports that a package of its own must not stand before."""
_IMPORTED = frozenset({
    "Any", "Builder", "ClassVar", "Conformance", "Exporter", "Iterator", "Mapping", "NDArray", "NamedTuple", "Node",
    "Path", "Sequence", "TfliteTarget", "TypeVar",
})  # fmt: skip
"""What templates import, besides what `pytoco.compiler` offers."""


class Names(NamedTuple):
    """One name in all its spellings: for `pytoco-soft-clip` these are

    - `distribution`: `pytoco-soft-clip`, what is installed and published
    - `package`: `pytoco_soft_clip`, what is imported
    - `plugin`: `soft-clip`, the plugin's name and that of its pass, backend or frontend
    - `module`: `soft_clip`, the module that does the work, and the prefix of options
    - `cls`: `SoftClip`, the class, and the kind of an operator
    - `format`: `SOFT_CLIP`, for `--output_format` and `--input_format`
    """

    distribution: str
    package: str
    plugin: str
    module: str
    cls: str
    format: str


def names_for(name: str) -> Names:
    """All spellings of a distribution's name. Raises UsageError, with a name that would do, where one is not usable."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a distribution",
            hint=f"letters, digits, '-', '_' and '.', such as {_proposal(name)!r}",
        )
    distribution = _SEPARATORS.sub("-", name).lower()
    package = distribution.replace("-", "_")
    plugin = distribution.removeprefix(PREFIX)
    module = plugin.replace("-", "_")
    cls = "".join(word[:1].upper() + word[1:] for word in plugin.split("-"))
    hint = f"such as {_proposal(f'my-{plugin}')!r}"
    if package in _OTHERS or package in sys.stdlib_module_names:
        raise UsageError(f"{name!r} would make an import {package!r}, which there is already", hint=hint)
    for made in (package, module):
        if not made.isidentifier() or keyword.iskeyword(made):
            raise UsageError(f"{name!r} would make a module {made!r}, which Python cannot import", hint=hint)
    if keyword.iskeyword(cls) or cls in _IMPORTED or cls in _public() or hasattr(builtins, cls):
        raise UsageError(f"{name!r} would make a class {cls!r}, which means something else", hint=hint)
    return Names(distribution, package, plugin, module, cls, module.upper())


def _proposal(name: str) -> str:
    """A usable name that is near to `name`."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    plugin = "-".join(word for word in words if word not in ("my", "pytoco")) or "plugin"
    return f"{PREFIX}my-{plugin}" if "my" in words or not plugin[0].isalpha() else PREFIX + plugin


def _public() -> frozenset[str]:
    from .. import __all__ as offered

    return frozenset(offered)
