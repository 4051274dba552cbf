"""A chat as people have it, from both ends."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People, accept, bubbles, say

pytestmark = pytest.mark.browser


def test_a_chat_from_the_first_word_to_the_last(people: People) -> None:
    """Asked for, waited for, offered, accepted, talked, ended, wrapped up; then the customer may begin again."""
    agent = people.agent()
    customer = people.waiting("My receipt is missing")
    expect(customer.locator("ringback-widget .place")).to_contain_text("next in line")
    expect(agent.locator(".offer")).to_contain_text("My receipt is missing")
    expect(agent).to_have_title("(1) Agent console · Ringback")

    accept(agent)
    say(agent, "Hello, which one?")
    expect(customer.locator(".bubble")).to_have_text("Hello, which one?")
    say(customer, "The <b>train</b> & the hotel")
    expect(agent.locator(".bubble").last).to_have_text("The <b>train</b> & the hotel")
    assert bubbles(agent) == bubbles(customer)
    expect(customer.locator(".message.own .fate")).to_contain_text("Sent")

    agent.locator(".talk .head .danger").click()
    expect(agent.locator(".confirm")).to_contain_text("Dana Reyes")
    agent.locator(".confirm .danger").click()
    expect(customer.locator("ringback-widget .empty")).to_contain_text("has ended")
    expect(agent.locator(".confirm.wrap")).to_contain_text("Wrap-up")
    agent.locator(".confirm.wrap .primary").click()
    expect(agent.locator(".rows")).to_have_count(0)

    customer.locator("ringback-widget .empty .primary").click()
    expect(customer.locator("ringback-widget #topic")).to_be_visible()


def test_pressing_start_twice_makes_one_chat(people: People) -> None:
    """However often Start is pressed, the customer stands in line once."""
    agent = people.agent()
    customer = people.customer()
    customer.locator("ringback-widget .form .primary").dblclick()
    customer.locator("ringback-widget .place").wait_for()

    accept(agent)
    contacts = customer.evaluate(
        "Object.keys(document.querySelector('ringback-widget').connection.state.contacts).length"
    )
    assert 1 == contacts
    expect(agent.locator(".row")).to_have_count(1)
    expect(agent.locator(".offer")).to_have_count(0)


def test_two_tabs_show_the_same_chat(people: People) -> None:
    """A second tab of the same customer shows the same conversation, and both can go on with it."""
    agent = people.agent()
    context = people.browser_of()
    first = people.waiting(context=context)
    accept(agent)
    say(first, "from the first tab")
    second = people.customer(context)
    expect(second.locator(".bubble")).to_have_text("from the first tab")

    say(second, "from the second tab")
    expect(first.locator(".bubble").last).to_have_text("from the second tab")
    say(agent, "to both")
    for page in (first, second):
        expect(page.locator(".bubble").last).to_have_text("to both")
        assert bubbles(agent) == bubbles(page)


def test_a_reload_keeps_chat_panel_and_half_a_sentence(people: People) -> None:
    """After a reload the panel is open as before, shows every message once, and holds what was not yet sent."""
    customer, agent = people.talking()
    say(customer, "one")
    say(agent, "two")
    expect(customer.locator(".bubble")).to_have_count(2)
    customer.locator("rb-composer textarea").fill("half a sent")

    customer.reload()

    expect(customer.locator(".bubble")).to_have_count(2)
    assert ["one", "two"] == bubbles(customer)
    expect(customer.locator("rb-composer textarea")).to_have_value("half a sent")


def test_enter_never_sends_half_a_word(people: People) -> None:
    """While an input method composes, Enter picks a candidate; Shift+Enter makes a line; Enter alone sends."""
    customer, agent = people.talking()
    box = customer.locator("rb-composer textarea")
    box.fill("にほんご")
    box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    box.evaluate("box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))")
    expect(box).to_have_value("にほんご")
    box.press("End")
    box.press("Shift+Enter")
    box.press_sequentially("二")
    box.press("Enter")

    expect(agent.locator(".bubble")).to_have_text("にほんご\n二", use_inner_text=True)
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_escape_closes_the_panel_and_not_the_chat(people: People) -> None:
    """Focus goes into the panel as it opens, back to the launcher as it closes; what comes meanwhile is counted."""
    customer, agent = people.talking()
    customer.locator("rb-composer textarea").press("Escape")
    launcher = customer.locator("ringback-widget .launcher")
    expect(launcher).to_be_focused()
    say(agent, "are you there?")
    expect(customer.locator("ringback-widget .unread")).to_contain_text("1")

    launcher.press("Enter")
    expect(customer.locator("rb-composer textarea")).to_be_focused()
    expect(customer.locator(".bubble")).to_have_text("are you there?")


def test_a_chat_is_not_ended_by_mistake(people: People) -> None:
    """Ending asks first; the answer no changes nothing, the answer yes ends the chat on both sides."""
    customer, agent = people.talking()
    end = customer.locator("ringback-widget .foot button")
    end.click()
    customer.locator("ringback-widget .confirm button", has_text="No").click()
    expect(customer.locator("rb-composer textarea")).to_be_visible()

    end.click()
    customer.locator("ringback-widget .confirm .danger").click()
    expect(customer.locator("ringback-widget .empty")).to_contain_text("has ended")
    expect(agent.locator(".log")).to_contain_text("The customer ended the conversation")


def test_an_agent_who_writes_is_left_in_peace(people: People) -> None:
    """A new offer takes the focus from nobody who writes, and Alt+A accepts it without losing a letter."""
    _customer, agent = people.talking()
    box = agent.locator("rb-composer textarea")
    box.press_sequentially("Let me see")
    people.waiting("Another matter")
    agent.locator(".offer").wait_for()
    expect(box).to_be_focused()
    box.press("Alt+a")
    expect(agent.locator(".row")).to_have_count(2)

    expect(box).to_be_focused()
    expect(box).to_have_value("Let me see")
    expect(agent.locator(".talk .head h2")).to_have_text("Dana Reyes")


def test_what_the_desk_would_not_understand_is_stopped_on_the_page(people: People) -> None:
    """Nothing chosen, nothing visible, half a character: each is held back, and the connection lives on."""
    agent = people.page("/console?as=Mina")
    expect(agent.locator(".sign-in [type=checkbox]")).to_have_count(6)
    for box in agent.locator(".sign-in [type=checkbox]").all():
        box.uncheck()
    agent.locator(".sign-in button.primary").click()
    expect(agent.locator(".problems .error")).to_contain_text("at least one product")

    customer = people.waiting("half \ud83d a smile")
    say(customer, "\u200b")
    say(customer, "whole \U0001f600 smile")
    expect(customer.locator(".message:not(.sending) .bubble")).to_have_text("whole \U0001f600 smile")
    expect(customer.locator("ringback-widget [role=alert]")).to_have_count(0)
