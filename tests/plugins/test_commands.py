"""What `pytoco plugins` and `pytoco passes` show."""

import json

import pytest

from pytoco.compiler.plugins import commands
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import Site, passes_plugin


def test_plugins_listing(site: Site) -> None:
    module = site.install("good", passes_plugin("good-pass"), distribution="good-dist", version="1.2")
    site.install("bad", "raise RuntimeError('no luck')", distribution="bad-dist", version="3.4")
    site.install("off", passes_plugin("off-pass"))
    registry = site.registry("no:off")
    with pytest.warns(PluginWarning):
        text = commands.plugins_text(registry, trace=True)
    blocks = text.replace("\n  ", " ").splitlines()
    origin = f"from   good-dist 1.2 file   {site.folder / module}.py"
    assert f"good  [active] {origin} hooks  register_passes passes  good-pass" in blocks
    assert "bad  [failed: RuntimeError: no luck] from   bad-dist 3.4" in blocks
    assert "off  [disabled: by -p no:off] from   dist_off 1.0" in blocks
    assert "plugins.off.enabled = False  (-p no:off)" in blocks
    data = json.loads(json.dumps(commands.plugins_data(registry, trace=True)))
    assert {"key": "plugins.off.enabled", "value": False, "source": "-p no:off"} in data["settings"]
    assert [row["name"] for row in data["plugins"]][:1] == ["builtin-passes"]
    offers = {row["name"]: row["offers"] for row in data["plugins"]}
    assert offers["good"] == {"passes": ["good-pass"]}
    assert (offers["off"], offers["builtin-frontends"]["frontends"][0]) == ({}, "graphdef")


def test_passes_listing(site: Site) -> None:
    source = passes_plugin("one", "two", stage="mine").replace(
        "class One:", 'class One:\n    """Does one thing.\n\n    More."""\n'
    )
    site.install("guest", source)
    path = site.settings(
        "[stages.mine]\npasses = ['two']\n[stages.empty]\n[pipelines.mine]\nstages = ['mine', 'empty']\n"
    )
    with pytest.raises(Exception, match="there is no stage 'empty'"):
        commands.passes_text(site.registry(), "mine")
    path.write_text(
        "[stages.mine]\npasses = ['two']\n[stages.empty]\npasses = []\n[pipelines.mine]\nstages = ['mine', 'empty']\n"
    )
    registry = site.registry()
    assert commands.passes_text(registry, "mine").splitlines() == [
        "pipeline mine",
        "",
        "mine",
        "   1 two  [guest]",
        "   2 one  [guest] Does one thing.",
        "",
        "empty  (no passes)",
    ]
    lines = commands.passes_text(registry, "mine", why=True).splitlines()
    assert f"     place 1 of 1 in stages.mine of {path}" in lines
    assert "     no constraint: at the end, in the order of registration" in lines
    data = json.loads(json.dumps(commands.passes_data(registry, "mine")))
    assert data["stages"][0]["passes"][1] == {
        "name": "one",
        "plugin": "guest",
        "class": "module_of_dist_guest:One",
        "reason": "no constraint: at the end, in the order of registration",
        "roots": ["Add"],
        "summary": "Does one thing.",
    }
