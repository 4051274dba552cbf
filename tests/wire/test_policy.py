"""The policy document: what people may write, what is filled in, and what the desk gets."""

from dataclasses import asdict, fields

import pytest
from pydantic import ValidationError

from router.core.policy import EMPTY_POLICY, Policy
from router.wire.policy import PolicyDocument, PriorityCredit, compile_policy

SHORTEST = {"products": ["expense"], "languages": ["en"]}
EVERYTHING = {
    "products": ["expense", "travel"],
    "languages": ["en", "pt-BR"],
    "offer_timeout": "11 s",
    "agent_grace": "12 s",
    "asc_grace": "13 s",
    "wrap_up": "14 s",
    "short_abandon": "15 s",
    "no_answer_back_off": "16 s",
    "decline_back_off": "17 s",
    "max_no_answer": 3,
    "queue_limit": 18,
    "message_limit": 19,
    "session_limit": 20,
    "callbacks": False,
    "priority_credit": {"p1": "4 min", "p2": "3 min", "p3": "2 min", "p4": "1 min"},
}


def compiled(**document: object) -> Policy:
    """The desk's rules of a document."""
    return compile_policy(PolicyDocument.model_validate(document))


def test_a_line_for_each_product_in_each_language():
    """Lines come in the order in which products and languages are written."""
    policy = compiled(products=["travel", "expense"], languages=["en", "de"])

    assert ("travel/en", "travel/de", "expense/en", "expense/de") == policy.lines


def test_defaults_are_those_of_the_desk():
    """What a document leaves out is what holds on a desk without one, but for the lines."""
    policy = compiled(**SHORTEST)

    assert {**asdict(EMPTY_POLICY), "lines": ("expense/en",)} == asdict(policy)


def test_everything_that_is_written_arrives():
    """Each setting reaches the desk in milliseconds, in its own field."""
    policy = compiled(**EVERYTHING)

    assert policy == Policy(
        lines=("expense/en", "expense/pt-BR", "travel/en", "travel/pt-BR"), offer_timeout_ms=11_000,
        agent_grace_ms=12_000, asc_grace_ms=13_000, wrap_up_ms=14_000, short_abandon_ms=15_000,
        no_answer_back_off_ms=16_000, decline_back_off_ms=17_000, max_no_answer=3, queue_limit=18, message_limit=19,
        session_limit=20, session_expiry_ms=86_400_000, node_silence_ms=15_000, callbacks=False,
        priority_credit_ms=(240_000, 180_000, 120_000, 60_000),
    )  # fmt: skip


def test_the_example_uses_every_setting():
    """A setting that is added must be added to the test above, too."""
    assert set(EVERYTHING) == set(PolicyDocument.model_fields)
    assert {"p1", "p2", "p3", "p4"} == set(PriorityCredit.model_fields)
    assert len(fields(Policy)) == len(EVERYTHING) - 2 + 1 + 2  # products and languages make lines; two are fixed


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
        ({"queue_limit": 0}, "queue_limit"),
        ({"queue_limit": 1_000_001}, "queue_limit"),
        ({"message_limit": 0}, "message_limit"),
        ({"session_limit": 0}, "session_limit"),
        ({"session_limit": 2.5}, "session_limit"),
        ({"callbacks": "perhaps"}, "callbacks"),
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
        document.queue_limit = 1


def test_the_schema_knows_durations_as_text():
    """Editors that use the JSON schema offer and check durations with units."""
    schema = PolicyDocument.model_json_schema()

    assert "string" == schema["properties"]["offer_timeout"]["type"]
    assert "20 s" in schema["properties"]["offer_timeout"]["examples"]


@pytest.mark.parametrize(
    ("name", "value"), [("offer_timeout", 0), ("max_no_answer", "3"), ("callbacks", "yes"), ("queue_limit", 2.5)]
)
def test_nothing_is_taken_for_what_it_is_not(name, value):
    """A value of another type is an error and not a guess, and an offer that rings for no time is one too."""
    with pytest.raises(ValidationError, match=name):
        PolicyDocument.model_validate({"products": ["expense"], "languages": ["en"], name: value})
