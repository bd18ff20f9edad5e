"""Complex numbers and Fourier transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Exporter

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _powers_of_two(op: Op) -> str | None:
    lengths = op.inputs[1]
    if lengths is None or not lengths.is_constant or lengths.dtype is None:
        return None
    if lengths.dtype.name != "int32":
        return f"the lengths of its transform are {lengths.dtype}; the kernel reads int32"
    bad = [int(n) for n in lengths.numpy().reshape(-1) if n < 1 or n & (n - 1)]
    return f"a transform over {bad[0]} elements; the kernel needs a power of two" if bad else None


EXPORTERS = {
    "ComplexAbs": Exporter("COMPLEX_ABS", dtypes="complex64 complex128"),
    "Real": Exporter("REAL", dtypes="complex64 complex128"),
    "Imag": Exporter("IMAG", dtypes="complex64 complex128"),
    "RFFT2D": Exporter("RFFT2D", "Rfft2dOptions", dtypes="float32", check=_powers_of_two),
}
