"""What kinds of plugin there are, and which names pytoco itself has taken in each."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from ..errors import UsageError
from ..plugins.spelling import suggestion
from .names import PREFIX, Names

if TYPE_CHECKING:
    from ..plugins.registry import Registry


class Kind(NamedTuple):
    """`what` it is in words, `summary` what the package that is made does, and what it `uses` besides pytoco."""

    what: str
    summary: str
    uses: tuple[str, ...] = ()


_NUMPY = ("numpy>=2.1",)

KINDS = {
    "pass": Kind("a rewrite of models", "A pass: Abs, Cos and Square do not see the sign"),
    "op": Kind(
        "an operator: inference, kernel, TensorFlow importer, TFLite exporter",
        "An operator: limit * tanh(x / limit)",
        _NUMPY,
    ),
    "backend": Kind("a writer of a file format", "A backend: models as C++ arrays, for microcontrollers"),
    "frontend": Kind("a reader of a file format", "A frontend: dense layers described in JSON", _NUMPY),
}


def check_kind(kind: str | None) -> Kind:
    """The kind of that name; raises UsageError, with the nearest one or all, for another."""
    if kind is None:
        raise UsageError("--kind is missing", hint=f"one of {', '.join(KINDS)}")
    found = KINDS.get(kind)
    if found is None:
        raise UsageError(f"there is no kind {kind!r} of plugin", hint=suggestion(kind, KINDS))
    return found


def check_free(kind: str, names: Names) -> None:
    """Raise UsageError where pytoco has something of that kind and name, which the new plugin would clash with."""
    name = names.cls if kind == "op" else names.plugin
    if name in _taken(kind):
        hint = f"give another name, such as '{PREFIX}my-{names.plugin}'"
        raise UsageError(f"pytoco has {_article(kind)} {name!r} already", hint=hint)


def _article(kind: str) -> str:
    return f"an {kind}" if kind == "op" else f"a {kind}"


def _taken(kind: str) -> Collection[str]:
    if kind == "op":
        from ..ops import known_kinds

        return known_kinds()
    registry = _own_registry()
    tables: dict[str, Collection[str]] = {
        "pass": registry.passes(),
        "backend": registry.backends(),
        "frontend": registry.frontends(),
    }
    return tables[kind]


def _own_registry() -> Registry:
    """The registry of an installation without any other plugin or setting."""
    from ..plugins.discovery import installed_offers
    from ..plugins.registry import Registry
    from ..plugins.settings import Settings, packaged_layer

    own = [offer for offer in installed_offers() if offer.name.startswith("builtin-")]
    return Registry(Settings([packaged_layer()]), own)
