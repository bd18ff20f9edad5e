"""The oldest TensorFlow Lite release that runs an operator version, and so the oldest that runs a model."""

from __future__ import annotations

from collections.abc import Iterable

# By operator: "version:release". As TensorFlow 2.21's converter states it for models of one such operator.
_RELEASES = {
    "ABS": "1:1.13.0 3:2.5.0 5:2.12.0",
    "ADD": "1:1.5.0 4:2.6.0",
    "ADD_N": "1:1.14.0",
    "ARG_MAX": "1:1.9.0 2:1.14.0 3:2.9.0",
    "ARG_MIN": "1:1.9.0 2:1.14.0",
    "AVERAGE_POOL_2D": "1:1.5.0",
    "BATCH_MATMUL": "1:2.3.0",
    "BATCH_TO_SPACE_ND": "1:1.6.0 3:2.3.0",
    "BROADCAST_TO": "2:2.5.0 3:2.5.0",
    "CAST": "1:1.5.0 2:2.7.0 3:2.8.0 4:2.9.0 5:2.12.0",
    "CEIL": "1:1.14.0",
    "CONCATENATION": "1:1.5.0 2:1.14.0 3:2.3.0 4:2.14.0",
    "CONV_2D": "1:1.5.0",
    "COS": "1:1.14.0",
    "DEPTHWISE_CONV_2D": "1:1.5.0 2:1.12.0",
    "DEPTH_TO_SPACE": "1:2.1.0 2:2.5.0",
    "DIV": "1:1.6.0 2:2.3.0",
    "ELU": "1:1.14.0",
    "EQUAL": "1:1.14.0 3:2.3.0 5:2.21.0",
    "EXP": "1:1.7.0",
    "EXPAND_DIMS": "1:1.10.0",
    "FILL": "1:1.13.0 2:2.3.0 4:2.12.0",
    "FLOOR": "1:1.9.0",
    "FLOOR_DIV": "1:1.14.0 2:1.14.0 3:2.13.0",
    "FLOOR_MOD": "1:1.13.0 2:2.13.0",
    "FULLY_CONNECTED": "1:1.5.0 5:2.0.0",
    "GATHER": "1:1.6.0 2:1.14.0 3:1.15.0 4:2.4.0 5:2.5.0",
    "GATHER_ND": "1:1.14.0 2:2.3.0 3:2.5.0 5:2.16.0",
    "GELU": "1:2.9.0",
    "GREATER": "1:1.14.0",
    "GREATER_EQUAL": "1:1.14.0 3:2.13.0",
    "HARD_SWISH": "1:1.15.0",
    "L2_NORMALIZATION": "1:1.5.0",
    "LEAKY_RELU": "1:1.13.1",
    "LESS": "1:1.14.0 3:2.13.0",
    "LESS_EQUAL": "1:1.14.0",
    "LOCAL_RESPONSE_NORMALIZATION": "1:1.5.0",
    "LOG": "1:1.14.0",
    "LOGICAL_AND": "1:1.11.0",
    "LOGICAL_NOT": "1:1.11.0",
    "LOGICAL_OR": "1:1.11.0",
    "LOGISTIC": "1:1.14.0",
    "LOG_SOFTMAX": "1:1.14.0",
    "MAXIMUM": "1:1.14.0 3:2.3.0",
    "MAX_POOL_2D": "1:1.5.0",
    "MEAN": "1:1.6.0",
    "MINIMUM": "1:1.14.0",
    "MIRROR_PAD": "1:1.13.1 2:2.3.0",
    "MUL": "1:1.5.0 4:2.3.0 5:2.6.0 7:2.13.0",
    "NEG": "1:1.9.0",
    "NOT_EQUAL": "1:1.14.0 3:2.3.0",
    "ONE_HOT": "1:1.11.0",
    "PACK": "1:1.11.0 2:1.14.0 3:2.3.0 4:2.13.0",
    "PAD": "1:1.5.0 4:2.6.0 5:2.20.0",
    "PADV2": "1:1.9.0 5:2.20.0",
    "POW": "1:1.10.0",
    "RANDOM_UNIFORM": "1:2.8.0",
    "RANGE": "1:1.13.0 2:2.14.0",
    "REDUCE_ALL": "1:2.6.0",
    "REDUCE_ANY": "1:1.11.0",
    "REDUCE_MAX": "1:1.11.0",
    "REDUCE_MIN": "1:1.11.0",
    "REDUCE_PROD": "1:1.11.0",
    "RELU": "1:1.5.0",
    "RELU6": "1:1.5.0",
    "RELU_N1_TO_1": "1:1.5.0",
    "RESHAPE": "1:1.5.0",
    "RESIZE_BILINEAR": "1:1.7.0 3:2.2.0",
    "RESIZE_NEAREST_NEIGHBOR": "1:1.13.1 3:2.3.0",
    "REVERSE_SEQUENCE": "1:1.14.0",
    "REVERSE_V2": "1:1.14.0 2:2.2.0",
    "ROUND": "1:1.14.0",
    "RSQRT": "1:1.10.0",
    "SELECT": "1:1.14.0",
    "SELECT_V2": "1:2.2.0",
    "SHAPE": "1:1.10.0",
    "SIGN": "1:2.11.0 2:2.12.0",
    "SIN": "1:1.9.0",
    "SLICE": "1:1.14.0 2:1.14.0 3:1.14.0 5:2.5.0 6:2.14.0",
    "SOFTMAX": "1:1.5.0",
    "SPACE_TO_BATCH_ND": "1:1.6.0 3:2.3.0",
    "SPACE_TO_DEPTH": "1:1.5.0",
    "SPLIT": "1:1.5.0 2:1.14.0 3:1.14.0 4:2.3.0",
    "SPLIT_V": "1:1.13.1 2:2.3.0",
    "SQRT": "1:1.10.0",
    "SQUARE": "1:1.12.0",
    "SQUARED_DIFFERENCE": "1:1.13.1",
    "STRIDED_SLICE": "1:1.6.0 2:1.14.0 3:2.1.0 5:2.5.0 7:2.14.0",
    "SUB": "1:1.6.0 3:2.3.0 4:2.4.0",
    "SUM": "1:1.10.0",
    "TANH": "1:1.14.0",
    "TILE": "1:1.10.1 2:2.2.0",
    "TOPK_V2": "1:1.7.0 2:1.14.0 3:2.13.0",
    "TRANSPOSE": "1:1.6.0 2:1.14.0 3:1.15.0 4:2.3.0",
    "TRANSPOSE_CONV": "1:1.9.0 3:2.3.0 4:2.13.0",
    "UNPACK": "1:1.11.0 2:1.14.0 3:2.2.0 4:2.3.0",
    "WHERE": "1:1.14.0 2:2.8.0",
    "ZEROS_LIKE": "1:1.12.0",
}


def _key(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))


def release_of(builtin: str, version: int) -> str:
    """The first release with this operator version, "" where none is on record."""
    for entry in _RELEASES.get(builtin, "").split():
        number, _, release = entry.partition(":")
        if int(number) == version:
            return release
    return ""


def min_runtime(operators: Iterable[tuple[str, int]]) -> str:
    """The newest of the releases that the operators (name, version) need; "" when none is on record."""
    return max((found for pair in operators if (found := release_of(*pair))), key=_key, default="")
