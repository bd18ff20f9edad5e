"""Which graph and which signature of a SavedModel are meant, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from ...compiler.errors import InvalidModelError, UnsupportedError, UsageError
from ..graphdef.names import canonical, did_you_mean
from ..graphdef.nodes import DTYPE_NAMES
from ..graphdef.program import Pairs
from .meta_graph import MetaGraph

DEFAULT_TAGS = ("serve",)
DEFAULT_KEY = "serving_default"
_SHOWN = 20


class Tensor(NamedTuple):
    """An input or output of a signature: its own name, the array, what is known of it; unknown extents are None."""

    own: str
    array: str
    dtype: str | None
    shape: tuple[int | None, ...] | None

    @property
    def text(self) -> str:
        """For people: `image float32[?,28,28,1] = serving_default_image`."""
        extents = "[...]" if self.shape is None else f"[{','.join('?' if d is None else str(d) for d in self.shape)}]"
        return f"{self.own} {self.dtype or '?'}{extents} = {self.array}"


class Signature(NamedTuple):
    """A signature as the file has it; inputs and outputs in alphabetical order of their array names."""

    key: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    def pairs(self, what: str) -> Pairs:
        """The (own name, array name) pairs of `inputs` or `outputs`."""
        return tuple((tensor.own, tensor.array) for tensor in getattr(self, what))

    @property
    def shapes(self) -> dict[str, tuple[int | None, ...] | None]:
        """What is known of the inputs' shapes, by array name."""
        return {tensor.array: tensor.shape for tensor in self.inputs}


def choose_graph(graphs: Sequence[MetaGraph], tags: Collection[str] | None) -> MetaGraph:
    """The graph with exactly these tags; without any said, the one tagged "serve", or the only one there is.

    Raises UsageError listing what there is.
    """
    wanted = tuple(sorted(dict.fromkeys(DEFAULT_TAGS if tags is None else tags)))
    for graph in graphs:
        if graph.tags == wanted:
            return graph
    if tags is None and len(graphs) == 1:
        return graphs[0]
    sets = " or ".join(f"--saved_model_tag_set={','.join(graph.tags)}" for graph in graphs[:_SHOWN])
    raise UsageError(
        f"the SavedModel has no graph with the tags {_braced(wanted)}\n{listing(graphs)}", hint=f"choose with {sets}"
    )


def choose_signatures(graph: MetaGraph, key: str | None, *, every: bool = False, any_arrays: bool = False) -> list[str]:
    """The keys of the signatures to convert.

    That is `key`, or serving_default, or the only one; with `every`, all of them, those first. An empty list means none
    where none has to be: with `any_arrays` the caller says the arrays. Raises UsageError listing what there is.
    """
    known = list(graph.signatures)
    if key is not None and key not in graph.message.signature_def:
        _refuse(f"no signature {key!r}", graph, did_you_mean(key, known) or "name one with --saved_model_signature_key")
    first = key if key is not None else DEFAULT_KEY if DEFAULT_KEY in known else known[0] if len(known) == 1 else None
    if every and known:
        return sorted(known, key=lambda k: (k != (first or known[0]), k))
    if first is not None:
        return [first]
    if any_arrays:
        return []
    if known:
        hint = "choose one with --saved_model_signature_key, or all with --all_signatures"
        _refuse(f"{len(known)} signatures, none of them {DEFAULT_KEY!r}", graph, hint)
    return _refuse("no signature", graph, "say what to convert with --input_arrays and --output_arrays")


def _refuse(what: str, graph: MetaGraph, hint: str) -> NoReturn:
    text = f"the SavedModel has {what}"
    if graph.signatures:
        raise UsageError(f"{text}\n{listing([graph])}", hint=hint)
    inputs, outputs = likely_boundary(graph)
    arrays = "".join(
        f"  {what}: {', '.join(names[:_SHOWN])}{', ...' if len(names) > _SHOWN else ''}\n"
        for what, names in (("arrays that look like inputs", inputs), ("arrays that nothing reads", outputs))
        if names
    )
    raise UsageError(f"{text}\n{arrays}", hint=hint)


def likely_boundary(graph: MetaGraph) -> tuple[list[str], list[str]]:
    """Arrays that look like inputs, and those computed from them that nothing reads."""
    from ..graphdef.select import by_name, guess

    nodes = by_name(graph.graph().nodes)
    inputs, outputs = guess(nodes)
    readers: dict[str, list[str]] = {}
    for node in nodes.values():
        for text in node.inputs:
            reference = canonical(text, nodes)
            if reference is not None:
                readers.setdefault(reference[0], []).append(node.name)
    seen = dict.fromkeys(inputs)
    waiting = list(inputs)
    while waiting:
        for name in readers.get(waiting.pop(), ()):
            if name not in seen:
                seen[name] = None
                waiting.append(name)
    return inputs, [name for name in outputs if name.rpartition(":")[0] in seen or name in seen]


def listing(graphs: Sequence[MetaGraph]) -> str:
    """What there is: a line for the tags of each graph, one for each of its signatures."""
    lines = []
    for graph in graphs[:_SHOWN]:
        lines.append(f"  tags {_braced(graph.tags)}")
        for key in list(graph.signatures)[:_SHOWN]:
            try:
                found = read_signature(graph, key)
            except (UnsupportedError, InvalidModelError) as error:
                lines.append(f"    {key}: {error.message}")
                continue
            inputs, outputs = (", ".join(t.text for t in tensors) for tensors in (found.inputs, found.outputs))
            lines.append(f"    {key}: {inputs or 'no inputs'} -> {outputs or 'no outputs'}")
    return "\n".join(lines) + "\n"


def _braced(tags: Sequence[str]) -> str:
    return "{" + ", ".join(tags) + "}"


def read_signature(graph: MetaGraph, key: str) -> Signature:
    """The signature `key` of `graph`; its tensors need not exist.

    Raises UnsupportedError for sparse and composite tensors, InvalidModelError for one without a name.
    """
    message = graph.message.signature_def[key]
    return Signature(key, _tensors(key, message.inputs, "input"), _tensors(key, message.outputs, "output"))


def _tensors(key: str, infos: Mapping[str, Any], what: str) -> tuple[Tensor, ...]:
    found = [_tensor(own, infos[own], f"signature {key!r}: {what} {own!r}") for own in sorted(infos)]
    return tuple(sorted(found, key=lambda tensor: tensor.array))


def _tensor(own: str, info: Any, where: str) -> Tensor:
    encoding = info.WhichOneof("encoding")
    if encoding in ("coo_sparse", "composite_tensor"):
        kind = "a sparse tensor" if encoding == "coo_sparse" else "a composite tensor, such as a ragged one"
        raise UnsupportedError(
            f"{where} is {kind}, which TensorFlow Lite does not have",
            hint="export a signature of dense tensors, or name dense arrays with --input_arrays and --output_arrays",
        )
    if not info.name:
        raise InvalidModelError(f"{where} names no tensor")
    stem, colon, index = info.name.rpartition(":")
    array = stem if colon and index == "0" else info.name
    shape = None if info.tensor_shape.unknown_rank else tuple(_extent(d.size, where) for d in info.tensor_shape.dim)
    return Tensor(own, array, DTYPE_NAMES.get(info.dtype % 100), shape)


def _extent(size: int, where: str) -> int | None:
    if size < -1:
        raise InvalidModelError(f"{where} has the extent {size}")
    return None if size == -1 else size


def check_arrays(signature: Signature, nodes: Collection[str]) -> None:
    """Raise InvalidModelError for a tensor that the graph does not have, UsageError for a signature without results."""
    for what, tensors in (("input", signature.inputs), ("output", signature.outputs)):
        for tensor in tensors:
            if canonical(tensor.array, nodes) is None:
                raise InvalidModelError(
                    f"signature {signature.key!r}: {what} {tensor.own!r} is the tensor {tensor.array!r}, "
                    "which the graph does not have",
                    hint=did_you_mean(tensor.array, nodes),
                )
    if not signature.outputs:
        raise UsageError(f"signature {signature.key!r} has no outputs", hint="name arrays with --output_arrays")
