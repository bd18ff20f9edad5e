"""What is checked: a backend or a frontend by name, under the plugins that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

from ...constants import PluginFormat
from ...convert import register_ops
from ...errors import PytocoError, UsageError
from ...ir import Model
from ...ir.extract import extract
from ...ir.text import parse
from ...options import Options
from ...plugins.registry import open_registry
from ...plugins.spelling import suggestion
from ..converting import export, given_to, prepare
from ..random_graphs import random_graph
from . import corpus

if TYPE_CHECKING:
    from ...ir import Graph
    from ...plugins.descriptors import Backend, Frontend, WriteReport
    from ...plugins.registry import Registry

BACKEND, FRONTEND = "backend", "frontend"


MADE = ("arithmetic", "convolution")
"""Models that a backend of a frontend's format writes for it where there are no samples."""


@cache
def _random(seed: int) -> Graph:
    return random_graph(seed, corpus.RANDOM_SIZE).graph


class Subject:
    """A backend or a frontend: `name`, `kind`, the `registry` that offers it, and `options` as fields of `Options`.

    `plugins` are switches as `-p` takes them, `plugins_file` a file as `--plugins` does: a child process opens the same
    registry again. Raises UsageError where the registry has no such thing.
    """

    kind = ""

    def __init__(
        self,
        name: str,
        *,
        plugins: Sequence[str] = (),
        plugins_file: str | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.plugins = list(plugins)
        self.plugins_file = plugins_file
        self.fields = dict(options or {})
        self.registry: Registry = open_registry(plugins_file=plugins_file, names=plugins)
        register_ops(self.registry)

    @property
    def description(self) -> str:
        """What it says of itself."""
        raise NotImplementedError

    def request(self) -> dict[str, Any]:
        """What a child process needs to make the same subject."""
        return {
            "kind": self.kind,
            "name": self.name,
            "plugins": self.plugins,
            "plugins_file": self.plugins_file,
            "options": self.fields,
        }


class BackendSubject(Subject):
    """A backend, and the models of the corpus for it."""

    kind = BACKEND

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(name, **more)
        if name not in self.registry.backends():
            raise UsageError(f"there is no backend {name!r}", hint=suggestion(name, self.registry.backends()))
        self.backend: Backend = self.registry.backends()[name]
        output_format = PluginFormat.coerce(self.backend.formats[0])
        self.options = self.registry.completed(Options(**{"output_format": output_format, **self.fields}))

    @property
    def description(self) -> str:  # noqa: D102
        return self.backend.description

    @cached_property
    def written(self) -> dict[str, Any]:
        """What a child process tells of writing all models: `facts_of` of `child`."""
        from .processes import ask

        return ask(self, "write")

    def names(self) -> list[str]:
        """Names of the models: those of the corpus, and random ones."""
        return [*corpus.models(), *(f"random {seed}" for seed in corpus.RANDOM_SEEDS)]

    def source(self, name: str) -> Model:
        """The model of that name as a frontend would give it, anew each time."""
        if name.startswith("random "):
            return extract(_random(int(name.split()[1])))
        return parse(corpus.models()[name])

    def prepared(self, name: str) -> Model:
        """The model of that name after the stages of the backend's pipeline. Raises what they raise."""
        model = self.source(name)
        prepare(model, self.backend, self.options, self.registry, self.registry.observers(self.options))
        return model

    def acceptable(self) -> dict[str, Model]:
        """The models, prepared, that the stages do not refuse."""
        found = {}
        for name in self.names():
            try:
                found[name] = self.prepared(name)
            except PytocoError:
                continue
        return found

    def given(self) -> dict[str, Any]:
        """What `write` gets as its options."""
        return given_to(self.backend, self.options, self.registry)

    def write(
        self, model: Model, destination: Path | None = None, given: Mapping[str, Any] | None = None
    ) -> WriteReport:
        """Write a prepared model as a conversion does."""
        return export(model, self.backend, self.options, self.registry, destination, given=given)

    def content(self, model: Model) -> bytes | None:
        """The bytes that the backend makes of a prepared model in memory, None where it refuses."""
        try:
            return bytes(self.write(model).data or b"")
        except PytocoError:
            return None


class FrontendSubject(Subject):
    """A frontend, and samples of its format."""

    kind = FRONTEND

    def __init__(self, name: str, *, samples: Sequence[str | Path] = (), **more: Any) -> None:
        super().__init__(name, **more)
        if name not in self.registry.frontends():
            raise UsageError(f"there is no frontend {name!r}", hint=suggestion(name, self.registry.frontends()))
        self.frontend: Frontend = self.registry.frontends()[name]
        own = [corpus.sample(path) for path, name in corpus.SAMPLES.items() if name in self.frontend.formats]
        self.samples = [Path(path).resolve() for path in samples] or own or list(self._made(more))
        for path in self.samples:
            if not path.exists():
                raise UsageError(f"there is no sample {path}")
        self.options = self.registry.completed(Options(**self.fields))

    def _made(self, more: Mapping[str, Any]) -> Iterator[Path]:
        """Samples that a backend of the same format writes, in a folder that goes with the subject."""
        for backend in self.registry.backends().values():
            if set(backend.formats) & set(self.frontend.formats):
                folder = mkdtemp(prefix="pytoco-")
                finalize(self, rmtree, folder, ignore_errors=True)
                writer = BackendSubject(backend.name, **more)
                for name in MADE:
                    path = Path(folder) / f"{name}{backend.suffix}"
                    with suppress(PytocoError):
                        writer.write(writer.prepared(name), path)
                        yield path
                return

    @property
    def description(self) -> str:  # noqa: D102
        return self.frontend.description

    def request(self) -> dict[str, Any]:  # noqa: D102
        return {**super().request(), "samples": [str(path) for path in self.samples]}

    @cached_property
    def loaded(self) -> dict[str, Any]:
        """What a child process tells of loading all samples: `facts_of` of `child`."""
        from .processes import ask

        return ask(self, "load")

    def given(self, **more: Any) -> dict[str, Any]:
        """What `load` gets as its options."""
        family = self.frontend.family
        importers = {n: f for ref in self.registry.ops().values() for n, f in ref.importers.get(family, {}).items()}
        return {**self.options.given(), **({"importers": importers} if importers else {}), **more}

    def load(self, source: Path | bytes, **more: Any) -> Model:
        """The model in a source; raises what the frontend raises."""
        model: Model = self.frontend.load(source, self.given(**more))
        return model
