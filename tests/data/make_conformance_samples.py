"""Makes the models of compiler/testing/conformance/samples with TensorFlow 2: the same small network in three formats.

    python make_conformance_samples.py FOLDER

`graph.pb` is a frozen GraphDef, `saved_model` a SavedModel with a variable, `model.tflite` what TensorFlow's own
converter makes of it.
"""

import shutil
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

WEIGHTS = np.arange(12, dtype=np.float32).reshape(4, 3) / 4 - 1


class Network(tf.Module):
    """A matrix product, a bias and a Relu."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = tf.Variable(WEIGHTS, name="weights")

    @tf.function(input_signature=[tf.TensorSpec([1, 4], tf.float32, name="x")])
    def __call__(self, x):
        return {"y": tf.nn.relu(tf.matmul(x, self.weights) + tf.constant([0.5, 0.0, -0.5]), name="y")}


def main(folder: Path) -> None:
    network = Network()
    frozen = convert_variables_to_constants_v2(network.__call__.get_concrete_function())
    graph = frozen.graph.as_graph_def()
    for field in ("library", "versions"):
        graph.ClearField(field)
    (folder / "graph.pb").write_bytes(graph.SerializeToString(deterministic=True))
    (folder / "model.tflite").write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([frozen]).convert())
    saved = folder / "saved_model"
    shutil.rmtree(saved, ignore_errors=True)
    tf.saved_model.save(network, str(saved), options=tf.saved_model.SaveOptions(save_debug_info=False))
    shutil.rmtree(saved / "assets", ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
