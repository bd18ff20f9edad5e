"""The one way both commands convert: check, convert with a progress line, show warnings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..options import Options, validate
from ..paths import check_dump_folder, check_input, check_output

if TYPE_CHECKING:
    from ..convert import Result
    from ..plugins import Observer


def source_of(options: Options) -> str:
    """The path of the model that `options` name."""
    return options.graph_def_file or options.saved_model_dir or options.keras_model_file or ""


def files_of(source: str) -> list[str]:
    """The files that a model is made of: itself, or what lies in its folder."""
    path = Path(source)
    return [source, *map(str, path.glob("*")), *map(str, path.glob("variables/*"))] if path.is_dir() else [source]


def check(options: Options) -> None:
    """Check flags and files before anything large is imported. Raises `PytocoError`."""
    validate(options)
    source = source_of(options)
    check_input(source, folder=options.saved_model_dir is not None)
    if options.output_file is not None:
        check_output(options.output_file, files_of(source))
    if options.dump_graphviz_dir is not None:
        check_dump_folder(options.dump_graphviz_dir)
    if options.check not in (None, "random"):
        check_input(str(options.check))
    if isinstance(options.representative_dataset, str):
        check_input(options.representative_dataset)


def convert(prog: str, options: Options) -> Result:
    """Convert as `options` say, writing their `output_file`; warnings go to standard error. Raises `PytocoError`."""
    from ..convert import convert_model
    from .summary import Progress

    source = source_of(options)
    observers: list[Observer] = []
    if options.verbosity:
        from .log import Log

        observers.append(Log(options.verbosity))
    with Progress(f"{prog}: converting {source}") as progress:
        if progress.is_watched and not observers:
            observers.append(progress)
        result = convert_model(options, source, observers=observers)
    for warning in result.summary.warnings:
        sys.stderr.write(f"{prog}: warning: {warning}\n")
    if result.summary.float_operators:
        sys.stderr.write(f"{prog}: note: {result.summary.float_note}\n")
    if options.verbosity:
        for what, texts in (("note", result.summary.notes), ("remark", result.summary.remarks)):
            for text in texts:
                sys.stderr.write(f"{prog}: {what}: {text}\n")
    return result
