"""Runs `tflite_convert` as a process of its own, and holds refusals against what every refusal has to look like."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
MOBILENET = DATA / "demo" / "mobilenet_v1_0.25_96.pb"
MOBILENET_OUTPUT = "MobilenetV1/Predictions/Reshape_1"
INCEPTION = DATA / "inception" / "inception_v1_small.pb"
TIMEOUT = 120
"""Seconds after which a process counts as hanging."""

Done = subprocess.CompletedProcess[str]


def command(
    *argv: object,
    program: str = "tflite_convert",
    environment: Mapping[str, str] | None = None,
    memory: int = 0,
    file_size: int = 0,
    cwd: Path | None = None,
) -> Done:
    """Run `python -m pytoco tflite_convert`, or another `program`, with these arguments.

    `memory` and `file_size` limit, in bytes, the process's address space and the files it can write.
    """

    def limit() -> None:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        if file_size:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return subprocess.run(
        [sys.executable, "-m", "pytoco", program, *map(str, argv)],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
        cwd=cwd,
        env={**os.environ, "PYTOCO_DEBUG": "0", **(environment or {})},
        preexec_fn=limit if memory or file_size else None,
    )


def convert(
    model: Path,
    output: Path,
    *flags: object,
    inputs: str = "x",
    outputs: str = "y",
    memory: int = 0,
    file_size: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Done:
    """Run a conversion of a GraphDef file; see `command`."""
    boundary = (f"--input_arrays={inputs}", f"--output_arrays={outputs}")
    files = (f"--graph_def_file={model}", f"--output_file={output}")
    return command(*files, *boundary, *flags, environment=environment, memory=memory, file_size=file_size)


def converted(
    model: Path, output: Path, *flags: object, inputs: str = "x", outputs: str = "y", memory: int = 0
) -> bytes:
    """Run a conversion that must go well, and return what it wrote."""
    done = convert(model, output, *flags, inputs=inputs, outputs=outputs, memory=memory)
    assert (done.returncode, done.stderr) == (0, "")
    return output.read_bytes()


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder and its content; of what is no regular file, its type."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        found[str(path)] = path.read_bytes() if stat.S_ISREG(mode) else str(stat.S_IFMT(mode)).encode()
    return found


def check_refusal(done: Done, *words: str) -> None:
    """A refusal: status of an error rather than a signal, one `error:` line, no traceback, every one of `words`."""
    assert 0 < done.returncode < 70, f"{done.returncode}: {done.stderr}"
    assert "tflite_convert: error: " in done.stderr
    assert "Traceback" not in done.stderr
    missing = [word for word in words if word not in done.stderr]
    assert not missing, f"{missing} not in {done.stderr}"


def refused(
    folder: Path, model: Path, words: Iterable[str], *flags: object, output: Path | None = None, inputs: str = "x",
    outputs: str = "y", memory: int = 0, file_size: int = 0,
) -> str:  # fmt: skip
    """Run a conversion that must be refused with `words` and leave `folder` as it was; returns what it said."""
    before = snapshot(folder)
    done = convert(
        model, output or folder / "out.tflite", *flags, inputs=inputs, outputs=outputs, memory=memory,
        file_size=file_size,
    )  # fmt: skip
    check_refusal(done, *words)
    assert snapshot(folder) == before
    return done.stderr
