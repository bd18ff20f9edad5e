"""Blame: from tensors of the result to source nodes, and from source nodes to what became of them."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco import Journal
from pytoco.backends.tflite.sources import read_source_nodes
from pytoco.backends.tflite.summary import read_summary
from pytoco.compiler.debug.blame_search import Blamer, Origin, array_mapping, blame, fate
from pytoco.compiler.debug.blame_text import blame_data, blame_text, fate_data, fate_text
from pytoco.compiler.debug.frame_source import read_model
from pytoco.compiler.errors import InvalidModelError, UsageError
from pytoco.compiler.plugins.registry import open_registry
from pytoco.compiler.testing.numeric import evaluate, random_inputs
from tests.small_graph import graph_def

DEMO = Path(__file__).parents[1] / "data" / "demo" / "mobilenet_v1_0.25_96.pb"
LAYER = "MobilenetV1/Conv2d_1_depthwise"


def recorded(source: Any, **options: Any) -> Journal:
    with pytoco.record() as journal:
        pytoco.convert(source, **options)
    return journal


@pytest.fixture(scope="module")
def demo() -> Blamer:
    return Blamer(recorded(DEMO))


@pytest.fixture
def small() -> Journal:
    return recorded(graph_def().SerializeToString())


def test_a_fused_operator_comes_from_all_that_was_fused(small: Journal) -> None:
    found = blame(small, "y")  # relu(x @ w + b) as one FullyConnected
    assert found.kind == "FullyConnected"
    assert found.sources == ("product", "sum", "y")
    passes = [small.rewrites[n - 1].pass_name for n in found.rewrites]
    assert passes[-1] == "fuse-activation-functions"
    assert "resolve-mat-mul" in passes


def test_a_real_layer(demo: Blamer) -> None:
    found = demo.tensor(f"{LAYER}/Relu6")
    assert found.kind == "DepthwiseConv"
    wanted = {f"{LAYER}/{node}" for node in ("depthwise", "BatchNorm/FusedBatchNormV3", "Relu6")}
    assert wanted <= set(found.sources)
    assert all(name.startswith(f"{LAYER}/") for name in found.sources)
    steps = [demo.step(n) for n in found.rewrites]
    resolved = next(s for s in steps if s["pass"] == "resolve-batch-normalization")
    assert resolved["took"] == [f"BatchNormalization '{LAYER}/BatchNorm/FusedBatchNormV3'"]
    assert [text.split()[0] for text in resolved["made"]] == ["Mul", "Add", "constant", "constant"]
    assert [s["number"] for s in steps] == sorted(s["number"] for s in steps)


def test_weights_and_biases_come_from_constants(demo: Blamer) -> None:
    (name,) = [a.name for a in demo.lineage.journal.replay().finish().main.ops("DepthwiseConv")[0].inputs[1:2] if a]
    found = demo.tensor(name)
    assert found.kind == "constant"
    nodes = {source for source in found.sources if source in demo.lineage.imported_names.values()}
    assert any("depthwise_weights" in node for node in nodes)
    assert any("BatchNorm" in node for node in nodes)


def test_forwards(demo: Blamer) -> None:
    node = f"{LAYER}/BatchNorm/FusedBatchNormV3"
    found = demo.source(node)
    assert f"{LAYER}/Relu6" in found.ends
    assert all(name.startswith(f"{LAYER}/") for name in found.ends)
    assert len(found.ends) == 3  # the operator, its weights, its bias
    assert not found.removed
    inside = demo.sources([f"{LAYER}/BatchNorm"])
    assert node in [f.source for f in inside]
    assert all(f.source.startswith(f"{LAYER}/BatchNorm/") for f in inside)


def test_a_removed_node_tells_who_removed_it_and_what_is_read_instead(demo: Blamer) -> None:
    model = demo.lineage.journal.replay().model
    identity = next(op for op in model.main.ops("Identity") if op.inputs[0] and model.main.producer(op.inputs[0]))
    found = demo.source(identity.origin[0])
    assert len(found.removed) == 1
    assert demo.step(found.removed[0])["pass"] == "remove-identity"
    assert found.ends == ()
    assert found.instead


def test_backwards_and_forwards_agree(demo: Blamer) -> None:
    forwards = {f.source: set(f.ends) for f in demo.sources()}
    for found in demo.tensors():
        for source in found.sources:
            fate_of_it = forwards[source]
            assert found.tensor in fate_of_it or demo.source(source).instead, (found.tensor, source)


def test_every_node_has_a_fate(demo: Blamer) -> None:
    for found in demo.sources():
        assert found.ends or found.removed, found.source


def test_exact_arrays_have_the_values_they_had(demo: Blamer) -> None:
    exact = {name: [o.name for o in origins if o.exact] for name, origins in demo.arrays().items()}
    before, after = read_model(str(DEMO), open_registry()).main, pytoco.convert(DEMO).model.main
    pairs = [(exact[op.name][0], op.name) for op in after.order() if exact[op.name]]
    assert len(pairs) > 25
    pairs = pairs[:6]
    before.retarget(outputs=[a for old, _ in pairs if (a := before.find(old))])
    after.retarget(outputs=[a for _, new in pairs if (a := after.find(new))])
    inputs = random_inputs(before)
    for old, new in zip(evaluate(before, inputs).values(), evaluate(after, inputs).values(), strict=True):
        np.testing.assert_allclose(old, new, rtol=1e-3, atol=1e-4)


def test_the_mapping_of_arrays(small: Journal) -> None:
    mapping = array_mapping(small)
    assert mapping["x"] == [Origin("x", True)]
    assert mapping["y"] == [Origin("y", True), Origin("product", False), Origin("sum", False)]


def test_a_bias_made_for_an_operator_comes_from_where_that_one_does() -> None:
    def last(graph: Any) -> bytes:
        for node in graph.node:  # no bias: y = relu(x @ w)
            if node.name == "y":
                node.input[0] = "product"
        data: bytes = graph.SerializeToString()
        return data

    blamer = Blamer(recorded(last(graph_def()), input_arrays=["x"], output_arrays=["y"]))
    (bias,) = [found for found in blamer.tensors() if found.tensor.endswith("_bias")]
    assert "product" in bias.sources


def test_journals_without_a_model_and_damaged_ones(small: Journal, tmp_path: Path) -> None:
    with pytoco.record() as empty, pytest.raises(ValueError, match="no"):
        pytoco.convert(b"nothing")
    with pytest.raises(UsageError, match="no model"):
        Blamer(empty)
    small.save(tmp_path / "j")
    text = gzip.decompress((tmp_path / "j").read_bytes()).replace(b'"events":[[', b'"events":[[7,', 1)
    (tmp_path / "j").write_bytes(text)
    with pytest.raises(InvalidModelError):
        Blamer(Journal.open(tmp_path / "j"))


def test_patterns_and_suggestions(demo: Blamer) -> None:
    assert len(demo.tensors(["*/Relu6"])) == 27
    with pytest.raises(UsageError, match=f"did you mean '{LAYER}/Relu6'"):
        demo.tensor(f"{LAYER}/Relu")
    with pytest.raises(UsageError, match="no source node 'Nowhere/\\*'"):
        demo.sources(["Nowhere/*"])


def test_python_and_json(small: Journal) -> None:
    assert fate(small, "product").ends[-1] == "y"
    blamer = Blamer(small)
    data = blame_data(blamer, blamer.tensors())
    assert data["y"]["sources"] == ["product", "sum", "y"]
    assert {"number", "stage", "pass", "at", "took", "made", "changed"} == set(data["y"]["rewrites"][0])
    assert fate_data(blamer, [blamer.source("y")])["y"]["ends"] == ["y"]


def test_text(small: Journal) -> None:
    blamer = Blamer(small)
    text = blame_text(blamer, [blamer.tensor("y")])
    assert text.startswith("y  (FullyConnected, ReLU)\n  from product\n  from sum\n  from y\n  rewrite ")
    assert "fuse-activation-functions (fusion) at y\n    took Relu 'y', FullyConnected 'sum'\n" in text
    both = blame_text(blamer, [blamer.tensor("y"), blamer.tensor("x")])
    assert "took" not in both
    assert "x  (input)\n  from x\n" in both
    assert "  is in y\n" in fate_text(blamer, [blamer.source("sum")])


def test_source_nodes_are_written_into_the_file_on_request(tmp_path: Path) -> None:
    plain, named, again = (tmp_path / f"{name}.tflite" for name in ("plain", "named", "again"))
    pytoco.convert(graph_def().SerializeToString(), plain)
    for path in (named, again):
        pytoco.convert(graph_def().SerializeToString(), path, source_metadata=True)
    assert "source_nodes" not in read_summary(plain)
    facts = read_summary(named)
    assert facts["source_nodes"] == {"main": {"y": ["product", "sum", "y"]}}
    assert facts["problem"] == ""
    assert named.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("data", [b"", b"[1]", b"\xff", b'{"main": 3}', b"[" * 100_000])
def test_metadata_of_others(data: bytes) -> None:
    assert read_source_nodes(data) == {}
