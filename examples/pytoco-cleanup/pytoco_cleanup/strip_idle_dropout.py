"""Take out dropout that keeps everything."""

from pytoco.compiler import Array, Graph, Look, Op, Pass

STATELESS = ("StatelessRandomUniform", "StatelessRandomUniformV2")
"""TensorFlow's other ways to draw from [0, 1), which pytoco has no importer for."""


class StripIdleDropout(Pass):
    """Remove the mask of a dropout whose rate is 0: it is drawn at random, and always 1.

    TensorFlow 1 multiplies by `floor(keep_prob + random)`, later versions by `cast(random >= rate)`, or select by
    `random >= rate`; random numbers are at least 0 and below 1. What nobody reads any more is left to
    `remove-unused-op`, the random numbers among it, which a runtime would draw at each run.

    Before:
        graph main(x: float32[4]) -> y {
          shape = const int32[1] [4]
          random = RandomUniform(shape) {seed=1}
          keep_prob = const float32[] [1.0]
          sum = Add(random, keep_prob)
          mask = Floor(sum)
          z = Mul(x, mask)
          y = Exp(z)
        }
    After:
        graph main(x: float32[4]) -> y {
          shape = const int32[1] [4]
          random = RandomUniform(shape) {seed=1}
          keep_prob = const float32[] [1.0]
          sum = Add(random, keep_prob)
          mask = Floor(sum)
          y = Exp(x)
        }
    """

    name = "strip-idle-dropout"
    stage = "general"
    roots = ("Mul", "Select", "SelectV2")
    after = ("resolve-constant", "remove-trivial-binary")  # which make the rate a constant, and scales of 1 go

    def match(self, op: Op, look: Look) -> Array | None:
        """What remains of the operator."""
        if op.kind == "Mul":
            if op.attrs.activation != "NONE":
                return look.fail("{} has an activation", op)
            kept = next((op.inputs[1 - side] for side in (0, 1) if _is_mask(op, side, look)), None)
        else:
            kept = op.inputs[1] if _is_true(op, 0, look) else None
        if kept is None:
            return look.fail("{} is not masked by random numbers", op)
        if kept.shape is None or kept.shape != op.outputs[0].shape:
            return look.fail("{} is broadcast to the shape of the mask", kept)
        if not look.graph.can_replace(op.outputs[0], kept):
            return look.fail("{} and {} are both promised names", kept, op.outputs[0])
        return kept

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        """Those who read the result read what went into the dropout."""
        self.remark(op, "the dropout is gone: it kept everything")
        graph.replace(op.outputs[0], found)
        graph.remove(op)


def _is_mask(op: Op, side: int, look: Look) -> bool:
    """Whether an operand is 1 everywhere: the floor of random + 1, or random >= 0 as numbers."""
    mask = look.producer(op, side, kind=("Floor", "Cast"))
    if mask is None or mask.kind == "Cast":
        return mask is not None and _is_true(mask, 0, look)
    total = look.producer(mask, 0, kind="Add")
    if total is None:
        return False
    sides = ((0, 1), (1, 0))
    return any(look.scalar(total, one) == 1 and _is_random(total, other, look) for one, other in sides)


def _is_true(op: Op, side: int, look: Look) -> bool:
    """Whether an operand is true everywhere: random >= 0."""
    compared = look.producer(op, side, kind="GreaterEqual")
    rate = None if compared is None else look.scalar(compared, 1)
    if compared is None or rate is None or not rate <= 0:
        return bool(look.fail("{} does not keep everything", op))
    return _is_random(compared, 0, look)


def _is_random(op: Op, side: int, look: Look) -> bool:
    """Whether an operand is drawn from [0, 1)."""
    drawn = look.producer(op, side, kind=("RandomUniform", "Opaque"))
    return drawn is not None and (drawn.kind == "RandomUniform" or drawn.attrs.source_kind in STATELESS)
