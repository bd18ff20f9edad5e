"""Those who watch the conversions of a session: some are taken back with the model, others let it begin anew."""

from pathlib import Path
from typing import Any

import pytoco
from pytoco.compiler.debug.watch import Session
from pytoco.compiler.plugins import Observer
from tests.debug.watching import Project, loosening


class Counting(Observer):
    """Counts the rewrites it hears of."""

    def __init__(self) -> None:
        self.count = 0

    def after_rewrite(self, model: Any, pass_name: str, op: Any, number: int, events: Any) -> None:
        self.count += 1


class Patient(Counting):
    """One that can be taken back."""

    def mark(self) -> int:
        return self.count

    def rewind(self, mark: int) -> None:
        self.count = mark


def test_observers_that_cannot_be_taken_back_begin_at_the_beginning(project: Project) -> None:
    project.write(loosening("r1"))
    observer = Patient()
    project.session = Session(project.options, project.model, observers=[observer])
    step = project.session.run()
    assert step.result is not None
    assert observer.count == sum(step.result.summary.passes.values())
    step = project.hold(project.step(loosening("r1", "r2")))
    assert step.stage == "pointwise"
    assert step.result is not None
    assert observer.count == sum(step.result.summary.passes.values())
    project.session = Session(project.options, project.model, observers=[Counting()])
    project.session.run()
    step = project.hold(project.step(loosening("r3")))
    assert step.stage == ""
    assert step.reason == "pass 'loosen' of p.py changed; not only from there, as Counting cannot be taken back"


def test_the_numeric_check_and_drawings_are_made_anew(tmp_path: Path) -> None:
    (tmp_path / "dots").mkdir()
    project = Project(tmp_path, check="random", dump_graphviz_dir=str(tmp_path / "dots"))
    project.write(loosening("r1"))
    project.session.run()
    step = project.hold(project.step(loosening("r2")))
    assert step.stage == ""
    assert step.reason is not None
    assert step.reason.endswith("cannot be taken back")
    assert step.result is not None
    assert step.result.summary.check is not None
    assert step.result.summary.check.rewrites == sum(step.result.summary.passes.values())


def test_a_recording_around_a_session_is_that_of_its_last_conversion(project: Project) -> None:
    with pytoco.record() as journal:
        project.session.run()
        project.step(loosening("r2"))
        assert [r.where for r in journal.rewrites if r.pass_name == "loosen"] == ["r2"]
        count = len(journal.rewrites)
        project.step(loosening("r2", comment="# x\n"))
        assert len(journal.rewrites) == count


def test_values_beside_the_journal_follow(tmp_path: Path) -> None:
    project = Project(tmp_path, journal_values=True)
    project.write(loosening("r1"))
    project.session.run()
    for text in (loosening("r2", stage="general"), loosening("r0")):
        project.hold(project.step(text))
        ours, theirs = (folder / "m.journal.values" for folder in (tmp_path, tmp_path / "fresh"))
        assert ours.read_bytes() == theirs.read_bytes()
