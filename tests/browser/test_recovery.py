"""What people see when something breaks: that it broke, that nothing is lost, and what they can do."""

import json

import pytest
from playwright.sync_api import BrowserContext, Route, WebSocketRoute, expect

from tests.browser.conftest import People, bubbles, say

pytestmark = pytest.mark.browser


def test_a_kill_of_everything_loses_and_doubles_nothing(people: People) -> None:
    """Server and store are killed in the middle of a chat; what is typed meanwhile is delivered once, in order."""
    customer, agent = people.talking()
    say(customer, "before")
    expect(agent.locator(".bubble")).to_have_text("before")

    people.desk.kill()
    expect(customer.locator("ringback-widget .lost")).to_be_visible()
    expect(agent.locator(".lost")).to_be_visible()
    say(customer, "while it was down")
    say(agent, "from the other side")
    expect(customer.locator(".message.sending")).to_have_count(1)
    people.desk.start()

    for page in (customer, agent):
        expect(page.locator(".lost")).to_have_count(0, timeout=30_000)
        expect(page.locator(".message:not(.sending)")).to_have_count(3)
    assert {"before", "while it was down", "from the other side"} == set(bubbles(customer))
    assert bubbles(customer) == bubbles(agent)
    say(agent, "after")
    expect(customer.locator(".bubble").last).to_have_text("after")


def test_a_message_typed_while_it_was_down_survives_a_reload(people: People) -> None:
    """The outbox is the tab's, not the page's: a reload in the outage loses nothing and sends nothing twice."""
    customer, agent = people.talking()
    people.desk.kill()
    expect(customer.locator("ringback-widget .lost")).to_be_visible()
    say(customer, "typed in the dark")
    expect(customer.locator(".message.sending")).to_have_count(1)
    people.desk.start()
    customer.reload()

    expect(agent.locator(".bubble")).to_have_text("typed in the dark")
    expect(customer.locator(".message:not(.sending) .bubble")).to_have_text("typed in the dark")


def speaking(context: BrowserContext, versions: str) -> None:
    """Let the pages of this browser be those of another version of the protocol."""

    def change(route: Route) -> None:
        body = route.fetch().text()
        route.fulfill(body=body.replace('"ringback.v2", "ringback.v1"', versions), content_type="text/javascript")

    context.route("**/static/socket.js", change)


def test_a_page_of_yesterday_is_served_and_one_of_last_year_says_what_to_do(people: People) -> None:
    """A page of the version before talks as ever; one that the server cannot speak to asks to be loaded again."""
    yesterday = people.browser_of()
    speaking(yesterday, '"ringback.v1"')
    customer = people.customer(yesterday)
    customer.reload()
    customer.locator("ringback-widget .form").wait_for()

    last_year = people.browser_of()
    speaking(last_year, '"ringback.v0"')
    page = people.page("/console?as=Mina", last_year)
    expect(page.locator(".empty")).to_contain_text("older or newer than the support desk")
    last_year.unroute("**/static/socket.js")
    page.locator(".empty .primary").click()
    page.locator(".sign-in button.primary").wait_for()


def test_accepting_too_late_is_a_visible_error(people: People) -> None:
    """An agent whose screen is behind accepts what is gone: the console says so, and nothing else changes."""
    agent = people.page("/console?as=Mina")
    behind = {"on": False}

    def delay(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if not (behind["on"] and json.loads(message)["t"] == "st"):
                route.send(message)

        server.on_message(pass_on)

    agent.route_web_socket("**/ws", delay)
    agent.reload()
    agent.locator(".sign-in button.primary").click()
    customer = people.waiting()
    agent.locator(".offer").wait_for()
    behind["on"] = True
    customer.locator("ringback-widget .foot button").click()
    customer.locator("ringback-widget .confirm .danger").click()
    expect(customer.locator("ringback-widget .empty")).to_contain_text("left the line")

    agent.locator(".offer .primary").click()
    expect(agent.locator(".problems .error")).to_contain_text("Too late")
    agent.locator(".problems button").click()
    expect(agent.locator(".problems .error")).to_have_count(0)


def test_a_message_that_cannot_be_delivered_is_kept(people: People) -> None:
    """What was written after the other side had ended stays readable, says why, and can be discarded."""
    customer, agent = people.talking()
    held = {"on": False}

    def delay(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(
            lambda message: None if held["on"] and json.loads(message)["t"] in ("ev", "st") else route.send(message)
        )

    customer.route_web_socket("**/ws", delay)
    customer.reload()
    customer.locator("rb-composer textarea").wait_for()
    expect(agent.locator(".row")).to_have_count(1)
    held["on"] = True
    agent.locator(".talk .head .danger").click()
    agent.locator(".confirm .danger").click()
    agent.locator(".confirm.wrap").wait_for()
    say(customer, "too late")

    failed = customer.locator(".message.failed")
    expect(failed).to_contain_text("Not sent.")
    expect(failed).to_contain_text("too late")
    failed.locator("button", has_text="Discard").click()
    expect(failed).to_have_count(0)


def test_a_duplicated_tab_is_a_session_of_its_own(people: People) -> None:
    """A copy of a tab has a copy of its outbox; both go on, and neither answers for the other's operations."""
    customer, agent = people.talking()
    say(customer, "first")
    expect(agent.locator(".bubble")).to_have_text("first")
    storage = customer.evaluate("JSON.stringify(sessionStorage)")
    copy = customer.context.new_page()
    copy.add_init_script(f"for (const [k, v] of Object.entries({storage})) sessionStorage.setItem(k, v)")
    copy.goto(people.desk.address + "/widget")
    expect(copy.locator(".bubble")).to_have_text("first")

    say(copy, "second")
    say(customer, "third")
    expect(agent.locator(".bubble")).to_have_count(3)
    for page in (customer, copy):
        expect(page.locator(".message:not(.sending) .bubble")).to_have_count(3)
        expect(page.locator("[role=alert]")).to_have_count(0)


def test_an_agent_takes_up_the_work_after_a_reload(people: People) -> None:
    """Contacts, messages and the status are as they were; nothing is offered or sent again."""
    customer, agent = people.talking()
    say(customer, "one")
    expect(agent.locator(".bubble")).to_have_text("one")
    agent.reload()
    agent.locator(".row").click()

    expect(agent.locator(".bubble")).to_have_text("one")
    expect(agent.locator(".sign-in")).to_have_count(0)
    say(agent, "two")
    expect(customer.locator(".bubble").last).to_have_text("two")
    expect(agent.locator(".offer")).to_have_count(0)
