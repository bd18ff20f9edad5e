"""The typed descriptors that plugin hooks yield: frontends, backends, observers and commands.

Every function field takes a callable or a `"package.module:attribute"` string, which is imported on first use. A
constructor raises `TypeError` or `ValueError` for values that cannot be right; the registry turns that into a report
that names the plugin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from .deferred import Deferred, deferred
from .target import Target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from numpy.typing import NDArray

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


def checked_name(name: object, what: str) -> str:
    """`name`, if it is lower-case words joined by `-`; raises ValueError saying whose name it is not."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{what} name {name!r}: use lower-case words joined by '-', such as 'fuse-activation'")
    return name


def checked_texts(texts: Iterable[str], what: str) -> tuple[str, ...]:
    """One text or several as a tuple; raises ValueError, which says `what` they are, for anything else."""
    found: tuple[Any, ...] = (texts,) if isinstance(texts, str) else tuple(texts)
    for text in found:
        if not isinstance(text, str) or not text:
            raise ValueError(f"{what}: {text!r} is not a non-empty text")
    return found


def checked_formats(formats: Iterable[str], what: str) -> tuple[str, ...]:
    """`formats` as a tuple; raises ValueError where there are none, or where flags could not say one of them."""
    found = checked_texts(formats, f"{what} formats")
    if not found:
        raise ValueError(f"a {what} needs the name of a format")
    for name in found:
        if not name.replace("-", "_").isidentifier():
            raise ValueError(f"{what} format {name!r}: use letters, digits and '_', such as 'TFLITE'")
    return found


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
    - `family`: whose importers `load` finds under `"importers"`: those that operators of plugins have under this name
      in their `importers`; the frontend's own name unless said.
    """

    __slots__ = (
        "boundary",
        "description",
        "family",
        "formats",
        "from_objects",
        "from_session",
        "inspect",
        "load",
        "name",
        "sniff",
    )

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
        family: str = "",
    ) -> None:
        self.name = checked_name(name, "frontend")
        self.family = family or self.name
        self.description = description
        self.formats = checked_formats(formats, "frontend")
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
    - `target()`, or `target(options)`: the `Target` that passes and checks ask; `options` are a `Given` mapping.
    - `write(model, destination, options)`: writes `destination`, or returns the bytes in the report when it is `None`.
      In a conversion `destination` has the name of the result but lies in a temporary folder: when `write` returns, all
      that is there moves to the result's folder; when it raises, nothing does.
    - `inspect(path)`: a mapping of facts about a file of this format for `pytoco inspect`, with the keys that a
      frontend's has, or `None` for a file of another format; optional.
    - `drawing(model, options)`: a `Drawing` of a model that changes, for `pytoco frames`; optional.
    - `draw_difference(difference, title)`: the bytes of a drawing of a `compiler.debug.diff.ModelDiff`, for `pytoco
      diff --dot`; optional.
    - `run(path, inputs)`: runs a written file on values by the names of its inputs, and returns the results by the
      names of its outputs; optional, for `pytoco conformance`.
    """

    __slots__ = (
        "description",
        "draw_difference",
        "drawing",
        "formats",
        "inspect",
        "name",
        "pipeline",
        "run",
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
        target: Callable[[], Target] | Callable[[Given], Target] | str,
        write: Callable[[Model, Path | None, Given], WriteReport] | str,
        inspect: Callable[[Path], Mapping[str, Any] | None] | str | None = None,
        drawing: Callable[[Model, Given], Drawing] | str | None = None,
        draw_difference: Callable[[ModelDiff, str], bytes] | str | None = None,
        run: Callable[[Path, Mapping[str, NDArray[Any]]], Mapping[str, NDArray[Any]]] | str | None = None,
    ) -> None:
        self.name = checked_name(name, "backend")
        self.description = description
        self.formats = checked_formats(formats, "backend")
        (self.suffix,) = checked_texts(suffix, "backend suffix")
        if not suffix.startswith("."):
            raise ValueError(f"backend suffix {suffix!r} must start with a dot")
        self.pipeline = checked_name(pipeline, "pipeline")
        self.stages = checked_texts(stages, "backend stages")
        self.target: Callable[..., Target] = deferred(target)
        self.write = deferred(write)
        self.inspect = None if inspect is None else deferred(inspect)
        self.drawing = None if drawing is None else deferred(drawing)
        self.draw_difference = None if draw_difference is None else deferred(draw_difference)
        self.run = None if run is None else deferred(run)

    def target_for(self, options: Given) -> Target:
        """The target of one conversion. Raises PluginError when `target` cannot be imported, and what it raises."""
        function = self.target.resolved() if isinstance(self.target, Deferred) else self.target
        made: Target = function(options) if _asks(function) else function()
        return made

    def __repr__(self) -> str:
        return f"Backend({self.name!r})"


def _asks(function: Callable[..., Any]) -> bool:
    """Whether a function has to be given an argument; one that is written in C has not."""
    from inspect import Parameter, signature

    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    places = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    return any(p.default is p.empty and p.kind in places for p in parameters)


class Observer:
    """Watches one conversion; override what you need. Methods are called directly, never through pluggy.

    An observer must not change the model. One that raises is dropped for the rest of the conversion, with a warning.
    One with two more methods, `mark() -> object` and `rewind(mark)`, can be taken back to the start of a stage, which
    spares `pytoco convert --watch` a conversion from the beginning.
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
        self.name = checked_name(name, "command")
        self.help = help
        self.run = deferred(run)
        self.add_arguments = None if add_arguments is None else deferred(add_arguments)

    def __repr__(self) -> str:
        return f"Command({self.name!r})"
