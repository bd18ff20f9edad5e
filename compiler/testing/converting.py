"""Takes a graph, in whatever form a test has it, through the stages of a backend, as a conversion does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import PytocoError
from ..ir import Graph, Model
from ..ir.extract import extract
from ..ir.verify import verify
from ..recording import recorders
from .text_form import parsed

if TYPE_CHECKING:
    from ..driver.fixed_point import Runner
    from ..options import Options
    from ..plugins.descriptors import Backend, Observer, WriteReport
    from ..plugins.registry import Registry

Source: TypeAlias = str | Path | bytes | Graph | Model
"""A graph in text form, a path, the content of a model file, or a graph or model of the IR."""


def model_of(source: Source, options: Options, registry: Registry) -> Model:
    """A model of the caller's own, to be changed: a copy of one of the IR, or what a text or a file says.

    Raises InvalidModelError for a text that is none, and what a frontend raises.
    """
    if isinstance(source, Model):
        made = extract(source.main)
        made.signatures = source.signatures
        return made
    if isinstance(source, Graph):
        return extract(source)
    if isinstance(source, str) and "{" in source and source.lstrip().startswith("graph"):
        return parsed(source)
    from ..convert import import_model

    return import_model(options, Path(source) if isinstance(source, str) else source, registry)


def prepare(
    model: Model, backend: Backend, options: Options, registry: Registry, observers: Sequence[Observer] = ()
) -> Runner:
    """Run the pipeline of `backend` over `model`, strictly, as a conversion does, recorded as one.

    The runner is for `export`. Raises what a conversion raises.
    """
    from ..convert import run_pipeline
    from ..driver.fixed_point import Runner

    watching = [*recorders(options, None), *observers]
    runner = Runner(
        model,
        strict=True,
        verify_each=options.verify_each,
        observers=watching,
        shuffle=options.shuffle_seed,
        plugins=registry,
    )
    try:
        verify(model)
        runner.notify(lambda o: o.on_import(model))
        run_pipeline(runner, backend, options, registry)
        verify(model)
        runner.notify(lambda o: o.on_finish(model))
    except PytocoError as error:
        for observer in watching:
            observer.on_error(error)
        raise
    return runner


def export(
    model: Model,
    backend: Backend,
    options: Options,
    registry: Registry,
    destination: Path | None = None,
    *,
    given: Mapping[str, Any] | None = None,
) -> WriteReport:
    """Let `backend` write a model that is prepared for it, as a conversion does; `given` are other options."""
    from ..staging import write

    return write(
        backend, model, destination, given_to(backend, options, registry) if given is None else given, registry
    )


def given_to(backend: Backend, options: Options, registry: Registry) -> dict[str, Any]:
    """What a backend is given to write a model: the options, and the exporters that plugins have for it."""
    exporters = {k: ref.exporters[backend.name] for k, ref in registry.ops().items() if backend.name in ref.exporters}
    return {**options.given(), **({"exporters": exporters} if exporters else {})}
