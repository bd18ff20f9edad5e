"""The checks of a backend that look at what it says of itself and at the bytes that it makes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...errors import PytocoError
from ...ir.text import print_model
from ...ir.types import FLOAT16, FLOAT32, INT8, INT16, INT32, UINT8
from ...ops import known_kinds
from ...plugins.target import Hybrid, Kernel, Target
from .checks import Check, Fault, is_typed, listed, told

if TYPE_CHECKING:
    from ...ir import Model, Op
    from .subject import BackendSubject

ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1", "TANH", "SIGN_BIT")
TYPES = (FLOAT32, FLOAT16, INT8, UINT8, INT16, INT32)


def _ops(model: Model) -> Iterator[Op]:
    for graph in model.graphs.values():
        yield from graph.order()


def descriptor(subject: BackendSubject) -> None:
    """Suffix and formats are its own, and its pipeline can be planned and loaded."""
    backend, registry = subject.backend, subject.registry
    faults = [f"format {name!r} is not upper case" for name in backend.formats if name != name.upper()]
    for other in registry.backends().values():
        shared = [name for name in backend.formats if name in other.formats]
        if other is not backend and shared:
            faults.append(f"backend {other.name!r} has format {shared[0]!r}, too")
    if not backend.description.strip():
        faults.append("its description is empty")
    if any(mark in backend.suffix[1:] for mark in "/\\ ") or len(backend.suffix) < 2:
        faults.append(f"{backend.suffix!r} is no suffix of a file name")
    try:
        stages = registry.pipeline(backend.pipeline, subject.options)
        for _, references in stages:
            for reference in references:
                reference.load()
    except PytocoError as error:
        faults.append(f"its pipeline {backend.pipeline!r} cannot be had: {told(error)}")
    else:
        known = registry.settings.names("stages")
        faults += [
            f"stage {name!r} of its pipeline has no passes, and no plugins.toml knows it"
            for name, references in registry.pipeline(backend.pipeline)  # with what these options can do without
            if not references and name not in known
        ]
    listed(faults)


def target(subject: BackendSubject) -> None:
    """The target answers every question for every kind of operator, and raises nothing."""
    found: object = subject.backend.target_for({})
    if not isinstance(found, Target):
        raise Fault(f"target() gives {found!r}, which is no Target")
    kinds = [*known_kinds(), "NobodyKnowsThis"]
    faults = []
    questions: list[tuple[str, Any, tuple[Any, ...], Any]] = []
    for kind in kinds:
        questions += [(f"can_fuse({kind!r}, {a!r})", found.can_fuse, (kind, a), bool) for a in ACTIVATIONS]
        questions += [(f"quantized({kind!r}, {t})", found.quantized, (kind, t), Kernel | None) for t in TYPES]
        questions.append((f"hybrid({kind!r})", found.hybrid, (kind,), Hybrid | None))
    for what, method, arguments, wanted in questions:
        try:
            answer = method(*arguments)
        except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
            faults.append(f"{what} raises {told(error)}")
            continue
        if not isinstance(answer, wanted):
            faults.append(f"{what} gives {answer!r}")
    legal = found.legal_kinds()
    faults += [f"legal_kinds() has {kind!r}, which nothing defines" for kind in legal or () if kind not in kinds]
    for name in subject.names():
        for op in _ops(subject.source(name)):
            try:
                reason: object = found.supports(op)
            except Exception as error:  # noqa: BLE001 - as above
                faults.append(f"model {name!r}: supports({op}) raises {told(error)}")
                continue
            if reason is not None and (not isinstance(reason, str) or not reason.strip()):
                faults.append(f"model {name!r}: supports({op}) gives {reason!r}, neither None nor a sentence")
    listed(faults)


def written(subject: BackendSubject) -> None:
    """Each model is written, or refused with an error for users that names what is refused."""
    faults = []
    wrote = 0
    for name in subject.names():
        source = subject.source(name)
        words = {text for op in _ops(source) for text in (op.kind, op.name, getattr(op.attrs, "source_kind", op.kind))}
        words |= {array.name for graph in source.graphs.values() for array in graph.arrays()}
        try:
            model = subject.prepared(name)
            words |= {text for op in _ops(model) for text in (op.kind, op.name)}
            report = subject.write(model)
        except Exception as error:  # noqa: BLE001 - code of a plugin may raise anything
            if not is_typed(error):
                faults.append(f"model {name!r}: {told(error)}")
            elif not any(word and word in str(error) for word in words):
                faults.append(f"model {name!r} is refused without naming an operator or array: {told(error)}")
            continue
        wrote += 1
        if not report.data:
            faults.append(f"model {name!r}: there is no data in the report of write(model, None, ..)")
    if not wrote:
        faults.insert(0, "not one of the models is written")
    listed(faults)


def supported(subject: BackendSubject) -> None:
    """What the target supports is written."""
    found = subject.backend.target_for({})
    legal = found.legal_kinds()
    faults = []
    for name, model in subject.acceptable().items():
        plain = len(model.graphs) == 1 and not model.main.states
        plain = plain and all(a.size is not None and a.dtype is not None for a in model.main.arrays())
        if not plain or any(found.supports(op) or (legal is not None and op.kind not in legal) for op in _ops(model)):
            continue
        try:
            subject.write(model)
        except PytocoError as error:
            faults.append(f"model {name!r}: its target supports every operator, but write refuses: {told(error)}")
    listed(faults)


def same_bytes(subject: BackendSubject) -> None:
    """The same model gives the same bytes each time."""
    listed(
        [
            f"model {name!r} gives other bytes the second time"
            for name in subject.acceptable()
            if subject.content(subject.prepared(name)) != subject.content(subject.prepared(name))
        ]
    )


def same_bytes_elsewhere(subject: BackendSubject) -> None:
    """Another process with another hash seed gives the same bytes."""
    digests = subject.written["digests"]
    faults = []
    for name, model in subject.acceptable().items():
        content = subject.content(model)
        here = "refused" if content is None else hashlib.sha256(content).hexdigest()
        if digests.get(name) not in (here, None):
            faults.append(f"model {name!r} gives other bytes with another PYTHONHASHSEED")
    listed(faults)


def model_unchanged(subject: BackendSubject) -> None:
    """Writing changes neither the model nor the options."""
    faults = []
    for name, model in subject.acceptable().items():
        given = subject.given()
        kept = dict(given)
        before = _state(model)
        with suppress(PytocoError):
            subject.write(model, given=given)
        if _state(model) != before:
            faults.append(f"model {name!r} is another one after write")
        if given != kept:
            faults.append(f"model {name!r}: write changes its options")
    listed(faults)


def _state(model: Model) -> tuple[object, ...]:
    sidecar: dict[str, object] = {}
    text = print_model(model, sidecar)  # type: ignore[arg-type]  # any mapping for arrays
    return text, list(sidecar), model.signatures


def report(subject: BackendSubject) -> None:
    """The report tells size and operators as they are."""
    faults = []
    for name, model in subject.acceptable().items():
        count = len(list(_ops(model)))
        try:
            told_of = subject.write(model)
        except PytocoError:
            continue
        if told_of.size != len(told_of.data or b""):
            faults.append(f"model {name!r}: size is {told_of.size}, and there are {len(told_of.data or b'')} bytes")
        operators: object = told_of.operators
        if not isinstance(operators, dict) or not all(
            isinstance(kind, str) and isinstance(n, int) and n > 0 for kind, n in operators.items()
        ):
            faults.append(f"model {name!r}: operators is {operators!r}, not a number by kind")
        elif bool(operators) != bool(count):
            faults.append(f"model {name!r} has {count} operators, and the report says {operators!r}")
        if not all(isinstance(note, str) for note in told_of.notes):
            faults.append(f"model {name!r}: notes are {told_of.notes!r}, not sentences")
    listed(faults)


def quiet(subject: BackendSubject) -> None:
    """Nothing is printed to standard output."""
    if subject.written["printed"]:
        raise Fault(f"writing prints {subject.written['printed'][:80]!r}")


def alone(subject: BackendSubject) -> None:
    """Neither TensorFlow nor the network nor another program is used."""
    facts = subject.written
    faults = ["TensorFlow is imported"] if facts["tensorflow"] else []
    faults += [f"{event}, which is refused here" for event in dict.fromkeys(facts["network"] + facts["programs"])]
    listed(faults)


CHECKS = (
    Check("descriptor", "suffix, formats and pipeline make sense", "correct the arguments of Backend(..)", descriptor),
    Check(
        "target",
        "the target answers for every kind of operator",
        "look at the kinds and types that the method does not expect",
        target,
    ),
    Check(
        "writes",
        "every model is written, or refused by name",
        "raise UnsupportedError(.., op=op.name) for what the format lacks",
        written,
    ),
    Check(
        "supports",
        "what Target.supports accepts is written",
        "let supports ask the same table that write uses",
        supported,
    ),
    Check(
        "same-bytes", "the same model gives the same bytes", "leave out times, random and memory addresses", same_bytes
    ),
    Check(
        "hash-seed",
        "another process gives the same bytes",
        "do not iterate over sets; sort what has no order",
        same_bytes_elsewhere,
    ),
    Check(
        "model-unchanged",
        "writing changes neither model nor options",
        "make a copy, or change the model in a stage of the pipeline",
        model_unchanged,
    ),
    Check("report", "the report tells size and operators", "fill WriteReport(data=.., operators=..)", report),
    Check("quiet", "nothing is printed", "put remarks for users into WriteReport(notes=..)", quiet),
    Check("alone", "neither TensorFlow nor the network is used", "do without it when a model is written", alone),
)
