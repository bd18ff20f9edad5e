"""Frontends and backends of plugins that go wrong stop a conversion and are named; no half file is left."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler.cli.dispatch import run
from pytoco.compiler.errors import FileError, InvalidModelError, PluginError, PytocoError, UnsupportedError
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import Site
from .faulty import MODEL, NAME, install, without_plugins

READER = """
TEXT = "graph main(x: float32[2]) -> y {{\\n  y = Cos(x)\\n}}\\n"

def load(source, options):
    {}

@hookimpl
def register_frontends():
    yield Frontend("mine", "", formats=("MINE",), sniff=lambda path, head: head == b"mine", load=load)
"""

WRITER = """
class Mine(Target):
    name = "mine"
    {}

def write(model, destination, options):
    {}

@hookimpl
def register_backends():
    yield Backend("mine", "", formats=("MINE",), suffix=".mine", pipeline={!r}, stages=("clean-up",), target={},
                  write=write)
"""

LOADS: dict[str, tuple[str, type[PytocoError], str]] = {
    "raises": ("raise KeyError('lost')", PluginError, "failed: KeyError: 'lost'"),
    "exits": ("sys.exit(2)", PluginError, "failed: SystemExit: 2"),
    "recurses": ("return load(source, options)", PluginError, "RecursionError"),
    "cannot read": ("open('/no/such/file')", FileError, "No such file or directory"),
    "refuses": ("raise InvalidModelError('it is upside down', hint='turn it')", InvalidModelError, "upside down"),
    "cannot": ("raise UnsupportedError('no loops')", UnsupportedError, "no loops"),
    "gives nothing": ("pass", PluginError, "gave None, not a Model"),
    "gives a text": ("return TEXT", PluginError, "not a Model"),
    "gives a graph": ("return parse(TEXT).main", PluginError, "not a Model"),
    "gives an empty model": ("return Model()", PluginError, "a model without a graph 'main'"),
    "does not end": ("m = parse(TEXT)\n    m.begin()\n    return m", PluginError, "in the middle of a transaction"),
    "gives a broken model": (
        "m = parse(TEXT)\n    m.main.remove(m.main.ops()[0])\n    return m", PluginError,
        "gave a broken model: array 'y', read by the graph's outputs, is neither produced, nor constant, nor an input",
    ),
    "gives a circle": (
        "m = parse(TEXT)\n    m.main.rewire(m.main.ops()[0], m.main.outputs)\n    return m", PluginError,
        "gave a broken model: operators in or behind a cycle: y",
    ),
}  # fmt: skip


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("fault", LOADS)
def test_a_frontend_that_fails_stops_the_conversion(site: Site, fault: str, strict: bool) -> None:
    body, kind, said = LOADS[fault]
    install(site, READER.format(body))
    path = site.project / "model.mine"
    path.write_bytes(b"mine")
    with pytest.raises(PytocoError) as caught:
        pytoco.convert(path, strict=strict)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"frontend 'mine' of {NAME}")
    assert said in str(caught.value)
    assert bytes(pytoco.convert(MODEL).data or b"") == without_plugins()


def test_a_frontend_that_does_right_is_used(site: Site) -> None:
    install(site, READER.format("return parse(TEXT)"))
    path = site.project / "model.mine"
    path.write_bytes(b"mine")
    assert pytoco.convert(path).summary.operators == {"COS": 1}


# backends -------------------------------------------------------------------------------------------------------------


def writer(body: str, *, target: str = "Mine", methods: str = "", pipeline: str = "mine") -> str:
    """A plugin with a backend whose write has this body."""
    lines = body.replace("\n", "\n    ")
    return WRITER.format(methods.replace("\n", "\n    "), lines, pipeline, target)


SOUND = "destination.write_bytes(b'sound')\nreturn WriteReport(path=destination)"
HALF = "destination.write_bytes(b'half')\n"
MORE = "(destination.parent / 'm.data').write_bytes(b'more')\n"

WRITES: dict[str, tuple[str, type[PytocoError], str]] = {
    "raises": ("raise KeyError('lost')", PluginError, "failed: KeyError: 'lost'"),
    "writes half and raises": (HALF + "raise ValueError('no more')", PluginError, "failed: ValueError: no more"),
    "writes half and exits": (HALF + "sys.exit(1)", PluginError, "failed: SystemExit: 1"),
    "writes several and raises": (
        HALF + MORE + "(destination.parent / 'd').mkdir()\n(destination.parent / 'd' / 'e').write_bytes(b'')\n1 / 0",
        PluginError, "ZeroDivisionError",
    ),
    "writes while it is open": (
        "with destination.open('wb') as file:\n    file.write(b'ha')\n    raise OSError(28, 'No space')",
        FileError, "No space",
    ),
    "cannot": (HALF + "raise UnsupportedError('no Cos here')", UnsupportedError, "no Cos here"),
    "gives no report": (HALF, PluginError, "gave None, not a WriteReport"),
    "gives a path": (HALF + "return destination", PluginError, "not a WriteReport"),
    "writes nothing": ("return WriteReport(path=destination)", PluginError, "wrote no out.mine"),
    "writes elsewhere": (MORE + "return WriteReport()", PluginError, "wrote no out.mine"),
}  # fmt: skip


def listing(folder: Path) -> dict[str, bytes]:
    """The files below a folder, with their content."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("fault", WRITES)
def test_a_backend_that_fails_leaves_everything_as_it_was(site: Site, fault: str, before: bool) -> None:
    body, kind, said = WRITES[fault]
    install(site, writer(body))
    out = site.project / "out.mine"
    if before:
        out.write_bytes(b"earlier")
        (site.project / "m.data").write_bytes(b"earlier data")
    there = listing(site.project)
    with pytest.raises(PytocoError) as caught:
        pytoco.convert(MODEL, out, output_format="MINE")
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"backend 'mine' of {NAME}")
    assert said in str(caught.value)
    assert ".pytoco-" not in str(caught.value)
    assert listing(site.project) == there


def test_errors_speak_of_the_place_that_the_user_knows(site: Site) -> None:
    install(site, writer("raise FileError(f'cannot write {destination}')"))
    out = site.project / "out.mine"
    with pytest.raises(FileError, match=f": cannot write {out}$"):
        pytoco.convert(MODEL, out, output_format="MINE")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError('lost')", "failed: KeyError: 'lost'"),
        ("return WriteReport()", "gave None as the content of a file, not bytes"),
        ("return WriteReport(data='text')", "gave 'text' as the content of a file, not bytes"),
        ("return b'bytes'", "gave b'bytes', not a WriteReport"),
    ],
)
def test_a_backend_that_fails_in_memory_is_named(site: Site, body: str, said: str) -> None:
    install(site, writer(body))
    with pytest.raises(PluginError) as caught:
        pytoco.convert(MODEL, output_format="MINE")
    assert f"backend 'mine' of {NAME} {said}" in str(caught.value)


def test_what_a_backend_writes_gets_to_its_place(site: Site) -> None:
    body = SOUND.replace("return", MORE + "(destination.parent / 'd').mkdir()\n"
                         "(destination.parent / 'd' / 'e').write_bytes(b'deep')\nreturn")  # fmt: skip
    install(site, writer(body))
    (site.project / "d").mkdir()
    (site.project / "d" / "kept").write_bytes(b"kept")
    (site.project / "m.data").write_bytes(b"earlier")
    out = site.project / "out.mine"
    out.write_bytes(b"earlier")
    out.chmod(0o640)
    result = pytoco.convert(MODEL, out, output_format="MINE")
    assert (result.path, result.summary.bytes_out) == (out, 5)
    assert listing(site.project) == {
        "d": b"", "d/e": b"deep", "d/kept": b"kept", "m.data": b"more", "out.mine": b"sound"
    }  # fmt: skip
    assert stat.S_IMODE(out.stat().st_mode) == 0o640


def test_a_result_may_be_a_folder(site: Site) -> None:
    body = "destination.mkdir()\n(destination / 'part').write_bytes(b'abc')\nreturn WriteReport(path=destination)"
    install(site, writer(body))
    result = pytoco.convert(MODEL, site.project / "out.mine", output_format="MINE")
    assert result.summary.bytes_out == 3
    assert listing(site.project) == {"out.mine": b"", "out.mine/part": b"abc"}


def test_a_file_where_a_folder_is_stops_everything(site: Site) -> None:
    install(site, writer(MORE + SOUND))
    (site.project / "m.data").mkdir()
    out = site.project / "out.mine"
    with pytest.raises(FileError, match=r"m\.data: it is a folder"):
        pytoco.convert(MODEL, out, output_format="MINE")
    assert listing(site.project) == {"m.data": b""}


def test_a_symbolic_link_keeps_pointing_where_it_did(site: Site) -> None:
    install(site, writer(MORE + SOUND))
    store = site.project / "store"
    store.mkdir()
    (store / "real").write_bytes(b"earlier")
    out = site.project / "out.mine"
    out.symlink_to(store / "real")
    assert pytoco.convert(MODEL, out, output_format="MINE").path == out
    assert out.readlink() == store / "real"
    assert listing(site.project) == {
        "m.data": b"more", "out.mine": b"sound", "store": b"", "store/real": b"sound"
    }  # fmt: skip


def test_a_link_to_another_file_system_keeps_pointing_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, writer(MORE + SOUND))
    real = os.replace

    def replace(source: Any, target: Any) -> None:
        if Path(source).name == "m.data":
            raise OSError(18, "Invalid cross-device link")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    pytoco.convert(MODEL, site.project / "out.mine", output_format="MINE")
    assert listing(site.project) == {"m.data": b"more", "out.mine": b"sound"}


def test_a_pipe_is_written_directly(site: Site) -> None:
    install(site, writer("with open(destination, 'wb') as file:\n    file.write(b'sound')\nreturn WriteReport(size=5)"))
    pipe = site.project / "out.mine"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        pytoco.convert(MODEL, pipe, output_format="MINE")
        assert os.read(reader, 100) == b"sound"
    finally:
        os.close(reader)
    assert list(site.project.iterdir()) == [pipe]


# targets --------------------------------------------------------------------------------------------------------------

TARGETS = {
    "raises": ("lambda: 1 / 0", "failed: ZeroDivisionError"),
    "is none": ("lambda: 'mine'", "is 'mine', not a Target"),
    "is a class": ("lambda: Mine", "is <class 'module_of_faulty_dist.Mine'>, not a Target"),
}


@pytest.mark.parametrize("fault", TARGETS)
def test_a_target_that_cannot_be_had_stops_the_conversion(site: Site, fault: str) -> None:
    target, said = TARGETS[fault]
    install(site, writer(SOUND, target=target))
    with pytest.raises(PluginError) as caught:
        pytoco.convert(MODEL, site.project / "out.mine", output_format="MINE")
    assert f"target of backend 'mine' of {NAME} {said}" in str(caught.value)


ASKS = """
class Asks(Pass):
    name, stage, roots = "asks", "clean-up", ("Cos",)

    def match(self, op, look):
        target = self.context.target
        assert isinstance(target, Mine) and isinstance(target, Target)
        assert (target.name, target.more, target.hybrid("Cos")) == ("mine", 7, None)
        return target.can_fuse(op.kind, "RELU")

@hookimpl
def register_passes():
    yield Asks
"""


def test_a_method_of_a_target_that_raises_is_named(site: Site) -> None:
    methods = "more = 7\ndef can_fuse(self, kind, activation):\n    raise KeyError(kind)"
    install(site, writer(SOUND, methods=methods) + ASKS)
    summary = pytoco.convert(MODEL, site.project / "out.mine", output_format="MINE").summary
    (warning,) = summary.warnings
    assert f"pass 'asks' of {NAME} failed at 'y'" in warning
    assert f"target of backend 'mine' of {NAME}: can_fuse failed: KeyError: 'Cos'" in warning


def test_a_target_that_does_right_is_asked_as_it_is(site: Site) -> None:
    methods = "more = 7\ndef can_fuse(self, kind, activation):\n    return None"
    install(site, writer(SOUND, methods=methods) + ASKS)
    assert pytoco.convert(MODEL, site.project / "out.mine", output_format="MINE").summary.warnings == []


def test_a_broken_plugin_costs_a_backend_only_where_it_is_wanted(site: Site) -> None:
    install(site, writer(SOUND) + "1 / 0\n")
    with pytest.warns(PluginWarning, match="plugin 'faulty' .of faulty-dist 2.5. is left out: ZeroDivisionError"):
        assert bytes(pytoco.convert(MODEL).data or b"") == without_plugins()


INSPECTS = """
def inspect(path, options=None):
    {}

@hookimpl
def register_{kind}s():
    yield {cls}("mine", "", formats=("MINE",), {more}, inspect=inspect)
"""


@pytest.mark.filterwarnings("always::pytoco.compiler.plugins.records.PluginWarning")
def test_an_inspecting_backend_that_raises_does_not_stop_the_others(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(site.project)
    more = "suffix='.mine', pipeline='mine', target=Target, write='m:f'"
    install(site, INSPECTS.format("1 / 0", kind="backend", cls="Backend", more=more))
    (site.project / "m.what").write_bytes(b"nothing known")
    assert run(["inspect", "m.what"]) == InvalidModelError.exit_code
    shown = capsys.readouterr()
    assert "no frontend reads m.what" in shown.err
    assert f"{NAME} is left out: backend 'mine' of {NAME} failed: ZeroDivisionError" in shown.err


def test_an_inspecting_frontend_that_raises_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(site.project)
    more = "sniff=lambda path, head: head == b'mine', load='m:f'"
    install(site, INSPECTS.format("1 / 0", kind="frontend", cls="Frontend", more=more))
    (site.project / "m.mine").write_bytes(b"mine")
    assert run(["inspect", "m.mine"]) == 6
    assert f"error: frontend 'mine' of {NAME} failed: ZeroDivisionError" in capsys.readouterr().err


# ops ------------------------------------------------------------------------------------------------------------------


def test_an_op_that_cannot_be_had_takes_its_plugin_along(site: Site) -> None:
    install(site, "@hookimpl\ndef register_ops():\n    yield OpRef('gone:Mine', kind='Mine')\n")
    with pytest.warns(PluginWarning, match="plugin 'faulty' .of faulty-dist 2.5. is left out: cannot load 'gone:Mine'"):
        result = pytoco.convert(MODEL)
    assert bytes(result.data or b"") == without_plugins()
    assert [text for text in result.summary.warnings if NAME in text]
