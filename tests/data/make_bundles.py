"""Makes saved_models/bundles: bundles of variables as TensorFlow writes them.

Run with TensorFlow 2.21 or 1.15 on a CPU: `python tests/data/make_bundles.py`. Only needed to add cases;
`tests/frontends/saved_model/test_bundle.py` knows what is in each.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

OUT = Path(__file__).resolve().parent / "saved_models" / "bundles"
raw = tf.raw_ops


def numbers(*shape: int, dtype: str = "float32") -> np.ndarray:
    """0, 1, 2, ... in this shape."""
    return np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape).astype(dtype)


def save(prefix: str, *tensors: tuple[str, str, object]) -> None:
    """One shard: keys, parts in TensorFlow's notation (or nothing), values."""
    names, slices = [name for name, _, _ in tensors], [part for _, part, _ in tensors]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        values = [tf.constant(value) for _, _, value in tensors]
        session.run(raw.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=slices, tensors=values))


def merge(parts: list[str], prefix: str) -> None:
    """Several shards as one bundle."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        session.run(raw.MergeV2Checkpoints(checkpoint_prefixes=parts, destination_prefix=prefix))


def rows(key: str, start: int, count: int) -> tuple[str, str, np.ndarray]:
    """Rows of `key`, 0, 1, 2, ... in the shape 6 x 4."""
    return key, f"6 4 {start},{count}:-", numbers(6, 4)[start : start + count]


def columns(key: str, start: int, count: int) -> tuple[str, str, np.ndarray]:
    """Columns of the same."""
    return key, f"6 4 0,6:{start},{count}", numbers(6, 4)[:, start : start + count]


def main() -> None:
    """Write all cases."""
    OUT.mkdir(parents=True, exist_ok=True)
    words = np.array([[b"", b"one"], ["äöü".encode(), b"x" * 300]], object)
    every = [
        (name, "", numbers(2, 3, dtype=name))
        for name in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool")
    ]
    every += [
        ("bfloat16", "", np.array([1.0, -2.5, 3.140625], tf.bfloat16.as_numpy_dtype)),
        ("complex64", "", np.array([1 + 2j], np.complex64)),
        ("empty", "", numbers(0, 3)),
        ("scalar", "", np.float32(7)),
    ]
    if tf.__version__.startswith("2."):
        save(f"{OUT}/every", *every)
        save(f"{OUT}/strings", ("words", "", words), ("one", "", np.array(b"only", object)))
        many = [(f"layer_{i:04d}/kernel/.ATTRIBUTES/VARIABLE_VALUE", "", np.float32(i)) for i in range(1000)]
        save(f"{OUT}/many", *many)
        save(f"{OUT}/parts", rows("r", 0, 2), rows("r", 2, 1), rows("r", 3, 3), columns("c", 0, 3), columns("c", 3, 1))
        save(f"{OUT}/a", ("a", "", numbers(4)), rows("w", 0, 3))
        save(f"{OUT}/b", ("b", "", numbers(5)), rows("w", 3, 3))
        merge([f"{OUT}/a", f"{OUT}/b"], f"{OUT}/two")
    else:
        save(
            f"{OUT}/tf1",
            ("a", "", numbers(4)),
            rows("r", 0, 2),
            rows("r", 2, 4),
            columns("c", 0, 3),
            columns("c", 3, 1),
        )
    print(sum(path.stat().st_size for path in OUT.iterdir()), "bytes")


if __name__ == "__main__":
    main()
