"""The one way both commands convert: check, convert with a progress line, show warnings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..options import Options, validate
from ..paths import check_dump_folder, check_input, check_output

if TYPE_CHECKING:
    from ..convert import Result


def source_of(options: Options) -> str:
    """The path of the model that `options` name."""
    return options.graph_def_file or options.saved_model_dir or options.keras_model_file or ""


def check(options: Options) -> None:
    """Check flags and files before anything large is imported. Raises `PytocoError`."""
    validate(options)
    source = source_of(options)
    check_input(source, folder=options.saved_model_dir is not None)
    if options.output_file is not None:
        check_output(options.output_file, [source])
    if options.dump_graphviz_dir is not None:
        check_dump_folder(options.dump_graphviz_dir)


def convert(prog: str, options: Options) -> Result:
    """Convert as `options` say, writing their `output_file`; warnings go to standard error. Raises `PytocoError`."""
    from ..convert import convert_model
    from .summary import Progress

    source = source_of(options)
    observers = []
    if options.verbosity > 1:
        from .log import Log

        observers.append(Log())
    with Progress(f"{prog}: converting {source}"):
        result = convert_model(options, source, observers=observers)
    for warning in result.summary.warnings:
        sys.stderr.write(f"{prog}: warning: {warning}\n")
    if options.verbosity:
        for note in result.summary.notes:
            sys.stderr.write(f"{prog}: note: {note}\n")
    return result
