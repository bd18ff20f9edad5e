"""The SavedModels of tests/data/saved_models, and copies of them that a test may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pytoco.frontends.graphdef import protos

DATA = Path(__file__).resolve().parents[2] / "data" / "saved_models"
FUNCTIONS = DATA / "functions"
"""TensorFlow 2: signatures encode, decode and look_up."""
GRAPHS = DATA / "graphs"
"""TensorFlow 1: graphs tagged serve, serve and other, bare."""


def results(model: Path) -> Any:
    """What TensorFlow computed, by name."""
    return np.load(model / "results.npz")


def copied(model: Path, place: Path, change: Callable[[Any], object] | None = None) -> Path:
    """A copy of `model` in the folder `place`, its SavedModel message changed."""
    copy = place / "model"
    shutil.copytree(model, copy)
    if change is not None:
        message = read(copy)
        change(message)
        (copy / "saved_model.pb").write_bytes(message.SerializeToString())
    return copy


def renamed(message: Any, old: str, new: str) -> None:
    """Give a node of the first graph another name wherever it is named."""
    graph = message.meta_graphs[0]
    for node in graph.graph_def.node:
        node.name = new if node.name == old else node.name
        node.input[:] = [new if text == old else text for text in node.input]
    for signature in graph.signature_def.values():
        for info in (*signature.inputs.values(), *signature.outputs.values()):
            info.name = f"{new}:0" if info.name == f"{old}:0" else info.name


def read(model: Path) -> Any:
    """The SavedModel message."""
    return protos.SavedModel.FromString((model / "saved_model.pb").read_bytes())
