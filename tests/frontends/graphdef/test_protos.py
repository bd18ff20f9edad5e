"""pytoco's TensorFlow messages are private: they live beside TensorFlow's own, whoever comes first."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from pytoco.frontends.graphdef import protos

# Where TensorFlow is not installed, protobuf's default pool must at least not hear of our messages.
_WITHOUT = """
from pytoco.frontends.graphdef import protos
protos.GraphDef()
from google.protobuf import descriptor_pool
try:
    descriptor_pool.Default().FindMessageTypeByName("tensorflow.NodeDef")
except KeyError:
    print("fine")
"""
_OURS = "from pytoco.frontends.graphdef import protos; ours = protos.NodeDef(name='n', op='Relu')"
_THEIRS = "import tensorflow as tf; theirs = tf.compat.v1.NodeDef()"
_COMPARE = "theirs.ParseFromString(ours.SerializeToString()); assert theirs.name == 'n'; print('fine')"
SCRIPTS = [_WITHOUT] + (
    [f"{_OURS}\n{_THEIRS}\n{_COMPARE}", f"{_THEIRS}\n{_OURS}\n{_COMPARE}"] if find_spec("tensorflow") else []
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_messages_live_beside_tensorflow_s(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.endswith("fine\n"), done.stderr


@pytest.mark.parametrize("names", ["GraphDef SavedModel BundleEntryProto", "BundleEntryProto GraphDef SavedModel"])
def test_messages_are_loaded_in_any_order_and_fit_each_other(names: str) -> None:
    script = f"""
from pytoco.frontends.graphdef import protos
for name in {names.split()!r}:
    getattr(protos, name)
meta = protos.MetaGraphDef(graph_def=protos.GraphDef(node=[protos.NodeDef(name="n")]))
assert protos.SavedModel(meta_graphs=[meta]).meta_graphs[0].graph_def.node[0].name == "n"
print("fine")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "fine\n", done.stderr


def test_unknown_message_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="NoSuchMessage"):
        protos.NoSuchMessage  # noqa: B018
