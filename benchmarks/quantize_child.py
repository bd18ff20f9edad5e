"""Quantise a model in one way and write the file.

    python quantize_child.py pytoco|toco|mlir KIND SEED MODEL INPUTS OUTPUTS SHAPE RESULT

Runs in the environment of the converter, as child.py does. KIND is a key of `KINDS`; samples are 100 uniform random
inputs between -1 and 1 from SEED, SHAPE such as 1,128,128,3.
"""

import sys
from typing import Any

import numpy as np

KINDS = ("float", "float16", "weights", "dummy", "int8", "int16")
SAMPLES = 100


def samples(seed: int, shape: Any, count: int = SAMPLES) -> Any:
    """Return random inputs."""
    random = np.random.RandomState(seed)
    return [random.uniform(-1, 1, shape).astype(np.float32) for _ in range(count)]


def main() -> None:
    """Convert."""
    which, kind, seed, path, inputs, outputs, shape_text, result = sys.argv[1:]
    shape = tuple(int(n) for n in shape_text.split(","))
    if which == "pytoco":
        import pytoco

        lite: Any = pytoco.constants
        converters: Any = pytoco.TocoConverter
        float16: Any = "FLOAT16"
    else:
        import tensorflow as tf

        converters, lite, float16 = tf.compat.v1.lite.TFLiteConverter, tf.lite, tf.float16
    if which == "toco":
        from tensorflow.lite.python import convert

        convert._toco_from_proto_bin = ""
    converter = converters.from_frozen_graph(path, inputs.split(","), outputs.split(","))
    if kind in ("weights", "float16", "int8", "int16"):
        converter.optimizations = [lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [float16]
    if kind in ("int8", "int16"):
        given = samples(int(seed), shape)
        converter.representative_dataset = lambda: ([sample] for sample in given)
    if kind == "int16":
        sets = lite.OpsSet
        converter.target_spec.supported_ops = [sets.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8]
    if kind == "dummy":
        converter.inference_type = tf.uint8 if which != "pytoco" else "QUANTIZED_UINT8"
        converter.quantized_input_stats = dict.fromkeys(inputs.split(","), (128.0, 127.0))
        converter.default_ranges_stats = (0, 6)
    with open(result, "wb") as file:
        file.write(converter.convert())


if __name__ == "__main__":
    main()
