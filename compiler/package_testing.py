"""What authors of passes, operators, frontends and backends test with: the public names of `pytoco.compiler.testing`.

This file is installed as `pytoco/testing.py`. Everything loads on first use.
"""

TYPE_CHECKING = False  # typing.TYPE_CHECKING without importing typing
if TYPE_CHECKING:
    from .compiler.testing import *  # noqa: F403 - type checkers see the names that are loaded below
else:
    from .compiler import testing as _testing

    __all__ = _testing.__all__

    def __getattr__(name: str) -> object:
        """Load the public name `name`; AttributeError for any other."""
        if name not in __all__:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(_testing, name)

    def __dir__() -> list[str]:
        """Return the public names."""
        return list(__all__)
