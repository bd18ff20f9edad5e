"""The schema as data against LiteRT's generated module and against its own source."""

from __future__ import annotations

import inspect
import os
import re
import sys
from pathlib import Path

import pytest
from ai_edge_litert import schema_py_generated as oracle

from pytoco.backends.tflite import fields as schema
from pytoco.backends.tflite.generate_schema import generate
from pytoco.backends.tflite.schema import tables


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


@pytest.mark.parametrize("enum", sorted(tables.ENUMS))
def test_codes_are_the_formats(enum: str) -> None:
    known = {k: v for k, v in vars(getattr(oracle, enum)).items() if not k.startswith("_")}
    assert tables.ENUMS[enum] == known


@pytest.mark.parametrize("union", sorted(tables.UNIONS))
def test_union_codes_are_the_formats(union: str) -> None:
    known = {k: v for k, v in vars(getattr(oracle, union)).items() if not k.startswith("_")}
    assert tables.UNIONS[union] == known


@pytest.mark.parametrize("table", sorted(tables.TABLES))
def test_slots_and_defaults_are_the_formats(table: str) -> None:
    known = getattr(oracle, table)
    for field in schema.fields(table).values():
        source = inspect.getsource(getattr(known, _camel(field.name)))
        offset = re.search(r"Offset\((\d+)\)", source)
        assert offset is not None
        assert int(offset[1]) == 4 + 2 * field.slot
        if field.is_inline:
            default = source.rstrip().rpartition("return ")[2]
            assert float(default == "True" if default in {"True", "False"} else default) == field.default
            width = re.search(r"number_types\.(\w+)Flags, ", source)
            assert width is not None
            sizes = {"Bool": 1, "Int8": 1, "Uint8": 1, "Int32": 4, "Uint32": 4, "Float32": 4, "Int64": 8, "Uint64": 8}
            assert sizes[width[1]] == schema.SIZES[field.type]


def test_tables_have_no_field_too_few() -> None:
    for table in tables.TABLES:
        getters = [
            name for name, value in vars(getattr(oracle, table)).items()
            if inspect.isfunction(value) and name != "Init" and not name.endswith(("AsNumpy", "IsNone", "Length"))
        ]  # fmt: skip
        named = {_camel(name) for name in schema.fields(table)}
        assert set(getters) <= named


def test_tables_are_what_the_schema_source_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    folder = Path(tables.__file__).parent
    assert generate(folder) == (folder / "tables.py").read_text()
