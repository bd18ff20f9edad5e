"""Windows over images: convolutions, pooling, resizing, blocks, normalisation."""

import pytest
from parity import OPSETS, assert_parity, graph, protocol

WINDOW = "stride_h=2, stride_w=1, padding="


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("padding", ['"SAME"', '"VALID"', '"EXPLICIT", explicit=[1, 0, 2, 1]'])
def test_convolutions(padding: str, opset: int) -> None:
    weights = ("w = const float32[5,3,2,3] seed 1", "b = const float32[5] seed 2")
    assert_parity(graph("x: float32[2,7,6,3]", *weights, f"y = Conv(x, w, b) {{{WINDOW}{padding}}}"), opset=opset)
    depthwise = ("w = const float32[1,3,2,6] seed 1", f"y = DepthwiseConv(x, w) {{{WINDOW}{padding}}}")
    assert_parity(graph("x: float32[2,7,6,3]", *depthwise), opset=opset)


def test_groups_and_dilations() -> None:
    line = 'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME", dilation_h=2, dilation_w=3}'
    assert_parity(graph("x: float32[1,8,9,4]", "w = const float32[6,3,3,2] seed 1", line))


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("shape", ["2,9,7,2", "2,10,8,2"])
def test_transposed_convolutions(padding: str, shape: str) -> None:
    height, width = (
        (int(n) - (2 if padding == "VALID" else 1)) // 2 + (padding == "SAME") for n in shape.split(",")[1:3]
    )
    lines = (
        f"s = const int32[4] [{shape}]",
        "w = const float32[2,3,3,4] seed 1",
        f'y = TransposeConv(s, w, x) {{stride_h=2, stride_w=2, padding="{padding}"}}',
    )
    if padding == "VALID":
        height, width = ((int(n) - 3 + 2) // 2 for n in shape.split(",")[1:3])
    else:
        height, width = (-(-int(n) // 2) for n in shape.split(",")[1:3])
    assert_parity(graph(f"x: float32[2,{height},{width},4]", *lines))


def test_weights_that_are_computed() -> None:
    line = 'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}'
    assert_parity(graph("x: float32[1,5,5,2], w: float32[3,3,3,2]", line))
    ordered = 'r = ReorderAxes(w) {source="HWIO", target="OHWI"}'
    assert_parity(graph("x: float32[1,5,5,2], w: float32[3,3,2,4]", ordered, line.replace("w)", "r)")))


def test_volumes() -> None:
    attributes = '{stride_d=1, stride_h=2, stride_w=1, padding="SAME"}'
    assert_parity(
        graph("x: float32[1,4,5,6,2]", "w = const float32[2,3,3,2,3] seed 1", f"y = Conv3D(x, w) {attributes}")
    )
    lines = ("s = const int32[5] [1, 4, 6, 5, 3]", "w = const float32[2,3,3,3,2] seed 1")
    assert_parity(graph("x: float32[1,4,3,5,2]", *lines, f"y = Conv3DTranspose(s, w, x) {attributes}"))


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("kind", ["AveragePool", "MaxPool", "L2Pool"])
def test_pooling(kind: str, padding: str) -> None:
    line = f'y = {kind}(x) {{kernel_h=3, kernel_w=2, stride_h=2, stride_w=1, padding="{padding}"}}'
    assert_parity(graph("x: float32[2,7,6,3]", line))


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_zeros_around_a_pool_count(padding: str) -> None:
    lines = (
        "p = const int32[4,2] [0, 0, 1, 1, 1, 1, 0, 0]",
        "n = Abs(x)",
        "m = Neg(n)",
        "t = Pad(m, p)",
        f'y = MaxPool(t) {{kernel_h=3, kernel_w=3, stride_h=2, stride_w=2, padding="{padding}"}}',
    )
    assert_parity(graph("x: float32[1,8,8,2]", *lines))


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("how", ["", " {align_corners=true}", " {half_pixel_centers=true}"])
@pytest.mark.parametrize("size", [[8, 6], [7, 5], [2, 2], [4, 3]])
@pytest.mark.parametrize("kind", ["ResizeBilinear", "ResizeNearestNeighbor"])
def test_resizing(kind: str, size: list[int], how: str, opset: int) -> None:
    lines = (f"s = const int32[2] {size}", f"y = {kind}(x, s){how}")
    assert_parity(graph("x: float32[2,4,3,2]", *lines), opset=opset)


def test_resizing_of_batches_that_are_not_known() -> None:
    assert_parity(graph("x: float32[?n,4,3,2]", "s = const int32[2] [8, 9]", "y = ResizeBilinear(x, s)"))


def test_whole_repetitions_of_pixels_are_one_operator() -> None:
    twice = graph("x: float32[1,4,3,2]", "s = const int32[2] [8, 6]", "y = ResizeNearestNeighbor(x, s)")
    assert "Resize" in [node.op_type for node in protocol(twice).graph.node]
    odd = twice.replace("[8, 6]", "[7, 6]")
    assert [node.op_type for node in protocol(odd).graph.node] == ["Gather", "Gather"]


def test_blocks_of_pixels() -> None:
    assert_parity(graph("x: float32[1,4,6,3]", "y = SpaceToDepth(x) {block_size=2}"))
    assert_parity(graph("x: float32[1,2,3,12]", "y = DepthToSpace(x) {block_size=2}"))


def test_normalisation() -> None:
    assert_parity(
        graph("x: float32[1,3,4,9]", "y = LocalResponseNormalization(x) {radius=2, bias=1.0, alpha=0.5, beta=0.75}")
    )
    statistics = ("m = const float32[3] [0.5, 1.0, -1.0]", "v = const float32[3] [1.0, 2.0, 0.5]")
    line = "y = BatchNormalization(x, _, o, m, v) {epsilon=0.001}"
    assert_parity(graph("x: float32[2,4,5,3], o: float32[3]", *statistics, line))
    assert_parity(graph("x: float32[2,3], o: float32[3]", *statistics, line))


@pytest.mark.parametrize("kind", ["Conv(x, w)", "MaxPool(x)"])
def test_same_padding_of_unknown_extents_is_left_to_the_runtime(kind: str) -> None:
    kernel = "kernel_h=3, kernel_w=3, " if kind.startswith("Max") else ""
    text = graph(
        "x: float32[1,?h,?w,2]",
        "w = const float32[3,3,3,2] seed 1",
        f'y = {kind} {{{kernel}stride_h=2, stride_w=2, padding="SAME"}}',
    )
    (node,) = (n for n in protocol(text).graph.node if n.op_type in ("Conv", "MaxPool"))
    assert [a.s for a in node.attribute if a.name == "auto_pad"] == [b"SAME_UPPER"]
    assert_parity(text)
