"""Binary search over the numbers of rewrites, by a test that may fail to tell, and that need not be monotone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

FOUND, AT_IMPORT, NEVER = "found", "at import", "never"

PATIENCE = 40
"""How many numbers in a row may not tell anything."""

SAMPLES = 2
"""How many more numbers are tried on either side of an answer, to see whether there is just one."""


class Search:
    """Finds neighbouring numbers of which the first is good and the second bad, between 0 and `last`.

    `is_bad(k)` answers None where it cannot tell; then other numbers are tried, and if there are only such left in
    between, `good` and `bad` are not neighbours. `probes` are all answers, `notes` what the user has to know of them.
    """

    def __init__(self, last: int, is_bad: Callable[[int], bool | None]) -> None:
        self.last = last
        self.is_bad = is_bad
        self.probes: dict[int, bool | None] = {}
        self.notes: list[str] = []
        self.outcome = ""
        self.good: int | None = None
        self.bad: int | None = None

    def run(self) -> None:
        """Search; `outcome` is "found", "at import" (bad at 0 already) or "never" (good at the end)."""
        if not self._try(self.last):
            self.outcome = NEVER
            return
        if self._try(0):
            self.outcome = AT_IMPORT
            return
        good, bad = 0, self.last
        while bad - good > 1:
            middle = self._between(good, bad)
            if middle is None:
                self.notes.append(
                    f"it cannot be told for the rewrites {good + 1} to {bad - 1}: the first bad one is "
                    f"among {good + 1} to {bad}"
                )
                break
            if self.probes[middle]:
                bad = middle
            else:
                good = middle
        self.outcome, self.good, self.bad = FOUND, good, bad
        self._sample(good, bad)

    def _try(self, number: int) -> bool | None:
        if number not in self.probes:
            self.probes[number] = self.is_bad(number)
        return self.probes[number]

    def _between(self, good: int, bad: int) -> int | None:
        """A number of which something can be told: the middle, else a quarter, three quarters, and so on."""
        spans = deque([(good, bad)])
        for _ in range(PATIENCE):
            if not spans:
                break
            low, high = spans.popleft()
            middle = (low + high) // 2
            if self._try(middle) is not None:
                return middle
            spans.extend(span for span in ((low, middle), (middle, high)) if span[1] - span[0] > 1)
        return None

    def _sample(self, good: int, bad: int) -> None:
        """Try a few numbers elsewhere: it is honest to say so when the answer is one of several."""
        for first, last in ((0, good), (bad, self.last)):
            step = (last - first) / (SAMPLES + 1)
            for i in range(1, SAMPLES + 1):
                self._try(first + round(i * step))
        odd = [k for k, found in self.probes.items() if found is not None and found != (k >= bad)]
        if odd:
            said = ", ".join(f"{'bad' if self.probes[k] else 'good'} at {k}" for k in sorted(odd))
            self.notes.append(f"it is not only here that it changes: it is {said}; this is one of several answers")
