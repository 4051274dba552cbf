"""Every rule of the desk, used by hand: each test has a product line of its own on one desk."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import People, accept, nameless, say
from tests.web.desk import DeskProcess

pytestmark = pytest.mark.browser

W = "ringback-widget "

POLICY = """
products: [expense, travel, invoice, request, card]
languages: [en, de]
reason_required: true
response_target: {p1: 2 s, p2: 2 h, p3: 8 h, p4: 16 h}
routing:
  steps:
    - {}
    - {after: 5 min, languages: [en]}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """One desk for all of them, whose rules make use of everything."""
    folder: Path = tmp_path_factory.mktemp("rules")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    started = DeskProcess(folder / "desk", "--demo-tokens", "--check", "--policy", str(folder / "policy.yaml")).start()
    yield started
    started.end()


@pytest.fixture
def people(browser: Browser, desk: DeskProcess) -> Iterator[People]:
    everybody = People(browser, desk)
    yield everybody
    everybody.close()


def serving(people: People, name: str, product: str) -> Page:
    """An agent who takes one product alone."""
    page = people.page(f"/console?as={name}")
    for box in page.locator(".sign-in [name=product]").all():
        box.set_checked(box.get_attribute("value") == product)
    page.locator(".sign-in button.primary").click()
    page.locator(".status").wait_for()
    return page


def asking(people: People, product: str, topic: str, impact: str = "Only me") -> Page:
    """A customer with the form filled in, and nothing sent."""
    page = people.customer()
    page.locator(W + "#product").select_option(product)
    page.locator(W + "#topic").fill(topic)
    page.locator(W + ".segmented label", has_text=impact).click()
    return page


def start(customer: Page) -> None:
    customer.locator(W + ".form .primary").click()
    customer.locator(W + ".place").wait_for()


def test_a_claim_that_everybody_is_affected_is_confirmed_by_the_agent(people: People) -> None:
    """The customer says how many cannot work and never how urgent it is: the agent reads the claim and says P1."""
    agent = serving(people, "Ann", "expense")
    customer = asking(people, "expense", "Nobody can log in", "Everybody")
    customer.locator(W + "#topic").press("Tab")
    expect(customer.locator(W + "[name=impact][value=everybody]")).to_be_focused()
    start(customer)
    expect(customer.locator(W + ".standing")).to_contain_text("the agent confirms how bad it is")
    offer = agent.locator(".offer")
    expect(offer).to_contain_text("Expense · English; says that everybody is affected")
    expect(offer).to_contain_text("Everybody affected")

    accept(agent)
    agent.locator(".triage button", has_text="P1: nobody can work").click()
    expect(agent.locator(".triage")).to_have_count(0)
    expect(agent.locator(".row .chip", has_text="P1")).to_be_visible()
    agent.locator("#incident").fill("INC-4711")
    agent.get_by_role("button", name="Link").click()
    expect(customer.locator(".log")).to_contain_text("known incident INC-4711")


def test_a_contact_goes_to_a_colleague_with_a_note_and_the_agent_to_a_break(people: People) -> None:
    """The colleague reads the note before accepting, the customer that somebody else takes over, and nobody loses."""
    ann, ben = serving(people, "Ann", "travel"), serving(people, "Ben", "travel")
    customer = asking(people, "travel", "Wrong date on a ticket")
    start(customer)
    accept(ann)  # who has been idle longest is asked first
    ann.locator(".later button", has_text="Break").click()
    expect(ann.locator(".status")).to_contain_text("Your break begins when you hold nothing more")

    ann.locator(".tools button", has_text="Transfer").click()
    colleague = ann.locator("#to option", has_text="Ben – Ready")
    ann.locator("#to").select_option(value=colleague.get_attribute("value"))
    ann.locator("#note").fill("Speaks fast, has the number ready")
    assert [] == nameless(ann)
    ann.locator(".tool .primary").click()
    expect(ann.locator(".notices")).to_contain_text("Handed on: Dana Reyes waits in Travel · English")
    expect(ann.locator(".switch [aria-pressed=true]").first).to_have_text("Break")

    offer = ben.locator(".offer")
    expect(offer).to_contain_text("Speaks fast, has the number ready")
    expect(offer).to_contain_text("transferred to you")
    accept(ben)
    expect(customer.locator(".log")).to_contain_text("Handed on to Travel · English. You keep your place.")
    say(ben, "Hello again")
    expect(customer.locator(".bubble")).to_have_text("Hello again")


def test_a_callback_without_a_chat_is_dialled_reached_and_closed_with_a_reason(people: People) -> None:
    """A time that was promised is told in the customer's own words; the agent says what it was and what came of it."""
    customer = asking(people, "invoice", "Paid twice")
    customer.locator(W + ".ways-on button", has_text="Call me instead").click()
    customer.locator(W + "#number").fill("+1 202 555 0123")
    customer.get_by_label("At a time that I choose").check()
    customer.locator(W + "#day").select_option(label="tomorrow")
    customer.locator(W + "#time").select_option(index=0)
    assert [] == nameless(customer)
    customer.get_by_label("As soon as it is my turn").check()
    customer.locator(W + ".form .primary").click()
    expect(customer.locator(W + ".reservation")).to_contain_text(re.compile(r"When\s*by (tomorrow, )?\d\d:\d\d"))

    agent = serving(people, "Ann", "invoice")
    accept(agent)
    agent.locator(".call .primary").click()
    expect(customer.locator(W + ".reservation")).to_contain_text("You are on the phone with Ann")
    agent.locator(".talk .head .danger").click()
    agent.locator(".confirm .danger").click()
    expect(customer.locator(W + ".empty")).to_contain_text("The call has ended")
    assert [] == nameless(agent)
    agent.locator("#reason").select_option("data")
    agent.locator("#outcome").select_option("solved")
    agent.locator(".confirm.wrap .primary").click()
    expect(agent.locator(".row")).to_have_count(0)


def test_a_call_for_tomorrow_and_back_to_the_chat_keep_the_place(people: People) -> None:
    """From the line to a promise for tomorrow and back to the chat: the customer is still the first of two."""
    first = asking(people, "request", "A new field")
    start(first)
    second = asking(people, "request", "Another field")
    start(second)
    expect(second.locator(W + ".place")).to_contain_text("number 2")
    first.get_by_role("button", name="Call me back instead").click()
    first.locator(W + "#number").fill("+1 202 555 0124")
    first.get_by_label("At a time that I choose").check()
    first.locator(W + "#day").select_option(label="tomorrow")
    first.locator(W + "#time").select_option(index=20)
    first.locator(W + ".form .primary").click()
    expect(first.locator(W + ".reservation")).to_contain_text("tomorrow between 10:00 and 10:30")
    expect(second.locator(W + ".place")).to_contain_text("next in line")

    first.get_by_role("button", name="Wait in the chat instead").click()
    expect(first.locator(W + ".place")).to_contain_text("next in line")
    expect(second.locator(W + ".place")).to_contain_text("number 2")
    agent = serving(people, "Ann", "request")
    expect(agent.locator(".offer").first).to_contain_text("A new field")


def test_a_supervisor_moves_a_contact_and_closes_a_line(people: People) -> None:
    """Why nobody serves is said, moving brings the contact to who can, and a closed line takes no case either."""
    agent = serving(people, "Cleo", "card")
    customer = asking(people, "card", "Card blocked")
    customer.locator(W + "#language").select_option("de")
    expect(customer.locator(W + ".consent")).to_contain_text("If nobody who speaks German is free in time, English")
    agent.get_by_role("button", name="Change", exact=True).click()
    agent.locator(".sign-in [value=de]").uncheck()
    agent.locator(".sign-in button.primary").click()
    start(customer)

    board = people.page("/demo")
    board.get_by_role("button", name="Card · German").click()
    inside = board.locator(".inside")
    expect(inside).to_contain_text("Card blocked")
    expect(inside).to_contain_text("do not speak the language (1)")
    assert [] == nameless(board)
    inside.locator(".choose select").select_option(label="Card · English")
    inside.locator(".choose button").click()
    expect(inside).to_contain_text("Nobody waits.")
    expect(agent.locator(".offer")).to_contain_text("Card · English")
    expect(customer.locator(".log")).to_contain_text("Moved to Card · English. You keep your place.")

    board.get_by_role("switch", name="Card · English").click()
    expect(board.get_by_role("switch", name="Card · English")).to_have_attribute("aria-checked", "false")
    late = asking(people, "card", "Card lost")
    late.locator(W + ".form .primary").click()
    expect(late.locator(W + ".error")).to_contain_text("takes no new requests now")
    expect(late.locator(W + ".error button").first).to_be_focused()
    expect(late.locator(W + ".error button", has_text="Open a case")).to_have_count(0)
    late.locator(W + ".error button", has_text="German").click()
    expect(late.locator(W + ".place")).to_be_visible()

    board.locator(".people .name", has_text="Cleo").click()
    board.locator(".force button", has_text="Break").click()
    expect(agent.locator(".status")).to_contain_text("A supervisor set this status")


def test_a_case_is_due_by_its_priority(people: People) -> None:
    """Customer, agent and supervisor read when a case is due; as a P1 it is late, and everybody is told so."""
    customer = asking(people, "request", "Export of all receipts")
    customer.locator(W + ".form button", has_text="Open a case").click()
    expect(customer.locator(W + ".reservation")).to_contain_text("You get a first answer by")
    board = people.page("/demo")
    row = board.locator(".lines tbody tr", has_text="Request · English")
    expect(row.locator(".cases")).to_contain_text("due ")

    agent = serving(people, "Cora", "request")
    expect(agent.locator(".offer")).to_contain_text("the case that is due first")
    expect(agent.locator(".offer .chips")).to_contain_text("due ")
    accept(agent)
    expect(agent.locator(".facts")).to_contain_text("First response")
    agent.locator(".priorities button", has_text="P1").click()

    expect(agent.locator(".facts .overdue")).to_contain_text("overdue since")
    expect(customer.locator(W + ".reservation")).to_contain_text("Our answer is late")
    expect(row.locator(".cases")).to_contain_text("1 overdue")
    assert [] == nameless(board) + nameless(agent)
