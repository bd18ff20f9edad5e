"""Whatever is edited in whatever order: result, summary and journal are those of a conversion from scratch."""

import random
from pathlib import Path

import pytest

from pytoco.compiler.errors import PytocoError
from tests.debug.watching import HEADER, REGISTER, Project

LOOSEN = """
class {cls}(Pass):
    name, stage, roots = "{name}", "{stage}", ("Relu6",)

    def match(self, op, look):
        return op.name in {names} or None

    def rewrite(self, op, found, graph):
        self.remark(op, "{{}} was strict", op.name)
        graph.remove(op)
        graph.emit("Relu", op.inputs, outputs=op.outputs)
"""

DOUBLE = """
class {cls}(Pass):
    name, stage, roots = "{name}", "{stage}", ("Conv", "Add")

    def match(self, op, look):
        weights = look.constant(op, 1)
        return None if weights is None or op.name not in {names} or "doubled" in weights.name else weights

    def rewrite(self, op, found, graph):
        new = graph.constant(found.numpy() * 2, found.name + "_doubled")
        graph.rewire(op, (op.inputs[0], new, *op.inputs[2:]))
"""

INSERT = """
class {cls}(GraphPass):
    name, stage = "{name}", "{stage}"

    def run(self, graph):
        for op in graph.ops("Softmax"):
            if graph.find("{name}-made") is None:
                made = graph.emit("Neg", op.inputs[:1], name="{name}-made").outputs[0]
                made = graph.emit("Neg", [made], name="{name}-again", origin=("y",)).outputs[0]
                graph.rewire(op, [made])
                graph.renumber()
"""

TYPE = """
class {cls}(Pass):
    name, stage, roots = "{name}", "{stage}", ("Mean",)

    def match(self, op, look):
        return op.outputs[0].minmax is None

    def rewrite(self, op, found, graph):
        from pytoco.compiler.ir import MinMax
        graph.update(op.outputs[0], minmax=MinMax(0.0, 6.0))
        graph.update(op, origin=(*op.origin, "typed"))
"""

DROP = """
class {cls}(GraphPass):
    name, stage = "{name}", "{stage}"

    def run(self, graph):
        kept = [a for a in graph.outputs if a.name != "z"]
        if len(kept) != len(graph.outputs):
            graph.retarget(outputs=kept)
"""

RAISE = """
class {cls}(Pass):
    name, stage, roots = "{name}", "{stage}", ("Conv",)

    def match(self, op, look):
        return op.name in {names} or None

    def rewrite(self, op, found, graph):
        users = graph.users(op.outputs[0])
        graph.remove(op)
        graph.emit("Conv", op.inputs, op.attrs, outputs=op.outputs)
        raise ValueError(f"{{len(users)}} users")
"""

ENDLESS = """
class {cls}(Pass):
    name, stage, roots = "{name}", "{stage}", ("Relu6",)

    def match(self, op, look):
        return True

    def rewrite(self, op, found, graph):
        graph.remove(op)
        graph.emit("Relu6", op.inputs, outputs=op.outputs)
"""

INVENT = """
class {cls}(Pass):
    name, stage, roots = "{name}", "{stage}", ("Softmax",)

    def match(self, op, look):
        return True

    def rewrite(self, op, found, graph):
        graph.remove(op)
        graph.emit("Multinomial", op.inputs, outputs=op.outputs)
"""

USUAL = (LOOSEN, LOOSEN, LOOSEN, DOUBLE, DOUBLE, INSERT, TYPE, DROP, RAISE)
ODD = (ENDLESS, INVENT)
STAGES = ("clean-up", "general", "affine", "pointwise", "fusion", "lowering", "final")

ADJUST = """
@hookimpl
def adjust_pipeline(pipeline):
    pipeline.{edit}
"""
EDITS = (
    "remove('fuse-activation-functions')",
    "move('merge-equal-operators', after='share-constants')",
    "remove_stage('pointwise')",
    "move('resolve-constant', stage='affine')",
)
BROKEN = (
    "def :\n",
    "import nothing_of_this_name\n",
    "1 / 0\n",
    "\n",
    f"{HEADER}\n@hookimpl\ndef register_pass():\n    pass\n",
)
SETTINGS = (
    "[passes.fuse-activation-functions]\nenabled = false\n",
    '[passes.convert-multiply-add-to-depthwise-conv]\nstage = "fusion"\n',
    '[passes.share-constants]\nbefore = ["merge-equal-operators"]\n',
    '[pipelines.tflite]\nstages = ["clean-up", "general", "simplify", "affine", "fusion", "lowering", "final"]\n',
    "\n",
    "[nonsense\n",
)


def plugin(chance: random.Random, prefix: str) -> str:
    """A plugin file with some passes; now and then one that edits the pipeline, or that is broken."""
    if chance.random() < 0.15:
        return chance.choice(BROKEN)
    text, classes = HEADER, []
    for number in range(chance.randint(1, 3)):
        names = [f"{kind}{k}" for kind in "cra" for k in range(4) if chance.random() < 0.4]
        template = chance.choice(ODD if chance.random() < 0.08 else USUAL)
        classes.append(f"Pass{number}")
        text += template.format(cls=classes[-1], name=f"{prefix}-{number}", stage=chance.choice(STAGES), names=names)
    chance.shuffle(classes)
    text += REGISTER.format(classes=", ".join(classes))
    return text + (ADJUST.format(edit=chance.choice(EDITS)) if chance.random() < 0.2 else "")


def edited(chance: random.Random, texts: dict[str, str], error: PytocoError | None) -> str:
    """The file that is saved next, with its new text in `texts`; what is broken is mostly repaired soon."""
    broken = [name for name, text in texts.items() if text in BROKEN or text == SETTINGS[-1]]
    if broken and chance.random() < 0.7:
        name = broken[0]
        texts[name] = "\n" if name == "mine.toml" else f"{HEADER}{REGISTER.format(classes='')}"
        return name
    name = chance.choice(("a.py", "b.py", "a.py", "b.py", "mine.toml"))
    if name == "mine.toml":
        texts[name] = chance.choice(SETTINGS)
    elif error is None and chance.random() < 0.2:
        texts[name] = f"# saved once more\n{texts[name]}"
    else:
        texts[name] = plugin(chance, name[0])
    return name


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_edits(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    options = chance.choice(({}, {}, {"strict": True}, {"shuffle_seed": 5}, {"stop_after": 15}, {"timing": True}))
    project = Project(tmp_path, switches=("a.py", "b.py"), plugins_file=str(tmp_path / "mine.toml"), **options)
    texts = {"a.py": plugin(chance, "a"), "b.py": plugin(chance, "b"), "mine.toml": "\n"}
    for name, text in texts.items():
        project.write(text, name)
    went_back = 0
    good = None
    for _ in range(14):
        step = project.session.step()
        went_back += bool(step.stage)
        expected = project.failure()
        if expected is None:
            project.hold(step)
            good = (tmp_path / "m.tflite").read_bytes()
        else:
            assert (type(step.error), str(step.error)) == (type(expected), str(expected))
            assert good is None or (tmp_path / "m.tflite").read_bytes() == good
            if step.reason is not None:  # it came so far as to convert
                project.hold_journal()
        name = edited(chance, texts, step.error)
        project.write(texts[name], name)
    assert went_back
