"""Hints of plugins are shown with an error; where one fails, the error is shown all the same."""

import pytest

from pytoco.compiler.errors import UsageError
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import HEADER, Site


def test_a_hint_that_fails_does_not_hide_the_error(site: Site) -> None:
    asked_for = site.project / "broken.py"
    asked_for.write_text(f"{HEADER}\n@hookimpl\ndef explain_error(error):\n    raise RuntimeError('oops')\n")
    site.install("advice", f"{HEADER}\n@hookimpl\ndef explain_error(error):\n    yield 'ask us'\n")
    registry = site.registry(str(asked_for))
    with pytest.warns(PluginWarning, match=r"plugin 'broken' .*explain_error: RuntimeError: oops"):
        assert registry.hints(UsageError("there is no such array")) == ["ask us"]
