"""Plans a pipeline: which passes each of its stages runs, in which order and why, from settings and pass classes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping

from ..errors import PytocoError, UsageError
from .descriptors import Backend
from .ordering import Constraint, Position, order_stage
from .pipeline import Pipeline
from .records import PluginWarning
from .references import PassRef
from .settings import Settings
from .spelling import suggestion

MOST_STRANGERS = 4
"""Unknown neighbours of passes of which one plan looks whether they are misspelt; comparing names takes long."""


class UnloadablePass(Exception):
    """A third-party pass whose class cannot be had; `__cause__` says why."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Planner:
    """Lays out pipelines over the passes and backends that the plugins offer.

    `partial` says that plugins were disabled or failed, so that names which nobody offers may be theirs; `origin` gives
    the plugin of a pass as messages name it, empty for pytoco's own.
    """

    def __init__(
        self,
        settings: Settings,
        passes: Mapping[str, PassRef],
        backends: Iterable[Backend],
        *,
        partial: bool,
        origin: Callable[[str], str] = lambda _: "",
    ) -> None:
        self.settings = settings
        self.passes = passes
        self.backends = list(backends)
        self.partial = partial
        self._origin = origin
        self._strangers: dict[str, None] = {}
        packaged = [sourced.value for key, sourced in settings.packaged.items() if key[0] == "stages"]
        self._packaged = dict.fromkeys(name for names in packaged for name in names)
        effective = [self._listed(stage) for stage in settings.names("stages")]
        self._placed = self._packaged | dict.fromkeys(name for names in effective for name in names)

    def stage_names(self) -> list[str]:
        """Stages that settings or backends name."""
        names = dict.fromkeys(self.settings.names("stages"))
        for pipeline in self.pipeline_names():
            names |= dict.fromkeys(self.stages_of(pipeline))
        return list(names)

    def pipeline_names(self) -> list[str]:
        """Pipelines of the settings, then those that only a backend knows."""
        return list(dict.fromkeys([*self.settings.names("pipelines"), *(b.pipeline for b in self.backends)]))

    def stages_of(self, pipeline: str) -> tuple[str, ...]:
        """Stage names of a pipeline; raises `UsageError` for an unknown one."""
        stages: tuple[str, ...] | None = self.settings.get("pipelines", pipeline, "stages")
        if stages is not None:
            return stages
        for backend in self.backends:
            if backend.pipeline == pipeline:
                return backend.stages
        raise UsageError(f"there is no pipeline {pipeline!r}", hint=suggestion(pipeline, self.pipeline_names()))

    def homeless(self) -> dict[str, PytocoError]:
        """Passes for a stage that does not exist, which would silently never run, with the error to report."""
        known = self.stage_names()
        found: dict[str, PytocoError] = {}
        for name, ref in self.passes.items():
            if ref.stage not in known and name not in self._placed and not self.settings.get("passes", name, "stage"):
                what = f"pass {name!r} is for stage {ref.stage!r}, which no pipeline has"
                found[name] = UsageError(what, hint=suggestion(ref.stage, known))
        return found

    def check_names(self) -> None:
        """Raise `UsageError` for passes and stages that settings name and nobody offers."""
        stages = self._stages_with_passes()
        for key, sourced in self.settings.values.items():
            if key[0] == "pipelines":
                self._check(sourced.source, sourced.value, stages, "stage")
            elif key[0] == "passes":
                self._check(sourced.source, [key[1]], self.passes, "pass")
                if key[2] == "stage":
                    self._check(sourced.source, [sourced.value], self.stage_names(), "stage")
                elif key[2] != "enabled":
                    self._check(sourced.source, sourced.value, self.passes, "pass")
            elif key[0] == "stages" and key not in self.settings.packaged:
                self._check(sourced.source, sourced.value, self.passes, "pass")

    def plan(self, name: str) -> Pipeline:
        """The pipeline of that name. Raises `UsageError` for unknown names and cycles, `UnloadablePass`."""
        self.check_names()
        stages = {stage: self._stage(stage) for stage in self.stages_of(name)}
        found = Pipeline(name, stages, passes=self.passes)
        for stage, positions in found.stages.items():
            for position in positions:
                if position.ref.name in self._packaged:
                    continue
                for other in self._neighbours(position.ref, "requires"):
                    if not found.has_pass(other):
                        raise UsageError(
                            f"{self._described(position.ref)} in stage {stage!r} requires pass {other!r}, "
                            f"which pipeline {name!r} does not run",
                            hint=f"enable {other!r}, or set enabled = false in [passes.{position.ref.name}]",
                        )
        return found

    def _stage(self, stage: str) -> list[Position]:
        listed: list[PassRef] = []
        extra: list[PassRef] = []
        for name in self._listed(stage):
            ref = self.passes.get(name)
            if ref is not None and self._belongs(ref, stage, listed=True):
                (extra if self._pins(name) else listed).append(ref)
        taken = {ref.name for ref in (*listed, *extra)}
        extra += [ref for ref in self.passes.values() if ref.name not in taken and self._belongs(ref, stage)]
        constraints = [constraint for ref in extra for constraint in self._constraints(ref)]
        source = f"stages.{stage} of {self.settings.source('stages', stage, 'passes')}"
        return [self._moved(position) for position in order_stage(listed, extra, constraints, source)]

    def _moved(self, position: Position) -> Position:
        """The position, with the reason for its stage where settings chose that."""
        source = self.settings.source("passes", position.ref.name, "stage")
        return position._replace(reason=f"in this stage (says {source}); {position.reason}") if source else position

    def _belongs(self, ref: PassRef, stage: str, *, listed: bool = False) -> bool:
        if self.settings.get("passes", ref.name, "enabled") is False:
            return False
        moved: str | None = self.settings.get("passes", ref.name, "stage")
        if moved is not None:
            return moved == stage
        return listed or (ref.stage == stage and ref.name not in self._placed)

    def _constraints(self, ref: PassRef) -> list[Constraint]:
        """What settings say about the pass; what they leave open its class says, unless it is built in."""
        found: list[Constraint] = []
        for side in ("after", "before"):
            names = self.settings.get("passes", ref.name, side)
            reason = f"says {self.settings.source('passes', ref.name, side)}"
            if names is None:
                names = () if ref.name in self._placed else self._neighbours(ref, side)
                reason = f"says {ref.reference}"
                self._check_neighbours(ref, side, names)
            for other in names:
                first, second = (other, ref.name) if side == "after" else (ref.name, other)
                found.append(Constraint(first, second, reason))
        return found

    def _check_neighbours(self, ref: PassRef, side: str, names: Iterable[str]) -> None:
        """Warn of a neighbour that nobody offers and that looks misspelt; any other may be there or not."""
        for name in names:
            if name in self.passes or name in self._strangers or len(self._strangers) == MOST_STRANGERS:
                continue
            self._strangers[name] = None
            hint = suggestion(name, self.passes)
            if hint.startswith("did you mean"):
                what = f"{self._described(ref)} is to run {side} {name!r}, which nobody offers ({hint})"
                warnings.warn(PluginWarning(what), stacklevel=4)

    def _described(self, ref: PassRef) -> str:
        origin = self._origin(ref.name)
        return f"pass {ref.name!r}{f' of {origin}' if origin else ''}"

    def _neighbours(self, ref: PassRef, side: str) -> tuple[str, ...]:
        try:
            return ref.neighbours(side)
        except Exception as error:
            raise UnloadablePass(ref.name) from error

    def _listed(self, stage: str) -> tuple[str, ...]:
        return self.settings.get("stages", stage, "passes") or ()

    def _pins(self, name: str) -> bool:
        return any(self.settings.get("passes", name, side) is not None for side in ("after", "before"))

    def _stages_with_passes(self) -> list[str]:
        """Stages that a pipeline may name: those of the settings, of backends, and those that a pass is for."""
        names = dict.fromkeys(self.settings.names("stages"))
        for backend in self.backends:
            names |= dict.fromkeys(backend.stages)
        return list(names | dict.fromkeys(ref.stage for ref in self.passes.values()))

    def _check(self, source: str, names: Iterable[str], known: Iterable[str], what: str) -> None:
        for name in names:
            if name in known:
                continue
            hint = suggestion(name, known)
            if not self.partial or hint.startswith("did you mean"):
                raise UsageError(f"{source}: there is no {what} {name!r}", hint=hint)
            message = f"{source}: there is no {what} {name!r}; perhaps of a plugin that is disabled or failed"
            warnings.warn(PluginWarning(message), stacklevel=3)
