"""Element types and shapes that a model declares, and those that its inputs get."""

from __future__ import annotations

from typing import Any

from pytoco.compiler import FLOAT32, Dim, DType, Shape, UnsupportedError, UsageError

from .nodes import text_of
from .source import Source
from .tensors import dtype_by_number
from .wanted import Wanted

Extent = int | str | None
"""What a file says of one: a number, the name of an unknown one, or nothing."""


def declared(message: Any, name: str) -> tuple[DType | None, tuple[Extent, ...] | None]:
    """Element type and shape of a TypeProto, as far as it has them.

    Raises UnsupportedError for what is no tensor (sequences, maps).
    """
    if message is None or message.WhichOneof("value") is None:
        return None, None
    if message.WhichOneof("value") != "tensor_type":
        raise UnsupportedError(f"{name!r} is a {message.WhichOneof('value')}; only tensors are read", array=name)
    tensor = message.tensor_type
    dtype = dtype_by_number(tensor.elem_type, repr(name)) if tensor.elem_type else None
    if not tensor.HasField("shape"):
        return dtype, None
    return dtype, tuple([_extent(d) for d in tensor.shape.dim])


def _extent(dim: Any) -> Extent:
    if dim.WhichOneof("value") == "dim_value":
        return int(dim.dim_value) if 0 <= dim.dim_value < 1 << 31 else None
    return text_of(dim.dim_param) or None


class InputTypes:
    """Gives the inputs their types: what the file declares, refined by what the caller says.

    Extents of one name in the file become one symbol.
    """

    def __init__(self, source: Source, wanted: Wanted) -> None:
        self._source = source
        self._wanted = wanted
        self._symbols: dict[str, Dim] = {}
        self._batch = Dim("batch")

    def of(self, name: str, shape: tuple[int | None, ...] | None, dtype: DType | None) -> tuple[DType, Shape]:
        """Element type and shape of an input, `shape` and `dtype` being the caller's; raises UsageError."""
        known_dtype, known = declared(self._source.type_of(name), name)
        if dtype is not None and known_dtype is not None and dtype is not known_dtype:
            raise UsageError(f"input array {name!r} is {known_dtype} in the model, not {dtype}", array=name)
        return dtype or known_dtype or FLOAT32, self._shape(name, shape, known)

    def _shape(self, name: str, given: tuple[int | None, ...] | None, known: tuple[Extent, ...] | None) -> Shape:
        wanted = self._wanted
        if given is not None and known is not None:
            known = self._refined(name, given, known)
        elif given is not None:
            known = given
        if known is None:
            if wanted.dynamic:
                return None
            hint = f"say it, as in --input_arrays={name} --input_shapes=1,3,224,224"
            raise UsageError(f"the shape of input array {name!r} is unknown", hint=hint, array=name)
        sizes = [self._size(d, i) for i, d in enumerate(known)]
        if not wanted.dynamic and any(type(d) is not int for d in sizes[1:]):
            example = ",".join(str(d) if type(d) is int else "N" if i else "1" for i, d in enumerate(sizes))
            raise UsageError(
                f"input array {name!r} has unknown extents besides the batch: {_text(known)}",
                hint=f"say them, as in --input_arrays={name} --input_shapes={example}, or --keep_dynamic_shapes",
                array=name,
            )
        return tuple(sizes)

    def _refined(self, name: str, given: tuple[int | None, ...], known: tuple[Extent, ...]) -> tuple[Extent, ...]:
        """What the caller says, and for extents left open what the file says.

        Raises UsageError where they differ, for the model's own inputs: others may be of any shape.
        """
        fits = len(given) == len(known)
        if name in self._source.inputs:
            pairs = zip(given, known, strict=False)
            if not fits or any(type(k) is int and g not in (None, k) for g, k in pairs):
                both = f"{_text(known)} in the model, which {_text(given)} does not fit"
                raise UsageError(f"input array {name!r} has the shape {both}", array=name)
        elif not fits:
            return given
        if self._wanted.dynamic and known[:1] == (1,) and given[0] is None:
            known = (None, *known[1:])  # a batch of 1 that is to be open all the same
        return tuple([k if g is None else g for g, k in zip(given, known, strict=True)])

    def _size(self, extent: Extent, place: int) -> int | Dim:
        wanted = self._wanted
        if not place and wanted.variable_batch and (type(extent) is not int or extent == 1):
            return self._batch
        if type(extent) is int:
            return extent
        if not place and not wanted.dynamic:
            return 1
        if extent is None:
            return Dim()
        return self._symbols.setdefault(str(extent), Dim(str(extent)))


def _text(shape: tuple[Extent, ...]) -> str:
    return f"[{', '.join('?' if d is None else str(d) for d in shape)}]"
