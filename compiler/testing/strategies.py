"""Hypothesis strategies for random typed graphs, and the assertion that a pass is sound on them.

Every choice is a draw of its own, an operator's draws in one span, so that a failing graph shrinks: operators that do
not matter go, others become simpler ones, extents and values small. Hypothesis is imported when a strategy is made;
pytoco does not depend on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..driver import Pass
from ..errors import UsageError
from ..ir import Graph
from ..ir.extract import extract
from .numeric import assert_same_values, evaluate
from .random_graphs import DTYPES, MAKERS, Case, Make, Maker, add_operator, begin, case_of, makers_for, weighted
from .random_graphs.draws import Drawn
from .rewrites import SEEDS, PassClass, run_passes

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from ..ir import Op
    from ..options import Options
    from ..plugins.target import Target

EXAMPLES = 200
SHRINKING_SECONDS = 15.0
"""How long a failing graph is made smaller."""
KEPT = 0.9
"""How many outputs stay; when a graph shrinks, those that do not matter go, with what only they need."""


def cases(
    kinds: Iterable[str] | None = None,
    *,
    max_ops: int = 8,
    dtypes: Collection[str] = DTYPES,
    makers: Mapping[str, Make] | None = None,
    often: Sequence[str] = (),
    accepts: Callable[[Op], bool] | None = None,
) -> SearchStrategy[Case]:
    """A strategy of `Case(graph, inputs)`: random graphs with values by name for which every operator is well defined.

    The arguments are those of `graphs`. Values are finite, and below 1000.
    """
    _need_hypothesis()
    import hypothesis
    import hypothesis.strategies as st

    table = makers_for(kinds, makers)
    choices = weighted(table, often)
    wrong = [name for name in dtypes if name not in DTYPES]
    if wrong or max_ops < 1:
        what = f"no random graph has elements of type {wrong[0]!r}" if wrong else f"max_ops is {max_ops}"
        raise UsageError(what, hint=f"types are {', '.join(DTYPES)}; max_ops is at least 1")

    @st.composite
    def operator(draw: DrawFn, maker: Maker) -> None:
        """Perhaps one operator: the simplest draw adds none, so that one that does not matter can go in its place."""
        if draw(st.integers(0, len(choices))) and len(maker.graph) < max_ops:
            there = maker.graph.ops()
            add_operator(maker, table, choices)
            if len(maker.graph) > max_ops:  # some come in pairs
                maker.take_back(there)

    @st.composite
    def case(draw: DrawFn) -> Case:
        maker = Maker(
            Drawn(
                lambda low, high: draw(st.integers(low, high)),
                lambda count: draw(st.binary(min_size=count, max_size=count)),
            ),
            dtypes=dtypes,
            accepts=accepts,
        )
        attempts = draw(st.integers(1, 2 * max_ops))
        begin(maker)
        for _ in range(attempts):
            draw(operator(maker))
        hypothesis.assume(len(maker.graph))
        maker.finish()
        maker.keep([a for a in maker.graph.outputs if maker.draw.chance(KEPT)] or [maker.graph.outputs[-1]])
        return case_of(maker)

    found: SearchStrategy[Case] = case()
    return found


def graphs(
    kinds: Iterable[str] | None = None,
    *,
    max_ops: int = 8,
    dtypes: Collection[str] = DTYPES,
    makers: Mapping[str, Make] | None = None,
    often: Sequence[str] = (),
    accepts: Callable[[Op], bool] | None = None,
) -> SearchStrategy[Graph]:
    """A strategy of random typed graphs of up to `max_ops` operators, valid and connected to inputs and outputs.

    - `kinds`: the operator kinds to draw from; all built-in ones that need no state or other graph, and those of
      registered plugins that can be drawn, when left out.
    - `dtypes`: the element types that inputs and results may have.
    - `makers`: for kinds of plugins, a function of a `Maker` that adds such an operator: it finds operands, and calls
      `maker.emit(kind, operands, *attributes)`. Elementwise kinds need none, nor do commutative ones of two operands.
    - `often`: kinds that half of all operators are to be.
    - `accepts`: says of an operator in the graph whether it may stay.

    Raises UsageError for a kind that nothing says how to draw, and without hypothesis.

        @given(pytoco.testing.graphs(["Add", "Mul", "Relu"], max_ops=5))
        def test_my_pass(graph): ...
    """
    made = cases(kinds, max_ops=max_ops, dtypes=dtypes, makers=makers, often=often, accepts=accepts)
    return made.map(lambda case: case.graph)


def assert_sound_on_random_graphs(
    passes: PassClass | Sequence[PassClass],
    *,
    kinds: Iterable[str] | None = None,
    max_ops: int = 8,
    examples: int = EXAMPLES,
    least_rewrites: int = 1,
    dtypes: Collection[str] = DTYPES,
    makers: Mapping[str, Make] | None = None,
    target: Target | None = None,
    options: Options | Mapping[str, Any] | None = None,
    tolerance: float | None = None,
) -> None:
    """Assert that on random graphs the passes come to rest in every order, keep the values, and then change nothing.

    Half of the operators are of kinds at which the passes start, as far as those can be drawn. `examples` graphs are
    tried, the same ones each time; a failing one is made small. `least_rewrites` is how often the passes have to apply
    in all of them: a test in which they never do shows nothing. Other arguments are those of `graphs` and `run_passes`.

    Raises AssertionError, PassError or NoFixedPoint with the graph; UsageError without hypothesis.
    """
    _need_hypothesis()
    import hypothesis

    classes = [passes] if isinstance(passes, type) else list(passes)
    allowed = max(cls.tolerance for cls in classes) if tolerance is None else tolerance
    roots = [kind for cls in classes if issubclass(cls, Pass) for kind in cls.roots]
    wanted = None if kinds is None else list(dict.fromkeys([*kinds, *(k for k in roots if k in MAKERS)]))
    rewrites = 0
    smallest = _Smallest()

    def check(case: Case) -> None:
        try:
            smallest.look_at_clock()
            run(case)
        except Exception as error:
            smallest.failed(case, error)
            raise

    def run(case: Case) -> None:
        nonlocal rewrites
        expected = evaluate(case.graph, case.inputs)
        for seed in SEEDS:
            model = extract(case.graph)
            done = run_passes(model, classes, target=target, options=options, seed=seed)
            rewrites += sum(done.rewrites.values())
            assert_same_values(expected, evaluate(model.main, case.inputs), allowed)
            again = run_passes(model, classes, target=target, options=options, seed=seed)
            assert not again.rewrites, f"a second run still rewrites (seed {seed}): {again.rewrites}"

    drawn = cases(wanted, max_ops=max_ops, dtypes=dtypes, makers=makers, often=roots)
    how = hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        how(hypothesis.given(drawn)(check))()
    except _Enough:
        raise smallest.error from None
    hint = "name the kinds of the operators that they look for with kinds=[..], or lower least_rewrites"
    names = ", ".join(cls.name for cls in classes)
    assert rewrites >= least_rewrites, f"{names}: {rewrites} rewrites in {examples} random graphs; {hint}"


class _Enough(BaseException):
    """It was tried long enough to make a failing case smaller; hypothesis lets this through."""


class _Smallest:
    """The smallest failing case so far, by its text; ends the search for smaller ones after a while."""

    def __init__(self) -> None:
        self.error: Exception = AssertionError()
        self._size = 0
        self._end = float("inf")

    def look_at_clock(self) -> None:
        """Raise _Enough when the time is over."""
        if time.monotonic() > self._end:
            raise _Enough

    def failed(self, case: Case, error: Exception) -> None:
        """Note a failure; the first one starts the clock."""
        text = repr(case)
        if not self._size:
            self._end = time.monotonic() + SHRINKING_SECONDS
        if not self._size or len(text) < self._size:
            self._size = len(text)
            error.add_note(f"Failing case: {text}")
            self.error = error


def _need_hypothesis() -> None:
    """Raise UsageError where hypothesis is not installed."""
    from importlib.util import find_spec

    if find_spec("hypothesis") is None:
        raise UsageError("random graphs need hypothesis", hint="run: pip install hypothesis")
