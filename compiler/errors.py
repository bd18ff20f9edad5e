"""Every error that leaves pytoco: one family, each saying what is wrong, where, and what to do next.

The classes also derive from the builtin that a caller would expect (`ValueError` for bad arguments and models,
`OSError` for files), so that code written for other converters keeps catching them. `exit_code` is what the command
line returns.
"""

from __future__ import annotations


class PytocoError(Exception):
    """Base of all pytoco errors.

    `message` says what is wrong, `hint` what to do next; `pass_name`, `op`, `array` and `node` (a node of the source
    model) say where, as plain names. `str()` is one readable text of all of them.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        pass_name: str = "",
        op: str = "",
        array: str = "",
        node: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.pass_name = pass_name
        self.op = op
        self.array = array
        self.node = node

    def __str__(self) -> str:
        places = (("pass", self.pass_name), ("operator", self.op), ("array", self.array), ("node", self.node))
        where = ", ".join(f"{what} {name!r}" for what, name in places if name and repr(name) not in self.message)
        text = f"{self.message} [{where}]" if where else self.message
        return f"{text} ({self.hint})" if self.hint else text


def reason_of(error: BaseException) -> str:
    """What an error says, for use in another message; one that is not pytoco's own begins with its type."""
    reason = str(error) if isinstance(error, PytocoError) else f"{type(error).__name__}: {error}"
    return reason + "".join(f" ({note})" for note in getattr(error, "__notes__", ()))  # what observers have to add


def blame(error: PytocoError, who: str) -> None:
    """Let the message begin with who the error comes from, where it does not say so yet."""
    if who not in error.message:
        error.message = f"{who}: {error.message}"


class UsageError(PytocoError, ValueError):
    """Flags, arguments or settings that do not make sense."""

    exit_code = 2


class UnsupportedError(PytocoError, ValueError):
    """The model is fine, but this version or the chosen target cannot express it."""

    exit_code = 3


class InvalidModelError(PytocoError, ValueError):
    """The input is not a model, or a broken one."""

    exit_code = 4


class ShapeError(InvalidModelError):
    """Operand shapes or dtypes that cannot go together."""


class FileError(PytocoError, OSError):
    """A file or folder that cannot be read or written."""

    exit_code = 5


class PluginError(PytocoError):
    """A plugin that cannot be loaded or breaks its contract."""

    exit_code = 6


class InternalError(PytocoError, RuntimeError):
    """A fault of pytoco or of a pass, never of the user's model."""

    exit_code = 70


class VerifyError(InternalError):
    """The IR broke one of its invariants; the message names the items."""


class PassError(InternalError):
    """A pass raised; `__cause__` is what it raised."""


class CheckError(InternalError):
    """A rewrite changed what the model computes; the message says which one, which arrays, and by how much."""


class NoFixedPoint(InternalError):
    """Rewrites undo each other or grow the graph without end; the message shows the last of them.

    `passes` are the names of those that go on and on.
    """

    passes: tuple[str, ...] = ()
