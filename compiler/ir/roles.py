"""What arrays are to their graph: its inputs, outputs and states, read like fields and changed by `retarget` alone."""

from __future__ import annotations

from typing import NoReturn

from ..errors import InternalError
from .items import Array, State


class Roles:
    """The roles of a graph; an assignment raises InternalError naming the mutator."""

    __slots__ = ()

    _inputs: tuple[Array, ...]
    _outputs: tuple[Array, ...]
    _states: tuple[State, ...]

    @property
    def inputs(self) -> tuple[Array, ...]:
        """The arrays that a caller gives, in order."""
        return self._inputs

    @inputs.setter
    def inputs(self, value: object) -> NoReturn:
        _refuse(self, "inputs")

    @property
    def outputs(self) -> tuple[Array, ...]:
        """The arrays that a caller gets, in order."""
        return self._outputs

    @outputs.setter
    def outputs(self, value: object) -> NoReturn:
        _refuse(self, "outputs")

    @property
    def states(self) -> tuple[State, ...]:
        """The recurrent states."""
        return self._states

    @states.setter
    def states(self, value: object) -> NoReturn:
        _refuse(self, "states")


def _refuse(graph: Roles, field: str) -> NoReturn:
    raise InternalError(
        f"{field!r} of {graph!r} cannot be assigned: only its mutators change a graph",
        hint=f"use graph.retarget({field}=...)",
    )
