"""The virtual clock of an agent who holds several contacts, against the integral written by hand."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from sim.driver import Alarm, Driver, Turn
from sim.people.jobs import Jobs
from sim.people.model import FULL_SPEED, Pace
from tests.sim.people.days import MINUTE, desk, held, run

HALF = Pace(1.0, (FULL_SPEED, FULL_SPEED // 2))
"""Alone at full speed, at half speed with two."""


def script(*steps: tuple[int, str, int, int]) -> list[tuple[int, Any]]:
    """Let contacts come (with so much work) and go at given times; what is done when, and what was left."""
    driver = Driver()
    jobs, said = Jobs(driver), []

    def act(alarm: Alarm) -> None:
        what, contact, work_ms = alarm.what
        if what == "take":
            jobs.hold(1, contact)
            jobs.begin(1, contact, HALF, work_ms, Turn.END, lambda done: say(done.what), contact)
        else:
            said.append((driver.now, jobs.release(1, contact)))

    def say(contact: int) -> None:
        said.append((driver.now, f"done {contact}"))
        jobs.release(1, contact)

    for index, (at, *what) in enumerate(steps):
        driver.alarm(at, Turn.SCRIPT, index, act, what)
    driver.run()
    return said


def test_work_is_kept_when_the_number_held_changes() -> None:
    """10 s of work: 4 s alone, then with another at half speed; the other's 3 s take 6, and what is left goes on."""
    said = script((0, "take", 1, 10_000), (4_000, "take", 2, 3_000))

    # From 4 s to 10 s each does 3 s of work: the second is done, the first has 3 s left, alone.
    assert said == [(10_000, "done 2"), (13_000, "done 1")]


def test_whoever_is_taken_away_leaves_the_rest_of_the_work() -> None:
    """What is left is told in milliseconds at full speed, and the others are faster from then on."""
    said = script((0, "take", 1, 10_000), (0, "take", 2, 10_000), (6_000, "give", 2, 0))

    assert said == [(6_000, 7_000), (13_000, "done 1")]


def test_contacts_that_are_done_at_once_end_in_the_order_of_their_numbers() -> None:
    """A tie is broken by the contact, not by who came first."""
    said = script((0, "take", 2, 5_000), (0, "take", 1, 5_000))

    assert said == [(10_000, "done 1"), (10_000, "done 2")]


def test_a_conversation_takes_what_the_integral_over_its_crowd_says() -> None:
    """Over a day with up to three chats each: the work done, by the number held at each moment, is the work drawn."""
    factors = [Fraction(1), Fraction(3, 2), Fraction(9, 4)]
    data = desk(
        people={"crew": {"agents": 2, "products": ["expense"], "languages": ["en"], "chats": 3}},
        work={"handle_time": "7 min", "wrap_up": "0 s", "slow_down": [1.0, 1.5, 2.25]},
        patience="never",
    )
    counted, happened = run(data)
    conversations = list(held(happened))
    agents = {e.contact_id: e.agent_id for _, e in happened if type(e).__name__ == "ContactConnected"}

    assert counted.total.served == len(conversations) > 100
    for contact, begun, ended in conversations:
        others = [(b, e) for c, b, e in conversations if agents[c] == agents[contact]]
        edges = sorted({begun, ended, *(t for pair in others for t in pair if begun < t < ended)})
        done = Fraction(0)
        for left, right in pairwise(edges):
            crowd = sum(b <= left and right <= e for b, e in others)
            done += (right - left) / factors[crowd - 1]
        # Each change of the number rounds the end up to a whole millisecond at most.
        assert 0 <= done - 7 * MINUTE < 3


def test_a_slower_group_takes_longer_for_the_same_work() -> None:
    """`handle_factor` multiplies what was drawn, by product too; the draws stay."""
    slower = {"agents": 6, "products": ["expense"], "languages": ["en"], "handle_factor": 1.5}
    slower["handle_factor_by_product"] = {"expense": 1.2}
    same = {c: e - b for c, b, e in held(run(desk(patience="never"))[1])}
    slow = {c: e - b for c, b, e in held(run(desk(patience="never", people={"crew": slower}))[1])}

    assert same.keys() == slow.keys()
    assert all(slow[contact] == pytest.approx(same[contact] * 1.8, abs=1) for contact in same)


def test_no_slow_down_is_the_plain_day() -> None:
    """Factors of 1, and those for more contacts than an agent may hold, change nothing."""
    plain = run(desk())[1]

    assert run(desk(work={**desk()["work"], "slow_down": [1.0, 1.4, 2.0]}))[1] == plain
