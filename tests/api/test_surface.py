"""What plugins may rely on is there, as it was: a change is deliberate, and told in the changelog."""

from tests.api.surface import RECORDED, lines


def test_the_public_surface_is_the_recorded_one() -> None:
    recorded = RECORDED.read_text(encoding="utf-8").splitlines()
    found = list(lines())
    gone = [line for line in recorded if line not in found]
    new = [line for line in found if line not in recorded]
    hint = "`python -m tests.api.surface` records a deliberate change; docs/plugins/stability.md says what it takes"
    assert (gone, new) == ([], []), hint


def test_every_public_name_is_documented() -> None:
    import inspect
    from importlib import import_module

    for name in ("pytoco", "pytoco.compiler", "pytoco.testing"):
        module = import_module(name)
        bare = [n for n in module.__all__ if callable(getattr(module, n)) and not inspect.getdoc(getattr(module, n))]
        assert not bare, name
