"""Makes ophints/*.pb and ophints/results.npz: recurrent layers as TensorFlow 1's OpHints leave them in a graph.

Run with TensorFlow 1.15: `python tests/data/make_ophints.py`. Each graph reads `x` [time, batch, depth] and gives `y`;
the results are those of the graph before the layer became one node.
"""

import os

import numpy as np
import tensorflow as tf
from tensorflow.lite.experimental.examples.lstm import rnn, rnn_cell

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ophints")
LSTM = {"use_peepholes": True, "num_proj": 4}
CELLS = {
    "lstm": [lambda: rnn_cell.TFLiteLSTMCell(5, name="cell", **LSTM)],
    "lstm_plain": [lambda: rnn_cell.TFLiteLSTMCell(5, name="cell")],
    "rnn": [lambda: rnn_cell.TfLiteRNNCell(5, name="cell")],
    "bidirectional_lstm": [
        lambda: rnn_cell.TFLiteLSTMCell(5, name="forward", **LSTM),
        lambda: rnn_cell.TFLiteLSTMCell(5, name="backward", **LSTM),
    ],
    "bidirectional_rnn": [
        lambda: rnn_cell.TfLiteRNNCell(5, name="forward"),
        lambda: rnn_cell.TfLiteRNNCell(3, name="backward"),
    ],
}
"""A cell for the sequence, and one for the reversed sequence where there are two."""

tf.compat.v1.enable_control_flow_v2()
os.makedirs(FOLDER, exist_ok=True)
given = np.random.RandomState(3).normal(size=(4, 2, 3)).astype("f")
results = {"x": given}
for title, cells in sorted(CELLS.items()):
    graph = tf.Graph()
    with graph.as_default(), tf.compat.v1.Session(graph=graph) as session:
        tf.compat.v1.set_random_seed(7)
        x = tf.compat.v1.placeholder(tf.float32, given.shape, name="x")
        steps, _ = rnn.dynamic_rnn(cells[0](), x, time_major=True, dtype=tf.float32)
        for cell in cells[1:]:
            with tf.compat.v1.variable_scope("backward"):
                turned, _ = rnn.dynamic_rnn(cell(), tf.reverse(x, [0]), time_major=True, dtype=tf.float32)
            steps = tf.concat([steps, tf.reverse(turned, [0])], 2)
        y = tf.identity(steps, name="y")
        session.run(tf.compat.v1.global_variables_initializer())
        results[title] = session.run(y, {x: given})
        frozen = tf.compat.v1.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["y"])
        stubs = tf.lite.experimental.convert_op_hints_to_stubs(graph_def=frozen)
        with open(os.path.join(FOLDER, title + ".pb"), "wb") as file:
            file.write(stubs.SerializeToString())
np.savez(os.path.join(FOLDER, "results.npz"), **results)
