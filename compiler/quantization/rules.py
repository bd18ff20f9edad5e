"""How ranges and grids go through operators: a `Rule` for each kind that can compute with quantised numbers.

A plugin's operator says it with the class attribute `quantization`; those of the built-in kinds stand here together.
The flows are those of TOCO's HardcodeMinMax, and for operators that it had no rule for the ones that follow from what
they compute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from ..ir.types import DType, MinMax, Quantization
from .grids import codes

if TYPE_CHECKING:
    from ..ir import Array, Op

Flow = Literal["own", "first", "both", "pool", "union", "monotonic", "relu", "fixed"]


class Fixed(NamedTuple):
    """A grid that results always have: `scale` in 8 bits, `zero` codes above the least one; `scale16` in 16 bits."""

    scale: float
    zero: int
    scale16: float

    def grid(self, dtype: DType) -> Quantization:
        """The grid of that type."""
        if dtype.itemsize != 1:
            return Quantization((self.scale16,), (0,))
        return Quantization((self.scale,), (codes(dtype)[0] + self.zero,))


class Rule(NamedTuple):
    """How a kind computes with real values that are stored as integers.

    - `flow`: where the range of a result comes from when nothing says it: `own` (nowhere), `first` (the first real
      operand's), `both` (that, and backwards), `pool` (that, widened to 0), `union` (of all real operands), `monotonic`
      (what the kernel makes of the ends of the first real operand's), `relu` (that, and the operand takes the
      result's), `fixed` (known in advance).
    - `fixed`: the grid of results, with flow `fixed`.
    - `data`: position of the first real operand; `weights` and `bias`: those of constants with grids of their own, the
      bias in the product of data's and weights' scale.
    - `channels`: the weights' axis of output channels, along which weights may have one scale each.
    """

    flow: Flow = "own"
    fixed: Fixed | None = None
    data: int = 0
    weights: int | None = None
    bias: int | None = None
    channels: int | None = None


_UNIT = Fixed(1 / 256, 0, 1 / 32768)
_SIGNED = Fixed(1 / 128, 128, 1 / 32768)

_KINDS: tuple[tuple[str, Rule], ...] = (
    ("Conv", Rule(weights=1, bias=2, channels=0)),
    ("DepthwiseConv", Rule(weights=1, bias=2, channels=3)),
    ("FullyConnected", Rule(weights=1, bias=2, channels=0)),
    ("TransposeConv", Rule(data=2, weights=1, bias=3, channels=0)),
    ("Add Sub Mul Div SquaredDifference LeakyRelu PRelu HardSwish Elu Gelu BatchMatMul Abs Neg Exp Rsqrt", Rule()),
    ("Relu Relu1 Relu6", Rule("relu")),
    ("Concatenation Pack Select SelectV2 Maximum Minimum", Rule("union")),
    ("AveragePool MaxPool", Rule("pool")),
    ("Reshape Squeeze ExpandDims", Rule("both")),
    (
        """Transpose Slice StridedSlice Pad PadV2 MirrorPad Gather GatherNd Tile BroadcastTo ReverseV2 TopKV2
        BatchToSpaceND SpaceToBatchND SpaceToDepth DepthToSpace ResizeBilinear ResizeNearestNeighbor Mean Sum
        ReduceMax ReduceMin Unpack SplitV""",
        Rule("first"),
    ),
    ("Split", Rule("first", data=1)),
    ("Logistic Softmax", Rule("fixed", _UNIT)),
    ("Tanh L2Normalization", Rule("fixed", _SIGNED)),
    ("LogSoftmax", Rule("fixed", Fixed(16 / 256, 255, 16 / 32768))),
    ("ArgMax ArgMin Equal NotEqual Less LessEqual Greater GreaterEqual", Rule()),
)

RULES: dict[str, Rule] = {kind: rule for kinds, rule in _KINDS for kind in kinds.split()}


def rule_of(kind: str) -> Rule | None:
    """The rule of a kind, None where quantised numbers cannot go through it."""
    found = RULES.get(kind)
    if found is None:
        from ..ops import UnknownKindError, get

        try:
            found = get(kind).quantization
        except UnknownKindError:
            return None
    return found


def real_operands(op: Op, rule: Rule) -> list[int]:
    """Positions of the real operands, weights and bias left out; the one that ranges flow from comes first."""
    found = [i for i, a in enumerate(op.inputs) if a is not None and is_real(a) and i not in (rule.weights, rule.bias)]
    return sorted(found, key=lambda i: (i != rule.data, i))


def is_real(array: Array) -> bool:
    """Whether the array stands for real numbers: float, or integers with a grid."""
    return array.quantization is not None or (array.dtype is not None and array.dtype.is_float)


def image_of(range_: MinMax, op: Op) -> MinMax | None:
    """The range of the result of an operator that is monotonic in its first real operand, given that one's range.

    None where the kernel cannot compute it: other operands are no constants, say.
    """
    from ..ops import Unfoldable, get
    from ..ops.base import compute

    if sum(a is not None and a.value is None for a in op.inputs) > 1:
        return None
    ends = np.array([range_.min, range_.max], np.float64)
    try:
        found = compute(
            get(op.kind), [a if a is None else a.numpy() if a.is_constant else ends for a in op.inputs], op.attrs
        )
    except Unfoldable:
        return None
    return MinMax(float(found[0].min()), float(found[0].max()))


def fixed_range(fixed: Fixed, dtype: DType) -> MinMax:
    """The range of a fixed grid."""
    grid = fixed.grid(dtype)
    least, most = codes(dtype)
    return MinMax((least - grid.zero_point[0]) * grid.scale[0], (most - grid.zero_point[0]) * grid.scale[0])
