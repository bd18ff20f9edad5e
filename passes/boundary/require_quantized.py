"""Say which operators stay in float in a quantised model, or refuse them."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.errors import UsageError
from ...compiler.ir import Graph, Op
from ...compiler.quantization.floats import float_operators, note
from ...compiler.quantization.rules import rule_of
from ...compiler.quantization.scheme import is_strict, scheme_of

SHOWN = 5


class RequireQuantized(GraphPass):
    """Remark on operators that stay in float; with `strict_quantization`, or operator sets without float, raise.

    It changes nothing:

    Options:
        inference_type = "QUANTIZED_UINT8"
        strict_quantization = true
    Before:
        graph main(x: uint8[2] quant[[0.5], [0], null]) -> y {
          y: uint8[2] quant[[1.0], [0], null] = Relu(x)
        }
    After:
        graph main(x: uint8[2] quant[[0.5], [0], null]) -> y {
          y: uint8[2] quant[[1.0], [0], null] = Relu(x)
        }
    """

    name = "require-quantized"
    stage = "boundary"
    after = ("convert-outputs",)

    def run(self, graph: Graph) -> None:
        options = self.context.options
        if graph is not graph.model.main or scheme_of(options) is None:
            return
        found = float_operators(graph.model)
        if found and is_strict(options):
            lines = [f"  {kind} ({self._why(ops[0])}): {_names(ops)}" for kind, ops in found.items()]
            raise UsageError(
                f"{note({kind: len(ops) for kind, ops in found.items()})}\n" + "\n".join(lines) + "\n",
                hint="leave out --strict_quantization, and have TFLITE_BUILTINS among --target_ops",
            )
        for kind, ops in found.items():
            self.remark(None, "{} stays in float ({}): {}", kind, self._why(ops[0]), _names(ops))

    def _why(self, op: Op) -> str:
        scheme = scheme_of(self.context.options)
        assert scheme is not None
        if rule_of(op.kind) is None or self.context.target.quantized(op.kind, scheme.activations) is None:
            return f"there is no {scheme.activations} kernel"
        return "not all of its ranges are known, or its weights are computed"


def _names(ops: list[Op]) -> str:
    more = f" and {len(ops) - SHOWN} more" if len(ops) > SHOWN else ""
    return ", ".join(repr(op.name) for op in ops[:SHOWN]) + more
