"""The difference of two models as one page: both text forms side by side, in light or dark, without any script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .diff import GraphDiff, ModelDiff, Row
from .diff_text import summary

FOLDED_FROM = 12
"""Equal lines in a row from which they are folded away."""

_STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1f2328; --dim: #59636e; --line: #d1d9e0;
  --removed: #ffebe9; --added: #dafbe1; --changed: #fff8c5; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --dim: #9198a1; --line: #3d444d;
  --removed: #67060c66; --added: #033a1699; --changed: #4b3a0099; } }
body { margin: 1.5rem; background: var(--back); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.2rem; } h2 { font-size: 1rem; margin-top: 2rem; }
.facts { color: var(--dim); }
.row { display: grid; grid-template-columns: 1fr 1fr; }
.row > div { padding: 1px 8px; border-left: 1px solid var(--line); overflow-wrap: anywhere; white-space: pre-wrap;
  font: 12px/1.5 ui-monospace, monospace; min-height: 1.5em; }
.head { position: sticky; top: 0; background: var(--back); border-bottom: 1px solid var(--line); font-weight: 600; }
.removed > :first-child { background: var(--removed); } .added > :last-child { background: var(--added); }
.changed > div { background: var(--changed); }
.why { color: var(--dim); }
summary { color: var(--dim); padding: 2px 8px; cursor: pointer; }
"""


def diff_html(diff: ModelDiff, before: str, after: str) -> str:
    """A whole HTML page that needs nothing else; `before` and `after` are the titles."""
    title = escape(f"{before} → {after}")
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width">\n',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n",
    ]
    if diff.is_same:
        parts.append('<p class="facts">Nothing differs.</p>\n')
    parts += [f'<p class="facts">{escape(str(change))}</p>\n' for change in diff.signatures]
    for graph in diff.graphs:
        parts.append(f"<h2>graph {escape(graph.name)}</h2>\n")
        parts.append(f'<p class="facts">{escape("nothing differs" if graph.is_same else summary(graph))}</p>\n')
        parts += [f'<p class="facts">{escape(str(change))}</p>\n' for change in graph.boundary]
        parts.append(f'<div class="row head"><div>{escape(before)}</div><div>{escape(after)}</div></div>\n')
        parts += _rows(graph)
        if graph.renamed:
            pairs = "".join(f"<li>{escape(a.name)} → {escape(b.name)}</li>" for a, b in graph.renamed)
            parts.append(f"<details><summary>{len(graph.renamed)} arrays renamed</summary><ul>{pairs}</ul></details>\n")
    parts.append("</body>\n</html>\n")
    return "".join(parts)


def _rows(graph: GraphDiff) -> Iterator[str]:
    equal: list[Row] = []
    for row in (*graph.rows, None):
        if row is not None and row.status == "same":
            equal.append(row)
            continue
        if len(equal) >= FOLDED_FROM:
            yield f"<details><summary>{len(equal)} equal lines</summary>\n"
        yield from (_row(graph, same) for same in equal)
        if len(equal) >= FOLDED_FROM:
            yield "</details>\n"
        equal.clear()
        if row is not None:
            yield _row(graph, row)


def _row(graph: GraphDiff, row: Row) -> str:
    left, right = (
        "" if item is None else escape(graph.line(item, after=after))
        for item, after in ((row.before, False), (row.after, True))
    )
    if row.changes:
        right += "".join(f'\n<span class="why">{escape(str(change))}</span>' for change in row.changes)
    return f'<div class="row {row.status}"><div>{left}</div><div>{right}</div></div>\n'
