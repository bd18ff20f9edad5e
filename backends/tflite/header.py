"""The header of a TFLite file: everything but the bytes of the constants.

Tensors are numbered inputs first, then by execution order; equal shapes, index lists and option tables are written
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...compiler.errors import UnsupportedError
from ...compiler.ir.subgraphs import live_graphs
from ...compiler.ir.types import DTYPES, DType, MinMax, Quantization
from .constants import Pool
from .exporters.base import GraphName
from .fields import Layout, code, fields
from .flat_builder import FlatBuilder
from .schema.tables import ENUMS
from .subgraph import PlannedGraph

if TYPE_CHECKING:
    from ...compiler.ir import Array, Model
    from .lowering import Lowered, Lowering

DESCRIPTION = "pytoco converted."
VERSION = 3
MAX_TABLES = 1_000_000
"""Tables that FlatBuffers' C++ verifier, which LiteRT runs over a file, is willing to visit."""

_TENSOR_TYPES = {d: ENUMS["TensorType"][n.upper()] for n, d in DTYPES.items() if n.upper() in ENUMS["TensorType"]}


class Header:
    """Lowers a model and builds the header. Call `finish` once; then `slots` tells where each content's place is noted.

    Raises UnsupportedError for everything that TFLite cannot express, all at once.
    """

    def __init__(self, model: Model, lowering: Lowering) -> None:
        self._model = model
        self.lowering = lowering
        self.builder = FlatBuilder()
        self.pool = Pool()
        self.slots: list[int] = []
        self._codes: dict[tuple[str, str, int], int] = {}
        self._counts: dict[str, int] = {}
        self._tables = 0
        self._vectors: dict[Sequence[int], int] = {}
        self._options: dict[Any, int] = {}
        self._metadata: list[tuple[str, bytes]] = [
            (name, value) for name, value in model.metadata.items() if isinstance(value, bytes)
        ]
        self._quantizations: dict[tuple[Quantization | None, MinMax | None], int] = {}
        graphs = live_graphs(model)
        self._places = {name: k for k, name in enumerate(graphs)}
        planned = {name: PlannedGraph(graph, self) for name, graph in graphs.items()}
        lowering.finish()
        self._subgraphs = [plan.build() for plan in planned.values()]
        self._names = {s.graph: planned[s.graph].names() for s in model.signatures}

    def codes(self) -> Iterator[tuple[str, int]]:
        """The (builtin, version) pairs in use."""
        return ((builtin, version) for builtin, _, version in self._codes)

    def operator_counts(self) -> dict[str, int]:
        """Number of operators by builtin name, most frequent first, then by name."""
        return dict(sorted(self._counts.items(), key=lambda item: (-item[1], item[0])))

    def add_metadata(self, name: str, value: bytes) -> None:
        """Add an entry to the model's metadata."""
        self._metadata.append((name, value))

    def estimate(self) -> int:
        """About how many bytes the header will take."""
        return self.builder.size + 64 * len(self.pool.contents) + 4096

    def finish(self, outside: bool) -> bytearray:
        """The header; with `outside`, room for offset and size of each constant, else for a reference to its vector."""
        b = self.builder
        names = ("offset", "size") if outside else ("data",)
        place = Layout("Buffer", names).places[names[0]]
        # An empty constant still has a vector: without one a tensor counts as computed, not as constant.
        empty = b.data(b"")
        count = len(self.pool.contents)
        columns = [[1] * count] * 2 if outside else [[empty] * count]
        tables = b.tables("Buffer", names, columns, count)
        distances = list(tables)
        for k, content in enumerate(self.pool.contents):
            if isinstance(content, bytes) and not content:
                tables[k] = b.table("Buffer", data=empty)
        tables.insert(0, b.table("Buffer"))
        metadata = []
        for name, value in self._metadata:
            metadata.append(b.table("Metadata", name=b.string(name), buffer=len(tables)))
            tables.append(b.table("Buffer", data=b.data(value, 16)))
        self.visit(2 + len(tables) + 2 * len(metadata) + len(self._codes))
        root = b.table(
            "Model",
            version=VERSION,
            operator_codes=b.references([self._operator_code(*key) for key in self._codes]),
            subgraphs=b.references(self._subgraphs),
            description=b.string(self._model.metadata.get("description", DESCRIPTION)),
            buffers=b.references(tables),
            metadata=b.references(metadata) if metadata else None,
            signature_defs=self._signatures(),
        )
        data = b.finish(root)
        self.slots = [len(data) - d + place for d in distances]
        return data

    def visit(self, tables: int) -> None:
        """Count tables; raises UnsupportedError beyond what runtimes verify."""
        self._tables += tables
        if self._tables > MAX_TABLES:
            raise UnsupportedError(
                f"the model needs more than {MAX_TABLES:,} tables; TFLite runtimes refuse to verify such a file",
                hint="convert parts of the model on their own",
            )

    # Shared pieces --------------------------------------------------------------------------------------------------

    def index_vector(self, values: Sequence[int]) -> int:
        """A vector of int32, shared with every equal one."""
        found = self._vectors.get(values)
        if found is None:
            found = self._vectors[values] = self.builder.numbers("i", values)
        return found

    def tensor_type(self, array: Array) -> int:
        """The code of an array's element type; raises UnsupportedError where TFLite has none."""
        found = _TENSOR_TYPES.get(array.dtype)  # type: ignore[arg-type]
        if found is None:
            what = "is not known" if array.dtype is None else f"{array.dtype} does not exist in TFLite"
            raise UnsupportedError(f"the element type of {array.name!r} {what}", array=array.name)
        return found

    def quantization(self, value: Quantization | None, minmax: MinMax | None) -> int:
        """A QuantizationParameters table, shared with every equal one; runtimes do not look at the range."""
        found = self._quantizations.get((value, minmax))
        if found is None:
            b, parts = self.builder, {}
            if minmax is not None:
                parts = {"min": b.numbers("f", minmax[:1]), "max": b.numbers("f", minmax[1:2])}
            if value is not None:
                parts |= {"scale": b.numbers("f", value.scale), "zero_point": b.numbers("q", value.zero_point)}
                parts["quantized_dimension"] = value.axis or 0
            found = self._quantizations[value, minmax] = b.table("QuantizationParameters", **parts)
        return found

    def opcode(self, lowered: Lowered) -> int:
        """The index of the operator code that this operator needs."""
        key = (lowered.builtin, lowered.custom_code, lowered.version)
        name = lowered.custom_code if lowered.builtin == "CUSTOM" else lowered.builtin
        self._counts[name] = self._counts.get(name, 0) + 1
        return self._codes.setdefault(key, len(self._codes))

    def _operator_code(self, builtin: str, custom: str, version: int) -> int:
        number = code("BuiltinOperator", builtin)
        return self.builder.table(
            "OperatorCode",
            deprecated_builtin_code=min(number, 127),
            custom_code=self.builder.string(custom) if custom else None,
            version=version,
            builtin_code=number,
        )

    def options(self, table: str, values: Mapping[str, Any]) -> int:
        """An options table, shared with every equal one."""
        key = (table, *values.items())
        found = self._options.get(key)
        if found is None:
            known, b = fields(table), self.builder
            made: dict[str, Any] = {}
            for name, value in values.items():
                field = known[name]
                if isinstance(value, GraphName):
                    value = self._places[value]
                elif isinstance(value, str) and field.enum:
                    value = code(field.enum, value)
                elif isinstance(value, DType):
                    value = _TENSOR_TYPES[value]
                elif isinstance(value, tuple):
                    numbers = [self._places[v] if isinstance(v, GraphName) else v for v in value]
                    value = b.numbers(field.type[1:], numbers)
                elif isinstance(value, bytes):
                    value = b.data(value)
                elif isinstance(value, str):
                    value = b.string(value)
                made[name] = value
            found = self._options[key] = b.table(table, **made)
        return found

    def _signatures(self) -> int | None:
        b, made = self.builder, []
        for signature in self._model.signatures:
            names = self._names[signature.graph]
            maps = [
                b.references(
                    [b.table("TensorMap", name=b.string(own), tensor_index=names[array]) for own, array in pairs]
                )
                for pairs in (signature.inputs, signature.outputs)
            ]
            made.append(
                b.table(
                    "SignatureDef",
                    inputs=maps[0],
                    outputs=maps[1],
                    signature_key=b.string(signature.key),
                    subgraph_index=self._places[signature.graph],
                )
            )
        return b.references(made) if made else None
