"""A callback as people have it, from both ends."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People, accept

pytestmark = pytest.mark.browser

NUMBER = "+12025550123"


def leave_number(customer: Page, number: str = "(202) 555-0123", region: str = "US") -> None:
    customer.locator("ringback-widget .standing button").click()
    customer.locator("ringback-widget #region").select_option(region)
    customer.locator("ringback-widget #number").fill(number)
    customer.locator("ringback-widget .form .primary").click()


def test_a_callback_from_the_number_to_the_end_of_the_call(people: People) -> None:
    """The place is kept, only the agent who dials sees the whole number, and both sides see the course of the call."""
    customer = people.waiting("Please call me")
    leave_number(customer)
    reservation = customer.locator("ringback-widget .reservation")
    expect(reservation).to_contain_text("We will call you")
    expect(reservation).to_contain_text("next in line")
    assert "5550" not in reservation.inner_text()

    agent = people.agent()
    offer = agent.locator(".offer")
    expect(offer).to_contain_text("Call back")
    assert "5550" not in offer.inner_text()
    accept(agent)
    number = agent.locator(".call .number")
    expect(number).to_have_attribute("href", f"tel:{NUMBER}")
    expect(reservation).to_contain_text("Mina is calling you now")

    agent.locator(".call .primary").click()
    expect(agent.locator(".call")).to_contain_text("On the phone with Dana Reyes")
    expect(reservation).to_contain_text("You are on the phone with Mina")
    agent.locator(".talk .head .danger").click()
    agent.locator(".confirm .danger").click()
    expect(customer.locator("ringback-widget .empty")).to_be_visible()
    agent.locator(".confirm.wrap .primary").click()
    expect(agent.locator(".row")).to_have_count(0)
    expect(agent.locator(".status")).to_contain_text("Ready")


@pytest.mark.parametrize(
    ("button", "told"), [("Voicemail", "reached your voicemail"), ("Number does not work", "does not work")]
)
def test_a_call_that_is_not_tried_again_is_told_as_it_was(people: People, button: str, told: str) -> None:
    """Whatever kept the call from succeeding, the customer reads it and may begin again, and the agent is free."""
    customer = people.waiting()
    leave_number(customer)
    agent = people.agent()
    accept(agent)
    agent.locator(".call button", has_text=re.compile(f"^{button}$")).click()

    expect(customer.locator("ringback-widget .empty")).to_contain_text(told)
    expect(agent.locator(".row")).to_have_count(0)
    expect(agent.locator(".notices")).to_contain_text("no further attempt")


def test_a_call_that_is_tried_again_says_when(people: People) -> None:
    """Nobody answered: both sides read when the next attempt is, and the customer may wait in the chat instead."""
    customer = people.waiting()
    leave_number(customer)
    agent = people.agent()
    accept(agent)
    agent.locator(".call button", has_text=re.compile("^No answer$")).click()

    next_attempt = re.compile(r"Next attempt: (tomorrow, )?\d\d:\d\d")
    expect(customer.locator("ringback-widget .reservation")).to_contain_text(next_attempt)
    expect(agent.locator(".notices")).to_contain_text(next_attempt)
    customer.reload()
    expect(customer.locator("ringback-widget .reservation")).to_contain_text(next_attempt)
    customer.get_by_role("button", name="Wait in the chat instead").click()
    expect(agent.locator(".offer")).to_contain_text("New chat")


def test_a_number_that_cannot_be_called_is_refused_where_it_is_typed(people: People) -> None:
    """The customer keeps the place, the typed number, and the choice to go on waiting."""
    customer = people.waiting()
    leave_number(customer, "12")
    expect(customer.locator("ringback-widget .error")).to_contain_text("cannot be called")
    expect(customer.locator("ringback-widget #number")).to_have_value("12")

    customer.locator("ringback-widget .form button", has_text="Keep waiting").click()
    expect(customer.locator("rb-composer textarea")).to_be_visible()
    expect(customer.locator("ringback-widget .place")).to_contain_text("next in line")


def test_a_callback_can_be_put_off(people: People) -> None:
    """The customer chooses another time for what was promised; what was said before stays, and nobody calls now."""
    customer = people.waiting("Please call me")
    leave_number(customer)
    customer.get_by_role("button", name="Change the time").click()
    customer.locator("ringback-widget #region").select_option("US")
    customer.locator("ringback-widget #number").fill("(202) 555-0123")
    customer.locator("ringback-widget input[value=later]").check()
    customer.locator("ringback-widget #day").select_option(index=1)
    customer.locator("ringback-widget #time").select_option(index=0)
    customer.locator("ringback-widget .form .primary").click()

    reservation = customer.locator("ringback-widget .reservation")
    expect(reservation).to_contain_text("When")
    expect(reservation).to_contain_text("Please call me")
    expect(people.agent().locator(".offer")).to_have_count(0)


def test_a_callback_can_be_taken_back(people: People) -> None:
    """Cancelling asks first; then nobody calls, and a new chat can be begun."""
    customer = people.waiting()
    leave_number(customer)
    customer.locator("ringback-widget .foot .danger").click()
    customer.locator("ringback-widget .confirm .danger").click()
    expect(customer.locator("ringback-widget .empty")).to_contain_text("cancelled")
    agent = people.agent()

    customer.locator("ringback-widget .empty .primary").click()
    expect(customer.locator("ringback-widget #topic")).to_be_visible()
    expect(agent.locator(".offer")).to_have_count(0)
