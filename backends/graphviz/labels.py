"""What a drawing says about operators and arrays: the lines of their labels and their tooltips, as plain text.

The lines are those of TOCO's classic drawings: an operator shows its kind and what its class says of its attributes
(`OpDef.label`: a fused activation, a convolution's strides and padding); an array its name, type, shape, a glimpse of a
constant's values, its range and its quantisation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...compiler.ir import Array, DType, Op, OpaqueAttrs, Quantization, Shape, Value
from ...compiler.ir.types import BFLOAT16, FLOAT32
from ...compiler.ir.values import ends_of
from ...compiler.ops.labels import kind_text, label_lines

SHOWN_VALUES = 4
"""Elements up to which a constant is shown whole; of larger ones the first two and the last two."""

LONGEST_TEXT = 60
"""Characters shown of one string constant."""

LONGEST_NAME = 400
"""Characters shown of one component of a name."""

SHOWN_ORIGINS = 4
"""Source nodes that an operator's tooltip lists."""

TIMES = "\N{MULTIPLICATION SIGN}"


def op_lines(op: Op) -> list[str]:
    """The lines of an operator's label: kind, then what its class says."""
    return [kind_text(op), *label_lines(op)]


def op_notes(op: Op) -> list[str]:
    """The lines of an operator's tooltip: its identity, why it was not imported, its source nodes."""
    lines = [f"%{op.id} {op.kind}"]
    if isinstance(op.attrs, OpaqueAttrs) and op.attrs.reason:
        lines.append(op.attrs.reason)
    lines.extend(f"from {name}" for name in op.origin[:SHOWN_ORIGINS])
    if len(op.origin) > SHOWN_ORIGINS:
        lines.append(f"and {len(op.origin) - SHOWN_ORIGINS} more")
    return lines


def array_lines(array: Array) -> list[str]:
    """The lines of an array's label: its name with a break after each `/`, then what is known about it."""
    parts = array.name.split("/")
    lines = [shortened(f"{part}/", LONGEST_NAME) for part in parts[:-1]]
    lines.append(shortened(parts[-1], LONGEST_NAME))
    lines.append(f"Type: {_type_text(array.dtype)}")
    lines.append(_shape_text(array.shape))
    if array.value is not None:
        lines.append(f"= {{{', '.join(_glimpse(array.value, array.dtype))}}}")
    if array.minmax is not None:
        lines.append(f"MinMax: [{array.minmax.min:g}, {array.minmax.max:g}]")
    if array.quantization is not None:
        lines.append(f"Quantization: {_quantization_text(array.quantization)}")
    return lines


def shortened(text: str, most: int) -> str:
    """`text`, with its middle left out where it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-(most // 2) :]}"


def _type_text(dtype: DType | None) -> str:
    if dtype is None:
        return "?"
    return "float" if dtype is FLOAT32 else dtype.name


def _shape_text(shape: Shape) -> str:
    if shape is None:
        return "[*]"
    extents = [str(d) if isinstance(d, int) else f"?{d.name.strip('?')}" for d in shape]
    return f"[{TIMES.join(extents)}]"


def _quantization_text(quantization: Quantization) -> str:
    pairs = list(zip(quantization.scale, quantization.zero_point, strict=False))
    text = ", ".join(f"{scale:.7g} * (x - {zero})" for scale, zero in pairs[:1])
    return text if len(pairs) == 1 else f"{text}, … {len(pairs)} along axis {quantization.axis}"


def _glimpse(value: Value, dtype: DType | None) -> list[str]:
    """A few elements: the whole value may be a recipe, or much larger than memory."""
    shown = [_element(item, dtype) for item in ends_of(value).tolist()]
    if value.size > SHOWN_VALUES:
        shown.insert(SHOWN_VALUES // 2, "…")
    return shown


def _element(item: Any, dtype: DType | None) -> str:
    if dtype is BFLOAT16:
        item = (np.asarray(item, np.uint32) << 16).view(np.float32).item()
    if isinstance(item, float):
        return f"{item:g}"
    if isinstance(item, bytes):
        item = item[: 4 * LONGEST_TEXT].decode("utf-8", "backslashreplace")
    return shortened(str(item).lower() if isinstance(item, bool) else str(item), LONGEST_TEXT)
