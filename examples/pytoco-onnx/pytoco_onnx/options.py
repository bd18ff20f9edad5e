"""Options of the backend, on the command line, in Python and in `[options.onnx]` of plugins.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytoco.compiler import Option, UsageError

OLDEST, DEFAULT = 13, 17
"""Opset 13 gave Squeeze, Split and ReduceSum their axes as operands; 17 is what today's runtimes all have."""

OPSET, SOURCE_NODES = "onnx_opset", "onnx_source_nodes"

OPTIONS = (
    Option(OPSET, f"version of ONNX's operator set, {OLDEST} or newer", parse=int, default=DEFAULT, metavar="N"),
    Option(SOURCE_NODES, "name the source nodes of each ONNX node in its doc_string", parse=bool, default=False),
)


def opset_of(options: Mapping[str, Any]) -> int:
    """The operator set that is asked for; raises UsageError for one that is too old, or newer than the onnx package."""
    from onnx import defs

    asked, newest = options.get(OPSET, DEFAULT), defs.onnx_opset_version()
    if not isinstance(asked, int) or not OLDEST <= asked <= newest:
        what = f"--{OPSET}: {asked!r} is not between {OLDEST} and {newest}, the newest that the onnx package knows"
        raise UsageError(what, hint=f"{DEFAULT} is the default, which runtimes of today have")
    return asked
