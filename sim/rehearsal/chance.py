"""
What is drawn for virtual people: the same keyed draws as in the twin, so that a rehearsed day has the twin's customers.

The key's replication is the day of the rehearsal. A virtual ASC's id tells day and customer, so that whoever serves the
customer, also after a restart, draws the same handle time.
"""

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np

from sim.demand.sources import numbers_needed
from sim.drawing import drawn_ms
from sim.draws import STREAM_SHIFT, Purpose, happens, prefix
from sim.durations import LawNumbers
from sim.model import Model, StreamModel, build
from sim.rehearsal.clock import RehearsalClock, day_scenario
from sim.rehearsal.dialogue import COMPANIES, FIRST_NAMES, LAST_NAMES
from sim.scenario import Scenario

FIRST_ASC: Final = 1 << 40
"""Ids of virtual ASCs begin here; agents and visitors have smaller ones."""
_DAY_SHIFT: Final = 37
MOST_STREAMS: Final = 1 << (_DAY_SHIFT - STREAM_SHIFT)

_AREAS: Final = (202, 206, 212, 213, 214, 301, 303, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 718, 801, 919)
"""Area codes in the United States; 555-0100 to 555-0199 is set aside for fiction in each of them."""
_FRENCH: Final = (19900, 26191, 35301, 46571, 53649)
"""National prefixes that ARCEP sets aside for fiction."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a virtual person signs in as."""

    role: Literal["asc", "agent"]
    id: int
    name: str
    company: str = ""
    company_id: int = 0


def asc_id(day: int, customer: int) -> int:
    """The id of a day's customer."""
    return FIRST_ASC + (day << _DAY_SHIFT) + customer


def is_virtual(person_id: int) -> bool:
    """Whether an ASC's id is one of a virtual person."""
    return person_id >= FIRST_ASC


class Chance:
    """All draws of one rehearsal."""

    def __init__(self, scenario: Scenario, clock: RehearsalClock, seed: int) -> None:
        self.seed = seed
        self._scenario = scenario
        self._clock = clock
        if scenario.demand.traces or numbers_needed(scenario) > MOST_STREAMS:
            raise ValueError(
                f"a rehearsal takes at most {MOST_STREAMS} streams, counted anew for each surge, and no trace"
            )
        if any(stream.channel != "chat" for stream in scenario.demand.streams):
            raise ValueError("a rehearsal has chats only, and the callbacks that come of them")
        self.model = lru_cache(maxsize=4)(self._model)
        self._prefix = lru_cache(maxsize=64)(self._prefix_of)

    def _model(self, day: int) -> Model:
        return build(day_scenario(self._scenario, self._clock, day))

    def _prefix_of(self, day: int, purpose: Purpose) -> np.uint64:
        return prefix(self.seed, day, purpose)

    # --- who they are

    def asc(self, person_id: int) -> Identity:
        """The virtual ASC with this id."""
        taste = random.Random(f"{self.seed} {person_id}")
        company = taste.randrange(len(COMPANIES))
        name = f"{taste.choice(FIRST_NAMES)} {taste.choice(LAST_NAMES)}"
        return Identity("asc", person_id, name, COMPANIES[company], 1 + company)

    def agent(self, number: int) -> Identity:
        """The virtual agent with this number (from 1); first names go round, and a letter tells namesakes apart."""
        first = FIRST_NAMES[(number * 7) % len(FIRST_NAMES)]
        last = LAST_NAMES[(number * 5) % len(LAST_NAMES)]
        return Identity("agent", number, f"{first} {last[0]}.")

    def number(self, person_id: int, language: str) -> str:
        """A phone number that nobody has."""
        taste = random.Random(f"number {self.seed} {person_id}")
        if language == "fr":
            return f"+33{taste.choice(_FRENCH)}{taste.randrange(10_000):04d}"
        return f"+1{taste.choice(_AREAS)}55501{taste.randrange(100):02d}"

    # --- what they do, in milliseconds of real time; `k` counts from 1

    def answer_delay_ms(self, law: LawNumbers, person_id: int, k: int) -> int:
        """How long an agent lets the k-th offer of a contact ring."""
        return self._draw(Purpose.ANSWER_DELAY, law, person_id, k)

    def handle_ms(self, person_id: int, callback: bool) -> int:
        """How long the conversation lasts."""
        stream = self._stream(person_id)
        if callback:
            return self._draw(Purpose.CALLBACK_HANDLE_TIME, stream.callback_handle_time, person_id, 0)
        return self._draw(Purpose.HANDLE_TIME, stream.handle_time, person_id, 0)

    def wrap_up_ms(self, person_id: int) -> int:
        """How long the agent works on the contact afterwards."""
        return self._draw(Purpose.WRAP_UP, self.model(self._day(person_id)).wrap_up, person_id, 0)

    def dial(self, person_id: int, k: int) -> tuple[int, bool]:
        """How long the k-th attempt to dial takes, and whether somebody answers."""
        day, customer = self._key(person_id)
        callback = self.model(day).callback
        if callback is None:
            return 3_000, True
        answered = happens(self._prefix(day, Purpose.REACH), customer, k, callback.reach)
        return self._draw(Purpose.DIAL_TIME, callback.dial_time, person_id, k), answered

    def _draw(self, purpose: Purpose, law: LawNumbers, person_id: int, k: int) -> int:
        day, customer = self._key(person_id)
        return drawn_ms(self._prefix(day, purpose), customer, k, law)

    def _stream(self, person_id: int) -> StreamModel:
        day, customer = self._key(person_id)
        number = customer >> STREAM_SHIFT
        return next(stream for stream in self.model(day).streams if stream.index == number)

    def _day(self, person_id: int) -> int:
        return self._key(person_id)[0]

    def _key(self, person_id: int) -> tuple[int, int]:
        """Day and customer of a virtual ASC; a visitor is a customer of day 0 as far as chance is concerned."""
        if not is_virtual(person_id):
            return 0, person_id & ((1 << STREAM_SHIFT) - 1)
        return divmod(person_id - FIRST_ASC, 1 << _DAY_SHIFT)
