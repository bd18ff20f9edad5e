"""`pytoco compare MODEL REFERENCE`: layer by layer, how far a model is from the one it was made of."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from ..errors import UsageError
from ..paths import check_input
from ..plugins.registry import open_registry
from .common import add_plugin_arguments
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized

_DESCRIPTION = """\
Run a model, quantized or not, and the one it was made of on the same inputs, and show the error of every layer, the
worst first. REFERENCE is of any format that can be read; what it takes to read it is said by the flags of a conversion.
Layers go together by the journal of the conversion, else by name.

The column `dB` is the signal-to-noise ratio when both models run from end to end; `own dB` that of each layer alone,
when it and its part of the reference get the same inputs, those that the reference computes. `at ends` are elements at
an end of the grid, `clipped` those of them that the reference has beyond it."""

_OWN = ("data", "local", "worst", "seed", "json")


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(
        prog, _DESCRIPTION, usage=f"{prog} MODEL.tflite REFERENCE [--data FILE.npz] [--journal J] [--local] [FLAG ...]"
    )
    made.add_argument("model", metavar="MODEL", help="the model, usually a .tflite file")
    made.add_argument("reference", metavar="REFERENCE", help="the model it was made of, or another version of it")
    made.add_argument("--data", metavar="FILE.npz", help="inputs by name, one sample or several [random ones]")
    made.add_argument("--local", action="store_true", help="sort by each layer's own error")
    made.add_argument("--worst", type=int, metavar="N", help="show only the N worst layers")
    made.add_argument("--seed", type=int, default=0, metavar="SEED", help="other random inputs [0]")
    made.add_argument("--json", action="store_true", help="as JSON")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Parse the arguments; the comparison is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, _OWN))
    if arguments.worst is not None and arguments.worst < 1:
        raise UsageError(f"--worst: {arguments.worst} layers", hint="give a number from 1")
    if arguments.seed < 0:
        raise UsageError(f"--seed: {arguments.seed} is negative")
    fields = option_fields(flag_texts(arguments)) | {"plugin_switches": tuple(arguments.switches)}
    journal = fields.pop("journal", None)
    for path in (arguments.data, journal):
        if path is not None:
            check_input(path)
    registry = open_registry(plugins_file=fields.get("plugins_file"), names=fields["plugin_switches"])

    def measure() -> int:
        from ..debug.compare_models import compare

        found = compare(
            arguments.model,
            arguments.reference,
            arguments.data,
            journal=journal,
            local=arguments.local,
            seed=arguments.seed,
            registry=registry,
            **fields,
        )
        if arguments.json:
            text = json.dumps(found.as_json(arguments.worst), indent=2, allow_nan=False) + "\n"
        else:
            text = found.text(arguments.worst)
        sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())
        return 0

    return measure
