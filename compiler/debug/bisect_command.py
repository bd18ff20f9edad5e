"""The command that decides for `pytoco bisect --run`, as `git bisect run` has it."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import UsageError

CANNOT_TELL = 125
_NOT_RUN = (126, 127)


class Command:
    """Runs a shell command on model files, in a temporary folder that goes when the `with` block ends.

    `{}` stands for the model's path, which is `$1`, too; where neither is in the text, it becomes the last argument.
    """

    def __init__(self, text: str) -> None:
        if not text.strip():
            raise UsageError("--run: there is no command")
        if "{}" not in text and "$1" not in text and '"$@"' not in text:
            text += ' "$1"'
        self.text = text
        self._folder = tempfile.TemporaryDirectory(prefix="pytoco-bisect-")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def is_bad(self, model: bytes) -> bool | None:
        """Whether the command says so: 0 is good, 125 cannot tell, anything else, a signal too, is bad.

        Raises UsageError when there is no such command.
        """
        path = Path(self._folder.name) / "model.tflite"
        path.write_bytes(model)
        text = self.text.replace("{}", shlex.quote(str(path)))
        status = subprocess.run(["/bin/sh", "-c", text, "sh", str(path)], check=False).returncode
        if status in _NOT_RUN:
            raise UsageError(f"--run: the command cannot be run (status {status})", hint="try it by hand first")
        return None if status == CANNOT_TELL else status != 0
