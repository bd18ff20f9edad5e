"""`pytoco convert MODEL`: formats, inputs and outputs are guessed where they are not said, and a summary is shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..constants import FileFormat, PluginFormat
from ..errors import UsageError
from ..paths import check_input
from .common import add_plugin_arguments
from .flags import option_fields
from .guard import shows_tracebacks
from .parsing import Parser, add_flags, flag_texts, normalized
from .plugin_flags import add_plugin_flags, registry_of

if TYPE_CHECKING:
    from ..convert import Result
    from ..options import Options

_DESCRIPTION = "Convert a model to TensorFlow Lite. MODEL is a GraphDef file, a SavedModel folder or a Keras file."
_SUFFIXES: dict[FileFormat | PluginFormat, str] = {
    FileFormat.TFLITE: ".tflite",
    FileFormat.TENSORFLOW_GRAPHDEF: ".pb",
}
"""Suffixes that are known without asking the backends."""
_SAVED_MODELS = {"saved_model.pb": b"\x08\x01\x12", "saved_model.pbtxt": b"saved_model_schema_version"}


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} MODEL [-o OUT] [FLAG ...]")
    made.add_argument("model", metavar="MODEL", help="the model to convert")
    made.add_argument("-o", dest="out", metavar="OUT", help="result file [MODEL with another suffix]")
    made.add_argument(
        "-v", action="count", default=0, dest="verbosity", help="show stages and remarks; twice: every rewrite"
    )
    made.add_argument("-q", action="store_true", dest="quiet", help="no summary")
    made.add_argument("--json", action="store_true", help="the summary as JSON")
    made.add_argument("--watch", action="store_true", help="go on: convert again when a plugin or the model changes")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def source_fields(model: str) -> dict[str, Any]:
    """The `Options` fields that say where the model at `model` is, by what lies there.

    Raises `FileError` when nothing readable does.
    """
    path = Path(model)
    check_input(model, folder=path.is_dir())
    if path.is_dir():
        return {"saved_model_dir": model}
    refuse_journal(path)
    with path.open("rb") as file:
        head = file.read(32)
    magic = _SAVED_MODELS.get(path.name)
    if magic is not None and head.startswith(magic):
        return {"saved_model_dir": str(path.parent)}
    if head[4:8] == b"TFL3":
        return {"graph_def_file": model, "input_format": FileFormat.TFLITE}
    return {"graph_def_file": model}


def refuse_journal(path: Path) -> None:
    """Raise `UsageError` where a model is needed and a journal given."""
    with path.open("rb") as file:
        head = file.read(2)
    if head not in (b"\x1f\x8b", b'{"'):
        return
    from ..debug.journal import Journal

    if Journal.is_journal(path):
        what = "blame, diff, frames, play and reproduce read journals"
        raise UsageError(f"{path} is the journal of a conversion, not a model", hint=what)


def _output_name(model: str, chosen: FileFormat | PluginFormat, argv: Sequence[str]) -> str:
    path = Path(model)
    path = path if path.name else path.resolve()
    suffix = _SUFFIXES.get(chosen) or registry_of(argv).backend_for(chosen.name).suffix
    return str(path.parent / ((path.name if path.is_dir() else path.stem) + suffix))


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Check everything that the arguments alone can tell; the conversion is what is returned. Errors are raised."""
    made = parser(prog)
    add_plugin_flags(made, argv)
    arguments = made.parse_args(normalized(argv, ("json", "watch")))
    fields = option_fields(flag_texts(arguments))
    named = [name for name in ("graph_def_file", "saved_model_dir", "keras_model_file") if name in fields]
    if named:
        raise UsageError(f"--{named[0]}: the model is already given as {arguments.model}", hint="leave the flag out")
    fields = source_fields(arguments.model) | fields
    if arguments.out and fields.get("output_file", arguments.out) != arguments.out:
        raise UsageError(
            f"-o {arguments.out} and --output_file={fields['output_file']} differ", hint="give one of them"
        )
    if arguments.out:
        fields["output_file"] = arguments.out
    warning = ""
    if "output_format" not in fields and Path(fields.get("output_file", "")).suffix not in ("", ".tflite"):
        from ..convert import format_of

        fields["output_format"], warning = format_of(fields["output_file"], registry_of(argv))
    if "output_file" not in fields:
        chosen = fields.get("output_format", FileFormat.TFLITE)
        fields["output_file"] = _output_name(arguments.model, chosen, argv)
    fields.setdefault("verbosity", arguments.verbosity)
    fields["plugin_switches"] = tuple(arguments.switches)
    from ..options import Options
    from .work import check

    options = Options(**fields)
    check(options)
    if warning:
        sys.stderr.write(f"{prog}: warning: {warning}\n")
    if arguments.watch:
        from .watch import watch

        return partial(watch, prog, options, arguments.quiet, arguments.json, shows_tracebacks(argv))
    return partial(_finish, prog, options, arguments.quiet, arguments.json)


def _finish(prog: str, options: Options, quiet: bool, as_json: bool) -> int:
    from .summary import summary_data
    from .work import convert

    result = convert(prog, options)
    if as_json:
        sys.stdout.write(json.dumps(summary_data(result, options.output_file or ""), indent=2) + "\n")
    else:
        show(options, result, quiet)
    return 0


def show(options: Options, result: Result, quiet: bool) -> None:
    """Write the summary to standard output, unless it is to be `quiet`, and the time table, where it was asked for."""
    from .summary import summary_text
    from .timing import timing_text

    if not quiet:
        _show_guesses(options, result)
        sys.stdout.write(summary_text(result, options.output_file or ""))
    if options.timing:
        sys.stdout.write(timing_text(result.summary))


def _show_guesses(options: Options, result: Result) -> None:
    for what, given in (("input", options.input_arrays), ("output", options.output_arrays)):
        found = result.summary.inputs if what == "input" else result.summary.outputs
        if given is None and not result.model.signatures:
            sys.stdout.write(f"{what}s, guessed: {', '.join(found)}\n")
    for signature in result.model.signatures:
        for pairs, what in ((signature.inputs, "inputs"), (signature.outputs, "outputs")):
            listed = ", ".join(own if own == array else f"{own} = {array}" for own, array in pairs)
            sys.stdout.write(f"{what} of signature {signature.key!r}: {listed}\n")
