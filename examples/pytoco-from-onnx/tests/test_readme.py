"""The README's Python is run, and its table names what the importers know."""

from __future__ import annotations

import re
from pathlib import Path

import onnx
import pytest
from networks import resnet

from pytoco_from_onnx.importers import FAMILIES

README = Path(__file__).parents[1] / "README.md"
REFUSED = {"Scan", "com.microsoft::Gelu"}


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL))
def test_the_examples_run(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    onnx.save(resnet(), "model.onnx")
    exec(compile(code, "README.md", "exec"), {"__name__": "example"})


def test_every_operator_is_in_the_table() -> None:
    table = "\n".join(line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    known = {op for ops in FAMILIES.values() for op in ops.split()}
    words = set(re.findall(r"[A-Z]\w+", table))
    assert not sorted(known - REFUSED - words)
