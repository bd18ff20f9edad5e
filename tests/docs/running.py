"""Plays a page of the documentation as a reader would: its files are written, its commands and programs run.

What a fenced block is depends on its language, and on its first line:

- any language, beginning with `# name.suffix`: a file of that name, written below the present folder. TOML files are
  also read by pytoco's own reader, a `pyproject.toml` only as TOML.
- `python`, beginning with `# name.py, Class.method`: that function of that file from now on.
- `sh`: commands; where they `cd` to, the next block is. `python`: a program, unless it is a file.
- `toml`: a piece of a plugins file. `graph`: a graph in the text form, which must parse.
- `text`: lines that what came before it printed, in this order; `...` is anything. An error may be printed only where
  such a block shows it.

A block behind the line `<!-- not run: reason -->` is only checked for its syntax.

A page has a virtual environment to itself, which sees the packages of the one that runs the tests: `pip install` of a
package from the page is a real installation, and leaves nothing behind. It has no package index.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import tomllib
import venv
from pathlib import Path
from typing import NamedTuple

from pytoco.compiler import parse
from pytoco.compiler.plugins.settings import read_layer

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DEMO = Path("tests", "data", "demo", "mobilenet_v1_0.25_96.pb")
DEBUGGING = DOCS / "debugging.md"
GUIDES = tuple(sorted(DOCS.glob("plugins/write-*.md")))
LANGUAGES = ("graph", "pbtxt", "python", "sh", "text", "toml", "yaml")
TIMEOUT = 300

_FENCE = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+) -->\n+)?^```(?P<language>\w*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)
_FILE = re.compile(r"# ((?:[\w.-]+/)*[\w.-]+\.\w+)\n")
_FUNCTION = re.compile(r"# ([\w./-]+\.py), ([\w.]+)\n")
_ERROR = re.compile(
    r"^(?:pytoco\b[^:]*|tflite_convert|sh|/bin/sh|[\w./-]*pip): .*(?:error|not found)|^ERROR", re.MULTILINE
)
_COMMANDS = ("pip", "pytest", "pytoco")


class Block(NamedTuple):
    """A fenced block: its language, its content, its line in the page, and why it is not run ("" where it is)."""

    language: str
    text: str
    line: int
    reason: str

    @property
    def file(self) -> str:
        """Name of the file that the block is, "" where it is none."""
        found = _FILE.match(self.text)
        return found[1] if found and self.language not in ("sh", "text") else ""


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    content = page.read_text(encoding="utf-8")
    return [
        Block(m["language"], m["text"], content.count("\n", 0, m.start("text")), m["reason"] or "")
        for m in _FENCE.finditer(content)
    ]


def missing_line(shown: str, printed: str) -> str | None:
    """The first shown line that is not printed, or not after those before it."""
    left = iter(printed.splitlines())
    for line in shown.splitlines():
        if not any(fits(line, found) for found in left):
            return line
    return None


def fits(shown: str, printed: str) -> bool:
    """Whether a printed line is the shown one, in which `...` is anything."""
    pattern = ".*".join(map(re.escape, shown.rstrip().split("...")))
    return re.fullmatch(pattern, printed.rstrip()) is not None


class Session:
    """A reader at work: in `folder`, with an environment of their own below `environment`."""

    def __init__(self, folder: Path, environment: Path) -> None:
        self.folder = folder
        self.here = folder
        self.printed = ""
        self.unshown: list[str] = []
        self.bin = _environment(environment)
        self._state = environment / "here"

    def play(self, page: Path) -> None:
        """Run a page from beginning to end; AssertionError names the line of a block that does not do what it says.

        A page that names the demo model is read in the root of the repository, of which that is here.
        """
        if str(DEMO) in page.read_text(encoding="utf-8"):
            self.here.joinpath(DEMO.parent).mkdir(parents=True)
            shutil.copy(ROOT / DEMO, self.here / DEMO)
        for block in blocks_of(page):
            where = f"{page.name}:{block.line}"
            if block.language == "text" and not block.reason:
                self._compare(block, where)
                continue
            assert not self.unshown, f"before {where}, printed and not shown: {self.unshown}"
            self._check(block)
            if block.reason:
                continue
            if block.file:
                path = self.here / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
            elif (edit := _FUNCTION.match(block.text)) is not None:
                path = self.here / edit[1]
                path.write_text(_exchanged(path.read_text(encoding="utf-8"), edit[2], block.text), encoding="utf-8")
            elif block.language == "sh":
                self._run(f"{block.text}\npwd -P > '{self._state}'", where, "/bin/sh", "-c")
                if self._state.exists():
                    self.here = Path(self._state.read_text(encoding="utf-8").rstrip("\n"))
            elif block.language == "python":
                self._run(block.text, where, str(self.bin / "python"), "-c")
        assert not self.unshown, f"at the end of {page.name}, printed and not shown: {self.unshown}"

    def _compare(self, block: Block, where: str) -> None:
        line = missing_line(block.text, self.printed)
        assert line is None, f"{where}: {line}\n\nis not, or not there, in\n\n{self.printed}"
        shown = block.text.splitlines()
        self.unshown = [found for found in self.unshown if not any(fits(one, found) for one in shown)]

    def _run(self, text: str, where: str, *argv: str) -> None:
        variables = {
            "PATH": os.pathsep.join((str(self.bin), str(Path(sys.executable).parent), os.environ["PATH"])),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_DEPS": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip spells yes
            "PIP_NO_INDEX": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
        }
        done = subprocess.run(
            [*argv, text],
            cwd=self.here,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        self.printed = done.stdout
        assert "Traceback" not in self.printed, f"{where}\n{self.printed}"
        self.unshown = [line for line in self.printed.splitlines() if _ERROR.match(line)]

    def _check(self, block: Block) -> None:
        """Raise where a block is not of its language."""
        if block.language == "python":
            compile(block.text, block.file or "<page>", "exec")
        elif block.language == "sh":
            subprocess.run(["/bin/sh", "-n", "-c", block.text], check=True)
        elif block.language == "graph":
            parse(textwrap.dedent(block.text))
        elif block.language == "toml":
            tomllib.loads(block.text)
            if not block.file.endswith("pyproject.toml"):
                path = self.here / block.file if block.file else self._state.with_name("piece.toml")
                path.write_text(block.text, encoding="utf-8")
                read_layer(path, may_load_code=path.name != "plugins.toml")


def _exchanged(source: str, name: str, text: str) -> str:
    """`source` with the function of that dotted name exchanged for `text`, whose first line says what it is."""
    found: ast.AST = ast.parse(source)
    for part in name.split("."):
        found = next(node for node in ast.iter_child_nodes(found) if getattr(node, "name", None) == part)
    assert isinstance(found, ast.FunctionDef)
    lines = source.splitlines(keepends=True)
    first = min([found.lineno, *(decorator.lineno for decorator in found.decorator_list)]) - 1
    new = textwrap.indent(text.partition("\n")[2], " " * found.col_offset)
    return "".join([*lines[:first], new, *lines[found.end_lineno :]])


def _environment(folder: Path) -> Path:
    """A virtual environment that sees the packages of this one; its folder of commands."""
    venv.EnvBuilder(symlinks=os.name != "nt").create(folder)
    scheme = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    ours = sysconfig.get_path("purelib")
    packages.joinpath("borrowed.pth").write_text(f"import site; site.addsitedir({ours!r})\n", encoding="utf-8")
    commands = Path(sysconfig.get_path("scripts", "venv", scheme))
    for name in _COMMANDS:
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec "{commands}/python" -m {name} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return commands
