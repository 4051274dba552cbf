"""What a contact is told, and that it never gets longer without a cause."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.estimates import announcements
from router.core.estimates.announcements import (
    CAUSES,
    KINDS,
    OVERDUE,
    RANGE,
    RANKED_AHEAD,
    SERVERS_LEFT,
    SLOWER_SERVICE,
    UNSTAFFED,
    Announced,
    AnnouncementRules,
    Conditions,
    next_announcement,
)
from router.core.estimates.places import PLACE_MODES
from router.core.estimates.waits import wait_range

MIN = 60_000
RULES = AnnouncementRules(min_interval_ms=30_000, change_ms=30_000, change_percent=10, places="always")
BUSY = Conditions(ahead=9, servers_milli=5_000, handle_ms=300_000, patience_ms=600_000)


def fresh(conditions: Conditions) -> tuple[int, int]:
    """P50 and P90 under these conditions, at once and for whoever asks."""
    found = wait_range(conditions.ahead, conditions.servers_milli, conditions.handle_ms, conditions.patience_ms)
    assert found is not None
    return found


def first(conditions: Conditions = BUSY, now: int = 0, rules: AnnouncementRules = RULES) -> Announced:
    said = next_announcement(None, now, conditions, rules)
    assert said is not None
    return said


def then(previous: Announced, now: int, rules: AnnouncementRules = RULES, **changes: int) -> Announced | None:
    """What is said at `now` under the conditions of before, changed so."""
    return next_announcement(previous, now, replace(previous.basis, **changes), rules)


def test_the_first_announcement_is_always_made() -> None:
    """Whoever begins to wait is told the range and the place at once, without a cause."""
    assert Announced(RANGE, 0, *fresh(BUSY), "", (9, False), BUSY) == first()


def test_nothing_new_is_not_said() -> None:
    """While things go as told, time alone is no news: the reader counts down."""
    told = first()

    assert then(told, 40_000) is None


def test_nothing_is_said_too_often() -> None:
    """However much has changed, there is a least time between two announcements."""
    told = first()

    assert then(told, 29_999, ahead=0) is None
    assert then(told, 30_000, ahead=0) is not None


def test_a_shorter_wait_needs_no_cause() -> None:
    """When the others leave, the new range is told as it is."""
    told = first()

    said = then(told, MIN, ahead=2)

    assert said is not None
    assert (*fresh(replace(BUSY, ahead=2)), "") == (said.low_ms, said.high_ms, said.cause)


def test_a_new_place_alone_keeps_the_range() -> None:
    """One place forward is told, but the edges, which hardly moved, stay where they were told to be."""
    told = first()

    said = then(told, MIN, ahead=8)

    assert said is not None
    assert ((8, False), told.low_ms - MIN, told.high_ms - MIN) == (said.place, said.low_ms, said.high_ms)
    assert told.basis == said.basis


def test_a_place_not_told_is_no_news() -> None:
    """Where "more than 5 ahead" is all that is said, moving from nine to eight is not worth a word."""
    rules = replace(RULES, places="more", place_limit=5)
    told = first(rules=rules)

    assert (5, True) == told.place
    assert then(told, MIN, rules=rules, ahead=8) is None


def test_bad_luck_makes_no_wait_longer() -> None:
    """Nobody was served for five minutes and nothing changed: the upper edge stays, the lower one keeps its share."""
    told = first()
    now = 5 * MIN

    said = then(told, now)

    assert said is not None
    assert (RANGE, told.high_ms - now, "") == (said.kind, said.high_ms, said.cause)
    assert told.low_ms * said.high_ms // told.high_ms == said.low_ms


def test_after_the_upper_edge_no_number_is_told() -> None:
    """The wait is overdue; that is said once, and the estimate does not begin to grow again."""
    told = first()

    said = then(told, told.high_ms)

    assert said is not None
    assert (OVERDUE, 0, 0, "") == (said.kind, said.low_ms, said.high_ms, said.cause)
    assert then(said, said.at + 10 * MIN) is None


CHANGES = {
    SERVERS_LEFT: {"servers_milli": 3_000},
    RANKED_AHEAD: {"ahead": 14},
    SLOWER_SERVICE: {"handle_ms": 500_000},
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_longer_wait_comes_with_its_cause(cause: str) -> None:
    """Fewer servers, others in front, slower service: the wait may grow, and the cause is told."""
    told = first()

    said = then(told, 31_000, **CHANGES[cause])

    assert said is not None
    assert (cause, RANGE) == (said.cause, said.kind)
    assert told.high_ms - 31_000 < said.high_ms <= fresh(said.basis)[1]


@pytest.mark.parametrize("cause", CAUSES)
def test_a_wait_grows_by_what_its_cause_explains(cause: str) -> None:
    """Bad luck that came with the cause is not added: the edge moves by the difference that the cause makes."""
    told = first()

    said = then(told, 10 * MIN, **CHANGES[cause])

    assert said is not None
    explained = fresh(said.basis)[1] - fresh(BUSY)[1]
    assert told.high_ms - 10 * MIN + explained == said.high_ms < fresh(said.basis)[1]


def test_the_greatest_cause_is_told() -> None:
    """Of two causes the one that lengthens the wait more is named."""
    told = first()

    few = then(told, MIN, servers_milli=2_000, ahead=10)
    many = then(told, MIN, servers_milli=4_900, ahead=30)

    assert few is not None
    assert many is not None
    assert (SERVERS_LEFT, RANKED_AHEAD) == (few.cause, many.cause)


def test_a_little_slower_is_no_cause() -> None:
    """Learning wobbles: a handle time up by ten in a hundred explains nothing, by eleven it does."""
    told = first(replace(BUSY, ahead=40))

    assert then(told, MIN, handle_ms=330_000) is None
    assert then(told, MIN, handle_ms=333_000, rules=replace(RULES, change_percent=0)) is not None


def test_small_causes_add_up() -> None:
    """A cause too small to be worth telling counts on until, with the next one, it is."""
    told = first()
    held = then(told, 4 * MIN, servers_milli=4_800)
    assert held is not None
    assert (told.basis, "") == (held.basis, held.cause)

    said = then(held, 5 * MIN, servers_milli=4_600)

    assert said is not None
    assert SERVERS_LEFT == said.cause


def test_who_came_in_front_and_was_served_counts() -> None:
    """Nobody is ahead, as before, but two have been let past: their service is what the wait grew by."""
    alone = Conditions(ahead=0, servers_milli=1_000, handle_ms=300_000, patience_ms=600_000)
    told = first(alone)

    said = then(told, told.high_ms, overtaken=2)

    assert said is not None
    explained = fresh(replace(alone, ahead=2))[1] - fresh(alone)[1]
    assert (RANKED_AHEAD, min(explained, fresh(alone)[1])) == (said.cause, said.high_ms)


def test_when_everybody_leaves_that_is_told() -> None:
    """Without servers there is no range; when they are back there is a new one."""
    told = first()

    gone = then(told, MIN, servers_milli=0)
    assert gone is not None
    assert (UNSTAFFED, 0, 0, SERVERS_LEFT) == (gone.kind, gone.low_ms, gone.high_ms, gone.cause)
    assert then(gone, 2 * MIN) is None

    back = then(gone, 3 * MIN, servers_milli=1_000)
    assert back is not None
    assert (RANGE, *fresh(back.basis), "") == (back.kind, back.low_ms, back.high_ms, back.cause)


def test_an_unstaffed_line_says_so_from_the_start() -> None:
    """Whoever asks while nobody serves is told that, and is not told a cause that was there before."""
    said = first(replace(BUSY, servers_milli=0))

    assert (UNSTAFFED, "") == (said.kind, said.cause)


def test_no_wait_at_all_is_a_range() -> None:
    """Where service takes no time worth a millisecond, the range ends at 0 and nothing is divided by it."""
    at_once = Conditions(ahead=0, servers_milli=10**6, handle_ms=1, patience_ms=1)

    said = next_announcement(first(), MIN, at_once, RULES)

    assert said is not None
    assert (RANGE, 0, 0) == (said.kind, said.low_ms, said.high_ms)


def test_an_announcement_comes_back_from_its_snapshot() -> None:
    """Whatever was said is plain data and back, with a place and without one."""
    for rules in (RULES, replace(RULES, places="never")):
        said = first(rules=rules)
        assert said == Announced.restored(said.plain())
    assert ["range", 0, *fresh(BUSY), "", None, [9, 5_000, 300_000, 600_000, 0]] == said.plain()


# --- laws, over any course of things

conditions = st.builds(
    Conditions,
    ahead=st.integers(0, 60),
    servers_milli=st.integers(0, 20_000) | st.just(5_000),
    handle_ms=st.integers(10_000, 1_200_000) | st.just(300_000),
    patience_ms=st.integers(10_000, 3_600_000) | st.just(600_000),
)
steps = st.lists(st.tuples(st.integers(0, 20 * MIN), conditions, st.integers(0, 3)), min_size=1, max_size=30)
rulings = st.builds(
    AnnouncementRules,
    min_interval_ms=st.integers(0, 2 * MIN),
    change_ms=st.integers(0, 2 * MIN),
    change_percent=st.integers(0, 60),
    slower_percent=st.integers(0, 50),
    places=st.sampled_from(PLACE_MODES),
    place_limit=st.integers(0, 20),
)


def course(steps: list, rules: AnnouncementRules) -> list[tuple[Announced, Announced]]:
    """What was said and what was said next, all along; every step is checked to have been worth it."""
    said = None
    now = overtaken = 0
    pairs = []
    for passed, changed, more in steps:
        now += passed
        overtaken += more
        next_said = next_announcement(said, now, replace(changed, overtaken=overtaken), rules)
        if next_said is None:
            assert said is not None, "the first announcement is always made"
            continue
        assert next_said.at == now
        if said is not None:
            pairs.append((said, next_said))
        said = next_said
    return pairs


def edge(said: Announced) -> int:
    return said.at + said.high_ms


def check_growth(before: Announced, said: Announced, rules: AnnouncementRules) -> None:
    """The upper edge goes beyond what was told only for a cause, which is a change since that edge was set."""
    if UNSTAFFED in (before.kind, said.kind):
        return
    old, new = before.basis, said.basis
    if not said.cause:
        assert said.high_ms <= max(edge(before) - said.at, 0)
        return
    assert said.high_ms <= fresh(new)[1]
    assert said.high_ms - max(edge(before) - said.at, 0) >= rules.change_ms
    assert {
        SERVERS_LEFT: new.servers_milli < old.servers_milli,
        RANKED_AHEAD: new.ahead > old.ahead or new.overtaken > old.overtaken,
        SLOWER_SERVICE: new.handle_ms * 100 > old.handle_ms * (100 + rules.slower_percent),
    }[said.cause]


def check_form(before: Announced, said: Announced, rules: AnnouncementRules) -> None:
    """What is said is in order, not too early, new, and whole."""
    assert said.kind in KINDS
    assert 0 <= said.low_ms <= said.high_ms
    assert (said.kind == RANGE) == (said.high_ms > 0)
    assert said.at - before.at >= rules.min_interval_ms
    waited = said.at - before.at
    assert (said.kind, said.place, said.low_ms, said.high_ms) != (
        before.kind,
        before.place,
        max(before.low_ms - waited, 0),
        max(before.high_ms - waited, 0),
    )
    assert said == Announced.restored(said.plain())


@given(steps, rulings)
def test_no_wait_grows_without_a_cause(steps: list, rules: AnnouncementRules) -> None:
    """Whatever happens: no upper edge later than told, unless what changed is named and explains it."""
    for before, said in course(steps, rules):
        check_growth(before, said, rules)


@given(steps, rulings)
def test_whatever_is_said_is_in_order(steps: list, rules: AnnouncementRules) -> None:
    """Ranges are ranges, announcements are new, keep their distance and survive a snapshot."""
    for before, said in course(steps, rules):
        check_form(before, said, rules)


@given(steps, rulings)
def test_the_same_is_not_said_twice(steps: list, rules: AnnouncementRules) -> None:
    """What was just said is no news at the same moment, under the same conditions."""
    rules = replace(rules, min_interval_ms=0)
    now = overtaken = 0
    said = None
    for passed, changed, more in steps:
        now += passed
        overtaken += more
        at_once = replace(changed, overtaken=overtaken)
        said = next_announcement(said, now, at_once, rules) or said
        assert next_announcement(said, now, at_once, rules) is None


# --- the laws find what is wrong

REAL_EXPLAINED = announcements._explained
REAL_BELIEVED = announcements._believed


def anything_explains(before: Conditions, now: Conditions, rules: AnnouncementRules) -> tuple[int, str]:
    """Bad luck is called a cause."""
    return 10**9, REAL_EXPLAINED(before, now, rules)[1]


def no_cause_named(before: Conditions, now: Conditions, rules: AnnouncementRules) -> tuple[int, str]:
    """The wait grows and nobody says why."""
    return REAL_EXPLAINED(before, now, rules)[0], ""


def the_first_cause(before: Conditions, now: Conditions, rules: AnnouncementRules) -> tuple[int, str]:
    """Always the same excuse."""
    return REAL_EXPLAINED(before, now, rules)[0], SERVERS_LEFT


def time_stands_still(previous: Announced, now: int) -> tuple[int, int]:
    """What was told is taken to hold from now on, as if nobody had waited since: the edge wanders off."""
    return previous.low_ms, previous.high_ms


def the_absolute_value(previous: Announced, now: int) -> tuple[int, int]:
    """Past its mean the wait grows again, as in Asterisk's announcement."""
    return REAL_BELIEVED(previous, now)[0], abs(previous.high_ms - (now - previous.at))


BUGS = {
    anything_explains: "_explained",
    no_cause_named: "_explained",
    the_first_cause: "_explained",
    time_stands_still: "_believed",
    the_absolute_value: "_believed",
}
CALM = replace(BUSY, ahead=4)
STORY = [
    (0, BUSY, 0),
    (9 * MIN, BUSY, 0),
    (MIN, replace(BUSY, ahead=12), 0),
    (7 * MIN, replace(BUSY, ahead=13), 1),
    (40 * MIN, CALM, 0),
    (MIN, replace(CALM, handle_ms=600_000), 0),
    (30 * MIN, CALM, 0),
]


def test_the_story_is_lawful() -> None:
    """Without a bug the story breaks no law: what is found below is the bug's."""
    assert len(told_lawfully()) > 3


def told_lawfully() -> list[tuple[Announced, Announced]]:
    pairs = course(STORY, RULES)
    for before, said in pairs:
        check_growth(before, said, RULES)
        check_form(before, said, RULES)
    return pairs


@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_break_a_law(bug, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bug is found by the laws on one plain story."""
    monkeypatch.setattr(announcements, BUGS[bug], bug)

    with pytest.raises(AssertionError):
        told_lawfully()
