"""The `tflite_convert` command (also installed as `toco`): TOCO's command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..errors import UsageError
from .common import add_plugin_arguments
from .flags import option_fields
from .guard import guarded
from .parsing import Parser, add_flags, flag_texts, normalized
from .plugin_flags import add_plugin_flags

if TYPE_CHECKING:
    from ..options import Options

_SOURCES = ("graph_def_file", "saved_model_dir", "keras_model_file")
_DESCRIPTION = "Convert a TensorFlow model to TensorFlow Lite."
_USAGE = "--output_file=FILE (--graph_def_file=FILE | --saved_model_dir=DIR | --keras_model_file=FILE) [FLAG ...]"
_EPILOG = "Flags may be abbreviated while that is unambiguous. Quiet on success; -v shows a summary."


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} {_USAGE}", epilog=_EPILOG)
    made.add_argument(
        "-v", action="count", default=0, dest="verbosity", help="show stages and a summary; twice: every rewrite"
    )
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def _start(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Check everything that the arguments alone can tell; the conversion is what is returned."""
    made = parser(prog)
    add_plugin_flags(made, argv)
    arguments = made.parse_args(normalized(argv))
    texts = flag_texts(arguments)
    if "output_file" not in texts:
        raise UsageError("the following arguments are required: --output_file")
    given = [name for name in _SOURCES if name in texts]
    if len(given) != 1:
        listed = " ".join(f"--{name}" for name in _SOURCES)
        raise UsageError(f"exactly one of the arguments {listed} is required")
    missing = ["--input_arrays"] if "input_arrays" not in texts else []  # a graph may need none
    if not texts.get("output_arrays", "").strip():
        missing.append("--output_arrays")
    if missing and "graph_def_file" in texts:
        message = "--input_arrays and --output_arrays are required with --graph_def_file"
        raise UsageError(message, hint=f"add {' and '.join(missing)}")
    fields = option_fields(texts)
    fields.setdefault("verbosity", arguments.verbosity)
    fields["plugin_switches"] = tuple(arguments.switches)
    from ..options import Options
    from .work import check

    options = Options(**fields)
    check(options)
    return partial(_finish, prog, options)


def _finish(prog: str, options: Options) -> int:
    from .work import convert

    result = convert(prog, options)
    if options.verbosity:
        from .summary import summary_text

        sys.stderr.write(summary_text(result, options.output_file or ""))
    if options.timing:
        from .timing import timing_text

        sys.stderr.write(timing_text(result.summary))
    return 0


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the command and return its exit status; as with TOCO, a usage error shows the usage on stdout and is 1."""
    return guarded(
        prog,
        partial(_start, prog, argv),
        argv,
        usage=lambda: parser(prog).format_usage(),
        usage_stream=sys.stdout,
        usage_status=1,
    )
