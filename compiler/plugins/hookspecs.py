"""The extension points. A plugin is a module (or an object) with functions of these names, each marked `@hookimpl`.

Every docstring below holds a whole plugin that can be saved as a file and used with `-p FILE.py`; a test does so. A
hook yields (or returns a list of) descriptors; it is called once when the registry is built, those with an `options`
argument once a conversion. Plugins are independent: an exception in a hook drops that plugin only.
A plugin module may say `pytoco_api = 1`, the version of this interface that it was written for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .hookmarks import hookspec

if TYPE_CHECKING:
    from ..errors import PytocoError
    from ..options import Options
    from .descriptors import Backend, Command, Frontend, Observer
    from .option import Option
    from .pipeline import Pipeline
    from .references import OpRef, PassRef

API_VERSION = 1


@hookspec
def configure(settings: dict[str, Any]) -> None:
    """Take what the `[options.PLUGIN]` table of `plugins.toml` has besides options that `register_options` offers.

    Raise `ValueError` for keys or values that make no sense.

    Example::

        from pytoco.compiler import hookimpl

        limits = {"rank": 4}


        @hookimpl
        def configure(settings):
            unknown = sorted(set(settings) - set(limits))
            if unknown:
                raise ValueError(f"unknown options {unknown}; known: {sorted(limits)}")
            limits.update(settings)
    """


@hookspec
def register_options() -> Iterable[Option]:
    """Offer settings of the plugin's own, as flags, keywords and keys of `plugins.toml`.

    Example, a pass that does something only where it is asked to::

        from pytoco.compiler import Option, Pass, hookimpl


        PLACES = Option("round_places", "decimal places that weights keep", parse=int)


        class RoundWeights(Pass):
            \"\"\"Constants that Add reads are rounded to so many decimal places.\"\"\"

            name = "round-weights"
            stage = "simplify"
            roots = ("Add",)
            tolerance = 1.0

            def match(self, op, look):
                places = PLACES.of(self.context.options)
                value = None if places is None else look.constant(op, 1)
                if value is None or (value == value.round(places)).all():
                    return look.fail("{} has nothing to round", op)
                return value.round(places)

            def rewrite(self, op, found, graph):
                graph.rewire(op, (op.inputs[0], graph.constant(found, op.inputs[1].name + "_rounded")))


        @hookimpl
        def register_options():
            yield PLACES


        @hookimpl
        def register_passes():
            yield RoundWeights
    """
    raise NotImplementedError


@hookspec
def register_ops() -> Iterable[OpRef | type[Any]]:
    """Offer op kinds: `OpDef` classes, or an `OpRef` for a class that should be imported on first use.

    One class may hold it all: attributes, inference and numpy kernel as every op does, and in `importers` and
    `exporters` how frontends and backends translate it.

    Example::

        from typing import ClassVar

        import numpy as np

        from pytoco.compiler import OpDef, TensorType, hookimpl


        class Softsign(OpDef):
            kind: ClassVar[str] = "Softsign"
            operands: ClassVar[tuple[str, ...]] = ("input",)

            @staticmethod
            def infer(inputs, attrs):
                return [TensorType(inputs[0].dtype, inputs[0].shape)]

            @staticmethod
            def kernel(values, attrs):
                return [values[0] / (1 + np.abs(values[0]))]


        @hookimpl
        def register_ops():
            yield Softsign
    """
    raise NotImplementedError


@hookspec
def register_passes() -> Iterable[PassRef | type[Any]]:
    """Offer passes: `Pass` classes, or a `PassRef` for a class that only conversions should import.

    The class says in which stage it runs and, where that matters, before or after which passes. A `PassRef` says name
    and stage as the class does.

    Example::

        from pytoco.compiler import Pass, hookimpl


        class RemoveDoubleNeg(Pass):
            \"\"\"Neg of Neg is the value itself.\"\"\"

            name = "remove-double-neg"
            stage = "general"
            roots = ("Neg",)

            def match(self, op, look):
                first = look.producer(op, 0, kind="Neg")
                if first is None or not look.graph.can_replace(op.outputs[0], first.inputs[0]):
                    return look.fail("{} is no Neg of a Neg", op)
                return first

            def rewrite(self, op, found, graph):
                graph.replace(op.outputs[0], found.inputs[0])
                graph.remove(op)


        @hookimpl
        def register_passes():
            yield RemoveDoubleNeg
    """
    raise NotImplementedError


@hookspec
def register_frontends() -> Iterable[Frontend]:
    r"""Offer readers of model formats.

    Example, a frontend for single arrays saved by numpy::

        import io
        from pathlib import Path

        import numpy as np

        from pytoco.compiler import Frontend, Model, hookimpl


        def sniff(path, head):
            return head.startswith(b"\x93NUMPY") or "does not start with the magic of a .npy file"


        def load(source, options):
            content = source.read_bytes() if isinstance(source, Path) else source
            model = Model()
            graph = model.graph("main")
            graph.retarget(outputs=(graph.constant(np.load(io.BytesIO(content)), "value"),))
            return model


        @hookimpl
        def register_frontends():
            yield Frontend("npy", "one array saved by numpy", formats=("NPY",), sniff=sniff, load=load)
    """
    raise NotImplementedError


@hookspec
def register_backends() -> Iterable[Backend]:
    r"""Offer writers of model formats, each with its `Target` and the stages that prepare a model for it.

    Example, a backend that lists the operators::

        from pytoco.compiler import Backend, Target, WriteReport, hookimpl


        def write(model, destination, options):
            counts = model.main.kinds()
            data = "".join(f"{kind} {count}\n" for kind, count in sorted(counts.items())).encode()
            if destination is None:
                return WriteReport(data=data, operators=counts)
            destination.write_bytes(data)
            return WriteReport(path=destination, size=len(data), operators=counts)


        @hookimpl
        def register_backends():
            yield Backend(
                "op-list",
                "operator kinds and their number, as text",
                formats=("OP_LIST",),
                suffix=".txt",
                pipeline="op-list",
                stages=("clean-up",),
                target=Target,
                write=write,
            )
    """
    raise NotImplementedError


@hookspec
def adjust_pipeline(pipeline: Pipeline, options: Options) -> None:
    """Edit the pipeline of one conversion: a copy, so that nothing is left behind. Each edit notes the plugin's name.

    `pipeline` has `remove(name)`, `move(name, after=..., before=..., stage=...)`, `insert(pass, ...)` and
    `remove_stage(name)`; `options` are those of the conversion.

    Example::

        from pytoco.compiler import hookimpl


        @hookimpl
        def adjust_pipeline(pipeline, options):
            if options.output_format.name == "GRAPHVIZ_DOT" and pipeline.has_stage("fusion"):
                pipeline.remove_stage("fusion")
    """


@hookspec
def register_observers(options: Options) -> Iterable[Observer]:
    """Offer observers of one conversion. Their methods are called directly, so a busy observer costs what it does.

    Example::

        from pytoco.compiler import Observer, hookimpl


        class CountRewrites(Observer):
            def __init__(self):
                self.counts = {}

            def after_rewrite(self, model, pass_name, op, number, events):
                self.counts[pass_name] = self.counts.get(pass_name, 0) + 1


        @hookimpl
        def register_observers(options):
            yield CountRewrites()
    """
    raise NotImplementedError


@hookspec
def explain_error(error: PytocoError) -> Iterable[str] | str | None:
    """Add hints to an error before it is shown: sentences for the user, or nothing.

    Example::

        from pytoco.compiler import UnsupportedError, hookimpl


        @hookimpl
        def explain_error(error):
            if isinstance(error, UnsupportedError):
                yield "our model zoo's page 'supported operators' lists replacements"
    """
    raise NotImplementedError


@hookspec
def register_commands() -> Iterable[Command]:
    """Offer sub-commands of `pytoco`.

    Example::

        from pytoco.compiler import Command, hookimpl


        def add_arguments(parser):
            parser.add_argument("name", nargs="?", default="world")


        def run(arguments):
            print(f"hello {arguments.name}")
            return 0


        @hookimpl
        def register_commands():
            yield Command("hello", "greet somebody", add_arguments=add_arguments, run=run)
    """
    raise NotImplementedError
