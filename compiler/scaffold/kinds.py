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
    """Its `noun`, `what` it is, what the `sample` that is written does, and what that `uses` besides pytoco."""

    noun: str
    what: str
    sample: str
    uses: tuple[str, ...] = ()


_NUMPY = ("numpy>=2.1",)

KINDS = {
    "pass": Kind("A pass", "a rewrite of models", "Abs, Cos and Square do not see the sign"),
    "op": Kind(
        "An operator",
        "an operator: inference, kernel, TensorFlow importer, TFLite exporter",
        "limit * tanh(x / limit)",
        _NUMPY,
    ),
    "backend": Kind("A backend", "a writer of a file format", "models as C++ arrays, for microcontrollers"),
    "frontend": Kind("A frontend", "a reader of a file format", "dense layers described in JSON", _NUMPY),
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
    hint = f"give another name, such as '{PREFIX}my-{names.plugin}'"
    if names.plugin in _own_plugins():
        raise UsageError(f"pytoco has a plugin {names.plugin!r} already", hint=hint)
    if name in _taken(kind):
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


def _own_plugins() -> list[str]:
    from ..plugins.settings import packaged_layer

    return [key[1] for key in packaged_layer() if key[0] == "plugins"]


def _own_registry() -> Registry:
    """The registry of an installation without any other plugin or setting."""
    from ..plugins.discovery import installed_offers
    from ..plugins.registry import Registry
    from ..plugins.settings import Settings, packaged_layer

    names = _own_plugins()
    own = [offer for offer in installed_offers() if offer.name in names]
    return Registry(Settings([packaged_layer()]), own)
