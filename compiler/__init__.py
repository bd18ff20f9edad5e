"""The pass-manager framework, and what authors of passes, operators, frontends and backends import from it.

    from pytoco.compiler import Pass, hookimpl

Every name of `__all__` is public: `pytoco_api`, the version of the plugin interface, stands for them as for the hooks.
Modules below this package may change with any release. Everything loads on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .convert import Result
    from .driver import Context, GraphPass, Look, Pass
    from .errors import (
        FileError,
        InternalError,
        InvalidModelError,
        PluginError,
        PytocoError,
        ShapeError,
        UnsupportedError,
        UsageError,
    )
    from .files import atomic_write
    from .ir import (
        Array,
        Dim,
        DType,
        Graph,
        MinMax,
        Model,
        Op,
        OpaqueAttrs,
        Quantization,
        Shape,
        Signature,
        State,
        TensorType,
        dtype_named,
        dtype_of,
    )
    from .ir.text import parse, print_graph, print_model
    from .ir.types import (
        BFLOAT16,
        BOOL,
        FLOAT16,
        FLOAT32,
        FLOAT64,
        INT8,
        INT16,
        INT32,
        INT64,
        STRING,
        UINT8,
        UINT16,
        UINT32,
        UINT64,
    )
    from .ops import Unfoldable
    from .ops import get as op_definition
    from .ops import register as register_op
    from .ops.base import OpDef, Operands, Values, broadcast_shapes, const_ints, same_dtype
    from .options import Options
    from .plugins import (
        Backend,
        Command,
        Frontend,
        Hybrid,
        Kernel,
        Observer,
        OpRef,
        Option,
        PassRef,
        Pipeline,
        Target,
        WriteReport,
        hookimpl,
    )
    from .plugins.records import PluginWarning
    from .quantization.rules import Fixed, Rule

__all__ = [
    "BFLOAT16",
    "BOOL",
    "FLOAT16",
    "FLOAT32",
    "FLOAT64",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "STRING",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "Array",
    "Backend",
    "Command",
    "Context",
    "DType",
    "Dim",
    "FileError",
    "Fixed",
    "Frontend",
    "Graph",
    "GraphPass",
    "Hybrid",
    "InternalError",
    "InvalidModelError",
    "Kernel",
    "Look",
    "MinMax",
    "Model",
    "Observer",
    "Op",
    "OpDef",
    "OpRef",
    "OpaqueAttrs",
    "Operands",
    "Option",
    "Options",
    "Pass",
    "PassRef",
    "Pipeline",
    "PluginError",
    "PluginWarning",
    "PytocoError",
    "Quantization",
    "Result",
    "Rule",
    "Shape",
    "ShapeError",
    "Signature",
    "State",
    "Target",
    "TensorType",
    "Unfoldable",
    "UnsupportedError",
    "UsageError",
    "Values",
    "WriteReport",
    "atomic_write",
    "broadcast_shapes",
    "const_ints",
    "dtype_named",
    "dtype_of",
    "hookimpl",
    "op_definition",
    "parse",
    "print_graph",
    "print_model",
    "register_op",
    "same_dtype",
]

_HOMES = {
    "convert": ("Result",),
    "driver": ("Context", "GraphPass", "Look", "Pass"),
    "errors": (
        "FileError", "InternalError", "InvalidModelError", "PluginError", "PytocoError", "ShapeError",
        "UnsupportedError", "UsageError",
    ),
    "files": ("atomic_write",),
    "ir": (
        "Array", "DType", "Dim", "Graph", "MinMax", "Model", "Op", "OpaqueAttrs", "Quantization", "Shape", "Signature",
        "State", "TensorType", "dtype_named", "dtype_of",
    ),
    "ir.text": ("parse", "print_graph", "print_model"),
    "ir.types": (
        "BFLOAT16", "BOOL", "FLOAT16", "FLOAT32", "FLOAT64", "INT8", "INT16", "INT32", "INT64", "STRING", "UINT8",
        "UINT16", "UINT32", "UINT64",
    ),
    "ops": ("Unfoldable", "op_definition", "register_op"),
    "ops.base": ("OpDef", "Operands", "Values", "broadcast_shapes", "const_ints", "same_dtype"),
    "options": ("Options",),
    "plugins": (
        "Backend", "Command", "Frontend", "Hybrid", "Kernel", "Observer", "OpRef", "Option", "PassRef", "Pipeline",
        "Target", "WriteReport", "hookimpl",
    ),
    "plugins.records": ("PluginWarning",),
    "quantization.rules": ("Fixed", "Rule"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load the public name `name`; AttributeError for any other."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
