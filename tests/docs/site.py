"""Checks the documentation site that was built: `python -m tests.docs.site out/site`.

mkdocs itself refuses links and anchors that lead nowhere. Here it is held that every public name is documented, that
the pages do not fetch anything from elsewhere, and that every page is there.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytoco
import pytoco.backends.tflite
import pytoco.compiler.testing
import pytoco.frontends.graphdef

from .running import DOCS

IN_PROSE = ("TFLiteConverter", "__version__", "testing")
"""Names that a sentence is enough for: another name of a class, a text, a module with a page of its own."""

IMPORTERS = [name for name in pytoco.frontends.graphdef.__all__ if name not in ("FileKind", "ImportOptions", "sniff")]
"""What plugins need of the frontend for TensorFlow graphs."""

REFERENCE: dict[str, dict[str, list[str]]] = {
    "reference/pytoco": {"pytoco": [name for name in pytoco.__all__ if name not in IN_PROSE]},
    "reference/compiler": {"pytoco.compiler": pytoco.compiler.__all__},
    "reference/testing": {"pytoco.compiler.testing": pytoco.compiler.testing.__all__},
    "reference/formats": {
        "pytoco.backends.tflite": pytoco.backends.tflite.__all__,
        "pytoco.frontends.graphdef": IMPORTERS,
    },
}
"""Page -> modules and their public names, each of which has a section there."""

_FETCHED = re.compile(r"<(?:script|img|iframe)[^>]+src=.?https?:|<link[^>]+stylesheet[^>]+href=.?https?:|@import")
_HEADING = re.compile(r'<h[2-4] id="([^"]+)" class="doc doc-heading">')
_TAG = re.compile(r"<[^>]+>")
LEAST_WORDS = 8
"""Words of the shortest description that is one, its signature included."""


def faults(site: Path) -> Iterator[str]:
    """What is wrong with the site, a sentence each."""
    for page in sorted(DOCS.rglob("*.md")):
        built = site / page.relative_to(DOCS).with_suffix(".html")
        if not built.is_file():
            yield f"{built} is missing"
    for built in sorted(site.rglob("*.html")):
        if _FETCHED.search(built.read_text(encoding="utf-8")):
            yield f"{built} fetches something from elsewhere"
    for name, modules in REFERENCE.items():
        names = [f"{module}.{public}" for module, offered in modules.items() for public in offered]
        yield from _undocumented(site / f"{name}.html", names)


def _undocumented(page: Path, names: list[str]) -> Iterator[str]:
    """Names without a section on the page, or with an empty one."""
    content = page.read_text(encoding="utf-8")
    starts = {found[1]: found.end() for found in _HEADING.finditer(content)}
    aliases = dict.fromkeys(re.findall(r'<a id="([^"]+)"></a>', content))
    for name in names:
        if name not in starts and name not in aliases:
            yield f"{page} does not document {name}"
        elif name in starts:
            end = min((at for at in starts.values() if at > starts[name]), default=len(content))
            if len(_TAG.sub(" ", content[starts[name] : end]).split()) < LEAST_WORDS:
                yield f"{page} says next to nothing about {name}"


def main() -> int:
    """Print what is wrong; the exit status."""
    parser = argparse.ArgumentParser(description="Check the documentation site.")
    parser.add_argument("site", type=Path, help="folder of the built site")
    found = list(faults(parser.parse_args().site))
    sys.stdout.write("".join(f"{fault}\n" for fault in found) or "the documentation site is in order\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
