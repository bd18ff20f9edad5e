"""The names of `pytoco.compiler.debug`."""

import pytest

from pytoco.compiler import debug


def test_every_name_loads() -> None:
    for name in debug.__all__:
        assert callable(getattr(debug, name))


def test_other_names_do_not() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        debug.nothing  # noqa: B018
