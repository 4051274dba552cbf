"""
What a line learns from what happens in it: how long a contact holds a slot, and how long people are patient.

Sums and counts only, as integers. The policy's expectations are no part of them: they are mixed in when a rate is asked
for, so that a new policy holds at once. Old observations fade: at `MEMORY` of a kind, the sums of that kind are halved.
"""

from dataclasses import dataclass
from typing import Final

MEMORY: Final = 200
"""Observations of a kind at which all of them begin to count half; between 100 and 200 count."""

HANDLE_WEIGHT: Final = 5
"""Handle times that the policy's expectation is worth."""

PATIENCE_WEIGHT: Final = 2
"""Abandons that the policy's expectation is worth."""

_MILLI: Final = 1_000


@dataclass(slots=True)
class Rates:
    """
    The sums of one line, which change in place: every contact adds to them.

    Halves are rounded down: at most 1 ms and a thousandth of a person are lost each time.
    """

    handled: int = 0
    """Handle times that count."""
    handled_ms: int = 0
    """Their sum."""
    waits: int = 0
    """Waits that count, however they ended."""
    waited_ms: int = 0
    """Their sum."""
    left_milli: int = 0
    """How many of them ended because the ASC left, in thousandths."""

    def plain(self) -> list[int]:
        """For a snapshot; `Rates(*plain)` restores it."""
        return [self.handled, self.handled_ms, self.waits, self.waited_ms, self.left_milli]


def served(rates: Rates, handle_ms: int) -> None:
    """A contact gave its slot back, which it had held for `handle_ms`: ringing, conversation and wrap-up."""
    if handle_ms < 0:
        raise _negative("handle_ms", handle_ms)
    rates.handled += 1
    rates.handled_ms += handle_ms
    if rates.handled >= MEMORY:
        rates.handled //= 2
        rates.handled_ms //= 2


def waited(rates: Rates, waited_ms: int) -> None:
    """A wait of `waited_ms` ended and the ASC had not left: served, converted, cancelled by somebody else."""
    if waited_ms < 0:
        raise _negative("waited_ms", waited_ms)
    rates.waits += 1
    rates.waited_ms += waited_ms
    if rates.waits >= MEMORY:
        rates.waits //= 2
        rates.waited_ms //= 2
        rates.left_milli //= 2


def left(rates: Rates, waited_ms: int) -> None:
    """An ASC left after `waited_ms` without being served."""
    if waited_ms < 0:
        raise _negative("waited_ms", waited_ms)
    rates.left_milli += _MILLI
    waited(rates, waited_ms)


def left_unseen(rates: Rates) -> None:
    """
    Somebody whose wait was taken for ended with service had left before, nobody knows when.

    The time until the accept stays counted, so patience comes out a little longer than it is, as for a left-censored
    observation there is no better bound.
    """
    rates.left_milli += _MILLI


def mean_handle_ms(rates: Rates, expected_ms: int) -> int:
    """
    Mean time for which a contact holds a slot, in ms, at least 1, rounded down.

    The policy's `expected_ms` counts as `HANDLE_WEIGHT` observations.
    """
    weighted = HANDLE_WEIGHT * expected_ms + rates.handled_ms
    return max(weighted // (HANDLE_WEIGHT + rates.handled), 1)


def mean_patience_ms(rates: Rates, expected_ms: int) -> int:
    """
    Mean patience in ms, at least 1, rounded down: all waiting time, also of those who were served, per abandon.

    That is the maximum-likelihood estimate where patience is exponential and service censors it. The policy's
    `expected_ms` counts as `PATIENCE_WEIGHT` abandons, each after that time.
    """
    weighted = PATIENCE_WEIGHT * expected_ms + rates.waited_ms
    return max(weighted * _MILLI // (PATIENCE_WEIGHT * _MILLI + rates.left_milli), 1)


def _negative(name: str, duration_ms: int) -> ValueError:
    return ValueError(f"{name} must be 0 or more, not {duration_ms}: the journal's time never goes back")
