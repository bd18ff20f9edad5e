"""The questions that bisection asks of a model: a small language, read with Python's parser and never evaluated by it.

- `exists(Conv)`, `exists('x/*')`, `exists(Conv, 'x/y')`: there is an operator of that kind, an array of that name, an
  operator of the kind with such an operand or result.
- `count(Conv)`, `count(Conv, 'x/*')`: the number of operators.
- `dtype('x')`, `shape('x')`: of an array, to be compared with `int8`, or `[1, None]`, where None is an unknown extent.
- `max_abs_error`, `max_rel_error`: of all outputs, against the imported model on sample inputs.
- `error('x')`: of one array that both models have, relative to its largest magnitude.
- `crashes`: the conversion fails.

Joined by `and`, `or`, `not` and comparisons. In names, `*` stands for anything. What is asked of an array that is not
there is no number and no type: only `!=` holds of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..errors import UsageError
from ..ir.types import DTYPES

if TYPE_CHECKING:
    from ..ir import Array, Graph, Op


class State(Protocol):
    """What a predicate is asked of: a graph, None when the conversion failed, and how to get errors."""

    graph: Graph | None
    crashed: bool

    def error(self, pattern: str | None, relative: bool) -> float | None:
        """The error of the arrays that match, of all outputs for None; None when there is nothing to compare."""
        ...


class Mention(NamedTuple):
    """A name or a kind that a predicate mentions, and in which column."""

    text: str
    column: int


_Value = Callable[[State], Any]


class _Typed(NamedTuple):
    """A compiled expression and what it gives: "truth", "number", "dtype" or "shape"."""

    type: str
    value: _Value


_FUNCTIONS = {
    "exists": "exists(Conv), exists('name') or exists(Conv, 'name')",
    "count": "count(Conv) or count(Conv, 'name')",
    "dtype": "dtype('name')",
    "shape": "shape('name')",
    "error": "error('name')",
}
_NAMES = ("max_abs_error", "max_rel_error", "crashes")
_LONGEST = 4000
_LISTED = 12
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda a, b: a is not None and a == b,
    ast.NotEq: lambda a, b: a is None or a != b,
    ast.Lt: lambda a, b: a is not None and b is not None and a < b,
    ast.LtE: lambda a, b: a is not None and b is not None and a <= b,
    ast.Gt: lambda a, b: a is not None and b is not None and a > b,
    ast.GtE: lambda a, b: a is not None and b is not None and a >= b,
}


class Predicate:
    """A question in the language above. Raises UsageError, naming the column, for a text that is none.

    `is_numeric` tells that it asks for errors, `asks_crash` that it asks whether the conversion fails; both need
    conversions, everything else can be answered from a journal. `names` and `kinds` are what it mentions.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_numeric = False
        self.asks_crash = False
        self.names: list[Mention] = []
        self.kinds: list[Mention] = []
        if len(text) > _LONGEST:
            raise UsageError(f"--until: a condition of {len(text)} characters is too long")
        try:
            tree = ast.parse(text.strip(), mode="eval")
            self._truth = self._condition(tree.body)
        except SyntaxError as error:
            before = len(text) - len(text.lstrip())
            raise self._wrong(before + error.offset if error.offset else len(text) + 1, error.msg) from None
        except (RecursionError, MemoryError):
            raise UsageError("--until: the condition is nested too deeply") from None
        except ValueError as error:
            if isinstance(error, UsageError):
                raise
            raise UsageError(f"--until: {error}") from None

    @property
    def needs_conversions(self) -> bool:
        """Whether a journal is not enough."""
        return self.is_numeric or self.asks_crash

    def holds(self, state: State) -> bool:
        """The answer."""
        return bool(self._truth(state))

    def check(self, names: Iterable[str], kinds: Iterable[str], known: Iterable[str] = ()) -> None:
        """Raise UsageError for a name or a kind that is not among those that there are at some time.

        `known` are more kinds that may be asked for although the model never has them.
        """
        names, kinds, known = dict.fromkeys(names), dict.fromkeys(kinds), dict.fromkeys(known)
        for mention in self.kinds:
            if mention.text not in kinds and mention.text not in known:
                raise self._unknown(mention, "operator kind", kinds, known)
        for mention in self.names:
            if mention.text not in names and not any(fnmatchcase(name, mention.text) for name in names):
                raise self._unknown(mention, "array", names)

    # Compiling ------------------------------------------------------------------------------------------------------

    def _condition(self, node: ast.expr) -> _Value:
        found = self._compile(node)
        if found.type != "truth":
            raise self._wrong(_column(self.text, node), f"this is a {found.type}; compare it with one")
        return found.value

    def _compile(self, node: ast.expr) -> _Typed:
        if isinstance(node, ast.BoolOp):
            parts = [self._condition(value) for value in node.values]
            how = all if isinstance(node.op, ast.And) else any
            return _Typed("truth", lambda s: how(part(s) for part in parts))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            part = self._condition(node.operand)
            return _Typed("truth", lambda s: not part(s))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            found = self._compile(node.operand)
            if found.type == "number" and isinstance(node.operand, ast.Constant):
                sign = -1 if isinstance(node.op, ast.USub) else 1
                return _Typed("number", lambda s: sign * found.value(s))
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.List | ast.Tuple):
            return self._shape(node)
        text = ast.get_source_segment(self.text.strip(), node)
        raise self._wrong(_column(self.text, node), f"{text!r} cannot be understood", f"use {_vocabulary()}")

    def _comparison(self, node: ast.Compare) -> _Typed:
        parts = [self._compile(part) for part in (node.left, *node.comparators)]
        how = []
        for place, operator in enumerate(node.ops):
            function = _COMPARISONS.get(type(operator))
            left, right = parts[place].type, parts[place + 1].type
            column = _column(self.text, node.comparators[place])
            if function is None:
                raise self._wrong(column, "only == != < <= > >= compare")
            if left != right:
                raise self._wrong(column, f"a {left} cannot be compared with a {right}")
            if left != "number" and not isinstance(operator, ast.Eq | ast.NotEq):
                raise self._wrong(column, f"a {left} can only be compared with == and !=")
            how.append(function)

        def holds(state: State) -> bool:
            values = [part.value(state) for part in parts]
            return all(f(a, b) for f, a, b in zip(how, values, values[1:], strict=False))

        return _Typed("truth", holds)

    def _call(self, node: ast.Call) -> _Typed:
        column = _column(self.text, node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in _FUNCTIONS:
            said = ast.get_source_segment(self.text.strip(), node.func)
            close = get_close_matches(name, _FUNCTIONS, n=1)
            raise self._wrong(column, f"there is no {said!r}", f"did you mean {close[0]}?" if close else _vocabulary())
        usage = f"write {_FUNCTIONS[name]}"
        if node.keywords or not 1 <= len(node.args) <= 2:
            raise self._wrong(column, f"{name} has other arguments", usage)
        kind: str | None = None
        pattern: str | None = None
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Name) and place == 0 and name in ("exists", "count"):
                kind = argument.id
                self.kinds.append(Mention(kind, _column(self.text, argument)))
            elif isinstance(argument, ast.Constant) and isinstance(argument.value, str) and place == len(node.args) - 1:
                pattern = argument.value
                self.names.append(Mention(pattern, _column(self.text, argument)))
            else:
                raise self._wrong(_column(self.text, argument), f"{name} has other arguments", usage)
        if (name == "count" and kind is None) or (name not in ("exists", "count") and len(node.args) > 1):
            raise self._wrong(column, f"{name} has other arguments", usage)
        return self._function(name, kind, pattern)

    def _function(self, name: str, kind: str | None, pattern: str | None) -> _Typed:
        if name == "exists":
            if kind is None:
                return _Typed("truth", lambda s: s.graph is not None and bool(arrays_like(s.graph, pattern or "")))
            return _Typed("truth", lambda s: s.graph is not None and bool(ops_like(s.graph, kind, pattern)))
        if name == "count":
            return _Typed("number", lambda s: None if s.graph is None else len(ops_like(s.graph, kind or "", pattern)))
        if name == "error":
            self.is_numeric = True
            return _Typed("number", lambda s: s.error(pattern, True))
        question = _dtype_of if name == "dtype" else _shape_of

        def answer(state: State) -> Any:
            found = [] if state.graph is None else arrays_like(state.graph, pattern or "")
            return question(found[0]) if found else None

        return _Typed(name, answer)

    def _name(self, node: ast.Name) -> _Typed:
        if node.id == "crashes":
            self.asks_crash = True
            return _Typed("truth", lambda s: s.crashed)
        if node.id in _NAMES:
            self.is_numeric = True
            relative = node.id == "max_rel_error"
            return _Typed("number", lambda s: s.error(None, relative))
        if node.id in DTYPES:
            return _Typed("dtype", lambda s: node.id)
        column = _column(self.text, node)
        close = get_close_matches(node.id, (*_NAMES, *_FUNCTIONS, *DTYPES), n=1)
        raise self._wrong(column, f"there is no {node.id!r}", f"did you mean {close[0]}?" if close else _vocabulary())

    def _constant(self, node: ast.Constant) -> _Typed:
        value = node.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _Typed("number", lambda s: value)
        if isinstance(value, str) and value in DTYPES:
            return _Typed("dtype", lambda s: value)
        hint = f"names of arrays stand in a function: {_FUNCTIONS['exists']}" if isinstance(value, str) else ""
        raise self._wrong(_column(self.text, node), f"{value!r} is neither a number nor an element type", hint)

    def _shape(self, node: ast.List | ast.Tuple) -> _Typed:
        shape: list[int | None] = []
        for item in node.elts:
            extent = item.value if isinstance(item, ast.Constant) else "?"
            if extent is not None and (isinstance(extent, bool) or not isinstance(extent, int)):
                raise self._wrong(_column(self.text, item), "an extent is a whole number, or None when it is unknown")
            shape.append(extent)
        wanted = tuple(shape)
        return _Typed("shape", lambda s: wanted)

    # Complaining ----------------------------------------------------------------------------------------------------

    def _wrong(self, column: int, what: str, hint: str = "") -> UsageError:
        return UsageError(f"--until: column {column} of {self.text!r}: {what}", hint=hint)

    def _unknown(self, mention: Mention, what: str, present: Iterable[str], known: Iterable[str] = ()) -> UsageError:
        present = list(present)
        close = get_close_matches(mention.text, dict.fromkeys((*present, *known)), n=3)
        some = ", ".join(present[:_LISTED])
        more = f" and {len(present) - _LISTED} more" if len(present) > _LISTED else ""
        hint = f"did you mean {', '.join(map(repr, close))}?" if close else f"there are {some}{more}"
        return self._wrong(mention.column, f"at no time there is an {what} {mention.text!r}", hint)


def kind_of(op: Op) -> str:
    """The kind under which users know an operator: that of the source model where no importer knows it."""
    kind: str = op.attrs.source_kind if op.kind == "Opaque" else op.kind
    return kind


def arrays_like(graph: Graph, pattern: str) -> list[Array]:
    """The array of that name, or those whose names match."""
    found = graph.find(pattern)
    if found is not None:
        return [found]
    if not any(c in pattern for c in "*?["):
        return []
    return [array for array in graph.arrays() if fnmatchcase(array.name, pattern)]


def ops_like(graph: Graph, kind: str, pattern: str | None) -> list[Op]:
    """The operators of a kind, with an operand or result whose name matches."""
    ops = graph.ops(kind) or [op for op in graph.ops("Opaque") if kind_of(op) == kind]
    if pattern is None:
        return ops
    wanted = dict.fromkeys(arrays_like(graph, pattern))
    return [op for op in ops if any(array in wanted for array in (*op.inputs, *op.outputs))]


def _dtype_of(array: Array) -> str | None:
    return None if array.dtype is None else array.dtype.name


def _shape_of(array: Array) -> tuple[int | None, ...] | None:
    return None if array.shape is None else tuple([d if isinstance(d, int) else None for d in array.shape])


def _column(text: str, node: ast.expr) -> int:
    stripped = text.strip()
    before = len(text) - len(text.lstrip())
    line = stripped.splitlines()[0] if node.lineno == 1 else stripped
    return before + len(line.encode()[: node.col_offset].decode(errors="replace")) + 1


def _vocabulary() -> str:
    return f"there are {', '.join((*_NAMES, *_FUNCTIONS))}, joined by and, or, not"
