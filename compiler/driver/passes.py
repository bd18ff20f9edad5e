"""What a pass is: a match that looks and a rewrite that changes, tried at every operator of certain kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..ir import Graph, Op
    from ..options import Options
    from ..plugins.target import Target
    from .look import Look


class Context:
    """What a pass may ask about the conversion it runs in: the target's abilities and the user's options.

    `remarks` are what passes had to say, as (pass, operator, text), each once; `on_remark` hears of them at once.
    `on_progress` hears, of work that takes long, what it is, how much is done, and of how much where that is known.
    """

    __slots__ = ("on_progress", "on_remark", "options", "remarks", "target")

    def __init__(
        self,
        target: Target,
        options: Options,
        on_remark: Callable[[str, Op | None, str], None] | None = None,
        on_progress: Callable[[str, int, int | None], None] | None = None,
    ) -> None:
        self.target = target
        self.options = options
        self.on_remark = on_remark
        self.on_progress = on_progress
        self.remarks: dict[tuple[str, Op | None, str], None] = {}


class Pass:
    """A local rewrite. Subclass it, set the class attributes, write `match` and `rewrite`.

    - `name`: lower-case words joined by `-`, unique.
    - `stage`: the stage of `plugins.toml` that runs it.
    - `roots`: the operator kinds at which it is tried; empty means all.
    - `before`, `after`: names of passes of the same stage that it wants to be tried before or after.
    - `needed`: the export needs it, so that no bisection may leave it out.
    - `tolerance`: how much, relative to the largest magnitude, a rewrite may change results; 0 is rounding error only.

    The docstring shows a `Before:` and an `After:` graph in the text form; a test executes them.
    """

    name: ClassVar[str]
    stage: ClassVar[str]
    roots: ClassVar[tuple[str, ...]] = ()
    before: ClassVar[tuple[str, ...]] = ()
    after: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[bool] = False
    tolerance: ClassVar[float] = 0.0

    def __init__(self, context: Context) -> None:
        self.context = context

    def match(self, op: Op, look: Look) -> Any:
        """Whether the rewrite applies at `op`: None (best through `look.fail`) or what `rewrite` needs to know.

        Must not change anything: the mutators raise meanwhile, which counts as a failure. Looks beyond `op` go through
        `look`, which learns from them how far the pass sees.
        """
        raise NotImplementedError

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        """Change the graph through its mutators. An exception takes everything back."""
        raise NotImplementedError

    def remark(self, op: Op | None, text: str, *items: object) -> None:
        """Tell the user something about `op`; `items` fill the `{}` of `text`. Said again, it is heard once."""
        _remark(self, op, text, items)


class GraphPass:
    """A rewrite of the whole graph at once, run when the stage's local rewrites have come to rest."""

    name: ClassVar[str]
    stage: ClassVar[str]
    before: ClassVar[tuple[str, ...]] = ()
    after: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[bool] = False
    tolerance: ClassVar[float] = 0.0

    def __init__(self, context: Context) -> None:
        self.context = context

    def run(self, graph: Graph) -> None:
        """Change the graph through its mutators; a second run must find nothing to do."""
        raise NotImplementedError

    def remark(self, op: Op | None, text: str, *items: object) -> None:
        """Tell the user something about `op`; `items` fill the `{}` of `text`. Said again, it is heard once."""
        _remark(self, op, text, items)


def _remark(rule: Pass | GraphPass, op: Op | None, text: str, items: tuple[object, ...]) -> None:
    said = (rule.name, op, text.format(*items))
    context = rule.context
    if said not in context.remarks:
        context.remarks[said] = None
        if context.on_remark is not None:
            context.on_remark(*said)
