"""Make a small graph with the array names of InceptionV1 that TOCO's command-line examples use, and what it computes.

    python tests/data/make_inception.py       (in an environment with TensorFlow 2.x; made with 2.21)

The shapes around the block Mixed_3b are those of InceptionV1 (Szegedy et al. 2014, arXiv:1409.4842, table 1): 28 x 28
by 96, 16, 192 and 64. Stem and later blocks are left out, and all but the first rows of the wide weights are zero,
which a TensorProto may leave out, so that the file has a few kilobytes. Inputs are computed by `pattern` rather than
stored; of the larger results only every ninth row and column is kept.
Writes inception/inception_v1_small.pb and .npz.
"""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

BLOCK = "InceptionV1/InceptionV1/Mixed_3b"
INPUTS = {
    f"{BLOCK}/Branch_1/Conv2d_0a_1x1/Relu": (1, 28, 28, 96),
    f"{BLOCK}/Branch_2/Conv2d_0a_1x1/Relu": (1, 28, 28, 16),
    f"{BLOCK}/Branch_3/MaxPool_0a_3x3/MaxPool": (1, 28, 28, 192),
    f"{BLOCK}/Branch_0/Conv2d_0a_1x1/Relu": (1, 28, 28, 64),
}
IMAGE = {"input": (1, 224, 224, 3)}
PREDICTIONS = "InceptionV1/Logits/Predictions/Reshape_1"
CONCAT = f"{BLOCK}/concat_v2"
CLASSES = 12
DENSE = 800
"""Weights of more elements than this are zero after the first `DENSE`."""

random = np.random.default_rng(3)


def pattern(shape: tuple[int, ...]) -> np.ndarray:
    """Numbers in [-1, 1) that look random and are the same everywhere."""
    count = int(np.prod(shape))
    return (np.arange(count, dtype=np.int64) * 7919 % 2003 / 1001.5 - 1).astype(np.float32).reshape(shape)


def conv(x: tf.Tensor, name: str, kernel: int, depth: int, stride: int = 1) -> tf.Tensor:
    """A convolution with batch normalisation (no gamma, as in InceptionV1) and Relu."""
    with tf.variable_scope(name):
        shape = [kernel, kernel, int(x.shape[-1]), depth]
        count = min(int(np.prod(shape)), DENSE)
        values = random.normal(0, (2 / max(count / depth, 1)) ** 0.5, count).astype(np.float32)
        weights = np.zeros(int(np.prod(shape)), np.float32)
        weights[:count] = values
        y = tf.nn.conv2d(x, tf.constant(weights.reshape(shape), name="weights"), stride, "SAME")
        beta, mean = (tf.constant(random.normal(0, 0.2, depth).astype(np.float32)) for _ in range(2))
        variance = tf.constant(random.uniform(0.3, 0.9, depth).astype(np.float32))
        ones = tf.constant(1.0, shape=[depth])
        return tf.nn.relu(tf.nn.fused_batch_norm(y, ones, beta, mean, variance, epsilon=1e-3, is_training=False)[0])


def block(x: tf.Tensor) -> tf.Tensor:
    """The block Mixed_3b."""
    with tf.variable_scope("Mixed_3b"):
        with tf.variable_scope("Branch_0"):
            first = conv(x, "Conv2d_0a_1x1", 1, 64)
        with tf.variable_scope("Branch_1"):
            second = conv(conv(x, "Conv2d_0a_1x1", 1, 96), "Conv2d_0b_3x3", 3, 2)
        with tf.variable_scope("Branch_2"):
            third = conv(conv(x, "Conv2d_0a_1x1", 1, 16), "Conv2d_0b_3x3", 3, 4)
        with tf.variable_scope("Branch_3"):
            fourth = conv(tf.nn.max_pool2d(x, 3, 1, "SAME", name="MaxPool_0a_3x3/MaxPool"), "Conv2d_0b_1x1", 1, 4)
        return tf.concat([first, second, third, fourth], 3, name="concat_v2")


def build() -> None:
    """Build the whole network into the default graph."""
    x = tf.placeholder(tf.float32, IMAGE["input"], name="input")
    with tf.variable_scope("InceptionV1"):
        with tf.variable_scope("InceptionV1"):
            x = tf.nn.max_pool2d(conv(x, "Conv2d_1a_7x7", 7, 4, 2), 3, 2, "SAME", name="MaxPool_2a_3x3/MaxPool")
            x = tf.nn.max_pool2d(conv(x, "Conv2d_2b_1x1", 1, 192), 3, 2, "SAME", name="MaxPool_3a_3x3/MaxPool")
            x = block(x)
        with tf.variable_scope("Logits"):
            x = tf.identity(tf.nn.avg_pool2d(x, 28, 1, "VALID", name="AvgPool_0a_7x7"), name="Dropout_0b/Identity")
            weights = random.normal(0, 0.1, [1, 1, int(x.shape[-1]), CLASSES]).astype(np.float32)
            x = tf.nn.conv2d(x, tf.constant(weights), 1, "SAME", name="Conv2d_0c_1x1")
            x = tf.nn.bias_add(x, tf.constant(random.normal(0, 0.3, CLASSES).astype(np.float32)))
            x = tf.squeeze(x, [1, 2], name="SpatialSqueeze")
            with tf.variable_scope("Predictions"):
                flat = tf.nn.softmax(tf.reshape(x, [-1, CLASSES]))
                tf.reshape(flat, tf.shape(x), name="Reshape_1")


def shorten(graph: tf.GraphDef) -> None:
    """Leave out the zeros that a constant ends in: a TensorProto's last value stands for all that follow."""
    for node in graph.node:
        tensor = node.attr["value"].tensor
        values = np.frombuffer(tensor.tensor_content, np.float32)
        if node.op == "Const" and len(values) > DENSE and tensor.dtype == tf.float32.as_datatype_enum:
            tensor.tensor_content = b""
            tensor.float_val.extend([*values[:DENSE].tolist(), 0.0])


def main() -> None:
    """Write the graph and the results of the four examples."""
    build()
    graph = tf.get_default_graph().as_graph_def()
    shorten(graph)
    for node in graph.node:
        for name in ("explicit_paddings", "exponential_avg_factor"):  # they say nothing here
            node.attr.pop(name, None)
    folder = Path(__file__).parent / "inception"
    folder.mkdir(exist_ok=True)
    folder.joinpath("inception_v1_small.pb").write_bytes(graph.SerializeToString(deterministic=True))

    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(graph, name="")

        def run(outputs: list[str], inputs: dict[str, tuple[int, ...]]) -> list[np.ndarray]:
            feed = {f"{name}:0": pattern(shape) for name, shape in inputs.items()}
            return session.run([f"{name}:0" for name in outputs], feed)

        whole, *branches = run([PREDICTIONS, *list(INPUTS)[:2]], IMAGE)
        np.savez_compressed(
            folder / "inception_v1_small.npz",
            whole=whole,
            multiple_inputs=run([PREDICTIONS], INPUTS)[0],
            branch_1=branches[0][:, ::9, ::9],
            branch_2=branches[1][:, ::9, ::9],
            subgraph=run([CONCAT], INPUTS)[0][:, ::9, ::9],
        )
    print(f"{len(graph.node)} nodes, predictions {whole.round(3).tolist()}")


if __name__ == "__main__":
    tf.disable_eager_execution()
    main()
