"""Options of plugins: from flags, keywords and `plugins.toml` to passes, observers, frontends and backends."""

import sys
from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler import Option
from pytoco.compiler.cli.convert import run
from pytoco.compiler.errors import PluginError, UsageError
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.commands import plugins_text
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import Site

PLUGIN = """
from pytoco.compiler import Backend, Option, Observer, Target, WriteReport, atomic_write, hookimpl

heard = []


def write(model, destination, options):
    text = f"{options['tone']} {options['loud']} {options['often']}".encode()
    if destination is None:
        return WriteReport(data=text)
    return WriteReport(path=destination, size=atomic_write(destination, [text]))


class Ear(Observer):
    def __init__(self, options):
        self.options = options

    def on_finish(self, model):
        heard.append(dict(self.options.extra))


def letters(text):
    if not text.isalpha():
        raise ValueError(f"{text!r} has something besides letters")
    return text.lower()


@hookimpl
def register_options():
    yield Option("tone", "letters that name a tone", parse=letters, default="c")
    yield Option("loud", "whether to shout", parse=bool)
    yield Option("often", "how often", parse=int, default=1)


@hookimpl
def register_backends():
    yield Backend("song", "a song", formats=("SONG",), suffix=".song", pipeline="song", target=Target, write=write)


@hookimpl
def adjust_pipeline(pipeline, options):
    heard.append(options.extra["often"])


@hookimpl
def register_observers(options):
    yield Ear(options)
"""

GRAPH = b"""
node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
       attr { key: "shape" value { shape { dim { size: 2 } } } } }
node { name: "y" op: "Neg" input: "x" attr { key: "T" value { type: DT_FLOAT } } }
"""


@pytest.fixture
def model(site: Site, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(site.project)
    path = site.project / "model.pbtxt"
    path.write_bytes(GRAPH)
    return path


def convert(*argv: str) -> int:
    """Run `pytoco convert`; errors are raised."""
    work: Any = run("pytoco convert", argv)
    done: int = work()
    return done


def test_flags_reach_the_backend_observers_and_hooks(site: Site, model: Path) -> None:
    module = site.install("songs", PLUGIN)
    convert("model.pbtxt", "-o", "a.song", "--tone=Dis", "--loud", "--often", "3", "-q")
    assert (site.project / "a.song").read_text() == "dis True 3"
    assert sys.modules[module].heard == [3, {"tone": "dis", "loud": True, "often": 3}]


def test_keywords_do_the_same_and_defaults_are_there(site: Site, model: Path) -> None:
    site.install("songs", PLUGIN)
    result = pytoco.convert(model, output_format="song", often=2)
    assert bytes(result.data or b"") == b"c False 2"


def test_settings_are_weaker_than_flags_and_stronger_than_defaults(site: Site, model: Path) -> None:
    site.install("songs", PLUGIN)
    path = site.settings("[options.songs]\ntone = 'E'\noften = 5\n")
    assert bytes(pytoco.convert(model, output_format="SONG", often=6).data or b"") == b"e False 6"
    path.write_text("[options.songs]\noften = 'much'\n")
    with pytest.warns(PluginWarning, match="options.songs.often: invalid literal for int"):
        site.registry().passes()
    path.write_text("[options.songs]\noften = true\n")
    with pytest.warns(PluginWarning, match="options.songs.often: True is no int"):
        site.registry().passes()
    path.write_text("[options.songs]\noftn = 1\n")
    with pytest.warns(PluginWarning, match="there is no option 'oftn' .did you mean 'often'"):
        site.registry().passes()


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("--often=x", "--often: invalid literal for int.*option of plugin 'songs': how often"),
        ("--tone=4", "--tone: '4' has something besides letters"),
        ("--loud=maybe", "--loud: 'maybe' is neither true nor false"),
        ("--oftn=3", "unknown flag --oftn .did you mean --often"),
    ],
)
def test_wrong_values_and_names_are_usage_errors(site: Site, model: Path, flag: str, said: str) -> None:
    site.install("songs", PLUGIN)
    with pytest.raises(UsageError, match=said):
        convert("model.pbtxt", "-o", "a.song", flag)
    assert not (site.project / "a.song").exists()


def test_an_unknown_keyword_is_compared_with_options_of_plugins_too(site: Site, model: Path) -> None:
    site.install("songs", PLUGIN)
    with pytest.raises(UsageError, match=r"there is no option 'ofen' \(did you mean 'often'"):
        pytoco.convert(model, ofen=3)
    with pytest.raises(UsageError, match="no plugin has an option 'pitch'"):
        site.registry().completed(Options(extra={"pitch": 1}))


def test_a_disabled_plugin_has_no_flags(site: Site, model: Path) -> None:
    site.install("songs", PLUGIN)
    with pytest.raises(UsageError, match="unknown flag --often"):
        convert("model.pbtxt", "-p", "no:songs", "--often=3")


def test_flags_of_a_loose_file_and_of_a_settings_file_are_known(site: Site, model: Path) -> None:
    (site.project / "loose.py").write_text(PLUGIN)
    convert("-p", "loose.py", "model.pbtxt", "-o", "a.song", "--often=4", "-q")
    (site.project / "my.toml").write_text("[plugins]\npaths = ['loose.py']\n")
    convert("model.pbtxt", "-o", "b.song", "--plugins=my.toml", "--often=5", "-q")
    texts = [(site.project / name).read_text() for name in ("a.song", "b.song")]
    assert texts == ["c False 4", "c False 5"]


def test_help_and_the_list_of_plugins_show_them(site: Site, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.install("songs", PLUGIN)
    with pytest.raises(SystemExit):
        run("pytoco convert", ["--help"])
    shown = capsys.readouterr().out
    assert "plugin songs:" in shown
    assert "--often INT" in shown
    assert "how often [1]" in shown
    assert "  flag   --loud  whether to shout\n" in plugins_text(site.registry())


@pytest.mark.parametrize("name", ["output_format", "output_fi", "json", "saved_model_dir", "extra"])
def test_names_that_pytoco_has_itself_are_refused(site: Site, name: str) -> None:
    source = "from pytoco.compiler import Option, hookimpl\n@hookimpl\ndef register_options():\n"
    site.install("grab", f"{source}    yield Option({name!r}, 'x')\n")
    with pytest.warns(PluginWarning, match=f"option '{name}' is pytoco's own"):
        site.registry().options()


def test_two_plugins_cannot_share_an_option(site: Site) -> None:
    source = "from pytoco.compiler import Option, hookimpl\n@hookimpl\ndef register_options():\n"
    source += "    yield Option('same', '')\n"
    site.install("one", source)
    site.install("two", source)
    registry = site.registry()
    with pytest.warns(PluginWarning, match="'same' is offered among the options by both 'one'"):
        assert list(registry.options()) == ["same"]


@pytest.mark.parametrize("name", ["", "Loud", "a-b", "_a", "a_", 3])
def test_names_are_words_joined_by_underscores(name: Any) -> None:
    with pytest.raises(ValueError, match="option name"):
        Option(name, "help")


def test_values_that_are_no_texts_must_be_of_the_type() -> None:
    assert Option("x", "", parse=float).value(3) == 3.0
    assert Option("x", "", parse=int).value(None) is None
    assert Option("x", "", parse=bool).default is False
    for parse, wrong in ((int, True), (int, 1.5), (bool, 1), (float, True), (str, 3)):
        with pytest.raises(ValueError, match="is no"):
            Option("x", "", parse=parse).value(wrong)
    with pytest.raises(TypeError, match="parse must be a type or a function"):
        Option("x", "", parse="int")  # type: ignore[arg-type]


def test_an_option_is_read_from_options_and_from_mappings_and_has_a_default_without_a_registry() -> None:
    depth = Option("depth", "how deep", parse=int, default=2)
    assert depth.of(Options()) == depth.of({}) == 2
    assert (
        depth.of(Options(extra={"depth": 3})) == depth.of(Options(extra={"depth": "3"})) == depth.of({"depth": 3}) == 3
    )
    with pytest.raises(UsageError, match=r"depth: invalid literal.*\(how deep\)"):
        depth.of(Options(extra={"depth": "x"}))


def test_an_option_that_settings_demand_is_fatal_when_wrong(site: Site) -> None:
    site.install("songs", PLUGIN)
    site.settings("[plugins]\nenabled = ['songs']\n[options.songs]\nlowd = true\n")
    with pytest.raises(PluginError, match=r"there is no option 'lowd' \(did you mean 'loud'"):
        site.registry().options()
