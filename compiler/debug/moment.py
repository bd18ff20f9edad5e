"""A conversion up to one moment: the model as it then is, and what had happened to it by then.

The conversion runs for real, with its constants, and is stopped from within, so that the graph is exactly the one that
the passes would have gone on with.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError
from ..plugins import Observer
from ..plugins.spelling import suggestion

if TYPE_CHECKING:
    from ..ir import Array, Model, Op
    from ..ir.events import Event
    from ..options import Options
    from ..plugins.registry import Registry

END = "end"
"""The moment when all stages are done and the export follows."""


class Deed(NamedTuple):
    """One rewrite: its number from 1, where it came from, and its events. `where` names the root operator."""

    number: int
    stage: str
    pass_name: str
    root: Op | None
    where: str
    events: list[Event]


class Moment(Observer):
    """Watches a conversion and stops it at `at`: after that many rewrites, at the start of that stage, or at its end.

    `stage` is the present stage ("" between two), `begun` those that have begun; `deeds` are all rewrites so far,
    `failures` the errors of passes that raised, by (pass, operator). `names` and `makers` are what the imported model
    had: arrays by name, producers by array.
    """

    def __init__(self, at: int | str) -> None:
        self.at = at
        self.number = 0
        self.stage = ""
        self.begun: list[str] = []
        self.deeds: list[Deed] = []
        self.failures: dict[tuple[str, Op | None], str] = {}
        self.names: dict[str, Array] = {}
        self.makers: dict[Array, Op] = {}

    def on_import(self, model: Model) -> None:
        """Note what there is; perhaps that was it."""
        self.model = model
        for graph in model.graphs.values():
            self.names.update({a.name: a for a in graph.arrays() if a.name not in self.names})
            self.makers.update({a: op for op in graph.ops() for a in op.outputs})
        if self.at == 0:
            raise _Arrived

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """Note the stage, unless it is where to stop."""
        if stage == self.at:
            self.stage = ""
            raise _Arrived
        self.stage = stage
        self.begun.append(stage)

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        """Note a rewrite, the last one perhaps."""
        self.number = number
        self.deeds.append(Deed(number, self.stage, pass_name, op, op.name if op is not None else "", events))
        if number == self.at:
            raise _Arrived

    def on_failure(self, rule: Any, op: Op | None, graph: Any, error: Exception) -> None:
        """Note that a pass will not be tried here again."""
        self.failures[rule.name, op] = f"{type(error).__name__}: {error}"

    def on_finish(self, model: Model) -> None:
        """The end, whatever was asked for."""
        self.stage = ""
        raise _Arrived


class _Arrived(BaseException):
    """Leaves the conversion; no Exception, so that nobody takes it for a fault of an observer."""


def convert_until(
    source: str | Path | bytes | Sequence[Any], at: int | str, options: Options, registry: Registry
) -> Moment:
    """Convert `source` up to the moment `at` and no further; nothing is written.

    Raises UsageError for a stage that the pipeline does not have and for a rewrite that it does not come to, and what
    the conversion raises until then.
    """
    from ..convert import convert_model

    backend = registry.backend_for(options.output_format.name)
    stages = [stage for stage, _ in registry.pipeline(options.pipeline or backend.pipeline, options)]
    if isinstance(at, str) and at not in (END, *stages):
        raise UsageError(f"there is no stage {at!r}", hint=suggestion(at, (END, *stages)))
    if isinstance(at, int) and at < 0:
        raise UsageError(f"there is no rewrite {at}", hint="they are counted from 1; 0 is the model as imported")
    moment = Moment(at)
    with suppress(_Arrived):
        convert_model(options, source, registry=registry, observers=[moment])
    if isinstance(at, int) and moment.number < at:
        raise UsageError(f"there is no rewrite {at}: the conversion makes {moment.number}")
    return moment
