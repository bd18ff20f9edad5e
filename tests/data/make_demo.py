"""Make the demo model: a small MobileNetV1, frozen by TensorFlow, with one input and TensorFlow's own output for it.

    python tests/data/make_demo.py       (in an environment with TensorFlow 2.x; made with 2.21)

The architecture is MobileNetV1 (Howard et al. 2017, arXiv:1704.04861, table 1) with width multiplier 0.25 and 96 x 96
images, and 64 classes instead of 1001 to stay below a megabyte. The weights are random, from a fixed seed; the moments
of the batch normalisations are those of the image, so that activations keep a trained network's magnitudes.
Writes demo/mobilenet_v1_0.25_96.pb and demo/mobilenet_v1_0.25_96.npz.
"""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

NAME = "mobilenet_v1_0.25_96"
WIDTH, SIZE, CLASSES = 0.25, 96, 64
BLOCKS = ((1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), *[(1, 512)] * 5, (2, 1024), (1, 1024))
EPSILON = 1e-3


class MobileNet:
    """Builds the graph layer by layer; `measure` runs it as far as it is, to set a layer's moments."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(20)
        self.session = tf.Session()
        self.input = tf.placeholder(tf.float32, [1, SIZE, SIZE, 3], name="input")
        self.image = self.random.uniform(-1, 1, self.input.shape.as_list()).astype(np.float32)

    def variable(self, name: str, value: np.ndarray) -> tf.Tensor:
        """Return a read of a new variable that starts as `value`."""
        variable = tf.Variable(value.astype(np.float32), name=name, use_resource=True)
        self.session.run(variable.initializer)
        return variable.read_value()

    def normalised(self, x: tf.Tensor) -> tf.Tensor:
        """Fused batch normalisation in inference mode, then Relu6."""
        measured = self.session.run(x, {self.input: self.image})
        channels = measured.shape[-1]
        with tf.variable_scope("BatchNorm"):
            y = tf.nn.fused_batch_norm(
                x,
                self.variable("gamma", self.random.uniform(0.8, 1.6, channels)),
                self.variable("beta", self.random.normal(0.4, 0.4, channels)),
                self.variable("moving_mean", measured.mean((0, 1, 2))),
                self.variable("moving_variance", measured.var((0, 1, 2)) + 1e-2),
                epsilon=EPSILON,
                is_training=False,
            )[0]
        return tf.nn.relu6(y)

    def conv(self, x: tf.Tensor, name: str, kernel: int, depth: int, stride: int) -> tf.Tensor:
        """A convolution with batch normalisation."""
        fan_in = kernel * kernel * x.shape[-1]
        with tf.variable_scope(name):
            weights = self.random.normal(0, fan_in**-0.5, [kernel, kernel, x.shape[-1], depth])
            y = tf.nn.conv2d(x, self.variable("weights", weights), [1, stride, stride, 1], "SAME")
            return self.normalised(y)

    def depthwise(self, x: tf.Tensor, name: str, stride: int) -> tf.Tensor:
        """A 3 x 3 depthwise convolution with batch normalisation."""
        with tf.variable_scope(name):
            weights = self.random.normal(0, 1 / 3, [3, 3, x.shape[-1], 1])
            read = self.variable("depthwise_weights", weights)
            y = tf.nn.depthwise_conv2d(x, read, [1, stride, stride, 1], "SAME", name="depthwise")
            return self.normalised(y)

    def build(self) -> tf.Tensor:
        """Build the whole network; returns the class probabilities."""
        with tf.variable_scope("MobilenetV1"):
            x = self.conv(self.input, "Conv2d_0", 3, int(32 * WIDTH), 2)
            for i, (stride, depth) in enumerate(BLOCKS, 1):
                x = self.depthwise(x, f"Conv2d_{i}_depthwise", stride)
                x = self.conv(x, f"Conv2d_{i}_pointwise", 1, int(depth * WIDTH), 1)
            with tf.variable_scope("Logits"):
                x = tf.nn.avg_pool2d(x, x.shape[1:3], 1, "VALID", name="AvgPool_1a")
                x = tf.nn.dropout(x, rate=0.0)
                weights = self.random.normal(0, 0.3, [1, 1, x.shape[-1], CLASSES])
                x = tf.nn.conv2d(x, self.variable("weights", weights), 1, "SAME", name="Conv2d_1c_1x1")
                x = tf.nn.bias_add(x, self.variable("biases", self.random.normal(0, 0.3, CLASSES)))
                x = tf.squeeze(x, [1, 2], name="SpatialSqueeze")
            with tf.variable_scope("Predictions"):
                flat = tf.reshape(x, [-1, CLASSES])
                return tf.reshape(tf.nn.softmax(flat), tf.shape(x), name="Reshape_1")


def main() -> None:
    """Write the frozen graph, and the image with its probabilities."""
    tf.disable_eager_execution()
    folder = Path(__file__).parent / "demo"
    folder.mkdir(exist_ok=True)
    net = MobileNet()
    output = net.build()
    graph = net.session.graph.as_graph_def()
    graph = tf.graph_util.convert_variables_to_constants(net.session, graph, [output.op.name])
    for node in graph.node:  # attributes that say nothing here, and that TensorFlow 1 refuses
        for name in ("explicit_paddings", "exponential_avg_factor"):
            node.attr.pop(name, None)
    folder.joinpath(f"{NAME}.pb").write_bytes(graph.SerializeToString(deterministic=True))
    expected = net.session.run(output, {net.input: net.image})
    np.savez_compressed(folder / f"{NAME}.npz", input=net.image, output=expected)
    print(f"{len(graph.node)} nodes, output {output.op.name}, most likely {expected.argmax()}: {expected.max():.3f}")


if __name__ == "__main__":
    main()
