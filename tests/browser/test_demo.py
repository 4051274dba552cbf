"""The demo as a visitor meets it: busy without anybody's doing, and open on both sides."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import People, accept, say
from tests.web.desk import DeskProcess

pytestmark = pytest.mark.browser


@pytest.fixture
def people(browser: Browser, tmp_path: Path) -> Iterator[People]:
    """Visitors of a demo, instead of the people of a quiet desk."""
    demo = DeskProcess.demo(tmp_path / "demo", "--speed", "30").start()
    visitors = People(browser, demo)
    yield visitors
    demo.end()
    visitors.close()


def test_the_table_is_alive(people: People) -> None:
    """Agents come, contacts are served, the clock of the virtual day moves, and the page says that it is a demo."""
    table = people.page("/demo")
    expect(table.locator(".bar .demo")).to_have_text("DEMO")
    expect(table.locator(".agents li")).to_have_count(10, timeout=20_000)
    clock = table.locator(".clock time")
    expect(clock).to_have_text(re.compile(r"^1\d:\d\d$"))
    shown = clock.inner_text()
    expect(clock).not_to_have_text(shown)
    expect(table.locator(".measures dd").first).not_to_contain_text("–", timeout=20_000)


def test_a_visitor_serves_a_virtual_customer(people: People) -> None:
    """Mina is offered real work of the rehearsal, and the customer answers her."""
    agent = people.agent()
    agent.locator(".offer:not(.callback)").wait_for(timeout=30_000)
    accept(agent)
    say(agent, "Hello, tell me what happened.")
    expect(agent.locator(".message:not(.own)").first).to_be_visible()


def test_a_visitor_is_served_by_a_virtual_agent(people: People) -> None:
    """A chat that a visitor asks for is taken and answered."""
    customer = people.customer()
    customer.locator("ringback-widget .form .primary").click()
    expect(customer.locator(".message:not(.own) .bubble").first).to_contain_text("Hello", timeout=30_000)
    say(customer, "My receipt is missing.")
    expect(customer.locator(".message:not(.own) .bubble")).to_have_count(2)
