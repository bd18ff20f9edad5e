"""Makes docs/operators.md, the table of operators: `python -m tests.operators_table`.

Nothing in it is written by hand but the reasons for what is missing: TensorFlow's operators and what they become are
taken from the graphs in tests/data/operators, versions and checks from the cases of tests/backends/tflite.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from pytoco.backends.tflite.exporters import Exporters
from pytoco.backends.tflite.schema.tables import ENUMS
from pytoco.compiler import ops
from pytoco.compiler.ops.base import OpDef
from pytoco.frontends.graphdef import load
from pytoco.frontends.graphdef.importers import FAMILIES
from tests.backends.tflite.cases import CASES, build, dtypes

PAGE = Path(__file__).parents[1] / "docs" / "operators.md"
GRAPHS = Path(__file__).parent / "data" / "operators" / "tensorflow.npz"

HEAD = """\
<!-- Made by `python -m tests.operators_table`; do not edit. -->

# Operators

What pytoco knows of TensorFlow's and TensorFlow Lite's operators. An operator of TensorFlow that is not listed is
carried along whole: into drawings, into a custom operator with `--allow_custom_ops`, or, with
`--target_ops=TFLITE_BUILTINS,SELECT_TF_OPS`, into one that TensorFlow's own kernels run.
"""

IMPORTS = """
## TensorFlow's operators

Each becomes these operators of the IR, from which the passes make fewer. *Checked* means that graphs of it, made by
TensorFlow, are converted by the tests and give in LiteRT what they give in TensorFlow; the number is how many graphs.

| TensorFlow | IR | checked |
|---|---|---|
"""

KINDS = """
## The IR's operators

All have shape and type inference with unknown extents and ranks. *Kernel* is the numpy reference, used to fold
constants and to check rewrites. Versions are the lowest that implement an instance; *checked* counts the instances that
the tests run in LiteRT against the kernel.

| IR | kernel | TensorFlow Lite | versions | element types | checked |
|---|---|---|---|---|---|
"""

MISSING = """
## Builtin operators of TensorFlow Lite that nothing becomes

| operator | why |
|---|---|
"""

ELSEWHERE = {
    "CTCBeamSearchDecoder": "CTCBeamSearchDecoder",
    "Multinomial": "Multinomial",
    "RandomStandardNormal": "RandomStandardNormal",
    "RandomUniform": "RandomUniform",
    "Svdf": "Svdf",
    "TFLite_Detection_PostProcess": "DetectionPostProcess",
    "UnidirectionalSequenceLstm": "UnidirectionalSequenceLstm",
    "UnidirectionalSequenceRnn": "UnidirectionalSequenceRnn",
}
"""Operators that no graph is kept of, with what they become: random ones, and those that TensorFlow cannot run."""

GONE = {
    "BatchNormalization": "a multiplication and an addition take its place",
    "Identity": "taken out, or a RESHAPE",
    "ReorderAxes": "applied to the constant weights",
    "Assert": "taken out",
    "NoOp": "taken out",
    "Switch": "resolved where the condition is constant, otherwise part of an IF or a WHILE",
    "Merge": "resolved where the condition is constant, otherwise part of an IF or a WHILE",
    "OnesLike": "folded; the importer makes a FILL",
    "Erf": "part of GELU",
    "Erfc": "part of GELU",
    "Complex": "folded",
    "DynamicPartition": "folded, or part of a GATHER",
    "DynamicStitch": "folded, or part of a GATHER",
    "TensorListReserve": "zeros, with the elements along the first axis",
    "Opaque": "a custom or a Flex operator",
    "AudioSpectrogram": "custom AudioSpectrogram",
    "Mfcc": "custom Mfcc",
    "CTCBeamSearchDecoder": "custom CTC_BEAM_SEARCH_DECODER",
    "DetectionPostProcess": "custom TFLite_Detection_PostProcess",
}
"""Kinds without a builtin operator, and what becomes of them."""

_NO_OPERATOR = "no operator of TensorFlow says this"
_RESOURCE = "works on a variable or a table, which a frozen graph has none of"
_CELL = "a recurrent layer; see the passes that identify them"
REASONS = {
    "EMBEDDING_LOOKUP": "GATHER does the same",
    "EMBEDDING_LOOKUP_SPARSE": _NO_OPERATOR,
    "HASHTABLE_LOOKUP": _NO_OPERATOR,
    "LSH_PROJECTION": _NO_OPERATOR,
    "CONCAT_EMBEDDINGS": "no kernel implements it",
    "SKIP_GRAM": "works on text",
    "CALL": "no kernel implements it",
    "DELEGATE": "written by runtimes, not by converters",
    "PLACEHOLDER_FOR_GREATER_OP_CODES": "not an operator",
    "CUSTOM": "see custom and Flex operators above",
    "RNN": _CELL,
    "LSTM": _CELL,
    "CALL_ONCE": _RESOURCE,
    "DENSIFY": "for sparse weights, which TensorFlow's graphs do not have",
    "HASHTABLE": _RESOURCE,
    "HASHTABLE_FIND": _RESOURCE,
    "HASHTABLE_IMPORT": _RESOURCE,
    "HASHTABLE_SIZE": _RESOURCE,
    "VAR_HANDLE": _RESOURCE,
    "READ_VARIABLE": _RESOURCE,
    "ASSIGN_VARIABLE": _RESOURCE,
    "RELU_0_TO_1": "newer than the runtimes that are aimed at; MAXIMUM and MINIMUM do the same",
    "DILATE": "only StableHLO has it",
    "REDUCE_WINDOW": "only StableHLO has it",
}


def _graph_counts() -> dict[str, tuple[list[str], int]]:
    """By TensorFlow operator: the kinds it becomes, and how many graphs of it there are."""
    data = np.load(GRAPHS)
    found: dict[str, tuple[list[str], int]] = {name: ([kind], 0) for name, kind in ELSEWHERE.items()}
    for key in sorted(data.files):
        case, _, part = key.partition("/")
        if part != "graph":
            continue
        name = case.split(".")[0]
        outputs = [k.partition("/")[2] for k in data.files if k.startswith(f"{case}/y")]
        model = load(data[key].tobytes(), {"output_arrays": tuple(outputs)})
        kinds, count = found.get(name, ([], 0))
        if name in ops.known_kinds() and model.main.ops(name):
            more = [name]
        else:
            more = [op.kind for op in model.main.order() if op.origin and op.origin[0].split("/")[0] == name]
        found[name] = ([*kinds, *[k for k in dict.fromkeys(more) if k not in kinds]], count + 1)
    return found


def _has_kernel(kind: str) -> bool:
    return any("kernel" in vars(cls) for cls in ops.get(kind).__mro__ if cls is not OpDef)


def _kind_rows() -> Iterable[str]:
    exporters = Exporters()
    versions: dict[str, set[int]] = {}
    counts: dict[str, int] = {}
    for case in CASES:
        for dtype in dtypes(case):
            exporter = exporters.of(case.kind)
            assert exporter is not None
            versions.setdefault(case.kind, set()).add(exporter.version_of(build(case, dtype)[1]))
            counts[case.kind] = counts.get(case.kind, 0) + 1
    for family, kinds in sorted(ops.FAMILIES.items()):
        yield f"| **{family}** | | | | | |"
        for kind in kinds:
            exporter = exporters.of(kind)
            kernel = "yes" if _has_kernel(kind) else "-"
            if exporter is None:
                yield f"| {kind} | {kernel} | {GONE.get(kind, '-')} | | | |"
                continue
            numbers = " ".join(map(str, sorted(versions.get(kind, ())))) or "1"
            plain, _, quantized = exporter.dtypes.partition("|")
            types = " ".join(plain.split()) or "any"
            types += f"; quantised {' '.join(quantized.split())}" if quantized.split() else ""
            yield f"| {kind} | {kernel} | {exporter.builtin} | {numbers} | {types} | {counts.get(kind, '')} |"


def missing_builtins() -> list[str]:
    """Builtin operators that no kind becomes, StableHLO's apart."""
    exporters = Exporters()
    reached = {e.builtin for kind in ops.known_kinds() if (e := exporters.of(kind)) is not None}
    return [name for name in ENUMS["BuiltinOperator"] if name not in reached and not name.startswith("STABLEHLO_")]


def page() -> str:
    """The text of docs/operators.md."""
    graphs = _graph_counts()
    rows = []
    for family, names in sorted(FAMILIES.items()):
        rows.append(f"| **{family}** | | |")
        for name in names.split():
            kinds, count = graphs.get(name, ([], 0))
            rows.append(f"| {name} | {', '.join(kinds) or '-'} | {count or ''} |")
    missing = [f"| {name} | {REASONS.get(name, '')} |" for name in missing_builtins()]
    missing.append("| STABLEHLO_... | of another source language, and few kernels implement them |")
    return (
        HEAD
        + IMPORTS
        + "\n".join(rows)
        + "\n"
        + KINDS
        + "\n".join(_kind_rows())
        + "\n"
        + MISSING
        + "\n".join(missing)
        + "\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
