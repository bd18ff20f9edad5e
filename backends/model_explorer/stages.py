"""Keeps what a model looks like after import and after each stage, for the writer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...compiler.ir import Model, Op
from ...compiler.plugins import Observer
from .nodes import nodes_of

KEY = "model-explorer stages"
"""Where in the model's metadata the stages wait for the writer."""


class Frame(NamedTuple):
    """One graph at one moment: its id in the file, facts about it, and its nodes as JSON texts."""

    id: str
    facts: dict[str, str]
    nodes: list[str]

    def chunks(self) -> Iterator[bytes]:
        """The graph as JSON, a node a line."""
        head = json.dumps({"id": self.id, "groupNodeAttributes": {"": self.facts}})
        yield f'{head[:-1]}, "nodes": [\n'.encode()
        yield ",\n".join(self.nodes).encode()
        yield b"\n]}"


class Stages(Observer):
    """Takes a frame of every graph after import and after each stage, also those that changed nothing.

    Nodes that are the same in several frames are kept once.
    """

    def __init__(self) -> None:
        self._frames: list[Frame] = []
        self._number = 0
        self._known: dict[str, str] = {}
        self._stage = "import"
        self._rewrites = 0

    def on_import(self, model: Model) -> None:
        """Take the first frame."""
        self._model = model
        model.metadata[KEY] = self._frames

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """What is there is what the stage before has made."""
        self._take()
        self._stage = stage

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        """Count a rewrite of the present stage."""
        self._rewrites += 1

    def on_finish(self, model: Model) -> None:
        """Take the last frame."""
        self._take()

    def _take(self) -> None:
        title = f"{self._number:02d} {self._stage}"
        facts = {"stage": self._stage, "rewrites": str(self._rewrites)}
        if self._frames and not self._rewrites and len(self._model.graphs) == 1:
            last = self._frames[-1]
            self._frames.append(Frame(title, {**last.facts, **facts}, last.nodes))
        else:
            self._frames += frames_of(self._model, title, facts, self._known)
        self._number += 1
        self._rewrites = 0


def frames_of(model: Model, title: str, facts: dict[str, str], known: dict[str, str]) -> Iterator[Frame]:
    """A frame of every graph, the main one called `title`; equal nodes share one text of `known`."""
    ids = {name: title if name == "main" else f"{title} / {name}" for name in model.graphs}
    for name, graph in model.graphs.items():
        nodes = [known.setdefault(text, text) for text in nodes_of(graph, ids)]
        yield Frame(ids[name], {**facts, "operators": str(len(graph)), "arrays": str(len(graph.arrays()))}, nodes)
