"""Makes `schema/tables.py` from `schema/tflite.fbs`: `python -m pytoco.backends.tflite.generate_schema`.

A tool for whoever changes the schema. It needs `flatc` (the `dev` extra), which compiles the schema into its binary
form; that is a flatbuffer itself (FlatBuffers' reflection.fbs) and is read with the reader that reads models.
"""

from __future__ import annotations

import subprocess
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from .flat_reader import FlatReader
from .schema.tables import TABLES

_REFLECTION = {
    "Schema": "objects:[*Object enums:[*Enum",
    "Object": "name:s fields:[*Field",
    "Field": "name:s type:*Type id:H offset:H default_integer:q default_real:d deprecated:?",
    "Type": "base_type:b element:b index:i=-1",
    "Enum": "name:s values:[*EnumVal is_union:?",
    "EnumVal": "name:s value:q",
}
_BASE = {2: "?", 3: "b", 4: "B", 5: "h", 6: "H", 7: "i", 8: "I", 9: "q", 10: "Q", 11: "f", 12: "d", 13: "s"}
_UNION_CODE, _VECTOR, _TABLE, _UNION = 1, 14, 15, 16


def generate(folder: Path) -> str:
    """The text of tables.py for the schema in `folder`."""
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(["flatc", "--schema", "--binary", "-o", made, str(folder / "tflite.fbs")], check=True)
        binary = (Path(made) / "tflite.bfbs").read_bytes()
    lent = dict.fromkeys(_REFLECTION)
    TABLES.update(_REFLECTION)
    try:
        return _text(FlatReader(binary, b"BFBS"))
    finally:
        for name in lent:
            del TABLES[name]


def _plain(item: dict[str, Any]) -> str:
    """A name without its namespace."""
    return str(item["name"]).rpartition(".")[2]


def _text(reader: FlatReader) -> str:
    schema = reader.table("Schema", reader.root)
    objects = [reader.table("Object", p) for p in schema["objects"]]
    enums = [reader.table("Enum", p) for p in schema["enums"]]
    object_names, enum_names = [_plain(o) for o in objects], [_plain(e) for e in enums]

    def spelt(field: dict[str, Any]) -> str:
        kind = reader.table("Type", field["type"])
        base, index = kind["base_type"], kind["index"]
        vector = "[" if base == _VECTOR else ""
        base = kind["element"] if vector else base
        if base == _TABLE:
            return f"{field['name']}:{vector}*{object_names[index]}"
        if base == _UNION:
            return f"{field['name']}:|{enum_names[index]}"
        if base == _UNION_CODE:
            return f"{field['name']}:B/{enum_names[index]}"
        default = field["default_real"] if base in {11, 12} else field["default_integer"]
        named = f"/{enum_names[index]}" if index >= 0 else ""
        return f"{field['name']}:{vector}{_BASE[base]}{named}{f'={default:g}' if default else ''}"

    tables = {}
    for made in objects:
        slots: dict[int, str] = {}
        for position in made["fields"] or ():
            field = reader.table("Field", position)
            slots[field["id"]] = "-" if field["deprecated"] else spelt(field)
        tables[_plain(made)] = [slots.get(k, "-") for k in range(max(slots, default=-1) + 1)]

    codes: dict[bool, list[str]] = {False: [], True: []}
    for made in enums:
        items = [reader.table("EnumVal", p) for p in made["values"]]
        pairs = ", ".join(f'"{i["name"]}": {i["value"]}' for i in items)
        body = textwrap.fill(pairs, 116, initial_indent=" " * 8, subsequent_indent=" " * 8)
        codes[bool(made["is_union"])].append(f'    "{_plain(made)}": {{\n{body},\n    }},\n')
    out = [
        '"""TFLite\'s schema as data. Generated from tflite.fbs by generate_schema.py: do not edit."""\n\n',
        "TABLES = {\n",
    ]
    for name in sorted(tables):
        text = " ".join(tables[name])
        lines = textwrap.wrap(text, 108, break_long_words=False, break_on_hyphens=False) or [""]
        body = "".join(f'\n        "{line}{" " if k + 1 < len(lines) else ""}"' for k, line in enumerate(lines))
        out.append(f'    "{name}": "{lines[0]}",\n' if len(lines) == 1 else f'    "{name}": ({body}\n    ),\n')
    out += ["}\n\nENUMS = {\n", *codes[False], "}\n\nUNIONS = {\n", *codes[True], "}\n"]
    return "".join(out)


def main() -> None:
    """Write tables.py next to the schema."""
    folder = Path(__file__).parent / "schema"
    (folder / "tables.py").write_text(generate(folder))


if __name__ == "__main__":
    main()
