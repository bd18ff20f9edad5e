"""MkDocs hooks: pages that lie outside of docs/, and links to files that are no pages.

The changelog and the guide for contributors stay where everybody looks for them, in the root of the repository; here
they become pages. A link to any other file of the repository becomes its name.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]

# Path in the repository -> page of the site.
BROUGHT_IN = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
PAGES = BROUGHT_IN | {"README.md": "index.md"}

_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from the root of the repository."""
    for source, page in BROUGHT_IN.items():
        files.append(File.generated(config, page, content=ROOT.joinpath(source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point every link at a page of the site, or leave only its text."""
    uri = page.file.src_uri
    sources = {name: source for source, name in BROUGHT_IN.items()}
    home = posixpath.dirname(sources.get(uri, f"docs/{uri}"))

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(home, found["target"]))
        name = PAGES.get(target) or target.removeprefix("docs/")
        if files.get_file_from_path(name) is not None:
            return f"[{found['text']}]({posixpath.relpath(name, posixpath.dirname(uri) or '.')}{found['anchor'] or ''})"
        if ROOT.joinpath(target).exists():
            text = found["text"]
            return text if "`" in text else f"{text} (`{target}`)" if text != target else f"`{target}`"
        return found[0]

    return _LINK.sub(link, markdown)
