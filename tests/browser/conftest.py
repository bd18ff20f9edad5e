"""A Chromium that reports every request and every message, and pages written by pytoco to open in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pytoco
from pytoco.compiler.debug.journal import Journal
from pytoco.compiler.debug.player import page
from tests.browser.chromium import ADVICE, find
from tests.browser.models import blocks

ROOT = Path(__file__).resolve().parents[2]
MOBILENET = ROOT / "tests/data/demo/mobilenet_v1_0.25_96.pb"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = find()
    assert path, f"no Chromium: {ADVICE}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Watched:
    """A tab: `requests` are all beyond the file itself, `messages` all of the console, `errors` what was thrown."""

    def __init__(self, browser: Any, path: Path, link: str = "", **context: Any) -> None:
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, **context)
        self.tab = self.context.new_page()
        self.address = path.as_uri()
        self.tab.route("**", self._meet)
        self.tab.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        self.tab.on("pageerror", lambda error: self.messages.append(f"error: {error}"))
        self.tab.goto(self.address + link)
        self.tab.wait_for_function("window.pytoco || document.querySelector('#drawing > .note')", timeout=60_000)
        assert self.ask("Boolean(window.pytoco)"), self.messages

    def _meet(self, route: Any) -> None:
        address = route.request.url.partition("#")[0]
        if address == self.address:
            route.continue_()
        else:
            self.requests.append(address)
            route.abort()

    def ask(self, expression: str) -> Any:
        return self.tab.evaluate(expression)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tab.keyboard.press(key)

    @property
    def number(self) -> int:
        """The rewrite that is shown, as the page says it; the link must say the same."""
        shown = int(self.tab.inner_text("#number").split(" / ")[0])
        assert f"n={shown}" in self.tab.url.partition("#")[2].split("&")
        return shown


def recorded(model: Path | bytes, **options: Any) -> Journal:
    with pytoco.record() as journal:
        pytoco.convert(model, **options)
    return journal


@pytest.fixture(scope="session")
def mobilenet() -> Journal:
    return recorded(MOBILENET, check="random")


@pytest.fixture(scope="session")
def large() -> Journal:
    """More than 10,000 rewrites on a graph that begins with more than 5,000 operators."""
    journal = recorded(blocks(1000))
    assert len(journal.rewrites) > 10_000
    assert len(journal.replay().graph) > 5_000
    return journal


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Opens the page of a journal in a new tab; nothing may have been requested or complained about in the end."""
    tabs: list[Watched] = []

    def open_page(journal: Journal, link: str = "", **context: Any) -> Watched:
        path = tmp_path / f"player{len(tabs)}.html"
        path.write_bytes(page(journal))
        tabs.append(Watched(browser, path, link, **context))
        return tabs[-1]

    yield open_page
    for tab in tabs:
        assert (tab.requests, tab.messages) == ([], [])
        tab.context.close()
