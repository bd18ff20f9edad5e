"""Did-you-mean: the nearest known names to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 5000
"""Names that are compared by spelling, which takes long."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown `name`: `"did you mean 'x'?"`, or the known names where none is near, or has it within."""
    from difflib import get_close_matches

    names = sorted(set(known))
    begun = [known for known in names if name and known.startswith(name)]
    close = begun if len(begun) == 1 else get_close_matches(name, names[:MOST], n=2, cutoff=0.6)
    close = close or [known for known in names if name.lower() in known.lower()][:2]
    if close:
        return "did you mean " + " or ".join(map(repr, close)) + "?"
    if not names:
        return ""
    listed = ", ".join(names[:12])
    return f"known: {listed}, ..." if len(names) > 12 else f"known: {listed}"
