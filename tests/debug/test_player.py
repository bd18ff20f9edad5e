"""The player's page as a file: whole, the same every time, small, and refused for what is no journal of a model."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler.debug.journal import Journal
from pytoco.compiler.debug.player import page
from pytoco.compiler.errors import InvalidModelError, PytocoError, UsageError
from tests.end_to_end.running import MOBILENET
from tests.small_graph import graph_def

ASSETS = Path(pytoco.__path__[0]) / "compiler" / "debug" / "player"


def recorded(model: Any, **options: Any) -> Journal:
    with pytoco.record() as journal:
        pytoco.convert(model, **options)
    return journal


@pytest.fixture(scope="module")
def mobilenet() -> Journal:
    return recorded(MOBILENET)


def packed(data: bytes) -> dict[str, Any]:
    """The journal in a page."""
    (text,) = re.findall(rb'<script id="journal" type="text/plain">([A-Za-z0-9+/=]+)</script>', data)
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(text)))
    return found


def test_the_page_refers_to_nothing_outside_itself(mobilenet: Journal) -> None:
    text = page(mobilenet).decode()
    addresses = set(re.findall(r"\w+://[^\s\"'`]+", text))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of a namespace, which nobody fetches
    assert not re.findall(
        r"<script[^>]*\bsrc=|@import|\burl\((?!#)|\bimport\(|\bfetch\(|XMLHttpRequest|WebSocket", text
    )
    assert re.findall(r"<link[^>]*>", text) == ['<link rel="icon" href="data:,">']
    assert not re.findall(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert "{{" not in text.partition("<style>")[0]


def test_the_same_journal_gives_the_same_page(mobilenet: Journal, tmp_path: Path) -> None:
    saved = tmp_path / "saved.journal"
    mobilenet.save(saved)
    assert page(mobilenet) == page(mobilenet)
    again = page(Journal.open(saved))
    assert packed(again)["rewrites"] == packed(page(mobilenet))["rewrites"]


def test_the_page_is_small(mobilenet: Journal) -> None:
    code = sum(path.stat().st_size for path in ASSETS.iterdir() if path.suffix in (".js", ".css", ".html"))
    assert code < 128 << 10
    assert len(page(mobilenet)) < code + (64 << 10)


def test_every_rewrite_is_in_it(mobilenet: Journal) -> None:
    found = packed(page(mobilenet))
    assert [r["pass"] for r in found["rewrites"]] == [r.pass_name for r in mobilenet.rewrites]
    assert [s["name"] for s in found["stages"]] == [s.name for s in mobilenet.stages]
    assert len(found["graphs"][0]["ops"]) == len(mobilenet.replay().graph)
    assert found["about"]["model"] == str(MOBILENET)


def test_only_the_first_keyframe_is_embedded() -> None:
    journal = recorded(graph_def().SerializeToString())
    frames = [line for line in journal.lines if "frame" in line]
    lines = [json.dumps(line).encode() for line in journal.lines]
    later = {**frames[0], "frame": 1}
    place = next(k for k, line in enumerate(journal.lines) if line.get("n") == 1) + 1
    lines.insert(place, json.dumps(later).encode())
    assert packed(page(Journal(lines))) == packed(page(journal))


def test_values_are_texts_that_keep_every_digit() -> None:
    found = packed(page(recorded(graph_def().SerializeToString())))
    values = [array[4] for array in found["graphs"][0]["arrays"] if array[4] is not None]
    assert "[-10.0, 0.5]" in values


def test_operands_have_their_names(mobilenet: Journal) -> None:
    assert packed(page(mobilenet))["operands"]["Conv"][:2] == ["input", "weights"]


def test_a_title_cannot_break_the_page() -> None:
    journal = recorded(graph_def().SerializeToString())
    text = page(journal, title="</title><script>alert(1)</script>{{script}}").decode()
    assert "<script>alert" not in text
    assert text.count("</title>") == 1
    assert packed(text.encode())["about"]["title"] == "</title><script>alert(1)</script>{{script}}"


def test_a_conversion_that_failed_can_be_played() -> None:
    with pytoco.record() as journal, pytest.raises(PytocoError):
        pytoco.convert(graph_def(last="Frobnicate").SerializeToString())
    assert "Frobnicate" in packed(page(journal))["error"]


def test_a_journal_without_a_model_is_refused() -> None:
    header = b'{"pytoco_journal":1,"version":"0.1.0","source":null,"options":{}}'
    with pytest.raises(UsageError, match="the journal has no model"):
        page(Journal([header]))


def test_a_damaged_journal_is_an_error_of_its_own_kind() -> None:
    header = b'{"pytoco_journal":1,"version":"0.1.0","source":null,"options":{}}'
    frame = b'{"frame":0,"graphs":[{"name":"main","arrays":[[1,"x"]],"ops":[]}]}'
    with pytest.raises(InvalidModelError, match="damaged"):
        page(Journal([header, frame]))


@pytest.mark.parametrize(
    "path", sorted(p for p in ASSETS.iterdir() if p.suffix in (".js", ".css")), ids=lambda p: p.name
)
def test_assets_stay_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert path.suffix == ".css" or text.startswith("/**"), "a module says what it is for"
