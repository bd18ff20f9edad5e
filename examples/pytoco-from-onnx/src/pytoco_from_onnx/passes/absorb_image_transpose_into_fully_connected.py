"""The weights behind a flattened image in the image's own order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Graph, Look, Op, Pass

from .images import FORTH, drop_unused, from_onnx, image_transpose


class _Found(NamedTuple):
    reshape: Op | None
    transpose: Op
    image: tuple[int, ...]


class AbsorbImageTransposeIntoFullyConnected(Pass):
    """A FullyConnected over NCHW images, flattened or not, reads the NHWC images, its weights' columns rearranged.

    This copies the weights once. They must have no other reader.

    Before:
        graph main(x: float32[1,1,2,2]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          shape = const int32[2] [1, 4]
          w = const float32[1,4] [1.0, 2.0, 3.0, 4.0]
          t = Transpose(x, perm)
          r = Reshape(t, shape)
          y = FullyConnected(r, w)
        }
    After:
        graph main(x: float32[1,1,2,2]) -> y {
          shape = const int32[2] [1, 4]
          w = const float32[1,4] [1.0, 3.0, 2.0, 4.0]
          r = Reshape(x, shape)
          y = FullyConnected(r, w)
        }
    """

    name = "absorb-image-transpose-into-fully-connected"
    stage = "general"
    roots = ("FullyConnected",)

    def match(self, op: Op, look: Look) -> _Found | None:
        if not from_onnx(look):
            return None
        above = look.producer(op, 0, ("Reshape", "Transpose"))
        if above is None:
            return None
        reshape = above if above.kind == "Reshape" else None
        transpose = image_transpose(look, above) if reshape else image_transpose(look, op)
        if transpose is None or (reshape is not None and look.constant(reshape, 1) is None):
            return None
        data, weights, source = op.inputs[0], op.inputs[1], transpose.inputs[0]
        if data is None or weights is None or source is None or weights.shape is None or source.shape is None:
            return look.fail("the shapes of {} are not known", op)
        inner = [d for d in source.shape[1:] if type(d) is int]
        depth = int(np.prod(inner))
        if op.attrs.keep_num_dims or len(inner) != 3 or weights.shape[1] != depth:
            return look.fail("{} does not read whole images", op)
        if reshape is not None and (data.rank != 2 or data.shape is None or data.shape[1] != depth):
            return look.fail("{} does not flatten images one by one", reshape)
        if look.value(op, 1) is None or not look.unshared(weights):
            return None
        return _Found(reshape, transpose, (inner[2], inner[0], inner[1]))

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        data, weights = op.inputs[0], op.inputs[1]
        assert data is not None
        assert weights is not None
        value: NDArray[np.float32] = weights.numpy()
        columns = value.reshape(len(value), *found.image).transpose(FORTH).reshape(value.shape)
        turned = graph.constant(columns, f"{weights.name}_nhwc", weights.dtype)
        image, reshape = found.transpose.inputs[0], found.reshape
        if reshape is not None:
            name = f"{data.name}_nhwc"
            image = graph.emit("Reshape", (image, reshape.inputs[1]), name=name, origin=reshape.origin).outputs[0]
        graph.rewire(op, (image, turned, *op.inputs[2:]))
        drop_unused(graph, [op for op in (reshape, found.transpose) if op is not None])
