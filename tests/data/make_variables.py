"""Makes saved_models/variables: SavedModels that differ in how their variables are made, saved and read.

Run with TensorFlow 2.21, then with 1.15: `python tests/data/make_variables.py`. Only needed to add cases;
`tests/frontends/saved_model/test_variables.py` knows what each computes. Inputs and results are in `results.npz`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf

OUT = Path(__file__).resolve().parent / "saved_models" / "variables"
X = (np.arange(8, dtype=np.float32).reshape(2, 4) - 3) / 4
results: dict[str, np.ndarray] = {}


def folder(name: str) -> str:
    """An empty place for the model of that name."""
    place = OUT / name
    shutil.rmtree(place, ignore_errors=True)
    return str(place)


def weights(seed: int, *shape: int) -> np.ndarray:
    """Random weights."""
    return np.random.RandomState(seed).normal(size=shape).astype(np.float32)


class Kernels(tf.Module if tf.__version__ >= "2" else object):  # type: ignore[misc]
    """Five variables of one name, in an order of their own, one that nothing reads, and a row of an embedding."""

    def __init__(self) -> None:
        self.layers = [tf.Variable(weights(i, 4, 4), name="kernel") for i in range(5)]
        self.table = tf.Variable(weights(9, 10, 4), name="table")
        self.unused = tf.Variable(weights(10, 3), name="kernel")
        self.scale = tf.constant(weights(11, 4))

    @tf.function(input_signature=[tf.TensorSpec([2, 4], tf.float32, name="x")])
    def __call__(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """The layers last to first, with a nested call in between."""
        for layer in reversed(self.layers):
            x = tf.tanh(self.inner(x, layer))
        return {"y": x * self.scale + tf.gather(self.table, [3, 1])}

    @tf.function
    def inner(self, x: tf.Tensor, layer: tf.Variable) -> tf.Tensor:
        """A function that takes the variable as an argument."""
        return tf.matmul(x, layer)


class Counter(tf.Module if tf.__version__ >= "2" else object):  # type: ignore[misc]
    """Assigns to variables: one that the result does not depend on, and one that it does."""

    def __init__(self) -> None:
        self.calls = tf.Variable(0.0, name="calls")
        self.scale = tf.Variable(weights(1, 4), name="scale")

    @tf.function(input_signature=[tf.TensorSpec([2, 4], tf.float32, name="x")])
    def counted(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Counts its calls."""
        self.calls.assign_add(1.0)
        return {"y": x * self.scale}

    @tf.function(input_signature=[tf.TensorSpec([2, 4], tf.float32, name="x")])
    def depending(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Multiplies by the number of calls, this one included."""
        self.calls.assign_add(1.0)
        return {"y": x * self.calls}


def two() -> None:
    """The models of TensorFlow 2."""
    model = Kernels()
    tf.saved_model.save(model, folder("kernels"), signatures=model.__call__)
    results["kernels"] = model(tf.constant(X))["y"].numpy()
    counter = Counter()
    tf.saved_model.save(
        counter, folder("counter"), signatures={"counted": counter.counted, "depending": counter.depending}
    )
    results["counter"] = X * counter.scale.numpy()
    import keras

    keras.utils.set_random_seed(5)
    layers = keras.layers
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.BatchNormalization(), layers.Dense(2)])
    model.layers[1].set_weights([np.abs(weights(20 + i, 3)) for i in range(4)])
    results["keras"] = model(X, training=False).numpy()
    model.export(folder("keras_export"), verbose=False)
    tf.saved_model.save(model, folder("keras_saved"))


def one(*, resource: bool) -> None:
    """A model of TensorFlow 1 with whole and partitioned variables, of either kind."""
    name = "resource" if resource else "reference"
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [2, 4], "x")

        def variable(name: str, *shape: int, parts: int = 0, axis: int = 0) -> tf.Tensor:
            how = v1.fixed_size_partitioner(parts, axis) if parts else None
            made = v1.get_variable(
                name, shape, initializer=v1.random_normal_initializer(), partitioner=how, use_resource=resource
            )
            return tf.convert_to_tensor(made)

        y = tf.matmul(x, variable("rows", 4, 6, parts=3))
        y = tf.matmul(y, variable("columns", 6, 5, parts=3, axis=1)) + variable("bias", 5)
        variable("unused", 7)
        y = tf.identity(y, "y")
        session.run(v1.global_variables_initializer())
        results[name] = session.run(y, {x: X})
        signature = v1.saved_model.signature_def_utils.predict_signature_def({"x": x}, {"y": y})
        builder = v1.saved_model.Builder(folder(name))
        builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature})
        builder.save()


def main() -> None:
    """Write the models of the TensorFlow that runs this."""
    OUT.mkdir(parents=True, exist_ok=True)
    place = OUT / "results.npz"
    if place.exists():
        with np.load(place) as kept:
            results.update(kept)
    if tf.__version__ >= "2":
        two()
    else:
        one(resource=False)
        one(resource=True)
    for unused in ("fingerprint.pb", "assets", "keras_metadata.pb"):
        for path in OUT.glob(f"*/{unused}"):
            path.unlink() if path.is_file() else path.rmdir()
    np.savez(place, x=X, **{name: value for name, value in results.items() if name != "x"})
    print(sum(path.stat().st_size for path in OUT.rglob("*") if path.is_file()), "bytes")


if __name__ == "__main__":
    main()
