"""Told ranges are held against what happened, and the sums are what the definitions say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.estimates import accuracy
from router.core.estimates.accuracy import KEPT_CONTACTS, KEPT_PER_CONTACT, Accuracy, Ledger, judged
from router.core.estimates.announcements import OVERDUE, RANGE, UNSTAFFED, Announced, Conditions
from router.core.ids import ContactId

CONDITIONS = Conditions(ahead=3, servers_milli=2_000, handle_ms=300_000, patience_ms=120_000)
LOW, HIGH = 100, 300

ends = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 1_000), st.booleans())


def told(at: int = 0, kind: str = RANGE) -> Announced:
    return Announced(kind, at, LOW, HIGH, "", None, CONDITIONS)


def of(number: int) -> ContactId:
    return ContactId(number)


@pytest.mark.parametrize(
    ("waited_ms", "served", "kind"),
    [
        (99, True, "shorter"),
        (100, True, "inside"),
        (300, True, "inside"),
        (301, True, "longer"),
        (301, False, "longer"),
        (300, False, "dropped"),
        (200, False, "dropped"),
        (0, False, "dropped"),
    ],
)
def test_each_end_is_judged_once(waited_ms: int, served: bool, kind: str) -> None:
    """Edges belong to the range; who left after the upper edge waited longer, who left before it is not known."""
    sums = judged(Accuracy(), LOW, HIGH, waited_ms, served)

    assert {"shorter": 0, "inside": 0, "longer": 0, "dropped": 0} | {kind: 1} == {
        name: getattr(sums, name) for name in ("shorter", "inside", "longer", "dropped")
    }


def test_coverage_stands_beside_its_n() -> None:
    """One inside of three judged, two not longer than told; the dropped one is no part of n."""
    sums = Accuracy()
    for waited_ms, served in ((50, True), (200, True), (250, False), (400, False)):
        sums = judged(sums, LOW, HIGH, waited_ms, served)

    assert (1, 3) == sums.coverage()
    assert (2, 3) == sums.kept()
    assert 1 == sums.dropped


def test_totals_are_sums_of_counts() -> None:
    """Two lines together have the counts of both, and the errors of all their served."""
    one, other = judged(Accuracy(), 10, 40, 20, True), judged(Accuracy(), 10, 40, 50, False)

    assert Accuracy(inside=1, longer=1, served=1, error_ms=10, bias_ms=10) == one.plus(other)


def test_errors_are_those_of_the_served() -> None:
    """Errors are waits less the told P50; who left tells nothing of them."""
    sums = Accuracy()
    for waited_ms, served in ((70, True), (200, True), (400, False)):
        sums = judged(sums, LOW, HIGH, waited_ms, served)

    assert (65, 35) == (sums.mae_ms(), sums.mean_bias_ms())


def test_without_anybody_served_there_is_no_error() -> None:
    """Nothing is known, which is not the same as no error."""
    assert (None, None) == (Accuracy().mae_ms(), Accuracy().mean_bias_ms())


@given(st.lists(ends, max_size=50))
def test_the_sums_balance(steps: list) -> None:
    """Each told range is in n or dropped, the served are in n, and all is integers."""
    sums = Accuracy()
    for low_ms, width_ms, waited_ms, served in steps:
        sums = judged(sums, low_ms, low_ms + width_ms, waited_ms, served)

    assert len(steps) == sums.n + sums.dropped
    assert sum(served for *_, served in steps) == sums.served <= sums.n
    assert abs(sums.bias_ms) <= sums.error_ms
    assert [int] * 7 == [type(number) for number in sums.plain()]


def test_waits_count_from_when_they_were_told() -> None:
    """The first range and the later ones are judged apart, each against what was left of the wait."""
    ledger = Ledger()
    ledger.tell(of(7), told(at=1_000))
    ledger.tell(of(7), told(at=1_150))

    ledger.settle(of(7), 1_350, served=True)

    assert Accuracy(longer=1, served=1, error_ms=250, bias_ms=250) == ledger.first
    assert Accuracy(inside=1, served=1, error_ms=100, bias_ms=100) == ledger.later


def test_a_contact_is_settled_once() -> None:
    """What was settled, or was never told anything, changes nothing any more."""
    ledger = Ledger()
    ledger.tell(of(7), told())

    ledger.settle(of(7), 200, served=True)
    ledger.settle(of(7), 900, served=True)
    ledger.settle(of(8), 900, served=True)

    assert (1, 1) == ledger.first.coverage()


@pytest.mark.parametrize("kind", [OVERDUE, UNSTAFFED])
def test_what_is_no_range_is_not_judged(kind: str) -> None:
    """An apology is not an estimate."""
    ledger = Ledger()
    ledger.tell(of(7), told(kind=kind))

    ledger.settle(of(7), 200, served=True)

    assert (Accuracy(), Accuracy(), 0) == (ledger.first, ledger.later, ledger.not_kept)


def test_memory_is_bounded() -> None:
    """Beyond the limits ranges are counted, not kept; room is there again when a contact is settled."""
    ledger = Ledger()
    for number in range(KEPT_CONTACTS + 3):
        ledger.tell(of(number), told())
    for _ in range(KEPT_PER_CONTACT + 1):
        ledger.tell(of(0), told())
    assert 3 + 2 == ledger.not_kept

    ledger.settle(of(0), 200, served=True)
    ledger.tell(of(KEPT_CONTACTS), told())

    assert (1, KEPT_PER_CONTACT - 1) == (ledger.first.n, ledger.later.n)
    assert 5 == ledger.not_kept
    assert KEPT_CONTACTS == len(ledger.plain()["open"])


def test_a_ledger_comes_back_from_its_snapshot() -> None:
    """The snapshot is plain, in the order of ids, and what comes back goes on alike."""
    ledger = Ledger()
    for number in (9, 4):
        ledger.tell(of(number), told())
        ledger.tell(of(number), told(at=50))
    ledger.tell(of(5), told())
    ledger.settle(of(5), 150, served=False)

    back = Ledger.restored(ledger.plain())

    assert ledger.plain() == back.plain()
    assert [4, 9] == [number for number, _ in back.plain()["open"]]
    for one in (ledger, back):
        one.settle(of(9), 1_000, served=False)
    assert ledger.plain() == back.plain()


def drop_nobody(sums: Accuracy, low_ms: int, high_ms: int, waited_ms: int, served: bool) -> Accuracy:
    """Whoever left is taken for inside."""
    return judged(sums, low_ms, high_ms, max(waited_ms, low_ms), True)


def survivors_only(sums: Accuracy, low_ms: int, high_ms: int, waited_ms: int, served: bool) -> Accuracy:
    """Whoever left is left out altogether."""
    return judged(sums, low_ms, high_ms, waited_ms, served) if served else sums


@pytest.mark.parametrize("bug", [drop_nobody, survivors_only])
def test_wrong_counting_is_found(bug, monkeypatch: pytest.MonkeyPatch) -> None:
    """The laws above tell a ledger that is kind to itself from an honest one."""
    honest = Accuracy(inside=1, longer=1, dropped=1, served=1, error_ms=100, bias_ms=100)
    assert honest == settled_three()

    monkeypatch.setattr(accuracy, "judged", bug)

    assert honest != settled_three()


def settled_three() -> Accuracy:
    """One served inside, one gone before the upper edge, one gone after it."""
    ledger = Ledger()
    for number, (waited_ms, served) in enumerate([(200, True), (200, False), (400, False)]):
        ledger.tell(of(number), told())
        ledger.settle(of(number), waited_ms, served)
    return ledger.first
