"""Whether there is any plugin besides pytoco's own: told without the standard library's reader of package metadata.

That takes longer to import than help takes to show. Entry points lie in `entry_points.txt` beside a distribution's
metadata, as the packaging specifications' "Entry points" has it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator

_GROUP = "[pytoco]"


def may_have_others(own: Collection[str]) -> bool:
    """Whether distributions on `sys.path` may offer plugins of other names than `own`: True where only a look shows."""
    for folder in sys.path:
        if folder.endswith(".egg"):
            return True
        try:
            found = os.listdir(folder or ".")
        except NotADirectoryError:  # an archive
            return True
        except OSError:
            continue
        for name in found:
            if name.endswith((".dist-info", ".egg-info")):
                path = os.path.join(folder, name, "entry_points.txt")
                if any(plugin not in own for plugin in _plugins_in(path)):
                    return True
    return False


def _plugins_in(path: str) -> Iterator[str]:
    """Names of the plugins in a file of entry points; none where there is no such file."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return
    section = ""
    for line in map(str.strip, text.splitlines() if _GROUP in text else ()):
        if line.startswith("["):
            section = line
        elif section == _GROUP and "=" in line:
            yield line.partition("=")[0].strip()
