"""pytoco: TOCO, the TensorFlow Lite Optimizing Converter, as a Python compiler framework with plugins.

This file is installed as `pytoco/__init__.py`. Every public name loads on first use, so that `import pytoco` itself
costs next to nothing:

    import pytoco

    converter = pytoco.TocoConverter.from_frozen_graph("frozen.pb", ["input"], ["output"])
    model = converter.convert()  # the bytes of a .tflite file
"""

TYPE_CHECKING = False  # typing.TYPE_CHECKING without importing typing
if TYPE_CHECKING:
    from .compiler import constants, testing
    from .compiler.api import TFLiteConverter, TocoConverter, toco_convert
    from .compiler.convert import convert
    from .compiler.debug.journal import Journal, record
    from .compiler.interpreter import Interpreter

    __version__: str

__all__ = [
    "Interpreter",
    "Journal",
    "TFLiteConverter",
    "TocoConverter",
    "__version__",
    "constants",
    "convert",
    "record",
    "testing",
    "toco_convert",
]

_MODULES = {
    "Interpreter": ".compiler.interpreter",
    "Journal": ".compiler.debug.journal",
    "TFLiteConverter": ".compiler.api",
    "TocoConverter": ".compiler.api",
    "convert": ".compiler.convert",
    "record": ".compiler.debug.journal",
    "toco_convert": ".compiler.api",
}
_SUBMODULES = {
    "constants": ".compiler.constants",
    "testing": ".testing",
}

if not TYPE_CHECKING:  # type checkers know the names above, and that there are no others

    def __getattr__(name: str) -> object:
        """Load the public name `name`; AttributeError for any other."""
        if name in _MODULES or name in _SUBMODULES:
            from importlib import import_module

            value: object
            if name in _SUBMODULES:
                value = import_module(_SUBMODULES[name], __name__)
            else:
                value = getattr(import_module(_MODULES[name], __name__), name)
        elif name == "__version__":
            from importlib.metadata import version

            value = version("pytoco")
        else:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return the public names and what is loaded so far."""
    return sorted({*globals(), *__all__})
