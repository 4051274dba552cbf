"""Pages in every language, on every screen, in both lights."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People, accept, nameless, say
from web.app import PAGES

pytestmark = pytest.mark.browser

SOMETHING = re.compile(r"\w.{40}", re.DOTALL)
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_french_from_the_launcher_to_the_end(people: People) -> None:
    """A reader of French meets no English word of ours, in the widget or in the console."""
    customer = people.page("/widget", locale="fr-FR")
    customer.get_by_role("button", name="Ouvrir le chat d’assistance").click()
    form = customer.locator("ringback-widget .form")
    expect(form).to_contain_text("Démarrer le chat")
    expect(form.locator("#language")).to_have_value("fr")
    form.locator(".primary").click()
    expect(customer.locator("ringback-widget .place")).to_contain_text("Vous êtes la prochaine personne")
    expect(customer.locator("ringback-widget .standing button")).to_have_text("Plutôt être rappelé")

    agent = people.page("/console?as=Mina", locale="fr-FR")
    agent.get_by_role("button", name="Commencer à prendre des contacts").click()
    expect(agent.locator(".offer .actions")).to_contain_text("Accepter")
    accept(agent)
    say(agent, "Bonjour !")
    expect(customer.locator(".bubble")).to_have_text("Bonjour !")
    expect(customer.locator(".bubble")).to_have_attribute("lang", "fr")
    expect(customer.locator("html")).to_have_attribute("lang", "fr")


def test_a_refused_number_is_refused_in_french(people: People) -> None:
    """The desk's reasons are told in the reader's language, not in the desk's."""
    customer = people.waiting(locale="fr-FR")
    customer.locator("ringback-widget .standing button").click()
    customer.locator("ringback-widget #number").fill("12")
    customer.locator("ringback-widget .form .primary").click()
    expect(customer.locator("ringback-widget .error")).to_contain_text("Ce numéro ne peut pas être appelé")


def test_language_and_light_are_switched_where_one_is(people: People) -> None:
    """The choice holds at once, on the next page, and for the widget on the page."""
    page = people.page("/")
    page.locator("#bar-language").select_option("fr")
    expect(page.locator("h1")).to_contain_text("Une assistance")
    page.locator(".bar .prefs button").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.goto(people.desk.address + "/widget")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Ouvrir le chat d’assistance").click()
    expect(page.locator("ringback-widget h2")).to_have_text("Assistance")
    assert "dark" == page.locator("ringback-widget .panel").evaluate("panel => getComputedStyle(panel).colorScheme")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(people: People, path: str) -> None:
    """At 390 points nothing but a table's own box scrolls sideways."""
    page = people.page(path, **PHONE)
    page.locator("rb-bar nav a").first.wait_for()
    expect(page.locator("main")).to_contain_text(SOMETHING)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_the_table_of_lines_fits_where_supervisors_look(people: People, locale: str) -> None:
    """At 1,280 pixels every column is seen without scrolling, also when each cell says as much as it can."""
    table = people.page("/demo", locale=locale)
    table.locator(".lines tbody tr").first.wait_for()
    width, room = table.evaluate(
        """() => {
            const cells = document.querySelector('.lines tbody tr').children;
            const most = {
                1: '128', 3: '1 h 12 min', 4: '14', 5: '12', 6: '31', 7: '17 / 19', 8: '12 min 40 s', 9: '117',
            };
            for (const [place, text] of Object.entries(most)) cells[place].textContent = text;
            const scroll = document.querySelector('.lines .scroll');
            return [scroll.scrollWidth, scroll.clientWidth];
        }"""
    )
    assert width <= room


def test_on_a_phone_the_panel_is_the_screen(people: People) -> None:
    """The widget fills a phone, its text is large enough not to be zoomed, and its targets large enough to be hit."""
    customer = people.waiting(**PHONE, has_touch=True, is_mobile=True)
    panel = customer.locator("ringback-widget .panel").bounding_box()
    size = customer.locator("rb-composer textarea").evaluate("box => parseFloat(getComputedStyle(box).fontSize)")

    assert panel is not None
    assert (0, 0, 390, 844) == (panel["x"], panel["y"], panel["width"], round(panel["height"]))
    assert size >= 16
    for button in customer.locator("ringback-widget .panel button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40


def test_on_a_phone_an_agent_sees_list_or_conversation(people: People) -> None:
    """One column at a time, and a way back to the list."""
    agent = people.agent(**PHONE)
    people.waiting()
    accept(agent)
    expect(agent.locator(".column.first")).to_be_hidden()
    agent.locator(".back").click()
    expect(agent.locator(".column.talk")).to_be_hidden()
    agent.locator(".row").click()
    expect(agent.locator("rb-composer textarea")).to_be_visible()


def test_everything_that_can_be_pressed_has_a_name(people: People) -> None:
    """In every state on the way, no control is a mere picture to somebody who does not see."""
    customer, agent = people.talking()
    for path in PAGES:
        page = people.page(path)
        expect(page.locator("main")).to_contain_text(SOMETHING)
        assert [] == nameless(page)
    people.waiting("Another matter").locator("ringback-widget .standing button").click()
    agent.locator(".offer").wait_for()
    for page in (customer, agent, people.customer()):
        assert [] == nameless(page)


def test_the_table_tells_the_day_and_its_definitions(people: People) -> None:
    """A supervisor sees who waits, who serves, and what each number of today means."""
    people.talking()
    people.waiting("Another matter")
    table = people.page("/demo")
    tiles = table.locator(".tiles")
    expect(tiles).to_contain_text("Offered2")
    expect(tiles.locator(".tile").first).to_contain_text("1 of 1")
    expect(table.locator(".agents li")).to_contain_text("Mina")
    expect(table.locator(".lines tbody tr")).to_have_count(8)
    expect(table.locator(".measures")).to_contain_text("Mean wait of the served: accepted - asked")
    expect(table.locator(".measures dt", has_text=re.compile("^ASA$"))).to_have_count(1)
