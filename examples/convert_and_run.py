"""Convert a frozen graph from Python, and run the result where a LiteRT runtime is installed (`pip install '.[run]'`).

python examples/convert_and_run.py
"""

from pathlib import Path

import numpy as np

import pytoco

MODEL = Path(__file__).parents[1] / "tests" / "data" / "demo" / "mobilenet_v1_0.25_96.pb"


def main() -> None:
    """Convert the demo model, then classify a random image with it."""
    converter = pytoco.TocoConverter.from_frozen_graph(str(MODEL), ["input"], ["MobilenetV1/Predictions/Reshape_1"])
    model = converter.convert()
    print(f"{MODEL.stat().st_size} bytes became {len(model)}")

    interpreter = pytoco.Interpreter(model_content=model)
    interpreter.allocate_tensors()
    (image,), (classes,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(image["index"], np.random.default_rng(0).uniform(-1, 1, image["shape"]).astype(np.float32))
    interpreter.invoke()
    print(f"most likely class: {interpreter.get_tensor(classes['index']).argmax()}")


if __name__ == "__main__":
    main()
