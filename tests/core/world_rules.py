"""The rules of the small desk in `tests.core.world`: six policies that between them use every setting."""

from dataclasses import replace
from typing import Any

from router.core.estimates.announcements import AnnouncementRules
from router.core.hours import FOREVER, Hours, LanguageHours, LineHours
from router.core.ids import LineKey
from router.core.policy import EMPTY_ESTIMATES, Policy, Step
from tests.core.build import rules

LINES = tuple(LineKey(key) for key in ("expense/en", "expense/de", "travel/en"))
WIDENING = (
    Step(0, ("home",), 3, ()),
    Step(10_000, ("home", "away"), 2, ()),
    Step(30_000, (), 1, ("de", "en")),
)
SENIORS = (Step(0, (), 4, ()), Step(15_000, (), 1, ("de",)))


def small(lines: tuple[LineKey, ...] = LINES, **changes: Any) -> Policy:
    """Short lines, few messages, and sessions that never expire."""
    return rules(
        lines,
        **{
            "queue_limit": 4,
            "case_limit": 3,
            "message_limit": 6,
            "session_expiry_ms": 10**9,
            "shift_end_stop_ms": 10_000,
            **changes,
        },
    )  # fmt: skip


def varied(policy: Policy, line: int, **changes: Any) -> Policy:
    """The policy with other rules in one of its lines."""
    lines = list(policy.lines)
    lines[line] = replace(lines[line], **changes)
    return replace(policy, lines=tuple(lines))


PLAIN = small()
STEPS = varied(
    small(
        steps=WIDENING, strategy="least_loaded", preferred_ms=15_000,
        quiet_warning_ms=5_000, quiet_parking_ms=8_000, parking_limit_ms=20_000,
        triage_credit_ms=60_000, triage_target_ms=20_000, priority_credit_ms=(120_000, 60_000, 5_000, 0),
        reason_required=True, wrap_up_ms=(20_000, 10_000, 15_000, 5_000), wrap_up_extension_ms=5_000, max_extensions=1,
        shift_end_grace_ms=20_000, response_target_ms=(5_000, 10_000, 30_000, 60_000),
        silent_idle_ms=4_000, silent_after_ms=4_000,
        drain="promise", drain_lead_ms=40_000, max_draining=1, promise_ms=60_000,
        slot_ms=60_000, slot_capacity=1, slot_horizon_ms=300_000, lifetime_ms=5_000,
        retry_no_answer_ms=(10_000, 30_000), retry_busy_ms=(5_000,), retry_invalid_ms=(1,), company_limit=3,
    ),
    2, steps=SENIORS, strategy="most_proficient", preferred_ms=0, join_empty="unavailable", leave_empty="unavailable",
)  # fmt: skip
IDLE_ONLY = varied(
    small(
        LINES[::-1], mode="idle_only", reserve=1, max_in_flight=2,
        offer_after_ms=20_000, offer_queue_length=2, retry_busy_ms=(10_000,), retry_voicemail_ms=(20_000,),
        wrap_up_ms=(0, 5_000, 0, 5_000), max_no_answer=1, decline_back_off_ms=0, strategy="most_proficient",
    ),
    0, auto_accept=True,
)  # fmt: skip
ROUND = small(
    drain="always", max_draining=2, max_in_flight=1, strategy="round_robin", preferred_ms=30_000,
    join_empty="signed_out", leave_empty="signed_out", offer_timeout_ms=10_000,
    quiet_warning_ms=5_000, quiet_parking_ms=5_000, parking_limit_ms=15_000, silent_idle_ms=0, silent_after_ms=20_000,
    steps=(Step(0, (), 1, ()), Step(20_000, (), 1, ("de", "en"))), retry_no_answer_ms=(5_000, 5_000), most_per_asc=1,
)  # fmt: skip
FEW = small(LINES[:2], mode="idle_only", drain="never", offer_timeout_ms=10_000, busy_back_off_ms=0, join_empty="busy")
KNOWN = Hours(
    source="small", from_ms=0, horizon_ms=300_000,
    calendars=(
        ((0, FOREVER),),
        ((0, 40_000), (60_000, 160_000), (190_000, 300_000)),
        ((10_000, 90_000), (110_000, 300_000)),
    ),
    lines=(LineHours(LINES[0], 0, 1), LineHours(LINES[1], 2, 0), LineHours(LINES[2], 1, 2)),
    languages=(LanguageHours("en", 0), LanguageHours("de", 2)),
    work=(0, 0, 1, 2),
)  # fmt: skip
MORE = replace(
    KNOWN, from_ms=300_000, horizon_ms=900_000,
    calendars=(
        ((300_000, FOREVER),),
        ((300_000, 340_000), (360_000, 900_000)),
        ((310_000, 390_000), (410_000, 900_000)),
    ),
)  # fmt: skip
"""What comes after `KNOWN`."""
ELSEWHERE = replace(MORE, source="another")
OPEN = varied(
    small(
        hours=KNOWN, cut_off_ms=5_000, lifetime_ms=50_000, promise_ms=40_000,
        drain="promise", drain_lead_ms=30_000, max_draining=2,
        retry_no_answer_ms=(10_000, 20_000), retry_busy_ms=(5_000, 5_000), slot_ms=60_000, slot_capacity=2,
        steps=(Step(0, (), 2, ()), Step(10_000, (), 1, ("en",))), response_target_ms=(5_000, 20_000, 60_000, 250_000),
        estimates=replace(EMPTY_ESTIMATES, handle_ms=20_000, announcements=AnnouncementRules(min_interval_ms=5_000)),
    ),
    1, strategy="least_loaded", preferred_ms=10_000, leave_empty="busy",
)  # fmt: skip
POLICIES = (PLAIN, STEPS, IDLE_ONLY, ROUND, FEW, OPEN)
