"""Plugins that are a single file: used by -p FILE.py, or by `paths` of a file given with --plugins."""

import sys

import pytest

from pytoco.compiler.errors import PluginError, UsageError
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import Site, passes_plugin


def test_by_argument(site: Site) -> None:
    path = site.project / "mine.py"
    path.write_text(passes_plugin("loose-pass"))
    registry = site.registry(str(path))
    assert "loose-pass" in registry.passes()
    info = registry.plugins()[-1]
    assert (info.name, info.distribution, info.source, info.status) == ("mine", str(path), str(path), "active")
    assert "loose-pass" not in site.registry().passes()


def test_by_settings_file_relative_to_it_and_by_folder(site: Site) -> None:
    folder = site.project / "more"
    folder.mkdir()
    (site.project / "one.py").write_text(passes_plugin("one-pass"))
    (folder / "two.py").write_text(passes_plugin("two-pass"))
    (folder / "_helper.py").write_text("raise RuntimeError('not a plugin')")
    given = site.settings("[plugins]\npaths = ['one.py', 'more']\ndisabled = ['one']\n", "given.toml")
    registry = site.registry(plugins_file=given)
    assert "two-pass" in registry.passes()
    assert "one-pass" not in registry.passes()
    assert [(info.name, info.status) for info in registry.plugins()][-2:] == [("one", "disabled"), ("two", "active")]


def test_a_broken_file_is_fatal_by_argument_and_isolated_by_path(site: Site) -> None:
    path = site.project / "broken.py"
    path.write_text("raise RuntimeError('no luck')")
    with pytest.raises(PluginError, match=r"plugin 'broken'.*RuntimeError: no luck.*-p .*broken\.py asks for it"):
        site.registry(str(path)).passes()
    given = site.settings("[plugins]\npaths = ['broken.py']\n", "given.toml")
    with pytest.warns(PluginWarning, match="'broken'.*RuntimeError: no luck"):
        site.registry(plugins_file=given).passes()
    assert not [name for name in sys.modules if name.endswith(".broken")]


def test_later_arguments_win(site: Site) -> None:
    path = site.project / "mine.py"
    path.write_text(passes_plugin("loose-pass"))
    assert "loose-pass" not in site.registry(str(path), "no:mine").passes()
    with pytest.raises(UsageError, match="there is no plugin 'mine'"):
        site.registry("no:mine").passes()
