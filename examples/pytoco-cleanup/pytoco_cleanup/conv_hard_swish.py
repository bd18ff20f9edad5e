"""A convolution that applies hard swish to its result, for runtimes with a kernel that does both."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from numpy.typing import NDArray
from pytoco.backends.tflite import Exporter
from pytoco.compiler import Kernel, Op, OpDef, Operands, Rule, TensorType, Values, op_definition


class ConvHardSwishAttrs(NamedTuple):
    """Strides and dilations in elements; padding SAME or VALID."""

    stride_h: int = 1
    stride_w: int = 1
    padding: str = "SAME"
    dilation_h: int = 1
    dilation_w: int = 1


def _options(op: Op) -> Mapping[str, int | str]:
    """What the kernel finds in its FlexBuffer map: the attributes under their own names."""
    attrs: ConvHardSwishAttrs = op.attrs
    return attrs._asdict()


class ConvHardSwish(OpDef):
    """hard_swish(conv(input, weights) + bias); weights OHWI, as pytoco's Conv has them."""

    kind: ClassVar[str] = "ConvHardSwish"
    operands: ClassVar[tuple[str, ...]] = ("input", "weights", "bias?")
    Attrs: ClassVar[Any] = ConvHardSwishAttrs
    heavy: ClassVar[bool] = True

    # Weights with a scale for each output channel, a bias in the product of input's and weights' scale.
    quantization: ClassVar[Rule | None] = Rule(weights=1, bias=2, channels=0)
    exporters: ClassVar[Mapping[str, Any]] = {
        "tflite": Exporter(
            "CUSTOM",
            custom_code="ConvHardSwish",
            fields=_options,
            dtypes="float32 | int8",
            kernel=Kernel(per_channel=True),
        )
    }

    @staticmethod
    def infer(inputs: Operands, attrs: ConvHardSwishAttrs) -> list[TensorType]:
        """As of the convolution alone."""
        conv = op_definition("Conv")
        return conv.infer(inputs, conv.Attrs(**attrs._asdict()))

    @staticmethod
    def kernel(values: Values, attrs: ConvHardSwishAttrs) -> list[NDArray[Any]]:
        """The two kernels, one after the other."""
        conv = op_definition("Conv")
        return op_definition("HardSwish").kernel(conv.kernel(values, conv.Attrs(**attrs._asdict())), None)

    @staticmethod
    def label(attrs: ConvHardSwishAttrs) -> list[str]:
        """As drawings show convolutions."""
        return [f"{attrs.stride_w}x{attrs.stride_h}/{attrs.padding[:1]}"]
