"""What the passes share: the Transpose that turns an NHWC image back into ONNX's NCHW."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pytoco.compiler import Array, Graph, Look, Op

BACK = (0, 3, 1, 2)
"""The permutation from NHWC to NCHW: axis i of the result is axis BACK[i] of the image."""
FORTH = (0, 2, 3, 1)


def from_onnx(look: Look) -> bool:
    """Whether the model came from this package's frontend."""
    if "onnx_opset" not in look.graph.model.metadata:
        look.fail("the model is not from ONNX")
        return False
    return True


def image_transpose(look: Look, op: Op, index: int = 0) -> Op | None:
    """The Transpose that makes operand `index` an NCHW image, unless its elements need no moving or it will fold."""
    found = look.producer(op, index, "Transpose")
    if found is None:
        return None
    perm = look.constant(found, 1)
    source = found.inputs[0]
    if perm is None or tuple(perm.reshape(-1).tolist()) != BACK or source is None or source.value is not None:
        return look.fail("{} does not turn an NHWC image into NCHW", found)
    if source.quantization is not None or found.outputs[0].quantization is not None:
        return look.fail("{} is quantized", found)
    shape = source.shape
    if shape is not None and (shape[3] == 1 or (shape[1] == 1 and shape[2] == 1)):
        return look.fail("{} is a reshape", found)
    return found


def permutation(graph: Graph, perm: Sequence[int], name: str) -> Array:
    """A constant permutation."""
    return graph.constant(np.array(perm, np.int32), f"{name}_perm")


def drop_unused(graph: Graph, ops: Sequence[Op]) -> None:
    """Remove operators of which nothing is read or promised any more."""
    for op in dict.fromkeys(ops):
        if op in graph and not any(graph.user_count(a) or graph.is_pinned(a) for a in op.outputs):
            graph.remove(op)
