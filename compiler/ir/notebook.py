"""How graphs and models show themselves in notebooks."""

from __future__ import annotations


class Notebook:
    """Rich display: a drawing where Graphviz's `dot` is installed and the graph is small, else a table of operators."""

    __slots__ = ()

    def _repr_svg_(self) -> str | None:
        from ..debug.display import svg

        return svg(self)

    def _repr_html_(self) -> str:
        from ..debug.display import html

        return html(self)
