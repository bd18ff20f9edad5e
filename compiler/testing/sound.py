"""Assertions about passes by name, as the reproducers that pytoco writes make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import PytocoError, UsageError
from .numeric import assert_same_values, evaluate, random_inputs
from .text_form import parsed

if TYPE_CHECKING:
    from ..driver import Statistics
    from ..ir import Graph, Model
    from ..options import Options
    from ..plugins.registry import Registry
    from .rewrites import PassClass


def assert_passes_sound(
    text: str,
    passes: PassClass | str | Sequence[PassClass | str],
    *,
    options: Mapping[str, Any] | None = None,
    plugins: Sequence[str] = (),
) -> None:
    """Assert that passes come to rest over the graph `text`, without an exception, and that its outputs keep values.

    A pass is a class, or a name that the registry knows with the plugins that `plugins` switch on (as `-p` does).
    `options` are those of a conversion, options of plugins among them by their own names. Outputs are compared within
    the tolerance of the passes where the graph can be computed. Raises PassError, NoFixedPoint, AssertionError, and
    UsageError for an unknown pass.
    """
    model = parsed(text)
    values = _inputs(model.main)
    expected = None if values is None else _outputs(model.main, values)
    _, tolerance = run_named(model, passes, options=options, plugins=plugins)
    if values is not None and expected is not None:
        assert_same_values(expected, evaluate(model.main, values), tolerance)


def run_named(
    model: Model,
    passes: PassClass | str | Sequence[PassClass | str],
    *,
    options: Mapping[str, Any] | None = None,
    plugins: Sequence[str] = (),
) -> tuple[Statistics, float]:
    """Run passes as `assert_passes_sound` does; what they did, and the largest of their tolerances."""
    from .rewrites import run_passes

    settings, registry = settings_of(options, plugins)
    loaded = [_pass_class(registry, item) for item in ([passes] if isinstance(passes, type | str) else passes)]
    target = registry.backend_for(settings.output_format.name).target_for(settings.given())
    done = run_passes(model, loaded, target=target, options=settings)
    return done, max((cls.tolerance for cls in loaded), default=0.0)


def assert_exports(text: str, *, options: Mapping[str, Any] | None = None, plugins: Sequence[str] = ()) -> None:
    """Assert that the graph `text` can be written as `options` say, or is refused with an error for users.

    Raises InternalError, or whatever else the backend raised.
    """
    from ..errors import InternalError

    settings, registry = settings_of(options, plugins)
    try:
        registry.backend_for(settings.output_format.name).write(parsed(text), None, settings.given())
    except InternalError:
        raise
    except PytocoError:
        pass


def settings_of(options: Mapping[str, Any] | None, plugins: Sequence[str]) -> tuple[Options, Registry]:
    """Options from their fields, and the registry with these plugins, whose operators are made known."""
    from ..convert import register_ops
    from ..options import Options
    from ..plugins.registry import open_registry

    registry = open_registry(names=plugins)
    register_ops(registry)
    return registry.completed(Options.of(options)), registry


def _pass_class(registry: Registry, item: PassClass | str) -> PassClass:
    if not isinstance(item, str):
        return item
    found = registry.passes().get(item)
    if found is None:
        raise UsageError(f"there is no pass {item!r}", hint="`pytoco passes` lists them; plugins=[..] adds plugins")
    return found.load()


def _inputs(graph: Graph) -> dict[str, Any] | None:
    """Random values for the inputs, None where their types are not known."""
    try:
        return random_inputs(graph)
    except UsageError:
        return None


def _outputs(graph: Graph, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The outputs, None where they cannot be computed: an operator has no kernel, or cannot take random values."""
    try:
        return evaluate(graph, values)
    except (PytocoError, ArithmeticError, LookupError, TypeError, ValueError):
        return None
