"""A small model and plugins that go wrong with it: what the tests of isolation share."""

from textwrap import dedent, indent
from typing import Any

import pytoco
from tests import graphdefs
from tests.graphdefs import FLOAT, Type

from .conftest import Site

NAME = "plugin 'faulty' (of faulty-dist 2.5)"

IMPORTS = """\
import sys
import numpy as np
from pytoco.compiler import *
"""

MODEL = graphdefs.data(
    graphdefs.placeholder("x", 2),
    graphdefs.const("k", [1.0, 2.0]),
    graphdefs.node("a", "Sin", ["x"], T=Type(FLOAT)),
    graphdefs.node("b", "AddV2", ["a", "k"], T=Type(FLOAT)),
    graphdefs.node("c", "Exp", ["b"], T=Type(FLOAT)),
    graphdefs.node("y", "Cos", ["c"], T=Type(FLOAT)),
)


def install(site: Site, source: str, name: str = "faulty") -> None:
    """Install a plugin of version 2.5."""
    site.install(name, IMPORTS + dedent(source), distribution=f"{name}-dist", version="2.5")


def local(rewrite: str, match: str = "return True", *, name: str = "mine", roots: str = "('Sin',)") -> str:
    """A pass with these bodies of `match(self, op, look)` and `rewrite(self, op, found, graph)`."""
    return f"""
class {_cls(name)}(Pass):
    name, stage, roots = {name!r}, "general", {roots}

    def match(self, op, look):
{indent(dedent(match), " " * 8)}

    def rewrite(self, op, found, graph):
{indent(dedent(rewrite), " " * 8)}
"""


def offering(*names: str) -> str:
    """The hook that offers these passes."""
    return "\n@hookimpl\ndef register_passes():\n" + "".join(f"    yield {_cls(name)}\n" for name in names)


def _cls(name: str) -> str:
    return name.title().replace("-", "")


def convert(**options: Any) -> Any:
    """Convert the model."""
    return pytoco.convert(MODEL, **options)


def without_plugins() -> bytes:
    """What becomes of the model when nothing is installed."""
    return bytes(pytoco.convert(MODEL, plugin_switches=("no:faulty",)).data or b"")
