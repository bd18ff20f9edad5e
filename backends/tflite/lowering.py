"""From operators to what the file says of them: builtin, version, options, operands; or a report of what cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...compiler.errors import PluginError, PytocoError, UnsupportedError
from ...compiler.ir.opaque import OPAQUE
from .custom import is_usable
from .exporters import Exporter, Exporters
from .raw import RawOperator, raw_of

if TYPE_CHECKING:
    from ...compiler.ir import Op
    from .flex import Flex

_CUSTOM_CODES = {
    "CTCBeamSearchDecoder": "CTC_BEAM_SEARCH_DECODER",
    "DetectionPostProcess": "TFLite_Detection_PostProcess",
}
_REASONS = dict.fromkeys(("Switch", "Merge"), "the condition of this TensorFlow 1 conditional is no constant")
_SHOWN = 5
_SELECT = "--target_ops=TFLITE_BUILTINS,SELECT_TF_OPS has TensorFlow's own kernels run those that are TensorFlow's; "
_CUSTOM = (
    "--allow_custom_ops writes them as custom operators for kernels of your own; a plugin's OpRef can define the "
    "operator with an importer and a 'tflite' exporter"
)


class Lowered(NamedTuple):
    """One operator as the file has it.

    `fields` are those of the options table, for a custom one its FlexBuffer map, unless `custom_options` has its bytes.
    The last `intermediates` results are tensors that only the kernel itself needs.
    """

    builtin: str
    custom_code: str
    version: int
    options: str
    fields: Mapping[str, Any]
    operands: Sequence[Any]
    mutates: tuple[int, ...]
    custom_options: bytes = b""
    intermediates: int = 0


class Lowering:
    """Lowers operators one by one and collects what cannot be written.

    What has no builtin becomes a Flex operator with `select_tf_ops`, else a custom one with `allow_custom`. `flex`
    counts the former by TensorFlow's name, `custom` the latter by custom code.
    """

    __slots__ = ("_problems", "allow_custom", "custom", "exporters", "flex", "select_tf_ops")

    def __init__(self, exporters: Exporters, allow_custom: bool = False, select_tf_ops: bool = False) -> None:
        self.exporters = exporters
        self.allow_custom = allow_custom
        self.select_tf_ops = select_tf_ops
        self.flex: dict[str, int] = {}
        self.custom: dict[str, int] = {}
        self._problems: dict[tuple[str, str], list[str]] = {}

    def lower(self, op: Op) -> Lowered | None:
        """The operator as the file has it; None, and a problem noted, when TFLite cannot express it."""
        if op.kind == OPAQUE and (raw := raw_of(op.attrs)) is not None:
            return self._as_it_was(op, raw)
        exporter = self.exporters.of(op.kind)
        if exporter is None:
            reason = op.attrs.reason if op.kind == OPAQUE else _REASONS.get(op.kind, "")
            reason = reason or "TFLite has no such operator"
        else:
            try:
                reason = exporter.refusal(op) or ""
                if not reason:
                    return self._exported(op, exporter)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                if isinstance(error, PytocoError):
                    raise
                raise _faulty(op, f"raises {type(error).__name__}: {error}") from error
        if self.select_tf_ops:
            from .flex import Flex, flex

            found = flex(op)
            if isinstance(found, Flex):
                _count(self.flex, found.op)
                return _flexible(found)
            reason = f"{reason}, and {found}"
        if self.allow_custom:
            lowered = _custom(op)
            _count(self.custom, lowered.custom_code)
            return lowered
        self.refuse(op, reason)
        return None

    def _exported(self, op: Op, exporter: Exporter) -> Lowered:
        lowered = _lowered(op, exporter)
        if lowered.builtin == "CUSTOM":
            if not lowered.custom_code:
                raise _faulty(op, "names no custom_code")
            odd = [name for name, value in lowered.fields.items() if not is_usable(value)]
            if odd:
                value = lowered.fields[odd[0]]
                raise _faulty(op, f"gives {odd[0]!r} the value {value!r}, which is no text, number or list of numbers")
            _count(self.custom, lowered.custom_code)
        return lowered

    def _as_it_was(self, op: Op, raw: RawOperator) -> Lowered:
        """An operator that came from a TFLite file and that no pass could touch."""
        custom = raw.custom_code
        if custom.startswith("Flex"):
            _count(self.flex, custom.removeprefix("Flex"))
        elif custom:
            _count(self.custom, custom)
        return Lowered(
            raw.builtin, custom, raw.version, raw.options, raw.fields, op.inputs, raw.mutates, raw.custom_options,
            raw.intermediates,
        )  # fmt: skip

    def refuse(self, op: Op, reason: str) -> None:
        """Note that `op` cannot be written, and why."""
        kind = op.attrs.source_kind if op.kind == OPAQUE else op.kind
        self._problems.setdefault((kind, reason), []).append(op.origin[0] if op.origin else op.name)

    def finish(self) -> None:
        """Raise one UnsupportedError that lists everything noted: kind, count, first names, reason, what to do."""
        if not self._problems:
            return
        lines = []
        for (kind, reason), names in self._problems.items():
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            lines.append(f"  {kind} x{len(names)}: {reason}; at {', '.join(names[:_SHOWN])}{more}")
        count = sum(map(len, self._problems.values()))
        raise UnsupportedError(
            f"{count} operator{'s' if count > 1 else ''} cannot be written as TFLite:\n" + "\n".join(lines) + "\n",
            hint=("" if self.select_tf_ops else _SELECT) + _CUSTOM,
        )


def _faulty(op: Op, text: str) -> PluginError:
    return PluginError(f"the 'tflite' exporter of operator kind {op.kind!r} {text}", op=op.name, hint="mend its plugin")


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _lowered(op: Op, exporter: Exporter) -> Lowered:
    fields = {} if exporter.fields is None else exporter.fields(op)
    operands = op.inputs if exporter.operands is None else exporter.operands(op)
    # Most kernels count their operands, so a trailing one that is absent is left away rather than written as -1.
    if exporter.operands is None:
        while operands and operands[-1] is None:
            operands = operands[:-1]
    return Lowered(
        exporter.builtin, exporter.custom_code, exporter.version_of(op), exporter.options, fields, operands,
        exporter.mutates,
    )  # fmt: skip


def _flexible(flex: Flex) -> Lowered:
    return Lowered("CUSTOM", f"Flex{flex.op}", 1, "", {}, flex.operands, (), flex.options())


def _custom(op: Op) -> Lowered:
    if op.kind == OPAQUE:
        code, fields = op.attrs.source_kind, dict(op.attrs.attributes)
    else:
        code, fields = op.kind, op.attrs._asdict() if op.attrs is not None else {}
    return Lowered("CUSTOM", _CUSTOM_CODES.get(code, code), 1, "", fields, op.inputs, ())
