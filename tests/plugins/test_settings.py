"""`plugins.toml`: layers and their precedence, where values come from, and what is refused."""

from pathlib import Path

import pytest

from pytoco.compiler.errors import FileError, UsageError
from pytoco.compiler.plugins.settings import PACKAGED, find_project_file, load_settings

from .conftest import Site, passes_plugin


def test_each_layer_wins_over_the_one_before(site: Site) -> None:
    site.install("alpha", passes_plugin("alpha-pass"))
    site.settings("[plugins]\ndisabled = ['alpha']\n[passes.alpha-pass]\nenabled = false\nstage = 'fusion'\n")
    given = site.settings("[plugins]\nenabled = ['alpha']\n[passes.alpha-pass]\nenabled = true\n", "given.toml")

    def state(*names: str, plugins_file: Path | None = None) -> object:
        settings = load_settings(plugins_file=plugins_file, names=names, start=site.project)
        return settings.get("plugins", "alpha", "enabled")

    assert load_settings(start=site.folder).get("plugins", "alpha", "enabled") is None
    assert state() is False
    assert state(plugins_file=given) is True
    assert state("no:alpha", plugins_file=given) is False
    assert state("no:alpha", "alpha", plugins_file=given) is True

    settings = load_settings(plugins_file=given, start=site.project)
    assert settings.get("passes", "alpha-pass", "enabled") is True
    assert settings.get("passes", "alpha-pass", "stage") == "fusion"  # key by key: the lower layer's other keys stay


def test_every_value_remembers_who_set_it(site: Site) -> None:
    project = site.settings("[passes.x]\nenabled = false\n")
    settings = load_settings(names=["no:beta"], start=site.project)
    assert settings.source("passes", "x", "enabled") == str(project)
    assert settings.source("plugins", "beta", "enabled") == "-p no:beta"
    assert settings.source("pipelines", "tflite", "stages") == str(PACKAGED)
    assert settings.source("passes", "x", "before") == ""


def test_project_file_is_found_upwards_and_never_pytocos_own(site: Site) -> None:
    project = site.settings("")
    deep = site.project / "a" / "b"
    deep.mkdir(parents=True)
    assert find_project_file(deep) == project
    assert find_project_file(PACKAGED.parent) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[plugin]\n", "unknown section 'plugin' (did you mean 'plugins'?)"),
        ("[plugins]\nenable = []\n", "unknown key in [plugins] 'enable' (did you mean 'enabled'?)"),
        ("[passes.x]\nafer = ['y']\n", "unknown key in [passes.x] 'afer' (did you mean 'after'?)"),
        ("[stages.general]\npases = []\n", "unknown key in [stages.general] 'pases' (did you mean 'passes'?)"),
        ("[passes.x]\nenabled = 'no'\n", "passes.x.enabled must be true or false, not 'no'"),
        ("[pipelines.tflite]\nstages = 'general'\n", "pipelines.tflite.stages must be a list of names"),
        ("[plugins]\nenabled = ['x']\ndisabled = ['x']\n", "plugin 'x' is named twice"),
        ("passes = 3\n", "passes must be a table"),
        ("[stages\n", "is not valid TOML"),
    ],
)
def test_mistakes_are_told_with_the_files_name(site: Site, text: str, said: str) -> None:
    path = site.settings(text)
    with pytest.raises(UsageError) as caught:
        load_settings(start=site.project)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


def test_missing_or_binary_files_are_told(site: Site) -> None:
    with pytest.raises(FileError, match=r"nowhere\.toml"):
        load_settings(plugins_file=site.project / "nowhere.toml", start=site.project)
    binary = site.project / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"binary\.toml is not valid TOML"):
        load_settings(plugins_file=binary, start=site.project)
    with pytest.raises(FileError, match="no plugin file"):
        load_settings(names=["missing.py"], start=site.project)
    with pytest.raises(UsageError, match="names no plugin"):
        load_settings(names=["no:"], start=site.project)


def test_a_discovered_file_may_not_load_code_by_path(site: Site) -> None:
    (site.project / "loose.py").write_text(passes_plugin("loose-pass"))
    path = site.settings("[plugins]\npaths = ['loose.py']\n")
    with pytest.raises(UsageError, match="only found, not asked for"):
        load_settings(start=site.project)
    other = site.project / "elsewhere"
    other.mkdir()
    settings = load_settings(plugins_file=path, start=site.folder)
    assert [sourced.value for sourced in settings.paths] == [site.project / "loose.py"]
