"""Formats, pipelines and pins of plugins, from the command line and from Python."""

from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler import Backend, Frontend, Model, Target, WriteReport
from pytoco.compiler.cli.convert import run
from pytoco.compiler.constants import FileFormat, PluginFormat
from pytoco.compiler.errors import PluginError, UsageError
from pytoco.compiler.options import Options

from .conftest import Site, passes_plugin
from .test_options import GRAPH

KINDS = """
from pytoco.compiler import Backend, Frontend, Target, WriteReport, hookimpl, parse


def write(model, destination, options):
    data = " ".join(sorted(model.main.kinds())).encode()
    if destination is None:
        return WriteReport(data=data)
    destination.write_bytes(data)
    return WriteReport(path=destination, size=len(data))


def sniff(path, head):
    return (path / "graph.txt").is_file() if path.is_dir() else head.startswith(b"graph ")


def load(source, options):
    text = source.decode() if isinstance(source, bytes) else (
        source / "graph.txt" if source.is_dir() else source).read_text()
    return parse(text)


@hookimpl
def register_backends():
    yield Backend("kinds", "op kinds", formats=("OP_KINDS",), suffix=".kinds", pipeline="kinds",
                  stages=("clean-up",), target=Target, write=write)


@hookimpl
def register_frontends():
    yield Frontend("text-form", "text form", formats=("TEXT_FORM",), sniff=sniff, load=load)
"""
TEXT = "graph main(x: float32[2]) -> y {\n  a = Neg(x)\n  b = Identity(a)\n  y = Exp(b)\n}\n"


@pytest.fixture
def project(site: Site, monkeypatch: pytest.MonkeyPatch) -> Path:
    site.install("kinds", KINDS)
    monkeypatch.chdir(site.project)
    (site.project / "model.pbtxt").write_bytes(GRAPH)
    (site.project / "model.txt").write_text(TEXT)
    (site.project / "folder").mkdir()
    (site.project / "folder" / "graph.txt").write_text(TEXT)
    return site.project


def convert(*argv: str) -> None:
    """Run `pytoco convert`; errors are raised."""
    work: Any = run("pytoco convert", [*argv, "-q"])
    work()


def test_a_backend_is_found_by_format_by_name_and_by_suffix(project: Path) -> None:
    convert("model.txt", "-o", "a.kinds")
    convert("model.txt", "-o", "b.bin", "--output_format=op-kinds")
    convert("model.txt", "--output_format=OP_KINDS")
    for name in ("a.kinds", "b.bin", "model.kinds"):
        assert (project / name).read_text() == "Exp Neg"
    assert pytoco.convert(project / "model.txt", project / "c.kinds").path == project / "c.kinds"
    assert (project / "c.kinds").read_text() == "Exp Neg"


def test_a_suffix_that_no_backend_has_is_warned_of(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "no backend writes .onnx files: a.onnx becomes a TensorFlow Lite model"
    convert("model.pbtxt", "-o", "a.onnx")
    assert said in capsys.readouterr().err
    assert any(said in warning for warning in pytoco.convert(project / "model.pbtxt", "a.onnx").summary.warnings)
    convert("model.pbtxt", "-o", "a.onnx", "--output_format=TFLITE")
    assert capsys.readouterr().err == ""


def test_a_converter_takes_formats_of_plugins(project: Path) -> None:
    converter: Any = pytoco.TocoConverter.from_frozen_graph(str(project / "model.pbtxt"), ["x"], ["y"])
    converter.output_format = "op-kinds"
    assert converter.convert() == b"Neg"
    with pytest.raises(UsageError, match=r"output_format: 'OP_KIND' is not known \(choose from TFLITE, "):
        converter.output_format = "OP_KIND"


def test_a_frontend_is_found_by_format_by_content_and_for_a_folder(project: Path) -> None:
    convert("model.txt", "-o", "a.kinds", "--input_format=text_form")
    convert("folder", "-o", "b.kinds")
    pytoco.convert(project / "folder", project / "c.kinds")
    for name in ("a.kinds", "b.kinds", "c.kinds"):
        assert (project / name).read_text() == "Exp Neg"


def test_a_folder_that_nobody_knows_is_reported_as_a_saved_model_without_its_file(project: Path) -> None:
    (project / "empty").mkdir()
    with pytest.raises(pytoco.compiler.PytocoError, match=r"saved_model\.pb"):
        pytoco.convert(project / "empty")


def test_an_unknown_format_is_told_with_those_of_plugins(project: Path) -> None:
    with pytest.raises(UsageError, match=r"--output_format: 'OP_KIND' is not known \(did you mean 'OP_KINDS'"):
        convert("model.txt", "-o", "a.kinds", "--output_format=op_kind")
    with pytest.raises(UsageError, match=r"--input_format: 'TEXT' is not known \(did you mean 'TEXT_FORM'"):
        pytoco.convert(project / "model.txt", input_format="text")


def test_a_format_name_is_the_same_in_any_spelling() -> None:
    assert PluginFormat.coerce("op-kinds").name == Options(output_format="Op_Kinds").output_format.name == "OP_KINDS"  # type: ignore[arg-type]
    assert PluginFormat.coerce("tflite") is FileFormat.TFLITE
    for wrong in ("", "a b", 99, None, 1.5):
        with pytest.raises(UsageError):
            PluginFormat.coerce(wrong)


def test_suffixes_are_compared_whole_and_in_any_case(site: Site, project: Path) -> None:
    site.install("one", KINDS.replace('".kinds"', '".C.txt"').replace('"kinds"', '"one"').replace("OP_KINDS", "ONE")
                 .replace("text-form", "one").replace("TEXT_FORM", "OTHER"))  # fmt: skip
    site.install("two", KINDS.replace('".kinds"', '".txt"').replace('"kinds"', '"two"').replace("OP_KINDS", "TWO")
                 .replace("text-form", "two").replace("TEXT_FORM", "ANOTHER"))  # fmt: skip
    found = {name: [b.name for b in site.registry().backends_for_suffix(name)] for name in ("m.c.TXT", "m.Txt", "ctxt")}
    assert found == {"m.c.TXT": ["one"], "m.Txt": ["two"], "ctxt": []}
    convert("model.txt", "-o", "a.c.txt")
    assert (project / "a.c.txt").read_text() == "Exp Neg"


def test_a_format_of_two_plugins_is_refused_and_pytocos_own_stays_its_own(site: Site, project: Path) -> None:
    again = KINDS.replace('"kinds"', '"other"').replace("text-form", "other").replace('".kinds"', '".other"')
    site.install("again", again.replace('("OP_KINDS",)', '("OP_KINDS", "GRAPHVIZ_DOT")'))
    with pytest.raises(
        UsageError, match=r"output format OP_KINDS is that of plugin 'again' .* and plugin 'kinds' .*no:"
    ):
        convert("model.txt", "-o", "a.bin", "--output_format=op_kinds")
    with pytest.raises(UsageError, match="input format TEXT_FORM is that of plugin 'again'"):
        convert("model.txt", "-o", "a.bin", "--input_format=text_form")
    convert("model.txt", "-o", "a.dot")
    assert (project / "a.dot").read_text().startswith("digraph")
    convert("model.txt", "-o", "a.bin", "--output_format=op_kinds", "-p", "no:again")
    assert (project / "a.bin").read_text() == "Exp Neg"


@pytest.mark.parametrize(("formats", "said"), [((), "needs the name of a format"), (("C++",), r"format 'C\+\+': use")])
def test_formats_have_names_that_flags_can_say(formats: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Backend("x", "", formats=formats, suffix=".x", pipeline="x", target=Target, write=lambda m, d, o: WriteReport())
    with pytest.raises(ValueError, match=said):
        Frontend("x", "", formats=formats, sniff=lambda path, head: True, load=lambda source, options: Model())


def test_another_pipeline(site: Site, project: Path) -> None:
    site.settings("[pipelines.bare]\nstages = []\n")
    convert("model.txt", "-o", "a.kinds", "--pipeline=bare")
    assert (project / "a.kinds").read_text() == "Exp Identity Neg"
    with pytest.raises(UsageError, match=r"there is no pipeline 'bear' \(did you mean 'bare'"):
        convert("model.txt", "-o", "a.kinds", "--pipeline=bear")


def test_a_pin_that_holds_changes_nothing(site: Site) -> None:
    site.install("tool", passes_plugin("a-pass"), version="1.4.2")
    for pin in ("1.4.2", "1.4.*", "1.*", "1.4.2.0"):
        site.settings(f"[pins]\ntool = '{pin}'\npytoco = '{pytoco.__version__}'\n")
        assert "a-pass" in site.registry().passes()


@pytest.mark.parametrize("pin", ["1.4", "1.5.*", "2.*", "1.4.20", "1.4.2rc1"])
def test_a_pin_that_does_not_hold_stops(site: Site, pin: str) -> None:
    site.install("tool", passes_plugin("a-pass"), version="1.4.2", distribution="tools")
    path = site.settings(f"[pins]\ntool = '{pin}'\n")
    with pytest.raises(PluginError) as caught:
        site.registry().passes()
    said = f"plugin 'tool' (of tools 1.4.2) is not of version {pin}, to which {path} pins it"
    assert str(caught.value).startswith(said)


def test_wrong_pins(site: Site) -> None:
    for text, said in (
        ("tool = 3", "pins.tool must be a version"),
        ("tool = '>=1'", "pins.tool must be a version"),
        (f"tool = '1{'a' * 5000}!'", "pins.tool must be a version"),  # at once, too
        ("toool = '1.0'", "there is no plugin 'toool'"),
        ("pytoco = '0.0.0'", "pins it to 0.0.0"),
    ):
        site.settings(f"[pins]\n{text}\n")
        with pytest.raises(UsageError, match=said):
            site.registry().passes()


def test_a_disabled_plugin_may_be_of_any_version(site: Site) -> None:
    site.install("tool", passes_plugin("a-pass"), version="3.0")
    site.settings("[pins]\ntool = '1.0'\n[plugins]\ndisabled = ['tool']\n")
    assert "a-pass" not in site.registry().passes()


ASKED = """
from pytoco.compiler import Backend, GraphPass, Option, Target, WriteReport, hookimpl

DEPTH = Option("depth", "how deep", parse=int, default=1)


class Deep(Target):
    def __init__(self, depth):
        self.depth = depth


def target(options):
    return Deep(DEPTH.of(options))


class Tell(GraphPass):
    name, stage = "tell", "deep"

    def run(self, graph):
        self.remark(None, "depth {}", self.context.target.depth)


@hookimpl
def register_options():
    yield DEPTH


@hookimpl
def register_passes():
    yield Tell


@hookimpl
def register_backends():
    yield Backend("deep", "", formats=("DEEP",), suffix=".deep", pipeline="deep", stages=("deep",),
                  target=TARGET, write=lambda model, destination, options: WriteReport(data=b""))
"""


@pytest.mark.parametrize("target", ["target", "'module_of_dist_deep:target'"])
def test_a_target_may_depend_on_the_options(site: Site, project: Path, target: str) -> None:
    site.install("deep", ASKED.replace("TARGET", target))
    cases: list[tuple[dict[str, Any], int]] = [({}, 1), ({"depth": 7}, 7)]
    for given, depth in cases:
        result = pytoco.convert(project / "model.txt", output_format="DEEP", **given)
        assert result.summary.remarks == [f"tell: depth {depth}"]
