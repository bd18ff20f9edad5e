"""The table of what adds an operator to a random graph, by kind, and what its entries share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir import Array
from .maker import Maker

Make = Callable[[Maker], Any]

MAKERS: dict[str, Make] = {}
NUMBERS = "fffi"


def makes(*kinds: str) -> Callable[[Callable[[Maker, str], Any]], Callable[[Maker, str], Any]]:
    """Register a function of maker and kind for several kinds."""

    def register(function: Callable[[Maker, str], Any]) -> Callable[[Maker, str], Any]:
        for kind in kinds:
            MAKERS[kind] = lambda m, kind=kind: function(m, kind)  # type: ignore[misc]
        return function

    return register


def numbers(m: Maker, ranks: tuple[int, int] = (0, 5)) -> Array:
    """An array of numbers, most often floats."""
    return m.find(m.draw.choice(NUMBERS), ranks)


def anything(m: Maker, ranks: tuple[int, int] = (0, 5)) -> Array:
    """An array of whatever type, most often floats."""
    return m.find(m.draw.choice("fffffib"), ranks)
