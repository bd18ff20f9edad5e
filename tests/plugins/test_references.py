"""Operators by name: when their classes are imported, and what is wrong with those that cannot be used."""

import sys
from pathlib import Path

import pytest

from pytoco.compiler import OpDef, OpRef, PluginError

from .conftest import HEADER, Site, pass_source

SOURCE = """
from pytoco.compiler import OpDef


class Far(OpDef):
    kind = "Far"
    importers = {"tensorflow": {"MyFar": print}}
    exporters = {"tflite": repr}


class Odd(OpDef):
    kind = "Odd"
    importers = {"tensorflow": print}
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "far_away.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "far_away", raising=False)
    return "far_away"


def test_a_class_is_imported_when_something_of_it_is_needed(module: str) -> None:
    reference = OpRef(f"{module}:Far", kind="Far")
    assert module not in sys.modules
    assert reference.importers == {"tensorflow": {"MyFar": print}}
    assert module in sys.modules
    assert reference.exporters == {"tflite": repr}
    assert reference.load().kind == "Far"


def test_what_is_given_goes_before_what_the_class_says(module: str) -> None:
    reference = OpRef(f"{module}:Far", kind="Far", importers={}, exporters={"onnx": len})
    assert (reference.importers, reference.exporters) == ({}, {"onnx": len})
    assert module not in sys.modules
    assert reference.load().exporters == {"onnx": len}


def test_what_cannot_be_used_is_a_plugin_error(module: str) -> None:
    with pytest.raises(PluginError, match="importers of op 'Odd' must be"):
        _ = OpRef(f"{module}:Odd", kind="Odd").importers
    with pytest.raises(PluginError, match="not a class with kind = 'Near'"):
        OpRef(f"{module}:Far", kind="Near").load()
    with pytest.raises(TypeError, match="importers of op 'Bad' must be"):
        OpRef(type("Bad", (OpDef,), {"kind": "Bad", "importers": [1]}))


LAZY = """
from pytoco.compiler import PassRef, hookimpl

@hookimpl
def register_passes():
    yield PassRef("{module}:Late", name="late", stage="general", before={before}, after=(), requires=())
"""


def test_a_pass_whose_neighbours_are_told_beside_it_is_imported_when_its_stage_runs(site: Site) -> None:
    module = "late_pass_module"
    site.modules.append(module)
    (site.folder / f"{module}.py").write_text(HEADER + pass_source("late", before=("resolve-constant",)))
    site.install("lazy", LAZY.format(module=module, before=("resolve-constant",)))
    registry = site.registry()
    order = [ref.name for ref in dict(registry.pipeline("tflite"))["general"]]
    assert order.index("late") < order.index("resolve-constant")
    assert module not in sys.modules
    assert registry.passes()["late"].load().__name__ == "Late"
    assert module in sys.modules


def test_neighbours_beside_a_pass_that_are_not_its_own_are_a_fault(site: Site) -> None:
    module = "late_pass_module"
    site.modules.append(module)
    (site.folder / f"{module}.py").write_text(HEADER + pass_source("late", before=("resolve-constant",)))
    site.install("lazy", LAZY.format(module=module, before=()))
    reference = site.registry().passes()["late"]
    with pytest.raises(PluginError, match=r"says before = \('resolve-constant',\), its PassRef \(\)"):
        reference.load()


def test_a_stage_beside_a_pass_that_is_not_its_own_is_a_fault(site: Site) -> None:
    module = "late_pass_module"
    site.modules.append(module)
    (site.folder / f"{module}.py").write_text(HEADER + pass_source("late", stage="lowering"))
    site.install("lazy", LAZY.format(module=module, before=()))
    with pytest.raises(PluginError, match="says stage = 'lowering', its PassRef 'general'"):
        site.registry().passes()["late"].load()
