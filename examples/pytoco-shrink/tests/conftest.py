"""Models with Softshrink nodes, as TensorFlow writes them: GraphDefs in the text format."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytoco.compiler import register_op

from pytoco_shrink.softshrink import Softshrink

register_op(Softshrink)  # conversions do so themselves; tests with graphs as text need it

Maker = Callable[..., Path]


def placeholder(name: str) -> str:
    """A float32[2,3] input."""
    return f"""
        node {{
          name: "{name}" op: "Placeholder"
          attr {{ key: "dtype" value {{ type: DT_FLOAT }} }}
          attr {{ key: "shape" value {{ shape {{ dim {{ size: 2 }} dim {{ size: 3 }} }} }} }}
        }}"""


def node(name: str, op: str, source: str, **attributes: float) -> str:
    """A node with one float32 operand and float attributes."""
    fields = "".join(f'attr {{ key: "{key}" value {{ f: {value} }} }}' for key, value in attributes.items())
    return f"""
        node {{
          name: "{name}" op: "{op}" input: "{source}"
          attr {{ key: "T" value {{ type: DT_FLOAT }} }} {fields}
        }}"""


@pytest.fixture
def make_model(tmp_path: Path) -> Maker:
    """Write `model.pbtxt`: `y` is Softshrink of the input `x`, or of Relu6 of it; attributes as given."""

    def make(*, relu6: bool = False, **attributes: float) -> Path:
        first = node("r", "Relu6", "x") if relu6 else ""
        text = placeholder("x") + first + node("y", "Addons>Softshrink", "r" if relu6 else "x", **attributes)
        path = tmp_path / "model.pbtxt"
        path.write_text(f"{text}\n        versions {{ producer: 1087 }}\n")
        return path

    return make
