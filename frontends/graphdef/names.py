"""Array names as users and nodes write them, and suggestions for those that do not exist."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable

_QUOTES = "\"'`"


def cleaned(name: str) -> str:
    """A user's spelling of an array name without blanks and quotes around it."""
    return name.strip().strip(_QUOTES).strip()


def canonical(name: str, nodes: Collection[str]) -> tuple[str, int] | None:
    """The node and result number that `name`, `name:0` or `name:k` stands for; None where there is no such node."""
    if name in nodes:
        return name, 0
    stem, colon, last = name.rpartition(":")
    if colon and stem in nodes and last.isascii() and last.isdigit() and len(last) < 10:
        return stem, int(last)
    return None


def array_name(node: str, index: int) -> str:
    """The name of result `index` of a node."""
    return f"{node}:{index}" if index else node


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A hint naming up to three of `names` that look like `name`; empty when none does.

    Linear in the number of names with a small factor: names are first ranked by the letter triples they share with
    `name`, and only the best go through difflib.
    """
    from difflib import get_close_matches

    wanted = name.lower()
    triples = sorted({wanted[i : i + 3] for i in range(max(len(wanted) - 2, 1))})[:40]
    lowered = [(n.lower(), n) for n in names]
    scored = [(sum([t in low for t in triples]) - abs(len(low) - len(wanted)) / 16, low, n) for low, n in lowered]
    best = heapq.nlargest(40, scored)
    original = {low: n for _, low, n in reversed(best)}
    found = [original[low] for low in get_close_matches(wanted, list(original), 3, 0.6)]
    return f"did you mean {' or '.join(repr(n) for n in found)}?" if found else ""
