"""Did-you-mean: the nearest known names to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable


def suggestion(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown `name`: `"did you mean 'x'?"`, or the known names where none is near."""
    from difflib import get_close_matches

    names = sorted(set(known))
    close = get_close_matches(name, names, n=2, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(map(repr, close)) + "?"
    if not names:
        return ""
    listed = ", ".join(names[:12])
    return f"known: {listed}, ..." if len(names) > 12 else f"known: {listed}"
