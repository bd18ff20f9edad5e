"""Makes embeddings.npz: GraphDefs of lookups in partitioned embeddings, ids, and the rows that TensorFlow finds.

Run with TensorFlow 2: `python tests/data/make_embeddings.py`. Entries are `<case>/graph` (the bytes; reads `ids`, gives
`y`), `<case>/ids` and `<case>/y`. A case is called by the strategy, the number of shards, and what is special.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "embeddings.npz")
ROWS, COLUMNS = 7, 2
CASES = {
    "mod.2": ([4, 3], np.array([6, 0, 3, 3, 5], np.int32)),
    "mod.3": ([3, 2, 2], np.array([6, 0, 3, 3, 5], np.int32)),
    "mod.3.int64": ([3, 2, 2], np.array([1, 2, 4, 6], np.int64)),
    "mod.2.grid": ([4, 3], np.array([[6, 0, 3], [1, 2, 5]], np.int32)),
    "div.2": ([4, 3], np.array([6, 0, 3, 3, 5], np.int32)),
    "div.3": ([3, 2, 2], np.array([1, 2, 4, 6], np.int32)),
    "div.3.int64": ([3, 2, 2], np.array([0, 2, 4, 5], np.int64)),
    "div.2.even": ([3, 3], np.array([0, 1, 2, 3, 4, 5], np.int32)),
}

table = np.arange(ROWS * COLUMNS, dtype=np.float32).reshape(ROWS, COLUMNS)
entries: dict[str, Any] = {}
for name, (sizes, given) in CASES.items():
    strategy, count = name.split(".")[0], len(sizes)
    own = table[: sum(sizes)]
    if strategy == "mod":
        shards = [own[k::count] for k in range(count)]
    else:
        shards = np.split(own, np.cumsum(sizes)[:-1])
    assert [len(shard) for shard in shards] == sizes
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        ids = v1.placeholder(tf.as_dtype(given.dtype), given.shape, name="ids")
        constants = [tf.constant(shard, name=f"shard{k}") for k, shard in enumerate(shards)]
        y = tf.identity(v1.nn.embedding_lookup(constants, ids, partition_strategy=strategy), name="y")
        entries[f"{name}/graph"] = np.frombuffer(graph.as_graph_def().SerializeToString(), np.uint8)
        entries[f"{name}/ids"] = given
        entries[f"{name}/y"] = session.run(y, {ids: given})
np.savez_compressed(FILE, **entries)
