"""The files that a session follows: plugins, what they import, settings and the model; broken and missing ones."""

import os
from pathlib import Path

import pytest

from pytoco.compiler.errors import FileError, PluginError, UsageError
from tests.debug.models import blocks
from tests.debug.watching import HEADER, Project, loosening


def test_code_is_executed_anew_within_one_second_and_one_size(project: Project) -> None:
    project.session.run()
    os.utime(project.folder / "p.py", ns=(10**18, 10**18))
    project.session.step()
    for number in (2, 3, 0, 1):
        project.write(loosening(f"r{number}"))
        os.utime(project.folder / "p.py", ns=(10**18 + number, 10**18 + number))
        step = project.hold(project.session.step())
        assert step.changes is not None
        assert step.changes.divergence is not None
        assert step.changes.divergence.after == ("loosen", f"r{number}")


BROKEN = {
    "syntax": ("def :\n", "SyntaxError", 1),
    "import": ("\nimport nothing_of_this_name\n", "nothing_of_this_name", 2),
    "raises": ("x = 1\n\nx / 0\n", "ZeroDivisionError", 3),
    "no hook": ("\n", "implements no hook", None),
    "leaves": ("import sys\nsys.exit(3)\n", "SystemExit: 3", 2),
    "stage": (loosening("r1", stage="nowhere"), "stage 'nowhere'", None),
    "yields": (HEADER + "\n@hookimpl\ndef register_passes():\n    yield 1\n", "not PassRef", None),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_one_message_and_the_result_stays(project: Project, fault: str) -> None:
    text, words, line = BROKEN[fault]
    good = project.session.run().result
    result, journal = ((project.folder / name).read_bytes() for name in ("m.tflite", "m.journal"))
    step = project.step(text)
    assert isinstance(step.error, PluginError)
    assert words in str(step.error)
    assert "\n" not in str(step.error)
    assert step.places.get("") == (None if line is None else f"p.py, line {line}")
    assert step.result is good
    assert not step.is_same
    assert (project.folder / "m.tflite").read_bytes() == result
    assert (project.folder / "m.journal").read_bytes() == journal
    assert project.step(loosening("r1")).reason is None  # what it was before
    project.hold(project.step(loosening("r2")))


def test_a_file_that_is_broken_at_first_is_waited_for(project: Project) -> None:
    project.write("def :\n")
    step = project.session.run()
    assert isinstance(step.error, PluginError)
    assert step.result is None
    assert not (project.folder / "m.tflite").exists()
    step = project.hold(project.step(loosening("r1")))
    assert (step.stage, step.changes) == ("", None)


def test_a_file_that_goes_and_comes_back(project: Project) -> None:
    project.session.run()
    (project.folder / "p.py").unlink()
    assert project.session.changed() == [project.folder / "p.py"]
    step = project.session.step()
    assert isinstance(step.error, FileError)
    assert project.session.changed() == []
    assert project.folder / "p.py" in project.session.watched
    project.write(loosening("r3"), "new.py").rename(project.folder / "p.py")  # as editors save
    assert project.session.changed() == [project.folder / "p.py"]
    step = project.hold(project.session.step())
    assert step.stage == "pointwise"


def test_a_changed_model_is_converted_from_the_beginning(project: Project) -> None:
    project.session.run()
    project.model.write_bytes(blocks(3))
    step = project.hold(project.session.step())
    assert (step.stage, step.reason) == ("", "the model changed")
    assert step.changes is not None
    assert step.changes.operators == {"CONV_2D": (4, 3)}
    assert step.changes.difference is None  # what the constants of the old one were cannot be known any more
    step = project.hold(project.step(loosening("r0")))
    assert step.stage == "pointwise"
    project.model.unlink()
    assert isinstance(project.session.step().error, FileError)


def test_settings_that_change(tmp_path: Path) -> None:
    project = Project(tmp_path, switches=(), plugins_file=str(tmp_path / "mine.toml"))
    project.write(loosening("r1"), "a.py")
    project.write('[plugins]\npaths = ["a.py"]\n', "mine.toml")
    project.hold(project.session.run())
    step = project.hold(project.step('[plugins]\npaths = ["a.py"]\n[passes.loosen]\nenabled = false\n', "mine.toml"))
    assert (step.stage, step.reason) == ("pointwise", "pass 'loosen' of a.py is gone from here")
    step = project.hold(project.step('[plugins]\npaths = ["a.py"]\n[passes.loosen]\nstage = "fusion"\n', "mine.toml"))
    assert (step.stage, step.reason) == ("fusion", "pass 'loosen' of a.py is new here")
    step = project.step("[plugins\n", "mine.toml")
    assert isinstance(step.error, UsageError)
    assert "mine.toml is not valid TOML" in str(step.error)
    step = project.hold(project.step("[passes.fuse-activation-functions]\nenabled = false\n", "mine.toml"))
    assert (step.stage, step.reason) == ("fusion", "pass 'fuse-activation-functions' is gone from here")
    project.write(loosening("r2"), "a.py")
    assert project.session.changed() == []  # no setting names it any more
    step = project.hold(project.step('[plugins]\npaths = ["a.py"]\n', "mine.toml"))
    assert step.stage == "pointwise"
    step = project.step("def :\n", "a.py")  # a conversion from scratch would leave it out, with a warning
    assert isinstance(step.error, PluginError)
    project.hold(project.step(loosening("r0"), "a.py"))


def test_a_folder_of_plugins_and_a_projects_own_settings(tmp_path: Path) -> None:
    (tmp_path / "passes").mkdir()
    project = Project(tmp_path, switches=(), plugins_file=str(tmp_path / "mine.toml"))
    project.write('[plugins]\npaths = ["passes"]\n', "mine.toml")
    project.hold(project.session.run())
    (tmp_path / "passes" / ".#a.py").symlink_to("somebody@somewhere")  # as an editor locks what it has open
    assert project.session.changed() == []
    step = project.hold(project.step(loosening("r1"), "passes/a.py"))
    assert step.stage == "pointwise"
    step = project.hold(project.step(loosening("r2", name="other").replace("Loosen", "Other"), "passes/b.py"))
    assert step.reason == "pass 'other' of b.py is new here"
    (project.folder / "passes" / "a.py").unlink()
    step = project.hold(project.session.step())
    assert step.reason == "pass 'loosen' of a.py is gone from here"
    step = project.step(
        "[passes.other]\nenabled = false\n", "plugins.toml"
    )  # found from the folder that was started in
    assert (step.error, step.reason) == (None, "pass 'other' of b.py is gone from here")


def test_modules_that_a_plugin_imports(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(project.folder))
    text = loosening("r1").replace("['r1']", "helper_of_loosen.NAMES")
    project.write("NAMES = ['r1']\n", "helper_of_loosen.py")
    project.write(f"import helper_of_loosen\n{text}")
    project.session.run()
    assert project.folder / "helper_of_loosen.py" in project.session.watched
    step = project.hold(project.step("NAMES = ['r2']\n", "helper_of_loosen.py"))
    assert (step.stage, step.reason) == ("pointwise", "pass 'loosen' of p.py changed")
    assert step.changes is not None
    assert step.changes.divergence is not None
    assert step.changes.divergence.after == ("loosen", "r2")
    step = project.step("NAMES = [\n", "helper_of_loosen.py")
    assert step.places == {"": "helper_of_loosen.py, line 1"}
    project.hold(project.step("NAMES = []\n", "helper_of_loosen.py"))


OPERATOR = """
from pytoco.compiler.ops.base import OpDef

class Scaled(OpDef):
    kind, operands = "ScaledOfATest", ("input",)
    FACTOR = {factor}

@hookimpl
def register_ops():
    yield Scaled
"""


def test_an_operator_that_changes_means_from_the_beginning(project: Project) -> None:
    project.write(loosening("r1") + OPERATOR.format(factor=2))
    project.session.run()
    step = project.hold(project.step(loosening("r1") + OPERATOR.format(factor=3)))
    assert (step.stage, step.reason) == ("", "the definition of an operator changed")
    step = project.hold(project.step(loosening("r1")))
    assert (step.stage, step.reason) == ("", "the definition of an operator changed")
    step = project.hold(project.step(loosening("r2")))
    assert step.stage == "pointwise"
