"""Shuffles of an image's channels, on the NHWC image."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pytoco.compiler import Graph, Look, Op, Pass

from .images import drop_unused, from_onnx, image_transpose, permutation


class _Found(NamedTuple):
    split: Op
    shuffle: Op
    transpose: Op
    shape: tuple[int, ...]


class MoveImageTransposeBehindShuffle(Pass):
    """Channels that are seen as groups, whose two axes change places, are shuffled before the image is transposed.

    As ShuffleNet does: two reshapes and a Transpose in between. No intermediate must have another reader.

    Before:
        graph main(x: float32[1,2,2,6]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          groups = const int32[5] [1, 2, 3, 2, 2]
          swap = const int32[5] [0, 2, 1, 3, 4]
          whole = const int32[4] [1, 6, 2, 2]
          t = Transpose(x, perm)
          g = Reshape(t, groups)
          s = Transpose(g, swap)
          y = Reshape(s, whole)
        }
    After:
        graph main(x: float32[1,2,2,6]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          groups = const int32[5] [1, 2, 2, 2, 3]
          swap = const int32[5] [0, 1, 2, 4, 3]
          whole = const int32[4] [1, 2, 2, 6]
          g = Reshape(x, groups)
          s = Transpose(g, swap)
          u = Reshape(s, whole)
          y = Transpose(u, perm)
        }
    """

    name = "move-image-transpose-behind-shuffle"
    stage = "general"
    roots = ("Reshape",)

    def match(self, op: Op, look: Look) -> _Found | None:
        if not from_onnx(look):
            return None
        shuffle = look.producer(op, 0, "Transpose")
        if shuffle is None or not look.unshared(shuffle.outputs[0]):
            return None
        split = look.producer(shuffle, 0, "Reshape")
        if split is None or not look.unshared(split.outputs[0]):
            return None
        transpose = image_transpose(look, split)
        swap = look.constant(shuffle, 1)
        if transpose is None or swap is None or swap.tolist() != [0, 2, 1, 3, 4]:
            return look.fail("{} does not shuffle channels", shuffle)
        image, groups, whole = transpose.outputs[0].shape, split.outputs[0].shape, op.outputs[0].shape
        if image is None or groups is None or image != whole or any(type(d) is not int for d in groups):
            return look.fail("{} does not bring back the shape of {}", op, transpose.outputs[0])
        n, outer, inner, height, width = (d for d in groups if type(d) is int)
        if (n, outer * inner, height, width) != image:
            return look.fail("{} does more than make groups of channels", split)
        return _Found(split, shuffle, transpose, (n, height, width, outer, inner))

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        n, height, width, outer, inner = found.shape
        groups = graph.constant(np.array(found.shape, np.int32), f"{found.split.name}_shape")
        whole = graph.constant(np.array((n, height, width, outer * inner), np.int32), f"{op.name}_shape")
        for old in (op, found.shuffle, found.split):
            graph.remove(old)
        image = found.transpose.inputs[0]
        split = graph.emit("Reshape", (image, groups), name=f"{found.split.name}_nhwc", origin=found.split.origin)
        perm = permutation(graph, (0, 1, 2, 4, 3), found.shuffle.name)
        shuffled = graph.emit("Transpose", (split.outputs[0], perm), name=f"{found.shuffle.name}_nhwc")
        joined = graph.emit("Reshape", (shuffled.outputs[0], whole), name=f"{op.name}_nhwc", origin=op.origin)
        graph.emit("Transpose", (joined.outputs[0], found.transpose.inputs[1]), outputs=op.outputs)
        drop_unused(graph, [found.transpose])
