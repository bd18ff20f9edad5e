"""`pytoco COMMAND`: finds the command, built in or a plugin's, and runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module

from ..errors import UsageError
from .guard import guarded

Run = Callable[[str, Sequence[str]], int]

# name -> (module with run(prog, argv) and parser(prog), one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "bisect": (".bisect", "find the rewrite after which a condition holds"),
    "blame": (".blame", "follow a tensor back to its source nodes, or a source node forwards"),
    "compare": (".compare", "show the error of every layer of a quantized model against the original"),
    "conformance": (".conformance", "check whether a backend or a frontend does what is expected of one"),
    "convert": (".convert", "convert a model, with a summary"),
    "diff": (".diff", "show how two models or moments of a conversion differ"),
    "frames": (".frames", "draw moments of a conversion from its journal"),
    "inspect": (".inspect", "show what a model holds and whether it can be converted"),
    "new-plugin": (".new_plugin", "write a plugin package of your own, ready to install and test"),
    "passes": (".plugin_commands", "list the stages and their passes in order"),
    "play": (".play", "write a page that shows a conversion rewrite by rewrite, and open it"),
    "plugins": (".plugin_commands", "list the plugins: which are on, and where they come from"),
    "reproduce": (".reproduce", "cut a rewrite of a conversion out, as a test"),
    "tflite_convert": (".tflite_convert", "TOCO's command line"),
    "why": (".why", "say why passes do not apply at an operator, or what became of it"),
}

USAGE = "usage: pytoco [-p NAME] COMMAND ...\n"


def help_text() -> str:
    """What `pytoco --help` shows."""
    lines = [
        USAGE,
        "TOCO, the TensorFlow Lite Optimizing Converter, as a compiler framework with plugins.\n",
        "commands:",
    ]
    lines += [f"  {name:<15} {text}" for name, (_, text) in COMMANDS.items()]
    lines.append("\n`pytoco COMMAND --help` says more. Plugins may add commands; `pytoco plugins` lists them.")
    return "\n".join(lines) + "\n"


def _version() -> int:
    from importlib.metadata import version

    sys.stdout.write(f"pytoco {version('pytoco')}\n")
    return 0


def _help() -> int:
    sys.stdout.write(help_text())
    return 0


def _no_command(message: str, hint: str) -> int:
    raise UsageError(message, hint=hint)


def _builtin(name: str) -> str:
    """The built-in command of that name, written with dashes or underscores; `name` itself where there is none."""
    plain = name.replace("-", "_")
    return next((known for known in COMMANDS if known.replace("-", "_") == plain), name)


def _missing(name: str) -> int:
    close = get_close_matches(name.replace("-", "_"), COMMANDS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"commands: {', '.join(COMMANDS)}"
    return _no_command(f"unknown command {name!r}", hint)


def _other(name: str, argv: Sequence[str], switches: Sequence[str]) -> int:
    """Run the plugin command `name`, with the plugins that `switches` name."""
    from .plugin_commands import plugin_command

    found = None if name.startswith("-") else plugin_command(name, switches)
    return _missing(name) if found is None else found(f"pytoco {name}", argv)


def run(argv: Sequence[str]) -> int:
    """Run `pytoco argv...` and return the exit status."""
    switches = []
    while len(argv) > 1 and argv[0] == "-p":
        switches.append(argv[1])
        argv = argv[2:]
    name, rest = (argv[0], argv[1:]) if argv else ("", [])
    if name in ("-h", "--help", "help"):
        return guarded("pytoco", _help, argv)
    if name == "--version":
        return guarded("pytoco", _version, argv)
    if not name:
        return guarded(
            "pytoco", partial(_no_command, "no command given", "pytoco --help lists them"), argv, usage=lambda: USAGE
        )
    given = [text for switch in switches for text in ("-p", switch)]
    builtin = _builtin(name)
    if builtin == "tflite_convert":
        from .tflite_convert import run as tflite_convert

        return tflite_convert("tflite_convert", [*given, *rest])
    if builtin not in COMMANDS:
        return guarded("pytoco", partial(_other, name, rest, switches), argv, usage=lambda: USAGE)
    module = import_module(COMMANDS[builtin][0], __package__)
    prog = f"pytoco {builtin}"
    rest = [*given, *rest]
    return guarded(prog, partial(module.run, prog, rest), rest, usage=lambda: module.parser(prog).format_usage())
