"""The checks of a backend about files: what is left behind, what can be read again, what a runtime makes of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import PytocoError, UnsupportedError
from ...ir.types import Dim
from ...ir.values import Stored, ends_of, fingerprint_of
from ...ir.verify import verify
from ..numeric import assert_same_values, evaluate, random_inputs
from ..runtime import KERNEL_ROUNDING as TOLERANCE
from ..runtime import allowed
from . import corpus
from .checks import Check, NotApplicable, is_typed, listed, told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...ir import Model
    from .subject import BackendSubject

BEFORE = b"what was here before"
MODEL = "large_constant"


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pytoco-") as folder:
        yield Path(folder)


def _files(subject: BackendSubject, folder: Path) -> Iterator[tuple[str, Path, Model]]:
    """Each model that is written, as (name, path, model as it was written)."""
    for number, (name, model) in enumerate(subject.acceptable().items()):
        path = folder / f"model{number}{subject.backend.suffix}"
        try:
            subject.write(model, path)
        except PytocoError:
            continue
        yield name, path, model


def file_is_data(subject: BackendSubject) -> None:
    """The file that is written has the bytes that are returned in memory, and nothing lies beside it."""
    faults = []
    with _folder() as folder:
        for name, path, _ in _files(subject, folder):
            if path.read_bytes() != subject.content(subject.prepared(name)):
                faults.append(f"model {name!r}: file and data differ")
            path.unlink()
    listed(faults)


def failing(subject: BackendSubject) -> None:
    """A write that fails says so, leaves what was there before, and nothing else."""
    try:
        size = len(subject.content(subject.prepared(MODEL)) or b"")
    except PytocoError as error:
        raise NotApplicable(f"the model {MODEL!r} is refused: {told(error)}") from None
    faults: list[str] = []
    with _folder() as folder:
        path = folder / f"model{subject.backend.suffix}"
        for what, destination in (("a missing folder", folder / "none" / path.name), ("a folder", folder / "there")):
            (folder / "there").mkdir(exist_ok=True)
            faults += _failure(subject, subject.prepared(MODEL), destination, f"writing to {what}", folder)
            (folder / "there").rmdir()
        path.write_bytes(BEFORE)
        with _full_disk(size // 2) as is_full:
            if is_full and size:
                faults += _failure(subject, subject.prepared(MODEL), path, "writing to a full disk", folder)
        broken = _unreadable(subject.prepared(MODEL))
        if broken is not None:
            faults += _failure(subject, broken, path, "a constant that cannot be read", folder, may_work=True)
    listed(faults)


def _failure(
    subject: BackendSubject, model: Model, destination: Path, what: str, folder: Path, *, may_work: bool = False
) -> Iterator[str]:
    """What is wrong when writing a model has to fail, or `may_work`."""
    before = _listing(folder)
    try:
        subject.write(model, destination)
    except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
        if not is_typed(error):
            yield f"{what} raises {told(error)}"
    else:
        if may_work:
            return
        yield f"{what} raises nothing"
    if _listing(folder) != before:
        changed = sorted(set(_listing(folder).items()) ^ set(before.items()))
        yield f"{what} leaves {', '.join(dict.fromkeys(name for name, _ in changed))} behind or changed"


def _listing(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@contextmanager
def _full_disk(size: int) -> Iterator[bool]:
    """No file can grow beyond so many bytes inside; gives whether that could be arranged here."""
    try:
        import resource
    except ImportError:  # Windows
        yield False
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(size, 1), hard))
    try:
        yield True
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _unreadable(model: Model) -> Model | None:
    """The model with a large constant whose value cannot be had; None where it has none."""
    graph = model.main
    for array in graph.arrays():
        value = array.value
        if value is not None and value.size > 64:

            def fail(name: str = array.name) -> NDArray[Any]:
                raise UnsupportedError(f"the value of the constant {name!r} cannot be read", array=name)

            made = Stored(value.shape, value.dtype, fingerprint_of(value), ends_of(value), fail)
            graph.replace(array, graph.constant(made, f"{array.name}_unreadable", array.dtype))
            return model
    return None


def inspected(subject: BackendSubject) -> None:
    """Its `inspect` knows its own files, with their inputs and outputs, and no others."""
    inspect = subject.backend.inspect
    if inspect is None:
        raise NotApplicable("the backend has no inspect")
    faults = []
    with _folder() as folder:
        for name, path, model in _files(subject, folder):
            facts = inspect(path)
            if facts is None:
                faults.append(f"model {name!r}: inspect does not know the file")
                continue
            for what, arrays in (("inputs", model.main.inputs), ("outputs", model.main.outputs)):
                names = [str(fact.get("name")) for fact in facts.get(what, ())]
                if names != [array.name for array in arrays]:
                    faults.append(f"model {name!r}: inspect says that its {what} are {names}")
            if "format" not in facts:
                faults.append(f"model {name!r}: inspect names no format")
            path.unlink()
        for path in corpus.lay_out_junk(folder):
            try:
                found: object = inspect(path)
            except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
                if not is_typed(error):
                    faults.append(f"inspect of a foreign file, {path.name!r}, raises {told(error)}")
                continue
            if found is not None:
                faults.append(f"inspect takes {path.name!r} for its own")
    listed(faults)


def _values(model: Model) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]] | None:
    """Inputs for a model and what it computes, None where that cannot be said."""
    try:
        inputs = random_inputs(model.main)
        return inputs, evaluate(model.main, inputs)
    except (PytocoError, ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _differences(model: Model, expected: dict[str, NDArray[Any]], actual: dict[str, Any]) -> str:
    """What differs of the outputs of `model`, in one line; empty where nothing does."""
    for array in model.main.outputs:
        name, value = array.name, expected[array.name]
        if name not in actual:
            return f"there is no output {name!r} among {list(actual)}"
        found = np.asarray(actual[name])
        try:
            assert_same_values({name: value}, {name: found}, allowed(array, value, TOLERANCE))
        except AssertionError as error:
            return " ".join(str(error).split())[:200]
    return ""


def runs(subject: BackendSubject) -> None:
    """Its `run` computes from a written file what the model says."""
    run = subject.backend.run
    if run is None:
        raise NotApplicable("the backend has no run")
    faults, ran = [], 0
    with _folder() as folder:
        for name, path, _ in _files(subject, folder):
            source = subject.source(name)
            found = _values(source)
            if found is None:
                continue
            inputs, expected = found
            try:
                actual = dict(run(path, inputs))
            except UnsupportedError:  # its runtime is not installed, or lacks this operator
                continue
            ran += 1
            difference = _differences(source, expected, actual)
            if difference:
                faults.append(f"model {name!r}: {difference}")
    listed(faults)
    if not ran:
        raise NotApplicable("its run takes none of the models (is the runtime installed?)")


def reads_back(subject: BackendSubject) -> None:
    """A frontend of the same format reads the files, and finds inputs, outputs and values again."""
    shared = [f for f in subject.registry.frontends().values() if set(f.formats) & set(subject.backend.formats)]
    if not shared:
        raise NotApplicable("there is no frontend of its format")
    frontend, faults = shared[0], []
    with _folder() as folder:
        for name, path, model in _files(subject, folder):
            try:
                found = frontend.load(path, {"keep_dynamic_shapes": True})
                verify(found)
            except PytocoError as error:
                faults.append(f"model {name!r}: frontend {frontend.name!r} says {told(error)}")
                continue
            for what in ("inputs", "outputs"):
                wanted, names = ([a.name for a in getattr(m.main, what)] for m in (model, found))
                if wanted != names:
                    faults.append(f"model {name!r}: its {what} were {wanted}, and are {names} when read again")
            known = all(not isinstance(d, Dim) for a in model.main.inputs for d in a.shape or (Dim(),))
            source = subject.source(name)
            values = _values(source) if known else None
            if values is not None and not faults:
                try:
                    actual = evaluate(found.main, values[0])
                except UnsupportedError:  # the frontend carries an operator that it does not know
                    continue
                difference = _differences(source, values[1], actual)
                faults += [f"model {name!r}, read again: {difference}"] if difference else []
    listed(faults)


CHECKS = (
    Check("file", "the file has the bytes that are returned in memory", "write both from one function", file_is_data),
    Check(
        "failing",
        "a write that fails says so and leaves nothing behind",
        "let OSError out of write, and write nowhere but to the destination (pytoco.compiler.atomic_write)",
        failing,
    ),
    Check("inspect", "inspect knows its own files and no others", "return None for what is not yours", inspected),
    Check("run", "a runtime computes from the file what the model says", "compare the operators one by one", runs),
    Check("reads-back", "what is written can be read again", "compare the two text forms", reads_back),
)
