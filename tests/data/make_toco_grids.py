"""Makes quantized/*.pb, graphs with FakeQuant, and quantized/toco.json: what the real TOCO makes of them.

Run with TensorFlow 1.15 (Python 3.7): `python tests/data/make_toco_grids.py [CASE ..]`. Only needed to add cases;
`tests/end_to_end/test_quantized_toco.py` converts each graph and holds types, scales, zero points and results against
these. A case of toco.json has the `options` of the conversion, then what `tests/grids.py` reads in TOCO's file, and
`x` and `y`: codes given to and got from TensorFlow 1.15's interpreter (or why that did not `run` the file), and `real`:
what TensorFlow computes for the real values of x. Or it has the beginning of TOCO's `error`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, List  # noqa: UP035 - Python 3.7

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import tensorflow as tf
from grids import grids_of
from tensorflow.lite.python import lite_constants
from tensorflow.lite.python.convert import build_toco_convert_protos
from tensorflow.lite.python.wrap_toco import wrapped_toco_convert
from toco_graphs import CASES, rng

FOLDER = Path(__file__).resolve().parent / "quantized"


def build(function: Callable[[], Any]) -> Any:
    """The frozen graph, the names of inputs and outputs."""
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        results = function()
        results = list(results) if isinstance(results, (tuple, list)) else [results]
        for place, result in enumerate(results):
            tf.identity(result, name=f"y{place}")
        session.run(tf.global_variables_initializer())
        for variable in tf.global_variables():
            limit = re.search(r"/(?:(\w+)_quant/)?(min|max):0$", variable.name)
            if limit:
                bound = 0.9 if limit.group(1) == "weights" else 6.0
                low = -bound if limit.group(1) == "weights" or "logits" in variable.name else 0.0
                variable.load(low if limit.group(2) == "min" else bound, session)
            elif "weights" in variable.name or "moving_mean" in variable.name or "beta" in variable.name:
                variable.load(rng.normal(0, 0.3, variable.shape.as_list()), session)
        outputs = [f"y{place}" for place in range(len(results))]
        frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), outputs)
        inputs = [node.name for node in frozen.node if node.op == "Placeholder"]
        return frozen, sorted(inputs), outputs


def convert(frozen: Any, inputs: List[str], outputs: List[str], options: Dict[str, Any]) -> bytes:  # noqa: UP006
    """TOCO's file; ends the process on many errors."""
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(frozen, name="")
        tensors = [[graph.get_tensor_by_name(name + ":0") for name in names] for names in (inputs, outputs)]
    types = {"FLOAT": tf.float32, "QUANTIZED_UINT8": tf.uint8}
    stats = list(zip(options["mean_values"], options["std_dev_values"]))  # noqa: B905 - Python 3.7
    ranges = (options["default_ranges_min"], options["default_ranges_max"]) if "default_ranges_min" in options else None
    model_flags, toco_flags, _ = build_toco_convert_protos(
        *tensors,
        inference_type=types[options["inference_type"]],
        inference_input_type=types[options["inference_input_type"]] if "inference_input_type" in options else None,
        quantized_input_stats=stats,
        default_ranges_stats=ranges,
        output_format=lite_constants.TFLITE,
    )
    model_flags.change_concat_input_ranges = options.get("change_concat_input_ranges", False)
    for name in ("reorder_across_fake_quant", "drop_fake_quant", "propagate_fake_quant_num_bits"):
        setattr(toco_flags, name, options.get(name, False))
    for entry in options.get("arrays_extra_info", ()):
        model_flags.arrays_extra_info.entries.add(**entry)
    messages = (model_flags, toco_flags, frozen)
    return bytes(wrapped_toco_convert(*(m.SerializeToString() for m in messages), None, False))


def run(data: bytes) -> Dict[str, Any]:  # noqa: UP006
    """Codes in and out."""
    interpreter = tf.lite.Interpreter(model_content=data)
    interpreter.allocate_tensors()
    given = []
    for place, detail in enumerate(interpreter.get_input_details()):
        seeded = np.random.RandomState(place)
        integers = np.dtype(detail["dtype"]).kind in "iu"
        value = seeded.randint(0, 256, detail["shape"]) if integers else seeded.normal(0, 0.5, detail["shape"])
        value = value.astype(detail["dtype"])
        given.append(value)
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    got = [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]
    return {"x": [flat(v) for v in given], "y": [flat(v) for v in got]}


def real_results(frozen: Any, outputs: List[str], found: Dict[str, Any]) -> List[Any]:  # noqa: UP006
    """What TensorFlow computes for the real values of the codes."""
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        tf.import_graph_def(frozen, name="")
        feed = {}
        for codes, tensor in zip(found["x"], found["inputs"]):  # noqa: B905
            value = np.array(codes, np.float64)
            if "scale" in tensor:
                value = (value - tensor["zero_point"][0]) * tensor["scale"][0]
            place = graph.get_tensor_by_name(tensor["name"] + ":0")
            feed[place] = value.reshape(place.shape.as_list())
        return [flat(v) for v in session.run([name + ":0" for name in outputs], feed)]


def flat(value: Any) -> List[Any]:  # noqa: UP006
    return [float(f"{v:.5g}") if value.dtype.kind == "f" else int(v) for v in value.reshape(-1)]


def apart(function: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:  # noqa: UP006
    """What the function gives in a process of its own, since TOCO may end it; its last words as `error` then."""
    folder = tempfile.mkdtemp()
    out, words = Path(folder, "result"), Path(folder, "words")
    out.write_text("")
    words.write_text("")
    child = os.fork()
    if not child:
        os.dup2(os.open(str(words), os.O_WRONLY), 2)
        try:
            out.write_text(json.dumps(function()))
        except BaseException as error:  # noqa: BLE001 - told to the parent
            os.write(2, str(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    found = out.read_text()
    if found:
        return dict(json.loads(found))
    text = words.read_text(errors="replace")
    said = re.findall(r"F [\w/.]+:\d+\] (.*)", text) or text.split("\n")[:1]
    return {"error": (said[-1] or "the process ended")[:300]}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "toco.json"
    known = json.loads(path.read_text()) if path.exists() else {"origin": "TensorFlow 1.15.5, TOCO", "cases": {}}
    graphs = {}
    for name, (function, like, options) in CASES.items():
        if like not in graphs:
            rng.seed(len(graphs))
            graphs[like] = build(CASES[like][0] if function is None else function)
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        frozen, inputs, outputs = graphs[like]
        (FOLDER / (like + ".pb")).write_bytes(frozen.SerializeToString())
        given = {"inference_type": "QUANTIZED_UINT8", **options, "input_arrays": inputs, "output_arrays": outputs}
        given.setdefault("mean_values", [128.0] * len(inputs))
        given.setdefault("std_dev_values", [127.0] * len(inputs))

        def reference(frozen: Any = frozen, inputs: Any = inputs, outputs: Any = outputs, given: Any = given) -> Any:
            data = convert(frozen, inputs, outputs, given)
            grids = grids_of(data)
            try:
                results = run(data)
            except (RuntimeError, ValueError) as error:
                results = {"run": str(error).partition(" (")[0].strip()[:200]}  # the rest is random
            return {**grids, **results}

        entry = {"graph": like, "options": given, **apart(reference)}
        if "x" in entry:
            entry["real"] = real_results(frozen, outputs, entry)
        known["cases"][name] = entry
        print(name, known["cases"][name].get("error", known["cases"][name].get("run", "ok")))
    path.write_text(json.dumps(known))


if __name__ == "__main__":
    main()
