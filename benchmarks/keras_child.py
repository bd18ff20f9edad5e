"""Make, convert and run Keras' image models: one step a process, in an environment with TensorFlow 2.

    python keras_child.py make NAME FORM FOLDER      # FOLDER/model, and input.npy and expected.npy beside it
    python keras_child.py mlir MODEL RESULT          # prints {"seconds": of convert() alone}
    python keras_child.py run TFLITE INPUT OUTPUT    # what LiteRT computes from one .npy file, as another

Weights are random, from a fixed seed. Batch normalisation is given the statistics of a random batch, shaken a little,
and offsets about as large as its scales. Otherwise magnitudes fade or grow from layer to layer, and rounding errors do:
deep random networks are chaotic where offsets are small, which trained ones are not.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20_260
SHAPE = 224, 224, 3
PIXELS = {"MobileNetV2": (-1, 1), "ResNet50": (-128, 128), "DenseNet121": (-2, 2)}
"""What range of numbers a model expects, where it is not that of bytes."""


def make(name: str, form: str, folder: str) -> None:
    """Write a model by `model.export` or `tf.saved_model.save`, with an input and what TensorFlow makes of it."""
    import tensorflow as tf
    from tensorflow import keras

    keras.utils.set_random_seed(SEED)
    random = np.random.default_rng(SEED)
    model = getattr(keras.applications, name)(weights=None, input_shape=SHAPE)
    batch = images(random, *PIXELS.get(name, (0, 255)))
    set_statistics(model, batch, random)
    set_spread(model, batch)
    image = batch[:1]
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    if form == "export":
        model.export(place / "model", verbose=False)
    else:
        tf.saved_model.save(model, str(place / "model"))
    expected = np.asarray(model(image, training=False))
    np.save(place / "input.npy", image)
    np.save(place / "expected.npy", expected)


def images(random: np.random.Generator, low: float, high: float) -> np.ndarray:
    """Return pictures of coarse and fine patterns: of fine ones alone, deep layers would see nothing but rounding."""
    coarse = random.uniform(0, 1, (4, 7, 7, 3)).repeat(32, axis=1).repeat(32, axis=2)
    fine = random.uniform(0, 1, (4, *SHAPE))
    return (low + (high - low) * (0.7 * coarse + 0.3 * fine)).astype(np.float32)


def set_statistics(model: Any, batch: np.ndarray, random: np.random.Generator) -> None:
    """Give the layers that normalise random scales and offsets, and about the statistics that a batch then has."""
    layers = [layer for layer in model.layers if hasattr(layer, "moving_variance")]
    for layer in layers:
        layer.momentum = 0.0
        for weight, low, high in ((layer.gamma, 0.5, 1.0), (layer.beta, -1.0, 1.0)):
            if weight is not None:
                weight.assign(random.uniform(low, high, weight.shape))
    for layer in model.layers:
        if hasattr(layer, "rate"):
            layer.rate = 0.0
    model(batch, training=True)
    for layer in layers:
        mean, variance = np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)
        layer.moving_mean.assign(mean + np.sqrt(variance) * random.uniform(-0.1, 0.1, mean.shape))
        layer.moving_variance.assign(variance * random.uniform(0.9, 1.1, variance.shape))


def set_spread(model: Any, batch: np.ndarray, spread: float = 1.0) -> None:
    """Scale the classifier so that what the last softmax gets has this deviation: else one class may get it all."""
    from tensorflow import keras

    classifier = [layer for layer in model.layers if hasattr(layer, "kernel")][-1]
    activation, classifier.activation = classifier.activation, keras.activations.linear
    logits = np.asarray(keras.Model(model.input, classifier.output)(batch, training=False))
    classifier.activation = activation
    classifier.kernel.assign(classifier.kernel * (spread / np.std(logits)))


def mlir(model: str, result: str) -> None:
    """Convert with TensorFlow's own converter."""
    import tensorflow as tf

    start = time.perf_counter()
    data = tf.lite.TFLiteConverter.from_saved_model(model).convert()
    print(json.dumps({"seconds": time.perf_counter() - start}))
    Path(result).write_bytes(data)


def run(model: str, source: str, target: str) -> None:
    """Run a model with one input and one output in LiteRT."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model)
    image = np.load(source)
    into = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(into, image.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(into, image)
    interpreter.invoke()
    np.save(target, interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))


if __name__ == "__main__":
    steps: dict[str, Callable[..., None]] = {"make": make, "mlir": mlir, "run": run}
    steps[sys.argv[1]](*sys.argv[2:])
