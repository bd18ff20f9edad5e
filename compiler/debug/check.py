"""The numeric check: every rewrite is computed on sample inputs, and what it touched must have its values of before.

The graph is evaluated once, after import. What an array was then, or when it came in, is its reference. After a rewrite
only the operators that it added, rewired or changed are computed, from the references of their operands, and compared
with the references of their results: so each rewrite is judged alone, however wrong those before it were. An array that
came out wrong is tainted; a later rewrite of the operator that makes it, or of one that reads it, is not blamed for
what it finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import CheckError, PytocoError
from ..ir.events import Event
from ..plugins.descriptors import Observer
from ..testing.numeric import real_value
from .check_events import Touched, boundary, in_order
from .check_inputs import RANDOM, fitting, load_inputs, sample_inputs
from .check_report import OK, TAINTED, UNKNOWN, WRONG, CheckReport, Finding
from .check_values import SAME, TOLERANCES, Constants, Difference, Failed, Kernels, difference, wrong_type

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..convert import Result
    from ..ir import Array, Graph, Model, Op
    from ..options import Options


class _Judged(NamedTuple):
    """One array that a rewrite made anew: its status, its distance from the reference, what was allowed."""

    array: str
    status: str
    difference: Difference
    tolerance: float


class Check(Observer):
    """Computes the main graph and every rewrite of it; what it finds is in `report`.

    `inputs` are values by name, in order, or an .npz file; random ones when left out. `tolerance` replaces the rounding
    error that floats are allowed by their type, relative to the largest magnitude; that of a pass, of `tolerances` or
    as it declares, counts where it is larger. With `strict`, the first offence raises CheckError. An operator without a
    kernel has unknown results, and so has what depends on them. `given` are the inputs that were taken.
    """

    def __init__(
        self,
        inputs: Mapping[str, Any] | Sequence[Any] | str | None = None,
        *,
        tolerance: float | None = None,
        tolerances: Mapping[str, float] | None = None,
        strict: bool = False,
    ) -> None:
        self.inputs = inputs
        self.tolerance = tolerance
        self.tolerances = dict(tolerances or {})
        self.strict = strict
        self.report = CheckReport()
        self.given: dict[str, Any] = {}
        self._stage = "import"
        self._graph: Graph | None = None
        self._model: Model | None = None
        self._names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._values: dict[Array, NDArray[Any] | None] = {}
        self._used: dict[Op, tuple[Any, tuple[Array | None, ...], tuple[Any, ...]]] = {}
        self._tainted: dict[Array, None] = {}
        self._kernels = Kernels()
        self._constants = Constants()

    @classmethod
    def of(cls, options: Options) -> Check:
        """The check that the options `check`, `check_tolerance` and `strict` ask for."""
        return cls(options.check, tolerance=options.check_tolerance, strict=options.strict)

    # What the driver tells ------------------------------------------------------------------------------------------

    def on_import(self, model: Model) -> None:
        """Evaluate everything. Raises UsageError for inputs that do not fit."""
        graph = self._graph = model.main
        self._model = model
        self._names = boundary(graph)
        given = self.inputs
        if given is None or given == RANDOM:
            failures = self._evaluate(graph, sample_inputs(graph))
            if failures:  # a length, a shape or an axis, it may be, that such numbers cannot be
                other = self._evaluate(graph, sample_inputs(graph, small=True))
                if len(other) >= len(failures):
                    self._evaluate(graph, sample_inputs(graph))
        else:
            if isinstance(given, str):
                given = load_inputs(given)
            elif not isinstance(given, Mapping):
                given = dict(zip([a.name for a in graph.inputs], given, strict=True))
            self._evaluate(graph, fitting(graph, given))
        judged = []
        for op in graph.order():
            for array in op.outputs:
                value = self._values.get(array)
                said = wrong_type(array, value) if value is not None else ""
                if said:
                    judged.append(self._wrong(array, said))
        if judged:
            self._book("import", 0, judged)

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """Learn what the passes may change."""
        self._stage = stage
        for rule in passes:
            self.tolerances[rule.name] = max(rule.tolerance, self.tolerances.get(rule.name, 0.0))

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Event]) -> None:
        """Compute what the rewrite touched, and compare."""
        graph = self._graph
        if graph is None:
            return
        self.report.rewrites += 1
        touched = Touched(graph, events)
        if not touched.events:
            elsewhere = Difference(0.0, 0.0, "main does not run this graph")
            self._book(pass_name, number, [_Judged(events[0][1].name, UNKNOWN, elsewhere, 0.0)])
            return
        tolerance = self.tolerances.get(pass_name, 0.0)
        excused = any(array in self._tainted for array in touched.involved)
        judged = self._edited(touched)
        for new in in_order(graph, touched.ops):
            found = self._computed(new, tolerance, excused, forced=new in touched.forced)
            judged += found if found is not None else [_Judged(new.name, OK, SAME, 0.0)]
        for array in touched.constants:
            self._constants.forget(array)
            judged.append(self._judge(array, self._constants.value(array), tolerance, excused))
        for old, array in touched.moved:
            judged.append(self._judge(array, self._value(array), tolerance, excused, self._values.get(old)))
        for array in touched.retyped:
            value = self._values.get(array)
            said = wrong_type(array, value) if value is not None else ""
            if said:
                judged.append(self._wrong(array, said))
        names = boundary(graph) if touched.retargeted else self._names
        for what, before, after in zip(("input", "output"), self._names, names, strict=True):
            for name in before:
                if name not in after:
                    judged.append(_Judged(name, WRONG, Difference(*_LOST, f"the model's {what} {name!r} is gone"), 0.0))
        self._names = names
        for array in touched.gone:
            if array not in graph:
                self._values.pop(array, None)
                self._kernels.forget(array)
                self._constants.forget(array)
        for gone in touched.removed:
            self._used.pop(gone, None)
        self._book(pass_name, number, judged)

    def on_result(self, result: Result) -> None:
        """Put the report into the summary, and a warning about the first offence."""
        self.report.finish(self._graph, self._tainted)
        result.summary.check = self.report
        result.summary.warnings += self.report.warnings()

    def on_error(self, error: BaseException) -> None:
        """A conversion that fails may do so because of an offence: say so."""
        if isinstance(error, PytocoError) and not isinstance(error, CheckError):
            error.hint = "; ".join(text for text in (error.hint, *self.report.warnings()) if text)

    def values(self) -> dict[str, NDArray[Any]]:
        """The references of all arrays that have one, and the constants, by name."""
        assert self._graph is not None
        found = ((array.name, self._value(array)) for array in self._graph.arrays())
        return {name: value for name, value in found if value is not None}

    # Computing ------------------------------------------------------------------------------------------------------

    def _evaluate(self, graph: Graph, inputs: Mapping[str, Any]) -> list[str]:
        """Compute everything from these inputs; what failed."""
        self.given = dict(inputs)
        self._values.clear()
        self._used.clear()
        failures = []
        for array in graph.inputs:
            self._values[array] = real_value(array, np.asarray(inputs[array.name]))
        for state in graph.states:
            shape = state.array.shape
            known = shape is not None and all(type(d) is int for d in shape)
            self._values[state.array] = np.zeros(shape, np.float32) if known else None  # type: ignore[arg-type]
        for op in graph.order():
            results = self._results(op)
            if isinstance(results, Failed):
                failures.append(results.reason)
                results = None
            for array, value in zip(op.outputs, _known(op, results), strict=True):
                self._values[array] = value
        return failures

    def _value(self, array: Array) -> NDArray[Any] | None:
        """What the array is: of a constant, what it holds now."""
        return self._values.get(array) if array.value is None else self._constants.value(array)

    def _results(self, op: Op) -> list[NDArray[Any]] | Failed | None:
        """The results of an operator; None when they cannot be known."""
        values = tuple([None if a is None else self._value(a) for a in op.inputs])
        self._used[op] = (op.attrs, op.inputs, values)
        if any(v is None and a is not None for a, v in zip(op.inputs, values, strict=True)):
            return None
        assert self._graph is not None
        return self._kernels.compute(self._graph, op, values)

    def _is_as_before(self, op: Op) -> bool:
        """Whether an operator has what it was last computed with, under other names perhaps."""
        used = self._used.get(op)
        if used is None or used[0] != op.attrs or len(used[1]) != len(op.inputs):
            return False
        for array, before, value in zip(op.inputs, used[1], used[2], strict=True):
            if array is before:
                continue
            now = None if array is None else self._value(array)
            if now is None or value is None:
                return False
            if now is not value and (
                now.shape != value.shape or now.dtype != value.dtype or difference(value, now) != SAME
            ):
                return False
        self._used[op] = (op.attrs, op.inputs, used[2])
        return True

    # Judging --------------------------------------------------------------------------------------------------------

    def _computed(self, op: Op, tolerance: float, excused: bool, *, forced: bool) -> list[_Judged] | None:
        """Compute one operator and judge its results; None when it computes just what it did."""
        if not forced and self._is_as_before(op):
            return None
        results = self._results(op)
        if isinstance(results, Failed):
            said = f"{op.kind} cannot be computed: {results.reason}"
            known = [a for a in op.outputs if self._values.get(a) is not None]
            return [self._wrong(a, said, excused) for a in known] or [_Judged(op.name, UNKNOWN, SAME, 0.0)]
        judged = []
        for array, value in zip(op.outputs, _known(op, results), strict=True):
            judged.append(self._judge(array, value, tolerance, excused))
            if self._values.get(array) is None:
                self._values[array] = value
        return judged

    def _judge(
        self, array: Array, value: NDArray[Any] | None, tolerance: float, excused: bool, reference: Any = None
    ) -> _Judged:
        """Compare the value of an array with its reference, if there are both, and with its type."""
        if value is None:
            return _Judged(array.name, UNKNOWN, SAME, 0.0)
        said = wrong_type(array, value)
        if said:
            return self._wrong(array, said, excused)
        reference = self._values.get(array) if reference is None else reference
        if reference is None:
            return _Judged(array.name, OK if array not in self._values else UNKNOWN, SAME, 0.0)
        self.report.compared += 1
        exact = value.dtype.kind not in "fc"
        rounding = 0.0 if exact else TOLERANCES.get(str(array.dtype), TOLERANCES["float32"])
        if self.tolerance is not None and not exact:
            rounding = self.tolerance
        allowed = max(rounding, tolerance)
        apart = difference(reference, value)
        if apart.error <= allowed:
            self._tainted.pop(array, None)
            return _Judged(array.name, OK, apart, allowed)
        self._tainted[array] = None
        return _Judged(array.name, TAINTED if excused else WRONG, apart, allowed)

    def _wrong(self, array: Array, said: str, excused: bool = False) -> _Judged:
        self._tainted[array] = None
        return _Judged(array.name, TAINTED if excused else WRONG, Difference(*_LOST, said), 0.0)

    def _edited(self, touched: Touched) -> list[_Judged]:
        """Constants of touched operators that no event changed, but which are not what they were."""
        assert self._graph is not None
        judged = []
        for array in touched.involved:
            if array not in touched.constants and self._constants.is_edited(array):
                self._kernels.forget(array)
                judged.append(self._wrong(array, "the constant was edited in place"))
                if array in self._graph:
                    for reader in self._graph.users(array):
                        touched.ops[reader] = touched.forced[reader] = None
        return judged

    def _book(self, pass_name: str, number: int, judged: Sequence[_Judged]) -> None:
        """Make one finding of what is known about a rewrite: the worst, and every array that is wrong."""
        if not judged:
            return
        worst = max(judged, key=lambda j: (_RANK[j.status], j.difference.error))
        wrong = (
            tuple(dict.fromkeys(j.array for j in judged if j.status == worst.status)) if worst.status == WRONG else ()
        )
        finding = Finding(
            number, self._stage, pass_name, worst.array, worst.status, worst.difference.error,
            worst.difference.abs_error, worst.tolerance, wrong or (worst.array,), worst.difference.what,
        )  # fmt: skip
        self.report.add(finding)
        if self._model is not None and self._model.hearers:
            self._model.note(finding.as_note())
        if self.strict and worst.status == WRONG:
            raise self.error(finding)

    def error(self, finding: Finding) -> CheckError:
        """The error that an offence is with `strict`."""
        return CheckError(finding.text(), pass_name=finding.pass_name if finding.number else "", array=finding.array)


_LOST = (float("inf"), float("inf"))
_RANK = {OK: 0, UNKNOWN: 1, TAINTED: 2, WRONG: 3}


def _known(op: Op, results: Sequence[NDArray[Any]] | None) -> Sequence[NDArray[Any] | None]:
    """The results, or None for each."""
    return [None] * len(op.outputs) if results is None else results
