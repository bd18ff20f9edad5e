"""The package as a plugin: command line, inspection, operators of other plugins, operators that nobody knows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import pytoco
from networks import unet
from onnx import helper
from parity import convert, kinds, model, random, run
from pytoco.compiler import UnsupportedError

from pytoco_from_onnx.inspection import inspect

N = helper.make_node
X = random(2, 3)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "pytoco", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def saved(folder: Path, proto: Any) -> Path:
    path = folder / "model.onnx"
    onnx.save(proto, path)
    return path


def test_convert_on_the_command_line(tmp_path: Path) -> None:
    source, result = saved(tmp_path, unet()), tmp_path / "model.tflite"
    done = command("convert", source, "-o", result)
    assert done.returncode == 0, done.stderr
    assert result.read_bytes()[4:8] == b"TFL3"


def test_the_option_on_the_command_line(tmp_path: Path) -> None:
    source, result = saved(tmp_path, unet()), tmp_path / "model.tflite"
    done = command("convert", source, "-o", result, "--onnx_nhwc_boundary", "--input_format=ONNX")
    assert done.returncode == 0, done.stderr
    x = random(1, 16, 16, 3)
    (name,) = (o.name for o in unet().graph.output)
    assert run(result.read_bytes(), {"x": x}, ["x"], [name])[name].shape == (1, 16, 16, 4)


def test_errors_on_the_command_line(tmp_path: Path) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(unet().SerializeToString()[:3000])
    done = command("convert", source, "-o", tmp_path / "model.tflite")
    assert done.returncode == 4
    assert "only the beginning of one" in done.stderr
    assert "Traceback" not in done.stderr


def test_inspect(tmp_path: Path) -> None:
    proto = model([N("Conv", ["x", "w"], ["c"]), N("Einsum", ["c"], ["y"], equation="abcd->abdc")], X4, ["y"], W)
    facts = inspect(saved(tmp_path, proto), {})
    assert facts["format"] == "ONNX"
    assert facts["opsets"] == {"ai.onnx": 17}
    assert facts["operators"] == {"Conv": 1, "Einsum": 1}
    assert facts["unknown"] == {"Einsum": ["y"]}
    assert facts["inputs"] == [{"name": "x", "dtype": "float32", "shape": [1, 2, 4, 4]}]


X4 = {"x": random(1, 2, 4, 4)}
W = {"w": random(2, 2, 1, 1)}


def test_inspect_on_the_command_line(tmp_path: Path) -> None:
    done = command("inspect", "--json", saved(tmp_path, unet()))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["format"] == "ONNX"


def test_a_drawing_shows_what_cannot_be_converted(tmp_path: Path) -> None:
    proto = model([N("Einsum", ["x"], ["y"], equation="ij->ji")], {"x": X}, ["y"])
    pytoco.convert(saved(tmp_path, proto), tmp_path / "model.dot", output_format="GRAPHVIZ_DOT")
    assert "Einsum" in (tmp_path / "model.dot").read_text()


def einsum() -> Any:
    return model([N("Einsum", ["x"], ["y"], equation="ij->ji")], {"x": X}, ["y"])


def test_unknown_operators_are_reported_together() -> None:
    nodes = [N("Einsum", ["x"], ["a"], equation="ij->ji"), N("Einsum", ["a"], ["b"], equation="ij->ji")]
    with pytest.raises(UnsupportedError, match=r"ai\.onnx::Einsum x2"):
        convert(model([*nodes, N("Neg", ["b"], ["y"])], {"x": X}, ["y"]))


def test_an_unknown_operator_may_become_a_custom_one() -> None:
    result = convert(einsum(), allow_custom_ops=True)
    assert result.summary.operators == {"ai.onnx::Einsum": 1}
    assert result.model.main.outputs[0].shape == (3, 2)  # as ONNX's own shape inference says
    assert b"equation" in bytes(result.data)


def test_nobody_takes_an_operator_of_onnx_for_one_of_tensorflow() -> None:
    with pytest.raises(UnsupportedError, match="an operator of 'onnx', which the Flex delegate cannot run"):
        convert(einsum(), target_ops=["TFLITE_BUILTINS", "SELECT_TF_OPS"])


PLUGIN = '''
"""An operator of ONNX's domain "acme", which halves its operand and adds a number."""

from typing import NamedTuple

import numpy as np

from pytoco.compiler import OpDef, TensorType, hookimpl
from pytoco_from_onnx.builder import Unsupported


class HalveAttrs(NamedTuple):
    plus: float = 0.0


def halve(builder, node, inputs):
    if node.integer("twice", 0):
        raise Unsupported("it is to halve twice")
    return (builder.emit("Halve", inputs, plus=node.real("plus", 0.0)),)


class Halve(OpDef):
    """x / 2 + plus."""

    kind = "Halve"
    operands = ("input",)
    Attrs = HalveAttrs
    importers = {"onnx": {"acme::Halve": halve}}

    @staticmethod
    def infer(inputs, attrs):
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values, attrs):
        return [(values[0] / 2 + attrs.plus).astype(np.float32)]


@hookimpl
def register_ops():
    yield Halve
'''


def halve(**attributes: Any) -> Any:
    nodes = [N("Constant", [], ["c"], value_floats=[2.0, 4.0]), N("Halve", ["c"], ["h"], domain="acme", **attributes)]
    nodes.append(N("Add", ["x", "h"], ["y"]))
    return model(nodes, {"x": random(2)}, ["y"], domains=[helper.make_opsetid("acme", 1)])


def test_an_operator_of_another_plugin(tmp_path: Path) -> None:
    plugin = tmp_path / "acme.py"
    plugin.write_text(PLUGIN)
    result = convert(halve(plus=1.0), plugin_switches=(str(plugin),))
    x = random(2)
    assert kinds(result) == {"Add": 1}  # its kernel computed what is constant
    np.testing.assert_allclose(run(bytes(result.data), {"x": x}, ["x"], ["y"])["y"], x + np.array([2, 3]), rtol=1e-6)


def test_an_instance_that_another_plugin_refuses(tmp_path: Path) -> None:
    plugin = tmp_path / "acme.py"
    plugin.write_text(PLUGIN)
    with pytest.raises(UnsupportedError, match="acme::Halve x1: it is to halve twice"):
        convert(halve(twice=1), plugin_switches=(str(plugin),))


def test_without_the_other_plugin_its_operator_is_unknown() -> None:
    with pytest.raises(UnsupportedError, match="acme::Halve x1"):
        convert(halve())


def test_the_plugin_is_listed_with_its_formats_and_its_option() -> None:
    done = command("plugins")
    assert done.returncode == 0
    assert "pytoco-from-onnx" in done.stdout
    assert "--onnx_nhwc_boundary" in done.stdout
