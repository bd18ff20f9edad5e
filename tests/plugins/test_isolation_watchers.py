"""Observers and commands of plugins that go wrong are named with their plugin."""

import subprocess
import sys
from typing import Any

import pytest

from pytoco.compiler.cli.dispatch import run
from pytoco.compiler.errors import CheckError, PluginError, PytocoError, UsageError
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import Site
from .faulty import MODEL, NAME, convert, install, without_plugins

METHODS = {
    "on_import": "model",
    "on_stage": "stage, passes",
    "after_rewrite": "model, pass_name, op, number, events",
    "on_finish": "model",
    "on_export": "model, report",
    "on_result": "result",
}

OBSERVER = """
from pytoco.compiler.errors import CheckError

class Watcher(Observer):
    def {}(self, {}):
        {}

@hookimpl
def register_observers(options):
    yield Watcher()
"""

TOUCH = """
class Touch(Pass):
    name, stage, roots = "touch", "general", ("Exp",)

    def match(self, op, look):
        return "touched" not in op.origin

    def rewrite(self, op, found, graph):
        graph.update(op, origin=(*op.origin, "touched"))

@hookimpl
def register_passes():
    yield Touch
"""


REFUSES = """
class Refuses(Pass):
    name, stage, roots = "refuses", "general", ("Exp",)

    def match(self, op, look):
        return True

    def rewrite(self, op, found, graph):
        raise UsageError("not this one")

@hookimpl
def register_passes():
    yield Refuses
"""


@pytest.mark.parametrize("method", METHODS)
def test_an_observer_that_fails_is_dropped_and_named(site: Site, method: str) -> None:
    install(site, OBSERVER.format(method, METHODS[method], "raise KeyError('lost')") + TOUCH)
    result = convert()
    assert bytes(result.data) == without_plugins()
    assert result.summary.warnings == [f"observer Watcher of {NAME} failed and was dropped: KeyError: 'lost'"]
    with pytest.raises(PluginError) as caught:
        convert(strict=True)
    assert f"observer Watcher of {NAME} failed: KeyError: 'lost'" in str(caught.value)


def test_an_observer_cannot_end_the_conversion_by_leaving(site: Site) -> None:
    install(site, OBSERVER.format("on_finish", "model", "sys.exit(0)"))
    result = convert()
    assert bytes(result.data) == without_plugins()
    assert result.summary.warnings == [f"observer Watcher of {NAME} failed and was dropped: SystemExit: 0"]


@pytest.mark.parametrize("method", ["on_import", "on_stage", "after_rewrite", "on_finish"])
def test_an_observer_cannot_change_the_model(site: Site, method: str) -> None:
    body = "self.model.main.retarget(outputs=())"
    if method == "on_import":
        body = body.replace("self.", "")
    keep = "" if method == "on_import" else "\n\n    def on_import(self, model):\n        self.model = model\n"
    install(site, OBSERVER.format(method, METHODS[method], body + keep) + TOUCH)
    result = convert()
    assert bytes(result.data) == without_plugins()
    (warning,) = result.summary.warnings
    assert f"observer Watcher of {NAME} failed and was dropped: InternalError: nothing may change the graph" in warning


@pytest.mark.parametrize(
    ("error", "kind"), [("UsageError('no such array')", UsageError), ("CheckError('x')", CheckError)]
)
def test_errors_of_pytocos_own_types_keep_them(site: Site, error: str, kind: type[PytocoError]) -> None:
    install(site, OBSERVER.format("on_finish", "model", f"raise {error}"))
    with pytest.raises(kind) as caught:
        convert(strict=True)
    assert str(caught.value).startswith(f"observer Watcher of {NAME}: ")


def test_an_observer_does_not_hide_the_error_that_it_is_told(site: Site) -> None:
    install(site, OBSERVER.format("on_error", "error", "1 / 0") + REFUSES)
    with (
        pytest.warns(PluginWarning, match=r"observer Watcher of plugin 'faulty' \(of faulty-dist 2\.5\) failed: Zero"),
        pytest.raises(UsageError, match="not this one"),
    ):
        convert()


# commands -------------------------------------------------------------------------------------------------------------

COMMAND = """
def run(arguments):
    {}

def arguments(parser):
    {}

@hookimpl
def register_commands():
    yield Command("sing", "sing a song", run=run, add_arguments=arguments)
"""

COMMANDS: dict[str, tuple[str, str, int, str]] = {
    "raises": ("raise KeyError('lost')", "pass", 6, "failed: KeyError: 'lost'"),
    "recurses": ("return run(arguments)", "pass", 6, "failed: RecursionError"),
    "cannot read": ("open('/no/such/file')", "pass", 5, ": FileNotFoundError:"),
    "gives a text": ("return 'done'", "pass", 6, "gave 'done', not an exit status"),
    "gives nothing": ("pass", "pass", 6, "gave None, not an exit status"),
    "has wrong arguments": ("return 0", "parser.add_argument('-x', nope=1)", 6, "failed: TypeError"),
    "refuses": ("raise UsageError('not on Sundays')", "pass", 2, ": not on Sundays"),
    "is at fault": ("raise InternalError('oops')", "pass", 70, ": oops"),
}


@pytest.mark.parametrize("fault", COMMANDS)
def test_a_command_that_fails_is_named_without_a_traceback(
    site: Site, fault: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body, arguments, status, said = COMMANDS[fault]
    monkeypatch.chdir(site.project)
    install(site, "from pytoco.compiler.errors import InternalError\n" + COMMAND.format(body, arguments))
    assert run(["sing"]) == status
    error = capsys.readouterr().err
    assert f"command 'sing' of {NAME}{'' if said.startswith(':') else ' '}{said}" in error
    assert "Traceback" not in error


def test_debug_shows_the_traceback_of_a_command(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.project)
    install(site, COMMAND.format("raise KeyError('lost')", "pass"))
    assert run(["sing", "--debug"]) == 6
    assert "in run\n    raise KeyError('lost')" in capsys.readouterr().err


@pytest.mark.parametrize(("body", "status"), [("return 9", 9), ("sys.exit(9)", 9), ("return arguments.debug", 7)])
def test_a_command_ends_as_it_wants(site: Site, monkeypatch: pytest.MonkeyPatch, body: str, status: int) -> None:
    monkeypatch.chdir(site.project)
    own = "parser.add_argument('--debug', type=int, default=7)"
    install(site, COMMAND.format(body, own))
    assert run(["sing"]) == status


def test_a_failing_pass_is_shown_by_the_command_line(site: Site) -> None:
    install(site, TOUCH.replace('return "touched" not in op.origin', "return op.nothing"))
    (site.project / "m.pb").write_bytes(MODEL)
    code = f"import sys; sys.path.insert(0, {str(site.folder)!r}); from pytoco.compiler.cli.dispatch import run; "
    for more, status in (("", 0), (", '--strict'", 70)):
        done: Any = subprocess.run(
            [sys.executable, "-c", code + f"sys.exit(run(['convert', 'm.pb', '-o', 'm.tflite'{more}]))"],
            cwd=site.project, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        assert f"pass 'touch' of {NAME} failed" in done.stderr + done.stdout
        assert "Traceback" not in done.stderr
