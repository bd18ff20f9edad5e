"""Writes frontends/graphdef/op_outputs.py from TensorFlow's op registry; run it with a Python that has TensorFlow.

python tests/frontends/graphdef/tools/make_op_outputs.py
"""

import re
import textwrap
from pathlib import Path

TARGET = Path(__file__).resolve().parents[4] / "frontends" / "graphdef" / "op_outputs.py"
TRAINING = re.compile(
    r"^_|TPU|Xla|Boosted|Dataset|Grad|Backprop|Sdca|Queue|Barrier|Collective|Summary|Reader|Accumul|Apply|^Save"
)
TYPE_ATTRIBUTES = ("Tout", "T", "dtype", "out_type", "output_type", "DstT")  # those of outputs.py, in its order
HEADER = '''"""Results of TensorFlow operators that have none or several, or one of an unusual type.

Made from TensorFlow's op registry by tests/frontends/graphdef/tools/make_op_outputs.py; do not edit. Each result is
`name:type` (an element type, or the attribute that holds it), `name:type*count` (as many as the attribute `count`
says) or `name**types` (one for each element type in the list attribute `types`). ONE has, as `op/name:type`, operators
with a single such result. An operator that is not listed has one of the type that its first usual attribute holds.
"""

'''


def result(argument, names) -> str:
    """One result as the table writes it."""
    if argument.type_list_attr:
        return f"{argument.name}**{argument.type_list_attr}"
    kind = argument.type_attr or names[argument.type % 100]
    return f"{argument.name}:{kind}" + (f"*{argument.number_attr}" if argument.number_attr else "")


def is_usual(op) -> bool:
    """Whether the operator has exactly one result, of the type that the first usual attribute holds."""
    if len(op.output_arg) != 1 or op.output_arg[0].number_attr or op.output_arg[0].type_list_attr:
        return False
    attributes = [attr.name for attr in op.attr if attr.type in ("type", "list(type)")]
    guessed = next((name for name in TYPE_ATTRIBUTES if name in attributes), "")
    return op.output_arg[0].type_attr == guessed != ""


def main() -> None:
    """Write the table for every public operator with unusual results that may occur in inference."""
    import tensorflow as tf
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session as session

    ops = op_def_pb2.OpList.FromString(session.TF_GetBuffer(session.TF_GetAllOpList())).op
    names = {kind.as_datatype_enum: kind.name for kind in vars(tf.dtypes).values() if isinstance(kind, tf.DType)}
    lines, one = [], []
    for op in sorted(ops, key=lambda op: op.name):
        if not is_usual(op) and hasattr(tf.raw_ops, op.name) and not TRAINING.search(op.name):
            results = [result(a, names) for a in op.output_arg]
            if len(results) == 1 and "*" not in results[0]:
                one.append(f"{op.name}/{results[0]}")
            else:
                lines.append(" ".join([op.name, *results]))
    table = "\n".join(line for line in lines if len(line) < 118)
    packed = textwrap.fill(" ".join(one), 118, break_long_words=False, break_on_hyphens=False)
    TARGET.write_text(f'{HEADER}SPECS = """\\\n{table}\n"""\n\nONE = """\n{packed}\n"""\n')


if __name__ == "__main__":
    main()
