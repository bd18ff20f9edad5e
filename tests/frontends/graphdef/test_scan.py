"""Reading a binary GraphDef: big weights stay in the file, damaged files are refused with the place of the damage."""

from pathlib import Path

import numpy as np
import pytest

from pytoco.compiler.errors import InvalidModelError, PytocoError
from pytoco.frontends.graphdef import load, protos
from pytoco.frontends.graphdef.scan import scan
from pytoco.frontends.graphdef.wire import varint_bytes
from tests.graphdefs import const, data, graph, node, placeholder

MODEL = data(placeholder("x", 1, 4), const("c", [1.0, 2.0, 3.0, 4.0]), node("y", "Add", ["x", "c"]))
OPTIONS = {"input_arrays": ["x"], "output_arrays": ["y"]}


def field(number: int, content: bytes) -> bytes:
    return varint_bytes(number << 3 | 2) + varint_bytes(len(content)) + content


def library(*functions: bytes) -> memoryview:
    return memoryview(field(2, b"".join(field(1, function) for function in functions)))


def function(name: bytes, *nodes: bytes) -> bytes:
    return field(1, field(1, name)) + b"".join(field(3, inner) for inner in nodes)


def big_model(count: int = 100_000) -> bytes:
    weights = np.arange(count, dtype=np.float32)
    return data(placeholder("x", 1, count), const("c", weights), node("y", "Add", ["x", "c"]))


def test_small_and_big_nodes_come_in_file_order() -> None:
    nodes = scan(memoryview(big_model()), "m").nodes
    assert [(n.name, n.op, n.inputs) for n in nodes] == [
        ("x", "Placeholder", []),
        ("c", "Const", []),
        ("y", "Add", ["x", "c"]),
    ]


def test_big_weights_are_a_view_of_the_file_s_bytes() -> None:
    content = bytearray(big_model())
    model = load(memoryview(content), OPTIONS)
    weights = model.main.find("c")
    assert weights is not None
    assert weights.numpy()[99_999] == 99_999
    at = content.rindex(np.float32(99_999).tobytes())
    content[at : at + 4] = np.float32(-5).tobytes()
    assert weights.numpy()[99_999] == -5


def test_a_mapped_file_gives_the_same_values_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "big.pb"
    path.write_bytes(big_model(400_000))
    value = load(path, OPTIONS).main.find("c")
    assert value is not None
    np.testing.assert_array_equal(value.numpy(), np.arange(400_000, dtype=np.float32))


def test_packed_float_list_is_read_without_a_copy() -> None:
    c = protos.NodeDef(name="c", op="Const")
    c.attr["dtype"].type = 1
    tensor = c.attr["value"].tensor
    tensor.dtype = 1
    tensor.tensor_shape.dim.add(size=50_000)
    tensor.float_val.extend(range(50_000))
    found = scan(memoryview(data(c)), "m").nodes[0]
    assert found.payloads is not None
    assert not found.message.attr["value"].tensor.float_val
    value = load(data(c, node("y", "Neg", ["c"])), {"output_arrays": ["y"]}).main.find("c")
    assert value is not None
    np.testing.assert_array_equal(value.numpy(), np.arange(50_000, dtype=np.float32))


def test_unusual_layout_of_a_big_constant_is_read_all_the_same() -> None:
    whole = const("c", np.ones(50_000, np.float32)).SerializeToString()
    twice = whole + whole  # protobuf merges repeated fields: the last value of each wins
    content = b"\n" + varint_bytes(len(twice)) + twice
    (found,) = scan(memoryview(content), "m").nodes
    assert found.name == "c"
    assert not found.payloads
    assert len(found.message.attr["value"].tensor.tensor_content) == 200_000


@pytest.mark.parametrize("end", range(1, len(MODEL)))
def test_truncation_at_every_byte_is_a_typed_error_or_a_whole_model(end: int) -> None:
    try:
        model = load(MODEL[:end], OPTIONS)
    except PytocoError:
        return
    assert end >= len(MODEL) - 4  # only the version record at the end may be missing
    assert len(model.main) == 1


@pytest.mark.parametrize("at", range(len(MODEL)))
def test_a_flipped_byte_never_gives_anything_but_a_model_or_a_typed_error(at: int) -> None:
    for flip in (0x01, 0x80, 0xFF):
        broken = MODEL[:at] + bytes([MODEL[at] ^ flip]) + MODEL[at + 1 :]
        try:
            load(broken, OPTIONS)
        except PytocoError:
            continue


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b"\x0a" + b"\xff" * 11, "longer than 10 bytes"),
        (b"\x80" * 11, "longer than 10 bytes"),
        (b"\x02\x00", "field number 0"),
        (b"\x1b\x00", "wire type 3"),
        (b"\x1c\x00", "wire type 4"),
        (b"\x1e\x00", "wire type 6"),
        (b"\x1f\x00", "wire type 7"),
        (b"\x0a\x7f\x00", "claims 127 bytes, but only 1"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "claims"),
        (b"\x0a\x05\x0a\x03\xff\xfe\xfd", "UTF-8"),
        (b"\x0a\x02\x0a\x09", "claims 9 bytes"),
    ],
)
def test_damage_is_reported_with_file_offset_and_reason(tail: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.pb"
    path.write_bytes(MODEL + tail)
    with pytest.raises(InvalidModelError, match=reason) as caught:
        load(path, OPTIONS)
    text = str(caught.value)
    assert "broken.pb" in text
    offset = int(text.split("byte ")[1].split(maxsplit=1)[0])
    assert len(MODEL) <= offset < len(MODEL) + len(tail)


def test_messages_nested_beyond_protobuf_s_limit_are_refused() -> None:
    value = b"\x18\x01"  # AttrValue.i = 1
    for _ in range(1000):  # AttrValue.func = 10, NameAttrList.attr = 2, a map entry of key 1 and value 2
        value = field(10, field(2, field(1, b"a") + field(2, value)))
    deep = field(1, field(1, b"n") + field(2, b"Op") + field(5, field(1, b"f") + field(2, value)))
    with pytest.raises(InvalidModelError, match="nested"):
        scan(memoryview(deep), "m")


def test_millions_of_empty_nodes_are_refused() -> None:
    with pytest.raises(InvalidModelError, match="no name"):
        load(b"\x0a\x00" * 300_000)


def test_producer_version_and_functions_are_found() -> None:
    message = graph(node("n", "NoOp"), producer=1087)
    message.library.function.add().signature.name = "f"
    found = scan(memoryview(message.SerializeToString()), "m")
    assert found.producer == 1087
    assert list(found.functions) == ["f"]


def test_a_damaged_function_is_refused_once_it_is_needed() -> None:
    content = library(function(b"good", node("n", "NoOp").SerializeToString()), function(b"bad", b"\x0a\x7f"))
    found = scan(content, "m").functions
    assert [n.name for n in found["good"].nodes] == ["n"]
    with pytest.raises(InvalidModelError, match=f"m: byte {len(content) - 2} .*claims 127 bytes"):
        len(found["bad"].nodes)


def test_a_function_whose_length_is_wrong_is_refused() -> None:
    bad = function(b"f") + b"\x1a\x7f"
    with pytest.raises(InvalidModelError, match="claims 127 bytes, but only 0 are left"):
        len(scan(library(bad), "m").functions["f"].nodes)


def test_nodes_of_a_function_come_in_order_and_big_ones_stay_in_the_file() -> None:
    weights = const("big", np.arange(100_000, dtype=np.float32))
    nodes = [node("a", "NoOp"), weights, node("b", "NoOp", ["^a"] * 100), node("c", "NoOp")]
    found = scan(library(function(b"f", *(n.SerializeToString() for n in nodes))), "m").functions["f"].nodes
    assert [n.name for n in found] == ["a", "big", "b", "c"]
    assert found[1].payloads is not None
    assert found[1].payloads["value"].data.nbytes == 400_000


def test_a_function_may_begin_with_its_body() -> None:
    body = field(3, node("n", "NoOp").SerializeToString())
    found = scan(library(body + field(1, field(1, b"f"))), "m").functions
    assert [n.name for n in found["f"].nodes] == ["n"]


def test_a_function_whose_name_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidModelError, match="'name' of OpDef is not valid UTF-8"):
        scan(library(function(b"f\xff")), "m")


def test_a_function_that_is_named_again_further_on_is_refused() -> None:
    found = scan(library(function(b"f") + field(1, field(1, b"g"))), "m").functions
    with pytest.raises(InvalidModelError, match="'f' is given another name"):
        len(found["f"].nodes)


def test_two_functions_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidModelError, match="'f' is defined twice"):
        scan(library(function(b"f"), function(b"f")), "m")
