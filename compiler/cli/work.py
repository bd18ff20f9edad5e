"""The one way both commands convert: check, convert with a progress line, show warnings."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from ..constants import PluginFormat
from ..options import Options, validate
from ..paths import check_dump_folder, check_input, check_output
from .guard import TOLD

if TYPE_CHECKING:
    from ..convert import Result
    from ..plugins import Observer
    from .summary import Progress


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
    if isinstance(options.output_format, PluginFormat) or isinstance(options.input_format, PluginFormat):
        from ..plugins.registry import open_registry

        open_registry(plugins_file=options.plugins_file, names=options.plugin_switches).check_formats(options)
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

    progress, observers = observers_of(prog, options)
    with progress:
        result = convert_model(options, source_of(options), observers=observers)
    tell(prog, options, result, TOLD)
    return result


def observers_of(prog: str, options: Options) -> tuple[Progress, list[Observer]]:
    """A progress line, to be open while something is converted, and those who watch the conversion."""
    from .summary import Progress

    progress = Progress(f"{prog}: converting {source_of(options)}")
    if options.verbosity:
        from .log import Log

        return progress, [Log(options.verbosity)]
    return progress, [progress] if progress.is_watched else []


def tell(prog: str, options: Options, result: Result, told: Collection[str]) -> None:
    """Write warnings that were not `told` yet to standard error, and when asked for, notes and remarks."""
    for warning in result.summary.warnings:
        if warning not in told:
            sys.stderr.write(f"{prog}: warning: {warning}\n")
    if result.summary.float_operators:
        sys.stderr.write(f"{prog}: note: {result.summary.float_note}\n")
    if options.verbosity:
        for what, texts in (("note", result.summary.notes), ("remark", result.summary.remarks)):
            for text in texts:
                sys.stderr.write(f"{prog}: {what}: {text}\n")
