"""Names of values in an ONNX file, each given out once."""

from __future__ import annotations


class Names:
    """Gives out names."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def unique(self, hint: str) -> str:
        """`hint`, or `hint_2`, ... where it is taken."""
        count = self._taken.get(hint)
        if count is None:
            self._taken[hint] = 1
            return hint
        while True:
            count += 1
            name = f"{hint}_{count}"
            if name not in self._taken:
                self._taken[hint] = count
                self._taken[name] = 1
                return name
