"""The report of a sweep: curves for one field, heat maps for two, panels for more, each with its table."""

import itertools
import re

import pytest

from sim.results.panels import PANEL
from sim.results.scatter import Scatter, scatter_drawing
from sim.results.sweep_page import sweep_page
from sim.scenario_file import parse_scenario
from sim.sweep.axes import axes_of
from sim.sweep.found import Found
from sim.sweep.run import sweep
from sim.sweep.words import notes
from sim.sweep.words import spoken_wait as spoken
from tests.sim.results.test_page import Outline
from tests.sim.test_simulate_command import SMALL

BASE = parse_scenario(SMALL.replace("{accept: 0.2}", "{accept: 0.4}"))


def swept(*varied: str) -> Found:
    """Few replications of a small desk."""
    return sweep(BASE, axes_of(varied), replications=2)


@pytest.fixture(scope="module")
def grid() -> Found:
    return swept("people.all.agents=2..3", "callback.accept=0.5,0.9", "people.all.answer_delay=5 s,10 s")


def drawings(page: str, ident: str) -> list[str]:
    """The drawings of one figure."""
    (figure,) = re.findall(rf'<figure id="{ident}">.*?</figure>', page, re.DOTALL)
    return re.findall(r'<svg class="(?:wide|narrow|panel)".*?</svg>', figure, re.DOTALL)


def test_one_field_gives_curves_with_intervals() -> None:
    """A point with its band for each value, under it the table with the very numbers, and the target as a line."""
    found = swept("people.all.agents=3..5")
    page = sweep_page(found)
    wide, narrow = drawings(page, "sl_offered")
    level = found.tried[1].measure("sl_offered")

    Outline(page)
    assert [3, 3] == [drawing.count("<circle") for drawing in (wide, narrow)]
    assert 'class="s1 band"' in wide
    assert 'class="target"' in wide
    assert f'<tr><th scope="row">4</th><td>{(level.estimate.mean or 0) * 100:.1f} %</td>' in page


def test_names_are_not_joined_by_a_line() -> None:
    """What lies between two laws means nothing, so nothing is drawn there."""
    wide, _ = drawings(sweep_page(swept("patience={fixed: 2 min}, {exponential: 3 min}")), "sl_offered")

    assert 2 == wide.count("<circle")
    assert 2 == wide.count("whisker")
    assert "line" not in wide


def test_two_fields_give_heat_maps(grid: Found) -> None:
    """A cell for each combination, with its number in it; every measure of a target, of waits and of callbacks."""
    page = sweep_page(swept("people.all.agents=3..5", "people.all.chats=1,2"))
    wide, narrow = drawings(page, "sl_offered-figure")

    assert [6, 6] == [drawing.count('class="heat"') for drawing in (wide, narrow)]
    assert 6 == len(re.findall(r'<text class="number"[^>]*>\d+\.\d %', wide))
    for name in ("abandonment", "asa", "wait_p90", "callback_wait_mean"):
        assert 2 == len(drawings(page, f"{name}-figure"))


def test_more_fields_give_a_panel_for_each_combination(grid: Found) -> None:
    """All on one scale, each with its own name, and everything a screen reader is pointed at exists once."""
    page = sweep_page(grid)
    outline = Outline(page)
    identities = [one["id"] for _, one in outline.tags if "id" in one]

    assert len(identities) == len(set(identities))
    for drawing in (one for one in outline.all("svg") if one.get("role") == "img"):
        assert set(str(drawing["aria-labelledby"]).split()) <= set(identities)
    assert 2 == len(drawings(page, "sl_offered-figure"))
    assert "<h3>answer_delay 5 s</h3>" in page
    assert page.count("<figure ") == page.count("<details><summary>Show as table</summary>") == 1 + len(grid.measures)


def test_what_callbacks_are_paid_with_is_seen() -> None:
    """Abandonment against the wait for a callback: a point for each combination, its intervals, a path for each row."""
    found = swept("people.all.agents=2..3", "callback.accept=0.5,0.9")
    seen = [one for one in found.tried if one.measure("callback_wait_mean").estimate.mean is not None]

    assert len(seen) >= 2
    for drawing in drawings(sweep_page(found), "trade-off-figure"):
        assert len(seen) == drawing.count("<circle")
        assert re.search(r'class="s[12] line"', drawing)
        assert "whisker" in drawing
    quiet = sweep(BASE, axes_of(["callback.accept=0"]), replications=1)
    assert "trade-off" not in sweep_page(quiet)


def test_of_many_points_the_best_stand_first(monkeypatch: pytest.MonkeyPatch, grid: Found) -> None:
    """The cheapest that will do before the pictures, every point after them; with few points there is one table."""
    monkeypatch.setattr("sim.results.sweep_page._FEW_POINTS", 4)
    monkeypatch.setattr("sim.results.sweep_page._BEST", 3)
    page = sweep_page(grid)
    best, rest = page.split("<h2>The best points</h2>")[1].split("</section>", 1)

    ranked = sorted(grid.tried, key=grid.rank)
    assert [one.meets for one in ranked] == sorted((one.meets for one in grid.tried), reverse=True)
    assert 3 == best.count('<th scope="row">')
    assert f'<tr><th scope="row">{grid.told(ranked[0].point)[0]}</th>' in best
    assert rest.index("<figure") < rest.index("<h2>Every point</h2>")
    assert "<h2>Points</h2>" in sweep_page(swept("people.all.agents=3..5"))


def test_who_pays_with_callbacks_is_told(monkeypatch: pytest.MonkeyPatch, grid: Found) -> None:
    """Where no target is about callbacks and the chosen point lets them wait long, a notice says so."""
    assert ["34.4 s", "26.1 min", "12.8 h"] == [spoken(one) for one in (34.4, 1_566.0, 46_023.4)]
    monkeypatch.setattr("sim.sweep.words._LONG_S", 1.0)
    wait = None if grid.chosen is None else grid.chosen.measure("callback_wait_mean").estimate.mean
    told = [text for text in notes(grid) if "No target is about callbacks" in text]

    assert bool(told) == (wait is not None and grid.base.targets.callback_kept is None)


def test_long_and_short_waits_are_drawn_by_factors() -> None:
    """1, 10, 100: equal factors are equal steps."""
    scatter = Scatter("id", "t", "f", "x", "y", [], 150.0, 0.5, "{:g}".format, "{:g}".format, left=2.0)
    drawing = scatter_drawing(scatter, PANEL)
    places = dict(re.findall(r'<text class="tick" x="([\d.]+)" y="[\d.]+" text-anchor="\w+">(1|10|100|1000)<', drawing))

    found = sorted((int(told), float(x)) for x, told in places.items())
    assert [1, 10, 100, 1000] == [told for told, _ in found]
    steps = [after[1] - before[1] for before, after in itertools.pairwise(found)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.2)


def test_nothing_of_a_sweep_becomes_markup(grid: Found) -> None:
    """Names of variants are text, and the file needs nothing from anywhere."""
    page = sweep_page(swept("patience={fixed: 2 min}, {exponential: 3 min}"))

    assert not re.search(r"https?://|<script|<link|<img", page)
    assert "<h1>small: patience</h1>" in page
    assert '<p class="answer">' in page
