"""Use what the caller knows about arrays (TOCO's UseArraysExtraInfo)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...compiler.array_info import ArrayInfo, read_array_infos
from ...compiler.driver import Context, GraphPass
from ...compiler.errors import UsageError
from ...compiler.ir import Array, Graph, MinMax
from ...compiler.ir.types import FLOAT32, is_static, merge_shape, shape_text
from ...compiler.quantization.scheme import scheme_of


class ApplyArrayInfo(GraphPass):
    """Give arrays the ranges, shapes and constant values that `arrays_extra_info` has for them.

    Of several entries for an array the last one wins, field by field.

    Options:
        arrays_extra_info = [{name = "x", min = -1.0, max = 1.0}, {name_regexp = "t.*", constant_float_value = 2.0}]
    Before:
        graph main(x: float32[2]) -> y {
          t0 = Neg(x)
          y = Mul(x, t0)
        }
    After:
        graph main(x: float32[2] minmax(-1.0, 1.0)) -> y {
          t0 = Neg(x)
          c = const float32[2] splat 2.0
          y = Mul(x, c)
        }
    """

    name = "apply-array-info"
    stage = "array-info"
    needed = True
    tolerance = 1e9  # a caller may put a constant in place of anything

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        options = context.options
        path = options.arrays_extra_info_file
        self._infos = (*(read_array_infos(path) if path else ()), *options.arrays_extra_info)

    def run(self, graph: Graph) -> None:
        used: set[int] = set()
        for array in graph.arrays():
            fields: dict[str, Any] = {}
            for place, info in enumerate(self._infos):
                if info.matches(array.name):
                    used.add(place)
                    fields |= {name: value for name, value in info._asdict().items() if value is not None}
            if fields:
                self._apply(graph, array, ArrayInfo(**fields))
        for place, info in enumerate(self._infos):
            if place not in used and graph is graph.model.main:
                self.remark(None, "arrays_extra_info: no array is called {}", info.name or info.name_regexp)

    def _apply(self, graph: Graph, array: Array, info: ArrayInfo) -> None:
        if info.range is not None:
            graph.update(array, minmax=MinMax(*info.range))
        scheme = scheme_of(self.context.options)
        if info.data_type is not None and scheme is not None and info.data_type.dtype_name != scheme.activations.name:
            raise UsageError(
                f"arrays_extra_info: {array.name!r} is to be {info.data_type.dtype_name} among "
                f"{scheme.activations.name} arrays",
                hint="all arrays of one conversion are quantized alike; leave data_type out",
                array=array.name,
            )
        if info.shape is not None:
            try:
                graph.update(array, shape=merge_shape(array.shape, info.shape))
            except ValueError:
                message = f"arrays_extra_info: {array.name!r} has the shape {shape_text(array.shape)}"
                raise UsageError(f"{message}, not {shape_text(info.shape)}", array=array.name) from None
        if info.constant_float_value is not None:
            self._make_constant(graph, array, info.constant_float_value)

    def _make_constant(self, graph: Graph, array: Array, value: float) -> None:
        if array.value is not None or not graph.users(array):
            return
        if array.dtype is not FLOAT32 or array.shape is None or not is_static(array.shape):
            raise UsageError(
                f"arrays_extra_info: {array.name!r} cannot be constant, its type or shape is unknown",
                hint="give its shape, too; constant_float_value is for float32 arrays",
                array=array.name,
            )
        splat = np.broadcast_to(np.float32(value), tuple(int(d) for d in array.shape if isinstance(d, int)))
        made = graph.constant(splat, f"{array.name}_constant", FLOAT32, minmax=array.minmax)
        for op in graph.users(array):
            graph.rewire(op, [made if a is array else a for a in op.inputs])
