"""Goes through a journal: the model as it was after any rewrite, made from a keyframe and the events since."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...errors import InvalidModelError, UsageError
from ...ir.events import Event
from ...ir.items import Array, Op, assign
from ...ir.model import Model
from .decoding import Decoder

if TYPE_CHECKING:
    from ...ir import Graph
    from .reading import Journal

FAR = 400
"""Rewrites over which it is quicker to begin at a keyframe than to go there one by one."""


class Replay:
    """A model that is taken through the rewrites of a journal.

    `model` is a real one, `at` the number of the rewrite after which it is shown (0: as imported). Large constants are
    `Stored` values, which can be computed while the source file, or the file of values, is where it was. `forward` and
    `back` keep the model and its items; `seek` may make another model, from the nearest keyframe.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.at = 0
        self.model = Model()
        lines = journal.lines
        self._frames = {line["frame"]: i for i, line in enumerate(lines) if "frame" in line}
        self._places = [i for i, line in enumerate(lines) if "n" in line]
        if 0 not in self._frames:
            raise UsageError("the journal has no model: the conversion failed before there was one")
        self._decoder: Decoder
        self._done: list[list[Callable[[], None]]] = []  # how to take back each step made since the keyframe
        self._ending: list[Callable[[], None]] = []  # how to take back what `finish` made
        self._base = 0
        self._load(0)

    def __len__(self) -> int:
        return len(self._places)

    @property
    def graph(self) -> Graph:
        """The main graph."""
        return self.model.main

    def item(self, number: int) -> Array | Op | None:
        """The operator or array of that id, as far as it was met; it need not be in a graph at present."""
        return self._decoder.items.get(number)

    def seek(self, number: int) -> Model:
        """Go to the moment after rewrite `number`; raises UsageError when there is no such rewrite."""
        if not 0 <= number <= len(self):
            raise UsageError(f"there is no rewrite {number}", hint=f"the journal has 0 (as imported) to {len(self)}")
        self._unfinish()
        frame = max(n for n in self._frames if n <= number)
        if number < self._base or (frame > self.at and number - self.at > FAR):
            self._load(frame)
        while self.at < number:
            self.forward()
        while self.at > number:
            self.back()
        return self.model

    def forward(self) -> list[Event]:
        """Make the next rewrite and return its events, with the arrays that came and went."""
        if self.at >= len(self):
            raise UsageError(f"rewrite {self.at} is the last one")
        lines = self.journal.lines
        start = self._frames[0] if not self.at else self._places[self.at - 1]
        undo: list[Callable[[], None]] = []
        made: list[Event] = []
        try:
            for line in lines[start + 1 : self._places[self.at] + 1]:
                if "renumber" in line:
                    undo += [_renumber(self._decoder.graphs[index]) for index in line["renumber"]]
                elif "graphs" in line and "frame" not in line:
                    for name in line["graphs"]:
                        self._decoder.graphs.append(self.model.graph(name))
                elif "events" in line:
                    for record in line["events"]:
                        event = self._decoder.event(record)
                        event = event[1].redo(event)
                        made.append(event)
                        undo.append(_undoing(event))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise InvalidModelError(f"rewrite {self.at + 1} of the journal cannot be made: {error!r}") from error
        self._done.append(undo)
        self.at += 1
        return made

    def back(self) -> None:
        """Take the last rewrite back."""
        if not self.at:
            raise UsageError("the model is as it was imported")
        self._unfinish()
        if not self._done:
            number = self.at - 1
            self._load(max(n for n in self._frames if n <= number))
            while self.at < number:
                self.forward()
            return
        for undo in reversed(self._done.pop()):
            undo()
        self.at -= 1

    def finish(self) -> Model:
        """The model as the backend got it: after the last rewrite, in the final order."""
        self.seek(len(self))
        start = self._places[-1] if self._places else self._frames[0]
        for line in self.journal.lines[start + 1 :]:
            self._ending += [_renumber(self._decoder.graphs[index]) for index in line.get("renumber", ())]
        return self.model

    def _unfinish(self) -> None:
        while self._ending:
            self._ending.pop()()

    def _load(self, frame: int) -> None:
        line = self.journal.lines[self._frames[frame]]
        self.model = Model()
        try:
            self._decoder = Decoder(self.model, self.journal)
            self._decoder.frame(line)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise InvalidModelError(f"keyframe {frame} of the journal is damaged: {error!r}") from error
        self.at = self._base = frame
        self._done = []


def _undoing(event: Event) -> Callable[[], None]:
    graph: Graph = event[1]
    return lambda: graph.undo(event)


def _renumber(graph: Graph) -> Callable[[], None]:
    before = [(op, op.rank) for op in graph.ops()]
    graph.renumber()

    def undo() -> None:
        for op, rank in before:
            assign(op, "rank", rank)
        graph._order = None

    return undo
