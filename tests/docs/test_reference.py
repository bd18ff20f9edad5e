"""What the documents list is what there is: hooks, keys of plugins.toml, public names, pages of the site."""

import re
from pathlib import Path

import pytest

from pytoco.compiler.plugins import hookspecs, settings

from .generate import PAGES, hooks, hooks_page
from .running import DOCS
from .site import REFERENCE

PLUGINS_TOML = DOCS / "plugins" / "plugins-toml.md"
ANY = {"options": set[str](), "pins": set[str]()}
"""Sections with keys of the user's own."""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_is_taken_from_the_code_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path](), "run python -m tests.docs.generate"


def test_every_hook_is_there_with_its_example() -> None:
    text = hooks_page()
    assert len(hooks()) >= 10
    assert [name for name in hooks() if f"\n## {name}\n" not in text] == []
    assert text.count("```python\n") == len(hooks())


def test_the_reference_of_plugins_toml_has_every_section_and_key() -> None:
    found: dict[str, set[str]] = {}
    for part in re.split(r"^## ", PLUGINS_TOML.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        if (heading := re.match(r"\[(\w+)[\].]", part)) is not None:
            found[heading[1]] = set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))
    tables = {name: set(keys) for name, keys in settings._NAMED_TABLES.items()}
    assert found == {"plugins": set(settings._PLUGINS), **tables, **ANY}
    assert set(found) == set(settings._SECTIONS)


@pytest.mark.parametrize("name", REFERENCE)
def test_the_reference_has_every_public_name_once(name: str) -> None:
    listed = re.findall(r"^::: (\S+)$", (DOCS / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = [f"{module}.{public}" for module, names in REFERENCE[name].items() for public in names]
    assert sorted(listed) == sorted(wanted)


def test_every_page_is_in_the_navigation() -> None:
    navigation = DOCS.joinpath("site", "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named = re.findall(r"[\w/-]+\.md", navigation)
    there = [str(found.relative_to(DOCS)) for found in DOCS.rglob("*.md")]
    assert sorted(named) == sorted([*there, "changelog.md", "contributing.md"])


def test_the_interface_has_the_number_that_the_documents_say() -> None:
    for found in DOCS.rglob("*.md"):
        for number in re.findall(r"^pytoco_api = (\d+)$", found.read_text(encoding="utf-8"), re.MULTILINE):
            assert int(number) == hookspecs.API_VERSION, found
