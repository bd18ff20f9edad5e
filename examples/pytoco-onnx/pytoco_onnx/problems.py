"""What cannot be written, collected so that a user hears of all of it at once."""

from __future__ import annotations

from pytoco.compiler import Op, UnsupportedError

from .options import OPSET

_SHOWN = 5


class Problems:
    """Refusals by kind and reason, with the names of what was refused."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], list[str]] = {}

    def note(self, kind: str, reason: str, name: str) -> None:
        """Something of that `kind`, called `name`, cannot be written."""
        self._names.setdefault((kind, reason), []).append(name)

    def note_op(self, op: Op, reason: str) -> None:
        """An operator, by the kind and the name under which users know it."""
        kind = op.attrs.source_kind if op.kind == "Opaque" else op.kind
        self.note(kind, reason, op.origin[0] if op.origin else op.name)

    def finish(self) -> None:
        """Raise one UnsupportedError that lists everything noted: kind, count, reason, first names, what to do."""
        if not self._names:
            return
        lines = []
        for (kind, reason), names in self._names.items():
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            lines.append(f"  {kind} x{len(names)}: {reason}; at {', '.join(names[:_SHOWN])}{more}")
        count = sum(map(len, self._names.values()))
        raise UnsupportedError(
            f"{count} operator{'s' if count > 1 else ''} cannot be written as ONNX:\n" + "\n".join(lines) + "\n",
            hint=f"a newer --{OPSET} may have what an older one has not; an operator of a plugin brings its own "
            "exporter, by the key 'onnx'",
        )
