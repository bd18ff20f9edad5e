"""`pytoco plugins`, `pytoco passes`, and the commands that plugins add."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from ..errors import PluginError
from ..isolation import called, glimpse, named
from ..plugins.registry import Registry, open_registry
from .common import add_plugin_arguments
from .parsing import Parser

_PIPELINE = "tflite"


def parser(prog: str) -> Parser:
    """The argument parser of `pytoco plugins` or `pytoco passes`, whichever `prog` ends in."""
    if prog.endswith("plugins"):
        made = Parser(prog, "List the plugins: which are on, what they hook into, where they come from.")
        made.add_argument("--trace", action="store_true", help="show every setting and the file that set it")
    else:
        made = Parser(prog, "List the stages of a pipeline and their passes, in order.")
        made.add_argument("--why", action="store_true", help="give the reason for each position")
        made.add_argument("--pipeline", default=_PIPELINE, help=f"the pipeline [{_PIPELINE}]")
    made.add_argument("--json", action="store_true", help="as JSON")
    add_plugin_arguments(made)
    return made


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the command; errors are raised."""
    from ..plugins import commands

    arguments = parser(prog).parse_args(argv)
    registry = _registry(arguments)
    if prog.endswith("plugins"):
        data, text = commands.plugins_data, commands.plugins_text
        shown = data(registry, trace=arguments.trace) if arguments.json else text(registry, trace=arguments.trace)
    elif arguments.json:
        shown = commands.passes_data(registry, arguments.pipeline)
    else:
        shown = commands.passes_text(registry, arguments.pipeline, why=arguments.why)
    sys.stdout.write(shown if isinstance(shown, str) else json.dumps(shown, indent=2) + "\n")
    return 0


def _registry(arguments: argparse.Namespace) -> Registry:
    return open_registry(plugins_file=arguments.plugins_file, names=arguments.switches)


def plugin_command(name: str, switches: Sequence[str]) -> Callable[[str, Sequence[str]], int] | None:
    """The command that a plugin offers under `name`, as a function of program name and arguments; or `None`."""
    registry = open_registry(names=switches)
    command = registry.commands().get(name)
    if command is None:
        return None
    who = named("command", name, registry)

    def run_command(prog: str, argv: Sequence[str]) -> int:
        made = Parser(prog, command.help)
        if command.add_arguments is not None:
            called(who, command.add_arguments, made)
        if "--debug" not in made._option_string_actions:
            made.add_argument("--debug", action="store_true", help="show the traceback of an error")
        status: object = called(who, command.run, made.parse_args(argv), passing=(SystemExit, BrokenPipeError))
        if not isinstance(status, int):
            raise PluginError(f"{who} gave {glimpse(status)}, not an exit status")
        return status

    return run_command
