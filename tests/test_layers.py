"""The rules of the source tree: who may import whom, how, and how long a file may be. Read from the syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = {
    "compiler": {"compiler"},
    "passes": {"compiler", "passes"},
    "frontends": {"compiler", "frontends"},
    "backends": {"compiler", "backends"},
}
HALVES = {"frontends/tflite/": "backends/tflite"}
"""A frontend that may import a backend: both are halves of one format, with one schema and one set of tables."""
GENERATED = "backends/tflite/schema/"
MOST_LINES = 400

SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in LAYERS
    for path in (ROOT / folder).rglob("*.py")
    if not path.relative_to(ROOT).as_posix().startswith(GENERATED)
)


def tree(source: str) -> ast.Module:
    """Return the syntax tree of a source file, named by its path from the root."""
    return ast.parse(ROOT.joinpath(source).read_text(encoding="utf-8"), source)


def package_of(source: str) -> tuple[str, ...]:
    """Return the package that a file's relative imports start from, as parts below `pytoco`."""
    if source.startswith("compiler/package_"):  # installed as pytoco/__init__.py and pytoco/__main__.py
        return ()
    return Path(source).parent.parts


def relative_imports(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and top folder of what each relative import reaches, but for the other half of a format."""
    package = package_of(source)
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            up = node.level - 1
            assert up <= len(package), f"{source}:{node.lineno} leaves the package"
            base = (*package[: len(package) - up], *(node.module or "").split("."))
            halves = [other for half, other in HALVES.items() if source.startswith(half)]
            if any("/".join(base).startswith(other) for other in halves):
                continue
            for alias in node.names:
                yield node.lineno, next(part for part in (*base, alias.name) if part)


def absolute_imports(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and top name of each absolute import, those by importlib with a literal name among them."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            for name in node.args[:1]:
                if isinstance(name, ast.Constant):
                    yield node.lineno, str(name.value).partition(".")[0]


@pytest.mark.parametrize("source", SOURCES)
def test_imports_run_one_way(source: str) -> None:
    allowed = LAYERS[source.partition("/")[0]]
    assert not [f"{source}:{line} imports {top}" for line, top in relative_imports(source) if top not in allowed]


@pytest.mark.parametrize("source", SOURCES)
def test_own_modules_are_imported_relatively_and_tensorflow_never(source: str) -> None:
    banned = {"pytoco", "tensorflow", *LAYERS}
    assert not [f"{source}:{line} imports {top}" for line, top in absolute_imports(source) if top in banned]


@pytest.mark.parametrize("source", SOURCES)
def test_files_stay_readable(source: str) -> None:
    lines = len(ROOT.joinpath(source).read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES
    assert ast.get_docstring(tree(source)), "a module says what it is for"


def test_the_rules_see_the_sources() -> None:
    assert {source.partition("/")[0] for source in SOURCES} == set(LAYERS)
    assert {top for _, top in relative_imports("compiler/package_init.py")} == {"compiler"}
    assert {top for _, top in relative_imports("frontends/tflite/loader.py")} == {"compiler", "frontends"}
    assert "networkx" in {top for _, top in absolute_imports("compiler/ir/graph.py")}
