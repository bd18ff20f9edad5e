"""MODEL_EXPLORER: a graph collection that the viewer takes, with one graph after import and after each stage."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.backends.model_explorer.writer import write
from pytoco.compiler.ir.text import parse
from tests.end_to_end.running import MOBILENET
from tests.graphdefs import FLOAT, Type, const, data, node, placeholder

# What model_explorer/graph_builder.py of ai-edge-model-explorer 0.1.34 says a node may have, and of which type.
NODE_FIELDS = {
    **dict.fromkeys(("id", "label", "namespace"), str),
    **dict.fromkeys(("subgraphIds", "attrs", "incomingEdges", "outputsMetadata", "inputsMetadata"), list),
}


def small() -> bytes:
    return data(
        placeholder("x", 1, 2),
        const("net/dense/w", [[1.0, 2.0], [3.0, 4.0]]),
        const("net/dense/b", [-1.0, 0.5]),
        node("net/dense/MatMul", "MatMul", ["x", "net/dense/w"], T=Type(FLOAT)),
        node("net/dense/Add", "Add", ["net/dense/MatMul", "net/dense/b"], T=Type(FLOAT)),
        node("y", "Relu", ["net/dense/Add"], T=Type(FLOAT)),
    )


def collection(source: Any, **options: Any) -> Any:
    made = pytoco.convert(source, output_format="MODEL_EXPLORER", **options)
    assert made.data is not None
    return json.loads(bytes(made.data))


def nodes(graph: Any) -> dict[str, Any]:
    return {node["id"]: node for node in graph["nodes"]}


def attrs(items: Any) -> dict[str, str]:
    return {item["key"]: item["value"] for item in items}


def tensors(metadata: Any) -> dict[str, tuple[str, str]]:
    """Names and types of the operands or results of a node."""
    found = {item["id"]: attrs(item["attrs"]) for item in metadata}
    return {key: (tensor["tensor_name"], tensor["tensor_shape"]) for key, tensor in found.items()}


def one(graph: Any, label: str) -> Any:
    (found,) = [node for node in graph["nodes"] if node["label"] == label]
    return found


def test_there_is_a_graph_after_import_and_after_each_stage() -> None:
    made = pytoco.convert(small(), output_format="MODEL_EXPLORER")
    assert isinstance(made.data, bytes)
    graphs = json.loads(made.data)["graphs"]
    stages = [phase for phase in made.summary.phases if phase != "export"]
    assert stages[:2] == ["import", "clean-up"]
    assert [graph["id"] for graph in graphs] == [f"{number:02d} {stage}" for number, stage in enumerate(stages)]
    kinds = [[node["label"] for node in graph["nodes"]] for graph in graphs]
    assert kinds[0] == ["Input", "MatMul", "Add", "Relu", "Output"]
    assert kinds[-1] == ["Input", "FullyConnected", "Output"]
    facts = {graph["groupNodeAttributes"][""]["stage"]: graph["groupNodeAttributes"][""] for graph in graphs}
    assert list(facts) == stages
    assert (facts["import"]["operators"], facts["final"]["operators"]) == ("3", "1")
    assert (facts["import"]["rewrites"], facts["fusion"]["rewrites"]) == ("0", "1")


@pytest.mark.parametrize("source", [small(), MOBILENET], ids=["small", "mobilenet"])
def test_what_is_written_is_what_the_viewer_declares(source: Any) -> None:
    found = collection(source)
    assert set(found) == {"label", "graphs"}
    for graph in found["graphs"]:
        assert set(graph) == {"id", "groupNodeAttributes", "nodes"}
        ids = nodes(graph)
        assert len(ids) == len(graph["nodes"])
        for item in ids.values():
            assert {"id", "label", "namespace"} <= set(item) <= set(NODE_FIELDS)
            assert all(isinstance(item[field], NODE_FIELDS[field]) for field in item)
            for edge in item.get("incomingEdges", ()):
                result = tensors(ids[edge["sourceNodeId"]]["outputsMetadata"])[edge["sourceNodeOutputId"]]
                assert tensors(item["inputsMetadata"])[edge["targetNodeInputId"]] == result


def test_a_node_says_what_the_operator_is() -> None:
    first, *_, last = collection(small())["graphs"]
    node = one(first, "MatMul")
    assert node["namespace"] == "net/dense"
    assert one(first, "Relu")["namespace"] == ""
    assert attrs(node["attrs"]) == {
        "name": "net/dense/MatMul",
        "transpose_a": "False",
        "transpose_b": "False",
        "b": "float32[2,2] {1, 2, 3, 4}",
        "source nodes": "net/dense/MatMul",
    }
    fused = one(last, "FullyConnected")
    assert attrs(fused["attrs"])["activation"] == "RELU"
    assert attrs(fused["attrs"])["bias"] == "float32[2] {-1, 0.5}"
    assert attrs(fused["attrs"])["source nodes"] == "net/dense/MatMul, net/dense/Add, y"
    tags = [attrs(item["attrs"])["__tensor_tag"] for item in fused["inputsMetadata"]]
    assert tags == ["input", "weights", "bias"]
    assert attrs(fused["outputsMetadata"][0]["attrs"])["tensor_shape"] == "float32[1,2]"


def test_operators_that_stay_keep_their_ids() -> None:
    first, second, *_ = collection(small())["graphs"]
    assert one(first, "Relu")["id"] == one(second, "Relu")["id"]


def test_large_constants_are_not_written_out() -> None:
    last = collection(MOBILENET)["graphs"][-1]
    conv = next(node for node in last["nodes"] if node["label"] == "Conv")
    assert attrs(conv["attrs"])["weights"].startswith("float32[8,3,3,3] MobilenetV1/Conv2d_0/")


def test_what_no_importer_knows_is_shown() -> None:
    source = data(placeholder("x", 2), node("y", "Frobnicate", ["x"], T=Type(FLOAT), depth=3))
    for graph in collection(source)["graphs"]:
        assert attrs(one(graph, "Frobnicate")["attrs"])["depth"] == "3"


def test_without_a_conversion_the_model_is_written_as_it_is() -> None:
    model = parse("""
    graph main(x: float32[?n,2]) -> y, k {
      state s: float32[?n,2] <- y
      k = const float32[1] [3.0]
      y: float32[?n,2] = Add(x, s)
    }
    """)
    report = write(model, None, {})
    assert report.operators == {"Add": 1}
    assert report.data is not None
    (graph,) = json.loads(bytes(report.data))["graphs"]
    assert [node["label"] for node in graph["nodes"]] == ["Input", "State", "Add", "Output", "Output", "Next state"]
    assert attrs(one(graph, "Input")["outputsMetadata"][0]["attrs"])["tensor_shape"] == "float32[?,2]"
    constant = graph["nodes"][4]
    assert attrs(constant["attrs"]) == {"value": "float32[1] {3}"}
    assert one(graph, "Next state")["incomingEdges"][0]["sourceNodeId"] == one(graph, "Add")["id"]


def test_the_command_writes_json_beside_the_model_and_the_same_every_time(tmp_path: Path) -> None:
    model = tmp_path / "small.pb"
    model.write_bytes(small())
    command = [sys.executable, "-m", "pytoco", "convert", str(model), "--output_format=MODEL_EXPLORER"]
    results = []
    for seed in ("1", "2"):
        done = subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        results.append((tmp_path / "small.json").read_bytes())
    assert results[0] == results[1]
    assert json.loads(results[0])["label"] == "small.pb"


def test_an_operator_leads_to_the_graphs_that_it_runs() -> None:
    model = parse("""
    graph main(c: bool[], x: float32[2]) -> y {
      y: float32[2] = If(c, x) {then_graph="yes", else_graph="no"}
    }
    graph yes(a: float32[2]) -> b {
      b: float32[2] = Abs(a)
    }
    graph no(a: float32[2]) -> b {
      b: float32[2] = Neg(a)
    }
    """)
    report = write(model, None, {})
    assert report.data is not None
    main, yes, no = json.loads(bytes(report.data))["graphs"]
    assert one(main, "If")["subgraphIds"] == [yes["id"], no["id"]] == ["model / yes", "model / no"]
