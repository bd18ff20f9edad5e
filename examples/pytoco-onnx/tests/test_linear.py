"""Matrix products, recurrent layers, conditionals and loops."""

import numpy as np
import pytest
from parity import assert_parity, graph, protocol


@pytest.mark.parametrize(
    "lines",
    [
        ("w = const float32[3,4] seed 1", "b = const float32[3] [1.0, 2.0, 3.0]", "y = FullyConnected(x, w, b)"),
        ("w = const float32[3,4] seed 1", "y = FullyConnected(x, w)"),
        ("w = const float32[3,12] seed 1", "y = FullyConnected(x, w)"),
        ("w = const float32[3,4] seed 1", "y = FullyConnected(x, w) {keep_num_dims=true}"),
        (
            "w = const float32[3,4] seed 1",
            "b = const float32[3] [1.0, 2.0, 3.0]",
            "y = FullyConnected(x, w, b) {keep_num_dims=true}",
        ),
    ],
)
def test_fully_connected(lines: tuple[str, ...]) -> None:
    assert_parity(graph("x: float32[2,3,4]", *lines))


@pytest.mark.parametrize(
    ("a", "b", "flags"),
    [
        ("2,3", "3,4", ""),
        ("3,2", "3,4", "transpose_a=true"),
        ("3,2", "4,3", "transpose_a=true, transpose_b=true"),
    ],
)
def test_products(a: str, b: str, flags: str) -> None:
    attributes = f" {{{flags}}}" if flags else ""
    assert_parity(graph(f"x: float32[{a}], z: float32[{b}]", f"y = MatMul(x, z){attributes}"))


@pytest.mark.parametrize(
    ("a", "b", "flags"),
    [
        ("5,2,3", "5,3,4", ""),
        ("2,1,2,3", "5,4,3", "adj_y=true"),
        ("3,2", "2,3,4", "adj_x=true"),
    ],
)
def test_products_in_batches(a: str, b: str, flags: str) -> None:
    attributes = f" {{{flags}}}" if flags else ""
    assert_parity(graph(f"x: float32[{a}], z: float32[{b}]", f"y = BatchMatMul(x, z){attributes}"))


def test_a_layer_over_images_reads_them_channels_first() -> None:
    text = graph(
        "x: float32[2,5,4,3]",
        "k = const float32[6,2,2,3] seed 2",
        'c = Conv(x, k) {stride_h=1, stride_w=1, padding="VALID"}',
        "s = const int32[2] [-1, 72]",
        "f = Reshape(c, s)",
        "w = const float32[4,72] seed 3",
        "y = FullyConnected(f, w)",
    )
    assert [node.op_type for node in protocol(text).graph.node] == ["Transpose", "Conv", "Reshape", "Gemm"]
    assert_parity(text)


def test_weights_on_a_grid_are_put_in_order_too() -> None:
    grid = "quant[[0.5], [3], null]"
    text = f"""
        graph main(x: uint8[1,2,3,4] {grid}) -> y {{
          m: uint8[1,1,2,4] {grid} = MaxPool(x) {{kernel_h=2, kernel_w=2, stride_h=1, stride_w=1, padding="VALID"}}
          w = const int8[2,8] quant[[0.5, 0.25], [0, 0], 0] [1, -2, 3, 4, 5, 6, -7, 8, 9, 10, 11, 12, 13, -14, 15, 16]
          y: float32[1,2] = FullyConnected(m, w)
        }}"""
    assert [node.op_type for node in protocol(text).graph.node if node.op_type == "Transpose"] == ["Transpose"]
    assert_parity(text, inputs={"x": np.arange(24, dtype=np.uint8).reshape(1, 2, 3, 4)})


def test_recurrent_layers() -> None:
    gates = [f"w{g} = const float32[4,3] seed {g + 1}" for g in range(4)]
    gates += [f"r{g} = const float32[4,4] seed {g + 5}" for g in range(4)]
    gates += [f"b{g} = const float32[4] seed {g + 9}" for g in range(4)]
    states = ("state h: float32[2,4] <- h", "state c: float32[2,4] <- c")
    call = "w0, w1, w2, w3, r0, r1, r2, r3, _, _, _, b0, b1, b2, b3, _, _"
    text = graph("x: float32[5,2,3]", *states, *gates, f"y = UnidirectionalSequenceLstm(x, {call}, h, c)")
    assert_parity(text)
    peepholes = [f"p{g} = const float32[4] seed {g + 20}" for g in range(3)]
    call = call.replace("_, _, _", "p0, p1, p2")
    assert_parity(
        graph("x: float32[5,2,3]", *states, *gates, *peepholes, f"y = UnidirectionalSequenceLstm(x, {call}, h, c)")
    )


def test_a_plain_recurrent_layer() -> None:
    lines = ("w = const float32[4,3] seed 1", "r = const float32[4,4] seed 2", "b = const float32[4] seed 3")
    call = "y = UnidirectionalSequenceRnn(x, w, r, b, h)"
    assert_parity(graph("x: float32[5,2,3]", "state h: float32[2,4] <- h", *lines, call))


def test_layers_of_two_directions() -> None:
    weights = [
        f"{d}{n} = const float32[{shape}] seed {3 * k + j + 1}"
        for k, d in enumerate("fb")
        for j, (n, shape) in enumerate((("w", "4,3"), ("r", "4,4"), ("b", "4")))
    ]
    states = ("state h: float32[2,4] <- h", "state g: float32[2,4] <- g")
    line = "y = BidirectionalSequenceRnn(x, fw, fr, fb, h, bw, br, bb, g)"
    assert_parity(graph("x: float32[5,2,3]", *states, *weights, line))


CONDITION = """
graph main(c: bool[], x: float32[3]) -> y {
  y: float32[3] = If(c, x) {then_graph="twice", else_graph="same"}
}
graph twice(a: float32[3]) -> b {
  b = Add(a, a)
}
graph same(a: float32[3]) -> a {
}
"""


@pytest.mark.parametrize("condition", [True, False])
def test_conditionals(condition: bool) -> None:
    assert_parity(CONDITION, inputs={"c": np.array(condition), "x": np.array([1, 2, 3], np.float32)})


LOOP = """
graph main(n: int32[], x: float32[2], z: float32[2]) -> y, w {
  m: int32[], y: float32[2], w: float32[2] = While(n, x, z) {cond_graph="below", body_graph="step"}
}
graph below(n: int32[], a: float32[2], b: float32[2]) -> go {
  limit = const int32[] [3]
  go = Less(n, limit)
}
graph step(n: int32[], a: float32[2], b: float32[2]) -> m, b, c {
  one = const int32[] [1]
  m = Add(n, one)
  c = Add(a, b)
}
"""


@pytest.mark.parametrize("start", [0, 2, 5])
def test_loops_whose_variables_change_places(start: int) -> None:
    values = {"n": np.array(start, np.int32), "x": np.ones(2, np.float32), "z": np.array([1, 2], np.float32)}
    assert_parity(LOOP, inputs=values)
