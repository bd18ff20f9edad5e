"""Packs a journal for the page: the first keyframe and every rewrite, with values and attributes as texts.

JavaScript has one type of number, in which `1.0` and 64-bit integers would not survive: what the text form prints of a
value, a range or an attribute is made here, and the page only shows it. One JSON object holds everything:

    {"about": {...}, "graphs": [...], "operands": {kind: [name...]}, "stages": [{"name", "passes", "first", "t"}],
     "rewrites": [...], "checks": [{"n", "error", ...}], "remarks": [{"n", "pass", "op", "text"}], "failures": [...]}

Records of arrays and operators, and events, are the journal's, but for these texts, and an update says only what the
field became. A rewrite also names the graphs that came, or were renumbered, before it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import InvalidModelError, UsageError
from ...ir.items import Array, assign
from ...ir.model import Model
from ...ir.printing import attribute_text, constant_text, type_text
from ...ir.values import Stored
from ..journal.decoding import Decoder, decoded

if TYPE_CHECKING:
    from ..journal import Journal

Json = dict[str, Any]


def pack(journal: Journal, about: Mapping[str, Any]) -> bytes:
    """The journal as gzipped JSON; `about` is added to what its header says. The same journal gives the same bytes.

    Raises UsageError where the journal has no model, InvalidModelError where it is damaged.
    """
    if not any("frame" in line for line in journal.lines):
        hint = journal.error or "record a conversion first"
        raise UsageError("there is nothing to play: the journal has no model", hint=hint)
    try:
        packed = _Packer(journal).packed()
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InvalidModelError(f"the journal is damaged: {error!r}", hint="record the conversion again") from error
    packed["about"] |= about
    return gzip.compress(json.dumps(packed, separators=(",", ":")).encode(), compresslevel=9, mtime=0)


class _Packer:
    """Goes through the lines of a journal once; `decoder` knows the arrays met so far, as they are at that line."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.decoder = Decoder(Model(), journal)
        self.made: Json = {"about": {}, "graphs": None, "operands": {}, "stages": []}
        self.made |= {"rewrites": [], "checks": [], "remarks": [], "failures": []}
        self.waiting: Json = {}

    def packed(self) -> Json:
        """Everything."""
        header = self.journal.header
        self.made["about"] = {key: header.get(key) for key in ("version", "source", "options")}
        for line in self.journal.lines:
            if "n" in line:
                self.rewrite(line)
            elif "frame" in line:
                if self.made["graphs"] is None:
                    self.made["graphs"] = [self.graph(graph) for graph in line["graphs"]]
            elif "renumber" in line or "graphs" in line:
                for key in line:
                    self.waiting[key] = self.waiting.get(key, []) + line[key]
            else:
                self.other(line)
        if self.journal.error:
            self.made["error"] = self.journal.error
        return self.made

    def rewrite(self, line: Json) -> None:
        """Take a rewrite."""
        made = {"stage": len(self.made["stages"]) - 1, "pass": line["pass"], "root": line["root"], "t": line["t"]}
        self.made["rewrites"].append({**made, **self.waiting, "events": [self.event(e) for e in line["events"]]})
        self.waiting = {}

    def other(self, line: Json) -> None:
        """Take what happened beside the rewrites."""
        at = len(self.made["rewrites"])
        if "stage" in line:
            stage = {"name": line["stage"], "passes": line["passes"], "first": at + 1, "t": line["t"]}
            self.made["stages"].append(stage)
        elif "remark" in line:
            remark = {"n": at, "pass": line["pass"], "op": line["op"], "text": line["remark"]}
            self.made["remarks"].append(remark)
        elif "failed" in line:
            failure = {"n": at, "pass": line["failed"], "op": line["op"], "text": line["error"]}
            self.made["failures"].append(failure)
        elif "check" in line.get("note", ()) and isinstance(line["note"]["check"], int):
            note = {key: decoded(value) for key, value in line["note"].items() if key != "check"}
            plain = {key: repr(v) if isinstance(v, float) and v - v != 0 else v for key, v in note.items()}
            self.made["checks"].append({"n": line["note"]["check"], **plain})

    def graph(self, graph: Json) -> Json:
        """A graph of the first keyframe."""
        arrays = [self.array(record) for record in graph["arrays"]]
        return {**graph, "arrays": arrays, "ops": [self.op(record) for record in graph["ops"]]}

    def op(self, record: list[Any]) -> list[Any]:
        """An operator's record; its kind's operands get their names."""
        kind = record[1]
        if kind not in self.made["operands"]:
            from ...ops import get, known_kinds

            self.made["operands"][kind] = list(get(kind).operands) if kind in known_kinds() else []
        return [*record[:4], _attributes(record[4]), *record[5:]]

    def array(self, record: list[Any]) -> list[Any]:
        """An array's record."""
        array = self.decoder.array(record)
        return [*record[:4], value_text(array), _range_text(array), _quantization_text(array)]

    def event(self, event: list[Any]) -> list[Any]:
        """An event."""
        code = event[0]
        if code == "+":
            arrays = [self.array(record) for record in event[3]]
            return [*event[:2], self.op(event[2]), arrays]
        if code in ("w", "t"):
            return [*event[:5], [self.array(record) for record in event[5]], event[6]]
        if code == "u":
            return [*event[:5], self.updated(event[2], event[3], event[4], event[6])]
        return event

    def updated(self, what: str, number: int, field: str, content: Any) -> Any:
        """What a field became."""
        if what == "o":
            return _attributes(content) if field == "attrs" else content
        array = self.decoder.items[number]
        assign(array, field, self.decoder.field(array, field, content))
        texts = {"value": value_text, "minmax": _range_text, "quantization": _quantization_text}
        return texts[field](array) if field in texts else content


def _attributes(fields: Json | None) -> list[list[str]] | None:
    return None if fields is None else [[name, attribute_text(decoded(value))] for name, value in fields.items()]


def value_text(array: Any) -> Any:
    """A constant's value as the text form prints it, with its first and last elements where that is only a hash."""
    value = array.value
    if value is None:
        return None
    bare = Array(0, "x", array.dtype, array.shape, value)
    text = constant_text(bare, {}).removeprefix(f"x = const {type_text(bare, {})[2:]} ")
    if not isinstance(value, Stored):
        return text
    ends = [str(e.decode(errors="replace") if isinstance(e, bytes) else e) for e in value.glimpse.tolist()]
    return [text, ", ".join([*ends[:2], "…", *ends[2:]])]


def _range_text(array: Any) -> str | None:
    return _suffix("minmax", array.minmax)


def _quantization_text(array: Any) -> str | None:
    return _suffix("quantization", array.quantization)


def _suffix(field: str, content: Any) -> str | None:
    """What the type of an array ends in because of this field."""
    if content is None:
        return None
    bare = Array(0, "x", None, (), **{field: content})
    return type_text(bare, {}).removeprefix(": ?[] ")
