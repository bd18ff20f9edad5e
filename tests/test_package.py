"""The names that `import pytoco` offers."""

import importlib

import pytest

import pytoco
from pytoco.compiler import constants


@pytest.mark.parametrize("name", pytoco.__all__)
def test_every_public_name_loads_and_is_listed(name: str) -> None:
    assert getattr(pytoco, name) is not None
    assert name in dir(pytoco)


def test_constants_are_the_compilers() -> None:
    assert pytoco.constants is constants


def test_unknown_names_raise_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'TocoConvertor'"):
        _ = pytoco.TocoConvertor  # type: ignore[attr-defined]


@pytest.mark.parametrize("folder", ["compiler", "passes", "frontends", "backends"])
def test_folders_are_subpackages(folder: str) -> None:
    assert importlib.import_module(f"pytoco.{folder}").__name__ == f"pytoco.{folder}"
