"""
How many agents a line needs in one interval: the exact search of Erlang A and Erlang-Chat, at one rate.

Theory only, one line at a time and steady: where the search for a plan starts, and never what it claims.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt
from typing import Final

from scipy.special import ndtri  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory import NoSteadyState, chat_line
from sim.theory.chat import ChatLine

MOST_AGENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What an interval is held to: at least the share `level` of a service-level `definition` within `within_ms`.

    And at most the share `abandonment` gone, and agents busy for at most the share `occupancy` of their time.
    """

    definition: str
    level: float
    within_ms: float
    short_ms: float = 0.0
    abandonment: float = 1.0
    occupancy: float = 1.0

    def with_room_for(self, contacts: float, probability: float) -> "Wanted":
        """
        What the mean must be, so that so few contacts as one period has keep it with this probability.

        E. B. Wilson's interval (JASA 22 (1927)); contacts are late together, which is taken for half as many who are
        not. Without any contacts nothing is held to anything.
        """
        if not contacts:
            return self
        z, n = float(ndtri(probability)), contacts / 2
        return replace(self, level=_bound(self.level, n, z), abandonment=_bound(self.abandonment, n, -z))

    def kept_by(self, line: ChatLine) -> bool:
        """Whether a steady line keeps all of it."""
        enough = self._level(line) >= self.level and line.abandon <= self.abandonment
        return enough and line.occupancy <= self.occupancy + 1e-12

    def _level(self, line: ChatLine) -> float:
        if self.definition == "sl_late":
            return line.late_level(self.within_ms)
        served = line.served_within(self.within_ms)
        if self.definition == "sl_kind":
            return served + line.abandoned_within(self.within_ms)
        return served / (1.0 - line.abandoned_within(self.short_ms))


def _bound(share: float, n: float, z: float) -> float:
    """A share of which `share` is the bound on one side, three digits of it."""
    if share >= 1.0:
        return share
    middle, spread = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return round((middle + spread) / (1 + z * z / n), 3)


@lru_cache(maxsize=100_000)
def agents_for(rate: float, handle_times: tuple[float, ...], abandon_rate: float, wanted: Wanted) -> int:
    """
    The fewest agents with whom a line at this `rate` keeps what is `wanted`; 0 where nobody comes.

    Rates are per millisecond. An agent holds up to `len(handle_times)` contacts, each taking `handle_times[k - 1]` when
    k are held: M/M/n+M for one, else the Erlang-Chat of `sim.theory.chat_line`. More agents never serve fewer in time,
    so the search halves. Raises ValueError where no number of agents does it.
    """
    if not rate:
        return 0
    low, high = 0, 1
    while not _kept(rate, handle_times, high, abandon_rate, wanted):
        low, high = high, 2 * high
        if high > MOST_AGENTS:
            raise ValueError(f"not even {MOST_AGENTS:,} agents keep it")
    while high - low > 1:
        middle = (low + high) // 2
        if _kept(rate, handle_times, middle, abandon_rate, wanted):
            high = middle
        else:
            low = middle
    return high


def _kept(rate: float, handle_times: tuple[float, ...], agents: int, abandon_rate: float, wanted: Wanted) -> bool:
    try:
        return wanted.kept_by(chat_line(rate, handle_times, agents, abandon_rate))
    except NoSteadyState:
        return False
    except ValueError:
        return False  # The line is too near its limit to be computed: it keeps nothing.
