"""Options of plugins: from flags, keywords and `plugins.toml` to passes, observers, frontends and backends."""

import argparse
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler import Graph, Look, Op, Option, Pass
from pytoco.compiler.cli.convert import run
from pytoco.compiler.cli.dispatch import COMMANDS
from pytoco.compiler.cli.dispatch import run as dispatch
from pytoco.compiler.cli.parsing import normalized
from pytoco.compiler.debug.journal import Journal
from pytoco.compiler.debug.reproducer_text import setting_of
from pytoco.compiler.errors import PluginError, UsageError
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.commands import plugins_text
from pytoco.compiler.plugins.extra import is_own_option
from pytoco.compiler.plugins.presence import may_have_others
from pytoco.compiler.plugins.records import PluginWarning
from pytoco.testing import assert_rewrites, assert_unchanged

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
    yield Option("rests", "bars of silence", parse=int, default=0)


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
    assert sys.modules[module].heard == [3, {"tone": "dis", "loud": True, "often": 3, "rests": 0}]


def test_keywords_do_the_same_and_defaults_are_there(site: Site, model: Path) -> None:
    site.install("songs", PLUGIN)
    result = pytoco.convert(model, output_format="song", often=2)
    assert bytes(result.data or b"") == b"c False 2"


def test_a_journal_keeps_what_was_said_and_no_defaults(site: Site, model: Path) -> None:
    site.install("songs", PLUGIN)
    with pytoco.record() as journal:
        pytoco.convert(model, output_format="song", often=2)
    header = journal.header["options"]
    assert (header["often"], "tone" in header, "loud" in header) == (2, False, False)


def test_helpers_for_tests_take_options_of_plugins_by_their_own_names() -> None:
    depth = Option("depth", "how deep", parse=int, default=0)

    class Deep(Pass):
        """Neg becomes Abs where it is told to be deep."""

        name, stage, roots, tolerance = "deep", "general", ("Neg",), 9.0

        def match(self, op: Op, look: Look) -> bool | None:
            return True if depth.of(self.context.options) else look.fail("{} is not deep", op)

        def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
            graph.remove(op)
            graph.emit("Abs", op.inputs, outputs=op.outputs)

    before, after = (f"graph main(x: float32[2]) -> y {{\n  y = {kind}(x)\n}}" for kind in ("Neg", "Abs"))
    assert_rewrites(before, after, Deep, options={"depth": 2})
    assert_rewrites(before, after, Deep, options=Options(extra={"depth": "2"}))
    assert_unchanged(before, Deep, options={"strict": True}, reason="is not deep")
    with pytest.raises(AssertionError, match=r"'other' is not among the reasons:\n.*is not deep"):
        assert_unchanged(before, Deep, reason="other")


def test_settings_are_weaker_than_flags_and_stronger_than_defaults(site: Site, model: Path) -> None:
    site.install("songs", PLUGIN)
    path = site.settings("[options.songs]\ntone = 'E'\noften = 5\n")
    assert bytes(pytoco.convert(model, output_format="SONG", often=6).data or b"") == b"e False 6"
    path.write_text("[options.songs]\noften = 'much'\n")
    with pytest.warns(
        PluginWarning, match=rf"left out: {re.escape(str(path))}: options\.songs\.often: invalid literal"
    ):
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
    with pytest.raises(UsageError, match="extra: expected a mapping, got 3"):
        pytoco.convert(model, extra=3)


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
    assert "bars of silence [0]" in shown
    assert "  flag   --rests  bars of silence [0]\n" in plugins_text(site.registry())
    assert "  flag   --loud  whether to shout\n" in plugins_text(site.registry())


def test_help_is_shown_whatever_the_plugins_are(site: Site, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.install("songs", PLUGIN)
    path = site.settings("[plugins]\nenabled = ['song']\n")
    with pytest.raises(SystemExit):
        run("pytoco convert", ["--help"])
    shown = capsys.readouterr().out
    assert "--output_format" in shown
    assert f"cannot be asked for their flags: {path}: there is no plugin 'song'" in shown


@pytest.mark.parametrize("name", ["output_format", "output_fi", "json", "extra", "source", "importers"])
def test_names_that_pytoco_has_itself_are_refused(site: Site, name: str) -> None:
    source = "from pytoco.compiler import Option, hookimpl\n@hookimpl\ndef register_options():\n"
    site.install("grab", f"{source}    yield Option({name!r}, 'x')\n")
    with pytest.warns(PluginWarning, match=f"option '{name}' is pytoco's own"):
        site.registry().options()


@pytest.mark.parametrize(
    ("entry_points", "expected"),
    [
        ("[console_scripts]\nx = y\n\n[ pytoco ]\n", False),
        ("[pytoco]\nours=a.b\n[other]\nx = y\n", False),
        ("[other]\nx = y\n[pytoco]\nours = a\n theirs = b:c\n", True),
    ],
)
def test_other_plugins_are_seen_without_reading_all_metadata(
    entry_points: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-1.dist-info").mkdir()
    (tmp_path / "a-1.dist-info" / "entry_points.txt").write_text(entry_points)
    (tmp_path / "b-1.egg-info").write_text("Name: b\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing")])
    assert may_have_others(["ours"]) is expected
    monkeypatch.setattr(sys, "path", [str(tmp_path / "b-1.egg-info")])  # no folder: an archive, perhaps
    assert may_have_others(["ours"])


def test_no_option_can_hide_behind_a_flag_of_a_command() -> None:
    checked = []
    for command, (module, _) in COMMANDS.items():
        made: argparse.ArgumentParser = import_module(module, "pytoco.compiler.cli").parser(f"pytoco {command}")
        flags = [text for action in made._actions for text in action.option_strings if text.startswith("--")]
        if "--output_format" in flags:  # it takes the flags of plugins, too
            checked.append(command)
            names = [text[2:].replace("-", "_") for text in flags]
            assert [name for name in names if not is_own_option(name)] == [], command
    assert {"convert", "compare", "why"} <= set(checked)


def test_the_code_of_plugins_runs_once_for_all_their_flags(site: Site, model: Path) -> None:
    (site.project / "loose.py").write_text(f"with open('log', 'a') as log:\n    log.write('here ')\n{PLUGIN}")
    argv = ["model.pbtxt", "-p", "loose.py", "--tone=a", "--loud", "--often=2"]
    assert normalized(argv)[-1] == '--plugin_options={"tone": "a", "loud": "true", "often": "2"}'
    assert (site.project / "log").read_text() == "here "


def test_an_option_whose_reader_fails_is_told_with_its_plugin(site: Site, model: Path) -> None:
    source = "from pytoco.compiler import Option, hookimpl\n@hookimpl\ndef register_options():\n"
    site.install("broken", f"{source}    yield Option('depth', 'x', parse=lambda text: 1 // 0)\n")
    with pytest.raises(PluginError, match=r"option 'depth' of plugin 'broken' cannot read '2': ZeroDivisionError"):
        pytoco.convert(model, depth="2")


@pytest.mark.filterwarnings("default")
def test_what_is_told_as_it_comes_is_not_told_again(
    site: Site, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.install("broken", "1 / 0\n")
    assert dispatch(["convert", "model.pbtxt", "-o", "m.tflite"]) == 0
    assert capsys.readouterr().err.count("plugin 'broken' (of dist_broken 1.0) is left out: ZeroDivisionError") == 1


def test_a_journal_tells_of_options_only_what_can_be_said_again(site: Site, model: Path) -> None:
    source = (
        "from pathlib import Path\nfrom pytoco.compiler import Option, hookimpl\n@hookimpl\ndef register_options():\n"
    )
    source += "    yield Option('depth', 'x', parse=int)\n    yield Option('width', 'x', parse=int, default=2)\n"
    site.install("sized", f"{source}    yield Option('place', 'x', parse=Path, default=Path('y'))\n")
    pytoco.convert(model, journal=site.project / "j.json.gz", depth="3", place="z")
    told = Journal.open(site.project / "j.json.gz").lines[0]["options"]
    assert {name: told[name] for name in told if name in ("depth", "width", "place")} == {"depth": "3", "place": "z"}
    options = site.registry().completed(Options(extra={"depth": "3", "place": "z"}))
    for record in (told, options):
        assert setting_of(record).fields["extra"] == {"depth": "3", "place": "z"}
    pytoco.convert(model, journal=site.project / "j.json.gz", place=Path("z"))
    assert "place" not in Journal.open(site.project / "j.json.gz").lines[0]["options"]


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
    with pytest.raises(TypeError, match="help must be a text, not None"):
        Option("x", None)  # type: ignore[arg-type]


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
