"""What plugins do in a conversion outside of the stages: their faults become errors and warnings that name them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import FileError, PassError, PluginError, PytocoError, UsageError, VerifyError, blame, reason_of

if TYPE_CHECKING:
    from .driver import Context, GraphPass, Pass, Runner
    from .ir import Model
    from .plugins import Backend, Frontend, Observer, PassRef, Target
    from .plugins.registry import Registry

_T = TypeVar("_T")


def named(kind: str, name: str, registry: Registry) -> str:
    """A "frontend", "backend" or "command" of a plugin as errors name it; empty for pytoco's own."""
    origin = registry.origin(f"register_{kind}s", name)
    return f"{kind} {name!r} of {origin}" if origin else ""


def called(who: str, function: Callable[..., _T], *arguments: Any, passing: tuple[type[BaseException], ...] = ()) -> _T:
    """What code of a plugin answers; `who` names it: "backend 'x' of plugin 'soft' (of pytoco-soft 1.2)".

    With an empty `who` the code is pytoco's own, and whatever it raises goes on.

    Errors of pytoco's own types keep their type and get the name; FileError stands for what the operating system says,
    PluginError for anything else. Memory that is not there is nobody's fault. What `passing` names goes on as it is.
    """
    if not who:
        return function(*arguments)
    try:
        return function(*arguments)
    except passing:
        raise
    except PytocoError as error:
        blame(error, who)
        raise
    except MemoryError:
        raise
    except OSError as error:
        raise FileError(f"{who}: {reason_of(error)}") from error
    except (Exception, SystemExit) as error:
        raise PluginError(f"{who} failed: {reason_of(error)}", hint="report it to those who make the plugin") from error


def load_model(frontend: Frontend, source: Any, given: Mapping[str, Any], registry: Registry) -> Model:
    """The model that a frontend reads; one of a plugin is checked before anybody else sees it.

    Raises what `called` does.
    """
    who = named("frontend", frontend.name, registry)
    if not who:
        return frontend.load(source, given)
    from .ir import Model
    from .ir.verify import verify

    model: object = called(who, frontend.load, source, given)
    if not isinstance(model, Model):
        raise PluginError(f"{who} gave {glimpse(model)}, not a Model")
    if "main" not in model.graphs:
        raise PluginError(f"{who} gave a model without a graph 'main'")
    if model.open:
        raise PluginError(f"{who} gave a model in the middle of a transaction")
    try:
        verify(model)
    except VerifyError as error:
        raise PluginError(f"{who} gave a broken model: {reason_of(error)}") from error
    except Exception as error:
        raise PluginError(f"{who} gave a model that cannot be checked: {reason_of(error)}") from error
    return model


def make_passes(references: Sequence[PassRef], context: Context, runner: Runner) -> list[Pass | GraphPass]:
    """The passes of one stage. One of a plugin that cannot be made is left out with a warning.

    Raises PassError in place of the warning where the conversion is strict.
    """
    made = []
    for reference in references:
        try:
            made.append(_made(reference, context))
        except (Exception, SystemExit) as error:
            origin = runner.origin_of(reference.name)
            if not origin or isinstance(error, UsageError):
                runner.name_pass(error, reference.name) if isinstance(error, PytocoError) else None
                raise
            text = f"pass {reference.name!r}{origin} cannot be made: {reason_of(error)}"
            if runner.strict:
                raise PassError(text, pass_name=reference.name) from error
            runner.statistics.warnings.append(f"{text}; it is left out")
    return made


def _made(reference: PassRef, context: Context) -> Pass | GraphPass:
    from .driver import GraphPass, Pass

    cls = reference.load()
    if not issubclass(cls, Pass | GraphPass):
        raise PluginError(f"{cls.__qualname__} is derived neither from Pass nor from GraphPass")
    if getattr(cls, "name", None) != reference.name:
        raise PluginError(f"{cls.__qualname__} has the name {getattr(cls, 'name', None)!r}")
    roots = getattr(cls, "roots", ())
    if not isinstance(roots, tuple | list) or not all(isinstance(kind, str) for kind in roots):
        raise PluginError(f"roots of {cls.__qualname__} is {roots!r}, not a tuple of operator kinds")
    made: Pass | GraphPass = cls(context)
    if getattr(made, "context", None) is not context:
        raise PluginError(f"{cls.__qualname__} keeps no context", hint="call super().__init__(context)")
    return made


def target_of(backend: Backend, given: Mapping[str, Any], plugins: Registry | None) -> Target:
    """The target that a backend describes; that of a plugin names itself in errors. Raises what `called` does."""
    who = "" if plugins is None else named("backend", backend.name, plugins)
    if not who:
        return backend.target_for(given)
    from .plugins import Target

    who = f"target of {who}"
    target: object = called(who, backend.target_for, given)
    if not isinstance(target, Target):
        raise PluginError(f"{who} is {glimpse(target)}, not a Target")
    guarded: Any = _NamedTarget(target, who)
    return guarded  # type: ignore[no-any-return]


def tell_error(error: BaseException, observers: Sequence[Observer], registry: Registry) -> None:
    """Tell the observers how the conversion ends; one that raises gets a warning and does not hide that error."""
    for observer in observers:
        try:
            observer.on_error(error)
        except (Exception, SystemExit) as fault:  # noqa: BLE001 - an observer may raise anything; it is reported by name
            import warnings

            from .plugins.records import PluginWarning

            origin = registry.origin_of_observer(observer)
            who = f"observer {type(observer).__name__}{f' of {origin}' if origin else ''}"
            warnings.warn(PluginWarning(f"{who} failed: {type(fault).__name__}: {fault}"), stacklevel=2)


class _NamedTarget:
    """A target of a plugin: everything is that target's own, and whatever a method raises gets its name."""

    def __init__(self, target: Target, who: str) -> None:
        self._target = target
        self._who = who

    @property
    def __class__(self) -> Any:
        return type(self._target)

    @__class__.setter
    def __class__(self, cls: object) -> None:
        raise AttributeError("a target keeps its class")

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not callable(found) or isinstance(found, type):
            return found
        who = f"{self._who}: {name}"

        @wraps(found)
        def asked(*arguments: Any, **options: Any) -> Any:
            return called(who, lambda: found(*arguments, **options))

        self.__dict__[name] = asked  # the next question finds it without coming here
        return asked


def glimpse(value: object) -> str:
    """A value in an error message."""
    text = repr(value)
    return text if len(text) <= 80 else f"a {type(value).__name__}"
