"""The report as a file: the answer first, every chart with its table, nothing from anywhere else."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from sim import changed, compare, simulate
from sim.results.charts import Chart, Point, Series, drawn, legend
from sim.results.page import comparison_page, result_page
from sim.scenario_file import as_scenario
from sim.words import percent
from tests.sim.test_twin import DESK

DAY: dict[str, Any] = {
    **DESK,
    "description": 'Has <b>marks</b> & "quotes".',
    "assumed": ["<script>alert(1)</script>"],
    "run": {"horizon": "2 h", "replications": 3, "seed": 5},
}
VOID = {"meta", "br", "link"}


class Outline(HTMLParser):
    """Checks that every tag is closed in its turn, and notes what the page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def report() -> str:
    return result_page(simulate(as_scenario(DAY), reduce=True))


@pytest.fixture(scope="module")
def comparison() -> str:
    now = as_scenario(DAY)
    return comparison_page(compare(now, changed(now, "people.first.agents=9"), names=["now", "more & more"]))


def test_every_chart_has_its_table_and_its_words(report: str, comparison: str) -> None:
    """Title, description, and a table under it; what a screen reader is pointed at exists once."""
    for page, charts in ((report, 6), (comparison, 2)):
        outline = Outline(page)
        figures = page.split("<figure ")[1:]
        identities = [one["id"] for _, one in outline.tags if "id" in one]

        assert len(figures) == charts
        assert len(identities) == len(set(identities))
        for figure in figures:
            assert figure.count('role="img"') == 2
            assert figure.index("<details><summary>Show as table</summary>") < figure.index("<table>")
        for drawing in (one for one in outline.all("svg") if one.get("role") == "img"):
            assert set(str(drawing["aria-labelledby"]).split()) <= set(identities)


def test_the_answer_stands_first(report: str, comparison: str) -> None:
    """Before any number or picture; the verdict is a word, not only a colour."""
    assert re.search(r"<h1>busy</h1>\s*<p class=\"answer\">Service level \d+\.\d % \(", report)
    assert re.search(r'target 80 %: <span class="verdict \w+">(met|missed|too close to tell)</span>', report)
    assert re.search(r"<p class=\"answer\">more &amp; more", comparison)


def test_the_day_is_shown_from_the_numbers_of_the_day() -> None:
    """The table under a chart has the very numbers of the result, interval by interval."""
    result = simulate(as_scenario(DAY))
    page = result_page(result)
    level = result.measure("sl_offered", interval=3)

    assert f'<tr><th scope="row">00:45</th><td>{percent(level.estimate.mean or 0, 1)}</td>' in page


def test_nothing_of_a_scenario_becomes_markup(report: str) -> None:
    """A description or a note is text, whatever stands in it."""
    assert "<script" not in report
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in report
    assert "Has &lt;b&gt;marks&lt;/b&gt; &amp; &quot;quotes&quot;." in report


def test_the_file_needs_nothing_from_anywhere(report: str, comparison: str) -> None:
    """No address, no script, no font, no picture from elsewhere, and a policy that would not let any in."""
    for page in (report, comparison):
        outline = Outline(page)
        assert not re.search(r"https?://|@import|url\(", page)
        assert not [tag for tag, _ in outline.tags if tag in ("script", "link", "img", "iframe")]
        assert "default-src 'none'" in page


def test_a_cancelled_run_says_so() -> None:
    """The page does not pretend to be whole."""
    result = simulate(as_scenario(DAY), replications=1)

    assert "This run was cancelled" in result_page(result, complete=False)
    assert "This run was cancelled" not in result_page(result)


def test_a_desk_without_callbacks_has_no_chart_of_them() -> None:
    """What did not happen has no picture."""
    quiet = {key: value for key, value in DAY.items() if key != "callback"}

    assert 'id="callbacks"' not in result_page(simulate(as_scenario(quiet), replications=2))


def test_a_notebook_gets_the_answer_and_the_table() -> None:
    """Whole tags, the answer, and no style that would leak into the notebook."""
    now = as_scenario(DAY)
    for cell in (simulate(now)._repr_html_(), compare(now, changed(now, "people.first.agents=9"))._repr_html_()):
        Outline(cell)
        assert "service level" in cell
        assert "<style" not in cell


def chart(*series: Series, **options: Any) -> Chart:
    settings = {"target": None, "top": 1.0, **options}
    return Chart("c", "Title", "Finding.", "share", ["08:00", "08:30", "09:00"], series, percent, **settings)


def test_a_line_stops_where_nothing_was_observed() -> None:
    """A gap is a gap: neither bridged nor drawn as 0."""
    wide = drawn(chart(Series("level", [Point(0.5), Point(None), Point(0.7)]))).split("</svg>")[0]
    path = re.search(r'class="s1 line" d="([^"]*)"', wide)

    assert path is not None
    assert path[1].count("M") == 2
    assert wide.count("<circle") == 2


def test_steps_hold_for_their_whole_interval() -> None:
    """Agents who are there are there until the interval ends."""
    wide = drawn(chart(Series("agents", [Point(2.0), Point(3.0), Point(3.0)], "step"), top=None))
    path = re.search(r'class="s1 step" d="M([^"]*)"', wide)

    assert path is not None
    corners = [corner.split() for corner in path[1].split("L")]
    assert len(corners) == 6
    assert (corners[0][1], corners[1][0]) == (corners[1][1], corners[2][0])


def test_the_band_is_between_its_ends_and_inside_the_axis() -> None:
    """An interval that reaches beyond 100 % is cut there."""
    wide = drawn(chart(Series("level", [Point(0.9, 0.8, 1.3), Point(0.9, 0.8, 1.0), Point(0.9, 0.8, 1.0)])))
    band = re.search(r'class="s1 band" d="M([^"]*)Z"', wide)

    assert band is not None
    heights = [float(corner.split()[1]) for corner in band[1].split("L")]
    assert heights[:3] == [heights[0]] * 3
    assert heights[3:] == [heights[3]] * 3
    assert heights[0] < heights[3]


def test_what_stands_on_little_is_marked_and_named() -> None:
    """Hollow points for fewer than 20 contacts, with a word for them in the legend."""
    few = chart(Series("level", [Point(0.5, few=True), Point(0.5), Point(None)]))

    assert drawn(few).count('class="s1 dot few"') == 2
    assert "on fewer than 20 contacts" in legend(few)
    assert legend(chart(Series("level", [Point(0.5)] * 3))) == ""


@pytest.mark.parametrize("number", [0.0, 0.003, 1.0, 7.3, 120.0, 54_321.0])
def test_every_axis_has_a_few_round_numbers(number: float) -> None:
    """Whatever the size, and also where everything is 0."""
    made = chart(Series("x", [Point(number)] * 3), top=None)
    ticks = re.findall(r'text-anchor="end">([^<]*)<', drawn(made).split("</svg>")[0])

    assert 3 <= len(ticks) <= 8
