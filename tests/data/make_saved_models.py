"""Makes saved_models/functions and saved_models/graphs: small SavedModels of TensorFlow 2 and 1.

Run with TensorFlow 2.21, then with 1.15: `python tests/data/make_saved_models.py`. Only needed to add cases;
`tests/frontends/saved_model` knows what they compute from `results.npz`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

OUT = Path(__file__).resolve().parent / "saved_models"
WORDS = "words.txt"
WEIGHTS = np.random.RandomState(0).normal(size=(4, 3)).astype(np.float32)
X = np.random.RandomState(1).normal(size=(2, 4)).astype(np.float32)


def fresh(name: str) -> str:
    """An empty place for the model of that name."""
    shutil.rmtree(OUT / name, ignore_errors=True)
    return str(OUT / name)


def strip(name: str) -> None:
    """Take out what nobody reads: the definitions of the operators, most of a small file."""
    path = OUT / name / "saved_model.pb"
    model = saved_model_pb2.SavedModel()
    model.ParseFromString(path.read_bytes())
    for graph in model.meta_graphs:
        graph.meta_info_def.ClearField("stripped_op_list")
    path.write_bytes(model.SerializeToString())


def functions() -> None:
    """Two signatures without a default one, nested calls of one function with two shapes, and a table of words."""

    class Functions(tf.Module):
        def __init__(self) -> None:
            self.weights = tf.Variable(WEIGHTS, name="weights")
            self.offset = tf.constant(np.arange(3, dtype=np.float32))
            line = tf.lookup.TextFileIndex
            start = tf.lookup.TextFileInitializer(WORDS, tf.string, line.WHOLE_LINE, tf.int64, line.LINE_NUMBER)
            self.table = tf.lookup.StaticHashTable(start, -1)

        @tf.function
        def soft(self, x):
            return tf.nn.softmax(x * 2.0)

        @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
        def encode(self, x):
            code = self.soft(tf.matmul(self.soft(x), self.weights)) + self.offset
            return {"code": code, "doubled": code + code}

        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="code")])
        def decode(self, code):
            return {"x": tf.matmul(code, self.weights, transpose_b=True)}

        @tf.function(input_signature=[tf.TensorSpec([2], tf.string, name="words")])
        def look_up(self, words):
            return {"ids": self.table.lookup(words)}

    module = Functions()
    signatures = {"encode": module.encode, "decode": module.decode, "look_up": module.look_up}
    tf.saved_model.save(module, fresh("functions"), signatures=signatures)
    code = module.encode(X)
    back = module.decode(code["code"])["x"]
    np.savez(OUT / "functions" / "results.npz", x=X, code=code["code"], doubled=code["doubled"], back=back)


def graphs() -> None:
    """Three graphs of TensorFlow 1: `serve` with a default signature, `serve,other` with two, `bare` with none."""
    place = fresh("graphs")
    builder = tf.saved_model.builder.SavedModelBuilder(place)
    results: dict[str, np.ndarray] = {"x": X}
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, (None, 4), name="x")
        words = tf.placeholder(tf.string, (2,), name="words")
        weights = tf.get_variable("weights", initializer=WEIGHTS)
        y = tf.identity(tf.nn.relu(tf.matmul(x, weights)), name="z/y")
        z = tf.identity(tf.tanh(y), name="a/z")
        table = tf.contrib.lookup.index_table_from_file(WORDS, name="table")
        ids = tf.identity(table.lookup(words), name="ids")
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        info = tf.saved_model.utils.build_tensor_info
        define = tf.saved_model.signature_def_utils.build_signature_def
        plain = define({"features": info(x)}, {"b": info(z), "c": info(y)}, "predict")
        lookup = define({"words": info(words)}, {"ids": info(ids)}, "predict")
        common = {"assets_collection": tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS), "strip_default_attrs": True}
        signatures = {"serving_default": plain}
        builder.add_meta_graph_and_variables(session, ["serve"], signatures, main_op=tf.tables_initializer(), **common)
        builder.add_meta_graph(["serve", "other"], {"plain": plain, "look_up": lookup}, **common)
        builder.add_meta_graph(["bare"], **common)
        results["y"], results["z"] = session.run([y, z], {x: X})
    builder.save()
    np.savez(OUT / "graphs" / "results.npz", **results)


os.chdir(OUT)  # the graphs hold the path by which the vocabulary is named here
Path(WORDS).write_text("alpha\nbeta\n", encoding="utf-8")
if tf.__version__ >= "2":
    functions()
    strip("functions")
else:
    graphs()
    strip("graphs")
Path(WORDS).unlink()
for debug in OUT.glob("*/fingerprint.pb"):
    debug.unlink()
