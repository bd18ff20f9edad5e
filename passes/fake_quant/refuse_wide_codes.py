"""Refuse to choose types by the bits of FakeQuant where they do not fit the conversion's type."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.errors import UsageError
from ...compiler.ir import Graph
from ...compiler.quantization.scheme import scheme_of

SHOWN = 6


class RefuseWideCodes(GraphPass):
    """Stop a conversion that is to choose types by the bits of FakeQuant, and would need 8 and 16 bits side by side.

    TOCO made such models, which no runtime could run: kernels want all activations of one type. It changes nothing:

    Options:
        inference_type = "QUANTIZED_UINT8"
        propagate_fake_quant_num_bits = true
    Before:
        graph main(x: float32[2] minmax(-1.0, 1.0, false, 8)) -> y {
          y = Neg(x)
        }
    After:
        graph main(x: float32[2] minmax(-1.0, 1.0, false, 8)) -> y {
          y = Neg(x)
        }
    """

    name = "refuse-wide-codes"
    stage = "fake-quant"

    def run(self, graph: Graph) -> None:
        scheme = scheme_of(self.context.options)
        if scheme is None or not self.context.options.propagate_fake_quant_num_bits:
            return
        most = 8 * scheme.activations.itemsize
        wide = [a.name for a in graph.arrays() if a.minmax is not None and (a.minmax.bits or 0) > most]
        if wide:
            more = f" and {len(wide) - SHOWN} more" if len(wide) > SHOWN else ""
            raise UsageError(
                f"{len(wide)} arrays were trained with more than {most} bits, the most of {scheme.activations}: "
                f"{', '.join(map(repr, wide[:SHOWN]))}{more}",
                hint="choose --inference_type=QUANTIZED_INT16, or leave --propagate_fake_quant_num_bits out",
            )
