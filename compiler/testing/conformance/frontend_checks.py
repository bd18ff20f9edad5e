"""The checks of a frontend: what it takes for its own, what it makes of it, and how it bears what is broken."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ...convert import convert_model
from ...errors import PytocoError
from ...ir import Model
from ...ir.text import print_model
from ...ir.verify import verify
from ...options import Options
from ...plugins.registry import HEAD_BYTES
from . import corpus
from .checks import Check, Fault, NotApplicable, is_typed, listed, told
from .processes import lines_of

if TYPE_CHECKING:
    from .subject import FrontendSubject

CUTS = 24
FLIPS = 48
MOST_FILES = 4
"""Files of a sample that are damaged, the smallest ones: each is cut off, and has single bits flipped."""


def _samples(subject: FrontendSubject) -> list[Path]:
    if not subject.samples:
        raise NotApplicable("there is no sample of its format: give one (--sample FILE, or samples=[..])")
    return subject.samples


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _sniff(subject: FrontendSubject, path: Path) -> tuple[object, str]:
    """What sniff answers, and what is wrong with the answer itself."""
    try:
        answer: object = subject.frontend.sniff(path, _head(path))
    except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
        return None, f"sniff raises {told(error)} for {path.name!r}"
    wrong = not isinstance(answer, bool | str)
    return answer, f"sniff gives {answer!r} for {path.name!r}, neither a bool nor a text" if wrong else ""


def descriptor(subject: FrontendSubject) -> None:
    """Its formats are its own."""
    faults = [f"format {name!r} is not upper case" for name in subject.frontend.formats if name != name.upper()]
    for other in subject.registry.frontends().values():
        shared = [name for name in subject.frontend.formats if name in other.formats]
        if other is not subject.frontend and shared:
            faults.append(f"frontend {other.name!r} has format {shared[0]!r}, too")
    if not subject.frontend.description.strip():
        faults.append("its description is empty")
    listed(faults)


def foreign(subject: FrontendSubject) -> None:
    """Sniff takes nothing that is another format, empty or junk, and raises for nothing."""
    faults = []
    with tempfile.TemporaryDirectory(prefix="pytoco-") as folder:
        others = [corpus.sample(path) for path, name in corpus.SAMPLES.items() if name not in subject.frontend.formats]
        for path in [*corpus.lay_out_junk(Path(folder)), *others]:
            answer, fault = _sniff(subject, path)
            if fault:
                faults.append(fault)
            elif answer is True:
                faults.append(f"sniff takes {path.name!r} for its own")
    listed(faults)


def own(subject: FrontendSubject) -> None:
    """Sniff says yes to the samples."""
    faults = []
    for path in _samples(subject):
        answer, fault = _sniff(subject, path)
        if fault or answer is not True:
            faults.append(fault or f"sniff says {answer!r} to the sample {path.name!r}")
    listed(faults)


def loads(subject: FrontendSubject) -> None:
    """Each sample becomes a sound model, the same one each time."""
    faults = []
    for path in _samples(subject):
        found: object = subject.load(path)
        if not isinstance(found, Model) or "main" not in found.graphs:
            faults.append(f"sample {path.name!r}: load gives {found!r}, not a Model with a graph 'main'")
            continue
        try:
            verify(found)
        except PytocoError as error:
            faults.append(f"sample {path.name!r}: {told(error)}")
            continue
        if not found.main.outputs:
            faults.append(f"sample {path.name!r}: the model has no outputs")
        if print_model(subject.load(path)) != print_model(found):
            faults.append(f"sample {path.name!r} is another model the second time")
    listed(faults)


def loads_elsewhere(subject: FrontendSubject) -> None:
    """Another process with another hash seed makes the same models."""
    texts = {str(path): print_model(subject.load(path)) for path in _samples(subject)}
    elsewhere = subject.loaded["texts"]
    listed(
        [
            f"sample {Path(path).name!r} is another model with another PYTHONHASHSEED"
            for path, text in texts.items()
            if elsewhere.get(path) != text
        ]
    )


def from_bytes(subject: FrontendSubject) -> None:
    """The content of a file gives the same model as its path, or is refused with an error for users."""
    faults, tried = [], 0
    for path in _samples(subject):
        if not path.is_file():
            continue
        tried += 1
        try:
            text = print_model(subject.load(path.read_bytes()))
        except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
            if not is_typed(error):
                faults.append(f"sample {path.name!r} as bytes: {told(error)}")
            continue
        if text != print_model(subject.load(path)):
            faults.append(f"sample {path.name!r} is another model when it is given as bytes")
    if not tried:
        raise NotApplicable("the samples are folders")
    listed(faults)


def boundary(subject: FrontendSubject) -> None:
    """`input_arrays` and `output_arrays` are honoured, or refused with an error for users."""
    faults = []
    for path in _samples(subject):
        whole = subject.load(path).main
        names = [a.name for op in whole.order() for a in op.outputs if a not in whole.outputs]
        inputs = [a.name for a in whole.inputs]
        cases = [("the outputs in reverse", inputs, [a.name for a in reversed(whole.outputs)])]
        if names:
            cases += [("an array within as the output", inputs, names[:1])]
            cases += [("an array within as the input", [*inputs, names[-1]], [a.name for a in whole.outputs])]
        cases += [("an output that is not there", inputs, ["nobody/has/this"])]
        for what, wanted, outputs in cases:
            try:
                model = subject.load(path, input_arrays=tuple(wanted), output_arrays=tuple(outputs))
                verify(model)
            except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
                if not is_typed(error):
                    faults.append(f"sample {path.name!r}, {what}: {told(error)}")
                continue
            found = [a.name for a in model.main.outputs]
            if found != outputs:
                faults.append(f"sample {path.name!r}, {what}: the outputs are {found}, not {outputs}")
            strange = [a.name for a in model.main.inputs if a.name not in wanted]
            if strange:
                faults.append(f"sample {path.name!r}, {what}: {strange[0]!r} is an input, and was not asked for")
    listed(faults)


def converts(subject: FrontendSubject) -> None:
    """Each sample can be converted to TensorFlow Lite whole."""
    faults = []
    for path in _samples(subject):
        fields = {"input_format": subject.frontend.formats[0], **subject.fields}
        if path.is_dir():
            fields["saved_model_dir"] = path
        try:
            convert_model(Options(**fields), path, registry=subject.registry)
        except PytocoError as error:
            faults.append(f"sample {path.name!r}: {told(error)}")
    listed(faults)


def unchanged(subject: FrontendSubject) -> None:
    """Loading leaves the files as they are and nothing beside them."""
    faults = []
    with _copies(_samples(subject)) as copies:
        for path in copies:
            before = _digests(path.parent)
            with suppress(PytocoError):
                subject.load(path)
            if _digests(path.parent) != before:
                faults.append(f"sample {path.name!r}: loading changes the file or its folder")
    listed(faults)


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@contextmanager
def _copies(samples: list[Path]) -> Iterator[list[Path]]:
    """Copies of the samples, each in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="pytoco-") as folder:
        made = []
        for number, path in enumerate(samples):
            (Path(folder) / str(number)).mkdir()
            made.append(Path(folder) / str(number) / path.name)
            if path.is_dir():
                shutil.copytree(path, made[-1])
            else:
                shutil.copyfile(path, made[-1])
        yield made


def broken(subject: FrontendSubject) -> None:
    """What is cut off or has a flipped bit is read or refused with an error for users, in reasonable time."""
    faults = []
    with _copies(_samples(subject)) as copies:
        cases = [case for path in copies for case in _damages(path)]
        faults += [line["fault"] for line in lines_of(subject, "damage", cases=cases) if "fault" in line]
    listed(faults, most=3)


def _damages(path: Path) -> Iterator[list[object]]:
    """[what, sample, file, offset, bit]: each place to cut off and each bit to flip."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    for file in sorted(files, key=lambda file: (file.stat().st_size, str(file)))[:MOST_FILES]:
        size = file.stat().st_size
        for length in dict.fromkeys([0, 1, size - 1, *(size * k // CUTS for k in range(CUTS))]):
            if 0 <= length < size:
                yield [f"{file.name} cut off after {length} bytes", str(path), str(file), length, None]
        for k in range(FLIPS if size else 0):
            place = size * k // FLIPS
            bit = (k * 5 + 3) % 8
            yield [f"{file.name} with bit {bit} of byte {place} flipped", str(path), str(file), place, bit]


def quiet(subject: FrontendSubject) -> None:
    """Nothing is printed to standard output."""
    _samples(subject)
    if subject.loaded["printed"]:
        raise Fault(f"loading prints {subject.loaded['printed'][:80]!r}")


def alone(subject: FrontendSubject) -> None:
    """Neither TensorFlow nor the network nor another program is used."""
    _samples(subject)
    facts = subject.loaded
    faults = ["TensorFlow is imported"] if facts["tensorflow"] else []
    faults += [f"{event}, which is refused here" for event in dict.fromkeys(facts["network"] + facts["programs"])]
    listed(faults)


def no_code(subject: FrontendSubject) -> None:
    """Nothing in a model is run as code: loading it once more compiles, imports and runs nothing."""
    _samples(subject)
    listed([f"loading a model once more does: {event}" for event in dict.fromkeys(subject.loaded["code"])])


CHECKS = (
    Check("descriptor", "its formats are its own", "correct the arguments of Frontend(..)", descriptor),
    Check("foreign-files", "sniff takes no other file", "look for a mark that only your format has", foreign),
    Check("own-files", "sniff says yes to the samples", "let sniff return True for them", own),
    Check(
        "loads", "each sample becomes a sound model", "call pytoco.compiler.ir.verify.verify on it while testing", loads
    ),
    Check("hash-seed", "another process makes the same models", "do not iterate over sets", loads_elsewhere),
    Check("bytes", "bytes give the same model as a path", "read a path first, then go the same way", from_bytes),
    Check(
        "boundary",
        "input_arrays and output_arrays are honoured",
        "cut the graph with Graph.retarget, and raise UsageError for names that are not there",
        boundary,
    ),
    Check(
        "broken-files",
        "what is broken is refused with an error for users",
        "check lengths and offsets before they are used, and raise InvalidModelError",
        broken,
    ),
    Check("converts", "each sample becomes a TensorFlow Lite model", "look at it with `pytoco inspect`", converts),
    Check("unchanged", "files are left as they are", "open them for reading only", unchanged),
    Check("quiet", "nothing is printed", "put warnings into model.metadata['warnings'], a list", quiet),
    Check("alone", "neither TensorFlow nor the network is used", "do without it when a model is read", alone),
    Check("no-code", "nothing in a model is run as code", "use no pickle, eval or import for content", no_code),
)
