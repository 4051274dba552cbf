"""
Chance, by key: every random number of a run is a function of (seed, replication, purpose, customer, k).

No generator with a state enters this room. A draw depends on its key alone, so the customers stay the same when
the staff, the routing or the order of events changes (common random numbers), and any engine that asks for the same
key gets the same number.

The generator, exactly. All arithmetic is on unsigned 64-bit integers and wraps round.

    mix(z):  z = z + 0x9E3779B97F4A7C15
             z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
             z = (z ^ (z >> 27)) * 0x94D049BB133111EB
             return z ^ (z >> 31)
    state = 0
    for key in (seed, replication, purpose, customer, k):
        state = mix(state ^ key)
    uniform = ((state >> 11) + 1) * 2**-53            # in (0, 1], 53 bits

`mix` is one step of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014;
constants of S. Vigna's public-domain splitmix64.c). A law that needs more than one uniform for one draw takes
stage j = 1, 2, ... from mix(state ^ j).

Durations come by inverse transform (gamma ones by rejection) and are rounded once, half to even, to whole milliseconds.
"""

import math
from enum import IntEnum
from functools import lru_cache

import numpy as np

from sim.compiled import compiled
from sim.laws import NEVER_MS as NEVER_MS
from sim.laws import STREAM_SHIFT as STREAM_SHIFT
from sim.laws import Floats as Floats
from sim.laws import Ints as Ints
from sim.laws import Law as Law
from sim.normal import inverse_normal


class Purpose(IntEnum):
    """What a draw is for. A number, once used, is never given another meaning: old runs must come out the same."""

    ARRIVAL_GAP = 1
    """Unit-mean exponential between one arrival of a stream and the next, in operational time; k = 0."""
    PATIENCE = 2
    """How long the customer waits in line before leaving; k = 0."""
    CALLBACK_CHOICE = 3
    """Whether the customer takes the callback when it is offered; k = number of the offer, from 0."""
    HANDLE_TIME = 4
    """Conversation time of a live contact, accept to end; k = 0."""
    WRAP_UP = 5
    """After-contact work of the agent; k = 0 for the live contact, attempt number for a callback."""
    ANSWER_DELAY = 6
    """Time an agent lets an offer ring before accepting it; k = number of the contact's offer, from 1."""
    REACH = 7
    """Whether the customer answers the phone; k = number of the attempt, from 1."""
    DIAL_TIME = 8
    """Dialling and ringing of one attempt until it is answered or given up; k = number of the attempt, from 1."""
    CALLBACK_HANDLE_TIME = 9
    """Conversation time of a callback that was answered; k = 0."""

    # Of demand; numbers from 40 on.
    DAY_BUSYNESS = 40
    """Normal behind the gamma factor of a day; customer 0 is common to all lines, else line + 1; k = day of the run."""
    PERIOD_BUSYNESS = 41
    """Normal behind the gamma factor of a period; the same with k = number of the period."""
    STAYS_AWAY = 42
    """Whether the customer asks in spite of what was announced, and if not, whether later; k = number of the window."""
    COMES_LATER = 43
    """When a deferred customer asks instead; k = number of the window."""
    AGREED = 44
    """Whether the customer takes another language; k = 0."""
    RETRIAL = 45
    """Whether a customer who was not served tries again; k = 0, the customer's number tells which coming it was."""
    RETRIAL_DELAY = 46
    """How much later; k = 0."""
    REPEAT = 47
    """Whether a customer who was served asks again; k = 0."""
    REPEAT_DELAY = 48
    """How much later; k = 0."""

    # Of people, work, patience and callbacks; numbers from 60 on. Agents are keyed by their number, like customers.
    LEAVES_AT_ONCE = 60
    """Whether the customer leaves as soon as there is a wait; k = 0."""
    LEAVES_SILENTLY = 61
    """Whether the customer leaves without a word; k = 0."""
    SILENT_TAKES = 62
    """How long an agent takes to find out that nobody is there; k = 0."""
    OFFER_TAKEN = 63
    """Whether an offer is taken, declined or not answered; k = number of the contact's offer, from 1."""
    TRANSFER = 64
    """Whether and where a conversation is handed on; k = number of the conversation, from 0."""
    DIAL_FAILURE = 65
    """What becomes of an attempt that is not answered; k = number of the attempt, from 1."""
    WINDOW_CHOICE = 66
    """Whether the customer chooses a window for the callback; k = 0."""
    WINDOW_AHEAD = 67
    """How far ahead; k = 0."""
    CALLBACK_PATIENCE = 68
    """How long the customer waits to be dialled before cancelling; k = 0."""
    ABSENCE = 69
    """Whether an agent stays away; k = number of the shift."""
    AWAY_GAP = 70
    """Unit-mean exponential: how long until an agent is away; k = number of the time, from 0."""
    AWAY_TIME = 71
    """For how long; k as there."""
    CONNECTION_GAP = 72
    """Unit-mean exponential: how long until an agent's connection is lost; k = number of the loss, from 0."""
    CONNECTION_LOST = 73
    """For how long; k as there."""
    TRANSFER_AGENT = 74
    """To which agent a conversation is handed on; k as for `TRANSFER`."""
    ASC_CONNECTION_GAP = 75
    """Unit-mean exponential: how long until a customer's connection is lost; k = number of the loss, from 0."""
    ASC_CONNECTION_LOST = 76
    """For how long; k as there."""
    ASC_STAYS_AWAY = 77
    """Whether the customer does not come back; k as there."""
    NUMBER_ZONE = 78
    """In which of its stream's time zones the customer's number is; k = 0."""

    # Of the scenario itself; numbers from 90 on.
    UNKNOWN = 90
    """Normal behind a number that is not known exactly; customer is the CRC-32 of its path, so that another one which
    is named changes nothing; k = 0."""


_U11, _U27, _U30, _U31 = np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_TWO_TO_MINUS_53 = 2.0**-53
_LONGEST = float(NEVER_MS)


@compiled
def mix(z: np.uint64) -> np.uint64:
    """One step of splitmix64 on 64 bits."""
    z = np.uint64(z + _GAMMA)
    z = np.uint64((z ^ (z >> _U30)) * _FIRST)
    z = np.uint64((z ^ (z >> _U27)) * _SECOND)
    return np.uint64(z ^ (z >> _U31))


@compiled
def _prefix(seed: int, replication: int, purpose: int) -> np.uint64:
    return mix(mix(mix(np.uint64(seed)) ^ np.uint64(replication)) ^ np.uint64(purpose))


def prefix(seed: int, replication: int, purpose: int) -> np.uint64:
    """The state after the first three keys, computed once per run and purpose. Keys: whole numbers, 0 to 2**63 - 1."""
    # Compiled functions hand 64-bit numbers back as Python ints, which the next call would take for signed ones.
    # Handed an enum, they would spend longer on finding out its type than on everything else.
    return np.uint64(_prefix(seed, replication, int(purpose)))


@lru_cache(maxsize=8)
def prefixes(seed: int, replication: int) -> dict[Purpose, np.uint64]:
    """The `prefix` of every purpose, for whoever needs many; nobody changes it."""
    return {purpose: prefix(seed, replication, purpose) for purpose in Purpose}


@compiled
def state_of(start: np.uint64, customer: int, k: int) -> np.uint64:
    """The state after all five keys, from the `prefix` of the first three."""
    return mix(mix(np.uint64(start) ^ np.uint64(customer)) ^ np.uint64(k))


@compiled
def uniform(state: np.uint64) -> float:
    """The state's 53 upper bits as a number in (0, 1]."""
    return float((np.uint64(state) >> _U11) + np.uint64(1)) * _TWO_TO_MINUS_53


@compiled
def whole_ms(ms: float) -> int:
    """A duration in whole milliseconds, half to even, not above `NEVER_MS`."""
    return int(np.rint(min(ms, _LONGEST)))


@compiled
def _gamma(state: np.uint64, shape: float) -> float:
    """
    A gamma variate of mean `shape`, by rejection: stages 1 and 2 are the first try, 3 and 4 the second, and so on.

    G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000); a shape below 1
    is one more, shrunk by the state's own uniform.
    """
    third = (shape + 1.0 if shape < 1.0 else shape) - 1.0 / 3.0
    scale = 1.0 / math.sqrt(9.0 * third)
    shrunk = uniform(state) ** (1.0 / shape) if shape < 1.0 else 1.0
    stage = 1
    while True:
        normal = inverse_normal(min(uniform(mix(np.uint64(state) ^ np.uint64(stage))), 1.0 - _TWO_TO_MINUS_53))
        cube = (1.0 + scale * normal) ** 3
        if cube > 0.0:
            chance = uniform(mix(np.uint64(state) ^ np.uint64(stage + 1)))
            if math.log(chance) < 0.5 * normal * normal + third * (1.0 - cube + math.log(cube)):
                return third * cube * shrunk
        stage += 2


@compiled
def duration_ms(state: np.uint64, law: int, a: float, b: float) -> int:
    """One duration in milliseconds of the given `Law`, from the state's uniform and, where one is not enough, more."""
    if law == 0:
        return whole_ms(a)
    if law == 1:
        return whole_ms(-a * math.log(uniform(state)))
    if law == 2:
        # A uniform of exactly 1 has no finite normal; the number just below it stands for it.
        return whole_ms(a * math.exp(b * inverse_normal(min(uniform(state), 1.0 - _TWO_TO_MINUS_53))))
    if law == 3:
        stages = int(b)
        total = 0.0
        for stage in range(1, stages + 1):
            total -= math.log(uniform(mix(np.uint64(state) ^ np.uint64(stage))))
        return whole_ms(a * total / stages)
    if law == 4:
        return whole_ms(a + (b - a) * uniform(state))
    if law == 6:
        return whole_ms(a * (-math.log(uniform(state))) ** (1.0 / b))
    if law == 7:
        return whole_ms(a / b * _gamma(state, b))
    if law == 8:
        share = b if uniform(state) <= b else 1.0 - b
        return whole_ms(-a / (2.0 * share) * math.log(uniform(mix(np.uint64(state) ^ np.uint64(1)))))
    return NEVER_MS


@compiled
def _draw_ms(start: np.uint64, customer: int, k: int, law: int, a: float, b: float) -> int:
    return duration_ms(state_of(start, customer, k), law, a, b)


def draw_ms(start: np.uint64, customer: int, k: int, law: Law, a: float, b: float) -> int:
    """One duration in milliseconds by its full key; `start` is the `prefix`. About 0.6 us."""
    # Handed an enum, the compiled function would spend 20 us on finding out its type.
    return _draw_ms(start, customer, k, int(law), a, b)


@compiled
def happens(start: np.uint64, customer: int, k: int, probability: float) -> bool:
    """A yes-or-no draw by its full key: never at probability 0, always at 1."""
    return uniform(state_of(start, customer, k)) <= probability


@compiled
def uniform_of(start: np.uint64, customer: int, k: int) -> float:
    """The uniform of a full key, in (0, 1]: for a choice among several things, each with its share."""
    return uniform(state_of(start, customer, k))


@compiled
def fill_durations(start: np.uint64, first_customer: int, k: int, law: int, a: float, b: float, out: Ints) -> None:
    """Durations of customers `first_customer`, `first_customer + 1`, ... into `out`, milliseconds."""
    for i in range(out.shape[0]):
        out[i] = duration_ms(state_of(start, first_customer + i, k), law, a, b)


@compiled
def fill_uniforms(start: np.uint64, first_customer: int, k: int, out: Floats) -> None:
    """Uniforms of consecutive customers into `out`; a yes-or-no draw is `uniform <= probability`."""
    for i in range(out.shape[0]):
        out[i] = uniform(state_of(start, first_customer + i, k))


@compiled
def fill_arrivals(
    start: np.uint64, first_customer: int, clock: float, begins: Floats, rates: Floats, passed: Floats, out: Ints
) -> tuple[int, float]:
    """
    Arrival times, in whole milliseconds, of the next customers of one Poisson stream.

    The rate is `rates[i]` per millisecond from `begins[i]` to `begins[i + 1]`; `begins` and `passed` hold one more
    number than `rates`. `passed[i]` is the expected number of arrivals before `begins[i]`. Arrival n comes when the
    operational clock (the sum of the unit exponentials of customers up to n) is used up, so that another rate moves
    the customers in time without changing who they are. `clock` is where the last call stopped, 0 at the start.

    Returns how many were filled (fewer than `out` holds when the stream has ended) and the clock.
    """
    segment = 0
    last = rates.shape[0]
    for i in range(out.shape[0]):
        clock -= math.log(uniform(state_of(start, first_customer + i, 0)))
        while segment < last and clock >= passed[segment + 1]:
            segment += 1
        if segment == last:
            return i, clock
        out[i] = whole_ms(begins[segment] + (clock - passed[segment]) / rates[segment])
    return out.shape[0], clock
