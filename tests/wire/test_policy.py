"""The policy document: what people may write, what is filled in, and what the desk gets."""

from dataclasses import replace
from itertools import pairwise

import pytest
from pydantic import ValidationError

from router.core.estimates.announcements import AnnouncementRules
from router.core.estimates.promises import PromiseRules
from router.core.policy import (
    EMPTY_CALLBACKS,
    EMPTY_POLICY,
    CallbackRules,
    EstimateRules,
    LineRules,
    Policy,
    Step,
)
from router.wire.policy import (
    CallbackDocument,
    EstimateDocument,
    LineDocument,
    PolicyDocument,
    PriorityCredit,
    QuietHours,
    ResponseTarget,
    Retries,
    StepRules,
    WrapUp,
    compile_policy,
    policy_warnings,
)

SHORTEST = {"products": ["expense"], "languages": ["en"]}
STEPS = [
    {"after": "0 s", "pools": ["home"], "min_level": 3, "languages": []},
    {"after": "20 s", "pools": ["home", "away"], "min_level": 2, "languages": ["en"]},
]
ROUTING = {
    "steps": STEPS,
    "strategy": "least_loaded",
    "queue_limit": 18,
    "preferred_agent": "41 s",
    "auto_accept": True,
    "join_empty": "busy",
    "leave_empty": "signed_out",
    "case_limit": 19,
}
CALLBACKS = {
    "enabled": False,
    "mode": "idle_only",
    "reserve": 2,
    "offer_after": "42 s",
    "offer_queue_length": 43,
    "offer_expected_wait": "53 s",
    "drain": "never",
    "drain_lead": "44 s",
    "max_draining": 45,
    "promise": "46 s",
    "slot": "47 min",
    "slot_capacity": 48,
    "slot_horizon": "49 h",
    "quiet_hours": {"begin": "21:30", "end": "07:15"},
    "retries": {"no_answer": ["1 s"], "busy": ["2 s", "3 s"], "voicemail": ["4 s"], "invalid": ["5 s"]},
    "max_in_flight": 50,
    "cut_off": "54 min",
    "lifetime": "51 h",
    "most_per_asc": 4,
}
EVERYTHING = {
    "products": ["expense", "travel"],
    "languages": ["en", "pt-BR"],
    "offer_timeout": "11 s",
    "agent_grace": "12 s",
    "asc_grace": "13 s",
    "wrap_up": {"chat": "14 s", "callback": "24 s", "call": "34 s", "case": "44 s"},
    "wrap_up_extension": "25 s",
    "max_extensions": 26,
    "reason_required": True,
    "short_abandon": "15 s",
    "no_answer_back_off": "16 s",
    "decline_back_off": "17 s",
    "busy_back_off": "27 s",
    "passed_hold": "35 s",
    "quiet_warning": "28 s",
    "quiet_parking": "29 s",
    "parking_limit": "30 s",
    "shift_end_stop": "31 s",
    "shift_end_grace": "32 s",
    "triage_credit": "33 s",
    "triage_target": "34 s",
    "silent_idle": "55 s",
    "silent_after": "56 s",
    "max_no_answer": 3,
    "message_limit": 19,
    "session_limit": 20,
    "company_limit": 40,
    "callbacks": CALLBACKS,
    "estimates": {
        "enabled": False,
        "handle_time": "61 s",
        "patience": "62 s",
        "min_interval": "63 s",
        "change": "64 s",
        "place": "limit",
        "place_limit": 65,
    },
    "hours": {"contact": {"phone": {"days": {"daily": "08:00-10:00"}}}, "time_zone": "Europe/Prague"},
    "priority_mode": "credit",
    "priority_credit": {"p1": "4 min", "p2": "3 min", "p3": "2 min", "p4": "1 min"},
    "response_target": {"p1": "1 h", "p2": "2 h", "p3": "8 h", "p4": "16 h"},
    "routing": ROUTING,
    "lines": {"travel/en": {"strategy": "round_robin"}},
}


def compiled(**document: object) -> Policy:
    """The desk's rules of a document."""
    return compile_policy(PolicyDocument.model_validate(document))


def test_a_line_for_each_product_in_each_language():
    """Lines come in the order in which products and languages are written."""
    policy = compiled(products=["travel", "expense"], languages=["en", "de"])

    assert ["travel/en", "travel/de", "expense/en", "expense/de"] == [line.key for line in policy.lines]
    assert [("travel", "en"), ("travel", "de")] == [(line.product, line.language) for line in policy.lines[:2]]


DIFFERENT = {
    "quiet_warning_ms": 300_000, "quiet_parking_ms": 480_000, "triage_credit_ms": 900_000, "silent_after_ms": 180_000,
}  # fmt: skip
"""What a document gives that a desk without one does not need."""
DIFFERENT_CALLBACKS = {
    "drain": "promise", "max_draining": 3, "slot_capacity": 10, "most_per_asc": 3,
    "retry_no_answer_ms": (600_000, 3_600_000), "retry_busy_ms": (300_000, 900_000),
}  # fmt: skip


def test_defaults_are_those_of_the_desk():
    """What a document leaves out is what holds on a desk without one, but for the lines and a few comforts."""
    policy = compiled(**SHORTEST)

    (line,) = policy.lines
    assert line == LineRules(
        "expense/en", "expense", "en", (Step(0, (), 1, ()),), "longest_idle", 500, 0, False, "never", "never"
    )  # fmt: skip
    assert policy == replace(
        EMPTY_POLICY,
        lines=(line,),
        hours=policy.hours,
        callbacks=replace(EMPTY_CALLBACKS, **DIFFERENT_CALLBACKS),
        **DIFFERENT,
    )


def test_everything_that_is_written_arrives():
    """Each setting reaches the desk in milliseconds, in its own field."""
    policy = compiled(**EVERYTHING)

    written = ("least_loaded", 18, 41_000, True, "busy", "signed_out", 19)
    steps = (Step(0, ("home",), 3, ()), Step(20_000, ("home", "away"), 2, ("en",)))
    assert [(28_800_000, 36_000_000)] == [
        (opens % 86_400_000 + 3_600_000, closes % 86_400_000 + 3_600_000)
        for opens, closes in policy.hours.calendars[policy.hours.lines[0].phone][:1]
    ]
    assert policy == Policy(
        lines=(
            LineRules("expense/en", "expense", "en", steps, *written),
            LineRules("expense/pt-BR", "expense", "pt-BR", steps, *written),
            LineRules(
                "travel/en", "travel", "en", (Step(0, (), 1, ()),), "round_robin", 500, 0, False, "never", "never"
            ),
            LineRules("travel/pt-BR", "travel", "pt-BR", steps, *written),
        ),
        hours=policy.hours,
        offer_timeout_ms=11_000, agent_grace_ms=12_000, asc_grace_ms=13_000,
        wrap_up_ms=(14_000, 24_000, 34_000, 44_000), wrap_up_extension_ms=25_000, max_extensions=26,
        reason_required=True, short_abandon_ms=15_000, no_answer_back_off_ms=16_000, decline_back_off_ms=17_000,
        busy_back_off_ms=27_000, max_no_answer=3, quiet_warning_ms=28_000, quiet_parking_ms=29_000,
        parking_limit_ms=30_000, shift_end_stop_ms=31_000, shift_end_grace_ms=32_000, triage_credit_ms=33_000,
        triage_target_ms=34_000, message_limit=19, session_limit=20, company_limit=40, session_expiry_ms=86_400_000,
        node_silence_ms=15_000,
        callbacks=CallbackRules(
            enabled=False, mode="idle_only", reserve=2, offer_after_ms=42_000, offer_queue_length=43,
            offer_expected_wait_ms=53_000, drain="never",
            drain_lead_ms=44_000, max_draining=45, promise_ms=46_000, slot_ms=2_820_000, slot_capacity=48,
            slot_horizon_ms=176_400_000, quiet_from_min=1_290, quiet_to_min=435, retry_no_answer_ms=(1_000,),
            retry_busy_ms=(2_000, 3_000), retry_voicemail_ms=(4_000,), retry_invalid_ms=(5_000,), max_in_flight=50,
            cut_off_ms=3_240_000, lifetime_ms=183_600_000, most_per_asc=4,
        ),
        estimates=EstimateRules(
            False, 61_000, 62_000,
            AnnouncementRules(min_interval_ms=63_000, change_ms=64_000, places="limit", place_limit=65), PromiseRules(),
        ),
        priority_credit_ms=(240_000, 180_000, 120_000, 60_000), passed_hold_ms=35_000,
        response_target_ms=(3_600_000, 7_200_000, 28_800_000, 57_600_000), silent_idle_ms=55_000,
        silent_after_ms=56_000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "written"),
    [
        (PolicyDocument, EVERYTHING),
        (CallbackDocument, CALLBACKS),
        (QuietHours, CALLBACKS["quiet_hours"]),
        (Retries, CALLBACKS["retries"]),
        (LineDocument, ROUTING),
        (EstimateDocument, EVERYTHING["estimates"]),
        (StepRules, STEPS[0]),
        (WrapUp, EVERYTHING["wrap_up"]),
        (PriorityCredit, EVERYTHING["priority_credit"]),
        (ResponseTarget, EVERYTHING["response_target"]),
    ],
)
def test_the_example_uses_every_setting(model, written):
    """A setting that is added must be added to the test above, too."""
    assert set(written) == set(model.model_fields)


def test_one_duration_is_the_wrap_up_of_every_channel():
    """Who does not care for channels writes one duration."""
    policy = compiled(**SHORTEST, wrap_up="14 s")

    assert (14_000,) * 4 == policy.wrap_up_ms
    assert (0,) * 4 == compiled(**SHORTEST, wrap_up=0).wrap_up_ms


def test_a_document_survives_the_journal():
    """Written to JSON, with units, and read again it is the same document and gives the same rules."""
    document = PolicyDocument.model_validate(EVERYTHING)

    again = PolicyDocument.model_validate_json(document.model_dump_json())

    assert document == again
    assert compile_policy(document) == compile_policy(again)
    assert '"offer_timeout":"11 s"' in document.model_dump_json()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"products": []}, "products"),
        ({"languages": []}, "languages"),
        ({"products": None}, "products"),
        ({"products": ["Expense"]}, r"products\.0"),
        ({"products": ["expense/en"]}, r"products\.0"),
        ({"products": ["x" * 33]}, r"products\.0"),
        ({"products": [f"p{number}" for number in range(51)]}, "products"),
        ({"languages": ["english"]}, r"languages\.0"),
        ({"languages": ["EN"]}, r"languages\.0"),
        ({"products": ["expense", "travel", "expense"]}, "products: 'expense' is listed twice"),
        ({"languages": ["en", "en"]}, "languages: 'en' is listed twice"),
        ({"offer_timeout": 20}, "a duration needs a unit"),
        ({"offer_timeout": "soon"}, "'soon' is not a duration"),
        ({"wrap_up": "-1 s"}, "is not a duration"),
        ({"agent_grace": "2 y"}, "is not a duration"),
        ({"priority_credit": {"p1": 5}}, "a duration needs a unit"),
        ({"priority_credit": {"p5": "1 s"}}, r"priority_credit\.p5"),
        ({"max_no_answer": 0}, "max_no_answer"),
        ({"max_no_answer": 101}, "max_no_answer"),
        ({"queue_limit": 18}, "queue_limit"),
        ({"routing": {"queue_limit": 0}}, "queue_limit"),
        ({"routing": {"queue_limit": 1_000_001}}, "queue_limit"),
        ({"routing": {"strategy": "loudest"}}, "strategy"),
        ({"routing": {"steps": []}}, "steps"),
        ({"routing": {"steps": [{"after": "5 s"}]}}, "the first step begins at once"),
        ({"routing": {"steps": [{}, {"after": "5 s"}, {"after": "5 s"}]}}, "must be later than the one before"),
        ({"routing": {"steps": [{"min_level": 6}]}}, "min_level"),
        ({"lines": {"travel/en": {}}}, "there is no 'travel/en'; the lines are expense/en"),
        ({"quiet_warning": "8 min", "quiet_parking": "7 min"}, "an ASC is warned before being parked"),
        ({"wrap_up": {"mail": "5 s"}}, "wrap_up.mail"),
        ({"wrap_up": "5 y"}, "is not a duration"),
        ({"callbacks": {"slot": "1 s"}}, "slot"),
        ({"callbacks": {"mode": "first"}}, "mode"),
        ({"callbacks": {"drain": True}}, "drain"),
        ({"callbacks": {"quiet_hours": {"begin": "24:00"}}}, "begin"),
        ({"callbacks": {"retries": {"busy": "5 min"}}}, "busy"),
        ({"message_limit": 0}, "message_limit"),
        ({"session_limit": 0}, "session_limit"),
        ({"session_limit": 2.5}, "session_limit"),
        ({"response_target": {"p1": "1 h", "p3": "8 h"}}, "p2, p4: .* write all four"),
        ({"callbacks": "off"}, "callbacks"),
        ({"callbacks": {"enabled": "perhaps"}}, "enabled"),
        ({"offer_time_out": "20 s"}, "offer_time_out"),
    ],
)
def test_what_is_wrong_is_named(change, message):
    """Unknown settings, wrong types and values out of bounds are refused, and the error says where."""
    with pytest.raises(ValidationError, match=message):
        PolicyDocument.model_validate(SHORTEST | change)


def test_a_loaded_document_does_not_change():
    """Rules change through the journal, never by hand on a document in memory."""
    document = PolicyDocument.model_validate(SHORTEST)

    with pytest.raises(ValidationError, match="frozen"):
        document.message_limit = 1


def test_the_schema_knows_durations_as_text():
    """Editors that use the JSON schema offer and check durations with units."""
    schema = PolicyDocument.model_json_schema()

    assert "string" == schema["properties"]["offer_timeout"]["type"]
    assert "20 s" in schema["properties"]["offer_timeout"]["examples"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("offer_timeout", 0), ("max_no_answer", "3"), ("reason_required", "yes"), ("message_limit", 2.5)],
)
def test_nothing_is_taken_for_what_it_is_not(name, value):
    """A value of another type is an error and not a guess, and an offer that rings for no time is one too."""
    with pytest.raises(ValidationError, match=name):
        PolicyDocument.model_validate({"products": ["expense"], "languages": ["en"], name: value})


def test_strict_priority_comes_with_a_warning():
    """A higher priority is worth more than any wait, and whoever chooses that is told what it does to the others."""
    document = PolicyDocument.model_validate(SHORTEST | {"priority_mode": "strict"})

    credits = compile_policy(document).priority_credit_ms
    assert all(higher - lower > 366 * 86_400_000 * 10 for higher, lower in pairwise(credits))
    assert "may wait without end" in policy_warnings(document)[0]
    assert [] == policy_warnings(PolicyDocument.model_validate(SHORTEST))
