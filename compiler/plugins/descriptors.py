"""The typed descriptors that plugin hooks yield: frontends, backends, passes, ops, observers and commands.

Every function field takes a callable or a `"package.module:attribute"` string, which is imported on first use. A
constructor raises `TypeError` or `ValueError` for values that cannot be right; the registry turns that into a report
that names the plugin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from ..errors import PluginError
from .deferred import deferred, load_attribute
from .target import Target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from ..convert import Result
    from ..debug.diff import ModelDiff
    from ..ir import Graph, Model, Op

Given: TypeAlias = Mapping[str, Any]
"""What a caller asked for, by the names of `compiler.options.Options`; what is absent has its default there.

A frontend finds importers of plugins under `"importers"`, a backend exporters under `"exporters"`.
"""

Source: TypeAlias = "Path | bytes | Sequence[Any]"
"""A path, the content of a file, or parts of a model that the frontend knows (node messages)."""

_NAME = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


def _checked_name(name: object, what: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{what} name {name!r}: use lower-case words joined by '-', such as 'fuse-activation'")
    return name


def _checked_texts(texts: Iterable[str], what: str) -> tuple[str, ...]:
    found: tuple[Any, ...] = (texts,) if isinstance(texts, str) else tuple(texts)
    for text in found:
        if not isinstance(text, str) or not text:
            raise ValueError(f"{what}: {text!r} is not a non-empty text")
    return found


def _check_pass(cls: object) -> None:
    """A pass is a class with match and rewrite; a pass over the whole graph has run."""
    local = all(callable(getattr(cls, method, None)) for method in ("match", "rewrite"))
    if not isinstance(cls, type) or not (local or callable(getattr(cls, "run", None))):
        raise PluginError(f"{cls!r} is no pass", hint="derive it from pytoco.compiler.driver.Pass or GraphPass")


class SessionModel(Protocol):
    """A snapshot of a live session: `graph` is a `Source`; its boundary; `warnings` are sentences for the user.

    `input_shapes` has one item an input, `None` where the rank is unknown.
    """

    @property
    def graph(self) -> Any: ...  # noqa: D102
    @property
    def input_arrays(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def input_shapes(self) -> Sequence[Sequence[int | None] | None]: ...  # noqa: D102
    @property
    def output_arrays(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def warnings(self) -> Sequence[str]: ...  # noqa: D102


class Drawing(Protocol):
    """A picture of a model that changes: `update` is told every event, `render` gives the bytes of one frame."""

    def update(self, events: Iterable[Any]) -> None: ...  # noqa: D102
    def render(self, title: str) -> bytes: ...  # noqa: D102


class Frontend:
    """Reads models of one format family into the IR.

    - `formats`: names that `--input-format` may say, upper case, such as `("TENSORFLOW_GRAPHDEF",)`.
    - `sniff(path, head)`: whether this frontend reads what lies at `path`. `head` is up to 64 KiB from the start of the
      file, empty for a folder. `True` is yes; a text is no with the reason, shown when no frontend takes the file.
    - `load(source, options)`: the model in a `Source`; `options` are a `Given` mapping.
    - `inspect(source, options)`: a mapping of facts for `pytoco inspect`, cheaper than loading; optional.
    - `from_session(session, inputs, outputs, options)`: a `SessionModel`, for `load` to read; optional.
    - `from_objects(objects, options)`: the same for live models or functions of the caller's framework; optional.
    - `boundary(source, options)`: a `SessionModel` whose `graph` is the source, where that is cheaper than loading;
      optional.
    """

    __slots__ = (
        "boundary", "description", "formats", "from_objects", "from_session", "inspect", "load", "name", "sniff"
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        description: str,
        *,
        formats: Iterable[str],
        sniff: Callable[[Path, bytes], bool | str] | str,
        load: Callable[[Any, Given], Model] | str,
        inspect: Callable[[Any, Given], Mapping[str, Any]] | str | None = None,
        from_session: Callable[[Any, Any, Any, Given], SessionModel] | str | None = None,
        from_objects: Callable[[Any, Given], SessionModel] | str | None = None,
        boundary: Callable[[Any, Given], SessionModel] | str | None = None,
    ) -> None:
        self.name = _checked_name(name, "frontend")
        self.description = description
        self.formats = _checked_texts(formats, "frontend formats")
        self.sniff = deferred(sniff)
        self.load = deferred(load)
        self.inspect = None if inspect is None else deferred(inspect)
        self.from_session = None if from_session is None else deferred(from_session)
        self.from_objects = None if from_objects is None else deferred(from_objects)
        self.boundary = None if boundary is None else deferred(boundary)

    def __repr__(self) -> str:
        return f"Frontend({self.name!r})"


class WriteReport:
    """What a backend wrote: `data` (when no destination was given) or `path`, `size` in bytes, and how many of each op.

    `min_runtime` is the oldest runtime version that runs the file ("" where that has no meaning); `notes` are remarks
    for the user, one sentence each.
    """

    __slots__ = ("data", "min_runtime", "notes", "operators", "path", "size")

    def __init__(
        self,
        *,
        data: bytes | bytearray | memoryview | None = None,
        path: Path | None = None,
        size: int = 0,
        operators: Mapping[str, int] | None = None,
        min_runtime: str = "",
        notes: Iterable[str] = (),
    ) -> None:
        self.data = data
        self.path = path
        self.size = size or (len(data) if data is not None else 0)
        self.operators = dict(operators or {})
        self.min_runtime = min_runtime
        self.notes = list(notes)


class Backend:
    """Writes the IR in one format family.

    - `formats`: names that `--output-format` may say, upper case, such as `("TFLITE",)`.
    - `suffix`: file name ending with its dot, such as `".tflite"`.
    - `pipeline`: name of the pipeline that prepares a model for this backend; `stages` are its stages where
      `plugins.toml` has no such pipeline, which is how a third-party backend brings its own.
    - `target()`: the `Target` that passes and checks ask.
    - `write(model, destination, options)`: writes `destination`, or returns the bytes in the report when it is `None`.
    - `inspect(path)`: a mapping of facts about a file of this format for `pytoco inspect`, with the keys that a
      frontend's has, or `None` for a file of another format; optional.
    - `drawing(model, options)`: a `Drawing` of a model that changes, for `pytoco frames`; optional.
    - `draw_difference(difference, title)`: the bytes of a drawing of a `compiler.debug.diff.ModelDiff`, for `pytoco
      diff --dot`; optional.
    """

    __slots__ = (
        "description",
        "draw_difference",
        "drawing",
        "formats",
        "inspect",
        "name",
        "pipeline",
        "stages",
        "suffix",
        "target",
        "write",
    )

    def __init__(
        self,
        name: str,
        description: str,
        *,
        formats: Iterable[str],
        suffix: str,
        pipeline: str,
        stages: Iterable[str] = (),
        target: Callable[[], Target] | str,
        write: Callable[[Model, Path | None, Given], WriteReport] | str,
        inspect: Callable[[Path], Mapping[str, Any] | None] | str | None = None,
        drawing: Callable[[Model, Given], Drawing] | str | None = None,
        draw_difference: Callable[[ModelDiff, str], bytes] | str | None = None,
    ) -> None:
        self.name = _checked_name(name, "backend")
        self.description = description
        self.formats = _checked_texts(formats, "backend formats")
        (self.suffix,) = _checked_texts(suffix, "backend suffix")
        if not suffix.startswith("."):
            raise ValueError(f"backend suffix {suffix!r} must start with a dot")
        self.pipeline = _checked_name(pipeline, "pipeline")
        self.stages = _checked_texts(stages, "backend stages")
        self.target = deferred(target)
        self.write = deferred(write)
        self.inspect = None if inspect is None else deferred(inspect)
        self.drawing = None if drawing is None else deferred(drawing)
        self.draw_difference = None if draw_difference is None else deferred(draw_difference)

    def __repr__(self) -> str:
        return f"Backend({self.name!r})"


class PassRef:
    """A pass by name and stage; its class is imported by `load()` when the pipeline first runs it.

    `target` is the class or its `"package.module:Class"`. With a class, name and stage may be left out: the class says.
    """

    __slots__ = ("_target", "name", "stage")

    def __init__(self, target: type[Any] | str, *, name: str = "", stage: str = "") -> None:
        if isinstance(target, str):
            if target.count(":") != 1:
                raise TypeError(f"pass target {target!r} is not of the form 'package.module:Class'")
        else:
            _check_pass(target)
        self._target = target
        self.name = _checked_name(name or getattr(target, "name", ""), "pass")
        self.stage = _checked_name(stage or getattr(target, "stage", ""), f"pass {self.name!r}: stage")

    @property
    def reference(self) -> str:
        """`"package.module:Class"` of the pass, without importing it."""
        target = self._target
        return target if isinstance(target, str) else f"{target.__module__}:{target.__qualname__}"

    def load(self) -> type[Any]:
        """The pass class. Raises `PluginError` when it cannot be imported or is not a class of this name."""
        if not isinstance(self._target, str):
            return self._target
        found = load_attribute(self._target)
        if not isinstance(found, type) or getattr(found, "name", None) != self.name:
            raise PluginError(f"{self._target!r} is {found!r}, which is not a class with name = {self.name!r}")
        _check_pass(found)
        self._target = found
        return found

    def __repr__(self) -> str:
        return f"PassRef({self.name!r}, stage={self.stage!r})"


class OpRef:
    """An op definition by kind, with what frontends and backends need to know about it.

    - `target`: the `OpDef` class (attributes, inference, kernel) or its `"package.module:Class"`.
    - `importers`: by frontend family ("tensorflow"), a mapping of source op names to importer functions.
    - `exporters`: by backend name ("tflite"), the exporter function of this kind.

    Left out, they are read from the class attributes of the same names, so that one class in one file can hold it all.
    """

    __slots__ = ("_target", "exporters", "importers", "kind")

    def __init__(
        self,
        target: type[Any] | str,
        *,
        kind: str = "",
        importers: Mapping[str, Mapping[str, Any]] | None = None,
        exporters: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(target, type | str):
            raise TypeError(f"an op is a class or 'package.module:Class', not {target!r}")
        self._target = target
        self.kind = kind or str(getattr(target, "kind", ""))
        if not self.kind.isidentifier():
            raise ValueError(f"op kind {self.kind!r}: use a CamelCase word such as 'HardSwish'")
        own_importers = getattr(target, "importers", {}) if importers is None else importers
        own_exporters = getattr(target, "exporters", {}) if exporters is None else exporters
        if not isinstance(own_importers, Mapping) or not all(isinstance(v, Mapping) for v in own_importers.values()):
            raise TypeError(f"importers of op {self.kind!r} must be {{family: {{source op: importer}}}}")
        if not isinstance(own_exporters, Mapping):
            raise TypeError(f"exporters of op {self.kind!r} must be {{backend: exporter}}")
        self.importers: dict[str, dict[str, Any]] = {family: dict(table) for family, table in own_importers.items()}
        self.exporters: dict[str, Any] = dict(own_exporters)

    def load(self) -> type[Any]:
        """The op definition class. Raises `PluginError` when it cannot be imported."""
        if not isinstance(self._target, str):
            return self._target
        found = load_attribute(self._target)
        if not isinstance(found, type) or getattr(found, "kind", None) != self.kind:
            raise PluginError(f"{self._target!r} is {found!r}, which is not a class with kind = {self.kind!r}")
        self._target = found
        return found

    def __repr__(self) -> str:
        return f"OpRef({self.kind!r})"


class Observer:
    """Watches one conversion; override what you need. Methods are called directly, never through pluggy.

    An observer must not change the model. One that raises is dropped for the rest of the conversion, with a warning.
    """

    def on_import(self, model: Model) -> None:
        """The frontend has made `model`; no pass has run."""

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """The stage of that name begins, with these passes."""

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        """Pass `pass_name` rewrote at `op`: rewrite `number` of this conversion (from 1), with its committed events.

        `op` is `None` for a pass over the whole graph.
        """

    def on_failure(self, rule: Any, op: Op | None, graph: Graph, error: Exception) -> None:
        """Pass `rule` raised at `op` and was undone: `graph` is what it was before."""

    def on_remark(self, pass_name: str, op: Op | None, text: str) -> None:
        """A pass says something about `op` to the user, with `Pass.remark`."""

    def on_progress(self, what: str, done: int, total: int | None) -> None:
        """A pass is busy with `what`: `done` parts of it, of `total` where that is known."""

    def on_finish(self, model: Model) -> None:
        """All stages are done; export follows."""

    def on_export(self, model: Model, report: WriteReport) -> None:
        """The backend has written `model`."""

    def on_result(self, result: Result) -> None:
        """The conversion is done: the last chance to add to `result.summary`, its warnings for example."""

    def on_error(self, error: BaseException) -> None:
        """The conversion ends with this error, wherever in it that was; nothing follows."""


class Command:
    """A sub-command of `pytoco`: `add_arguments(parser)` declares flags, `run(arguments)` returns the exit code."""

    __slots__ = ("add_arguments", "help", "name", "run")

    def __init__(
        self,
        name: str,
        help: str,
        *,
        run: Callable[[Namespace], int] | str,
        add_arguments: Callable[[ArgumentParser], None] | str | None = None,
    ) -> None:
        self.name = _checked_name(name, "command")
        self.help = help
        self.run = deferred(run)
        self.add_arguments = None if add_arguments is None else deferred(add_arguments)

    def __repr__(self) -> str:
        return f"Command({self.name!r})"
