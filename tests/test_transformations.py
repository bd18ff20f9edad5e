"""docs/transformations.md names the passes there are, and only those."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_pass_is_in_the_table_and_every_name_is_a_pass() -> None:
    stages = tomllib.loads((ROOT / "plugins.toml").read_text())["stages"]
    passes = {name for stage in stages.values() for name in stage["passes"]}
    named = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", (ROOT / "docs" / "transformations.md").read_text()))
    assert named == passes
