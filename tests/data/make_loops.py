"""Writes tests/data/loops.npz: small conditionals and loops as TensorFlow builds them, and what it computes with them.

Run it with TensorFlow 2 (made with 2.21), not with pytoco. By case: `<case>/graph`, a GraphDef; for each of some runs
`<case>/<run>/x/<array>`, an input, and `<case>/<run>/y/<array>`, a result.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

RUNS = 3
entries: dict[str, Any] = {}
WEIGHTS = np.random.default_rng(1).normal(size=(4, 4)).astype(np.float32)
X, N, CONDITION = tf.TensorSpec((1, 4)), tf.TensorSpec((), tf.int32), tf.TensorSpec((), tf.bool)


def given(shape: Any, dtype: Any, run: int) -> Any:
    """Numbers for an input: normal ones, counts from 0, true and false in turn; unknown extents are 1, 2 and 3."""
    if dtype == tf.bool:
        return np.array(run % 2 == 0)
    sizes = [1 + run if d is None else d for d in shape]
    random = np.random.default_rng(run)
    if dtype == tf.int32:
        return np.full(sizes, run, np.int32)
    return random.normal(size=sizes).astype(np.float32)


def keep(case: str, graph: Any, runs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Put a case into the file."""
    entries[f"{case}/graph"] = np.frombuffer(graph.SerializeToString(deterministic=True), np.uint8)
    for run, parts in enumerate(runs):
        for what, arrays in zip("xy", parts, strict=True):
            for name, value in arrays.items():
                entries[f"{case}/{run}/{what}/{name}"] = np.asarray(value)


def functional(case: str, function: Callable[..., Any], *specs: Any, freeze: bool = False) -> None:
    """A case of TensorFlow 2's If, Case and While, whose branches and bodies are functions."""
    made = tf.function(function).get_concrete_function(*specs)
    if freeze:
        made = convert_variables_to_constants_v2(made, lower_control_flow=False)
    runs = []
    inputs = [t.name.removesuffix(":0") for t in made.inputs]
    for run in range(RUNS):
        values = [given(spec.shape, spec.dtype, run) for spec in specs]
        results = tf.nest.flatten(made(*map(tf.constant, values)))
        outputs = [t.name.removesuffix(":0") for t in made.outputs]
        runs.append((dict(zip(inputs, values, strict=True)), dict(zip(outputs, results, strict=True))))
    keep(case, made.graph.as_graph_def(), runs)


def framed(case: str, function: Callable[..., Any], *specs: Any) -> None:
    """A case of TensorFlow 1's loops and conditionals, made of Enter, Merge, Switch, NextIteration and Exit."""
    with tf.Graph().as_default() as graph:
        fed = [tf.compat.v1.placeholder(s.dtype, s.shape, name=f"x{i}") for i, s in enumerate(specs)]
        result = tf.identity(function(*fed), name="y")
        runs = []
        with tf.compat.v1.Session() as session:
            for run in range(RUNS):
                values = {f"x{i}": given(s.shape, s.dtype, run) for i, s in enumerate(specs)}
                fetched = session.run(result, {f"{name}:0": value for name, value in values.items()})
                runs.append((values, {"y": fetched}))
        keep(case, graph.as_graph_def(), runs)


def repeat(x: Any, n: Any) -> Any:
    """As many layers as asked for."""
    weights = tf.constant(WEIGHTS)
    return tf.while_loop(lambda i, _: i < n, lambda i, a: (i + 1, tf.tanh(tf.matmul(a, weights))), [0, x])[1]


def nested(x: Any, n: Any) -> Any:
    """A loop in a loop."""

    def outer(i: Any, a: Any) -> Any:
        return i + 1, tf.while_loop(lambda j, _: j < i, lambda j, b: (j + 1, b * 1.5 + x), [0, a])[1]

    return tf.while_loop(lambda i, _: i < n, outer, [0, x])[1]


def with_branches(x: Any, n: Any) -> Any:
    """A conditional in a loop."""

    def step(i: Any, a: Any) -> Any:
        return i + 1, tf.cond(tf.reduce_sum(a) > 1.0, lambda: a - x, lambda: a + 2.0 * x)

    return tf.while_loop(lambda i, _: i < n, step, [0, x])[1]


def growing(x: Any, n: Any) -> Any:
    """A variable that is longer after each iteration."""
    shapes = [tf.TensorShape([]), tf.TensorShape([None, 4])]
    return tf.while_loop(
        lambda i, _: i < n, lambda i, a: (i + 1, tf.concat([a, x], 0)), [0, x], shape_invariants=shapes
    )[1]


def recurrent(x: Any) -> Any:
    """A plain recurrent layer over TensorArrays, steps first, as tf.compat.v1.nn.dynamic_rnn builds it."""
    weights = tf.constant(WEIGHTS)
    steps = tf.TensorArray(tf.float32, 5).unstack(tf.transpose(x, [1, 0, 2]))
    results = tf.TensorArray(tf.float32, 5)

    def step(i: Any, state: Any, results: Any) -> Any:
        state = tf.tanh(tf.matmul(state, weights) + steps.read(i))
        return i + 1, state, results.write(i, state)

    state = tf.zeros((1, 4))
    return tf.transpose(tf.while_loop(lambda i, *_: i < 5, step, [0, state, results])[2].stack(), [1, 0, 2])


functional("cond", lambda x, c: tf.cond(c, lambda: tf.matmul(x, WEIGHTS) + 1.0, lambda: x * 2.0), X, CONDITION)
functional("cond_two", lambda x: tf.cond(tf.reduce_sum(x) > 0, lambda: (x + 1, x), lambda: (x, tf.abs(x))), X)
functional("case", lambda x, n: tf.switch_case(n, [lambda: -x, lambda: x * 2.0, lambda: tf.nn.relu(x)]), X, N)
functional("while", repeat, X, N)
functional("while_nested", nested, X, N)
functional("while_cond", with_branches, X, N)
functional("while_growing", growing, X, N)
functional("map", lambda x: tf.map_fn(lambda row: tf.linalg.matvec(WEIGHTS, row), x), tf.TensorSpec((3, 4)))
tf.keras.utils.set_random_seed(1)
for name, layer in (("lstm", tf.keras.layers.LSTM(5)), ("gru", tf.keras.layers.GRU(5, return_sequences=True))):
    functional(name, layer, tf.TensorSpec((1, 6, 4)), freeze=True)
functional("lstm_batches", tf.keras.layers.LSTM(5), tf.TensorSpec((None, 6, 4)), freeze=True)
tf.compat.v1.disable_control_flow_v2()
framed("frame", repeat, X, N)
framed("frame_nested", nested, X, N)
framed("switch", lambda x, c: tf.cond(c, lambda: tf.matmul(x, WEIGHTS) + 1.0, lambda: x * 2.0), X, CONDITION)
framed("switch_two", lambda x: sum(tf.cond(tf.reduce_sum(x) > 0, lambda: (x + 1, x), lambda: (x, tf.ones((1, 4))))), X)
framed("switch_nested", lambda x, n: tf.cond(n > 0, lambda: tf.cond(n > 1, lambda: -x, lambda: x), lambda: x * x), X, N)
framed("frame_switch", with_branches, X, N)
framed("frame_arrays", recurrent, tf.TensorSpec((1, 5, 4)))
path = Path(__file__).with_name("loops.npz")
np.savez_compressed(path, **entries)
print(f"{path.name}: {path.stat().st_size:,} bytes, TensorFlow {tf.__version__}")
