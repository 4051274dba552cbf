"""
The policy of a day that goes faster than the clock.

Demand, work, patience and what they are measured against go faster; what real people and machines must meet (offers,
graces, back-offs, quiet customers, sessions, triage) stays as it is. A server that rehearses such a day loads the
policy made here, and the twin runs the same one.
"""

from typing import Any, Final

from pydantic import BaseModel

from router.wire.policy import PolicyDocument

_FASTER: Final[dict[str, tuple[str, ...]]] = {
    "PolicyDocument": ("wrap_up_extension", "short_abandon", "parking_limit", "shift_end_stop", "shift_end_grace",
                       "triage_credit"),
    "WrapUp": ("chat", "callback", "call", "case"),
    "PriorityCredit": ("p1", "p2", "p3", "p4"),
    "LineDocument": ("preferred_agent",),
    "StepRules": ("after",),
    "EstimateDocument": ("handle_time", "patience", "min_interval", "change"),
    "CallbackDocument": (
        "offer_after", "offer_expected_wait", "cut_off", "drain_lead", "promise", "slot", "slot_horizon", "lifetime",
    ),
    "Retries": ("no_answer", "busy", "voicemail", "invalid"),
}  # fmt: skip
"""The durations of each section that are divided; lists of durations entry by entry."""


def compress_policy(policy: PolicyDocument, factor: float) -> PolicyDocument:
    """The same policy for a day that goes `factor` times as fast."""
    if factor == 1:
        return policy
    faster: PolicyDocument = _faster(policy, factor)
    return faster


def _faster(value: Any, factor: float) -> Any:
    if isinstance(value, dict):
        return {key: _faster(item, factor) for key, item in value.items()}
    if isinstance(value, list):
        return [_faster(item, factor) for item in value]
    if not isinstance(value, BaseModel):
        return value
    divided = _FASTER.get(type(value).__name__, ())
    update = {}
    for name in type(value).model_fields:
        part = getattr(value, name)
        update[name] = _divided(part, factor) if name in divided else _faster(part, factor)
    return value.model_copy(update=update)


def _divided(duration: Any, factor: float) -> Any:
    return [round(each / factor) for each in duration] if isinstance(duration, list) else round(duration / factor)
