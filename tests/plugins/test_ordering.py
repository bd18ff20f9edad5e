"""The order of passes: the file's for listed ones, constraints for others, reasons for all, cycles shown."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytoco.compiler.debug.why import ask
from pytoco.compiler.errors import UsageError
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import PassRef
from pytoco.compiler.plugins.ordering import Constraint, misplaced, order_stage
from pytoco.compiler.plugins.pipeline import Pipeline
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import Site, passes_plugin
from .test_options import GRAPH

STAGES = "[stages.mine]\npasses = ['one', 'two', 'three']\n[pipelines.mine]\nstages = ['mine']\n"


def refs(*names: str) -> list[PassRef]:
    return [PassRef(f"m:{name}", name=name, stage="s") for name in names]


def names(pipeline: Pipeline, stage: str = "mine") -> list[str]:
    return [position.ref.name for position in pipeline.stages[stage]]


def order(listed: str, extra: str, *pairs: str) -> str:
    constraints = [Constraint(pair.partition("<")[0], pair.partition("<")[2], f"edge {pair}") for pair in pairs]
    return " ".join(p.ref.name for p in order_stage(refs(*listed.split()), refs(*extra.split()), constraints, "f.toml"))


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((), "a b c x y"),
        (("a<x",), "a x b c y"),
        (("x<c",), "a b x c y"),
        (("x<a",), "x a b c y"),
        (("a<x", "x<c"), "a x b c y"),
        (("b<y", "y<x"), "a b y x c"),
        (("gone<x", "y<gone"), "a b c x y"),
        (("c<y", "x<b"), "a x b c y"),
    ],
)
def test_placement(pairs: tuple[str, ...], expected: str) -> None:
    assert order("a b c", "x y", *pairs) == expected


def test_a_cycle_is_printed_with_the_reason_of_each_edge() -> None:
    with pytest.raises(UsageError) as caught:
        order("a b c", "x y", "b<x", "x<y", "y<a")
    lines = caught.value.message.splitlines()
    assert lines[0] == "the order of passes contradicts itself:"
    assert sorted(lines[1:]) == [
        "  'a' before 'b': f.toml lists them in this order",
        "  'b' before 'x': edge b<x",
        "  'x' before 'y': edge x<y",
        "  'y' before 'a': edge y<a",
    ]


def test_a_cycle_through_a_long_list_leaves_out_what_lies_between() -> None:
    with pytest.raises(UsageError) as caught:
        order("a b c d e f g", "x", "f<x", "x<b")
    assert sorted(caught.value.message.splitlines()[1:]) == [
        "  'b' before 'f': f.toml lists them in this order",
        "  'f' before 'x': edge f<x",
        "  'x' before 'b': edge x<b",
    ]


@given(st.integers(0, 6), st.integers(0, 6), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=12))
def test_any_constraints_are_kept_or_refused(listed: int, extra: int, edges: list[tuple[int, int]]) -> None:
    every = [f"p{number}" for number in range(listed + extra)]
    constraints = [Constraint(f"p{a}", f"p{b}", "r") for a, b in edges]
    try:
        found = order_stage(refs(*every[:listed]), refs(*every[listed:]), constraints, "f.toml")
    except UsageError as error:
        shown = [line.split("'")[1:4:2] for line in str(error).splitlines() if " before " in line]
        assert shown
        assert all(left[1] == right[0] for left, right in pairwise([*shown, shown[0]]))
        return
    index = {position.ref.name: number for number, position in enumerate(found)}
    assert sorted(index) == sorted(every)
    assert all(index[a] < index[b] for a, b in pairwise(every[:listed]))
    assert all(index[a] < index[b] for a, b, _ in constraints if a in index and b in index)


def test_listed_passes_keep_the_files_order_and_others_follow_their_class(site: Site) -> None:
    site.install("listed", passes_plugin("three", "one", "two", stage="mine"))
    site.install("guest", passes_plugin("guest", stage="mine", after=("one",), before=("two",)))
    path = site.settings(STAGES)
    plan = site.registry().plan("mine")
    assert names(plan) == ["one", "guest", "two", "three"]
    reasons = [position.reason for position in plan.stages["mine"]]
    assert reasons[0] == f"place 1 of 3 in stages.mine of {path}"
    assert "after 'one' (says module_of_dist_guest:Guest)" in reasons[1]
    assert "before 'two'" in reasons[1]


def test_settings_disable_move_and_pin_passes(site: Site) -> None:
    site.install("listed", passes_plugin("three", "one", "two", stage="mine"))
    site.install("guest", passes_plugin("guest", stage="mine", after=("one",)))
    site.settings(
        STAGES + "[passes.two]\nenabled = false\n[passes.one]\nafter = ['three']\n[passes.guest]\nafter = []\n"
    )
    assert names(site.registry().plan("mine")) == ["three", "one", "guest"]
    path = site.settings(STAGES + "[passes.two]\nstage = 'fusion'\n")
    plan = site.registry()
    assert names(plan.plan("mine")) == ["one", "guest", "three"]
    moved = plan.plan("tflite").stages["fusion"][-1]
    assert (moved.ref.name, moved.reason.split(";")[0]) == ("two", f"in this stage (says {path})")


def test_why_says_who_switched_a_pass_off(site: Site) -> None:
    site.install("guest", passes_plugin("guest", "other", stage="mine"))
    path = site.settings(STAGES.replace("'one', 'two', 'three'", "") + "[passes.guest]\nenabled = false\n")
    (site.project / "m.pbtxt").write_bytes(GRAPH)
    for name, said in (
        ("guest", f"{path} switches it off"),
        ("other", "it is for stage 'mine'"),
        ("fuse-activation-function", "did you mean 'fuse-activation-functions'"),
    ):
        with pytest.raises(UsageError, match=f"the pipeline has no pass '{name}' .{re.escape(said)}"):
            ask(site.project / "m.pbtxt", "y", "end", [name], Options(), site.registry())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[passes.guesst]\nenabled = true\n", "there is no pass 'guesst' (did you mean 'guest'?)"),
        ("[passes.guest]\nbefore = ['twoo']\n", "there is no pass 'twoo' (did you mean 'two'?)"),
        ("[passes.guest]\nstage = 'mien'\n", "there is no stage 'mien' (did you mean 'mine'?)"),
        ("[pipelines.other]\nstages = ['mien']\n", "there is no stage 'mien' (did you mean 'mine'?)"),
        ("[stages.extra]\npasses = ['thre']\n", "there is no pass 'thre' (did you mean 'three'?)"),
    ],
)
def test_misspelt_names_in_settings(site: Site, text: str, said: str) -> None:
    site.install("listed", passes_plugin("three", "one", "two", "guest", stage="mine"))
    path = site.settings(STAGES + text)
    with pytest.raises(UsageError) as caught:
        site.registry().plan("mine")
    assert str(caught.value) == f"{path}: {said}"


def test_names_that_may_belong_to_a_disabled_plugin_only_warn(site: Site) -> None:
    site.install("listed", passes_plugin("three", "one", "two", stage="mine"))
    site.install("guest", passes_plugin("zebra", stage="mine"))
    path = site.settings(STAGES + "[passes.zebra]\nenabled = false\n")
    with pytest.warns(PluginWarning, match=f"^{path}: there is no pass 'zebra'; perhaps of a plugin that is disabled"):
        plan = site.registry("no:guest").plan("mine")
    assert names(plan) == ["one", "two", "three"]
    site.settings(STAGES + "[passes.onne]\nenabled = false\n")
    with pytest.raises(UsageError, match="did you mean 'one'"):
        site.registry("no:guest").plan("mine")


def test_without_the_built_in_passes_their_stages_are_empty(site: Site) -> None:
    assert all(not passes for _, passes in site.registry("no:builtin-passes").pipeline("tflite"))


def test_unknown_pipeline_and_missing_requirement(site: Site) -> None:
    site.install("listed", passes_plugin("one", "two", "three", stage="mine"))
    site.install("needy", passes_plugin("needy", stage="mine", requires=("two",)))
    site.settings(STAGES)
    with pytest.raises(UsageError, match=r"no pipeline 'tflight' \(did you mean 'tflite'\?\)"):
        site.registry().plan("tflight")
    assert names(site.registry().plan("mine"))[-1] == "needy"
    site.settings(STAGES + "[passes.two]\nenabled = false\n")
    with pytest.raises(
        UsageError, match=r"'needy' of plugin 'needy' \(of dist_needy 1\.0\) in stage 'mine' requires pass 'two'"
    ):
        site.registry().plan("mine")


def test_classes_that_contradict_the_file_are_found(site: Site) -> None:
    site.install("listed", passes_plugin("one", stage="mine", after=("three",)))
    site.install("more", passes_plugin("two", stage="general", before=("one",)))
    site.install("last", passes_plugin("three", stage="mine"))
    site.settings(STAGES)
    plan = site.registry().plan("mine")
    assert misplaced([plan]) == [
        "pass 'one' says after 'three', but comes before it in stage 'mine'",
        "pass 'two' says stage 'general', but is listed in ['mine']",
        "pass 'two' says before 'one', but comes after it in stage 'mine'",
    ]


def test_built_in_classes_agree_with_the_packaged_file(site: Site) -> None:
    registry = site.registry()
    plans = [registry.plan(name) for name in registry.pipelines()]
    assert [plan.name for plan in plans][:2] == ["tflite", "graphviz"]
    assert misplaced(plans) == []


def test_plugins_edit_a_copy_and_sign_for_it(site: Site) -> None:
    from pytoco.compiler.options import Options

    site.install("listed", passes_plugin("three", "one", "two", stage="mine"))
    site.install(
        "editor",
        "from pytoco.compiler.plugins import hookimpl\n@hookimpl\ndef adjust_pipeline(pipeline, options):\n"
        "    pipeline.move('three', before='one')\n    pipeline.remove('two')\n",
    )
    site.settings(STAGES)
    registry = site.registry()
    edited = registry.plan("mine", Options())
    assert names(edited) == ["three", "one"]
    assert edited.stages["mine"][0].reason == "moved before 'one' by plugin 'editor'"
    assert edited.edits == ["plugin 'editor': moved pass 'three' before 'one'", "plugin 'editor': removed pass 'two'"]
    assert names(registry.plan("mine")) == ["one", "two", "three"]


def test_edits_of_unknown_names_are_refused(site: Site) -> None:
    plan = site.registry().plan("tflite")
    with pytest.raises(UsageError, match="has no pass 'nowhere'"):
        plan.remove("nowhere")
    with pytest.raises(UsageError, match=r"has no stage 'generl' \(did you mean 'general'\?\)"):
        plan.remove_stage("generl")
    with pytest.raises(UsageError, match="not both"):
        plan.insert(refs("x")[0], after="a", before="b")


def test_a_pass_of_another_plugin_can_be_inserted_by_name(site: Site) -> None:
    site.install("other", passes_plugin("other-pass"))
    source = """
    from pytoco.compiler import Backend, Target, hookimpl

    @hookimpl
    def register_backends():
        yield Backend("mine", "", formats=("MINE",), suffix=".mine", pipeline="mine", stages=("mine",), target=Target,
                      write="m:f")

    @hookimpl
    def adjust_pipeline(pipeline, options):
        if pipeline.has_stage("mine"):
            for name in NAMES:
                pipeline.insert(name, stage="mine")
    """
    site.install("mine", source.replace("NAMES", "('lower-reorder-axes', 'other-pass')"))
    plan = site.registry().plan("mine", Options())
    assert names(plan, "mine") == ["lower-reorder-axes", "other-pass"]
    assert "inserted at the end of stage 'mine' by plugin 'mine'" in plan.stages["mine"][0].reason
    wrong = "def adjust_pipeline(pipeline, options):\n    pipeline.insert('lower-reorder-axs', stage='general')\n"
    site.install("wrong", f"from pytoco.compiler import hookimpl\n\n@hookimpl\n{wrong}")
    with pytest.warns(PluginWarning, match=r"there is no pass 'lower-reorder-axs' \(did you mean"):
        site.registry().plan("tflite", Options())
