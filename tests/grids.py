"""Which grids the tensors of a `.tflite` file have, operator by operator.

Needs nothing but the standard library, so that the script that asks TensorFlow 1.15 for reference values reads TOCO's
files with the very code by which the tests read ours. Slots are those of TensorFlow Lite's schema.fbs.
"""

from __future__ import annotations

import struct
from typing import Any, Dict, List, Optional, Tuple  # noqa: UP035 - TensorFlow 1.15 runs on Python 3.7

TYPES = {0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 6: "bool", 7: "int16", 9: "int8"}

Tensor = Dict[str, Any]  # noqa: UP006
"""Its `name` and `dtype`; `scale` and `zero_point` where it is quantised; whether it is a `constant`."""


class _Table:
    """A table of a flatbuffer: its fields by slot."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self.fields = at - struct.unpack_from("<i", data, at)[0]
        self.extent = struct.unpack_from("<H", data, self.fields)[0]

    def place(self, slot: int) -> int:
        """Where a field stands, 0 where it is absent."""
        entry = 4 + 2 * slot
        offset = struct.unpack_from("<H", self.data, self.fields + entry)[0] if entry < self.extent else 0
        return self.at + offset if offset else 0

    def number(self, slot: int, form: str = "<i") -> int:
        """A number field, 0 by default."""
        place = self.place(slot)
        return int(struct.unpack_from(form, self.data, place)[0]) if place else 0

    def vector(self, slot: int) -> Tuple[int, int]:  # noqa: UP006
        """Where the elements of a vector begin, and how many there are."""
        place = self.place(slot)
        if not place:
            return 0, 0
        start = place + struct.unpack_from("<I", self.data, place)[0]
        return start + 4, struct.unpack_from("<I", self.data, start)[0]

    def numbers(self, slot: int, form: str) -> List[Any]:  # noqa: UP006
        """The elements of a vector of numbers."""
        start, count = self.vector(slot)
        return list(struct.unpack_from(f"<{count}{form}", self.data, start)) if count else []

    def tables(self, slot: int) -> List[_Table]:  # noqa: UP006
        """The elements of a vector of tables."""
        start, count = self.vector(slot)
        places = [start + 4 * i for i in range(count)]
        return [_Table(self.data, at + struct.unpack_from("<I", self.data, at)[0]) for at in places]

    def child(self, slot: int) -> Optional[_Table]:  # noqa: UP045
        """A table field."""
        place = self.place(slot)
        return _Table(self.data, place + struct.unpack_from("<I", self.data, place)[0]) if place else None


def grids_of(data: bytes) -> Dict[str, Any]:  # noqa: UP006
    """The `inputs` and `outputs` of the first subgraph as tensors, and its `operators`.

    An operator is its builtin `code`, its operands and its results; an operand that is left out is None.
    """
    model = _Table(data, struct.unpack_from("<I", data, 0)[0])
    graph = model.tables(2)[0]
    codes = [max(code.number(0, "<b"), code.number(3)) for code in model.tables(1)]
    sizes = [buffer.vector(0)[1] for buffer in model.tables(4)]
    tensors: List[Tensor] = []  # noqa: UP006
    for table in graph.tables(0):
        start, count = table.vector(3)
        name = data[start : start + count].decode()
        tensor = {"name": name, "dtype": TYPES[table.number(1, "<b")], "constant": sizes[table.number(2, "<I")] > 0}
        grid = table.child(4)
        if grid is not None and grid.vector(2)[1]:
            tensor["scale"], tensor["zero_point"] = grid.numbers(2, "f"), grid.numbers(3, "q")
        tensors.append(tensor)
    found = [
        {
            "code": codes[op.number(0, "<I")],
            "inputs": [tensors[i] if i >= 0 else None for i in op.numbers(1, "i")],
            "outputs": [tensors[i] for i in op.numbers(2, "i")],
        }
        for op in graph.tables(3)
    ]
    ends = {name: [tensors[i] for i in graph.numbers(slot, "i")] for slot, name in ((1, "inputs"), (2, "outputs"))}
    return {**ends, "operators": found}
