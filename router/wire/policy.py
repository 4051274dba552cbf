"""
The policy document that people write and the desk and the twin both load, and its compiler.

The document carries units (`20 s`); the compiled `router.core.policy.Policy` carries integer milliseconds.
Both travel in the journal entry `PolicyChanged`, so that a replay needs nothing but the journal.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from router.core.ids import line_key
from router.core.policy import Policy
from router.wire.section import Section as Section
from router.wire.units import format_duration_ms, parse_duration_ms

DurationMs = Annotated[
    int,
    BeforeValidator(parse_duration_ms),
    PlainSerializer(format_duration_ms, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)? ?(ms|s|min|h|d)$", "examples": ["20 s", "5 min"]}),
]
"""A duration, written with a unit (`250 ms`, `20 s`, `5 min`, `1 h`), held as integer milliseconds."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$", examples=["expense"])]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", examples=["en", "pt-BR"])]


class PriorityCredit(Section):
    """How much waiting time each priority counts in advance; 0 makes the line first come, first served."""

    p1: DurationMs = 0
    p2: DurationMs = 0
    p3: DurationMs = 0
    p4: DurationMs = 0


class PolicyDocument(Section):
    """Everything a supervisor can set about routing, with defaults; the source form of `PolicyChanged`."""

    products: list[Name] = Field(min_length=1, max_length=50, description="Product lines that may be chosen.")
    languages: list[Language] = Field(min_length=1, max_length=50, description="Languages that may be chosen.")
    offer_timeout: DurationMs = Field(20_000, ge=1, description="How long an offer rings before it passes on.")
    agent_grace: DurationMs = Field(30_000, description="How long a lost agent keeps the contacts held.")
    asc_grace: DurationMs = Field(120_000, description="How long a lost ASC keeps the place in line.")
    wrap_up: DurationMs = Field(60_000, description="Longest after-contact work.")
    short_abandon: DurationMs = Field(10_000, description="Leaving within this time counts as a short abandon.")
    no_answer_back_off: DurationMs = Field(10_000, description="Pause before the next offer after one was ignored.")
    decline_back_off: DurationMs = Field(10_000, description="Pause before the next offer after one was declined.")
    max_no_answer: int = Field(2, ge=1, le=100, description="Ignored offers in a row before `not_responding`.")
    queue_limit: int = Field(500, ge=1, le=1_000_000, description="Most contacts waiting in one line.")
    message_limit: int = Field(2_000, ge=1, le=100_000, description="Most messages in one contact.")
    session_limit: int = Field(16, ge=1, le=1_000, description="Most sessions of one person.")
    callbacks: bool = Field(True, description="Whether a waiting ASC may leave a number and keep the place.")
    priority_credit: PriorityCredit = PriorityCredit()

    @model_validator(mode="after")
    def _no_doubles(self) -> "PolicyDocument":
        for what, names in (("products", self.products), ("languages", self.languages)):
            double = next((name for i, name in enumerate(names) if name in names[:i]), None)
            if double is not None:
                raise ValueError(f"{what}: '{double}' is listed twice")
        return self


def compile_policy(document: PolicyDocument) -> Policy:
    """Turn a document into the desk's frozen rules: one line for each product and language, in the order written."""
    credit = document.priority_credit
    return Policy(
        lines=tuple(line_key(product, language) for product in document.products for language in document.languages),
        offer_timeout_ms=document.offer_timeout,
        agent_grace_ms=document.agent_grace,
        asc_grace_ms=document.asc_grace,
        wrap_up_ms=document.wrap_up,
        short_abandon_ms=document.short_abandon,
        no_answer_back_off_ms=document.no_answer_back_off,
        decline_back_off_ms=document.decline_back_off,
        max_no_answer=document.max_no_answer,
        queue_limit=document.queue_limit,
        message_limit=document.message_limit,
        session_limit=document.session_limit,
        session_expiry_ms=86_400_000,
        node_silence_ms=15_000,
        callbacks=document.callbacks,
        priority_credit_ms=(credit.p1, credit.p2, credit.p3, credit.p4),
    )
