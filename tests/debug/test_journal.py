"""The journal of real conversions: exact, compact, readable after a crash, refused when it is damaged."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.convert import import_model, run_pipeline
from pytoco.compiler.debug.journal import Journal, Recorder
from pytoco.compiler.driver import Runner
from pytoco.compiler.errors import FileError, InvalidModelError, PytocoError, UnsupportedError, UsageError
from pytoco.compiler.ir import Model, Op
from pytoco.compiler.ir.text import print_model
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Observer
from pytoco.compiler.plugins.registry import open_registry
from tests.end_to_end.running import INCEPTION, MOBILENET, command
from tests.fuzz.kinds import random_graph

RECURRENT = Path(__file__).parent.parent / "data" / "ophints" / "lstm.pb"


class Texts(Observer):
    """The text form of the model after each rewrite, 0 as imported."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def on_import(self, model: Model) -> None:
        self.texts.append(print_model(model))

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        self.texts.append(print_model(model))


def converted(model: Model, options: Options | None = None) -> tuple[Journal, list[str], str]:
    """Journal, text after each rewrite, and final text of the tflite pipeline over `model`."""
    options = options or Options()
    lines: list[bytes] = []
    texts = Texts()
    runner = Runner(model, strict=True, observers=[Recorder(options, None, lines.append), texts])
    runner.notify(lambda o: o.on_import(model))
    registry = open_registry()
    run_pipeline(runner, registry.backend_for("TFLITE"), options, registry)
    runner.notify(lambda o: o.on_finish(model))
    return Journal(lines), texts.texts, print_model(model)


@pytest.mark.parametrize(
    ("path", "outputs", "least"),
    [(MOBILENET, None, 200), (INCEPTION, None, 40), (RECURRENT, ("y",), 5)],
    ids=["mobilenet", "inception", "lstm"],
)
def test_the_replay_is_the_conversion_at_every_rewrite(path: Path, outputs: Any, least: int) -> None:
    _assert_replay(*converted(import_model(Options(output_arrays=outputs), path, open_registry())), least)


@pytest.mark.parametrize("name", ["trained", "concatenation_changed", "pool_known"])
def test_the_replay_of_a_quantised_conversion_is_that_conversion(name: str) -> None:
    options = Options(inference_type="QUANTIZED_UINT8", mean_values=(128.0,), std_dev_values=(127.0,))  # type: ignore[arg-type]
    path = Path(__file__).parent.parent / "data" / "quantized" / f"{name.removesuffix('_changed')}.pb"
    options.change_concat_input_ranges = name.endswith("_changed")
    _assert_replay(*converted(import_model(options, path, open_registry()), options), 5)


def _assert_replay(journal: Journal, texts: list[str], final: str, least: int) -> None:
    replay = journal.replay()
    assert len(replay) == len(texts) - 1 == len(journal.rewrites) > least
    for number, text in enumerate(texts):
        replay.seek(number)
        assert print_model(replay.model) == text
    assert print_model(replay.finish()) == final
    for number in range(len(texts) - 2, -1, -1):
        replay.back()
        assert print_model(replay.model) == texts[number]


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_replay_to_any_rewrite(seed: int) -> None:
    journal, texts, final = converted(random_graph(seed, 12).graph.model)
    replay = journal.replay()
    for number in np.random.default_rng(seed).integers(0, len(texts), 6):
        replay.seek(int(number))
        assert print_model(replay.model) == texts[number]
    assert print_model(replay.finish()) == final
    replay.seek(0)
    assert print_model(replay.model) == texts[0]


def test_a_rewrite_says_who_where_when_and_what(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    pytoco.convert(MOBILENET, journal=path)
    journal = Journal.open(path)
    assert journal.is_complete
    assert journal.error == ""
    assert [stage.name for stage in journal.stages] == [
        "clean-up", "general", "recurrent", "simplify", "affine", "pointwise", "fusion", "lowering", "final"
    ]  # fmt: skip
    assert [r.number for r in journal.rewrites] == list(range(1, len(journal.rewrites) + 1))
    fused = next(r for r in journal.rewrites if r.pass_name == "fuse-activation-functions")
    assert (fused.stage, fused.where) == ("fusion", "MobilenetV1/Conv2d_0/Relu6")
    assert [event[0] for event in fused.events] == ["-", "-", "+"]
    assert 0 < fused.seconds < journal.lines[-1]["end"] / 1e6
    assert journal.header["options"]["journal"] == str(path)


def test_the_file_is_small_and_the_same_but_for_the_times(tmp_path: Path) -> None:
    def untimed(path: Path) -> list[Any]:
        return [
            {k: v for k, v in line.items() if k not in ("t", "end", "options")} for line in Journal.open(path).lines
        ]

    for name in "ab":
        pytoco.convert(MOBILENET, journal=tmp_path / name)
    assert untimed(tmp_path / "a") == untimed(tmp_path / "b")
    assert (tmp_path / "a").stat().st_size < 80_000  # 280 rewrites


def test_python_records_in_memory_and_saves(tmp_path: Path) -> None:
    with pytoco.record() as journal:
        pytoco.convert(INCEPTION)
        first = len(journal.rewrites)
        pytoco.convert(MOBILENET)
    assert 0 < first < len(journal.rewrites)  # of the last one
    size = journal.save(tmp_path / "saved")
    assert size == (tmp_path / "saved").stat().st_size
    assert Journal.open(tmp_path / "saved").lines == journal.lines
    count = len(journal.rewrites)
    pytoco.convert(MOBILENET)
    assert len(journal.rewrites) == count  # outside the block nothing is recorded


def test_what_was_recorded_of_a_failed_conversion_stays() -> None:
    with pytoco.record() as journal, pytest.raises(UsageError):
        pytoco.convert(MOBILENET, input_arrays=["nowhere"])
    assert "nowhere" in journal.error
    assert journal.is_complete
    with pytest.raises(UsageError, match="failed before"):
        journal.replay()


def test_nothing_recorded_says_so() -> None:
    with pytoco.record() as journal:
        pass
    with pytest.raises(UsageError, match="nothing was recorded"):
        journal.header  # noqa: B018 - asked for its error


KILLED = """
import os, signal, sys
import pytoco
from pytoco.compiler.convert import convert_model
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Observer

class Crash(Observer):
    def after_rewrite(self, model, pass_name, op, number, events):
        if number == 101:
            os.kill(os.getpid(), signal.SIGKILL)

convert_model(Options(journal=sys.argv[2]), sys.argv[1], observers=[Crash()])
"""


def test_after_a_crash_the_journal_is_readable_up_to_the_last_rewrite(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    done = subprocess.run([sys.executable, "-c", KILLED, MOBILENET, path], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    journal = Journal.open(path)
    assert not journal.is_complete
    assert len(journal.rewrites) in (100, 101)  # the observer of the test comes first
    cut = path.read_bytes()[:-30]
    path.write_bytes(cut)
    assert len(Journal.open(path).rewrites) == len(journal.rewrites) - 1


def test_values_of_constants_come_from_the_source_file_or_the_file_of_values(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    result = pytoco.convert(MOBILENET, journal=path, journal_values=True)
    replay = Journal.open(path).replay()
    replay.finish()
    compared = 0
    for array in result.model.main.arrays():
        if array.value is not None and array.value.size > 16:
            replayed = replay.graph.find(array.name)
            assert replayed is not None
            np.testing.assert_array_equal(replayed.numpy(), array.numpy())
            compared += 1
    assert compared > 20
    os.remove(f"{path}.values")
    (some,) = [a for a in replay.graph.arrays() if a.value is not None and a.value.size == 3 * 3 * 3 * 8]
    with pytest.raises(UnsupportedError, match="--journal_values"):
        some.numpy()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "is no journal"),
        (b"no journal at all", "is no journal"),
        (gzip.compress(b"no journal at all", mtime=0), "is no journal"),
        (gzip.compress(b'{"pytoco_journal":1}\n', mtime=0)[:-20] + b"\x00\xff\xff" * 9, "damaged|no journal"),
        (b'{"pytoco_journal":99,"version":"9"}\n', "format 99"),
        (b'{"pytoco_journal":1}\n{"n":2,"pass":"p","root":null,"at":"","t":0,"events":[]}\n', "line 2"),
        (b'{"pytoco_journal":1}\n{"n":\n', "line 2"),
        (b'{"pytoco_journal":1}\n{"n":1}\n', "line 2"),
    ],
)
def test_what_is_no_journal_is_refused_with_the_place(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "x.journal"
    path.write_bytes(content)
    with pytest.raises(InvalidModelError, match=text):
        Journal.open(path)
    with pytest.raises(FileError):
        Journal.open(tmp_path / "none")


def test_damaged_records_end_in_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    pytoco.convert(MOBILENET, journal=path)
    lines = gzip.decompress(path.read_bytes()).split(b"\n")
    random = np.random.default_rng(0)
    failed = 0
    for _ in range(60):
        number = int(random.integers(2, 60))
        damaged = list(lines)
        text = bytearray(damaged[number])
        text[int(random.integers(0, len(text)))] = int(random.integers(32, 127))
        damaged[number] = bytes(text)
        path.write_bytes(b"\n".join(damaged))
        try:
            replay = Journal.open(path).replay()
            replay.seek(len(replay))
        except PytocoError:
            failed += 1
    assert failed > 10  # the other changes hit names and numbers that nothing depends on


def test_a_line_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    pytoco.convert(MOBILENET, journal=path)
    kinds = [next(iter(json.loads(line))) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert kinds[:4] == ["pytoco_journal", "files", "frame", "stage"]
    assert kinds[-2:] == ["export", "end"]


def test_the_command_line_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    done = command(MOBILENET, "-o", tmp_path / "x.tflite", "--journal", path, program="convert")
    assert done.returncode == 0, done.stderr
    assert len(Journal.open(path).rewrites) > 100
    done = command(MOBILENET, "-o", tmp_path / "x.tflite", "--journal", tmp_path / "no" / "j", program="convert")
    assert done.returncode == 5
    assert "no" in done.stderr
