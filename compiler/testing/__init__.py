"""What authors test with: rewrites between text forms, random graphs, LiteRT, and the conformance of backends.

    from pytoco.testing import assert_rewrites, assert_unchanged

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
    from .conformance import Conformance, assert_conforms, conformance_checks
    from .numeric import assert_same_values, evaluate, random_inputs
    from .numeric_check import NumericCheck, NumericError
    from .random_graphs import Case, Maker, Skip, random_graph
    from .rewrites import assert_rewrites, assert_unchanged, docstring_graphs, docstring_options, run_passes
    from .runtime import assert_matches_litert
    from .sound import assert_exports, assert_passes_sound
    from .strategies import assert_sound_on_random_graphs, cases, graphs

__all__ = [
    "Case",
    "Conformance",
    "Maker",
    "NumericCheck",
    "NumericError",
    "Skip",
    "assert_conforms",
    "assert_exports",
    "assert_matches_litert",
    "assert_passes_sound",
    "assert_rewrites",
    "assert_same_values",
    "assert_sound_on_random_graphs",
    "assert_unchanged",
    "canonical_text",
    "cases",
    "conformance_checks",
    "docstring_graphs",
    "docstring_options",
    "evaluate",
    "graphs",
    "random_graph",
    "random_inputs",
    "run_passes",
]

_MODULES = {
    "Case": "random_graphs",
    "Conformance": "conformance",
    "Maker": "random_graphs",
    "NumericCheck": "numeric_check",
    "NumericError": "numeric_check",
    "Skip": "random_graphs",
    "assert_conforms": "conformance",
    "assert_exports": "sound",
    "assert_matches_litert": "runtime",
    "assert_passes_sound": "sound",
    "assert_rewrites": "rewrites",
    "assert_same_values": "numeric",
    "assert_sound_on_random_graphs": "strategies",
    "assert_unchanged": "rewrites",
    "canonical_text": "canonical",
    "cases": "strategies",
    "conformance_checks": "conformance",
    "docstring_graphs": "rewrites",
    "docstring_options": "rewrites",
    "evaluate": "numeric",
    "graphs": "strategies",
    "random_graph": "random_graphs",
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
