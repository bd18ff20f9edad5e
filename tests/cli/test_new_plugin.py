"""`pytoco new-plugin`: a whole package or an error, never half of one. tests/packages installs and checks them."""

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pytoco.compiler.cli.dispatch import run
from pytoco.compiler.errors import UsageError
from pytoco.compiler.scaffold.kinds import KINDS
from pytoco.compiler.scaffold.names import names_for
from pytoco.compiler.scaffold.package import package_files

PUBLIC = {"pytoco", "pytoco.compiler", "pytoco.testing", "pytoco.backends.tflite", "pytoco.frontends.graphdef"}
"""The modules whose names plugins may rely on."""


def sources(kind: str) -> dict[str, ast.Module]:
    """The Python files of a package, parsed."""
    files = package_files("pytoco-first-try", kind)
    return {name: ast.parse(text, name) for name, text in files.items() if name.endswith(".py")}


def imports(tree: ast.Module) -> list[tuple[str, str]]:
    """Module and name of each absolute import."""
    found = [(alias.name, "") for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            found += [(node.module or "", alias.name) for alias in node.names]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_has_all_that_an_author_needs(kind: str) -> None:
    files = package_files("pytoco-first-try", kind)
    assert set(files) == {
        ".github/workflows/ci.yml",
        ".gitignore",
        "README.md",
        "pyproject.toml",
        "pytoco_first_try/__init__.py",
        "pytoco_first_try/first_try.py",
        "pytoco_first_try/plugin.py",
        "pytoco_first_try/py.typed",
        "tests/test_first_try.py",
        "tests/test_plugin.py",
        *(["tests/model.json"] if kind == "frontend" else []),
    }
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["name"] == "pytoco-first-try"
    assert project["entry-points"]["pytoco"] == {"first-try": "pytoco_first_try.plugin"}
    assert any(needed.startswith("pytoco>=") for needed in project["dependencies"])
    assert "\npytoco_api = 1\n" in files["pytoco_first_try/plugin.py"]
    left = [name for name, text in files.items() if re.search(r"\$(?!\{\{ matrix)|\bPACKAGE\b|\bMODULE\b", text)]
    assert left == []


def test_the_test_extra_has_what_the_guides_use() -> None:
    project = tomllib.loads(package_files("pytoco-first-try", "pass")["pyproject.toml"])["project"]
    extra = project["optional-dependencies"]["test"]
    assert {needed.partition(">")[0] for needed in extra} >= {"hypothesis", "pytest", "pytoco[run]"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_description_is_what_was_said_or_neutral(kind: str) -> None:
    said = 'The "soft" \\ clip, of 50 $ and é'
    spread = said.replace(", ", ",\n\t")
    for given, wanted in ((None, f"{KINDS[kind].noun} for pytoco"), (spread, said)):
        files = package_files("pytoco-first-try", kind, given)
        assert tomllib.loads(files["pyproject.toml"])["project"]["description"] == wanted
        assert files["README.md"].startswith(f"# pytoco-first-try\n\n{wanted}\n")


@pytest.mark.parametrize("description", ["", " \n", "a\x1bb", "a\x7fb", "\udcff"])
def test_descriptions_that_metadata_cannot_hold_are_refused(description: str) -> None:
    with pytest.raises(UsageError, match=r"is no description \(say in one line what the package does\)"):
        package_files("pytoco-first-try", "pass", description)


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_imports_nothing_of_pytoco_but_its_public_surface(kind: str) -> None:
    used = {module for tree in sources(kind).values() for module, _ in imports(tree) if module.startswith("pytoco")}
    assert used - PUBLIC == {"pytoco_first_try.first_try"} & used
    assert "pytoco.compiler" in used


@pytest.mark.parametrize("kind", KINDS)
def test_no_class_can_have_the_name_of_something_that_a_module_imports(kind: str) -> None:
    imported = {name for tree in sources(kind).values() for _, name in imports(tree) if name[:1].isupper()}
    for name in imported - {"FirstTry", "FirstTryAttrs"}:
        word = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
        if "".join(part[:1].upper() + part[1:] for part in word.split("-")) == name:
            with pytest.raises(UsageError, match=f"would make a (class '{name}'|module)"):
                names_for(f"pytoco-{word}")


def test_what_is_made_is_shown_with_the_next_steps(tmp_path: Path, capsys: Any) -> None:
    line = ["new-plugin", "Pytoco.Soft_Clip", "--kind", "op", "--dir", str(tmp_path), "--description", "Clips softly"]
    assert run(line) == 0
    folder = tmp_path / "pytoco-soft-clip"
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith(f"{folder}: ")
    assert shown[-3:] == [f"  cd {folder}", "  python -m pip install --editable '.[test]'", "  python -m pytest"]
    made = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert [line.strip() for line in shown[1 : shown.index("next:")]] == made
    assert "class SoftClip(OpDef):" in (folder / "pytoco_soft_clip" / "soft_clip.py").read_text()
    assert 'description = "Clips softly"' in (folder / "pyproject.toml").read_text()


def test_json_lists_the_files(tmp_path: Path, capsys: Any) -> None:
    assert run(["new_plugin", "acme-passes", "--kind=pass", f"--dir={tmp_path / 'new'}", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(tmp_path / "new" / "acme-passes")
    assert "acme_passes/acme_passes.py" in told["files"]
    assert all((tmp_path / "new" / "acme-passes" / name).is_file() for name in told["files"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pytoco-x", "--kind is missing (one of pass, op, backend, frontend)"),
        ("pytoco-x --kind fronted", "there is no kind 'fronted' of plugin (did you mean 'frontend'?)"),
        ("--kind pass", "the following arguments are required: NAME"),
        (
            "a/../b --kind pass",
            "is no name of a distribution (letters, digits, '-', '_' and '.', such as 'pytoco-a-b')",
        ),
        ("x- --kind pass", "is no name of a distribution"),
        ("pytoco --kind pass", "would make an import 'pytoco', which there is already (such as 'pytoco-my-plugin')"),
        ("numpy --kind pass", "would make an import 'numpy'"),
        ("json --kind pass", "would make an import 'json'"),
        ("test --kind pass", "would make an import 'test'"),
        ("builtin-passes --kind op", "pytoco has a plugin 'builtin-passes' already (give another name, such as"),
        ("pytoco-3d --kind op", "would make a module '3d', which Python cannot import (such as 'pytoco-my-3d')"),
        ("pytoco-class --kind pass", "would make a module 'class', which Python cannot import"),
        ("pytoco-model --kind backend", "would make a class 'Model', which means something else"),
        ("pytoco-none --kind backend", "would make a class 'None', which means something else"),
        ("pytoco-remove-identity --kind pass", "pytoco has a pass 'remove-identity' already (give another name, such"),
        ("pytoco-hard-swish --kind op", "pytoco has an op 'HardSwish' already"),
        ("pytoco-tflite --kind backend", "pytoco has a backend 'tflite' already"),
        ("pytoco-saved-model --kind frontend", "pytoco has a frontend 'saved-model' already"),
    ],
)
def test_names_and_kinds_that_will_not_do_are_explained(line: str, told: str, tmp_path: Path, capsys: Any) -> None:
    assert run(["new-plugin", *line.split(), "--dir", str(tmp_path)]) == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_names_that_pytoco_has_in_another_kind_are_free() -> None:
    assert "pytoco_tflite/plugin.py" in package_files("pytoco-tflite", "pass")


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_what_is_there_already_is_not_touched(what: str, tmp_path: Path, capsys: Any) -> None:
    there = tmp_path / "pytoco-first"
    if what == "folder":
        there.mkdir()
        (there / "README.md").write_text("mine")
    elif what == "file":
        there.write_text("mine")
    else:
        there.symlink_to("nowhere")
    assert run(["new-plugin", "pytoco-first", "--kind", "pass", "--dir", str(tmp_path)]) == 2
    assert "pytoco-first is there already (give another name, or another folder with --dir)" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [there]
    if what != "link":
        assert (there / "README.md" if what == "folder" else there).read_text() == "mine"


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    write_text = Path.write_text

    def full(path: Path, text: str, *arguments: Any, **options: Any) -> int:
        if path.name == "pyproject.toml":
            raise OSError(28, "No space left on device", str(path))
        return write_text(path, text, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    assert run(["new-plugin", "pytoco-first", "--kind", "pass", "--dir", str(tmp_path)]) == 5
    assert "No space left on device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "file").touch()
    assert run(["new-plugin", "pytoco-first", "--kind", "pass", "--dir", str(tmp_path / "file" / "x")]) == 5
    assert "cannot write" in capsys.readouterr().err


def test_help_says_what_each_kind_is(capsys: Any) -> None:
    assert run(["new-plugin", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name:<9} {kind.what}" in shown for name, kind in KINDS.items())
