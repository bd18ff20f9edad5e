"""`from_session` with real TensorFlow sessions: the documented examples as scripts, and what happens to variables."""

import os
import subprocess
import sys
from typing import Any

import pytest

START = """
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
import pytoco
"""

FINISH = """
interpreter = pytoco.Interpreter(model_content=tflite_model)
interpreter.allocate_tensors()
(given,), (made,) = interpreter.get_input_details(), interpreter.get_output_details()
value = np.random.RandomState(0).rand(*given["shape"]).astype(given["dtype"])
interpreter.set_tensor(given["index"], value)
interpreter.invoke()
np.testing.assert_allclose(interpreter.get_tensor(made["index"]), expected(value), rtol=1e-6, atol=1e-5)
print("converted", given["name"], made["name"])
"""


def run(*parts: Any) -> Any:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-W", "error:variable:UserWarning", "-c", "\n".join((START, *parts))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


CONSTANTS = """
img = tf.placeholder(name="img", dtype=tf.float32, shape=(1, 64, 64, 3))
const = tf.constant([1., 2., 3.]) + tf.constant([1., 4., 4.])
val = img + const
out = tf.identity(val, name="out")
with tf.Session() as sess:
    converter = pytoco.TocoConverter.from_session(sess, [img], [out])
    tflite_model = converter.convert()
expected = lambda x: x + np.array([2, 6, 7], np.float32)
"""


def test_the_documented_graph_of_constants() -> None:
    assert run(CONSTANTS, FINISH) == "converted img out"


VARIABLES = """
use_resource = {resource}
img = tf.placeholder(name="img", dtype=tf.float32, shape=(1, 8, 8, 3))
var = tf.get_variable("weights", dtype=tf.float32, shape=(1, 8, 8, 3), use_resource=use_resource)
val = img + var
out = tf.identity(val, name="out")
"""

KINDS = pytest.mark.parametrize("resource", [False, True], ids=["reference", "resource"])


@KINDS
def test_the_documented_graph_of_variables(resource: Any) -> None:
    script = """
import warnings
with tf.Session() as sess:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        converter = pytoco.TocoConverter.from_session(sess, [img], [out], freeze_variables=True)
    assert ["'weights'" in str(w.message) for w in told if "had no value" in str(w.message)] == [True]
    tflite_model = converter.convert()
    weights = sess.run(var)
expected = lambda x: x + weights
"""
    assert run(VARIABLES.format(resource=resource), script, FINISH) == "converted img out"


@KINDS
def test_trained_values_are_kept_and_stay_in_the_session(resource: Any) -> None:
    script = """
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(var.assign(np.full((1, 8, 8, 3), 7, np.float32)))
    tf.get_default_graph().finalize()
    tflite_model = pytoco.TocoConverter.from_session(sess, [img], [out], freeze_variables=True).convert()
    assert (sess.run(var) == 7).all()
expected = lambda x: x + 7
"""
    assert run(VARIABLES.format(resource=resource), script, FINISH) == "converted img out"


@KINDS
def test_initial_values_that_need_other_variables(resource: Any) -> None:
    script = """
import warnings
second = tf.get_variable("second", initializer=var * 2, use_resource=use_resource)
out2 = tf.identity(val + second, name="out2")
with tf.Session() as sess, warnings.catch_warnings():
    warnings.simplefilter("ignore")
    tflite_model = pytoco.TocoConverter.from_session(sess, [img], [out2], freeze_variables=True).convert()
    weights = sess.run(var)
expected = lambda x: x + 3 * weights
"""
    assert run(VARIABLES.format(resource=resource), script, FINISH) == "converted img out2"


@KINDS
def test_variables_without_freezing_are_named(resource: Any) -> None:
    script = """
with tf.Session() as sess:
    try:
        pytoco.TocoConverter.from_session(sess, [img], [out])
    except ValueError as error:
        print("weights" in str(error), "freeze_variables" in str(error))
"""
    assert run(VARIABLES.format(resource=resource), script) == "True True"


def test_embeddings_of_resource_variables() -> None:
    script = """
ids = tf.placeholder(name="ids", dtype=tf.int32, shape=(4,))
table = tf.get_variable("table", initializer=np.arange(12, dtype=np.float32).reshape(6, 2), use_resource=True)
out = tf.identity(tf.nn.embedding_lookup(table, ids), name="out")
with tf.Session() as sess:
    sess.run(table.initializer)
    tflite_model = pytoco.TocoConverter.from_session(sess, [ids], [out], freeze_variables=True).convert()
expected = lambda x: np.arange(12, dtype=np.float32).reshape(6, 2)[x]
"""
    assert run(script, FINISH) == "converted ids out"


@KINDS
def test_functions_that_captured_variables(resource: Any) -> None:
    script = """
inner = tf.function(lambda a: a * var)
val = tf.function(lambda a: inner(a) + 1.)(img)
out = tf.identity(val, name="out2")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(var.assign(np.full((1, 8, 8, 3), 7, np.float32)))
    tflite_model = pytoco.TocoConverter.from_session(sess, [img], [out], freeze_variables=True).convert()
expected = lambda x: x * 7 + 1
"""
    assert run(VARIABLES.format(resource=resource), script, FINISH) == "converted img out2"


@KINDS
@pytest.mark.parametrize("version", ["enable", "disable"])
def test_branches_that_are_decided_are_gone(resource: Any, version: Any) -> None:
    choose = f"tf.{version}_control_flow_v2()"
    script = """
training = tf.placeholder_with_default(False, (), name="training")
val = tf.cond(training, lambda: img * var * 2., lambda: img * var * 5.)
out = tf.identity(val, name="out2")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(var.assign(np.full((1, 8, 8, 3), 7, np.float32)))
    tflite_model = pytoco.TocoConverter.from_session(sess, [img], [out], freeze_variables=True).convert()
expected = lambda x: x * 35
"""
    assert run(choose, VARIABLES.format(resource=resource), script, FINISH) == "converted img out2"


def test_an_unknown_batch_becomes_one() -> None:
    script = """
x = tf.placeholder(name="x", dtype=tf.float32, shape=(None, 3))
out = tf.identity(x * 2., name="out")
with tf.Session() as sess:
    tflite_model = pytoco.TocoConverter.from_session(sess, [x], [out]).convert()
expected = lambda x: x * 2
"""
    assert run(script, FINISH) == "converted x out"


def test_tensorflow_types_are_taken() -> None:
    script = """
x = tf.placeholder(name="x", dtype=tf.float32, shape=(2, 3))
out = tf.identity(x * 2., name="out")
with tf.Session() as sess:
    converter = pytoco.TocoConverter.from_session(sess, [x], [out])
converter.inference_type = tf.float32
converter.target_ops = {tf.lite.OpsSet.TFLITE_BUILTINS}
tflite_model = converter.convert()
converter.inference_type = tf.uint8
assert converter.inference_type == pytoco.constants.QUANTIZED_UINT8
expected = lambda x: x * 2
"""
    assert run(script, FINISH) == "converted x out"


def test_eager_tensors_are_refused() -> None:
    script = """
tf.enable_v2_behavior()
with tf.Graph().as_default():
    sess = tf.Session()
try:
    pytoco.TocoConverter.from_session(sess, [tf.constant(1.)], [tf.constant(1.)])
except ValueError as error:
    print("is not a tensor of a graph" in str(error))
"""
    assert run(script) == "True"
