"""Each check of a backend's conformance fails for a backend that is wrong in just that way, and says how."""

import re

import pytest

from .conftest import Change, Failing

DATA = "    return json.dumps(facts).encode(), dict(sorted(kinds.items()))\n"
WRITE = "    data, kinds = content(model, options)\n"
OPS = "            if op.kind in UNSUPPORTED:\n"
ATOMIC = "size=atomic_write(destination, [data])"
WRITE_FILE = f"    return WriteReport(path=destination, {ATOMIC}, operators=kinds)"

CALLS_OUT = """
    import contextlib, socket
    with contextlib.suppress(OSError):
        socket.create_connection(('127.0.0.1', 9))
"""
STARTS_PROGRAM = """
    import contextlib, subprocess
    with contextlib.suppress(OSError):
        subprocess.run(['true'])
"""
SWALLOWS = """
    with destination.open('wb', buffering=0) as file:
        try:
            file.write(data)
        except OSError:
            pass
    return WriteReport(path=destination, operators=kinds)
"""
LEAVES_FILE = """
    try:
        atomic_write(destination, [data])
    except OSError:
        real = destination.parent
        while real.name.startswith('.pytoco-'):
            real = real.parent
        (real / 'failed').touch()
        raise
    return WriteReport(path=destination, operators=kinds)
"""

WRONG: list[tuple[str, str, list[Change]]] = [
    (
        "descriptor",
        "format 'Plain' is not upper case",
        [('formats=("PLAIN",),\n        suffix', 'formats=("Plain",),\n        suffix')],
    ),
    (
        "descriptor",
        "stage 'clean-down' of its pipeline has no passes",
        [('stages=("clean-up",)', 'stages=("clean-down",)')],
    ),
    ("descriptor", "is no suffix", [('suffix=".plain"', 'suffix=".pl ain"')]),
    (
        "target",
        "can_fuse('Abs', 'NONE') raises KeyError",
        [
            (
                "    def supports(",
                "    def can_fuse(self, kind, activation):\n        return {'Conv': True}[kind]\n\n    def supports(",
            ),
        ],
    ),
    (
        "target",
        "gives True, neither None nor a sentence",
        [('f"{op.kind} cannot be written" if op.kind in UNSUPPORTED', 'True if op.kind == "Neg"')],
    ),
    ("target", "which is no Target", [("target=PlainTarget", "target=dict")]),
    (
        "writes",
        "model 'branches': .*KeyError: 'Neg'",
        [(OPS, f"            {{'Opaque': 0}}[op.kind] if op.kind == 'Neg' else 0\n{OPS}")],
    ),
    (
        "writes",
        "refused without naming",
        [(OPS, f"            if op.kind == 'Neg':\n                raise UnsupportedError('no')\n{OPS}")],
    ),
    (
        "writes",
        "there is no data",
        [("WriteReport(data=data, operators=kinds)", 'WriteReport(data=b"", operators=kinds)')],
    ),
    (
        "supports",
        "supports every operator, but write refuses",
        [("UNSUPPORTED else None", '("Nothing",) else None'), ('UNSUPPORTED = ("Where",)', 'UNSUPPORTED = ("Neg",)')],
    ),
    (
        "same-bytes",
        "gives other bytes the second time",
        [(DATA, f"    import time\n\n    facts['time'] = time.perf_counter_ns()\n{DATA}")],
    ),
    ("hash-seed", "other bytes with another PYTHONHASHSEED", [(DATA, f"    facts['mark'] = hash('plain')\n{DATA}")]),
    (
        "model-unchanged",
        "is another one after write",
        [(WRITE, f"{WRITE}    model.main.update(model.main.inputs[0], minmax=MinMax(0.0, 1.0))\n")],
    ),
    ("model-unchanged", "write changes its options", [(WRITE, f"{WRITE}    options['seen'] = True\n")]),
    ("report", "size is 3", [("WriteReport(data=data,", "WriteReport(data=data, size=3,")]),
    (
        "report",
        "model 'branches' has 3 operators, and the report says {}",
        [(DATA, DATA.replace("dict(sorted(kinds.items()))", "{}"))],
    ),
    ("report", "notes are", [("WriteReport(data=data,", "WriteReport(data=data, notes=[1],")]),
    ("quiet", "writing prints 'hello", [(WRITE, f"{WRITE}    print('hello')\n")]),
    (
        "alone",
        "socket.getaddrinfo",
        [
            (
                WRITE,
                f"{WRITE}{CALLS_OUT}",
            )
        ],
    ),
    (
        "alone",
        "subprocess.Popen",
        [
            (
                WRITE,
                f"{WRITE}{STARTS_PROGRAM}",
            )
        ],
    ),
    ("file", "file and data differ", [(ATOMIC, "size=atomic_write(destination, [data, b' '])")]),
    (
        "failing",
        "writing to a full disk raises nothing",
        [
            (
                WRITE_FILE,
                SWALLOWS,
            ),
        ],
    ),
    (
        "failing",
        "writing to a folder leaves failed behind",
        [
            (
                WRITE_FILE,
                LEAVES_FILE,
            ),
        ],
    ),
    (
        "inspect",
        "takes 'data.json' for its own",
        [
            ("not path.read_bytes().startswith(MAGIC)", "not path.read_bytes().startswith(b'{')"),
            ("for name in facts[what]", "for name in facts.get(what, [])"),
        ],
    ),
    (
        "inspect",
        "does not know the file",
        [('    return {"format": "PLAIN",', '    return None\n    return {"format": "PLAIN",')],
    ),
    (
        "inspect",
        "inspect says that its outputs are",
        [('{"name": name} for name in facts[what]', '{"name": name + "!"} for name in facts[what]')],
    ),
    (
        "run",
        "model 'activations'.*Not equal",
        [
            (
                "return evaluate(load(path, {}).main, dict(inputs))",
                "return {k: v * 2 for k, v in evaluate(load(path, {}).main, dict(inputs)).items()}",
            )
        ],
    ),
    ("run", "there is no output 'y'", [("return evaluate(load(path, {}).main, dict(inputs))", "return {}")]),
    (
        "reads-back",
        "frontend 'plain' says InvalidModelError",
        [("        verify(model)\n", "        verify(model)\n        raise KeyError('version')\n")],
    ),
    (
        "reads-back",
        "read again: Not equal",
        [('parse(facts["text"], constants)', 'parse(facts["text"].replace("Neg(", "Exp("), constants)')],
    ),
]


@pytest.mark.parametrize(("check", "reason", "changes"), WRONG, ids=[f"{w[0]}-{k}" for k, w in enumerate(WRONG)])
def test_a_wrong_backend_fails(failing: Failing, check: str, reason: str, changes: list[Change]) -> None:
    found = failing("backend", *changes, only=(f"backend:{check}",))
    assert list(found) == [check]
    pattern = reason if ".*" in reason else re.escape(reason)
    assert re.search(pattern, found[check]), found[check]


def test_a_right_backend_conforms(failing: Failing) -> None:
    assert failing("backend") == {}
