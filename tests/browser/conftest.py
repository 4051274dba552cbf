"""A real browser, and real pages of a real desk."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.web.desk import DeskProcess

PATIENCE_MS = 15_000
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]

EXPECTED = ("WebSocket connection to", "net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET")
"""What a browser itself writes when a server is gone; everything else on the console is a fault of ours."""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Stopped with each module: while it runs, no test elsewhere could have an event loop of its own."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = os.environ.get("RINGBACK_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("there is no Chromium: install Debian's package `chromium`, or name one in RINGBACK_CHROMIUM")
    expect.set_options(timeout=PATIENCE_MS)
    started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskProcess]:
    """A desk of this test's own, without virtual people."""
    started = DeskProcess(tmp_path / "desk", "--demo-tokens", "--check").start()
    yield started
    started.end()


@dataclass
class People:
    """Browsers of several people. Each `browser_of` is another person with storage of its own."""

    browser: Browser
    desk: DeskProcess
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def browser_of(self, **options: Any) -> BrowserContext:
        """A browser of another person; English and 1280 x 800 unless told otherwise."""
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **options}
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return context

    def page(self, path: str, context: BrowserContext | None = None, **options: Any) -> Page:
        """A page of the desk, in a new person's browser or a given one."""
        page = (context or self.browser_of(**options)).new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(self.desk.address + path)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in EXPECTED):
            self.faults.append(message.text)

    # --- what people do

    def agent(self, name: str = "Mina", **options: Any) -> Page:
        """An agent who takes everything."""
        page = self.page(f"/console?as={name}", **options)
        page.locator(".sign-in button.primary").click()
        page.locator(".status").wait_for()
        return page

    def customer(self, context: BrowserContext | None = None, **options: Any) -> Page:
        """A customer with the widget open."""
        page = self.page("/widget", context, **options)
        page.locator("ringback-widget .launcher").click()
        page.locator("ringback-widget .form, ringback-widget rb-composer").first.wait_for()
        return page

    def waiting(self, topic: str = "My receipt is missing", **options: Any) -> Page:
        """A customer who stands in line."""
        page = self.customer(**options)
        page.locator("ringback-widget #topic").fill(topic)
        page.locator("ringback-widget .form .primary").click()
        page.locator("ringback-widget .place").wait_for()
        return page

    def talking(self) -> tuple[Page, Page]:
        """A customer and an agent in a chat."""
        agent = self.agent()
        customer = self.waiting()
        accept(agent)
        customer.locator("ringback-widget .note", has_text="joined").wait_for()
        return customer, agent

    def close(self) -> None:
        """Close every browser; whatever went wrong on a page is a failure of the test."""
        for context in self.contexts:
            context.close()
        assert [] == self.faults


@pytest.fixture
def people(browser: Browser, desk: DeskProcess) -> Iterator[People]:
    everybody = People(browser, desk)
    yield everybody
    everybody.close()


def accept(agent: Page) -> None:
    """Take the first offer."""
    agent.locator(".offer .primary").first.click()
    agent.locator(".talk .head h2").wait_for()


def say(page: Page, text: str) -> None:
    """Write a message and send it by Enter."""
    box = page.locator("rb-composer textarea")
    box.fill(text)
    box.press("Enter")


def bubbles(page: Page) -> list[str]:
    """What the conversation shows, in order, sent or not."""
    return page.locator(".message .bubble").all_inner_texts()


def nameless(page: Page) -> list[str]:
    """Controls that a screen reader could not name."""
    return list(
        page.evaluate(
            """() => {
                const found = [];
                const look = (root) => {
                    for (const each of root.querySelectorAll('*')) {
                        if (each.shadowRoot) look(each.shadowRoot);
                        if (!each.matches('button, a, input, select, textarea') || !each.checkVisibility()) continue;
                        const labels = [...(each.labels ?? [])].map((label) => label.innerText);
                        const name = [each.getAttribute('aria-label') ?? '', ...labels, each.innerText].join('');
                        if (!name.trim()) found.push(each.outerHTML);
                    }
                };
                look(document);
                return found;
            }"""
        )
    )
