"""A project whose plugins change, with a session that follows it and conversions from scratch to hold that against."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

from pytoco.compiler.convert import Result, convert_model
from pytoco.compiler.debug.journal import Journal
from pytoco.compiler.debug.watch import Session, Step
from pytoco.compiler.errors import PytocoError
from pytoco.compiler.options import Options
from tests.debug.models import blocks

HEADER = """
from pytoco.compiler.driver import GraphPass, Pass
from pytoco.compiler.plugins import hookimpl
"""

LOOSEN = """
class {cls}(Pass):
    name, stage, roots = "{name}", "{stage}", ("Relu6",)

    def match(self, op, look):
        return op.name in {names} or None

    def rewrite(self, op, found, graph):
        graph.remove(op)
        graph.emit("Relu", op.inputs, outputs=op.outputs)
"""
"""Makes Relu of the Relu6 of these names."""

REGISTER = """
@hookimpl
def register_passes():
    yield from [{classes}]
"""


def loosening(*names: str, stage: str = "pointwise", name: str = "loosen", comment: str = "") -> str:
    """A plugin file with one pass, which turns the Relu6 of these names into Relu."""
    made = LOOSEN.format(cls="Loosen", name=name, stage=stage, names=list(names))
    return f"{comment}{HEADER}{made}{REGISTER.format(classes='Loosen')}"


FIELDS = (
    *("ops_before", "ops_after", "operators", "passes", "bytes_in", "bytes_out", "min_runtime", "inputs", "outputs"),
    *("warnings", "notes", "remarks", "float_operators"),
)


class Project:
    """A folder with `m.pb`, plugin files, and what is made of them: `m.tflite` and `m.journal`."""

    def __init__(self, folder: Path, *, count: int = 4, switches: tuple[str, ...] = ("p.py",), **options: Any) -> None:
        self.folder = folder
        self.model = folder / "m.pb"
        self.model.write_bytes(blocks(count))
        self.options = Options(
            graph_def_file=str(self.model),
            output_file=str(folder / "m.tflite"),
            plugin_switches=tuple(s if s.startswith("no:") else str(folder / s) for s in switches),
            **{"journal": str(folder / "m.journal"), **options},
        )
        self.session = Session(self.options, self.model, start=folder)

    def write(self, text: str, name: str | Path = "p.py") -> Path:
        path = self.folder / name
        path.write_text(dedent(text))
        return path

    def step(self, text: str | None = None, name: str | Path = "p.py") -> Step:
        """Save a file, and what the session makes of that."""
        if text is not None:
            self.write(text, name)
        assert text is None or self.session.changed()
        return self.session.step()

    def fresh(self) -> Result:
        """A conversion from scratch, into files of its own."""
        other = self.folder / "fresh"
        other.mkdir(exist_ok=True)
        given: dict[str, Any] = {"output_file": str(other / "m.tflite")}
        if self.options.journal is not None:
            given["journal"] = str(other / "m.journal")
        return convert_model(replace(self.options, **given), self.model)

    def failure(self) -> PytocoError | None:
        """How a conversion from scratch fails; None when it does not."""
        try:
            self.fresh()
        except PytocoError as error:
            return error
        return None

    def hold(self, step: Step) -> Step:
        """Result, summary and journal of a step are those of a conversion from scratch."""
        assert step.error is None, str(step.error)
        assert step.result is not None
        expected = self.fresh().summary
        assert {f: getattr(step.result.summary, f) for f in FIELDS} == {f: getattr(expected, f) for f in FIELDS}
        assert (self.folder / "m.tflite").read_bytes() == (self.folder / "fresh" / "m.tflite").read_bytes()
        self.hold_journal()
        return step

    def hold_journal(self) -> None:
        """The journal, if there is one, is that of the conversion from scratch that was made last."""
        ours, theirs = (folder / "m.journal" for folder in (self.folder, self.folder / "fresh"))
        assert ours.exists() == theirs.exists()
        if ours.exists():
            assert lines(ours) == lines(theirs)


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a journal, but for the times, and for the names of the files that were written."""
    found = []
    for line in Journal.open(path).lines:
        kept = {key: value for key, value in line.items() if key not in ("t", "end")}
        if "options" in kept:
            kept["options"] = {k: v for k, v in kept["options"].items() if k not in ("output_file", "journal")}
        if "export" in kept:
            kept["export"] = {k: v for k, v in kept["export"].items() if k != "path"}
        if "error" in kept:
            kept["error"] = re.sub(r" at 0x[0-9a-f]+", "", kept["error"])
        found.append(kept)
    return found
