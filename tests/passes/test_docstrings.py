"""Every built-in pass shows what it does in its docstring, and does it: `Before:` becomes `After:`, in every order."""

import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import pytoco.passes
from pytoco.compiler.driver import GraphPass, Pass
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ops import get
from pytoco.compiler.plugins.settings import packaged_layer
from pytoco.compiler.testing import assert_rewrites, docstring_graphs, docstring_options

ROOT = Path(__file__).resolve().parent.parent.parent / "passes"


def pass_classes() -> dict[str, type[Any]]:
    """Every pass class in the folders of `passes`, by module name below it."""
    found = {}
    for path in sorted(ROOT.glob("*/*.py")):
        if path.stem != "__init__":
            module = f"{path.parent.name}.{path.stem}"
            loaded = importlib.import_module(f"{pytoco.passes.__name__}.{module}")
            for _, cls in inspect.getmembers(loaded, inspect.isclass):
                if issubclass(cls, (Pass, GraphPass)) and cls.__module__ == loaded.__name__:
                    found[module] = cls
    return found


CLASSES = pass_classes()


def boundary(text: str) -> list[Any]:
    """The element types of a graph's inputs and outputs."""
    graph = parse(text).main
    return [array.dtype for array in (*graph.inputs, *graph.outputs)]


@pytest.mark.parametrize("module", CLASSES)
def test_the_docstring_shows_what_the_pass_does(module: str) -> None:
    before, after = docstring_graphs(CLASSES[module])
    numeric = all(get(op.kind).kernel.__qualname__ != "OpDef.kernel" for op in parse(before).main.ops())
    # what callers give and get as codes afterwards is not compared with the numbers that they gave and got before
    numeric = numeric and boundary(before) == boundary(after)
    # an example is short, so its constants count however small they are
    options = docstring_options(CLASSES[module], dedupe_array_min_size_bytes=0)
    assert_rewrites(before, after, CLASSES[module], options=options, numeric=numeric)


@pytest.mark.parametrize("module", CLASSES)
def test_name_stage_class_and_file_agree(module: str) -> None:
    folder, _, stem = module.partition(".")
    cls = CLASSES[module]
    assert (cls.stage, cls.name) == (folder.replace("_", "-"), stem.replace("_", "-"))
    assert cls.__name__ == "".join(word[:1].upper() + word[1:] for word in stem.split("_"))


def test_every_pass_module_holds_a_pass() -> None:
    modules = {
        module.name.partition("pytoco.passes.")[2]
        for module in pkgutil.walk_packages(pytoco.passes.__path__, "pytoco.passes.")
        if not module.ispkg and module.name.count(".") == 3
    }
    assert set(CLASSES) == modules


def test_every_pass_is_in_the_packaged_pipeline() -> None:
    listed = {
        (stage, name)
        for (section, stage, *_), sourced in packaged_layer().items()
        if section == "stages"
        for name in sourced.value
    }
    assert {(cls.stage, cls.name) for cls in CLASSES.values()} <= listed
