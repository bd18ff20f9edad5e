"""Casts that lose nothing on the way."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_successive_cast import RemoveSuccessiveCast
from tests.passes.graphs import graph

REWRITES = {
    "bool to int to float": (
        graph("x: bool[2]", "y", 't = Cast(x) {dtype="int32"}', 'y = Cast(t) {dtype="float32"}'),
        graph("x: bool[2]", "y", 'y = Cast(x) {dtype="float32"}'),
    ),
    "three": (
        graph(
            "x: int8[2]",
            "y",
            't = Cast(x) {dtype="int16"}',
            'u = Cast(t) {dtype="int32"}',
            'y = Cast(u) {dtype="int64"}',
        ),
        graph("x: int8[2]", "y", 'y = Cast(x) {dtype="int64"}'),
    ),
    "the first has other readers": (
        graph("x: uint8[2]", "y, t", 't = Cast(x) {dtype="int32"}', 'y = Cast(t) {dtype="float32"}'),
        graph("x: uint8[2]", "y, t", 't = Cast(x) {dtype="int32"}', 'y = Cast(x) {dtype="float32"}'),
    ),
}

NEAR_MISSES = {
    "a fraction is cut off": graph(
        "x: float32[2]", "y", 't = Cast(x) {dtype="int32"}', 'y = Cast(t) {dtype="float32"}'
    ),
    "a sign is lost": graph("x: int8[2]", "y", 't = Cast(x) {dtype="uint32"}', 'y = Cast(t) {dtype="float32"}'),
    "too large for the mantissa": graph(
        "x: int32[2]", "y", 't = Cast(x) {dtype="float32"}', 'y = Cast(t) {dtype="int64"}'
    ),
    "anything but 0 is true": graph("x: int32[2]", "y", 't = Cast(x) {dtype="bool"}', 'y = Cast(t) {dtype="int32"}'),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveSuccessiveCast)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveSuccessiveCast)
