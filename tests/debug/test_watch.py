"""A session goes on from where a change begins, tells what became of it, and survives what passes do."""

import shutil
from pathlib import Path

import pytest

import pytoco
from pytoco.compiler.debug.journal import Journal
from pytoco.compiler.debug.watch import Session
from pytoco.compiler.errors import FileError, NoFixedPoint, PassError
from pytoco.compiler.options import Options
from tests.debug.models import blocks
from tests.debug.watching import HEADER, LOOSEN, REGISTER, Project, loosening


def test_the_first_step_is_a_conversion(project: Project) -> None:
    step = project.hold(project.session.run())
    assert (step.number, step.changed, step.stage, step.changes) == (1, [], "", None)
    assert step.result is not None
    assert step.result.summary.passes["loosen"] == 1
    assert project.session.changed() == []
    assert project.session.watched == [project.folder / "p.py", project.model]


def test_a_step_goes_back_to_the_stage_of_the_pass_and_tells_what_changed(project: Project) -> None:
    project.session.run()
    step = project.hold(project.step(loosening("r0", "r1", "r3")))
    assert (step.number, step.stage, step.reason) == (2, "pointwise", "pass 'loosen' of p.py changed")
    assert step.changed == [project.folder / "p.py"]
    changes = step.changes
    assert changes is not None
    assert changes.passes == {"loosen": (1, 3)}
    assert changes.operators == {}
    assert not changes.is_none
    assert changes.divergence is not None
    assert changes.divergence.before == ("loosen", "r1")
    assert changes.divergence.after == ("loosen", "r0")
    assert changes.difference is not None
    (graph,) = changes.difference.graphs
    found = {row.after.name: [str(c) for c in row.changes] for row in graph.rows if row.status != "same" and row.after}
    assert found == {name: ['activation: "RELU6" -> "RELU"'] for name in ("r0", "r3")}


def test_the_stages_before_are_not_run_again(project: Project) -> None:
    project.session.run()
    journal = project.session.journal
    assert journal is not None
    before = list(journal.lines)
    project.step(loosening("r2"))
    journal = project.session.journal
    assert journal is not None
    begun = next(k for k, line in enumerate(journal.lines) if line.get("stage") == "pointwise")
    assert list(journal.lines[:begun]) == before[:begun]  # with their times
    assert begun > 10


def test_a_pass_that_moves_is_taken_out_where_it_was(project: Project) -> None:
    project.session.run()
    step = project.hold(project.step(loosening("r1", stage="fusion")))
    assert (step.stage, step.reason) == ("pointwise", "pass 'loosen' of p.py is gone from here")
    step = project.hold(project.step(loosening("r1", stage="general")))
    assert (step.stage, step.reason) == ("general", "pass 'loosen' of p.py is new here")
    step = project.hold(project.step(loosening("r1", stage="general", name="loosen-more")))
    assert (step.stage, step.reason) == ("general", "pass 'loosen-more' of p.py is new here")


def test_a_comment_is_no_change(project: Project) -> None:
    project.session.run()
    written = (project.folder / "m.tflite").stat().st_mtime_ns
    step = project.step(loosening("r1", comment="# why this is done\n"))
    assert (step.stage, step.reason, step.is_same, step.error) == (None, None, True, None)
    assert (project.folder / "m.tflite").stat().st_mtime_ns == written
    assert step.result is not None
    project.hold(step)


def test_other_code_with_the_same_result_is_no_change_of_the_result(project: Project) -> None:
    project.session.run()
    step = project.hold(project.step(loosening("r1", "nobody")))
    assert (step.stage, step.is_same) == ("pointwise", True)
    assert step.changes is not None
    assert step.changes.is_none


def test_a_pass_that_raises_is_undone_and_named_with_its_line(project: Project) -> None:
    project.session.run()
    bad = loosening("r1").replace("        graph.remove(op)\n", "        graph.remove(op)\n        graph.nonsense()\n")
    step = project.hold(project.step(bad))
    line = bad.split("\n").index("        graph.nonsense()") + 1
    assert step.places == {"loosen": f"p.py, line {line}"}
    assert step.changes is not None
    (warning,) = step.changes.new_warnings
    assert warning.startswith("pass 'loosen' ")
    assert " failed at 'r1' and was undone: AttributeError: " in warning
    step = project.hold(project.step(loosening("r1")))
    assert step.places == {}
    assert step.changes is not None
    assert len(step.changes.gone_warnings) == 1


def test_a_strict_conversion_that_fails_goes_on_from_the_stage_where_it_failed(tmp_path: Path) -> None:
    project = Project(tmp_path, strict=True)
    project.write(loosening("r1"))
    project.session.run()
    result = (project.folder / "m.tflite").read_bytes()
    bad = loosening("r1").replace("        graph.remove(op)\n", "        graph.remove(op)\n        1 / 0\n")
    step = project.step(bad)
    assert isinstance(step.error, PassError)
    assert step.places[""].startswith("p.py, line ")
    assert (project.folder / "m.tflite").read_bytes() == result
    with pytest.raises(PassError):
        project.fresh()
    project.hold_journal()
    step = project.step(f"# once more\n{bad}")
    assert (step.stage, step.reason) == ("pointwise", "the last step failed there")
    step = project.hold(project.step(loosening("r2")))
    assert step.stage == "pointwise"
    assert step.changes is not None
    assert step.changes.divergence is not None
    assert (step.changes.divergence.before, step.changes.divergence.after) == (("loosen", "r1"), ("loosen", "r2"))


ENDLESS = """
class There(Pass):
    name, stage, roots = "there", "pointwise", ("Relu6",)

    def match(self, op, look):
        return True

    def rewrite(self, op, found, graph):
        graph.remove(op)
        graph.emit("Relu", op.inputs, outputs=op.outputs)


class Back(There):
    name, roots = "back", ("Relu",)

    def rewrite(self, op, found, graph):
        graph.remove(op)
        graph.emit("Relu6", op.inputs, outputs=op.outputs)
"""


def test_rewrites_without_end_are_survived(project: Project) -> None:
    project.session.run()
    step = project.step(f"{HEADER}{ENDLESS}{REGISTER.format(classes='There, Back')}")
    assert isinstance(step.error, NoFixedPoint)
    assert "there" in str(step.error)
    step = project.hold(project.step(loosening("r1", "r2")))
    assert step.stage == "pointwise"


def test_without_files_results_are_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "p.py"
    path.write_text(loosening("r1"))
    session = Session(Options(plugin_switches=(str(path),)), blocks(2), start=tmp_path)
    first = session.run().result
    assert first is not None
    old = bytes(first.data or b"")
    path.write_text(loosening("r0"))
    second = session.step().result
    assert second is not None
    assert second.data == pytoco.compiler.convert.convert_model(session.options, blocks(2)).data != old
    assert first.summary.passes["loosen"] == 1
    assert isinstance(session.journal, Journal)


def test_a_result_that_cannot_be_written_can_be_tried_again(project: Project) -> None:
    project.session.run()
    (project.folder / "m.tflite").unlink()
    (project.folder / "m.tflite").mkdir()
    step = project.step(loosening("r2"))
    assert isinstance(step.error, FileError)
    shutil.rmtree(project.folder / "m.tflite")
    step = project.hold(project.session.step())
    assert step.stage == "pointwise"


def test_run_begins_anew_whatever_has_changed(project: Project) -> None:
    project.session.run()
    step = project.hold(project.session.run())
    assert step.stage == ""
    assert step.is_same


def test_only_passes_of_the_changed_file_count(tmp_path: Path) -> None:
    project = Project(tmp_path, switches=("p.py", "early.py"))
    project.write(loosening("r1"))
    project.write(_early("r0"), "early.py")
    project.hold(project.session.run())
    step = project.hold(project.step(loosening("r2")))
    assert step.stage == "pointwise"
    step = project.hold(project.step(_early("r3"), "early.py"))
    assert step.stage == "general"


def _early(name: str) -> str:
    made = LOOSEN.format(cls="Early", name="early", stage="general", names=[name])
    return f"{HEADER}{made}{REGISTER.format(classes='Early')}"


def test_what_no_event_tells_costs_a_conversion_from_the_beginning(project: Project) -> None:
    sly = "        object.__setattr__(op.outputs[0], 'minmax', MinMax(0.0, {most}))\n        graph.remove(op)\n"
    text = "from pytoco.compiler.ir import MinMax\n" + loosening("r1")
    project.write(text.replace("        graph.remove(op)\n", sly.format(most=6.0)))
    project.session.run()
    step = project.hold(project.step(text.replace("        graph.remove(op)\n", sly.format(most=5.0))))
    assert step.stage == ""
    assert step.reason is not None
    assert "no event says so" in step.reason
    step = project.hold(project.step(loosening("r1")))
    assert step.stage == ""
    assert project.hold(project.step(loosening("r2"))).stage == "pointwise"
