"""Reads TFLite files back into the IR, without a runtime.

`load(source, options)` is the whole way. The steps, one module each: `loader` opens the file, `select` knows what is
asked for, `model` reads what belongs to the whole (codes, buffers, signatures, metadata), `subgraph` one graph,
`tensors` arrays with their constants, `operators` what each operator is in the IR. The schema, its reader and the
exporters' tables are the TFLite backend's: the two are halves of one format, and an operator is read by the row that
writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .loader import load

__all__ = ["load"]


def __getattr__(name: str) -> Any:
    """The public name `name`, imported on first use; AttributeError for any other."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .loader import load

    globals()["load"] = load
    return load
