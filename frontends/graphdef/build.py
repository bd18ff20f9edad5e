"""Turns selected nodes into a graph: inputs and constants become arrays, everything else goes to its importer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...compiler.errors import InvalidModelError, PytocoError, UsageError
from ...compiler.ir.graph import Graph
from ...compiler.ir.items import Array, State
from ...compiler.ir.types import FLOAT32, Dim, DType, Shape, shape_text
from .importers import FAMILIES, Importer, lookup
from .importers.base import Builder, Library, Unsupported
from .names import canonical
from .nodes import Function, Node, shape_of
from .opaque import emit_opaque
from .options import ImportOptions
from .outputs import result_types
from .select import NodeMap, Selection, is_input
from .tensors import decode

SCALAR_MEANS_UNKNOWN_BEFORE = 24
"""Producers with a lower GraphDef version wrote a placeholder's unknown shape as that of a scalar (array_ops.cc)."""


def build(
    graph: Graph,
    nodes: NodeMap,
    selection: Selection,
    inputs: Sequence[str],
    outputs: Sequence[str],
    shapes: Mapping[str, tuple[int | None, ...]],
    data_types: Mapping[str, DType],
    options: ImportOptions,
    producer: int,
    functions: Mapping[str, Function] | None = None,
) -> None:
    """Fill the empty `graph`; `inputs`, `outputs` and the keys of `shapes` and `data_types` are array names.

    `functions` is the library that conditionals and loops take their branches and bodies from.

    Raises UsageError for inputs without a usable shape and InvalidModelError for nodes that make no sense.
    """
    arrays: dict[str, Array] = {}
    batch = Dim("batch") if options.variable_batch else None
    for name in inputs:
        node, index = _node_of(name, nodes)
        dtype = _input_type(name, node, index, data_types.get(name))
        shape = _input_shape(name, node, index, shapes.get(name), options, producer, batch)
        arrays[name] = graph.array(name, dtype, shape)
    graph.retarget(inputs=[arrays[name] for name in inputs])
    states = [_loop_state(graph, arrays, source) for source in dict.fromkeys(selection.back_edges.values())]
    import_nodes(Builder(graph, nodes, Library(functions or {}, options)), nodes, selection, arrays)
    graph.retarget(outputs=[_output(graph, name, arrays, nodes) for name in outputs])
    if states:
        graph.retarget(states=[State(back, arrays[source], discardable=True) for back, source in states])


def import_nodes(builder: Builder, nodes: NodeMap, selection: Selection, arrays: dict[str, Array]) -> None:
    """Import the selected nodes into the builder's graph. `arrays` has those of its inputs, and gets all others."""
    graph, options = builder.graph, builder.library.options
    importers: dict[str, Importer | None] = dict(options.importers)
    passing = f"{FAMILIES['control']} {FAMILIES['flow']}".split()
    reads, consumed, back_edges = selection.reads, selection.consumed, selection.back_edges
    graph.model.open += 1  # one transaction: nobody listens to a graph that is being made
    try:
        for rank, node in enumerate(selection.order):
            name, op = node.name, node.op
            if op == "Const":
                arrays.setdefault(name, _constant(graph, node))
                continue
            builder.node = node
            builder.origin = (name,)
            graph.new_op_rank = rank
            names = reads[name]
            if back_edges:
                names = [_back_name(back_edges[name, i]) if (name, i) in back_edges else n for i, n in enumerate(names)]
            try:
                operands = [arrays[n] for n in names]
            except KeyError as error:
                raise _missing_result(node, str(error.args[0]), nodes) from None
            try:
                importer = importers[op]
            except KeyError:
                importer = importers[op] = None if options.keep_source_ops and op not in passing else lookup(op)
            needed = consumed.get(name, 1)
            if importer is None:
                if is_input(node):
                    raise node.error(f"its result {needed - 1} is read, but it has 1")
                results: Sequence[Array | None] = emit_opaque(builder, node, operands, "", needed)
            else:
                results = _imported(builder, node, importer, operands, needed)
            for k, result in enumerate(results):
                if result is not None:
                    arrays.setdefault(f"{name}:{k}" if k else name, result)
    finally:
        graph.new_op_rank = 0
        graph.model.open -= 1
        if not graph.model.open:
            graph.model.flush()


def _imported(
    builder: Builder, node: Node, importer: Importer, inputs: list[Array], needed: int
) -> Sequence[Array | None]:
    try:
        return importer(builder, node, inputs)
    except Unsupported as reason:
        return emit_opaque(builder, node, inputs, str(reason), needed)
    except PytocoError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        text = f"it cannot be imported: {error}"
        raise node.error(text, "the node is malformed, or its importer has a fault") from error


def _constant(graph: Graph, node: Node) -> Array:
    dtype, value = decode(node.value("value", "tensor"), (node.payloads or {}).get("value"), node)
    declared = node.dtype("dtype", dtype)
    if declared is not dtype:
        raise node.error(f"attribute 'dtype' is {declared}, but its tensor is {dtype}")
    return graph.array(node.name, dtype, value.shape, value)


def _node_of(array: str, nodes: NodeMap) -> tuple[Node, int]:
    reference = canonical(array, nodes)
    assert reference is not None
    return nodes[reference[0]], reference[1]


def _missing_result(node: Node, array: str, nodes: NodeMap) -> InvalidModelError:
    producer, index = _node_of(array, nodes)
    return node.error(f"it reads result {index} of {producer.name!r} ({producer.op}), which has no such result")


def _input_type(name: str, node: Node, index: int, given: DType | None) -> DType:
    types = result_types(node)
    found = types[index] if index < len(types) else None
    if found is None and is_input(node):
        node.dtype("dtype", None)  # says which number it is that no type belongs to
    if given is not None and is_input(node) and found is not None and given is not found:
        raise UsageError(f"input array {name!r} is {found} in the graph, not {given}", array=name)
    return given or found or FLOAT32


def _input_shape(
    name: str,
    node: Node,
    index: int,
    given: tuple[int | None, ...] | None,
    options: ImportOptions,
    producer: int,
    batch: Dim | None,
) -> Shape:
    known = _declared_shape(node, index, producer)
    if given is not None and known is not None:
        fits = len(given) == len(known) and all(
            k is None or g is None or g == k for g, k in zip(given, known, strict=True)
        )
        if not fits:
            both = f"{shape_text(known)} in the graph, which {shape_text(given)} does not fit"
            raise UsageError(f"input array {name!r} has the shape {both}", array=name)
        open_batch = options.keep_dynamic_shapes and known[:1] == (1,) and given[0] is None  # asked for all the same
        known = tuple([k if g is None else g for g, k in zip(given, known, strict=True)])
        known = (None, *known[1:]) if open_batch else known
    elif given is not None:
        known = given
    if options.keep_dynamic_shapes:
        return None if known is None else tuple([_kept(d, None if i else batch) for i, d in enumerate(known)])
    if known is None:
        hint = f"say it, as in --input_arrays={name} --input_shapes=1,224,224,3"
        raise UsageError(f"the shape of input array {name!r} is unknown", hint=hint, array=name)
    first: int | Dim = 1 if batch is None else batch
    sizes = [first if d in (None, 1) and not i else d for i, d in enumerate(known)]
    if None in sizes:
        example = ",".join("1" if d is None and not i else "N" if d is None else str(d) for i, d in enumerate(known))
        raise UsageError(
            f"input array {name!r} has unknown extents besides the batch: {shape_text(known)}",
            hint=f"say them, as in --input_arrays={name} --input_shapes={example}, or --keep_dynamic_shapes",
            array=name,
        )
    return tuple([d for d in sizes if d is not None])


def _kept(extent: int | None, batch: Dim | None) -> int | Dim:
    """An extent that stays unknown if it is; `batch` is what the first one is where it is 1 or unknown."""
    if batch is not None and extent in (None, 1):
        return batch
    return Dim() if extent is None else extent


def _declared_shape(node: Node, index: int, producer: int) -> tuple[int | None, ...] | None:
    if is_input(node) and node.has("shape"):
        shape = node.shape("shape")
        if shape != () or not 0 < producer < SCALAR_MEANS_UNKNOWN_BEFORE:
            return shape
    listed = node.value("_output_shapes", "list", None)
    return None if listed is None or index >= len(listed.shape) else shape_of(listed.shape[index], node)


def _back_name(source: str) -> str:
    return f"{source}/previous"


def _loop_state(graph: Graph, arrays: dict[str, Array], source: str) -> tuple[Array, str]:
    """The array that stands for what a NextIteration fed into the loop the time before."""
    name = _back_name(source)
    arrays[name] = array = graph.array(name)
    return array, source


def _output(graph: Graph, name: str, arrays: dict[str, Array], nodes: NodeMap) -> Array:
    """The array of a requested output, which has exactly that name afterwards."""
    array = arrays.get(name)
    if array is None:
        node, index = _node_of(name, nodes)
        raise UsageError(f"output array {name!r}: node {node.name!r} ({node.op}) has no result {index}", array=name)
    if array.name == name:
        return array
    holder = graph.find(name)
    if holder is not None:
        graph.update(holder, name=graph.unique_name(name))
    return graph.emit("Identity", [array], name=name, origin=(name,)).outputs[0]
