"""Convert a model several times in this process and print, after each time, the seconds of all so far as JSON.

    python child.py pytoco|toco|mlir MODEL INPUTS OUTPUTS REPEAT

Runs in the environment of the converter: `pytoco` needs pytoco alone, `toco` TensorFlow 1.15 (hence nothing newer than
Python 3.7 in here), `mlir` TensorFlow 2. The time is that of reading the frozen graph and converting it; imports do not
count.
"""

import json
import sys
import time
from typing import Any


def converter_class(which: str) -> Any:
    """Return the class with `from_frozen_graph`, with TOCO set to run in this process rather than in one of its own."""
    if which == "pytoco":
        import pytoco

        return pytoco.TocoConverter
    import tensorflow as tf

    if which == "toco":
        from tensorflow.lite.python import convert

        convert._toco_from_proto_bin = ""
    return tf.compat.v1.lite.TFLiteConverter


def main() -> None:
    """Convert, and print lines of {"seconds": [...], "bytes": size of the result}."""
    which, path, inputs, outputs, repeat = sys.argv[1:]
    converters, seconds = converter_class(which), []
    for _ in range(int(repeat)):
        start = time.perf_counter()
        converter = converters.from_frozen_graph(path, inputs.split(","), outputs.split(","))
        size = len(converter.convert())
        seconds.append(time.perf_counter() - start)
        print(json.dumps({"seconds": seconds, "bytes": size}), flush=True)


if __name__ == "__main__":
    main()
