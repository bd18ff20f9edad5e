"""The constants and what is taken for them."""

import enum
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.constants import DataType, FileFormat, OpsSet, Optimize
from pytoco.compiler.errors import UsageError

# Numbers of TOCO's public messages: IODataType in types.proto and FileFormat in toco_flags.proto.
NUMBERS = {
    "FLOAT": 1,
    "QUANTIZED_UINT8": 2,
    "INT32": 3,
    "INT64": 4,
    "STRING": 5,
    "QUANTIZED_INT16": 6,
    "BOOL": 7,
    "COMPLEX64": 8,
    "INT8": 9,
    "FLOAT16": 10,
    "TENSORFLOW_GRAPHDEF": 1,
    "TFLITE": 2,
    "GRAPHVIZ_DOT": 3,
}


@pytest.mark.parametrize(("name", "number"), NUMBERS.items())
def test_constants_have_the_numbers_of_old_scripts(name: Any, number: Any) -> None:
    member = getattr(pytoco.constants, name)
    assert member == number
    assert type(member).coerce(number) is member
    assert type(member).coerce(name.lower()) is member


class TensorFlowDType:
    """What a `tf.DType` shows: `name` and `as_numpy_dtype`."""

    def __init__(self, name: Any, numpy: Any) -> None:
        self.name = name
        self.as_numpy_dtype = numpy


@pytest.mark.parametrize(
    ("value", "member"),
    [
        ("float32", DataType.FLOAT),
        (np.float32, DataType.FLOAT),
        (np.dtype("float32"), DataType.FLOAT),
        (float, DataType.FLOAT),
        (np.uint8, DataType.QUANTIZED_UINT8),
        (np.dtype("int16"), DataType.QUANTIZED_INT16),
        (np.int8, DataType.INT8),
        (np.float16, DataType.FLOAT16),
        (bool, DataType.BOOL),
        (np.dtype("complex64"), DataType.COMPLEX64),
        (np.dtype(object), DataType.STRING),
        (TensorFlowDType("uint8", np.uint8), DataType.QUANTIZED_UINT8),
        (TensorFlowDType("float32_ref", np.float32), DataType.FLOAT),
        (TensorFlowDType("string", np.object_), DataType.STRING),
        (DataType.INT64, DataType.INT64),
    ],
)
def test_data_types_are_taken_in_many_forms(value: Any, member: Any) -> None:
    assert DataType.coerce(value) is member


@pytest.mark.parametrize("value", ["flaot", 99, None, np.float64, FileFormat.TFLITE, True, 1.0, object()])
def test_what_is_no_data_type_is_refused_with_the_choices(value: Any) -> None:
    with pytest.raises(UsageError) as caught:
        DataType.coerce(value, "inference_type")
    assert "inference_type" in str(caught.value)
    assert "QUANTIZED_UINT8" in str(caught.value)


@pytest.mark.parametrize("value", ["tflit", 0, DataType.FLOAT, None])
def test_what_is_no_file_format_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="TFLITE"):
        FileFormat.coerce(value)


class ForeignOpsSet(enum.Enum):
    SELECT_TF_OPS = "ops from elsewhere"


def test_enums_of_tensorflow_are_taken_by_name() -> None:
    assert OpsSet.coerce(ForeignOpsSet.SELECT_TF_OPS) is OpsSet.SELECT_TF_OPS
    assert Optimize.coerce("default") is Optimize.DEFAULT
    with pytest.raises(UsageError, match="OPTIMIZE_FOR_SIZE"):
        Optimize.coerce("OPTIMIZE_FOR_SIZ")
