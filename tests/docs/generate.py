"""Makes the pages that are taken from the code: the reference of the hooks, and that of the operator kinds.

`python -m tests.docs.generate` writes them, and so does `make docs`; a test says when they are out of date.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pytoco.compiler import OpDef, ops
from pytoco.compiler.plugins import hookspecs
from pytoco.compiler.plugins.loading import REGISTERING

from .running import DOCS

HOOKS_HEAD = """\
<!-- Made by `python -m tests.docs.generate`; do not edit. -->

# Hooks

A plugin is a module, or an object, with functions of these names, each marked `@hookimpl`. A hook takes any of its
parameters, by name, and may leave out what it does not need. Where a hook offers several things it yields them, or
returns a list.

pytoco calls the plugins one by one: first its own, then installed ones by name, then loose files. An exception in a
hook drops that plugin with all that it offers, never another one; [when a plugin fails](faults.md) says what users see.
No hook is called while passes run: what it offers is asked directly.

Each example is a whole plugin: save it as a file and use it with `-p FILE.py`.

| hook | for | called |
| --- | --- | --- |
"""

ONCE = "once, when the plugins are loaded"
EACH = "once for each conversion"
CALLED: dict[str, str] = {
    "configure": "once, after `register_options` and before all others, also where there is no such table",
    "adjust_pipeline": "once for each conversion, when its pipeline is planned",
    "register_observers": EACH,
    "explain_error": "for each error of a conversion, before it is raised",
}
"""When a hook is called, where it is not with all other offers."""

DROPPED = "The plugin is left out with a warning; where `-p` or `plugins.toml` asks for it by name, that is an error."
FAULTS: dict[str, str] = {
    "adjust_pipeline": f"None of its edits are made. {DROPPED}",
    "explain_error": "The error is shown without its hints, with a warning.",
}
"""What becomes of an exception, where it is not as in all other hooks."""


def hooks() -> dict[str, Callable[..., Any]]:
    """The specifications by name, in the order of the module."""
    return {name: item for name, item in vars(hookspecs).items() if hasattr(item, "pytoco_spec")}


def hooks_page() -> str:
    """The reference of the hooks, from the docstrings of their specifications."""
    lines = [HOOKS_HEAD]
    lines += [
        f"| [`{name}`](#{name}) | {_first_sentence(spec)} | {_called(name)} |\n" for name, spec in hooks().items()
    ]
    for name, spec in hooks().items():
        lines += _section(name, spec)
    return "".join(lines)


def _section(name: str, spec: Callable[..., Any]) -> Iterator[str]:
    text, caption, code = _parts(spec)
    yield f"\n## {name}\n\n{text}\n\n"
    yield f"- **Signature:** `{name}{_signature(spec)}`\n"
    if name in REGISTERING:
        wanted, key, from_class = REGISTERING[name]
        offered = f"[`{wanted.__name__}`](../reference/compiler.md#pytoco.compiler.{wanted.__name__})"
        what = f"{offered} objects{', or bare classes' if from_class else ''}"
        yield f"- **Yields:** {what}, each with a `{key}` of its own.\n"
    yield f"- **Called:** {_called(name)}.\n- **An exception:** {FAULTS.get(name, DROPPED)}\n\n"
    yield f"{caption}:\n\n```python\n# {name.removeprefix('register_')}_example.py\n{code}```\n"


def _parts(spec: Callable[..., Any]) -> tuple[str, str, str]:
    """A docstring's text, the caption of its example, and the example."""
    found = re.fullmatch(
        r"(?P<text>.*?)\n\n(?P<caption>Example[^\n]*)::\n\n(?P<code>.*)", inspect.getdoc(spec) or "", re.DOTALL
    )
    if found is None:
        raise ValueError(f"{spec.__name__} has no example")
    return found["text"], found["caption"], textwrap.dedent(found["code"]).rstrip("\n") + "\n"


def _called(name: str) -> str:
    return CALLED.get(name, ONCE)


def _signature(spec: Callable[..., Any]) -> str:
    return re.sub(r"['\"]", "", str(inspect.signature(spec)))


def _first_sentence(spec: Callable[..., Any]) -> str:
    found = re.match(r"(.*?)[.:](?=\s)", _parts(spec)[0] + " ", re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", found[1])


KINDS_HEAD = """\
<!-- Made by `python -m tests.docs.generate`; do not edit. -->

# Kinds of operators

What passes look for and what `graph.emit` makes: every kind with its operands and attributes. An operand with `?` may
be left out, one with `*` stands for any number. The attributes are the fields of a named tuple,
`op_definition(kind).Attrs`, and in graphs as text what stands in braces. Which of TensorFlow's and TensorFlow Lite's
operators they come from and go to is in [operators](../operators.md).

Images are NHWC; weights of `Conv` are OHWI, of `DepthwiseConv` 1HWO, of `FullyConnected` `[units, depth]`. Shapes,
axes, paddings and the like are operands, mostly constants: `look.constant(op, 1)`.
"""


def kinds_page() -> str:
    """The reference of the operator kinds, by family."""
    lines = [KINDS_HEAD]
    for family, kinds in ops.FAMILIES.items():
        lines.append(f"\n## {family}\n\n| kind | operands | attributes | what it is |\n| --- | --- | --- | --- |\n")
        lines += [_kind_row(kind, ops.get(kind)) for kind in kinds]
    return "".join(lines)


def _kind_row(kind: str, definition: type[OpDef]) -> str:
    attrs = definition.Attrs
    fields = [] if attrs is None else [_field(name, attrs._field_defaults) for name in attrs._fields]
    text = re.sub(r"\s+", " ", (inspect.getdoc(definition) or "").partition("\n\n")[0]).replace("|", "\\|")
    return f"| `{kind}` | {', '.join(definition.operands)} | {', '.join(fields)} | {text} |\n".replace("*", "\\*")


def _field(name: str, defaults: dict[str, Any]) -> str:
    return f"{name}={defaults[name]!r}" if name in defaults else name


PAGES: dict[Path, Callable[[], str]] = {
    DOCS / "plugins" / "hooks.md": hooks_page,
    DOCS / "reference" / "kinds.md": kinds_page,
}

if __name__ == "__main__":
    for path, made in PAGES.items():
        path.write_text(made(), encoding="utf-8")
