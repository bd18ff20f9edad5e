"""The descriptors of passes and operators: by name, so that their classes are imported when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import PluginError
from .deferred import load_attribute
from .descriptors import checked_name, checked_texts


class PassRef:
    """A pass by name and stage; its class is imported by `load()`.

    `target` is the class or its `"package.module:Class"`. With a class, name and stage may be left out: the class says.
    `before`, `after` and `requires` are those of the class; where all three are given, empty ones too, a class given as
    text is imported when its stage first runs, otherwise when a pipeline that has the pass is planned.
    """

    __slots__ = ("_target", "after", "before", "name", "requires", "stage")

    def __init__(
        self,
        target: type[Any] | str,
        *,
        name: str = "",
        stage: str = "",
        before: Sequence[str] | None = None,
        after: Sequence[str] | None = None,
        requires: Sequence[str] | None = None,
    ) -> None:
        if isinstance(target, str):
            if target.count(":") != 1:
                raise TypeError(f"pass target {target!r} is not of the form 'package.module:Class'")
        else:
            _check_pass(target)
        self._target = target
        self.name = checked_name(name or getattr(target, "name", ""), "pass")
        self.stage = checked_name(stage or getattr(target, "stage", ""), f"pass {self.name!r}: stage")
        self.before = None if before is None else checked_texts(before, f"pass {self.name!r}: before")
        self.after = None if after is None else checked_texts(after, f"pass {self.name!r}: after")
        self.requires = None if requires is None else checked_texts(requires, f"pass {self.name!r}: requires")

    def neighbours(self, side: str) -> tuple[str, ...]:
        """The passes that it wants "before" or "after" itself, or "requires"; imports the class where none were given.

        Raises PluginError when it cannot be imported.
        """
        given: tuple[str, ...] | None = getattr(self, side)
        return names_in(self.load(), side) if given is None else given

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
        stage = getattr(found, "stage", self.stage)
        if stage != self.stage:
            raise PluginError(f"{self._target!r} says stage = {stage!r}, its PassRef {self.stage!r}")
        for side in ("before", "after", "requires"):
            given = getattr(self, side)
            if given is not None and given != names_in(found, side):
                raise PluginError(f"{self._target!r} says {side} = {names_in(found, side)}, its PassRef {given}")
        self._target = found
        return found

    def __repr__(self) -> str:
        return f"PassRef({self.name!r}, stage={self.stage!r})"


class OpRef:
    """An op definition by kind, with what frontends and backends need to know about it.

    - `target`: the `OpDef` class (attributes, inference, kernel) or its `"package.module:Class"`.
    - `importers`: by frontend family ("tensorflow"), a mapping of source op names to importer functions.
    - `exporters`: by backend name ("tflite"), the exporter function of this kind.

    Left out, they are read from the class attributes of the same names, so that one class in one file can hold it all;
    with a text as target, the class is imported when somebody first asks for one of the three.
    """

    __slots__ = ("_exporters", "_importers", "_target", "kind")

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
        self._importers = None if importers is None else self._checked_importers(importers)
        self._exporters = None if exporters is None else self._checked_exporters(exporters)
        if not isinstance(target, str):
            self._complete(target)

    @property
    def importers(self) -> dict[str, dict[str, Any]]:
        """By frontend family, the importers by source op. Raises PluginError as `load`."""
        if self._importers is None:
            self.load()
        return self._importers or {}

    @property
    def exporters(self) -> dict[str, Any]:
        """The exporters by backend. Raises PluginError as `load`."""
        if self._exporters is None:
            self.load()
        return self._exporters or {}

    def load(self) -> type[Any]:
        """The op definition class. Raises `PluginError` when it cannot be imported."""
        found: Any = self._target
        if isinstance(found, str):
            found = load_attribute(found)
            if not isinstance(found, type) or getattr(found, "kind", None) != self.kind:
                raise PluginError(f"{self._target!r} is {found!r}, which is not a class with kind = {self.kind!r}")
            try:
                self._complete(found)
            except TypeError as error:
                raise PluginError(f"{self._target!r}: {error}") from error
            self._target = found
        return found  # type: ignore[no-any-return]

    def _complete(self, definition: Any) -> None:
        """Take what was left out from the class, and give it the exporters, which a target looks up there."""
        if self._importers is None:
            self._importers = self._checked_importers(getattr(definition, "importers", {}))
        if self._exporters is None:
            self._exporters = self._checked_exporters(getattr(definition, "exporters", {}))
        elif getattr(definition, "exporters", None) != self._exporters:
            definition.exporters = self._exporters

    def _checked_importers(self, given: object) -> dict[str, dict[str, Any]]:
        if not isinstance(given, Mapping) or not all(isinstance(table, Mapping) for table in given.values()):
            raise TypeError(f"importers of op {self.kind!r} must be {{family: {{source op: importer}}}}")
        return {family: dict(table) for family, table in given.items()}

    def _checked_exporters(self, given: object) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            raise TypeError(f"exporters of op {self.kind!r} must be {{backend: exporter}}")
        return dict(given)

    def __repr__(self) -> str:
        return f"OpRef({self.kind!r})"


def names_in(cls: type, attribute: str) -> tuple[str, ...]:
    """A class attribute that holds one pass name or several (`before`, `after`, `requires`), as a tuple."""
    value = getattr(cls, attribute, ())
    return (value,) if isinstance(value, str) else tuple(value or ())


def _check_pass(cls: object) -> None:
    """A pass is a class with match and rewrite; a pass over the whole graph has run."""
    local = all(callable(getattr(cls, method, None)) for method in ("match", "rewrite"))
    if not isinstance(cls, type) or not (local or callable(getattr(cls, "run", None))):
        raise PluginError(f"{cls!r} is no pass", hint="derive it from pytoco.compiler.Pass or GraphPass")
