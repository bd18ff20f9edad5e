"""Take out what watched over training: checks, prints, summaries."""

from pytoco.compiler import Array, Graph, Look, Op, Pass

PASSING = frozenset(
    (
        "Print",
        "CheckNumerics",
        "CheckNumericsV2",
        "EnsureShape",
        "StopGradient",
        "PreventGradient",
        "DebugIdentity",
        "DebugIdentityV2",
        "DebugIdentityV3",
        "DebugGradientIdentity",
        "Copy",
        "CopyHost",
    )
)
"""Operators of TensorFlow whose result is their first operand, and that do something beside it, or in training only."""

WATCHING = frozenset(
    (
        "Assert",
        "PrintV2",
        "ScalarSummary",
        "HistogramSummary",
        "ImageSummary",
        "AudioSummary",
        "AudioSummaryV2",
        "TensorSummary",
        "TensorSummaryV2",
        "MergeSummary",
        "WriteSummary",
        "WriteScalarSummary",
        "WriteHistogramSummary",
        "WriteImageSummary",
        "WriteAudioSummary",
        "WriteRawProtoSummary",
        "WriteGraphSummary",
    )
)
"""Operators of TensorFlow that nothing is computed from; with a result, it is a summary."""


class StripTrainingDebris(Pass):
    """Remove checks, prints and summaries; those who read what they pass on read the operand.

    pytoco has no importer for most of them: they come as Opaque operators, which say what TensorFlow calls them. Those
    that are Identity already are left to `remove-identity`. A summary that is an output of the model stays.

    Before:
        graph main(x: float32[2], fine: bool[]) -> y {
          Assert(fine, x)
          t: float32[2] = Opaque(x, x) {source_kind="Print"}
          tag = const string[] ["loss"]
          s: string[] = Opaque(tag, x) {source_kind="ScalarSummary"}
          y = Exp(t)
        }
    After:
        graph main(x: float32[2], fine: bool[]) -> y {
          y = Exp(x)
        }
    """

    name = "strip-training-debris"
    stage = "clean-up"
    roots = ("Assert", "Opaque")
    before = ("remove-identity",)  # which then meets the operators that only stood beside such ones
    needed = True  # nothing can be exported as long as they are there, so that no bisection may leave it out

    def match(self, op: Op, look: Look) -> str | None:
        """TensorFlow's name of the operator."""
        kind: str = op.kind if op.attrs is None else op.attrs.source_kind
        results: tuple[Array, ...] = op.outputs
        if kind in PASSING and op.inputs and results:
            kept = op.inputs[0]
            if kept is None or not look.graph.can_replace(results[0], kept):
                return look.fail("{} and {} are both promised names", kept, results[0])
            results = results[1:]
        elif kind not in WATCHING:
            return look.fail("{} is needed for more than training", op)
        for array in results:
            if look.is_needed(array):
                return look.fail("{} is needed: leave it out of the outputs", array)
        return kind

    def rewrite(self, op: Op, found: str, graph: Graph) -> None:
        """What is passed on is read where it comes from."""
        self.remark(op, "{} is gone: it was there for training", found)
        if found in PASSING:
            assert op.inputs[0] is not None
            graph.replace(op.outputs[0], op.inputs[0])
        graph.remove(op)
