"""Contacts that are over, looked up by those who may: a supervisor on a page, an agent beside the conversation."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People, accept, nameless, say
from tests.web.desk import DeskProcess, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskProcess]:
    """A desk that records."""
    started = DeskProcess(tmp_path / "desk", "--demo-tokens", "--records", "").start()
    wait_for("recording", lambda: started.health()["records"]["applied"] > 0)
    yield started
    started.end()


def serve(people: People, desk: DeskProcess, agent: Page, topic: str, text: str) -> Page:
    """A customer whose contact is over and recorded."""
    customer = people.waiting(topic)
    accept(agent)
    say(customer, text)
    expect(agent.locator(".bubble").last).to_have_text(text)
    agent.locator(".talk .head .danger").click()
    agent.locator(".confirm .danger").click()
    agent.locator(".confirm.wrap .primary").click()
    expect(agent.locator(".rows")).to_have_count(0)
    wait_for("the record", lambda: desk.health()["records"]["behind"] == 0)
    return customer


def test_a_closed_contact_is_found_and_read(people: People, desk: DeskProcess) -> None:
    """The supervisor searches and reads it; the agent sees it when the same customer is back; nobody else's shows."""
    hostile = "<b>not bold</b> \u202eright to left"
    agent = people.agent()
    customer = serve(people, desk, agent, "Lost receipt", hostile)

    table = people.page("/demo")
    table.get_by_role("link", name="Closed contacts").click()
    expect(table.locator("tbody tr")).to_have_count(1)
    expect(table.locator("tbody tr")).to_contain_text("Served")
    table.locator("tbody .link").click()
    whole = table.locator(".whole")
    expect(whole.locator(".said p")).to_have_text(hostile)
    expect(whole).to_contain_text("Lost receipt")
    assert [] == nameless(table)
    table.locator("#outcome_label").select_option("abandoned")
    table.get_by_role("button", name="Search").click()
    expect(table.locator(".empty")).to_contain_text("No closed contact is like that")
    table.set_viewport_size({"width": 390, "height": 844})
    assert table.evaluate("document.documentElement.scrollWidth") <= 390

    customer.locator("ringback-widget .empty .primary").click()
    customer.locator("ringback-widget #topic").fill("Here again")
    customer.locator("ringback-widget .form .primary").click()
    accept(agent)
    earlier = agent.locator(".earlier")
    expect(earlier.locator("summary")).to_contain_text("Lost receipt")
    earlier.locator("summary").click()
    expect(earlier.locator(".said p")).to_have_text(hostile)
    people.waiting("Another person")
    accept(agent)
    expect(agent.locator(".context .facts").first).to_contain_text("Another person")
    expect(agent.locator(".earlier")).to_have_count(0)
