"""`why`: the passes at an operator and their reasons at any moment, and what became of those that are gone."""

from typing import Any

import pytest

from pytoco.compiler.debug.why import Answer, why
from pytoco.compiler.errors import UsageError
from tests.end_to_end.running import MOBILENET
from tests.graphdefs import FLOAT, Type, const, data, node, placeholder

FUSE = "fuse-binary-into-preceding-affine"


def shared_product() -> bytes:
    """A product that is added to, and read once more."""
    return data(
        placeholder("x", 1, 2),
        const("w", [[1.0, 2.0], [3.0, 4.0]]),
        const("b", [1.0, 2.0]),
        node("alias", "Identity", ["x"], T=Type(FLOAT)),
        node("product", "MatMul", ["alias", "w"], T=Type(FLOAT)),
        node("sum", "Add", ["product", "b"], T=Type(FLOAT)),
        node("y", "Relu", ["sum"], T=Type(FLOAT)),
        node("z", "Neg", ["product"], T=Type(FLOAT)),
    )


def asked(name: str, **options: Any) -> Answer:
    return why(shared_product(), name, input_arrays=["x"], output_arrays=["y", "z"], **options)


def reasons(answer: Answer) -> dict[str, str]:
    (subject,) = answer.subjects
    return {verdict.name: verdict.reason for verdict in subject.verdicts}


def test_the_users_that_keep_a_bias_from_being_folded_are_named() -> None:
    answer = asked("sum", at="affine")
    found = reasons(answer)[FUSE]
    assert "FullyConnected('product') has 2 users: " in found
    assert sorted(found.rpartition(": ")[2].split(", ")) == ["sum", "z"]
    (subject,) = answer.subjects
    verdict = next(v for v in subject.verdicts if v.name == FUSE)
    assert (verdict.matches, verdict.steps, verdict.when, verdict.stage) == (False, 1, "done", "general")
    assert "FullyConnected('product')" in verdict.fault


def test_stages_are_marked_by_the_moment() -> None:
    (subject,) = asked("sum", at="affine").subjects
    whens = {verdict.stage: verdict.when for verdict in subject.verdicts}
    assert (whens["general"], whens["simplify"], whens["final"]) == ("done", "done", "coming")
    (subject,) = asked("sum", at=2).subjects
    assert {v.stage: v.when for v in subject.verdicts}["general"] == "present"


def test_passes_over_the_whole_graph_say_so() -> None:
    assert reasons(asked("sum", at=0))["share-constants"] == "works on the whole graph at once, not at one operator"


def test_a_pass_that_would_match_says_that_its_turn_comes() -> None:
    assert reasons(asked("y", at=0, passes=["remove-identity"])) == {
        "remove-identity": "remove-identity starts at Identity, not at Relu"
    }
    assert reasons(asked("alias", at=0))["remove-identity"] == "matches: its turn is still to come"


def test_a_pass_that_was_left_out_says_so() -> None:
    found = reasons(asked("y", stop_after=0))
    assert found["fuse-activation-functions"] == "matches, but stop_after=0 leaves it out"


def test_only_the_passes_that_were_asked_for() -> None:
    assert list(reasons(asked("sum", passes=[FUSE], at="affine"))) == [FUSE]
    with pytest.raises(UsageError, match=f"no pass 'fuse-binary-into-preceding'.*did you mean.*{FUSE}"):
        asked("sum", passes=["fuse-binary-into-preceding"])


def test_what_is_gone_is_traced_to_its_rewrite_and_what_came_in_its_place() -> None:
    answer = asked("sum")
    assert "rewrite" in answer.fate[0]
    assert "fuse-activation-functions at 'y' (stage fusion)" in answer.fate[0]
    assert [heir.partition(" ")[2] for heir in answer.heirs] == ["Add('y')"]
    assert [subject.op.name for subject in answer.subjects] == ["y"]  # which stands for it


def test_an_identity_is_traced_to_the_pass_that_removed_it() -> None:
    answer = asked("alias")
    assert "Identity('alias') went with rewrite 1, remove-identity at 'alias' (stage clean-up)" in answer.fate[0]


def test_the_history_of_an_operator() -> None:
    answer = asked("product", at="fusion")
    (subject,) = answer.subjects
    assert subject.op.kind == "FullyConnected"
    assert any("made by rewrite" in line and "resolve-mat-mul at 'product'" in line for line in subject.history)


def test_the_graph_is_the_one_after_that_rewrite_exactly() -> None:
    whole = asked("y").rewrites
    kinds = [[s.op.kind for s in asked("product", at=number).subjects] for number in range(whole + 1)]
    before, after = kinds.index(["FullyConnected"]) - 1, kinds.index(["FullyConnected"])
    assert kinds[before] == ["MatMul"]
    made = next(line for line in asked("product", at=after).subjects[0].history if "made by" in line)
    assert f"rewrite {after}," in made


def test_moments_count_rewrites() -> None:
    assert asked("y", at="clean-up").moment == "at the start of stage clean-up, after 0 rewrites"
    assert asked("y", at="general").moment == "at the start of stage general, after 1 rewrite"  # `alias` is gone


@pytest.mark.parametrize(
    ("name", "kind"), [("sum:0", "Add"), ("x", "Identity"), ("w", "MatMul"), ("%{sum}", "Add"), ("{sum}", "Add")]
)
def test_every_way_to_name_an_operator(name: str, kind: str) -> None:
    number = asked("sum", at=0).subjects[0].op.id
    (subject,) = asked(name.replace("{sum}", str(number)), at=0).subjects
    assert subject.op.kind == kind


def test_a_constant_that_is_gone_is_followed_into_what_was_made_of_it() -> None:
    name = "MobilenetV1/Conv2d_0/weights"
    answer = why(MOBILENET, name)
    assert f"{name!r} went with rewrite" in answer.fate[0]
    assert [heir.partition(" ")[2] for heir in answer.heirs] == ["Conv('MobilenetV1/Conv2d_0/Relu6')"]


def test_a_batch_normalisation_is_followed_into_the_convolution() -> None:
    answer = why(MOBILENET, "MobilenetV1/Conv2d_0/BatchNorm/FusedBatchNormV3")
    assert [line.split(" went")[0].split()[1].split("(")[0] for line in answer.fate] == [
        *("BatchNormalization", "Mul", "Conv", "Add", "Conv")
    ]
    assert [subject.op.kind for subject in answer.subjects] == ["Conv"]


@pytest.mark.parametrize(
    ("name", "at", "message"),
    [
        ("summ", "end", "no array, operator or source node 'summ' .*did you mean 'sum'"),
        ("sum", "genral", "no stage 'genral' .*did you mean 'general'"),
        ("sum", 5000, "no rewrite 5000: the conversion makes "),
        ("sum", -1, "no rewrite -1"),
    ],
)
def test_what_is_not_there(name: str, at: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        asked(name, at=at)


def test_nothing_is_written(tmp_path: Any) -> None:
    asked("sum", at=1, output_file=str(tmp_path / "out.tflite"))
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_cannot_be_exported_can_be_asked_about() -> None:
    source = data(placeholder("x", 2), node("odd", "Frobnicate", ["x"]), node("y", "Relu", ["odd"], T=Type(FLOAT)))
    answer = why(source, "y", input_arrays=["x"], output_arrays=["y"])
    assert "Opaque('odd')" in reasons(answer)["fuse-activation-functions"]


def test_a_rewrite_that_was_undone_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from pytoco.passes.fusion.fuse_activation_functions import FuseActivationFunctions

    def rewrite(self: object, op: object, found: object, graph: object) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr(FuseActivationFunctions, "rewrite", rewrite)
    assert reasons(asked("y"))["fuse-activation-functions"] == "matches, but was undone: RuntimeError: oh"
