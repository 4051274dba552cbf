"""Told ranges against what happens in simulated lines: half of the waits are longer than P50, one in ten than P90."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from router.core.estimates import rates
from router.core.estimates.accuracy import Ledger
from router.core.estimates.announcements import RANGE, Announced, AnnouncementRules, Conditions, next_announcement
from router.core.estimates.rates import Rates
from router.core.estimates.waits import wait_range
from tests.core.estimates.line import Customer, Line

Estimator = Callable[[int, int, int, int], tuple[int, int] | None]


@dataclass(frozen=True)
class Setting:
    """A line: its load as a share of capacity, servers, mean handle time and patience (ms)."""

    load: float
    servers: int
    handle_ms: int
    patience_ms: int

    def line(self, seed: int, tick_ms: int = 0) -> Line:
        rate = self.load * self.servers / self.handle_ms
        return Line(rate, self.handle_ms, self.servers, self.patience_ms, seed, tick_ms)


SETTINGS = [
    Setting(1.0, 3, 300_000, 240_000),
    Setting(1.3, 10, 300_000, 300_000),
    Setting(1.05, 1, 120_000, 600_000),
    Setting(1.2, 50, 300_000, 180_000),
]


def shares(waits: list[tuple[int, int, int]]) -> tuple[float, float]:
    """Of (wait, P50, P90): which shares are at most P50 and at most P90."""
    assert len(waits) > 1_000
    return (
        sum(wait <= low for wait, low, _ in waits) / len(waits),
        sum(wait <= high for wait, _, high in waits) / len(waits),
    )


def is_calibrated(waits: list[tuple[int, int, int]]) -> bool:
    """P50 is one within 45 to 55 %, P90 within 85 to 95 %."""
    middle, late = shares(waits)
    return 0.45 <= middle <= 0.55 and 0.85 <= late <= 0.95


def virtual_waits(setting: Setting, estimate: Estimator) -> list[tuple[int, int, int]]:
    """What was told on arrival against the wait of somebody who stays."""
    delayed: list[Customer] = []
    setting.line(seed=11).run(8_000, delayed.append)
    told = []
    for customer in delayed:
        found = estimate(customer.ahead, setting.servers * 1_000, setting.handle_ms, setting.patience_ms)
        if customer.virtual_wait >= 0 and found is not None:
            told.append((customer.virtual_wait, *found))
    return told


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_ranges_on_arrival_are_calibrated(setting: Setting) -> None:
    """With the true rates, P50 and P90 are what they say, in a calm line and in an overloaded one."""
    assert is_calibrated(virtual_waits(setting, wait_range))


BUGS: dict[str, Estimator] = {
    "the contact itself forgotten": lambda ahead, *rest: wait_range(ahead - 1, *rest) if ahead else (0, 0),
    "nobody ever leaves": lambda ahead, servers, handle, _: wait_range(ahead, servers, handle, 10**12),
    "everybody leaves at once": lambda ahead, servers, handle, _: wait_range(ahead, servers, handle, handle // 10),
    "one server too many": lambda ahead, servers, *rest: wait_range(ahead, servers + 1_000, *rest),
    "twice the share": lambda ahead, servers, *rest: wait_range(ahead, servers // 2, *rest),
    "position x handle time": lambda ahead, _, handle, patience: wait_range(ahead, 1_000, handle, patience),
    "the range of somebody else": lambda _, *rest: wait_range(3, *rest),
}


@pytest.mark.parametrize("bug", BUGS)
def test_wrong_estimates_are_found(bug: str) -> None:
    """Each planted bug is out of calibration in one of the lines: the test above can fail."""
    assert not all(is_calibrated(virtual_waits(setting, BUGS[bug])) for setting in SETTINGS[:3])


def learnt_waits(setting: Setting, expected_handle_ms: int, expected_patience_ms: int) -> list[tuple[int, int, int]]:
    """What was told on arrival with rates that the line learns as it goes; the first thousand customers only teach."""
    line = setting.line(seed=12)
    known = Rates()
    told: list[tuple[Customer, int, int]] = []

    def entered(customer: Customer) -> None:
        handle_ms = rates.mean_handle_ms(known, expected_handle_ms)
        patience_ms = rates.mean_patience_ms(known, expected_patience_ms)
        found = wait_range(customer.ahead, line.servers * 1_000, handle_ms, patience_ms)
        assert found is not None
        told.append((customer, *found))

    def handled(handle_ms: int) -> None:
        nonlocal known
        rates.served(known, handle_ms)

    def ended(customer: Customer) -> None:
        nonlocal known
        end = rates.waited if customer.served else rates.left
        end(known, line.now - customer.arrived)

    line.run(8_000, entered, handled=handled, ended=ended)
    return [(who.virtual_wait, *edges) for who, *edges in told if who.virtual_wait >= 0 and who.number > 1_000]


@pytest.mark.parametrize("setting", SETTINGS[:3], ids=str)
def test_learnt_ranges_are_calibrated(setting: Setting) -> None:
    """A policy that expects half the handle time and twice the patience is corrected by what happens."""
    assert is_calibrated(learnt_waits(setting, setting.handle_ms // 2, setting.patience_ms * 2))


def told_day(setting: Setting, rules: AnnouncementRules) -> tuple[list[Customer], Ledger]:
    """A day on which everybody who waits is told what is new every 15 s; notes are (at, low, high) of ranges."""
    line = setting.line(seed=13, tick_ms=15_000)
    last: dict[int, Announced] = {}
    people: list[Customer] = []
    ledger = Ledger()

    def say(customer: Customer, ahead: int) -> None:
        conditions = Conditions(ahead, setting.servers * 1_000, setting.handle_ms, setting.patience_ms)
        said = next_announcement(last.get(customer.number), line.now, conditions, rules)
        if said is not None:
            last[customer.number] = said
            ledger.tell(customer.number, said)
            if said.kind == RANGE:
                customer.notes.append((said.at, said.low_ms, said.high_ms))

    def entered(customer: Customer) -> None:
        people.append(customer)
        say(customer, customer.ahead)

    def ticked() -> None:
        for ahead, customer in enumerate(line.waiting()):
            say(customer, ahead)

    def ended(customer: Customer) -> None:
        ledger.settle(customer.number, line.now, customer.served)

    line.run(3_000, entered, ended=ended, ticked=ticked)
    return [who for who in people if who.virtual_wait >= 0], ledger


@pytest.mark.parametrize("setting", SETTINGS[:2], ids=str)
def test_ranges_that_never_grow_still_hold(setting: Setting) -> None:
    """First ranges are calibrated; those told later are held to the first, which costs some of the ten in a hundred."""
    people, ledger = told_day(setting, AnnouncementRules())
    first = [(who.virtual_wait, *who.notes[0][1:]) for who in people]
    later = [(who.arrived + who.virtual_wait - at, low, high) for who in people for at, low, high in who.notes[1:]]

    assert is_calibrated(first)
    assert 0.8 <= shares(later)[1] <= 0.95
    assert ledger.not_kept < ledger.later.n / 20


def test_what_the_ledger_cannot_see_makes_it_too_kind() -> None:
    """Who leaves before the upper edge is dropped, and those would have waited longer: coverage is above the truth."""
    people, ledger = told_day(SETTINGS[1], AnnouncementRules())
    truth = shares([(who.virtual_wait, *who.notes[0][1:]) for who in people])[1]
    kept, n = ledger.first.kept()

    assert ledger.first.dropped > n / 4
    assert truth < kept / n < truth + 0.05
