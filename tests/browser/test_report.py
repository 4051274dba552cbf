"""The report of a run in a real browser: both lights, wide and on a phone."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from sim import changed, compare, simulate
from sim.scenario_file import as_scenario
from tests.sim.results.test_page import DAY

pytestmark = pytest.mark.browser

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
Light = Literal["light", "dark"]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A simulation's and a comparison's report."""
    out, now = tmp_path_factory.mktemp("runs"), as_scenario(DAY)
    simulate(now, out=out)
    compare(now, changed(now, "people.first.agents=9"), names=["now", "nine agents in the first group"], out=out)
    return {"compared" if "compared" in path.name else "simulated": path / "report.html" for path in out.iterdir()}


def opened(browser: Browser, report: Path, size: dict[str, int], light: Light = "light") -> tuple[Page, list[str]]:
    """The page, and whatever the browser complains about."""
    page = browser.new_context(viewport=size, color_scheme=light).new_page()  # type: ignore[arg-type]
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(report.as_uri())
    return page, faults


@pytest.mark.parametrize("kind", ["simulated", "compared"])
@pytest.mark.parametrize(("size", "shown", "hidden"), [(WIDE, "wide", "narrow"), (PHONE, "narrow", "wide")])
def test_each_screen_gets_its_own_drawing(
    browser: Browser, reports: dict[str, Path], kind: str, size: dict[str, int], shown: str, hidden: str
) -> None:
    """One of the two drawings is seen, its text is large enough to be read, and nothing is wider than the screen."""
    page, faults = opened(browser, reports[kind], size)
    figures = page.locator("figure")

    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for place in range(figures.count()):
        expect(figures.nth(place).locator(f"svg.{shown}")).to_be_visible()
        expect(figures.nth(place).locator(f"svg.{hidden}")).to_be_hidden()
    height = page.locator(f"svg.{shown} .tick").first.evaluate("text => text.getBoundingClientRect().height")
    assert height >= 12
    assert faults == []
    page.context.close()


CONTRASTS = """() => {
    const canvas = document.createElement('canvas').getContext('2d');
    const bright = (colour) => {
        canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
            .map((part) => part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (!/, 0\\)$|transparent/.test(colour)) return colour;
        }
        return 'white';
    };
    const found = {};
    const note = (name, element, colour, least) => {
        const [one, other] = [bright(colour), bright(behind(element))];
        const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
        if (ratio < least) found[name] = ratio;
    };
    for (const element of document.querySelectorAll('p, h1, h2, dt, dd, small, li, th, td, caption, summary, .verdict'))
        note(element.className || element.tagName, element, getComputedStyle(element).color, 4.5);
    for (const element of document.querySelectorAll('.tick'))
        note('tick', element, getComputedStyle(element).fill, 4.5);
    for (const element of document.querySelectorAll('.line, .step, .target'))
        note(element.getAttribute('class'), element, getComputedStyle(element).stroke, 3);
    return found;
}"""


@pytest.mark.parametrize("light", ["light", "dark"])
def test_everything_can_be_told_from_what_is_behind_it(
    browser: Browser, reports: dict[str, Path], light: Light
) -> None:
    """Text holds 4.5:1 and lines 3:1, by day and by night; the page follows the reader's preference."""
    for report in reports.values():
        page, _ = opened(browser, report, WIDE, light)
        assert page.evaluate(CONTRASTS) == {}
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 19, 27)"
        assert dark == (light == "dark")
        page.context.close()


def test_tables_open_by_keyboard(browser: Browser, reports: dict[str, Path]) -> None:
    """Each chart's numbers are one key away, and a table that is too wide scrolls in its own box."""
    page, _ = opened(browser, reports["simulated"], PHONE)
    figure = page.locator("figure").first
    expect(figure.locator("table")).to_be_hidden()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(figure.locator("table")).to_be_visible()
    expect(figure.locator("tbody tr").first).to_contain_text(re.compile(r"^00:00"))
    page.keyboard.press("Tab")
    expect(figure.locator(".scroll")).to_be_focused()
    page.context.close()


def test_a_drawing_has_a_name_and_a_finding(browser: Browser, reports: dict[str, Path]) -> None:
    """Who does not see the chart is told what it shows."""
    page, _ = opened(browser, reports["simulated"], WIDE)
    drawing = page.get_by_role("img", name=re.compile("^Service level served within 60 s: lowest .* at "))

    expect(drawing).to_have_count(1)
    page.context.close()
