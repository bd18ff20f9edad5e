"""A plugin that is broken in any way is left out, named with version and distribution, and everything else goes on."""

import sys

import pytest

from pytoco.compiler.errors import PluginError, UsageError
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.records import PluginWarning

from .conftest import HEADER, Site, pass_source, passes_plugin

HOOK = "@hookimpl\ndef register_passes():\n    "

BROKEN = {
    "import fails": ("import no_such_module_anywhere", "No module named 'no_such_module_anywhere'"),
    "syntax": ("def f(:\n", "SyntaxError"),
    "exits": ("raise SystemExit(3)", "SystemExit: 3"),
    "wrong api": (HEADER + "pytoco_api = 99\n", "written for plugin API 99, this pytoco has 1"),
    "no hooks": ("def register_passes():\n    yield None\n", "implements no hook (mark its hook functions"),
    "misspelt hook": (
        HEADER + "@hookimpl\ndef register_pass():\n    yield 1\n",
        "there is no hook 'register_pass' (did you mean 'register_passes'",
    ),
    "wrong argument": (HEADER + "@hookimpl\ndef register_passes(nonsense):\n    yield 1\n", "nonsense"),
    "wrapper": (HEADER + "@hookimpl(wrapper=True)\ndef register_passes():\n    return (yield)\n", "is a wrapper"),
    "hook raises": (HEADER + "@hookimpl\ndef register_ops():\n    yield 1 / 0\n", "ZeroDivisionError"),
    "raises late": (
        HEADER + pass_source("late") + HOOK + "yield Late\n    raise KeyError('late')\n",
        "KeyError: 'late'",
    ),
    "garbage": (HEADER + "@hookimpl\ndef register_backends():\n    return [42]\n", "yielded 42, not Backend"),
    "a text": (HEADER + "@hookimpl\ndef register_frontends():\n    return 'x'\n", "yielded 'x', not Frontend"),
    "not a pass": (HEADER + "@hookimpl\ndef register_passes():\n    yield int\n", "is no pass"),
    "bad name": (
        HEADER + pass_source("x").replace('"x"', '"No Good"') + HOOK + "yield X\n",
        "pass name 'No Good'",
    ),
    "bad function": (
        HEADER + "@hookimpl\ndef register_commands():\n    yield Command('x', 'help', run='no_colon')\n",
        "not of the form 'package.module:attribute'",
    ),
    "built-in op": (
        HEADER + "class Add:\n    kind = 'Add'\n\n@hookimpl\ndef register_ops():\n    yield Add\n",
        "op kind 'Add' is pytoco's own",
    ),
    "bad importers": (
        HEADER + "class My:\n    kind = 'My'\n    importers = {'tensorflow': 3}\n\n"
        "@hookimpl\ndef register_ops():\n    yield My\n",
        "importers of op 'My' must be",
    ),
    "twice": (passes_plugin("same", "same"), "offers 'same' twice"),
    "no such stage": (
        passes_plugin("p", stage="generl"),
        "stage 'generl', which no pipeline has (did you mean 'general'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plugin_is_left_out_and_told_once(site: Site, fault: str) -> None:
    source, said = BROKEN[fault]
    site.install("broken", source, distribution="broken-dist", version="2.5")
    site.install("sound", passes_plugin("sound-pass"))
    registry = site.registry()
    with pytest.warns(PluginWarning) as told:
        passes = registry.passes()
    assert len(told) == 1
    assert "plugin 'broken' (of broken-dist 2.5) is left out" in str(told[0].message)
    assert said in str(told[0].message)
    assert "sound-pass" in passes
    assert not {"late", "same", "p", "x"} & set(passes)
    assert "clean-up" in [stage for stage, _ in registry.pipeline("tflite")]
    assert [failure.plugin for failure in registry.failures] == ["broken"]
    status = {info.name: info.status for info in registry.plugins()}
    assert (status["broken"], status["sound"]) == ("failed", "active")


def test_a_broken_plugin_that_settings_name_is_fatal(site: Site) -> None:
    site.install("broken", "import no_such_module_anywhere", distribution="broken-dist", version="2.5")
    with pytest.raises(PluginError, match=r"broken-dist 2\.5.*-p broken asks for it"):
        site.registry("broken").passes()
    path = site.settings("[plugins]\nenabled = ['broken']\n")
    with pytest.raises(PluginError, match=str(path)):
        site.registry().passes()


def test_two_plugins_of_one_name(site: Site) -> None:
    site.install("twin", passes_plugin("first-pass"), distribution="a-dist")
    site.install("twin", passes_plugin("second-pass"), distribution="b-dist")
    registry = site.registry()
    with pytest.warns(PluginWarning, match=r"'twin' \(of b-dist 1\.0\).*taken by 'twin' \(of a-dist 1\.0\)"):
        passes = registry.passes()
    assert "first-pass" in passes
    assert "second-pass" not in passes
    assert [info.status for info in registry.plugins() if info.name == "twin"] == ["active", "failed"]


def test_two_passes_of_one_name_name_both_distributions(site: Site) -> None:
    site.install("one", passes_plugin("same-pass", "only-one"), distribution="a-dist")
    site.install("two", passes_plugin("only-two", "same-pass"), distribution="b-dist")
    registry = site.registry()
    with pytest.warns(PluginWarning, match=r"by both 'one' \(of a-dist 1\.0\) and 'two' \(of b-dist 1\.0\)"):
        passes = registry.passes()
    assert {"same-pass", "only-one"} <= set(passes)
    assert "only-two" not in passes  # a plugin is in whole or not at all
    assert registry.owner("register_passes", "same-pass") == "one"


def test_a_pass_that_cannot_be_imported_takes_only_its_plugin_along(site: Site) -> None:
    lazy = (
        HEADER
        + "@hookimpl\ndef register_passes():\n    yield PassRef('gone_module:Gone', name='gone', stage='general')\n"
    )
    site.install("lazy", lazy)
    site.install("sound", passes_plugin("sound-pass"))
    registry = site.registry()
    assert "gone" in registry.passes()  # nothing is imported before it is planned
    with pytest.warns(PluginWarning, match=r"'lazy'.*cannot load 'gone_module:Gone'"):
        order = dict(registry.pipeline("tflite"))
    names = [ref.name for ref in order["general"]]
    assert "sound-pass" in names
    assert "gone" not in names


@pytest.mark.parametrize(
    ("hook", "body"),
    [
        ("adjust_pipeline(pipeline, options)", "pipeline.remove_stage('clean-up')\n    raise RuntimeError('oops')"),
        ("register_observers(options)", "raise RuntimeError('oops')"),
        ("register_observers(options)", "return ['oops']"),
        ("explain_error(error)", "raise RuntimeError('oops')"),
    ],
)
def test_hooks_of_a_conversion_are_isolated_too(site: Site, hook: str, body: str) -> None:
    stages = list(site.registry().plan("tflite", Options()).stages)
    site.install("faulty", f"{HEADER}@hookimpl\ndef {hook}:\n    {body}\n")
    registry = site.registry()

    def converse() -> tuple[list[str], list[str], list[str]]:
        plan = registry.plan("tflite", Options())
        observers = [type(o).__name__ for o in registry.observers(Options())]
        return list(plan.stages), observers, registry.hints(UsageError("x"))

    with pytest.warns(PluginWarning, match=r"'faulty' \(of dist_faulty 1\.0\) is left out.*oops"):
        found = converse()
    assert found == (stages, ["Reproducing"], [])
    assert [failure.plugin for failure in registry.failures] == ["faulty"]


def test_a_sniffing_frontend_that_raises_does_not_stop_the_others(site: Site) -> None:
    source = HEADER + (
        "def sniff(path, head):\n    {}\n\n@hookimpl\ndef register_frontends():\n"
        "    yield Frontend('{}', '', formats=('{}',), sniff=sniff, load='m:f')\n"
    )
    site.install("bad", source.format("raise OSError('sniffle')", "bad", "BAD"))
    site.install("good", source.format("return head == b'!magic' or 'no magic'", "good", "GOOD"))
    file = site.project / "model.xyz"
    file.write_bytes(b"!magic")
    with pytest.warns(PluginWarning, match="'bad'.*sniff: OSError: sniffle"):
        assert site.registry().frontend_for(file).name == "good"


def test_a_disabled_plugin_is_never_imported(site: Site) -> None:
    modules = [site.install(name, passes_plugin(f"{name}-pass")) for name in ("off", "by_file", "used")]
    path = site.settings("[plugins]\ndisabled = ['by_file']\n")
    registry = site.registry("no:off")
    passes = registry.passes()
    assert [name in passes for name in ("off-pass", "by_file-pass", "used-pass")] == [False, False, True]
    assert [module in sys.modules for module in modules] == [False, False, True]
    reasons = {info.name: (info.status, info.reason) for info in registry.plugins()}
    assert reasons["off"] == ("disabled", "by -p no:off")
    assert reasons["by_file"] == ("disabled", f"by {path}")


def test_names_of_plugins_are_checked(site: Site) -> None:
    site.install("alpha", passes_plugin("alpha-pass"))
    for text in ("[plugins]\ndisabled = ['alpa']\n", "[options.alpa]\nx = 1\n"):
        path = site.settings(text)
        with pytest.raises(UsageError) as caught:
            site.registry().passes()
        assert str(caught.value) == f"{path}: there is no plugin 'alpa' (did you mean 'alpha'?)"
    (site.project / "plugins.toml").unlink()
    with pytest.raises(UsageError, match="-p alpa: there is no plugin 'alpa'"):
        site.registry("alpa").passes()


def test_options_reach_the_plugin_or_are_refused(site: Site) -> None:
    chatty = HEADER + (
        "seen = {}\n@hookimpl\ndef configure(settings):\n"
        "    if 'wrong' in settings:\n        raise ValueError('no wrong')\n"
        "    seen.update(settings)\n"
    )
    module = site.install("chatty", chatty)
    site.install("deaf", passes_plugin("deaf-pass"))
    site.settings("[options.chatty]\nlevel = 3\n")
    site.registry().passes()
    assert sys.modules[module].seen == {"level": 3}
    path = site.settings("[options.chatty]\nwrong = 3\n[options.deaf]\nlevel = 1\n")
    with pytest.warns(PluginWarning) as told:
        site.registry().passes()
    texts = " ".join(str(warning.message) for warning in told)
    assert "ValueError: no wrong" in texts
    assert f"it takes no options, but {path} has [options.deaf]" in texts
