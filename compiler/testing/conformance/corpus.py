"""The models and files that conformance is checked with: text forms of every family, samples of formats, and junk."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent

RANDOM_SEEDS = range(6)
RANDOM_SIZE = 6

SAMPLES: Mapping[str, str] = {
    "graph.pb": "TENSORFLOW_GRAPHDEF",
    "saved_model": "TENSORFLOW_SAVED_MODEL",
    "model.tflite": "TFLITE",
}
"""Files and folders in `samples`, and the format of each."""

JUNK: Mapping[str, bytes] = {
    "empty": b"",
    "one_byte": b"\0",
    "zeros": bytes(4096),
    "ones": b"\xff" * 4096,
    "text.txt": b"Call me Ishmael. Some years ago, never mind how long precisely.\n" * 40,
    "program.py": b"import os\n\nprint(os.getcwd())\n",
    "data.json": b'{"format": "nothing", "nodes": [1, 2, 3], "version": null}\n',
    "settings.toml": b"[stages]\ngeneral = []\n",
    "page.html": b"<!DOCTYPE html><html><body>nothing</body></html>\n",
    "archive.zip": b"PK\x05\x06" + bytes(18),
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU",
    "array.npy": b"\x93NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }".ljust(127)
    + b"\n\0\0\0\0",
    "object.pickle": b"\x80\x04\x95\x05\0\0\0\0\0\0\0]\x94(e.",
    "noise.bin": bytes((k * k * 31 + k * 7 + (k >> 3)) % 251 for k in range(5000)),
    "odd \u00e9 name.bin": b"\x08\x01\x12\x04" * 8,
}
"""Files that no frontend of a model format may take for its own."""


@cache
def models() -> dict[str, str]:
    """The text forms by name, in alphabetical order."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((_HERE / "models").glob("*.txt"))}


def sample(name: str) -> Path:
    """The path of one of `SAMPLES`."""
    return _HERE / "samples" / name


def lay_out_junk(folder: Path) -> list[Path]:
    """Write the junk into a folder, with an empty folder and one that holds some of it; their paths."""
    made = []
    for name, content in JUNK.items():
        path = folder / name
        path.write_bytes(content)
        made.append(path)
    for name in ("empty folder", "folder"):
        (folder / name).mkdir()
        made.append(folder / name)
    (folder / "folder" / "text.txt").write_bytes(JUNK["text.txt"])
    return made
