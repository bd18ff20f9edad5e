"""The model: graphs, signatures and metadata, and the log of changes with its transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from ..errors import InternalError
from .events import Event, describe
from .graph import Graph
from .items import Signature
from .notebook import Notebook

Listener: TypeAlias = Callable[[list[Event]], None]
Hearer: TypeAlias = Callable[[dict[str, Any]], None]


CLOSED = -(1 << 40)
"""`Model.open` while nothing may change: transactions inside count from here and stay far below 0."""


class Model(Notebook):
    """One or more graphs (`main`, and bodies of control flow), the signatures over them, and free metadata.

    Ids, the event log and transactions belong to the model. `open` counts the transactions around the present moment;
    outside of one every mutation commits at once. Below 0 the model is closed: every mutation is refused.
    """

    __slots__ = ("_last_id", "files", "graphs", "hearers", "listeners", "log", "metadata", "open", "signatures")

    def __init__(self) -> None:
        self.graphs: dict[str, Graph] = {}
        self.signatures: tuple[Signature, ...] = ()
        self.metadata: dict[str, Any] = {}
        self.listeners: list[Listener] = []
        self.hearers: list[Hearer] = []
        self.files: list[tuple[str, memoryview]] = []  # what constants may be views of, by path
        self.log: list[Event] = []
        self.open = 0
        self._last_id = 0

    @property
    def main(self) -> Graph:
        """The graph that a conversion starts from."""
        return self.graphs["main"]

    def graph(self, name: str = "main") -> Graph:
        """A new, empty graph of that name; raises InternalError when there is one."""
        if name in self.graphs:
            raise InternalError(f"the model has a graph {name!r} already")
        self.graphs[name] = made = Graph(self, name)
        return made

    def new_id(self) -> int:
        """The next id; ids are never reused."""
        self._last_id += 1
        return self._last_id

    def note(self, fact: dict[str, Any]) -> None:
        """Tell those who record the conversion what was found out about the model: a JSON object with one main key."""
        for hear in self.hearers:
            hear(fact)

    # Transactions ---------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens whole or, when it raises, not at all. May be nested."""
        mark = self.begin()
        try:
            yield
        except BaseException:
            self.rollback(mark)
            raise
        finally:
            self.open -= 1
        if not self.open:
            self.flush()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nothing inside may change the model: a mutator that tries is undone and raises InternalError."""
        was, self.open = self.open, CLOSED
        try:
            yield
        finally:
            self.open = was

    def settle(self, event: Event) -> None:
        """What follows `event`, the newest, outside of a transaction: it commits at once.

        In a closed model it is taken back. Raises InternalError then.
        """
        if self.open == 0:
            self.flush()
            return
        self.log.pop()
        event[1].undo(event)
        raise InternalError(
            f"nothing may change the graph now: {describe(event)}",
            hint="only `rewrite` of a pass, or `run` of one over the whole graph, may use the mutators",
        )

    def begin(self) -> int:
        """Open a transaction and return the mark to roll back to; the caller lowers `open` again.

        For the driver's inner loop, where a context manager per attempt would cost more than the attempt.
        """
        self.open += 1
        return len(self.log)

    def rollback(self, mark: int) -> None:
        """Undo every event since `mark`, newest first."""
        log = self.log
        while len(log) > mark:
            event = log.pop()
            event[1].undo(event)

    def flush(self) -> None:
        """Commit: hand the logged events to the listeners and forget them."""
        if self.listeners and self.log:
            events = list(self.log)
            self.log.clear()
            for listener in self.listeners:
                listener(events)
        else:
            self.log.clear()
