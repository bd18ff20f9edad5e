"""The SavedModel frontend's driver: folder in, model out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...compiler.errors import PytocoError, UsageError
from ...compiler.flag_values import FlagShape
from ...compiler.ir.model import Model
from ..graphdef.functions import expand, reached
from ..graphdef.loader import import_program
from ..graphdef.names import canonical
from ..graphdef.options import ImportOptions
from ..graphdef.program import Entry, Program, distinct
from ..graphdef.scan import GraphFile
from .files import folder_of, graph_file, variables_prefix
from .meta_graph import MetaGraph, read_meta_graphs
from .signatures import Signature, check_arrays, choose_graph, choose_signatures, read_signature
from .tables import refuse_tables
from .variables import Freezer


class Opened(NamedTuple):
    """A SavedModel with the graph and the signatures of it that are to be converted; none where arrays say it all."""

    folder: Path
    graphs: list[MetaGraph]
    graph: MetaGraph
    signatures: list[Signature]
    data: memoryview
    file: Path


class Boundary(NamedTuple):
    """What a conversion starts from: `graph` is what to load, as for `SessionModel` of the plugin descriptors."""

    graph: Path
    input_arrays: tuple[str, ...]
    input_shapes: tuple[FlagShape | None, ...]
    output_arrays: tuple[str, ...]
    warnings: tuple[str, ...]


def load(source: Path | str, options: Mapping[str, Any] | None = None) -> Model:
    """The model of a SavedModel's signature, or with `all_signatures` of all of them, a graph each.

    Of the options (see ImportOptions, and compiler.options) also `saved_model_tag_set`, `saved_model_signature_key` and
    `verify_checksums` count. Raises FileError, InvalidModelError, UsageError or UnsupportedError, never anything else,
    for whatever the folder holds; reads nothing outside of it.
    """
    given = dict(options or {})
    imports = ImportOptions.of(given)
    opened = open_model(source, given)
    return import_program(program(opened, imports, verify=bool(given.get("verify_checksums"))), imports)


def open_model(source: Path | str, options: Mapping[str, Any]) -> Opened:
    """The graph and signatures that `options` choose, read as far as that takes. Raises as `load` does."""
    path = Path(source)
    folder = folder_of(path)
    file = graph_file(folder)
    graphs, data = read_meta_graphs(file)
    every = bool(options.get("all_signatures"))
    key = options.get("saved_model_signature_key")
    if every and key is not None:
        raise UsageError("--all_signatures and --saved_model_signature_key cannot be used together")
    graph = choose_graph(graphs, options.get("saved_model_tag_set"))
    keys = choose_signatures(graph, key, every=every, any_arrays=bool(options.get("output_arrays")))
    found = [read_signature(graph, key) for key in keys]
    nodes = {node.name: node for node in graph.graph().nodes}
    for signature in found:
        check_arrays(signature, nodes)
    return Opened(folder, graphs, graph, found, data, file)


def boundary(source: Path | str, options: Mapping[str, Any]) -> Boundary:
    """The arrays that a conversion of the signature has as inputs and outputs, with the inputs' shapes."""
    opened = open_model(source, options)
    signature = opened.signatures[0] if opened.signatures else None
    inputs = tuple(options.get("input_arrays") or (distinct(signature.pairs("inputs")) if signature else ()))
    outputs = tuple(options.get("output_arrays") or (distinct(signature.pairs("outputs")) if signature else ()))
    shapes = signature.shapes if signature else {}
    return Boundary(Path(source), inputs, tuple(shapes.get(name) for name in inputs), outputs, ())


def program(opened: Opened, options: ImportOptions, *, verify: bool = False) -> Program:
    """The entry points of the chosen signatures: functions expanded, variables frozen, each graph cut to its need."""
    entries = []
    files = [(str(opened.file.absolute()), opened.data)]
    warnings: list[str] = []
    freezer = Freezer(opened.graph, variables_prefix(opened.folder), verify=verify)
    for signature in opened.signatures or [Signature("", (), ())]:
        inputs = options.input_arrays or distinct(signature.pairs("inputs"))
        outputs = options.output_arrays or distinct(signature.pairs("outputs"))
        try:
            graph = expanded(opened.graph, signature, inputs, outputs)
            refuse_tables(graph.nodes, outputs, inputs, opened.graph)
            warnings += freezer.freeze(graph, outputs, inputs)
        except PytocoError as error:
            if len(opened.signatures) > 1:
                error.message = f"signature {signature.key!r}: {error.message}"
            raise
        entries.append(
            Entry(signature.key, graph, signature.pairs("inputs"), signature.pairs("outputs"), signature.shapes)
        )
    return Program(entries, [*files, *freezer.files], dict.fromkeys(warnings))


def expanded(meta: MetaGraph, signature: Signature, inputs: Iterable[str], outputs: Iterable[str]) -> GraphFile:
    """The part of a graph that a signature and these arrays need, its calls expanded."""
    whole = meta.graph()
    nodes = {node.name: node for node in whole.nodes}
    wanted = [*distinct(signature.pairs("inputs")), *distinct(signature.pairs("outputs")), *inputs, *outputs]
    roots = [name for name in wanted if canonical(name, nodes) is not None]
    made = GraphFile(whole.source)
    made.nodes = expand(reached(whole.nodes, roots) if roots else whole.nodes, whole.functions, short=True)
    made.functions = whole.functions
    made.producer = whole.producer
    return made
