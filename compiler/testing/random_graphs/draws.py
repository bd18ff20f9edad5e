"""Where the choices that make a random graph come from: a seed, or draws of hypothesis, which can then shrink them."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T")

PERCENT = 100


class Draws(ABC):
    """Random choices; of each the docstring says to what it shrinks."""

    @abstractmethod
    def integer(self, low: int, high: int) -> int:
        """From `low` to `high`, both included; shrinks to `low`."""

    @abstractmethod
    def choice(self, options: Sequence[_T]) -> _T:
        """One of the options; shrinks to the first."""

    @abstractmethod
    def chance(self, probability: float) -> bool:
        """True with that probability; shrinks to False."""

    @abstractmethod
    def likely(self, probability: float) -> bool:
        """True with that probability; shrinks to True."""

    @abstractmethod
    def sample(self, options: Sequence[_T], count: int) -> list[_T]:
        """So many different ones of the options in any order; shrinks to the first ones, in order."""

    @abstractmethod
    def integers(self, low: int, high: int, shape: Sequence[int]) -> NDArray[np.int64]:
        """An array of numbers from `low` to below `high`; shrinks to those of least magnitude."""

    @abstractmethod
    def fractions(self, shape: Sequence[int]) -> NDArray[np.float64]:
        """An array of numbers from 0 to below 1; shrinks to zeros."""

    def shuffle(self, items: list[Any]) -> None:
        """Bring a list into random order, in place; shrinks to the order it has."""
        items[:] = self.sample(items, len(items))


class Seeded(Draws):
    """The same choices each time for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._numpy = np.random.default_rng(seed)

    def integer(self, low: int, high: int) -> int:  # noqa: D102 - as the base class says, here and below
        return self._random.randint(low, high)

    def choice(self, options: Sequence[_T]) -> _T:  # noqa: D102
        return self._random.choice(options)

    def chance(self, probability: float) -> bool:  # noqa: D102
        return self._random.random() < probability

    def likely(self, probability: float) -> bool:  # noqa: D102
        return self._random.random() < probability

    def sample(self, options: Sequence[_T], count: int) -> list[_T]:  # noqa: D102
        return self._random.sample(options, count)

    def integers(self, low: int, high: int, shape: Sequence[int]) -> NDArray[np.int64]:  # noqa: D102
        return np.asarray(self._numpy.integers(low, high, shape))

    def fractions(self, shape: Sequence[int]) -> NDArray[np.float64]:  # noqa: D102
        return np.asarray(self._numpy.random(shape))


class Drawn(Draws):
    """Choices by two functions: `number(low, high)` draws an integer, `data(count)` so many bytes."""

    def __init__(self, number: Callable[[int, int], int], data: Callable[[int], bytes]) -> None:
        self._number = number
        self._data = data

    def integer(self, low: int, high: int) -> int:  # noqa: D102 - as the base class says, here and below
        return low if low == high else self._number(low, high)

    def choice(self, options: Sequence[_T]) -> _T:  # noqa: D102
        return options[self.integer(0, len(options) - 1)]

    def chance(self, probability: float) -> bool:  # noqa: D102
        return self._number(0, PERCENT - 1) >= PERCENT * (1 - probability)

    def likely(self, probability: float) -> bool:  # noqa: D102
        return self._number(0, PERCENT - 1) < PERCENT * probability

    def sample(self, options: Sequence[_T], count: int) -> list[_T]:  # noqa: D102
        left = list(options)
        return [left.pop(self.integer(0, len(left) - 1)) for _ in range(count)]

    def integers(self, low: int, high: int, shape: Sequence[int]) -> NDArray[np.int64]:  # noqa: D102
        values = np.array(sorted(range(low, high), key=lambda v: (abs(v), v < 0)))
        return np.asarray(values[self._bytes(shape) % len(values)])

    def fractions(self, shape: Sequence[int]) -> NDArray[np.float64]:  # noqa: D102
        return np.asarray(self._bytes(shape) / 256)

    def _bytes(self, shape: Sequence[int]) -> NDArray[np.uint8]:
        """Bytes of that shape: drawn up to a number that no usual extent divides, then again and again the same."""
        size = int(np.prod(shape))
        drawn = np.frombuffer(self._data(min(size, 31)), np.uint8)
        return np.resize(drawn, tuple(shape)) if size else np.zeros(tuple(shape), np.uint8)
