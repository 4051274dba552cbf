"""A decision as lines for people."""

from collections.abc import Iterator

from router.core.events import OfferMade
from router.core.explain import decision
from router.service.explain import Happened, explained
from tests.core.acts import case
from tests.core.build import agent, given
from tests.core.test_clocks import RULES, at


def lines(hour: float, opened: float, **rules: object) -> Iterator[str]:
    """What is said of a case that was opened at one hour and is offered to ann at another."""
    story = given(at(opened), case("it"), at(hour), agent("ann"), **{**RULES, **rules})
    contact = story.state.contacts[story.number("it")]
    made = OfferMade(contact.offer_id, contact.id, story.number("ann"), 0)
    return explained([Happened(story.now, made, "", decision(story.state, made))])


def said(*args: float, **rules: object) -> str:
    return next(line.strip() for line in lines(*args, **rules) if "case clock" in line)


def test_a_case_tells_its_clock():
    """What the clock shows of its target, whether it stands still, and how far the due time is."""
    assert "case clock 60:00.000 of 240:00.000 work time; due in 180:00.000" == said(10, 9)
    assert "case clock 0:00.000 of 240:00.000 work time (stands still); due in 420:00.000" == said(5, 3)
    assert "case clock 300:00.000 of 240:00.000 work time; overdue by 60:00.000" == said(14, 9)


def test_a_due_time_beyond_the_calendar_is_said_to_be_unknown():
    """Nobody guesses what lies behind the horizon."""
    assert said(42, 41.5).endswith("; when it is due lies beyond the known calendar")


def test_without_a_target_there_is_no_clock():
    """The decision tells nothing of a clock that is not there."""
    assert not [line for line in lines(10, 9, response_target_ms=(0, 0, 0, 0)) if "case clock" in line]
