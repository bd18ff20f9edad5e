"""Reproducers: what a pass did wrong, as a pytest file of its own that fails until the pass is repaired.

The operators around the place are cut out of the model in the text form, with their real shapes. Constants of up to 16
elements are in it; larger ones are random numbers from a seed, so that no weights leave the model. How much is cut out
grows until the failure shows again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import InternalError, NoFixedPoint, PytocoError, UsageError
from ..ir import Graph, Model, Op
from .reproducer_cut import MOST_OPS, anonymous_text, cut, neighbourhood
from .reproducer_text import Reference, Reproducer, Setting, file_of, pass_file, setting_of

if TYPE_CHECKING:
    from .journal import Journal

HOPS = (1, 2, 3, 5, 8, 13)
"""Steps around the place that are tried in turn."""


def of_failure(rule: Any, op: Op | None, graph: Graph, error: Exception, setting: Setting) -> Reproducer | None:
    """What shows again that pass `rule` raised `error` at `op` of `graph`; None for a graph too large to show whole."""
    if op is None and len(graph) > 10 * MOST_OPS:
        return None
    where = f" at {op.name!r}" if op is not None else ""
    what = f"Pass {rule.name!r} failed{where}: {type(error).__name__}: {error}"
    cls = type(rule)

    def shows(text: str) -> bool:
        raised = _raised(text, [cls], setting)
        return type(getattr(raised, "__cause__", None)) is type(error)

    return _grown(graph, [op] if op else None, [_reference(cls, setting)], setting, what, shows)


def of_endless(error: NoFixedPoint, graph: Graph, setting: Setting) -> Reproducer | None:
    """What shows again that passes never come to rest."""
    array = graph.find(error.op)
    op = None if array is None else graph.producer(array) or next(iter(graph.users(array)), None)
    names = error.passes
    if not names or (op is None and len(graph) > MOST_OPS):
        return None
    what = f"Passes {', '.join(map(repr, names))} never come to rest around {error.op!r}."

    def shows(text: str) -> bool:
        return isinstance(_raised(text, names, setting), NoFixedPoint)

    references = [Reference("", json.dumps(name)) for name in names]
    return _grown(graph, [op] if op else None, references, setting, what, shows)


def of_export(model: Model, setting: Setting) -> Reproducer | None:
    """What shows again that the backend fails at an operator, alone; None when it fails at none of the first few."""
    from ..ir.text import parse
    from ..testing.sound import settings_of

    options, registry = settings_of(setting.fields, setting.plugins)
    backend = registry.backend_for(options.output_format.name)
    for graph in model.graphs.values():
        for op in graph.ops()[: 5 * MOST_OPS]:
            text = anonymous_text(cut(graph, [op]))
            try:
                backend.write(parse(text), None, options.given())
            except Exception as error:  # noqa: BLE001 - the fault that is looked for may be anything
                if isinstance(error, PytocoError) and not isinstance(error, InternalError):
                    continue
                what = f"Writing {op.kind} {op.name!r} failed: {type(error).__name__}: {error}"
                imports = ["from pytoco.testing import assert_exports"]
                stem = f"export_of_{op.kind}"
                return file_of(text, imports, "assert_exports(GRAPH", setting, stem, what, "it", confirmed=True)
    return None


def of_rewrite(journal: Journal, number: int, hops: int | None = None) -> Reproducer:
    """What shows rewrite `number` of a journal, which must keep what the graph computes.

    `hops` is how far around it is cut out, just enough for the pass to rewrite there when it is left out. Raises
    UsageError for a rewrite that there is not.
    """
    rewrites = journal.rewrites
    if not 1 <= number <= len(rewrites):
        hint = f"the journal has 1 to {len(rewrites)}" if rewrites else "the journal has none"
        raise UsageError(f"there is no rewrite {number}", hint=hint)
    rewrite = rewrites[number - 1]
    replay = journal.replay()
    replay.seek(number - 1)
    items = dict.fromkeys([rewrite.root, *(i for event in rewrite.events for i in _named(event))])
    found = [replay.item(i) for i in items if i is not None]
    graph = next((g for g in replay.model.graphs.values() if any(item in g for item in found)), replay.model.main)
    ops = dict.fromkeys(item for item in found if isinstance(item, Op) and item in graph)
    for item in found:
        if not isinstance(item, Op) and item is not None and item in graph:
            ops.update(dict.fromkeys(op for op in (graph.producer(item), *graph.users(item)[:2]) if op is not None))
    setting = setting_of(journal.header["options"])
    name = rewrite.pass_name
    where = f" at {rewrite.where!r}" if rewrite.where else ""
    what = f"Rewrite {number} of a conversion: pass {name!r}{where}."

    def shows(text: str) -> bool:
        from ..ir.text import parse
        from ..testing.sound import run_named

        try:
            done, _ = run_named(parse(text), name, options=setting.fields, plugins=setting.plugins)
        except UsageError:
            raise
        except Exception:  # noqa: BLE001 - a pass may raise anything, and then this is what it does there
            return True
        return bool(done.rewrites)

    made = _grown(graph, list(ops), [Reference("", json.dumps(name))], setting, what, shows, hops)
    assert made is not None
    return made


def _named(event: Sequence[Any]) -> list[int]:
    """Ids of operators and arrays that an event of a journal is about, but for those it makes."""
    code = event[0]
    if code == "+":
        return [i for i in (*event[2][2], *event[2][3]) if i is not None]
    if code == "-":
        return [event[2]]
    if code == "w":
        return [event[2], *(i for i in event[3] if i is not None)]
    if code == "u":
        return [event[3]]
    return [i for i in event[3] if isinstance(i, int)]


def _reference(cls: type[Any], setting: Setting) -> Reference:
    """By name where the registry knows that very class, else by import."""
    from ..plugins.registry import open_registry

    known = open_registry(names=setting.plugins).passes().get(cls.name)
    if known is not None and known.reference.rpartition(":")[2] == cls.__qualname__:
        return Reference("", json.dumps(cls.name))
    top = cls.__qualname__.partition(".")[0]
    if "<" in cls.__qualname__ or cls.__module__ == "__main__":
        return Reference(f"# {cls.__name__} is not where it could be imported from: put it here", cls.__name__)
    return Reference(f"from {cls.__module__} import {top}", cls.__qualname__)


def _raised(text: str, passes: Sequence[Any], setting: Setting) -> BaseException | None:
    """What running the passes over a text form raises."""
    from ..testing.sound import assert_passes_sound

    try:
        assert_passes_sound(text, passes, options=setting.fields, plugins=setting.plugins)
    except (Exception, AssertionError) as error:  # noqa: BLE001 - a pass may raise anything
        return error
    return None


def _grown(
    graph: Graph,
    ops: list[Op] | None,
    passes: Sequence[Reference],
    setting: Setting,
    what: str,
    shows: Any,
    hops: int | None = None,
) -> Reproducer | None:
    """The smallest part around `ops` (everything when None) that `shows` what happened; without one, a fair part."""
    first = ""
    for around, text in _parts(graph, ops, hops):
        if shows(text):
            return pass_file(text, passes, setting, what, around, confirmed=True)
        if not first or around <= 2:
            first = text
    return pass_file(first, passes, setting, what, 2 if hops is None else hops, confirmed=False)


def _parts(graph: Graph, ops: list[Op] | None, hops: int | None) -> Iterator[tuple[int, str]]:
    if ops is None:
        yield 0, anonymous_text(cut(graph, graph.ops()))
        return
    size = -1
    for around in HOPS if hops is None else (hops,):
        near = neighbourhood(graph, ops, around)
        if len(near) != size:
            size = len(near)
            yield around, anonymous_text(cut(graph, near))
