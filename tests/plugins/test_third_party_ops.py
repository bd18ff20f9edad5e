"""What an operator of a plugin can do as the built-in ones do: files, quantised models, drawings, import."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from flatbuffers import flexbuffers

import pytoco
from pytoco.backends import tflite as tflite_backend
from pytoco.compiler import InvalidModelError, PluginError, UnsupportedError, ops
from pytoco.compiler.debug import read_model
from pytoco.compiler.ir import Model, Op
from pytoco.frontends import graphdef as graphdef_frontend
from tests.graphdefs import FLOAT, Type, const, data, node, placeholder

HEADER = """
from typing import NamedTuple

import numpy as np

from pytoco.backends.tflite import Exporter
from pytoco.compiler import Fixed, Hybrid, Kernel, MinMax, OpDef, OpRef, Rule, TensorType, hookimpl, op_definition
from pytoco.frontends.graphdef import Unsupported, flag, integer, real, row, text


class HalveAttrs(NamedTuple):
    by: float = 2.0
    name: str = "half"


class Halve(OpDef):
    kind = "Halve"
    operands = ("input", "weights?")
    Attrs = HalveAttrs
    importers = {"tensorflow": {"MyHalve": row("Halve", by=real("by", 2.0), name=text("called", "half"))}}
    exporters = {"tflite": Exporter("CUSTOM", custom_code="Halve", fields=lambda op: op.attrs._asdict())}

    @staticmethod
    def infer(inputs, attrs):
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values, attrs):
        return [values[0] / values[0].dtype.type(attrs.by)]
"""

HOOK = """

@hookimpl
def register_ops():
    yield Halve
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Write a plugin file with the operator Halve; `body` are further lines of its class."""

    def write(body: str = "", *, hook: str = HOOK) -> str:
        path = tmp_path / "halves.py"
        lines = "".join(f"    {line}\n" for line in dedent(body).splitlines())
        path.write_text(f"{HEADER}\n{lines}{hook}")
        return str(path)

    yield write
    if "Halve" in ops.known_kinds():
        ops.unregister("Halve")


def source(*, relu: bool = False, attributes: Any = None, weights: bool = False) -> bytes:
    """A GraphDef: x, float32[1,4], through MyHalve to y; with `relu` through a Relu as well."""
    inputs = ["x", "w"] if weights else ["x"]
    return data(
        placeholder("x", 1, 4),
        *([const("w", [[0.5] * 2048])] if weights else []),
        node("h", "MyHalve", inputs, T=Type(FLOAT), **(attributes or {})),
        node("y", "Relu" if relu else "Identity", ["h"], T=Type(FLOAT)),
    )


def halve(model: Model) -> Op:
    (op,) = model.main.ops("Halve")
    return op


def test_attributes_come_from_the_node_and_go_into_the_file(plugin: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "out.tflite"
    made = pytoco.convert(source(attributes={"by": 4.0, "called": "quarter"}), path, plugin_switches=[plugin()])
    assert made.summary.operators == {"Halve": 1}
    assert any("custom operators, Halve x1" in note for note in made.summary.notes)
    (op,) = read_model(str(path)).main.ops("Opaque")
    assert flexbuffers.GetRoot(op.attrs.node).Value == {"by": 4.0, "name": "quarter"}


def test_an_importer_may_be_a_function(plugin: Callable[..., str]) -> None:
    body = """
        @staticmethod
        def read(builder, node, inputs):
            by = node.real("by", 2.0)
            if by == 0:
                raise Unsupported("it divides by 0")
            half = builder.emit("Halve", inputs, HalveAttrs(by), suffix="inner").outputs[0]
            one = builder.constant(np.float32(1), "one")
            return builder.emit("Add", [half, one], op_definition("Add").Attrs()).outputs

        importers = {"tensorflow": {"MyHalve": read.__func__}}
    """
    switches = [plugin(body)]
    assert pytoco.convert(source(), plugin_switches=switches).summary.operators == {"Halve": 1, "ADD": 1}
    with pytest.raises(UnsupportedError, match="MyHalve x1: it divides by 0; at h"):
        pytoco.convert(source(attributes={"by": 0.0}), plugin_switches=switches)
    with pytest.raises(InvalidModelError, match="attribute 'by' holds s, expected f"):
        pytoco.convert(source(attributes={"by": "much"}), plugin_switches=switches)


EIGHT: Any = {"inference_type": "INT8", "inference_input_type": "INT8", "mean_values": [0], "std_dev_values": [32]}


def test_it_is_quantized_by_its_own_rule_and_kernel(plugin: Callable[..., str]) -> None:
    body = """
        quantization = Rule("monotonic")
        exporters = {"tflite": Exporter("CUSTOM", custom_code="Halve", dtypes="float32 | int8")}
    """
    made = pytoco.convert(source(relu=True), plugin_switches=[plugin(body)], **EIGHT)
    op = halve(made.model)
    assert made.summary.operators == {"Halve": 1, "RELU": 1}
    (operand, *_), (result,) = op.inputs, op.outputs
    assert operand is not None
    assert operand.quantization is not None
    assert result.quantization is not None
    assert operand.quantization.scale == (1 / 32,)  # codes from -128 to 127 stand for -4 to 127 / 32
    assert result.quantization.scale[0] == pytest.approx(1 / 64)  # which halved is from -2 to 127 / 64
    assert result.quantization.zero_point == (0,)


def test_a_kernel_may_want_one_grid(plugin: Callable[..., str]) -> None:
    body = """
        quantization = Rule("first")
        exporters = {
            "tflite": Exporter("CUSTOM", custom_code="Halve", dtypes="float32 | int8", kernel=Kernel(same_grid=True))
        }
    """
    op = halve(pytoco.convert(source(), plugin_switches=[plugin(body)], **EIGHT).model)
    assert op.inputs[0] is not None
    assert op.inputs[0].quantization == op.outputs[0].quantization is not None


def test_a_range_may_be_known_in_advance(plugin: Callable[..., str]) -> None:
    body = """
        quantization = Rule("fixed", Fixed(1 / 16, 128, 1 / 2048))
        exporters = {"tflite": Exporter("CUSTOM", custom_code="Halve", dtypes="float32 | int8")}
    """
    result = halve(pytoco.convert(source(), plugin_switches=[plugin(body)], **EIGHT).model).outputs[0]
    assert result.quantization is not None
    assert (result.quantization.scale, result.quantization.zero_point) == ((1 / 16,), (0,))


@pytest.mark.parametrize(
    "body",
    [
        'quantization = Rule("monotonic")',  # its exporter names no quantised type
        'exporters = {"tflite": Exporter("CUSTOM", custom_code="Halve", dtypes="float32 | int8")}',  # no rule
    ],
)
def test_without_a_rule_and_a_kernel_it_stays_in_float(plugin: Callable[..., str], body: str) -> None:
    given: Any = {**EIGHT, "default_ranges_min": -4, "default_ranges_max": 4}
    made = pytoco.convert(source(), plugin_switches=[plugin(body)], **given)
    assert made.summary.float_operators == {"Halve": 1}
    assert made.summary.operators == {"DEQUANTIZE": 1, "Halve": 1, "QUANTIZE": 1}


def test_a_kernel_may_take_weights_of_eight_bits(plugin: Callable[..., str]) -> None:
    body = """
        exporters = {"tflite": Exporter("CUSTOM", custom_code="Halve", hybrid=Hybrid((1,), True))}
    """
    made = pytoco.convert(source(weights=True), plugin_switches=[plugin(body)], post_training_quantize=True)
    weights = halve(made.model).inputs[1]
    assert weights is not None
    assert weights.dtype is not None
    assert weights.dtype.name == "int8"
    assert weights.quantization is not None
    assert weights.quantization.scale[0] == pytest.approx(0.5 / 127)


@pytest.mark.parametrize(
    ("activations", "operators"), [("RELU RELU6", {"Halve": 1}), ("RELU6", {"Halve": 1, "RELU": 1})]
)
def test_a_kernel_may_apply_an_activation(plugin: Callable[..., str], activations: str, operators: Any) -> None:
    body = f"""
        class Attrs(NamedTuple):
            by: float
            name: str
            activation: str = "NONE"

        exporters = {{"tflite": Exporter("CUSTOM", custom_code="Halve", activations="{activations}")}}
    """
    made = pytoco.convert(source(relu=True), plugin_switches=[plugin(body)])
    assert made.summary.operators == operators
    assert halve(made.model).attrs.activation == ("NONE" if "RELU" in operators else "RELU")


def test_exporters_may_stand_beside_the_class(plugin: Callable[..., str]) -> None:
    hook = """
del Halve.exporters


@hookimpl
def register_ops():
    exporter = Exporter("CUSTOM", custom_code="Apart", dtypes="float32 | int8")
    yield OpRef(Halve, exporters={"tflite": exporter})
"""
    made = pytoco.convert(source(), plugin_switches=[plugin('quantization = Rule("monotonic")', hook=hook)], **EIGHT)
    assert made.summary.operators == {"Apart": 1}


@pytest.mark.parametrize(
    ("exporter", "reason"),
    [
        ('Exporter("CUSTOM")', "names no custom_code"),
        ('Exporter("CUSTOM", custom_code="H", fields=lambda op: {"by": op.attrs.bye})', "raises AttributeError"),
        (
            'Exporter("CUSTOM", custom_code="H", fields=lambda op: {"by": object})',
            "gives 'by' the value <class 'object'>",
        ),
        ('Exporter("CUSTOM", custom_code="H", check=lambda op: 1 / 0)', "raises ZeroDivisionError"),
    ],
)
def test_a_faulty_exporter_is_named(plugin: Callable[..., str], exporter: str, reason: str) -> None:
    switches = [plugin(f'exporters = {{"tflite": {exporter}}}')]
    with pytest.raises(PluginError, match=f"the 'tflite' exporter of operator kind 'Halve' {reason}"):
        pytoco.convert(source(), plugin_switches=switches)


def test_an_exporter_may_refuse(plugin: Callable[..., str]) -> None:
    exporter = 'Exporter("CUSTOM", custom_code="H", check=lambda op: "it is too small")'
    with pytest.raises(UnsupportedError, match="Halve x1: it is too small; at h"):
        pytoco.convert(source(), plugin_switches=[plugin(f'exporters = {{"tflite": {exporter}}}')])


def test_numbers_of_numpy_go_into_the_options(plugin: Callable[..., str], tmp_path: Path) -> None:
    fields = '{"a": np.float32(0.5), "b": np.int64(7), "c": np.array([1, 2]), "d": [np.float32(1)], "e": np.bool_(1)}'
    body = f'exporters = {{"tflite": Exporter("CUSTOM", custom_code="H", fields=lambda op: {fields})}}'
    pytoco.convert(source(), tmp_path / "out.tflite", plugin_switches=[plugin(body)])
    (op,) = read_model(str(tmp_path / "out.tflite")).main.ops("Opaque")
    found = flexbuffers.GetRoot(op.attrs.node).Value
    assert found == {"a": 0.5, "b": 7, "c": [1, 2], "d": [1.0], "e": True}


LABEL = """
    heavy = True

    @staticmethod
    def label(attrs):
        return [f"by {attrs.by:g}"]
"""


def test_drawings_and_reports_show_its_label(plugin: Callable[..., str], tmp_path: Path) -> None:
    switches = [plugin(LABEL)]
    drawn = pytoco.convert(source(), output_format="GRAPHVIZ_DOT", plugin_switches=switches).data
    assert drawn is not None
    assert 'label="Halve\\nby 2", shape=box, style=filled, fillcolor="#C53929"' in bytes(drawn).decode()
    explorer = pytoco.convert(source(), output_format="MODEL_EXPLORER", plugin_switches=switches).data
    assert explorer is not None
    assert '{"key":"label","value":"by 2"}' in bytes(explorer).decode()
    model = tmp_path / "model.pb"
    model.write_bytes(source())
    assert "Halve('y'), by 2" in run("why", str(model), "y", "-p", switches[0])
    with pytoco.record() as journal:
        pytoco.convert(source(), plugin_switches=switches)
    journal.save(str(tmp_path / "run.journal"))
    assert "y  (Halve, by 2)" in run("blame", str(tmp_path / "run.journal"), "y", "-p", switches[0])
    assert "Halve" in run("diff", str(model), str(tmp_path / "run.journal"), "-p", switches[0], status=1)


def test_a_label_that_fails_breaks_no_drawing(plugin: Callable[..., str]) -> None:
    body = 'colour = "none of these"\n@staticmethod\ndef label(attrs):\n    raise RuntimeError("no label")'
    drawn = pytoco.convert(source(), output_format="GRAPHVIZ_DOT", plugin_switches=[plugin(body)]).data
    assert drawn is not None
    assert 'label="Halve", shape=box, style=filled, fillcolor="#DB4437"' in bytes(drawn).decode()


def run(*arguments: str, status: int = 0) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "pytoco", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


def test_an_edited_operator_is_the_new_one_at_the_next_conversion(plugin: Callable[..., str]) -> None:
    exporter = 'exporters = {{"tflite": Exporter("CUSTOM", custom_code="{}")}}'
    for code in ("First", "Second"):
        switches = [plugin(exporter.format(code) + f'\nversion = "{code}"')]
        assert pytoco.convert(source(), plugin_switches=switches).summary.operators == {code: 1}
        assert getattr(ops.get("Halve"), "version", None) == code


@pytest.mark.parametrize("module", [tflite_backend, graphdef_frontend])
def test_what_authors_import_is_there(module: Any) -> None:
    for name in module.__all__:
        assert getattr(module, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'Missing'"):
        _ = module.Missing
