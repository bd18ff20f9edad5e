"""`pytoco new-plugin NAME --kind pass`: a package of one's own, ready to install, test and publish."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ..scaffold.kinds import KINDS, check_kind
from .parsing import Parser

_DESCRIPTION = """\
Write a complete plugin package into the new folder NAME: hooks, code with an example that works, tests, README and
the file for continuous integration. It installs, passes its tests and type-checks as it is; make it your own."""


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    kinds = "kinds:\n" + "\n".join(f"  {name:<9} {kind.what}" for name, kind in KINDS.items())
    usage = f"{prog} NAME --kind {'|'.join(KINDS)} [--description TEXT] [--dir DIR] [--json]"
    made = Parser(prog, _DESCRIPTION, usage=usage, epilog=kinds)
    made.add_argument("name", metavar="NAME", help="of the distribution, such as pytoco-soft-clip")
    made.add_argument("--kind", metavar="KIND", help="what the plugin adds, see below")
    made.add_argument("--description", metavar="TEXT", help="one line for the package's metadata and README")
    made.add_argument("--dir", default=".", metavar="DIR", help="where to make the folder NAME [.]")
    made.add_argument("--json", action="store_true", help="list the files as JSON")
    return made


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the command; errors are raised."""
    from ..scaffold.package import make_package

    arguments = parser(prog).parse_args(argv)
    made = make_package(arguments.name, arguments.kind, Path(arguments.dir), arguments.description)
    if arguments.json:
        sys.stdout.write(json.dumps({"folder": str(made.folder), "files": made.files}, indent=2) + "\n")
        return 0
    listed = "".join(f"  {name}\n" for name in made.files)
    steps = (f"cd {_quoted(made.folder)}", "python -m pip install --editable '.[test]'", "python -m pytest")
    kind = check_kind(arguments.kind)
    sys.stdout.write(f"{made.folder}: {kind.noun}: {kind.sample}\n{listed}next:\n")
    sys.stdout.write("".join(f"  {step}\n" for step in steps))
    return 0


def _quoted(folder: Path) -> str:
    """A path as a shell wants it."""
    import shlex

    return shlex.quote(str(folder))
