"""The graphs with FakeQuant of `make_toco_grids.py`, and the options to convert them with. For TensorFlow 1.15."""

from __future__ import annotations

from typing import Any, Callable, Dict  # noqa: UP035 - Python 3.7

import numpy as np
import tensorflow as tf

CASES: Dict[str, Any] = {}  # noqa: UP006
rng = np.random.RandomState(7)


def case(build: Callable[[], Any] | None = None, *, name: str = "", like: str = "", **options: Any) -> Any:
    """A case: a function that builds a graph of placeholders x0.. and gives its results; options as of pytoco.

    With `like` the graph is that of another case.
    """
    if build is None and not like:
        return lambda function: case(function, name=name, **options)
    name = name or build.__name__.strip("_")
    CASES[name] = (build, like or name, options)
    return build


def normal(*shape: int, scale: float = 0.5) -> Any:
    return tf.constant(rng.normal(0, scale, shape).astype(np.float32))


def x(*shape: int, index: int = 0) -> Any:
    return tf.placeholder(tf.float32, shape or (1, 8, 8, 4), name=f"x{index}")


def fake(y: Any, low: float = -2.0, high: float = 2.0, bits: int = 8, narrow: bool = False) -> Any:
    return tf.quantization.fake_quant_with_min_max_vars(
        y, tf.constant(low), tf.constant(high), num_bits=bits, narrow_range=narrow
    )


def weights(*shape: int) -> Any:
    """None of them comes near the least code, of which TOCO wants only one in a while."""
    return fake(tf.constant(np.clip(rng.normal(0, 0.5, shape), -1.0, 1.19).astype(np.float32)), -1.1, 1.3)


def conv(y: Any, depth: int = 4, size: int = 3, **more: Any) -> Any:
    kernel = weights(size, size, int(y.shape[-1]), depth)
    return tf.nn.conv2d(y, kernel, more.pop("strides", [1, 1, 1, 1]), "SAME", **more) + normal(depth)


@case
def conv_relu6() -> Any:
    return fake(tf.nn.relu6(conv(x())), 0.0, 6.0)


@case
def conv_relu() -> Any:
    return fake(tf.nn.relu(conv(x())), 0.0, 3.7)


@case
def conv_linear() -> Any:
    return fake(conv(fake(x(), -1.0, 1.0), strides=[1, 2, 2, 1]), -3.1, 4.3)


@case
def trained() -> Any:
    """Batch norm folded by tf.contrib.quantize, ranges given by hand."""
    y = x(1, 8, 8, 3)
    with tf.contrib.framework.arg_scope(
        [tf.contrib.layers.conv2d, tf.contrib.layers.separable_conv2d],
        normalizer_fn=tf.contrib.layers.batch_norm,
        normalizer_params={"is_training": False},
        activation_fn=tf.nn.relu6,
    ):
        y = tf.contrib.layers.conv2d(y, 8, 3, stride=2, scope="c0")
        y = tf.contrib.layers.separable_conv2d(y, None, 3, depth_multiplier=1, scope="d1")
        y = tf.contrib.layers.conv2d(y, 8, 1, scope="p1")
    y = tf.reduce_mean(y, [1, 2], keepdims=True)
    y = tf.contrib.layers.conv2d(y, 5, 1, activation_fn=None, scope="logits")
    y = tf.squeeze(y, [1, 2])
    tf.contrib.quantize.create_eval_graph()
    return tf.nn.softmax(y)


@case
def depthwise() -> Any:
    y = tf.nn.depthwise_conv2d(x(), weights(3, 3, 4, 1), [1, 1, 1, 1], "SAME") + normal(4)
    return fake(tf.nn.relu6(y), 0.0, 6.0)


@case
def depthwise_multiplier() -> Any:
    y = tf.nn.depthwise_conv2d(x(), weights(3, 3, 4, 2), [1, 2, 2, 1], "VALID") + normal(8)
    return fake(y, -4.0, 4.5)


@case
def fully_connected() -> Any:
    y = tf.matmul(x(2, 6), weights(6, 5)) + normal(5)
    return fake(tf.nn.relu(y), 0.0, 2.5)


@case
def fully_connected_of_images() -> Any:
    y = fake(tf.nn.relu(conv(x(1, 4, 4, 2), 3)), 0.0, 3.0)
    y = tf.matmul(tf.reshape(y, [-1, 48]), weights(48, 5)) + normal(5)
    return fake(y, -3.0, 2.5)


@case
def residual() -> Any:
    y = fake(x(), -1.0, 1.0)
    return fake(tf.nn.relu(fake(conv(y), -2.2, 2.4) + y), 0.0, 3.0)


@case(mean_values=(128.0, 100.0), std_dev_values=(127.0, 50.0))
def two_inputs() -> Any:
    return fake(x(1, 4) * x(1, 4, index=1), -2.0, 3.0)


@case
def subtraction() -> Any:
    return fake(x(1, 4) - x(1, 4, index=1), -2.0, 3.0)


@case
def constant_operands() -> Any:
    return fake(fake(x(1, 4) + normal(4), -3.0, 3.0) * fake(normal(4), -1.0, 1.0), -4.0, 4.0)


@case
def concatenation() -> Any:
    y = x(1, 4)
    return tf.concat([fake(tf.nn.relu(y), 0.0, 0.9), fake(y * y, 0.0, 1.1), fake(y - normal(4), -2.5, 2.5)], 1)


@case
def concatenation_known() -> Any:
    y = x(1, 4)
    return fake(tf.concat([fake(tf.nn.relu(y), 0.0, 0.9), fake(y - normal(4), -2.5, 2.5)], 1), -2.0, 2.0)


case(name="concatenation_changed", like="concatenation", change_concat_input_ranges=True)
case(name="concatenation_known_changed", like="concatenation_known", change_concat_input_ranges=True)


@case
def average_pool() -> Any:
    return tf.nn.avg_pool(fake(tf.nn.relu(conv(x())), 0.0, 3.7), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")


@case
def max_pool() -> Any:
    return tf.nn.max_pool(fake(x() * 0.7, -0.8, 0.9), [1, 3, 3, 1], [1, 2, 2, 1], "VALID")


@case
def pool_known() -> Any:
    return fake(tf.nn.avg_pool(x(), [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), -0.5, 0.5)


@case
def mean() -> Any:
    return tf.reduce_mean(fake(tf.nn.relu(conv(x())), 0.0, 3.7), [1, 2], keepdims=True)


@case
def mean_known() -> Any:
    return fake(tf.reduce_mean(x(), [1, 2]), -0.5, 0.5)


@case
def softmax() -> Any:
    return tf.nn.softmax(fake(x(1, 8) * 3.0, -3.0, 3.0))


@case
def logistic() -> Any:
    return tf.sigmoid(fake(x(1, 8) * 3.0, -3.0, 3.0))


@case
def tanh() -> Any:
    return tf.tanh(fake(x(1, 8) * 3.0, -3.0, 3.0))


@case
def log_softmax() -> Any:
    return fake(tf.nn.log_softmax(fake(x(1, 8) * 3.0, -3.0, 3.0)), -9.0, 0.0)


@case
def moved() -> Any:
    y = fake(conv(x(1, 4, 4, 4)), -3.0, 3.0)
    y = tf.pad(tf.transpose(y, [0, 2, 1, 3]), [[0, 0], [1, 0], [0, 1], [0, 0]])
    y = tf.squeeze(tf.reshape(y, [1, 25, 1, 4]), [2])
    return fake(y * y, 0.0, 9.0)


@case
def resize() -> Any:
    y = fake(conv(x(1, 4, 4, 4)), -3.0, 3.0)
    return tf.image.resize_bilinear(y, [8, 8]), tf.image.resize_nearest_neighbor(y, [6, 6])


@case
def slices() -> Any:
    y = fake(conv(x(1, 4, 4, 4)), -3.0, 3.0)
    first, second = tf.split(y, 2, axis=3)
    return fake(first * y[:, 1:3, ::2, 2:4][:, :1, :1], -9.0, 9.0), tf.slice(second, [0, 0, 1, 0], [1, 4, 2, 2])


@case
def relu_unfused() -> Any:
    y = fake(x(1, 8) * 4.0, -4.0, 4.0)
    return fake(tf.nn.relu(y), 0.0, 2.0) + 0.0


@case
def relu6_unfused() -> Any:
    return fake(tf.nn.relu6(fake(x(1, 8) * 9.0, -9.0, 9.0)), 0.0, 6.0)


@case
def leaky_relu() -> Any:
    return fake(tf.nn.leaky_relu(fake(x(1, 8) * 4.0, -4.0, 4.0), 0.2), -0.8, 4.0)


@case
def prelu() -> Any:
    y = fake(x(1, 4, 4, 4) * 4.0, -4.0, 4.0)
    return fake(tf.nn.relu(y) + tf.constant([-0.1, -0.2, -0.3, -0.4]) * tf.nn.relu(-y), -0.8, 4.0)


@case
def l2_normalization() -> Any:
    return tf.nn.l2_normalize(fake(x(1, 8) * 4.0, -4.0, 4.0), 1)


@case
def extremes() -> Any:
    y = fake(x(1, 8) * 4.0, -4.0, 4.0)
    y = fake(tf.maximum(y, tf.constant(-1.0)), -1.0, 4.0)
    return fake(tf.minimum(y, tf.constant(2.0)), -1.0, 2.0)


@case
def four_bits() -> Any:
    kernel = fake(normal(3, 3, 4, 4), -1.1, 1.3, bits=4)
    y = tf.nn.conv2d(x(), kernel, [1, 1, 1, 1], "SAME") + normal(4)
    return fake(tf.nn.relu(y), 0.0, 3.7, bits=4)


@case
def narrow_weights() -> Any:
    kernel = fake(normal(3, 3, 4, 4), -1.2, 1.2, narrow=True)
    return fake(tf.nn.conv2d(x(), kernel, [1, 1, 1, 1], "SAME") + normal(4), -3.0, 3.0)


@case
def narrow_activations() -> Any:
    return fake(fake(x(1, 8) * 4.0, -4.0, 4.0, narrow=True) * 0.5, -2.0, 2.0)


@case
def unknown_weights() -> Any:
    return fake(tf.nn.conv2d(x(), normal(3, 3, 4, 4), [1, 1, 1, 1], "SAME") + normal(4), -3.0, 3.0)


@case
def successive() -> Any:
    return fake(fake(fake(x(1, 8) * 4.0, -4.0, 4.0), -4.0, 4.0), -3.0, 3.0) * 1.0


@case
def positive_range() -> Any:
    return fake(x(1, 8) * 4.0, 0.5, 4.0)


@case
def scaled_weights() -> Any:
    """A factor behind weights that have a range."""
    return fake((conv(x()) * tf.constant([0.5, 2.0, 1.0, 3.0])), -9.0, 9.0)


@case
def scaled_input() -> Any:
    return fake(conv(x() * tf.constant([0.5, 2.0, 1.0, 3.0])), -9.0, 9.0)


@case(default_ranges_min=0.0, default_ranges_max=6.0)
def dummy() -> Any:
    y = tf.nn.relu6(tf.nn.conv2d(x(), normal(3, 3, 4, 4), [1, 1, 1, 1], "SAME") + normal(4))
    return tf.nn.softmax(tf.reduce_mean(y, [1, 2]))


case(name="relu6_across", like="conv_relu6", reorder_across_fake_quant=True)


@case(reorder_across_fake_quant=True)
def across() -> Any:
    """Batch norm behind a FakeQuant, which only goes into the weights when that is out of the way."""
    y = fake(tf.nn.conv2d(x(), weights(3, 3, 4, 4), [1, 1, 1, 1], "SAME"), -3.0, 3.0)
    return fake(y * tf.constant([0.5, 2.0, 1.0, 3.0]) + normal(4), -6.0, 6.0)


@case
def not_across() -> Any:
    y = fake(tf.nn.conv2d(x(), weights(3, 3, 4, 4), [1, 1, 1, 1], "SAME"), -3.0, 3.0)
    return fake(y * tf.constant([0.5, 2.0, 1.0, 3.0]) + normal(4), -6.0, 6.0)


case(name="dropped", like="residual", inference_type="FLOAT", drop_fake_quant=True)
case(name="floating", like="residual", inference_type="FLOAT")
case(
    name="quantized_input",
    like="residual",
    inference_type="FLOAT",
    inference_input_type="QUANTIZED_UINT8",
    drop_fake_quant=True,
)


@case
def lstm() -> Any:
    """A step of a basic LSTM."""
    batch, units = 1, 4
    data, state, activation = x(batch, units), x(batch, units, index=1), x(batch, units, index=2)
    both = fake(tf.concat([fake(data, -1.0, 127 / 128), fake(activation, -1.0, 127 / 128)], 1), -1.0, 127 / 128)
    y = tf.matmul(both, weights(2 * units, 4 * units)) + normal(4 * units)
    y = fake(y, -8.0, 8 * 32767 / 32768, 16)
    i, j, f, o = tf.split(y, 4, 1)
    most = 16 * 32767 / 32768
    kept = fake(tf.sigmoid(f) * fake(state, -16.0, most, 16), -16.0, most, 16)
    state = fake(fake(tf.sigmoid(i) * tf.tanh(j), -1.0, 127 / 128) + kept, -16.0, most, 16)
    return fake(tf.sigmoid(o) * tf.tanh(state), -1.0, 127 / 128), state


@case(propagate_fake_quant_num_bits=True)
def sixteen_bits() -> Any:
    y = fake(x(1, 8), -1.0, 1.0, bits=16)
    return fake(y + normal(8), -2.0, 2.0, bits=16)


@case(
    arrays_extra_info=[
        {"name": "double", "min": -2.0, "max": 2.0},
        {"name_regexp": "t[0-9]", "min": 0.0, "max": 4.0},
    ]
)
def extra_info() -> Any:
    y = tf.multiply(x(1, 8), 2.0, name="double")
    return tf.add(tf.multiply(y, y, name="t0"), 0.5, name="t1")


@case(arrays_extra_info=[{"name": "double", "min": -1.0, "max": 1.0}, {"name": "x0", "min": -0.5, "max": 0.5}])
def extra_info_against_training() -> Any:
    return fake(tf.multiply(x(1, 8), 2.0, name="double"), -2.0, 2.0)


@case
def input_range() -> Any:
    """Training has learned another range for the input than its codes have."""
    return fake(fake(x(1, 8), -3.0, 3.0) * 2.0, -2.0, 2.0)


@case
def siblings() -> Any:
    """Two ranges for one array."""
    y = x(1, 8) * 2.0
    return fake(fake(y, -1.0, 1.0) + fake(y, -2.0, 2.0), -3.0, 3.0)


@case
def args() -> Any:
    """A range as attributes."""
    return tf.quantization.fake_quant_with_min_max_args(x(1, 8) * 2.0, -2.0, 2.0)


@case
def args_without_zero() -> Any:
    return tf.quantization.fake_quant_with_min_max_args(x(1, 8) * 2.0, 0.25, 2.5)
