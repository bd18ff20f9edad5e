"""Makes tflite/*.tflite: small files of the peers' converters, with what a reader of any file has to take.

Run with TensorFlow 2.21, whose converter is the MLIR one: `python tests/data/make_tflite.py mlir`, and with TensorFlow
1.15, whose converter is TOCO, its scripts on the path: `python tests/data/make_tflite.py toco`. Each writes the files
that are called after it; they are kept, so that the tests need neither.
"""

import os
import sys

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tflite")


def _save(name, data):
    with open(os.path.join(FOLDER, name + ".tflite"), "wb") as file:
        file.write(data)
    print(name, len(data))


def _image_model(tf):
    rng = np.random.default_rng(0)
    k = tf.keras
    model = k.Sequential(
        [
            k.Input((8, 8, 3), batch_size=1),
            k.layers.Conv2D(8, 3, padding="same", activation="relu"),
            k.layers.DepthwiseConv2D(3, strides=2, padding="same"),
            k.layers.MaxPool2D(2),
            k.layers.Flatten(),
            k.layers.Dense(16, activation="relu6"),
            k.layers.Dense(4),
            k.layers.Softmax(),
        ]
    )
    model.set_weights([rng.normal(0, 0.3, w.shape).astype(np.float32) for w in model.get_weights()])
    return model


def _samples():
    rng = np.random.default_rng(1)
    return [[rng.normal(0, 1, (1, 8, 8, 3)).astype(np.float32)] for _ in range(8)]


def mlir():
    import tensorflow as tf

    lite = tf.lite
    model = _image_model(tf)

    def image(name, **settings):
        converter = lite.TFLiteConverter.from_keras_model(model)
        for key, value in settings.items():
            target = converter.target_spec if key.startswith("supported_") else converter
            setattr(target, key, value)
        _save(name, converter.convert())

    fast = [lite.Optimize.DEFAULT]
    image("mlir_float")
    image("mlir_float16", optimizations=fast, supported_types=[tf.float16])
    image("mlir_int8", optimizations=fast, representative_dataset=_samples)
    image(
        "mlir_int8_io",
        optimizations=fast,
        representative_dataset=_samples,
        supported_ops=[lite.OpsSet.TFLITE_BUILTINS_INT8],
        inference_input_type=tf.int8,
        inference_output_type=tf.uint8,
    )
    int16 = lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
    image("mlir_int16", optimizations=fast, representative_dataset=_samples, supported_ops=[int16])

    rng = np.random.default_rng(2)
    weights = tf.constant(rng.normal(0, 0.3, (64, 64)).astype(np.float32))

    def function(name, f, *specs, ops=None, quick=False, resources=False, module=None):
        concrete = tf.function(f, input_signature=specs).get_concrete_function()
        converter = lite.TFLiteConverter.from_concrete_functions([concrete], module or tf.Module())
        if ops:
            converter.target_spec.supported_ops = ops
        if quick:
            converter.optimizations = fast
        converter.experimental_enable_resource_variables = resources
        _save(name, converter.convert())

    function("mlir_hybrid", lambda x: tf.matmul(x, weights) + 1.0, tf.TensorSpec([None, 64]), quick=True)
    function(
        "mlir_while",
        lambda x, n: tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * 1.5 + 1.0), (0, x)),
        tf.TensorSpec([2, 3]),
        tf.TensorSpec([], tf.int32),
    )
    function(
        "mlir_if",
        lambda c, x: tf.cond(c, lambda: tf.sin(x) + x, lambda: tf.cond(x[0] > 0.0, lambda: -x, lambda: x * x)),
        tf.TensorSpec([], tf.bool),
        tf.TensorSpec([4]),
    )
    function(
        "mlir_text", lambda x: (tf.gather(tf.constant(["a", "", "längst"]), x), x + 1), tf.TensorSpec([2], tf.int32)
    )
    select = [lite.OpsSet.TFLITE_BUILTINS, lite.OpsSet.SELECT_TF_OPS]
    function("mlir_flex", lambda x: tf.linalg.det(tf.nn.relu(x)) + 1.0, tf.TensorSpec([None, 2, 2]), ops=select)
    function(
        "mlir_dynamic",
        lambda x, y: tf.reshape(tf.concat([x, y], 0), [-1, 2, 3]) * tf.cast(tf.shape(x)[0], tf.float32),
        tf.TensorSpec([None, 6]),
        tf.TensorSpec([None, 6]),
    )

    class Counter(tf.Module):
        def __init__(self):
            super().__init__()
            self.total = tf.Variable([1.0, 2.0])

        @tf.function(input_signature=[tf.TensorSpec([2])])
        def add(self, x):
            return {"total": self.total.assign_add(x).read_value()}

        @tf.function(input_signature=[tf.TensorSpec([1])])
        def scaled(self, factor):
            return {"scaled": self.total * factor}

    counter = Counter()
    functions = [counter.add.get_concrete_function(), counter.scaled.get_concrete_function()]
    folder = os.path.join("/tmp", f"pytoco_counter_{os.getpid()}")
    tf.saved_model.save(counter, folder, signatures={"add": functions[0], "scaled": functions[1]})
    converter = lite.TFLiteConverter.from_saved_model(folder)
    converter.experimental_enable_resource_variables = True
    _save("mlir_variables", converter.convert())
    lstm = tf.keras.Sequential([tf.keras.Input((5, 4), batch_size=1), tf.keras.layers.LSTM(6)])
    lstm.set_weights([rng.normal(0, 0.3, w.shape).astype(np.float32) for w in lstm.get_weights()])
    _save("mlir_lstm", lite.TFLiteConverter.from_keras_model(lstm).convert())


def toco():
    import tensorflow as tf

    v1 = tf.compat.v1

    def convert(name, build, shapes=None, types=None, **settings):
        with tf.Graph().as_default(), v1.Session() as session:
            inputs, outputs = build()
            session.run(v1.global_variables_initializer())
            converter = v1.lite.TFLiteConverter.from_session(session, inputs, outputs)
            converter.experimental_new_converter = False
            for key, value in settings.items():
                setattr(converter, key, value)
            _save(name, converter.convert())

    rng = np.random.RandomState(0)

    def net():
        x = v1.placeholder(tf.float32, [1, 8, 8, 3], "image")
        w = tf.constant(rng.normal(0, 0.3, (3, 3, 3, 8)).astype(np.float32))
        y = tf.nn.relu6(tf.nn.bias_add(tf.nn.conv2d(x, w, 2, "SAME"), tf.constant(np.arange(8, dtype=np.float32))))
        y = tf.reshape(tf.nn.avg_pool2d(y, 2, 2, "VALID"), [1, 32])
        y = tf.matmul(y, tf.constant(rng.normal(0, 0.3, (32, 4)).astype(np.float32)))
        return [x], [tf.identity(tf.nn.softmax(y), "probabilities")]

    def trained():
        x = v1.placeholder(tf.float32, [1, 8, 8, 3], "image")

        def fake(t, low, high):
            return tf.quantization.fake_quant_with_min_max_args(t, low, high)

        w = fake(tf.constant(rng.normal(0, 0.3, (3, 3, 3, 8)).astype(np.float32)), -1.0, 1.0)
        y = fake(tf.nn.relu6(tf.nn.conv2d(fake(x, -2.0, 2.0), w, 2, "SAME")), 0.0, 6.0)
        return [x], [fake(tf.nn.max_pool2d(y, 2, 2, "VALID"), 0.0, 6.0)]

    def wide():
        x = v1.placeholder(tf.float32, [2, 64], "x")
        return [x], [tf.matmul(x, tf.constant(rng.normal(0, 0.3, (64, 64)).astype(np.float32)))]

    def cell():
        x = v1.placeholder(tf.float32, [2, 3], "x")
        c, h = v1.placeholder(tf.float32, [2, 4], "c"), v1.placeholder(tf.float32, [2, 4], "h")
        y, state = v1.nn.rnn_cell.BasicLSTMCell(4, name="cell")(x, v1.nn.rnn_cell.LSTMStateTuple(c, h))
        return [x, c, h], [tf.identity(y, "y"), tf.identity(state.c, "state")]

    def custom():
        x = v1.placeholder(tf.float32, [3], "x")
        return [x], [tf.math.lgamma(x, name="lgamma") + tf.constant([1.0, 2.0, 3.0])]

    convert("toco_float", net)
    convert("toco_hybrid", wide, optimizations=[tf.lite.Optimize.DEFAULT])
    convert(
        "toco_uint8",
        trained,
        inference_type=tf.uint8,
        inference_input_type=tf.uint8,
        quantized_input_stats={"image": (128.0, 64.0)},
    )
    convert("toco_lstm", cell)
    convert("toco_custom", custom, allow_custom_ops=True)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    {"mlir": mlir, "toco": toco}[sys.argv[1]]()
