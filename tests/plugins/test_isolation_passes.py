"""Passes of plugins that go wrong in any way are undone and named with their plugin, and the others go on."""

import sys
from collections.abc import Sequence
from typing import Any

import pluggy
import pytest

from pytoco.compiler.convert import convert_model
from pytoco.compiler.errors import NoFixedPoint, PassError, UsageError, VerifyError
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Observer, loading
from pytoco.compiler.plugins.commands import passes_text
from pytoco.compiler.plugins.plugin_set import PluginSet
from pytoco.compiler.plugins.records import PluginWarning
from pytoco.compiler.plugins.registry import Registry

from .conftest import Site
from .faulty import MODEL, NAME, convert, install, local, offering, without_plugins

NOTHING = "raise AssertionError('never comes here')"

NO_REWRITE = """
class Mine(Pass):
    name, stage, roots = "mine", "general", ("Sin",)

    def match(self, op, look):
        return True
"""

WHOLE = """
class Mine(GraphPass):
    name, stage = "mine", "general"

    def run(self, graph):
        graph.remove(graph.ops()[0])
        raise OSError("disk gone")
"""

RESTLESS = """
class Mine(GraphPass):
    name, stage = "mine", "general"

    def run(self, graph):
        array = graph.ops()[0].outputs[0]
        graph.update(array, minmax=MinMax(0.0, 1.0) if array.minmax is None else None)
"""

UNDONE = {
    "match gives garbage": (local("graph.remove(found.producer)", "return 42"), "'int' object has no attribute"),
    "match gives something without a truth": (local("found.no", "return np.ones(3)"), "no attribute 'no'"),
    "match raises": (local(NOTHING, "return op.inputs[7]"), "IndexError: tuple index out of range"),
    "match exits": (local(NOTHING, "sys.exit(3)"), "it raised SystemExit(3)"),
    "match recurses": (local(NOTHING, "return self.match(op, look)"), "RecursionError: maximum recursion"),
    "rewrite raises halfway": (
        local("graph.remove(op)\ngraph.emit('Abs', op.inputs, outputs=op.outputs)\nraise KeyError('lost')"),
        "KeyError: 'lost'",
    ),
    "rewrite exits": (local("graph.remove(op)\nsys.exit()"), "it raised SystemExit()"),
    "rewrite breaks the graph": (local("graph.remove(op)"), "is neither produced, nor constant, nor an input"),
    "rewrite makes a value of another shape": (
        local("graph.remove(op)\ngraph.update(op.outputs[0], value=np.zeros(5, np.float32))"),
        "'a' is (2,) but its value is (5,)",
    ),
    "rewrite makes no sense": (local("graph.emit('Conv', op.inputs)"), "Conv needs"),
    "rewrite knows no such kind": (local("graph.emit('Frobnicate', op.inputs)"), "Frobnicate"),
    "no rewrite": (NO_REWRITE, "NotImplementedError"),
    "whole graph": (WHOLE, "disk gone"),
    "assigns operands": (local("op.inputs = ()"), "'inputs' of %4 Sin('a') cannot be assigned", "graph.rewire(op,"),
    "assigns results": (local("op.outputs = ()"), "cannot be assigned", "graph.emit(kind, inputs, attrs, outputs=...)"),
    "assigns a kind": (local("op.kind = 'Abs'"), "'kind' of %4 Sin('a')", "use graph.remove(op)"),
    "assigns attributes": (local("op.attrs = None"), "cannot be assigned", "use graph.update(op, attrs=...)"),
    "assigns a shape": (local("op.outputs[0].shape = (3,)"), "cannot be assigned", "graph.update(array, shape=...)"),
    "assigns a value": (local("op.outputs[0].value = 1"), "cannot be assigned", "use graph.update(array, value=...)"),
    "assigns a name in match": (local(NOTHING, "op.inputs[0].name = 'z'"), "use graph.update(array, name=...)"),
    "deletes a field": (local("del op.outputs[0].shape"), "cannot be assigned"),
    "assigns outputs of the graph": (local("graph.outputs = ()"), "use graph.retarget(outputs=...)"),
    "edits a constant": (
        local("op.inputs[1].value[...] = 7", roots="('Add',)"), "ValueError: assignment destination is read-only"
    ),
    "edits what it made a constant of": (
        local("graph.constant(np.zeros(2), 'z').value[0] = 1"), "assignment destination is read-only"
    ),
    "edits a value that it looked up": (
        local(NOTHING, "look.constant(op, 1)[0] = 7", roots="('Add',)"), "assignment destination is read-only"
    ),
    "exchanges a value": (
        local("graph.update(op.inputs[1], value=np.zeros(2, np.float32))", roots="('Add',)"),
        "constant 'k' is never edited in place",
    ),
}  # fmt: skip

CHANGES = {
    "remove": "look.graph.remove(op)",
    "add": "look.graph.emit('Abs', op.inputs)",
    "rewire": "look.graph.rewire(op, op.outputs)",
    "replace": "look.graph.replace(op.outputs[0], op.inputs[0])",
    "update": "look.graph.update(op.outputs[0], shape=(9,))",
    "rename": "look.graph.update(op.outputs[0], name='z')",
    "retarget": "look.graph.retarget(outputs=op.outputs)",
    "transaction": "with look.graph.model.transaction():\n    look.graph.remove(op)",
    "is last": "look.graph.replace(op.outputs[0], op.inputs[0])\nreturn True",
}


def assert_undone(said: Sequence[str]) -> None:
    """The conversion goes on without the rewrite; a strict one stops. Both name pass, plugin and reason."""
    result = convert()
    assert bytes(result.data) == without_plugins()
    assert "mine" not in result.summary.passes
    (warning,) = result.summary.warnings
    assert f"pass 'mine' of {NAME} failed at " in warning
    for words in said:
        assert words in warning
    with pytest.raises(PassError) as caught:
        convert(strict=True)
    assert f"pass 'mine' of {NAME} failed: " in str(caught.value)
    assert said[0] in str(caught.value)
    assert caught.value.pass_name == "mine"


@pytest.mark.parametrize("fault", UNDONE)
def test_a_pass_that_fails_is_undone_and_named(site: Site, fault: str) -> None:
    source, *said = UNDONE[fault]
    install(site, source + offering("mine"))
    assert_undone(said)


@pytest.mark.parametrize("change", CHANGES)
def test_a_match_that_changes_the_graph_is_found_out_at_once(site: Site, change: str) -> None:
    install(site, local(NOTHING, CHANGES[change]) + offering("mine"))
    assert_undone(["nothing may change the graph now: ", "only `rewrite` of a pass"])


def test_what_a_match_swallows_is_undone_all_the_same(site: Site) -> None:
    match = "try:\n    look.graph.remove(op)\nexcept Exception:\n    pass"
    install(site, local(NOTHING, match) + offering("mine"))
    result = convert(strict=True)
    assert (bytes(result.data), result.summary.warnings) == (without_plugins(), [])


def test_failures_at_many_operators_are_not_all_told(site: Site) -> None:
    install(site, local(NOTHING, "1 / 0", roots="()") + offering("mine"))
    model = [f'node {{ name: "n{i}" op: "Sin" input: "{f"n{i - 1}" if i else "x"}" '
             'attr { key: "T" value { type: DT_FLOAT } } }' for i in range(40)]  # fmt: skip
    head = ('node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } '
            'attr { key: "shape" value { shape { dim { size: 2 } } } } }')  # fmt: skip
    warnings = convert_model(Options(), "\n".join([head, *model]).encode()).summary.warnings
    assert len(warnings) == 9
    assert all(f"pass 'mine' of {NAME} failed at " in text for text in warnings)
    assert "no more of it is told" in warnings[-1]


def test_a_pass_that_matches_too_late_is_named_with_its_plugin(site: Site) -> None:
    late = local("graph.remove(op)\ngraph.emit('Abs', op.inputs, outputs=op.outputs)",
                 "return not look.graph.ops('Exp') or None", name="late")  # fmt: skip
    early = local("graph.remove(op)\ngraph.emit('Abs', op.inputs, outputs=op.outputs)", roots="('Exp',)")
    install(site, late + early + offering("late", "mine"))
    (warning,) = convert().summary.warnings
    assert f"pass 'late' of {NAME} saw too late that it matches at 'a'" in warning
    with pytest.raises(PassError, match="'late' of plugin 'faulty'"):
        convert(strict=True)


def test_what_the_user_asked_a_pass_for_stops_the_conversion_and_names_it(site: Site) -> None:
    install(
        site, "from pytoco.compiler import UsageError\n" + local("raise UsageError('no such mode')") + offering("mine")
    )
    with pytest.raises(UsageError) as caught:
        convert()
    assert str(caught.value) == f"pass 'mine' of {NAME}: no such mode"


# passes that cannot be made -------------------------------------------------------------------------------------------

NEVER = "    name, stage, roots = 'mine', 'general', ('Sin',)\n    match = rewrite = lambda *_: None\n"
UNMADE = {
    "constructor raises": (
        f"class Mine(Pass):\n{NEVER}\n    def __init__(self, context):\n        raise KeyError('no such setting')\n",
        "KeyError: 'no such setting'",
    ),
    "constructor exits": (
        f"class Mine(Pass):\n{NEVER}\n    def __init__(self, context):\n        sys.exit('bye')\n", "SystemExit: bye"
    ),
    "constructor wants more": (
        f"class Mine(Pass):\n{NEVER}\n    def __init__(self, context, more):\n        pass\n",
        "missing 1 required positional argument: 'more'",
    ),
    "constructor forgets its base": (
        f"class Mine(Pass):\n{NEVER}\n    def __init__(self, context):\n        pass\n",
        "call super().__init__(context)",
    ),
    "roots is a text": (
        local("pass", roots="'Sin'"), "roots of Mine is 'Sin', not a tuple of operator kinds"
    ),
    "roots has no kinds": (local("pass", roots="(7,)"), "roots of Mine is (7,)"),
    "no base class": (local("pass").replace("(Pass)", ""), "derived neither from Pass nor from GraphPass"),
    "no name": (
        "class Mine(Pass):\n    stage = 'general'\n    match = rewrite = lambda *_: None\n", "Mine has the name None"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", UNMADE)
def test_a_pass_that_cannot_be_made_is_left_out(site: Site, fault: str) -> None:
    source, said = UNMADE[fault]
    offer = (
        "\n@hookimpl\ndef register_passes():\n    yield PassRef(Mine, name='mine', stage='general')\n    yield Sound\n"
    )
    sound = local("graph.remove(op)\ngraph.emit('Abs', op.inputs, outputs=op.outputs)", name="sound")
    install(site, source + sound + offer)
    summary = convert().summary
    (warning,) = summary.warnings
    assert f"pass 'mine' of {NAME} cannot be made: " in warning
    assert said in warning
    assert summary.passes["sound"] == 1
    with pytest.raises(PassError) as caught:
        convert(strict=True)
    assert NAME in str(caught.value)
    assert said in str(caught.value)


def test_a_class_that_cannot_be_loaded_takes_its_plugin_along(site: Site) -> None:
    install(site, "@hookimpl\ndef register_passes():\n    yield PassRef('gone:Mine', name='mine', stage='general')\n")
    with pytest.warns(PluginWarning) as told:
        result = convert()
    assert f"{NAME} is left out: cannot load 'gone:Mine'" in str(told[0].message)
    assert any(NAME in text for text in result.summary.warnings)
    assert bytes(result.data) == without_plugins()


def test_a_pass_that_a_plugin_put_into_the_pipeline_is_named_too(site: Site) -> None:
    edit = "\n@hookimpl\ndef adjust_pipeline(pipeline, options):\n    pipeline.insert(Mine)\n"
    install(site, local("1 / 0") + edit)
    assert_undone(["ZeroDivisionError"])


# rewriting without end ------------------------------------------------------------------------------------------------

TURN = "graph.remove(op)\ngraph.emit({!r}, op.inputs, outputs=op.outputs)"


@pytest.mark.parametrize("strict", [False, True])
def test_two_plugins_that_undo_each_other_are_both_named(site: Site, strict: bool) -> None:
    there = local(TURN.format("Abs"), name="sin-to-abs")
    back = local(TURN.format("Sin"), name="abs-to-sin", roots="('Abs',)")
    install(site, there + offering("sin-to-abs"), "one")
    install(site, back + offering("abs-to-sin"), "two")
    with pytest.raises(NoFixedPoint) as caught:
        convert(strict=strict)
    assert sorted(caught.value.passes) == ["abs-to-sin", "sin-to-abs"]
    assert "sin-to-abs of plugin 'one' (of one-dist 2.5)" in str(caught.value)
    assert "abs-to-sin of plugin 'two' (of two-dist 2.5)" in str(caught.value)


def test_a_pass_that_undoes_a_built_in_one_is_named(site: Site) -> None:
    install(site, local("graph.rewire(op, graph.emit('Identity', op.inputs).outputs)").replace("general", "clean-up")
            + offering("mine"))  # fmt: skip
    with pytest.raises(NoFixedPoint, match=r"remove-identity, mine of plugin 'faulty'|mine of plugin 'faulty'"):
        convert()


def test_growth_without_end_is_stopped_and_named(site: Site) -> None:
    install(site, local("graph.rewire(op, graph.emit('Sin', op.inputs).outputs)") + offering("mine"))
    with pytest.raises(NoFixedPoint) as caught:
        convert()
    assert f"mine of {NAME}" in str(caught.value)
    assert "rewrites and no end" in str(caught.value)


def test_a_pass_over_the_graph_that_never_rests_is_named(site: Site) -> None:
    install(site, RESTLESS + offering("mine"))
    with pytest.raises(NoFixedPoint, match=r"mine of plugin 'faulty' \(of faulty-dist 2\.5\)"):
        convert()


def test_a_circle_that_only_shows_later_names_who_may_have_made_it(site: Site) -> None:
    install(site, local("graph.rewire(op, [graph.outputs[0]])", "return op.inputs[0].name == 'x'") + offering("mine"))
    with pytest.raises(VerifyError) as caught:
        convert()
    assert "operators in or behind a cycle" in str(caught.value)
    assert f"it may have been pass 'mine' of {NAME}" in str(caught.value)
    with pytest.raises(PassError, match=r"'mine' of plugin 'faulty'.*cycle"):
        convert(strict=True, verify_each=True)


def test_what_only_the_last_check_finds_names_who_may_have_done_it(site: Site) -> None:
    lose = "\ngraph.model.signatures = (Signature('s', 'main', (('x', 'gone'),), ()),)"
    install(site, local(TURN.format("Abs") + lose) + offering("mine"))
    with pytest.raises(VerifyError, match=r"refers to 'gone'.*it may have been pass 'mine' of plugin 'faulty'"):
        convert()


# neighbours that are not there ----------------------------------------------------------------------------------------


def test_a_misspelt_neighbour_is_told(site: Site) -> None:
    install(site, local("pass", "return None") + "    after = ('resolve-batch-normalisation',)\n" + offering("mine"))
    with pytest.warns(PluginWarning) as told:
        site.registry().pipeline("tflite")
    (text,) = [str(warning.message) for warning in told]
    assert f"pass 'mine' of {NAME} is to run after 'resolve-batch-normalisation', which nobody offers" in text
    assert "did you mean 'resolve-batch-normalization'" in text


def test_an_optional_neighbour_may_be_absent_and_why_says_so(site: Site) -> None:
    install(site, local("pass", "return None") + "    before = ('qqqq',)\n" + offering("mine"))
    lines = passes_text(site.registry(), "tflite", why=True).splitlines()
    place = next(number for number, line in enumerate(lines) if "[faulty]" in line)
    assert (
        "before 'qqqq' (says module_of_faulty_dist:Mine) has no effect: this stage has no such pass" in lines[place + 1]
    )


# the inner loop -------------------------------------------------------------------------------------------------------


def test_no_hook_is_called_and_no_plugin_asked_for_during_a_stage(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, local(TURN.format("Abs")) + offering("mine"))
    asked: list[str] = []
    stages: list[str] = []

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def call(*arguments: Any, **options: Any) -> Any:
            if stages:
                asked.append(name)
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, call)

    class Watcher(Observer):
        def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
            stages.append(stage)

        def on_finish(self, model: Any) -> None:
            stages.clear()

    for owner, name in (
        (pluggy.HookCaller, "__call__"), (pluggy.PluginManager, "_hookexec"), (loading, "call"), (loading, "has_hook"),
        (PluginSet, "described"), (Registry, "origin"), (Registry, "plan"),
    ):  # fmt: skip
        counted(owner, name)
    result = convert_model(Options(), MODEL, observers=[Watcher()])
    assert result.summary.passes["mine"] == 1
    assert not stages
    assert asked == []
    assert "module_of_faulty_dist" in sys.modules
