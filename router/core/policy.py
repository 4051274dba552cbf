"""
The compiled policy: every rule a supervisor can set, as integers, defaults filled in.

The document that people write is `router.wire.policy`; only its compiler makes these records.
"""

from typing import Final, Literal, get_args

from router.core.estimates.announcements import AnnouncementRules
from router.core.estimates.promises import PromiseRules
from router.core.hours import FOREVER, Hours
from router.core.ids import LineKey
from router.core.records import record

Strategy = Literal["longest_idle", "least_loaded", "most_proficient", "round_robin"]
STRATEGIES: Final[tuple[Strategy, ...]] = get_args(Strategy)

EmptyWhen = Literal["never", "signed_out", "unavailable", "busy"]
"""A line is empty when all who may serve it are signed out; or signed out, on a break, lost, not responding or about to
leave; or all that, or without a free unit. `never`: it is never empty."""

LEVELS: Final = (1, 2, 3, 4, 5)
"""Proficiency; an agent who signs in without saying has `DEFAULT_LEVEL` in each product."""
DEFAULT_LEVEL: Final = 3


@record
class Step:
    """Who may serve a contact that has waited this long; a later step adds agents, it never takes any away."""

    after_ms: int
    pools: tuple[str, ...]
    """Empty: every pool."""
    min_level: int
    languages: tuple[str, ...]
    """Languages that also serve, for an ASC who agreed; the line's own language always does."""


@record
class LineRules:
    """One line: product line x language, its steps (the first with `after_ms` 0) and how its agents are chosen."""

    key: LineKey
    product: str
    language: str
    steps: tuple[Step, ...]
    strategy: Strategy
    queue_limit: int
    """Most contacts waiting, cases apart; the next one is refused with `queue_full`. Transfers, moves and callbacks get
    20 % more."""
    preferred_ms: int
    """How long a contact that asks for one agent waits for that agent alone; 0: not at all."""
    auto_accept: bool
    """Offers are accepted as they are made."""
    join_empty: EmptyWhen
    """When the line counts as empty for those who come: they are refused."""
    leave_empty: EmptyWhen
    """When it counts as empty for those who wait: chats and calls are sent away."""
    case_limit: int = 1_000
    """Most cases waiting in the line, by the same rule."""


CallbackMode = Literal["keep_place", "idle_only"]
DrainMode = Literal["promise", "always", "never"]


@record
class CallbackRules:
    """When callbacks are offered, when they are dialled, and how often."""

    enabled: bool
    mode: CallbackMode
    """`keep_place`: at its rank among live contacts; `idle_only`: when nobody waits live and agents are to spare."""
    reserve: int
    """Idle agents of the line who are kept free for live contacts (`idle_only`)."""
    offer_after_ms: int
    """Offered to an ASC who has waited this long."""
    offer_queue_length: int
    """Offered when so many wait in the line, the ASC included."""
    offer_expected_wait_ms: int
    """Offered when the expected wait (P50) is at least this. One threshold suffices; 0 switches one off."""
    drain: DrainMode
    """Whether an agent drains for the head of line: when its promise is in danger, always, or never."""
    drain_lead_ms: int
    """A promise is in danger this long before its upper edge."""
    max_draining: int
    """Most agents draining at once on the desk; bounds what draining may cost."""
    promise_ms: int
    """How far after its lower edge a promise without a window ends at the latest, where no estimate says more."""
    slot_ms: int
    slot_capacity: int
    """Windows promised in one slot of one line."""
    slot_horizon_ms: int
    quiet_from_min: int
    """Start of quiet hours, minutes of the day in the number's zone; whoever asks for a callback says when they are."""
    quiet_to_min: int
    retry_no_answer_ms: tuple[int, ...]
    retry_busy_ms: tuple[int, ...]
    retry_voicemail_ms: tuple[int, ...]
    retry_invalid_ms: tuple[int, ...]
    max_in_flight: int
    """Most callbacks offered or dialled at once; 0: no limit."""
    cut_off_ms: int
    """No dialling this long before a line closes; what is left is carried over to the next opening, in order."""
    lifetime_ms: int
    """A reservation that could not be completed ends after this long."""
    most_per_asc: int = 0
    """Most callbacks that one ASC waits for at once, over all lines; 0: no limit. What agents book is not limited."""


@record
class EstimateRules:
    """What is expected before a line has learnt it, and when ASCs are told about their wait."""

    enabled: bool
    handle_ms: int
    """For how long a contact holds a slot: ringing, conversation and wrap-up."""
    patience_ms: int
    announcements: AnnouncementRules
    promises: PromiseRules


@record
class Policy:
    """The desk's rules. Durations are milliseconds; credits move a contact forward by that much waiting time."""

    lines: tuple[LineRules, ...]
    hours: Hours
    offer_timeout_ms: int
    agent_grace_ms: int
    asc_grace_ms: int
    """How long an ASC keeps the place in line who was lost, or gave up waiting."""
    wrap_up_ms: tuple[int, int, int, int]
    """Longest after-contact work of chat, callback, call, case."""
    wrap_up_extension_ms: int
    max_extensions: int
    reason_required: bool
    """Whether an agent must state a contact reason and an outcome to finish wrap-up."""
    short_abandon_ms: int
    no_answer_back_off_ms: int
    decline_back_off_ms: int
    busy_back_off_ms: int
    max_no_answer: int
    """Offers an agent may let pass in a row before the state `not_responding`."""
    quiet_warning_ms: int
    """An ASC who owes an answer this long is warned; 0: never."""
    quiet_parking_ms: int
    """An ASC who owes an answer this long is parked."""
    parking_limit_ms: int
    """A parked contact that is not taken up again ends after this long."""
    shift_end_stop_ms: int
    """No new offers this long before an agent's shift ends."""
    shift_end_grace_ms: int
    """After the shift's end, contacts still held are handed over after this long."""
    triage_credit_ms: int
    """Credit while an ASC's claim that everybody is affected has not been confirmed."""
    triage_target_ms: int
    message_limit: int
    """Most messages in one contact."""
    session_limit: int
    """Most sessions of one person."""
    session_expiry_ms: int
    node_silence_ms: int
    """A node that has not been heard for this long is lost."""
    callbacks: CallbackRules
    estimates: EstimateRules
    priority_credit_ms: tuple[int, int, int, int]
    """Credit of P1, P2, P3, P4."""
    passed_hold_ms: int = 60_000
    """How long others are asked first about a contact that somebody passed on, though all of them stay busy."""
    response_target_ms: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Latest first response to a case of P1, P2, P3, P4, in the work hours of that priority; all 0: no case clocks."""
    silent_idle_ms: int = 60_000
    """Only an ASC who had shown no sign for this long before the first accept can be silent."""
    silent_after_ms: int = 0
    """Such an ASC is silent who does not write for this long after the agent's first word; 0: nobody is."""
    company_limit: int = 0
    """Most contacts of one company on the desk at once, cases apart; 0: no limit."""


CHANNELS: Final = ("chat", "callback", "call", "case")
"""The order of `wrap_up_ms`."""

EMPTY_CALLBACKS = CallbackRules(
    enabled=True,
    mode="keep_place",
    reserve=0,
    offer_after_ms=0,
    offer_queue_length=0,
    offer_expected_wait_ms=0,
    drain="always",
    drain_lead_ms=300_000,
    max_draining=1_000,
    promise_ms=1_800_000,
    slot_ms=1_800_000,
    slot_capacity=1_000,
    slot_horizon_ms=604_800_000,
    quiet_from_min=0,
    quiet_to_min=0,
    retry_no_answer_ms=(),
    retry_busy_ms=(),
    retry_voicemail_ms=(),
    retry_invalid_ms=(),
    max_in_flight=0,
    cut_off_ms=0,
    lifetime_ms=604_800_000,
)

EMPTY_ESTIMATES = EstimateRules(
    enabled=True,
    handle_ms=600_000,
    patience_ms=300_000,
    announcements=AnnouncementRules(),
    promises=PromiseRules(),
)

EMPTY_HOURS = Hours(
    source="",
    from_ms=0,
    horizon_ms=0,
    calendars=(((0, FOREVER),),),
    lines=(),
    languages=(),
    work=(0, 0, 0, 0),
)

EMPTY_POLICY = Policy(
    lines=(),
    hours=EMPTY_HOURS,
    offer_timeout_ms=20_000,
    agent_grace_ms=30_000,
    asc_grace_ms=120_000,
    wrap_up_ms=(60_000, 60_000, 60_000, 60_000),
    wrap_up_extension_ms=60_000,
    max_extensions=3,
    reason_required=False,
    short_abandon_ms=10_000,
    no_answer_back_off_ms=10_000,
    decline_back_off_ms=10_000,
    busy_back_off_ms=30_000,
    max_no_answer=2,
    quiet_warning_ms=0,
    quiet_parking_ms=0,
    parking_limit_ms=3_600_000,
    shift_end_stop_ms=300_000,
    shift_end_grace_ms=900_000,
    triage_credit_ms=0,
    triage_target_ms=60_000,
    message_limit=2_000,
    session_limit=16,
    session_expiry_ms=86_400_000,
    node_silence_ms=15_000,
    callbacks=EMPTY_CALLBACKS,
    estimates=EMPTY_ESTIMATES,
    priority_credit_ms=(0, 0, 0, 0),
)
"""What holds before entry 2 of a journal (`PolicyChanged`): no line is open, so nobody can ask for anything."""
