"""Live Keras models and concrete functions of TensorFlow 2: their values of now, their own names."""

import os
import subprocess
import sys
from pathlib import Path

START = """
import numpy as np
import tensorflow as tf
import pytoco

def run(model, key="serving_default", **inputs):
    from ai_edge_litert.interpreter import Interpreter
    return Interpreter(model_content=model).get_signature_runner(key)(**inputs)

def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)

def refused(call, text):
    try:
        call()
    except ValueError as error:
        assert text in str(error), error
    else:
        raise AssertionError("not refused")

x = np.random.RandomState(0).rand(1, 4).astype(np.float32)
"""


def run(script: str, folder: Path | None = None) -> None:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-c", START + script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr


MODULE = """
class Module(tf.Module):
    def __init__(self):
        self.weights = tf.Variable(np.full((4, 3), 0.5, np.float32), name="weights")
        self.table = tf.constant(np.random.RandomState(1).rand(3, 50).astype(np.float32))

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
    def both(self, x):
        return {"small": self.inner(x), "large": self.inner(x) @ self.table}

    @tf.function
    def inner(self, x):
        return tf.tanh(x @ self.weights)

module = Module()
function = module.both.get_concrete_function()
"""


def test_a_function_keeps_its_names_and_takes_the_values_of_now() -> None:
    run(
        MODULE
        + """
module.weights.assign(module.weights * 3)
converter = pytoco.TFLiteConverter.from_concrete_functions([function], module)
module.weights.assign(module.weights * 0)
assert converter.get_input_arrays() == ["x"]
found = run(converter.convert(), x=x)
small = np.tanh(x @ np.full((4, 3), 1.5, np.float32))
close(found["small"], small)
close(found["large"], small @ module.table.numpy())
"""
    )


def test_assignments_without_effect_are_told() -> None:
    run(
        """
import warnings

class Counting(tf.Module):
    def __init__(self):
        self.calls = tf.Variable(0, name="calls")
        self.scale = tf.Variable(3.0, name="scale")

    @tf.function(input_signature=[tf.TensorSpec([4], tf.float32, name="x")])
    def counted(self, x):
        self.calls.assign_add(1)
        return x * self.scale

    @tf.function(input_signature=[tf.TensorSpec([4], tf.float32, name="x")])
    def numbered(self, x):
        self.calls.assign_add(1)
        return x * tf.cast(self.calls, tf.float32)

counting = Counting()
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    converter = pytoco.TFLiteConverter.from_concrete_functions([counting.counted.get_concrete_function()])
assert ["to 'calls'" in str(w.message) for w in told if "no effect" in str(w.message)] == [True]
close(run(converter.convert(), x=x[0])["output_0"], 3 * x[0])
numbered = [counting.numbered.get_concrete_function()]
refused(lambda: pytoco.TFLiteConverter.from_concrete_functions(numbered), "depend on the value")
assert int(counting.calls.numpy()) == 0
"""
    )


def test_several_functions_become_several_signatures() -> None:
    run(
        MODULE
        + """
inner = module.inner.get_concrete_function(tf.TensorSpec([1, 4], tf.float32, name="given"))
model = pytoco.TFLiteConverter.from_concrete_functions([function, inner]).convert()
close(run(model, "inner", given=x)["output_0"], module.inner(x))
close(run(model, "both", x=x)["large"], module.both(x)["large"])
assert model.count(module.table.numpy().T.tobytes()) + model.count(module.table.numpy().tobytes()) == 1
"""
    )


def test_the_order_of_the_process_does_not_show() -> None:
    run(
        MODULE
        + """
first = pytoco.TFLiteConverter.from_concrete_functions([function]).convert()
other = Module()
assert pytoco.TFLiteConverter.from_concrete_functions([other.both.get_concrete_function()]).convert() == first
"""
    )


def test_keras_models() -> None:
    run(
        """
layers = tf.keras.layers
model = tf.keras.Sequential([layers.Input((4,), name="given"), layers.Dense(3), layers.BatchNormalization()])
model.layers[-1].moving_mean.assign([1, 2, 3])
close(run(pytoco.TFLiteConverter.from_keras_model(model).convert(), given=x)["output_0"], model(x))

a, b = tf.keras.Input((4,), name="a"), tf.keras.Input((4,), name="b")
two = tf.keras.Model([a, b], {"sum": a + b, "dense": layers.Dense(2)(a)})
converter = pytoco.TFLiteConverter.from_keras_model(two)
assert converter.get_input_arrays() == ["a", "b"]
found = run(converter.convert(), a=x, b=x + 1)
close(found["sum"], 2 * x + 1)
close(found["dense"], two([x, x + 1])["dense"])

class Own(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)
        self.drop = layers.Dropout(0.5)
    def call(self, values, training=False):
        return self.drop(self.dense(values), training=training)

refused(lambda: pytoco.TFLiteConverter.from_keras_model(Own()), "are not known")
own = Own()
expected = own(x)
(found,) = run(pytoco.TFLiteConverter.from_keras_model(own).convert(), input=x).values()
close(found, expected)
"""
    )


def test_keras_files(tmp_path: Path) -> None:
    run(
        """
model = tf.keras.Sequential([tf.keras.layers.Input((4,), name="given"), tf.keras.layers.Dense(3)])
for name in ("model.keras", "model.h5"):
    model.save(name)
    made = pytoco.TFLiteConverter.from_keras_model_file(name, input_shapes={"given": [1, 4]})
    close(run(made.convert(), given=x)["output_0"], model(x))
open("broken.h5", "wb").write(b"\\x89HDF\\r\\n\\x1a\\n")
refused(lambda: pytoco.TFLiteConverter.from_keras_model_file("broken.h5"), "Keras cannot read broken.h5")
""",
        tmp_path,
    )


def test_what_is_no_concrete_function_is_refused() -> None:
    run(
        MODULE
        + """
make = pytoco.TFLiteConverter.from_concrete_functions
refused(lambda: make([module.both]), "get_concrete_function")
refused(lambda: make([]), "there is no function")
refused(lambda: make(function), "expected a list")
table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), -1)
look_up = tf.function(lambda words: table.lookup(words)).get_concrete_function(tf.TensorSpec([2], tf.string))
refused(lambda: make([look_up]).convert(), "lookup table")
"""
    )
