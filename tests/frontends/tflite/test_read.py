"""What a reader of TFLite files makes of them, and what it says of those that it cannot read."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.backends.tflite.flat_builder import FlatBuilder
from pytoco.backends.tflite.raw import RawOperator, opaque
from pytoco.backends.tflite.writer import write
from pytoco.compiler.errors import FileError, InvalidModelError, UnsupportedError, UsageError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse, print_model
from pytoco.frontends.tflite import load
from tests import litert

FILES = Path(__file__).parents[2] / "data" / "tflite"


def written(model: Model, **options: Any) -> bytes:
    """The model as it is, without a pass."""
    data = write(model, None, options).data
    assert isinstance(data, bytes)
    return data


def file_of(
    tensors: list[dict[str, Any]],
    inputs: list[int],
    outputs: list[int],
    operators: list[tuple[int, list[int], list[int]]],
    buffers: list[dict[str, Any]] | None = None,
    codes: list[int] | None = None,
    metadata: int | None = None,
    version: int = 3,
) -> bytes:
    """A file by hand: `operators` are (code index, operands, results), `codes` numbers of builtin operators.

    `metadata` is the number of the buffer of an entry called `note`.
    """
    b = FlatBuilder()
    made = []
    for tensor in tensors:
        fields: dict[str, Any] = {"type": 0, **tensor}
        for name in ("shape", "shape_signature"):
            if name in fields:
                fields[name] = b.numbers("i", fields[name])
        fields["name"] = b.string(fields.get("name", ""))
        made.append(b.table("Tensor", **fields))
    ops = [
        b.table("Operator", opcode_index=k, inputs=b.numbers("i", operands), outputs=b.numbers("i", results))
        for k, operands, results in operators
    ]
    graph = b.table(
        "SubGraph",
        tensors=b.references(made),
        inputs=b.numbers("i", inputs),
        outputs=b.numbers("i", outputs),
        operators=b.references(ops),
    )
    contents = [{"data": b.data(v["data"], 16)} if "data" in v else v for v in buffers or [{}]]
    root = b.table(
        "Model",
        version=version,
        operator_codes=b.references([b.table("OperatorCode", builtin_code=c) for c in codes or [101]]),
        subgraphs=b.references([graph]),
        buffers=b.references([b.table("Buffer", **v) for v in contents]),
        metadata=None
        if metadata is None
        else b.references([b.table("Metadata", name=b.string("note"), buffer=metadata)]),
    )
    return bytes(b.finish(root))


X, Y = {"name": "x", "shape": [2]}, {"name": "y", "shape": [2]}


def test_a_file_by_hand() -> None:
    model = load(file_of([X, Y], [0], [1], [(0, [0], [1])]))
    assert print_model(model) == "graph main(x: float32[2]) -> y {\n  y: float32[2] = Abs(x)\n}\n"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (([X, Y], [0], [1], [(7, [0], [1])]), InvalidModelError, "code 7 of 1"),
        (([X, Y], [0], [1], [(0, [5], [1])]), InvalidModelError, "tensor 5 of 2"),
        (([X, Y], [0], [1], [(0, [0], [-1])]), InvalidModelError, "tensor -1 of 2"),
        (([X, Y], [0], [9], [(0, [0], [1])]), InvalidModelError, "tensor 9 of 2"),
        (([X, Y], [0], [1], [(0, [1], [1])]), InvalidModelError, "read before anything computes"),
        (([X, Y], [0], [1], []), InvalidModelError, "read before anything computes"),
        (([X, Y], [0, 0], [1], [(0, [0], [1])]), InvalidModelError, "an input twice"),
        (([X, Y], [0], [1], [(0, [0], [0])]), InvalidModelError, "is the result of an operator"),
        (([X, Y], [0], [1], [(0, [0], [1])] * 2), InvalidModelError, "something else as well"),
        (([X, {**Y, "buffer": 3}], [0], [1], []), InvalidModelError, "buffer 3 of 1"),
        (([{**X, "shape": [-5]}, Y], [0], [1], [(0, [0], [1])]), InvalidModelError, "shape"),
        (([{**X, "shape_signature": [1, 2]}, Y], [0], [1], [(0, [0], [1])]), InvalidModelError, "signature"),
        (([X, {**Y, "buffer": 1}], [0], [1], [], [{}, {"data": b"123"}]), InvalidModelError, "3 bytes"),
        (([X, {**Y, "buffer": 1}], [0], [1], [], [{}, {"offset": 1 << 63, "size": 1 << 63}]),
         InvalidModelError, "lies"),
        (([{**X, "type": 17}, Y], [0], [1], [(0, [0], [1])]), UnsupportedError, "INT4"),
        (([{**X, "external_buffer": 1}, Y], [0], [1], [(0, [0], [1])]), UnsupportedError, "outside the file"),
        (([X, Y], [0], [1], [(0, [0], [1])], None, [9999]), UnsupportedError, "9999"),
        (([X, Y], [0], [1], [(0, [0], [1])], None, [32]), InvalidModelError, "without a name"),
        (([X, {**Y, "type": 5, "buffer": 1}], [0], [1], [], [{}, {"data": b"\2\0\0\0" + b"\xff" * 12}]),
         InvalidModelError, "text constant"),
    ],
)  # fmt: skip
def test_broken_files_are_refused(arguments: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        load(file_of(*arguments))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidModelError, match="not a TFL3 file"):
        load(b"\0" * 100)
    with pytest.raises(InvalidModelError, match="schema version 2"):
        load(file_of([X, Y], [0], [1], [(0, [0], [1])], version=2))
    with pytest.raises(InvalidModelError, match="buffer 9 of 2"):
        load(file_of([X, Y], [0], [1], [(0, [0], [1])], [{}, {"data": b"text"}], metadata=9))
    model = load(file_of([X, Y], [0], [1], [(0, [0], [1])], [{}, {"data": b"text"}], metadata=1))
    assert load(written(model)).metadata["note"] == b"text"
    with pytest.raises(FileError, match="cannot read"):
        load(tmp_path / "missing.tflite")


def test_long_vectors_that_many_tables_share_do_not_take_forever() -> None:
    b = FlatBuilder()
    shape = b.numbers("i", [1] * 100_000)
    tensor = b.table("Tensor", shape=shape)
    graph = b.table("SubGraph", tensors=b.references([tensor] * 100_000))
    root = b.table("Model", version=3, subgraphs=b.references([graph]))
    started = time.perf_counter()
    with pytest.raises(InvalidModelError):
        load(bytes(b.finish(root)))
    assert time.perf_counter() - started < 5


def test_names_are_made_unique_and_stay_so() -> None:
    tensors: list[dict[str, Any]] = [{"shape": [2]}, {"name": "y", "shape": [2]}, {"name": "y", "shape": [2]}]
    model = load(file_of(tensors, [0], [2], [(0, [0], [1]), (0, [1], [2])]))
    assert [a.name for a in model.main.arrays()] == ["tensor0", "y", "y_1"]
    assert print_model(load(written(model))) == print_model(model)


def test_an_output_named_twice_becomes_two_arrays() -> None:
    data = file_of([X, Y], [0], [1, 1, 0], [(0, [0], [1])])
    model = load(data)
    assert [a.name for a in model.main.outputs] == ["y", "y_again", "x"]
    first, second, _ = litert.run(written(model), [np.array([-1, 2], np.float32)])
    np.testing.assert_array_equal(first, [1, 2])
    np.testing.assert_array_equal(second, [1, 2])


def test_a_reshape_of_old_files_gets_its_shape_as_an_operand() -> None:
    b = FlatBuilder()
    options = b.table("ReshapeOptions", new_shape=b.numbers("i", [2, -1]))
    tensors = [
        b.table("Tensor", name=b.string(name), shape=b.numbers("i", shape), type=0)
        for name, shape in (("x", [4]), ("y", [2, 2]))
    ]
    operator = b.table(
        "Operator",
        inputs=b.numbers("i", [0]),
        outputs=b.numbers("i", [1]),
        builtin_options_type=17,
        builtin_options=options,
    )
    graph = b.table(
        "SubGraph",
        tensors=b.references(tensors),
        inputs=b.numbers("i", [0]),
        outputs=b.numbers("i", [1]),
        operators=b.references([operator]),
    )
    code = b.table("OperatorCode", deprecated_builtin_code=22)
    root = b.table(
        "Model",
        version=3,
        operator_codes=b.references([code]),
        subgraphs=b.references([graph]),
        buffers=b.references([b.table("Buffer")]),
    )
    (op,) = load(bytes(b.finish(root))).main.ops()
    assert op.inputs[1] is not None
    assert (op.kind, op.inputs[1].numpy().tolist()) == ("Reshape", [2, -1])


def test_constants_are_views_of_the_file_wherever_they_lie() -> None:
    model = parse("graph main(x: float32[4096]) -> y {\n  k = const float32[4096] seed 1\n  y = Add(x, k)\n}")
    k = model.main.find("k")
    assert k is not None
    for layout in ("classic", "outside"):
        data = written(model, tflite_layout=layout)
        found = load(data).main.find("k")
        assert found is not None
        assert np.shares_memory(found.numpy(), np.frombuffer(data, np.uint8))
        np.testing.assert_array_equal(found.numpy(), k.numpy())


def test_unknown_extents_are_symbols_with_identity() -> None:
    model = load(FILES / "mlir_dynamic.tflite")
    x, y = model.main.inputs
    assert x.shape is not None
    assert y.shape is not None
    assert (repr(x.shape), x.shape[0] is y.shape[0]) == ("(?, 6)", False)
    hybrid = load(FILES / "mlir_hybrid.tflite")
    again = load(written(parse("graph main(x: float32[?b,2]) -> y {\n  t = Abs(x)\n  y = Exp(t)\n}")))
    assert {a.shape[0] for a in again.main.arrays() if a.shape} == {again.main.inputs[0].shape[0]}  # type: ignore[index]
    assert hybrid.main.inputs[0].shape == (hybrid.main.inputs[0].shape[0], 64)  # type: ignore[index]


def test_scales_come_in() -> None:
    model = load(FILES / "mlir_int8.tflite")
    convolution = model.main.ops("Conv")[0]
    weights = convolution.inputs[1]
    assert weights is not None
    assert weights.quantization is not None
    assert (str(weights.dtype), len(weights.quantization.scale), weights.quantization.axis) == ("int8", 8, 0)
    trained = load(FILES / "toco_uint8.tflite").main
    image = trained.inputs[0]
    assert image.quantization is not None
    # TOCO: (128, 64) means real = (q - 128) / 64.
    assert (image.quantization.scale, image.quantization.zero_point) == ((1 / 64,), (128,))


def test_text_comes_in() -> None:
    model = load(FILES / "mlir_text.tflite")
    (words,) = (a for a in model.main.arrays() if a.is_constant and str(a.dtype) == "string")
    assert words.numpy().tolist() == [b"a", b"", "längst".encode()]


def test_graphs_that_operators_run() -> None:
    model = load(FILES / "mlir_if.tflite")
    outer = model.main.ops("If")[0].attrs
    assert {outer.then_graph, outer.else_graph} < set(model.graphs)
    assert model.graphs[outer.else_graph].ops("If")
    loop = load(FILES / "mlir_while.tflite")
    (op,) = loop.main.ops("While")
    assert loop.graphs[op.attrs.cond_graph].ops("Less")


def test_signatures_and_metadata_come_in() -> None:
    model = load(FILES / "mlir_variables.tflite")
    assert [s.key for s in model.signatures] == ["add", "scaled"]
    assert model.metadata["description"] == "MLIR Converted."
    assert "CONVERSION_METADATA" in model.metadata
    assert "min_runtime_version" not in model.metadata


def test_what_the_ir_cannot_say_is_carried_with_the_reason() -> None:
    kinds = {op.attrs.source_kind: op.attrs for op in load(FILES / "mlir_hybrid.tflite").main.ops("Opaque")}
    assert "asymmetric_quantize_inputs" in kinds["FULLY_CONNECTED"].reason
    (lgamma,) = load(FILES / "toco_custom.tflite").main.ops("Opaque")
    assert lgamma.attrs.source_kind == "Lgamma"
    made = pytoco.convert(FILES / "mlir_flex.tflite")
    assert made.summary.operators["FlexMatrixDeterminant"] == 1
    assert any("Flex delegate" in note for note in made.summary.notes)


def test_states_and_intermediate_tensors_of_carried_operators() -> None:
    model = Model()
    graph = model.graph()
    from pytoco.compiler.ir.items import State
    from pytoco.compiler.ir.types import FLOAT32, INT8, Quantization

    x, state = graph.array("x", FLOAT32, (1, 2)), graph.array("state", FLOAT32, (1, 3))
    y = graph.array("y", FLOAT32, (1, 3))
    scratch = graph.array("scratch", INT8, (1, 3), quantization=Quantization((0.5,), (3,)))
    graph.retarget(inputs=[x])
    raw = RawOperator("SVDF", 2, "SVDFOptions", (1,), 1, "", b"", {"rank": 2, "fused_activation_function": "RELU"})
    graph.emit("Opaque", [x, state, None], opaque(raw, ""), outputs=[y, scratch])
    graph.retarget(outputs=[y], states=[State(state, state)])
    again = load(written(model))
    (op,) = again.main.ops()
    assert [a.name for a in op.outputs] == ["y", "scratch"]
    assert op.outputs[1].quantization == scratch.quantization
    assert again.main.states[0].array is op.inputs[1]
    assert print_model(load(written(again))) == print_model(again)


# What a caller may ask for ------------------------------------------------------------------------------------------


def test_other_inputs_and_outputs_cut_a_part_out() -> None:
    path = FILES / "toco_float.tflite"
    names = [op.name for op in load(path).main.order()]
    model = load(path, {"input_arrays": [names[0]], "output_arrays": [names[2]]})
    assert [op.name for op in model.main.order()] == names[1:3]
    assert [a.name for a in (*model.main.inputs, *model.main.outputs)] == [names[0], names[2]]
    assert not model.signatures
    counter = FILES / "mlir_variables.tflite"
    whole = load(counter)
    named = {"input_arrays": [a.name for a in whole.main.inputs], "output_arrays": [a.name for a in whole.main.outputs]}
    assert print_model(load(counter, named)) == print_model(whole)
    assert load(counter, named).signatures == whole.signatures
    with pytest.raises(UsageError, match="nowhere"):
        load(path, {"output_arrays": ["nowhere"]})
    with pytest.raises(UsageError, match="need input 'image'"):
        load(path, {"input_arrays": [names[2]], "output_arrays": [names[1]]})


def test_other_extents_go_through_the_graph() -> None:
    path = FILES / "toco_float.tflite"
    text = "graph main(x: float32[1,4]) -> y {\n  t = Abs(x)\n  y = Mul(t, t)\n}"
    model = load(written(parse(text)), {"input_shapes": {"x": [3, 4]}})
    assert model.main.outputs[0].shape == (3, 4)
    model = load(written(parse(text)), {"input_arrays": ["x"], "input_shapes": [[None, 4]]})
    assert model.main.outputs[0].shape == model.main.inputs[0].shape
    assert load(path, {"input_shapes": {"image": [3, 8, 8, 3]}}).main.outputs[0].shape == (3, 4)
    with pytest.raises(UsageError, match="CONV_2D does not take the shapes"):
        load(path, {"input_shapes": {"image": [1, 8, 8, 4]}})
    with pytest.raises(UsageError, match="not an input"):
        load(path, {"input_shapes": {"other": [1]}})


def test_types_of_inputs_are_the_files() -> None:
    path = FILES / "toco_float.tflite"
    assert load(path, {"input_data_types": {"image": "float32"}}).main.inputs[0].name == "image"
    with pytest.raises(UsageError, match="'image' is float32 in the file"):
        load(path, {"input_data_types": {"image": "int8"}})


def test_the_command_line_reads_writes_and_draws(tmp_path: Path) -> None:
    import subprocess
    import sys

    source = FILES / "mlir_if.tflite"

    def pytoco_says(*arguments: object) -> str:
        command = [sys.executable, "-m", "pytoco", *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    pytoco_says("convert", source, "-o", tmp_path / "y.tflite")
    assert load(tmp_path / "y.tflite").main.ops("If")
    pytoco_says("convert", FILES / "mlir_variables.tflite", "-o", tmp_path / "y.dot")
    assert "VAR_HANDLE" in (tmp_path / "y.dot").read_text()
    assert "FULLY_CONNECTED" in pytoco_says("inspect", FILES / "mlir_hybrid.tflite")


def test_reading_takes_no_time_per_byte(tmp_path: Path) -> None:
    lines = "".join(
        f"  k{n} = const float32[1024,1024] seed {n}\n  t{n} = Add({f't{n - 1}' if n else 'x'}, k{n})\n"
        for n in range(8)
    )
    path = tmp_path / "big.tflite"
    write(parse(f"graph main(x: float32[1024,1024]) -> t7 {{\n{lines}}}"), path, {})
    started = time.perf_counter()
    load(path)
    assert time.perf_counter() - started < 0.2
