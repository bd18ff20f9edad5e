"""The GraphDef frontend's driver: file or nodes in, model out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...compiler.errors import InvalidModelError, UsageError
from ...compiler.ir.model import Model
from . import protos
from .build import build
from .conditionals import without_switches
from .frames import without_frames
from .functions import expand
from .mapping import mapped
from .names import cleaned
from .nodes import Function, Node
from .options import ImportOptions
from .program import Program
from .scan import GraphFile, scan
from .select import NodeMap, by_name, check_roles, guess, is_input, named_arrays, select
from .sniffing import GRAPHDEF, GRAPHDEF_TEXT, refuse, sniff

Source = Path | str | bytes | memoryview | GraphFile | Program | Iterable[Any]


def load(source: Source, options: ImportOptions | Mapping[str, Any] | None = None) -> Model:
    """The model in a GraphDef: a path, a file's content, a GraphDef message, or NodeDef messages.

    The model's `main` graph has the arrays of `options.input_arrays` and `output_arrays` (or guessed ones) as inputs
    and outputs, in that order and under their names; only what the outputs need comes in. Raises FileError,
    InvalidModelError, UsageError or UnsupportedError, never anything else, for whatever the file holds.
    """
    given = ImportOptions.of(options)
    return import_program(source, given) if isinstance(source, Program) else import_graph(read(source), given)


def guess_inputs_outputs(source: Source) -> tuple[list[str], list[str]]:
    """The arrays that look like inputs (placeholders) and outputs (what nobody reads) of a GraphDef, in file order."""
    graph = read(source)
    return guess(by_name(expand(graph.nodes, graph.functions)))


def read(source: Source) -> GraphFile:
    """The nodes and functions of a GraphDef, binary or text; big weights stay views of the file.

    Raises FileError for what cannot be read and InvalidModelError, saying what it looks like, for what is no GraphDef.
    """
    if isinstance(source, GraphFile):
        return source
    if isinstance(source, str | os.PathLike):
        return _read_file(Path(source))
    if isinstance(source, bytes | bytearray | memoryview):
        data = memoryview(source).cast("B")
        return _parsed(data, sniff(data).kind, "the model")
    return _from_messages(source)


def _read_file(path: Path) -> GraphFile:
    name = repr(str(path))
    kind = sniff(path)
    if kind.kind not in (GRAPHDEF, GRAPHDEF_TEXT):
        refuse(kind, name)
    data = mapped(path)
    found = _parsed(data, kind.kind, name)
    found.files = [(str(path.absolute()), data)]
    return found


def _parsed(data: memoryview, kind: str, name: str) -> GraphFile:
    if kind == GRAPHDEF:
        return scan(data, name)
    if kind != GRAPHDEF_TEXT:
        refuse(sniff(data), name)
    from google.protobuf import text_format

    try:
        text = bytes(data).decode()
        message = text_format.Parse(text, protos.GraphDef(), allow_unknown_field=True)
    except (text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidModelError(f"{name} is not a well-formed text GraphDef: {error}") from None
    return _from_messages(message)


def _from_messages(source: Any) -> GraphFile:
    """A GraphDef message (ours or TensorFlow's), or NodeDef messages; TensorFlow's are read through their bytes."""
    if hasattr(source, "node"):
        if isinstance(source, protos.GraphDef):
            graph = GraphFile("the graph")
            graph.nodes = [_node(message) for message in source.node]
            for message in source.library.function:
                name = message.signature.name
                if name in graph.functions:
                    raise InvalidModelError(f"the function {name!r} is defined twice")
                graph.functions[name] = Function(message, [_node(inner) for inner in message.node_def])
            graph.producer = source.versions.producer
            return graph
        return scan(memoryview(source.SerializeToString()), "the graph")
    graph = GraphFile("the graph")
    for message in source:
        if isinstance(message, Node):
            graph.nodes.append(message)
        elif isinstance(message, protos.NodeDef):
            graph.nodes.append(_node(message))
        elif hasattr(message, "SerializeToString"):
            graph.nodes.append(_node(protos.NodeDef.FromString(message.SerializeToString())))
        else:
            raise UsageError(f"a graph is made of NodeDef messages, not {type(message).__name__}")
    return graph


def _node(message: Any) -> Node:
    return Node(message.name, message.op, list(message.input), message)


def import_program(program: Program, options: ImportOptions) -> Model:
    """The model of one or several entry points, a graph and a signature each; the first one's graph is `main`.

    What `options` say about the boundary goes for the only entry. Raises UsageError when there are several.
    """
    chosen = program.boundaries(options)
    model = Model()
    for entry, boundary in zip(program.entries, chosen, strict=True):
        name = model_graph_name(model, entry.key)
        import_graph(entry.graph, boundary, model, name)
        if entry.key:
            model.signatures = (*model.signatures, entry.signature(model.graphs[name]))
    model.files = program.files
    if program.warnings:
        model.metadata["warnings"] = list(program.warnings)
    return model


def model_graph_name(model: Model, key: str) -> str:
    """The name of the next graph: `main`, then the entry points' keys, made unique."""
    name, number = "main" if not model.graphs else key, 0
    while name in model.graphs:
        number += 1
        name = f"{key}_{number}"
    return name


def import_graph(file: GraphFile, options: ImportOptions, model: Model | None = None, name: str = "main") -> Model:
    """The model of an already read GraphDef; see `load`. With `model`, the graph goes into it under `name`."""
    asked = [cleaned(name) for name in (*(options.input_arrays or ()), *(options.output_arrays or ()))]
    expanded = expand(file.nodes, file.functions)
    unrolled, functions = without_frames(expanded, file.functions, asked)
    found, functions = without_switches(unrolled, functions, asked)
    nodes = by_name(found)
    tolerate = options.allow_nonexistent_arrays
    outputs = _outputs(nodes, nodes if unrolled is expanded else by_name(expanded), options, file.source)
    spelled = named_arrays(options.input_arrays or (), nodes, "input_arrays", tolerate=tolerate)
    inputs = list(spelled.values())
    check_roles(inputs, outputs)
    selection = select(nodes, inputs, outputs, options)
    needed = [node.name for node in selection.order if is_input(node) and node.name not in inputs]
    if options.input_arrays:
        _refuse_unlisted(needed, nodes)
    else:
        inputs = needed
        check_roles(inputs, outputs)
        selection = select(nodes, inputs, outputs, options)
    if model is None:
        model = Model()
        model.files = file.files
    model.metadata["producer"] = file.producer
    build(
        model.graph(name),
        nodes,
        selection,
        inputs,
        outputs,
        _per_input(options.shapes(), inputs, nodes, "input_shapes", tolerate),
        _per_input(options.data_types(), inputs, nodes, "input_data_types", tolerate),
        options,
        file.producer,
        functions,
    )
    return model


def _outputs(nodes: NodeMap, original: NodeMap, options: ImportOptions, source: str) -> list[str]:
    """The arrays asked for, or those that look like outputs in the graph as it was, before its loops were found."""
    if options.output_arrays:
        found = named_arrays(options.output_arrays, nodes, "output_arrays", tolerate=options.allow_nonexistent_arrays)
        outputs = list(dict.fromkeys(found.values()))
    else:
        outputs = guess(original)[1]
    if not outputs:
        what = "none of the requested output arrays" if options.output_arrays else "no result that could be an output"
        raise UsageError(f"{source} has {what}", hint="name some with output_arrays")
    return outputs


def _refuse_unlisted(names: list[str], nodes: NodeMap) -> None:
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        shown = ", ".join(repr(name) for name in names[:5]) + more
        raise UsageError(
            f"the outputs need {nodes[names[0]].op} {shown}, which input_arrays does not list",
            hint="add it to input_arrays, or cut the graph behind it",
            array=names[0],
        )


def _per_input(given: dict[str, Any], inputs: list[str], nodes: NodeMap, what: str, tolerate: bool) -> dict[str, Any]:
    """`given` by array name; raises UsageError for names that are no inputs."""
    spelled = named_arrays(given, nodes, what, tolerate=tolerate)
    for spelling, name in spelled.items():
        if name not in inputs and not tolerate:
            raise UsageError(f"{what} names {spelling!r}, which is not an input array", array=name)
    return {name: given[spelling] for spelling, name in spelled.items()}
