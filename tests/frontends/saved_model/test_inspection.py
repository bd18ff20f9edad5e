"""`pytoco inspect` on a SavedModel: what there is, and what a conversion would use."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytoco.compiler.errors import InvalidModelError
from pytoco.frontends.saved_model.inspection import inspect
from tests.end_to_end.running import command
from tests.frontends.saved_model.models import FUNCTIONS, GRAPHS, copied


def test_all_graphs_and_signatures_are_listed() -> None:
    facts = inspect(GRAPHS, {})
    assert [graph["tags"] for graph in facts["graphs"]] == [["serve"], ["other", "serve"], ["bare"]]
    assert [list(graph["signatures"]) for graph in facts["graphs"]] == [["serving_default"], ["look_up", "plain"], []]
    assert facts["graphs"][0]["tensorflow"] == "1.15.5"
    (words,) = facts["graphs"][1]["signatures"]["look_up"]["inputs"]
    assert words == {"name": "words", "array": "words", "dtype": "string", "shape": [2]}


def test_what_a_conversion_uses() -> None:
    facts = inspect(GRAPHS, {})
    assert facts["uses"] == {"tags": ["serve"], "signature": "serving_default"}
    assert [tensor["name"] for tensor in facts["outputs"]] == ["b", "c"]
    assert facts["operators"] == {"Identity": 3, "MatMul": 1, "Relu": 1, "Tanh": 1}
    assert facts["unknown"] == {}
    assert facts["variables"] == [
        {"name": "weights", "key": "weights", "dtype": "float32", "shape": [4, 3], "bytes": 48}
    ]
    assert facts["assets"] == [{"name": "table/hash_table/asset_path", "file": "words.txt"}]


def test_operators_that_cannot_be_converted_are_named() -> None:
    facts = inspect(FUNCTIONS, {"saved_model_signature_key": "look_up"})
    assert list(facts["unknown"]) == ["HashTableV2", "LookupTableFindV2"]
    assert facts["tables"] == ["hash_table", "None_Lookup/LookupTableFindV2"]


def test_a_choice_to_be_made_is_said() -> None:
    facts = inspect(FUNCTIONS, {})
    assert facts["uses"] == {"choose": "the SavedModel has 3 signatures, none of them 'serving_default'"}


def test_a_graph_without_signature_shows_likely_arrays(tmp_path: Path) -> None:
    def keep_bare(message: Any) -> None:
        del message.meta_graphs[:2]

    facts = inspect(copied(GRAPHS, tmp_path, keep_bare), {})
    assert [tensor["name"] for tensor in facts["inputs"]] == ["x", "words"]
    assert [tensor["name"] for tensor in facts["outputs"]] == ["a/z", "ids"]


def test_missing_variables_do_not_hide_the_rest(tmp_path: Path) -> None:
    place = copied(GRAPHS, tmp_path)
    (place / "variables" / "variables.index").unlink()
    facts = inspect(place, {})
    assert "variables.index" in facts["problem"]
    assert facts["operators"]["MatMul"] == 1


def test_a_broken_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(InvalidModelError, match="empty"):
        inspect(tmp_path, {})


def test_the_command_for_people_and_programs() -> None:
    done = command(GRAPHS, program="inspect")
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "  tags {other, serve}, written by TensorFlow 1.15.5",
        "    look_up: words  string[2] -> ids  int64[2]",
        "  a conversion uses signature 'serving_default' of tags {serve}:",
        "  output  b = a/z  float32[?,3]",
        "    weights  float32[4,3]  48 B",
        "  asset 'words.txt'",
    ):
        assert f"{line}\n" in done.stdout
    facts = json.loads(command(GRAPHS, "--json", program="inspect").stdout)
    assert facts == json.loads(json.dumps(inspect(GRAPHS, {})))
