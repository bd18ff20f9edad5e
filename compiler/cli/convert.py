"""`pytoco convert MODEL`: formats, inputs and outputs are guessed where they are not said, and a summary is shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..constants import FileFormat
from ..errors import UsageError
from ..paths import check_input
from .common import add_plugin_arguments
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized

if TYPE_CHECKING:
    from ..convert import Result
    from ..options import Options

_DESCRIPTION = "Convert a model to TensorFlow Lite. MODEL is a GraphDef file, a SavedModel folder or a Keras file."
_SUFFIXES = {
    FileFormat.TFLITE: ".tflite",
    FileFormat.GRAPHVIZ_DOT: ".dot",
    FileFormat.TENSORFLOW_GRAPHDEF: ".pb",
    FileFormat.MODEL_EXPLORER: ".json",
}
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


def _output_name(model: str, chosen: FileFormat) -> str:
    path = Path(model)
    path = path if path.name else path.resolve()
    return str(path.parent / ((path.name if path.is_dir() else path.stem) + _SUFFIXES[chosen]))


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Check everything that the arguments alone can tell; the conversion is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, ("json",)))
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
    if "output_format" not in fields and Path(fields.get("output_file", "")).suffix == ".dot":
        fields["output_format"] = FileFormat.GRAPHVIZ_DOT
    fields.setdefault("output_file", _output_name(arguments.model, fields.get("output_format", FileFormat.TFLITE)))
    fields.setdefault("verbosity", arguments.verbosity)
    fields["plugin_switches"] = tuple(arguments.switches)
    from ..options import Options
    from .work import check

    options = Options(**fields)
    check(options)
    return partial(_finish, prog, options, arguments.quiet, arguments.json)


def _finish(prog: str, options: Options, quiet: bool, as_json: bool) -> int:
    from .summary import summary_data, summary_text
    from .timing import timing_text
    from .work import convert

    result = convert(prog, options)
    if as_json:
        sys.stdout.write(json.dumps(summary_data(result, options.output_file or ""), indent=2) + "\n")
        return 0
    if not quiet:
        _show_guesses(options, result)
        sys.stdout.write(summary_text(result, options.output_file or ""))
    if options.timing:
        sys.stdout.write(timing_text(result.summary))
    return 0


def _show_guesses(options: Options, result: Result) -> None:
    for what, given in (("input", options.input_arrays), ("output", options.output_arrays)):
        found = result.summary.inputs if what == "input" else result.summary.outputs
        if given is None and not result.model.signatures:
            sys.stdout.write(f"{what}s, guessed: {', '.join(found)}\n")
    for signature in result.model.signatures:
        for pairs, what in ((signature.inputs, "inputs"), (signature.outputs, "outputs")):
            listed = ", ".join(own if own == array else f"{own} = {array}" for own, array in pairs)
            sys.stdout.write(f"{what} of signature {signature.key!r}: {listed}\n")
