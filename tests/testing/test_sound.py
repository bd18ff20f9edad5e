"""Assertions about passes by name: what they accept, and what they find."""

import pytest

from pytoco.compiler.errors import UsageError
from pytoco.compiler.testing import assert_exports, assert_passes_sound

GRAPH = """
graph main(x: float32[2]) -> y {
  t: float32[2] = Identity(x)
  y: float32[2] = Relu(t)
}
"""


def test_a_sound_pass_by_name_and_by_class() -> None:
    from pytoco.passes.clean_up.remove_identity import RemoveIdentity

    assert_passes_sound(GRAPH, "remove-identity")
    assert_passes_sound(GRAPH, [RemoveIdentity, "remove-trivial-relu"], options={"allow_custom_ops": True})


def test_an_unknown_pass() -> None:
    with pytest.raises(UsageError, match="no pass 'remove-identities'"):
        assert_passes_sound(GRAPH, "remove-identities")


def test_graphs_that_cannot_be_computed_are_still_run() -> None:
    text = "graph main(x: float32[*]) -> y {\n  t: float32[*] = Identity(x)\n  y: float32[*] = Relu(t)\n}"
    assert_passes_sound(text, "remove-identity")


def test_what_tflite_cannot_express_is_no_fault_of_the_export() -> None:
    assert_exports(GRAPH)
    assert_exports(GRAPH.replace("Relu(t)", 'Opaque(t) {source_kind="Frobnicate"}'))
