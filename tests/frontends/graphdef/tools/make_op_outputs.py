"""Writes frontends/graphdef/op_outputs.py from TensorFlow's op registry; run it with a Python that has TensorFlow.

python tests/frontends/graphdef/tools/make_op_outputs.py
"""

import re
from pathlib import Path

TARGET = Path(__file__).resolve().parents[4] / "frontends" / "graphdef" / "op_outputs.py"
TRAINING = re.compile(
    r"^_|TPU|Xla|Boosted|Dataset|Grad|Backprop|Sdca|Queue|Barrier|Collective|Summary|Reader|Accumul|Apply|^Save"
)
HEADER = '''"""Results of TensorFlow operators that have none or several: names, counts and element types.

Made from TensorFlow's op registry by tests/frontends/graphdef/tools/make_op_outputs.py; do not edit. Each result is
`name:type` (an element type, or the attribute that holds it), `name:type*count` (as many as the attribute `count`
says) or `name**types` (one for each element type in the list attribute `types`). An operator that is not listed has one
result.
"""

SPECS = """\\
'''


def result(argument, names) -> str:
    """One result as the table writes it."""
    if argument.type_list_attr:
        return f"{argument.name}**{argument.type_list_attr}"
    kind = argument.type_attr or names[argument.type % 100]
    return f"{argument.name}:{kind}" + (f"*{argument.number_attr}" if argument.number_attr else "")


def main() -> None:
    """Write the table for every public operator that has not exactly one single result and may occur in inference."""
    import tensorflow as tf
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session as session

    ops = op_def_pb2.OpList.FromString(session.TF_GetBuffer(session.TF_GetAllOpList())).op
    names = {kind.as_datatype_enum: kind.name for kind in vars(tf.dtypes).values() if isinstance(kind, tf.DType)}
    lines = []
    for op in sorted(ops, key=lambda op: op.name):
        single = len(op.output_arg) == 1 and not (op.output_arg[0].number_attr or op.output_arg[0].type_list_attr)
        if not single and hasattr(tf.raw_ops, op.name) and not TRAINING.search(op.name):
            lines.append(" ".join([op.name, *(result(a, names) for a in op.output_arg)]))
    TARGET.write_text(HEADER + "\n".join(line for line in lines if len(line) < 118) + '\n"""\n')


if __name__ == "__main__":
    main()
