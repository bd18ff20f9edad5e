"""Every exporter against LiteRT: a model of one operator must compute what the operator's numpy kernel computes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pytoco.backends.tflite.exporters import FAMILIES, KINDS, Exporters
from pytoco.backends.tflite.schema.tables import ENUMS, TABLES
from pytoco.backends.tflite.versions import release_of
from pytoco.backends.tflite.writer import write
from pytoco.compiler.errors import UnsupportedError
from pytoco.compiler.ir import Model, OpaqueAttrs
from pytoco.compiler.ir.types import FLOAT32, FLOAT64
from pytoco.compiler.ops import FAMILIES as OP_FAMILIES
from pytoco.compiler.ops.binary import BinaryAttrs
from tests import litert
from tests.backends.tflite.cases import CASES, Case, build, dtypes, exporter

RUNS = [(case, dtype) for case in CASES for dtype in dtypes(case)]
IDS = [f"{case.kind}-{case.tag or 'plain'}-{dtype}" for case, dtype in RUNS]


@pytest.mark.parametrize(("case", "dtype"), RUNS, ids=IDS)
def test_litert_computes_what_the_kernel_computes(case: Case, dtype: str) -> None:
    if case.kind == "Gather" and dtype == "string":
        case = Case("Gather", ((6,), case.operands[1]), (0,))
    model, _, inputs, wanted = build(case, dtype)
    data = write(model, None, {}).data
    assert isinstance(data, bytes)
    for found, expected in zip(litert.run(data, inputs), wanted, strict=True):
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        if found.dtype.kind == "O":
            assert found.tolist() == expected.tolist()
        else:
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


TENSORFLOW = json.loads((Path(__file__).parent / "tensorflow_versions.json").read_text())["rows"]
VARIANTS = {(case.kind, case.tag): case for case in CASES}
COMPARED = [
    (VARIANTS[kind, tag], dtype, builtin, version)
    for kind, dtype, tag, builtin, version, _ in TENSORFLOW
    if (kind, tag) in VARIANTS and dtype in dtypes(VARIANTS[kind, tag]) and exporter(kind).builtin == builtin
]


@pytest.mark.parametrize(("case", "dtype", "builtin", "version"), COMPARED)
def test_version_is_the_one_that_tensorflow_writes(case: Case, dtype: str, builtin: str, version: int) -> None:
    _, op, _, _ = build(case, dtype)
    assert exporter(case.kind).version_of(op) == version


@pytest.mark.parametrize("row", TENSORFLOW, ids=lambda row: "-".join(map(str, row[:3])))
def test_release_is_the_one_that_tensorflow_writes(row: list[str]) -> None:
    assert release_of(row[3], int(row[4])) == row[5]


def test_families_list_the_kinds_of_their_tables() -> None:
    for family, kinds in FAMILIES.items():
        module = __import__(f"pytoco.backends.tflite.exporters.{family}", fromlist=["EXPORTERS"])
        assert list(module.EXPORTERS) == kinds.split() or set(module.EXPORTERS) == set(kinds.split())
        assert set(kinds.split()) <= set(OP_FAMILIES[family])


def test_every_row_names_things_that_the_schema_has() -> None:
    for kind in sorted(KINDS):
        row = exporter(kind)
        assert row.builtin in ENUMS["BuiltinOperator"]
        assert not row.options or row.options in TABLES


def _one(kind: str, dtype: object = FLOAT32, attrs: object = None, count: int = 1) -> Model:
    model = Model()
    graph = model.graph()
    x = graph.array("x", dtype, (2, 3))  # type: ignore[arg-type]
    graph.retarget(inputs=[x])
    outputs = []
    for k in range(count):
        out = graph.array(f"{kind}_{k}", dtype, (2, 3))  # type: ignore[arg-type]
        graph.emit(kind, [x, x] if kind == "Add" else [x], attrs, outputs=[out], origin=(f"node{k}",))
        outputs.append(out)
    graph.retarget(outputs=outputs)
    return model


def test_everything_unsupported_is_reported_at_once() -> None:
    model = _one("Opaque", attrs=OpaqueAttrs("Frobnicate"), count=7)
    graph = model.main
    x = graph.array("wide", FLOAT64, (2,))
    op = graph.emit("Add", [x, x], BinaryAttrs("NONE"), name="sum")
    graph.retarget(inputs=[*graph.inputs, x], outputs=[*graph.outputs, *op.outputs])
    with pytest.raises(UnsupportedError) as caught:
        write(model, None, {})
    text = str(caught.value)
    assert "8 operators" in text
    assert "Frobnicate x7" in text
    assert "node0, node1, node2, node3, node4 and 2 more" in text
    assert "'wide' is float64" in text
    assert "--allow_custom_ops" in text


def test_custom_operator_carries_its_attributes_as_a_flexbuffer_map() -> None:
    from ai_edge_litert import schema_py_generated as schema
    from flatbuffers import flexbuffers

    attrs = OpaqueAttrs(
        "Frobnicate", attributes=(("T", FLOAT32), ("depth", 3), ("mode", b"fast"), ("rates", (0.5, 2.0)))
    )
    report = write(_one("Opaque", attrs=attrs), None, {"allow_custom_ops": True})
    assert report.operators == {"Frobnicate": 1}
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(report.data, 0))
    assert model.operatorCodes[0].customCode == b"Frobnicate"
    assert model.operatorCodes[0].builtinCode == schema.BuiltinOperator.CUSTOM
    options = flexbuffers.Loads(bytes(model.subgraphs[0].operators[0].customOptions))
    assert options == {"depth": 3, "mode": "fast", "rates": [0.5, 2.0]}


def test_given_exporter_goes_first() -> None:
    from pytoco.backends.tflite.exporters import Exporter

    report = write(_one("Relu"), None, {"exporters": {"Relu": Exporter("RELU6")}})
    assert report.operators == {"RELU6": 1}
    assert Exporters().of("NoSuchKind") is None


def test_plain_integers_are_not_mistaken_for_quantised_ones() -> None:
    from pytoco.compiler.ir.types import INT8

    with pytest.raises(UnsupportedError, match="int8 without scale and zero point"):
        write(_one("Add", INT8, BinaryAttrs("NONE")), None, {})
