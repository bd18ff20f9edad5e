"""What authors of passes and operators test with: rewrites between text forms, and a numpy evaluator of graphs.

    from pytoco.compiler.testing import assert_rewrites, assert_unchanged

    def test_double_negation_goes():
        assert_rewrites(
            '''
            graph main(x: float32[2]) -> y {
              t = Neg(x)
              u = Neg(t)
              y = Exp(u)
            }''',
            '''
            graph main(x: float32[2]) -> y {
              y = Exp(x)
            }''',
            RemoveDoubleNegation,
        )

Everything loads on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .canonical import canonical_text
    from .numeric import assert_same_values, evaluate, random_inputs
    from .numeric_check import NumericCheck, NumericError
    from .rewrites import assert_rewrites, assert_unchanged, docstring_graphs, docstring_options, run_passes
    from .sound import assert_exports, assert_passes_sound

__all__ = [
    "NumericCheck",
    "NumericError",
    "assert_exports",
    "assert_passes_sound",
    "assert_rewrites",
    "assert_same_values",
    "assert_unchanged",
    "canonical_text",
    "docstring_graphs",
    "docstring_options",
    "evaluate",
    "random_inputs",
    "run_passes",
]

_MODULES = {
    "NumericCheck": "numeric_check",
    "NumericError": "numeric_check",
    "assert_exports": "sound",
    "assert_passes_sound": "sound",
    "assert_rewrites": "rewrites",
    "assert_same_values": "numeric",
    "assert_unchanged": "rewrites",
    "canonical_text": "canonical",
    "docstring_graphs": "rewrites",
    "docstring_options": "rewrites",
    "evaluate": "numeric",
    "random_inputs": "numeric",
    "run_passes": "rewrites",
}


def __getattr__(name: str) -> object:
    """Load the public name `name`; AttributeError for any other."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
