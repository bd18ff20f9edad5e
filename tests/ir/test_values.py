"""Values that cost no memory: tiles, recipes, splats and views against what numpy computes at once."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytoco.compiler.errors import UnsupportedError
from pytoco.compiler.ir.values import (
    LAZY_FROM,
    Lazy,
    elementwise,
    equal,
    is_splat,
    materialize,
    reshaped,
    tiles,
    transposed,
)


@st.composite
def values(draw: Any) -> np.ndarray[Any, Any]:
    """An array of any strides: contiguous, transposed, sliced, broadcast or empty."""
    shape = tuple(draw(st.lists(st.integers(0, 5), max_size=4)))
    value = np.arange(int(np.prod(shape)), dtype=draw(st.sampled_from(["<f4", "<i8", "u1"]))).reshape(shape)
    value = value.transpose(draw(st.permutations(range(value.ndim))))
    if value.ndim and draw(st.booleans()):
        value = value[:: draw(st.sampled_from([-1, 2]))]
    if draw(st.booleans()):
        value = np.broadcast_to(value, (draw(st.integers(1, 3)), *value.shape))
    return value


def joined(value: Any, size: int) -> bytes:
    pieces = list(tiles(value, size))
    assert all(piece.flags.c_contiguous for piece in pieces)
    return b"".join(piece.tobytes() for piece in pieces)


@settings(deadline=None)
@given(values(), st.integers(1, 200))
def test_tiles_are_the_elements_in_order(value: np.ndarray[Any, Any], size: int) -> None:
    assert joined(value, size) == np.ascontiguousarray(value).tobytes()


@settings(deadline=None)
@given(values(), st.integers(1, 200), st.data())
def test_tiles_of_a_recipe(value: np.ndarray[Any, Any], size: int, data: Any) -> None:
    recipe = Lazy(np.multiply, Lazy(np.add, value, np.array(1, value.dtype)), np.array(2, value.dtype))
    perm = data.draw(st.permutations(range(value.ndim)))
    expected = ((value + value.dtype.type(1)) * value.dtype.type(2)).transpose(perm)
    turned = transposed(recipe, perm)
    assert joined(turned, size) == np.ascontiguousarray(expected).tobytes()
    assert materialize(turned).tolist() == expected.tolist()
    assert (turned.shape, turned.ndim, turned.size, turned.nbytes) == (
        expected.shape,
        expected.ndim,
        expected.size,
        expected.nbytes,
    )


@settings(deadline=None)
@given(values())
def test_reshaping(value: np.ndarray[Any, Any]) -> None:
    for source in (value, Lazy(np.add, value, np.zeros((), value.dtype))):
        assert materialize(reshaped(source, (value.size,))).tolist() == value.reshape(-1).tolist()
        assert reshaped(source, value.shape).shape == value.shape


def test_a_reshaped_splat_stays_a_splat() -> None:
    splat = np.broadcast_to(np.float32(3), (1 << 20, 1 << 10))
    other = reshaped(splat, (1 << 30,))
    assert is_splat(other)
    assert is_splat(transposed(splat, (1, 0)))
    assert not is_splat(np.zeros(1))
    assert not is_splat(np.zeros((2, 3)))


def test_large_results_stay_recipes_and_small_ones_are_computed() -> None:
    small = elementwise(np.multiply, np.ones(4, np.float32), np.array(2, np.float32))
    assert isinstance(small, np.ndarray)
    assert small.dtype == np.float32
    large = elementwise(np.multiply, np.ones(LAZY_FROM, np.float32), np.array(2, np.float32))
    assert isinstance(large, Lazy)


def test_nothing_ever_holds_the_whole() -> None:
    weights = np.broadcast_to(np.arange(64, dtype=np.float32), (1 << 16, 64)).T
    recipe = Lazy(np.multiply, weights, np.full((64, 1), 0.5, np.float32))
    tracemalloc.start()
    total = sum(tile.nbytes for tile in tiles(recipe))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 1 << 24
    assert peak < 6 << 20


def test_a_recipe_beyond_the_budget_is_refused() -> None:
    recipe = Lazy(np.add, np.broadcast_to(np.float32(0), (1 << 20, 1 << 12)), np.array(1, np.float32))
    with pytest.raises(UnsupportedError, match="17,179,869,184 bytes"):
        materialize(recipe)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (np.arange(6, dtype=np.float32).reshape(2, 3), True),
        (np.arange(6, dtype=np.float32).reshape(3, 2).T.copy(), False),
        (np.arange(6, dtype=np.int32).reshape(2, 3), False),
        (np.arange(6, dtype=np.float32), False),
        (Lazy(np.add, np.arange(6, dtype=np.float32).reshape(2, 3), np.array(0, np.float32)), True),
        (np.arange(6, dtype=np.float32).reshape(2, 3) * [[1, 1, 1], [1, 2, 1]], False),
    ],
)
def test_equality_is_of_bytes(other: Any, same: bool) -> None:
    if other.dtype == np.float64:
        other = other.astype(np.float32)
    assert equal(np.arange(6, dtype=np.float32).reshape(2, 3), other) is same


def test_equality_of_special_values() -> None:
    nan = np.array([np.nan, 0.0], np.float32)
    assert equal(nan, nan.copy())
    assert not equal(nan, np.array([np.nan, -0.0], np.float32))
    texts = np.array([b"a", b"b"], object)
    assert equal(texts, np.array([b"a", b"b"], object))
    assert not equal(texts, np.array([b"a", b"c"], object))
    assert equal(np.zeros((0, 2)), np.zeros((0, 2)))
