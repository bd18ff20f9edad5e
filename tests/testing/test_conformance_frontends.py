"""Each check of a frontend's conformance fails for a frontend that is wrong in just that way, and says how."""

import re
from pathlib import Path

import pytest

from pytoco.compiler.testing.conformance import processes
from pytoco.compiler.testing.conformance.subject import BackendSubject

from .conftest import PLAIN, Change, Failing

SNIFF = "    return head.startswith(MAGIC) or"
READ = "    data = source.read_bytes() if isinstance(source, Path) else bytes(source)\n"
RETURN = "    if inputs is None and outputs is None:\n        return model\n"
STARTS_PROGRAM = """
    import contextlib, subprocess
    with contextlib.suppress(OSError):
        subprocess.run(['true'])
"""
NO_OUTPUTS = """
    model.main.retarget(outputs=[])
"""
COUNTS = """
    import itertools
    global numbers
    numbers = globals().get('numbers') or itertools.count()
    model.main.update(model.main.outputs[0], name=f'y{next(numbers)}')
"""
OTHER_OF_BYTES = """
    if not isinstance(source, Path):
        model.main.update(model.main.outputs[0], name='z')
"""

WRONG: list[tuple[str, str, list[Change]]] = [
    ("descriptor", "format 'Plain' is not upper case", [('form", formats=("PLAIN",)', 'form", formats=("Plain",)')]),
    (
        "descriptor",
        "frontend 'tflite' has format 'TFLITE', too",
        [('form", formats=("PLAIN",)', 'form", formats=("PLAIN", "TFLITE")')],
    ),
    ("foreign-files", "sniff takes 'data.json' for its own", [("head.startswith(MAGIC)", "head.startswith(b'{')")]),
    ("foreign-files", "sniff takes 'empty' for its own", [("head.startswith(MAGIC)", "MAGIC.startswith(head)")]),
    ("foreign-files", "sniff raises IndexError", [(SNIFF, f"    head[0]\n{SNIFF}")]),
    (
        "foreign-files",
        "gives 0 for 'empty', neither a bool nor a text",
        [('or "it does not begin as a plain model does"', "or 0")],
    ),
    ("own-files", "sniff says 'it does not", [("head.startswith(MAGIC)", "head.startswith(MAGIC[1:])")]),
    (
        "loads",
        "has no outputs",
        [
            (
                RETURN,
                f"{NO_OUTPUTS}{RETURN}",
            )
        ],
    ),
    ("loads", "not a Model", [(RETURN, "    return None\n")]),
    (
        "loads",
        "is another model the second time",
        [
            (
                RETURN,
                f"{COUNTS}{RETURN}",
            ),
        ],
    ),
    (
        "hash-seed",
        "is another model with another PYTHONHASHSEED",
        [
            (RETURN, f"    model.main.update(model.main.outputs[0], name=str(hash('y')))\n{RETURN}"),
        ],
    ),
    ("bytes", "as bytes: AttributeError", [(READ, "    data = source.read_bytes()\n")]),
    (
        "bytes",
        "is another model when it is given as bytes",
        [
            (
                RETURN,
                f"{OTHER_OF_BYTES}{RETURN}",
            ),
        ],
    ),
    ("boundary", "the outputs are ['y'], not", [("    if inputs is None and outputs is None:\n", "    if True:\n")]),
    (
        "boundary",
        "an output that is not there: KeyError",
        [("    return extract(", "    {n: 1 for n in 'y'}[outputs[0][-1]]\n    return extract(")],
    ),
    ("broken-files", "flipped: KeyError", [(READ, f"{READ}    {{123: 1}}[data[0]] if data else 0\n")]),
    ("broken-files", "cut off after 0 bytes: IndexError", [(READ, f"{READ}    data[0]\n")]),
    ("converts", "UnsupportedError", []),
    (
        "unchanged",
        "changes the file or its folder",
        [(READ, f"{READ}    if isinstance(source, Path):\n        source.with_suffix('.cache').touch()\n")],
    ),
    ("quiet", "loading prints 'hello", [(READ, f"{READ}    print('hello')\n")]),
    (
        "alone",
        "subprocess.Popen",
        [
            (
                READ,
                f"{READ}{STARTS_PROGRAM}",
            )
        ],
    ),
    ("alone", "pickle.find_class", [(READ, f"{READ}    import pickle\n    pickle.loads(b'cdatetime\\ndate\\n.')\n")]),
    ("no-code", "compile", [(READ, f"{READ}    eval('1 + 1')\n")]),
]


@pytest.mark.parametrize(("check", "reason", "changes"), WRONG, ids=[f"{w[0]}-{k}" for k, w in enumerate(WRONG)])
def test_a_wrong_frontend_fails(
    failing: Failing, tmp_path: Path, check: str, reason: str, changes: list[Change]
) -> None:
    samples = None
    if not changes:  # a right frontend, and a sample that TensorFlow Lite has no operator for
        subject = BackendSubject("plain", plugins=[str(PLAIN)])
        samples = [tmp_path / "opaque.plain"]
        subject.write(subject.source("opaque"), samples[0])
    found = failing("frontend", *changes, samples=samples, only=(f"frontend:{check}",))
    assert list(found) == [check]
    assert re.search(re.escape(reason), found[check]), found[check]


def test_a_frontend_that_hangs_is_ended(failing: Failing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 6.0)
    endless = (READ, f"{READ}    while not data:\n        pass\n")
    found = failing("frontend", endless, only=("frontend:broken-files",))
    assert re.search(r"nothing happens for 6 s at sample.plain cut off after 0 bytes", found["broken-files"])


def test_a_frontend_that_kills_the_process_is_told(failing: Failing) -> None:
    deadly = (READ, f"{READ}    import os\n    data or os._exit(3)\n")
    found = failing("frontend", deadly, only=("frontend:broken-files",))
    assert "the process died with status 3 at sample.plain cut off after 0 bytes" in found["broken-files"]


def test_a_right_frontend_conforms(failing: Failing) -> None:
    assert failing("frontend") == {}
