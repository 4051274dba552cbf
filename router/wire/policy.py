"""
The policy document that people write and the desk and the twin both load, and its compiler.

The document carries units (`20 s`); the compiled `router.core.policy.Policy` carries integer milliseconds.
Both travel in the journal entry `PolicyChanged`, so that a replay needs nothing but the journal.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic.config import JsonDict

from router.core.estimates.announcements import AnnouncementRules
from router.core.estimates.places import PlaceMode
from router.core.estimates.promises import PromiseRules
from router.core.ids import LineKey, line_key
from router.core.policy import (
    CallbackMode,
    CallbackRules,
    DrainMode,
    EmptyWhen,
    EstimateRules,
    LineRules,
    Policy,
    Step,
    Strategy,
)
from router.wire.hours.compile import compile_hours
from router.wire.hours.document import HoursDocument, check_hours
from router.wire.section import Section as Section
from router.wire.units import format_duration_ms, parse_duration_ms

KNOWN_MS: Final = 400 * 86_400_000
"""How far ahead calendars are compiled where nothing else is said; before that time has passed they are extended."""

_DURATION_SCHEMA: Final[JsonDict] = {
    "type": "string",
    "pattern": r"^\d+(\.\d+)? ?(ms|s|min|h|d)$",
    "examples": ["20 s", "5 min"],
}

DurationMs = Annotated[
    int,
    BeforeValidator(parse_duration_ms),
    PlainSerializer(format_duration_ms, when_used="json"),
    WithJsonSchema(_DURATION_SCHEMA),
]
"""A duration, written with a unit (`250 ms`, `20 s`, `5 min`, `1 h`), held as integer milliseconds."""


def _or(short: JsonDict) -> Callable[[JsonDict], None]:
    """Let the JSON Schema of a section allow its short form too."""

    def allow(schema: JsonDict) -> None:
        long = {key: schema.pop(key) for key in ("additionalProperties", "properties", "type")}
        schema["anyOf"] = [short, long]

    return allow


STRICT_CREDIT_MS: Final = (3 * 10**12, 2 * 10**12, 10**12, 0)
"""A priority is worth a century of waiting more than the next one."""

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:00"])]
"""A time of day, hours and minutes."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$", examples=["expense"])]
PoolName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$", examples=["travel-seniors"])]
LineName = Annotated[LineKey, Field(examples=["expense/en"])]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", examples=["en", "pt-BR"])]


class PriorityCredit(Section):
    """How much waiting time each priority counts in advance; 0 makes the line first come, first served."""

    p1: DurationMs = 0
    p2: DurationMs = 0
    p3: DurationMs = 0
    p4: DurationMs = 0


class StepRules(Section):
    """Who else may serve a contact that has waited this long. Later steps add agents, none takes any away."""

    after: DurationMs = Field(0, description="Waiting time from which this step holds; 0 for the first.")
    pools: list[PoolName] = Field([], max_length=50, description="Pools that may serve; empty: every pool.")
    min_level: int = Field(1, ge=1, le=5, description="Least proficiency in the line's product.")
    languages: list[Language] = Field([], max_length=50, description="Other languages, for an ASC who agreed.")


class LineDocument(Section):
    """How one line, or every line without an entry of its own, is routed."""

    steps: list[StepRules] = Field([StepRules()], min_length=1, max_length=10, description="Steps of widening.")
    strategy: Strategy = Field("longest_idle", description="Which of several free agents gets the offer.")
    queue_limit: int = Field(500, ge=1, le=1_000_000, description="Most contacts waiting in the line, cases apart.")
    case_limit: int = Field(1_000, ge=1, le=1_000_000, description="Most cases waiting in the line.")
    preferred_agent: DurationMs = Field(0, description="How long to wait for the agent who served last; 0: not.")
    auto_accept: bool = Field(False, description="Whether offers are accepted as they are made.")
    join_empty: EmptyWhen = Field("never", description="When the line counts as empty for those who come.")
    leave_empty: EmptyWhen = Field("never", description="When it counts as empty for those who wait in it.")

    @model_validator(mode="after")
    def _steps_widen(self) -> "LineDocument":
        times = [step.after for step in self.steps]
        if times[0] != 0:
            raise ValueError("the first step begins at once: leave out 'after' or write 0")
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("steps: each 'after' must be later than the one before")
        return self


class WrapUp(Section):
    """Longest after-contact work by channel; one duration stands for all of them."""

    model_config = ConfigDict(json_schema_extra=_or(_DURATION_SCHEMA))

    chat: DurationMs = 60_000
    callback: DurationMs = 60_000
    call: DurationMs = 60_000
    case: DurationMs = 60_000


class ResponseTarget(Section):
    """Latest first response to a case, in the work hours of its priority; all four, or none for no case clocks."""

    p1: DurationMs = 0
    p2: DurationMs = 0
    p3: DurationMs = 0
    p4: DurationMs = 0

    @model_validator(mode="after")
    def _all_or_none(self) -> "ResponseTarget":
        targets = {name: getattr(self, name) for name in type(self).model_fields}
        missing = [name for name, target in targets.items() if not target]
        if missing and len(missing) < len(targets):
            raise ValueError(
                f"{', '.join(missing)}: cases go by when they are due, so each priority needs a target; write all four,"
                " or none for no case clocks"
            )
        return self


def _wrap_up_of_all(value: object) -> object:
    """One duration stands for every channel."""
    if isinstance(value, dict | WrapUp):
        return value
    duration = parse_duration_ms(value)
    return WrapUp.model_construct(chat=duration, callback=duration, call=duration, case=duration)


class Retries(Section):
    """When to dial again after each outcome: one entry for each further attempt."""

    no_answer: list[DurationMs] = Field([600_000, 3_600_000], max_length=20)
    busy: list[DurationMs] = Field([300_000, 900_000], max_length=20)
    voicemail: list[DurationMs] = Field([], max_length=20, description="Empty: a voicemail ends the callback.")
    invalid: list[DurationMs] = Field([], max_length=20)


class QuietHours(Section):
    """No dialling in these hours, in the zone of the number; may cross midnight."""

    begin: ClockTime = Field("00:00", description="Like 21:00; equal to `end`: no quiet hours.")
    end: ClockTime = Field("00:00", description="Like 08:00.")


class CallbackDocument(Section):
    """When callbacks are offered, when they are dialled, and how often; `true` and `false` switch them on or off."""

    model_config = ConfigDict(json_schema_extra=_or({"type": "boolean"}))

    enabled: bool = Field(True, description="Whether an ASC may leave a number.")
    mode: CallbackMode = Field("keep_place", description="At its rank, or only when agents are idle.")
    reserve: int = Field(0, ge=0, le=10_000, description="Idle agents kept free for live contacts (idle_only).")
    offer_after: DurationMs = Field(0, description="Offered after waiting this long; 0: no such threshold.")
    offer_queue_length: int = Field(0, ge=0, le=1_000_000, description="Offered when so many wait; 0: no threshold.")
    offer_expected_wait: DurationMs = Field(0, description="Offered when so long a wait is expected; 0: no threshold.")
    drain: DrainMode = Field("promise", description="Whether an agent is drained for the callback at the head.")
    drain_lead: DurationMs = Field(300_000, description="A promise is in danger this long before it ends.")
    max_draining: int = Field(3, ge=0, le=10_000, description="Most agents draining at once.")
    promise: DurationMs = Field(1_800_000, description="How long a promise without a window lasts.")
    slot: Annotated[DurationMs, Field(ge=60_000)] = Field(1_800_000, description="Length of a slot of windows.")
    slot_capacity: int = Field(10, ge=1, le=1_000_000, description="Windows promised in one slot of one line.")
    slot_horizon: DurationMs = Field(604_800_000, description="How far ahead a window may be promised.")
    quiet_hours: QuietHours = QuietHours()
    retries: Retries = Retries()
    max_in_flight: int = Field(0, ge=0, le=10_000, description="Most callbacks offered or dialled; 0: no limit.")
    cut_off: DurationMs = Field(0, description="No dialling this long before a line closes.")
    lifetime: DurationMs = Field(604_800_000, description="A callback that cannot be completed ends after this long.")
    most_per_asc: int = Field(3, ge=0, le=1_000, description="Most callbacks one ASC waits for; 0: no limit.")


def _callbacks_on_or_off(value: object) -> object:
    return {"enabled": value} if isinstance(value, bool) else value


class EstimateDocument(Section):
    """What is expected before a line has learnt it, and when ASCs are told about their wait."""

    enabled: bool = Field(True, description="Whether ASCs are told how long to expect.")
    handle_time: Annotated[DurationMs, Field(ge=1)] = Field(600_000, description="Expected time a contact takes.")
    patience: Annotated[DurationMs, Field(ge=1)] = Field(300_000, description="Expected mean patience.")
    min_interval: Annotated[DurationMs, Field(ge=1_000)] = Field(30_000, description="Least time between two tellings.")
    change: DurationMs = Field(30_000, description="Least change that is told.")
    place: PlaceMode = Field("more", description="Whether the place in line is told, and how far back.")
    place_limit: int = Field(20, ge=1, le=1_000_000, description="Beyond this place only that there are more.")


class PolicyDocument(Section):
    """Everything a supervisor can set about routing, with defaults; the source form of `PolicyChanged`."""

    products: list[Name] = Field(min_length=1, max_length=50, description="Product lines that may be chosen.")
    languages: list[Language] = Field(min_length=1, max_length=50, description="Languages that may be chosen.")
    offer_timeout: DurationMs = Field(20_000, ge=1, description="How long an offer rings before it passes on.")
    agent_grace: DurationMs = Field(30_000, description="How long a lost agent keeps the contacts held.")
    asc_grace: DurationMs = Field(120_000, description="How long an ASC who left or was lost keeps the place in line.")
    wrap_up: Annotated[WrapUp, BeforeValidator(_wrap_up_of_all)] = Field(
        WrapUp(), description="Longest after-contact work, one duration or one for each channel."
    )
    wrap_up_extension: DurationMs = Field(60_000, description="What one extension of wrap-up adds.")
    max_extensions: int = Field(3, ge=0, le=100, description="Extensions of one wrap-up.")
    reason_required: bool = Field(False, description="Whether wrap-up ends only with a reason and an outcome.")
    short_abandon: DurationMs = Field(10_000, description="Leaving within this time counts as a short abandon.")
    no_answer_back_off: DurationMs = Field(10_000, description="Pause before the next offer after one was ignored.")
    decline_back_off: DurationMs = Field(10_000, description="Pause before the next offer after one was declined.")
    busy_back_off: DurationMs = Field(30_000, description="Pause after an offer was declined as busy.")
    passed_hold: Annotated[DurationMs, Field(ge=1)] = Field(
        60_000, description="How long others are asked first about a contact that somebody passed on."
    )
    quiet_warning: DurationMs = Field(300_000, description="An ASC who owes an answer this long is warned; 0: never.")
    quiet_parking: DurationMs = Field(480_000, description="An ASC who owes an answer this long is parked.")
    parking_limit: DurationMs = Field(3_600_000, description="A parked contact ends after this long.")
    shift_end_stop: DurationMs = Field(300_000, description="No new offers this long before a shift ends.")
    shift_end_grace: DurationMs = Field(900_000, description="Time to finish after the shift's end.")
    triage_credit: DurationMs = Field(900_000, description="Credit of an unconfirmed claim that everybody is affected.")
    triage_target: DurationMs = Field(60_000, description="Time in which such a claim is to be taken up.")
    silent_idle: DurationMs = Field(60_000, description="Who gave no sign this long before an accept may be gone.")
    silent_after: DurationMs = Field(180_000, description="Who then writes nothing this long left silently; 0: nobody.")
    max_no_answer: int = Field(2, ge=1, le=100, description="Ignored offers in a row before `not_responding`.")
    message_limit: int = Field(2_000, ge=1, le=100_000, description="Most messages in one contact.")
    company_limit: int = Field(
        0, ge=0, le=1_000_000, description="Most contacts of one company at once, cases apart; 0: no limit."
    )
    session_limit: int = Field(16, ge=1, le=1_000, description="Most sessions of one person.")
    callbacks: Annotated[CallbackDocument, BeforeValidator(_callbacks_on_or_off)] = Field(
        CallbackDocument(), description="Callbacks; `true` and `false` switch them on or off and leave the rest."
    )
    estimates: EstimateDocument = Field(EstimateDocument(), description="What ASCs are told about their wait.")
    priority_mode: Literal["credit", "strict"] = Field(
        "credit", description="`strict`: a higher priority always goes first, and may starve the others."
    )
    priority_credit: PriorityCredit = PriorityCredit()
    response_target: ResponseTarget = Field(ResponseTarget(), description="When a case must have been answered.")
    routing: LineDocument = Field(LineDocument(), description="How lines are routed that have no entry in `lines`.")
    hours: HoursDocument = Field(HoursDocument(), description="When lines, languages and case clocks are open.")
    lines: dict[LineName, LineDocument] = Field({}, description="How single lines are routed, by `product/language`.")

    @model_validator(mode="after")
    def _no_doubles(self) -> "PolicyDocument":
        for what, names in (("products", self.products), ("languages", self.languages)):
            double = next((name for i, name in enumerate(names) if name in names[:i]), None)
            if double is not None:
                raise ValueError(f"{what}: '{double}' is listed twice")
        return self

    @model_validator(mode="after")
    def _lines_exist(self) -> "PolicyDocument":
        there = [line_key(product, language) for product in self.products for language in self.languages]
        for name in self.lines:
            if name not in there:
                raise ValueError(f"lines: there is no '{name}'; the lines are {', '.join(there)}")
        check_hours(self.hours, there, self.languages)
        return self

    @model_validator(mode="after")
    def _parking_follows_warning(self) -> "PolicyDocument":
        if self.quiet_warning and self.quiet_parking < self.quiet_warning:
            raise ValueError("quiet_parking: an ASC is warned before being parked, so this is at least quiet_warning")
        return self


def compile_policy(document: PolicyDocument, from_ms: int = 0, horizon_ms: int = KNOWN_MS) -> Policy:
    """
    Turn a document into the desk's frozen rules: one line for each product and language, in the order written.

    Calendars become instants from `from_ms` up to `horizon_ms`, epoch milliseconds.
    """
    credit = document.priority_credit
    wrap_up, response = document.wrap_up, document.response_target
    lines = tuple(
        _compile_line(document, product, language) for product in document.products for language in document.languages
    )
    return Policy(
        lines=lines,
        hours=compile_hours(document.hours, [line.key for line in lines], document.languages, from_ms, horizon_ms),
        offer_timeout_ms=document.offer_timeout,
        agent_grace_ms=document.agent_grace,
        asc_grace_ms=document.asc_grace,
        wrap_up_ms=(wrap_up.chat, wrap_up.callback, wrap_up.call, wrap_up.case),
        wrap_up_extension_ms=document.wrap_up_extension,
        max_extensions=document.max_extensions,
        reason_required=document.reason_required,
        short_abandon_ms=document.short_abandon,
        no_answer_back_off_ms=document.no_answer_back_off,
        decline_back_off_ms=document.decline_back_off,
        busy_back_off_ms=document.busy_back_off,
        max_no_answer=document.max_no_answer,
        quiet_warning_ms=document.quiet_warning,
        quiet_parking_ms=document.quiet_parking,
        parking_limit_ms=document.parking_limit,
        shift_end_stop_ms=document.shift_end_stop,
        shift_end_grace_ms=document.shift_end_grace,
        triage_credit_ms=document.triage_credit,
        triage_target_ms=document.triage_target,
        message_limit=document.message_limit,
        session_limit=document.session_limit,
        session_expiry_ms=86_400_000,
        node_silence_ms=15_000,
        callbacks=_compile_callbacks(document.callbacks),
        estimates=_compile_estimates(document.estimates),
        priority_credit_ms=STRICT_CREDIT_MS
        if document.priority_mode == "strict"
        else (credit.p1, credit.p2, credit.p3, credit.p4),
        passed_hold_ms=document.passed_hold,
        response_target_ms=(response.p1, response.p2, response.p3, response.p4),
        silent_idle_ms=document.silent_idle,
        silent_after_ms=document.silent_after,
        company_limit=document.company_limit,
    )


def _compile_line(document: PolicyDocument, product: str, language: str) -> LineRules:
    key = line_key(product, language)
    rules = document.lines.get(key, document.routing)
    steps = tuple(Step(step.after, tuple(step.pools), step.min_level, tuple(step.languages)) for step in rules.steps)
    return LineRules(
        key=key,
        product=product,
        language=language,
        steps=steps,
        strategy=rules.strategy,
        queue_limit=rules.queue_limit,
        preferred_ms=rules.preferred_agent,
        auto_accept=rules.auto_accept,
        join_empty=rules.join_empty,
        leave_empty=rules.leave_empty,
        case_limit=rules.case_limit,
    )


def policy_warnings(document: PolicyDocument) -> list[str]:
    """What is allowed and may surprise, one sentence each."""
    warnings = []
    if document.priority_mode == "strict":
        warnings.append("priority_mode is strict: as long as P1 contacts come, P2 to P4 may wait without end.")
    return warnings


def _compile_estimates(document: EstimateDocument) -> EstimateRules:
    announcements = AnnouncementRules(
        min_interval_ms=document.min_interval,
        change_ms=document.change,
        places=document.place,
        place_limit=document.place_limit,
    )
    return EstimateRules(document.enabled, document.handle_time, document.patience, announcements, PromiseRules())


def _compile_callbacks(document: CallbackDocument) -> CallbackRules:
    retries = document.retries
    return CallbackRules(
        enabled=document.enabled,
        mode=document.mode,
        reserve=document.reserve,
        offer_after_ms=document.offer_after,
        offer_queue_length=document.offer_queue_length,
        offer_expected_wait_ms=document.offer_expected_wait,
        drain=document.drain,
        drain_lead_ms=document.drain_lead,
        max_draining=document.max_draining,
        promise_ms=document.promise,
        slot_ms=document.slot,
        slot_capacity=document.slot_capacity,
        slot_horizon_ms=document.slot_horizon,
        quiet_from_min=_minute_of_day(document.quiet_hours.begin),
        quiet_to_min=_minute_of_day(document.quiet_hours.end),
        retry_no_answer_ms=tuple(retries.no_answer),
        retry_busy_ms=tuple(retries.busy),
        retry_voicemail_ms=tuple(retries.voicemail),
        retry_invalid_ms=tuple(retries.invalid),
        max_in_flight=document.max_in_flight,
        cut_off_ms=document.cut_off,
        lifetime_ms=document.lifetime,
        most_per_asc=document.most_per_asc,
    )


def _minute_of_day(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
