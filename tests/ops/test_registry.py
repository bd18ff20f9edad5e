"""Finding operator definitions by kind, and bringing in others at run time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from pytoco.compiler import ops
from pytoco.compiler.errors import PluginError, ShapeError, UnsupportedError
from pytoco.compiler.ir.types import TensorType
from pytoco.compiler.ops.base import OpDef, Operands, check_operands
from tests.ops.evaluate import array

KINDS = [(family, kind) for family, kinds in ops.FAMILIES.items() for kind in kinds]


@pytest.mark.parametrize(("family", "kind"), KINDS)
def test_the_table_of_families_matches_the_classes(family: str, kind: str) -> None:
    definition = ops.get(kind)
    assert definition.kind == kind
    assert definition.__module__ == f"pytoco.compiler.ops.{family}"
    assert definition.__doc__
    assert definition.Attrs is None or issubclass(definition.Attrs, tuple)


def test_no_kind_is_listed_twice_and_all_are_known() -> None:
    kinds = [kind for _, kind in KINDS]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) <= set(ops.known_kinds())


def test_families_define_nothing_that_the_table_misses() -> None:
    for family, kinds in ops.FAMILIES.items():
        module = import_module(f"pytoco.compiler.ops.{family}")
        classes = [v for v in vars(module).values() if isinstance(v, type) and issubclass(v, OpDef) and v.kind]
        assert sorted(c.kind for c in classes if c.__module__ == module.__name__) == sorted(kinds)


def test_families_load_only_when_they_are_asked_for() -> None:
    code = (
        "import sys\nfrom pytoco.compiler import ops\nops.known_kinds()\nops.get('Conv')\n"
        "print([m.rsplit('.')[-1] for m in sys.modules if m.startswith('pytoco.compiler.ops.')])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'conv'" in out
    assert "'slice'" not in out


class Mine(OpDef):
    """A plugin's operator."""

    kind = "Mine"
    operands = ("input", "bias?", "more*")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's own type."""
        return [TensorType(inputs[0].dtype, inputs[0].shape)]


@pytest.fixture
def registered() -> Iterator[None]:
    ops.register(Mine)
    yield
    ops.unregister("Mine")


@pytest.mark.usefixtures("registered")
def test_a_registered_operator_is_found_and_listed() -> None:
    assert ops.get("Mine") is Mine
    assert "Mine" in ops.known_kinds()


@pytest.mark.usefixtures("registered")
def test_a_kind_is_registered_once() -> None:
    with pytest.raises(PluginError, match="'Mine' is already defined by"):
        ops.register(type("Other", (Mine,), {}))
    assert ops.register(Mine) is Mine  # the same again is nothing


def test_built_in_kinds_cannot_be_taken_or_removed() -> None:
    with pytest.raises(PluginError, match="built in"):
        ops.register(type("Add", (Mine,), {"kind": "SplitV"}))
    with pytest.raises(PluginError, match="built in"):
        ops.unregister("Add")


def test_a_class_without_a_kind_is_refused() -> None:
    with pytest.raises(PluginError, match="names no kind"):
        ops.register(type("Nameless", (OpDef,), {}))


def test_an_unknown_kind_is_a_typed_error() -> None:
    with pytest.raises(ops.UnknownKindError, match="unknown operator kind 'Mine'") as caught:
        ops.get("Mine")
    assert isinstance(caught.value, UnsupportedError)
    assert isinstance(caught.value, KeyError)
    with pytest.raises(ops.UnknownKindError):
        ops.unregister("Mine")


def test_an_operator_without_a_kernel_cannot_be_folded() -> None:
    with pytest.raises(ops.Unfoldable, match="no reference kernel"):
        Mine.kernel([], None)


def test_operands_are_counted() -> None:
    x = array(1)
    for good in ([x], [x, None], [x, None, x, x]):
        check_operands(Mine, good)
    for bad, text in (([], "at least 1"), ([None], "'input' of Mine is missing"), ([x, x, None], "'more\\*' of Mine")):
        with pytest.raises(ShapeError, match=text):
            check_operands(Mine, bad)
    with pytest.raises(ShapeError, match="Add needs 2 operands"):
        check_operands(ops.get("Add"), [x])
    with pytest.raises(ShapeError, match="Conv needs 2 to 3 operands"):
        check_operands(ops.get("Conv"), [x])


def test_fused_activations_are_announced() -> None:
    assert ops.get("Add").activated
    assert ops.get("Conv").activated
    assert not ops.get("Maximum").activated
    assert not ops.get("SquaredDifference").activated
