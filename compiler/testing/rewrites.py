"""Assertions about passes: text before, text after, equal values, a fixed point whatever the order."""

from __future__ import annotations

import difflib
import inspect
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import UsageError
from ..ir.text import print_graph
from .canonical import canonical_text
from .numeric import Arrays, assert_same_values, evaluate, random_inputs
from .text_form import parsed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..driver import GraphPass, Pass, Statistics
    from ..ir import Model
    from ..options import Options
    from ..plugins.target import Target

PassClass: TypeAlias = "type[Pass] | type[GraphPass]"

SEEDS = (None, 1, 2)
"""Orders in which the operators are visited: that of execution, and two random ones."""


def run_passes(
    model: Model,
    passes: PassClass | Sequence[PassClass],
    *,
    target: Target | None = None,
    options: Options | Mapping[str, Any] | None = None,
    seed: int | None = None,
) -> Statistics:
    """Run pass classes as one stage to their fixed point: strictly, and with the model verified after each rewrite.

    The target is one without limits unless given. `options` are those of a conversion, options of plugins among them by
    their own names. `seed` shuffles the order. Raises PassError for a faulty pass and NoFixedPoint for passes that undo
    each other.
    """
    from ..driver import Context, Runner
    from ..options import Options
    from ..plugins.target import Target
    from ..recording import recorders

    classes = [passes] if isinstance(passes, type) else list(passes)
    options = Options.of(options)
    runner = Runner(model, strict=True, verify_each=True, shuffle=seed, observers=recorders(options, None))
    context = Context(target or Target(), options, runner.remarked)
    runner.notify(lambda o: o.on_import(model))
    try:
        runner.run_stage("test", [cls(context) for cls in classes])
    except Exception as error:
        for observer in runner.observers:
            observer.on_error(error)
        raise
    return runner.statistics


def assert_rewrites(
    before: str,
    after: str,
    passes: PassClass | Sequence[PassClass],
    *,
    target: Target | None = None,
    options: Options | Mapping[str, Any] | None = None,
    inputs: Arrays | Sequence[NDArray[Any]] | None = None,
    numeric: bool = True,
    tolerance: float | None = None,
) -> None:
    """Assert that the passes, alone and to their fixed point, turn the graph `before` into `after`, both text forms.

    Structure, types, attributes and constants must agree; internal names and execution order do not count. It must come
    out the same in every order of visits, and a second run must change nothing. Unless `numeric` is off, both are also
    evaluated, on `inputs` or random ones, and must agree within the largest tolerance of the passes.

    Raises AssertionError with a diff.
    """
    wanted = canonical_text(parsed(after).main)
    classes = [passes] if isinstance(passes, type) else list(passes)
    allowed = max(cls.tolerance for cls in classes) if tolerance is None else tolerance
    for seed in SEEDS:
        model = parsed(before)
        graph = model.main
        values = (inputs if inputs is not None else random_inputs(graph)) if numeric else None
        expected = None if values is None else evaluate(graph, values)
        run_passes(model, classes, target=target, options=options, seed=seed)
        _compare(wanted, canonical_text(graph), f"after the rewrite (seed {seed})")
        if values is not None and expected is not None:
            assert_same_values(expected, evaluate(graph, values), allowed)
        again = run_passes(model, classes, target=target, options=options, seed=seed)
        assert not again.rewrites, f"a second run still rewrites: {again.rewrites}\n{print_graph(graph)}"


def assert_unchanged(
    text: str,
    passes: PassClass | Sequence[PassClass],
    *,
    target: Target | None = None,
    options: Options | Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Assert that the passes leave the graph alone; given a `reason`, that one of them says so at some operator.

    Raises AssertionError with a diff, or with the reasons that there are.
    """
    model = parsed(text)
    before = canonical_text(model.main)
    statistics = run_passes(model, passes, target=target, options=options)
    _compare(before, canonical_text(model.main), "it should not change")
    assert not statistics.rewrites, f"rewrites without effect: {statistics.rewrites}"
    if reason:
        reasons = _reasons(model, passes, target, options)
        listed = "\n".join(reasons) or "(none was given: match says them with look.fail)"
        assert any(reason in said for said in reasons), f"{reason!r} is not among the reasons:\n{listed}"


def docstring_graphs(cls: type[Any]) -> tuple[str, str]:
    """The text forms of the `Before:` and `After:` graphs in a pass's docstring; raises UsageError without them."""
    before, after = _section(cls, "Before:"), _section(cls, "After:")
    if before is None or after is None:
        label = "Before:" if before is None else "After:"
        raise UsageError(f"the docstring of {cls.__name__} has no line {label!r}", hint="show a graph in text form")
    return before, after


def docstring_options(cls: type[Any], **more: Any) -> Options:
    """The options that a pass's docstring wants for its example: lines `name = value` below `Options:`, as in TOML.

    Options of plugins are among them, by their own names. `more` are options that the docstring may override.
    """
    from ..options import Options

    given = _section(cls, "Options:")
    return Options.of({**more, **({} if given is None else tomllib.loads(given))})


def _section(cls: type[Any], label: str) -> str | None:
    """The indented lines below a label of a docstring."""
    lines = inspect.cleandoc(cls.__doc__ or "").splitlines()
    if label not in lines:
        return None
    start = lines.index(label) + 1
    end = start
    while end < len(lines) and (lines[end].startswith(" ") or not lines[end].strip()):
        end += 1
    return textwrap.dedent("\n".join(lines[start:end]))


def _reasons(
    model: Model,
    passes: PassClass | Sequence[PassClass],
    target: Target | None,
    options: Options | Mapping[str, Any] | None,
) -> list[str]:
    from ..driver import Context, Pass, explain
    from ..options import Options
    from ..plugins.target import Target

    context = Context(target or Target(), Options.of(options))
    rules = [cls(context) for cls in ([passes] if isinstance(passes, type) else passes)]
    tries = [explain(rule, op, model.main) for rule in rules if isinstance(rule, Pass) for op in model.main.order()]
    return [reason for why in tries for reason in why.reasons]


def _compare(wanted: str, actual: str, when: str) -> None:
    if wanted != actual:
        diff = difflib.unified_diff(wanted.splitlines(), actual.splitlines(), "wanted", "actual", lineterm="", n=99)
        raise AssertionError(f"the graph differs {when}:\n" + "\n".join(diff))
