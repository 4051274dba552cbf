"""
The `callback` section of a scenario: what customers do when a callback is offered, and what comes of dialling.

When it is offered, when it is dialled and how often is the policy's affair. Only the form stands here.
"""

from pydantic import Field, model_validator

from router.core.commands import DialFailure
from router.wire.policy import Section
from sim.durations import DurationLaw, Positive
from sim.fields import Factor, Share


class Acceptance(Section):
    """The share who take a callback when the wait that they expect is shorter than this."""

    below: Positive = Field(description="Of a shorter expected wait than this.")
    share: Share = Field(description="Who take it.")


class Window(Section):
    """Some choose a time instead of "as soon as it is my turn"."""

    share: Share = Field(description="Of those who take a callback.")
    ahead: DurationLaw = Field(description="How far ahead they want it; the next slot that is free from then on.")


class Callback(Section):
    """What customers do when a callback is offered: once, when it first is."""

    accept: Share = Field(description="Share of waiting customers who take it.")
    accept_by_wait: list[Acceptance] = Field(
        [], max_length=50, description="By the expected wait; `accept` holds for longer and for unknown ones."
    )
    reach: Share = Field(1.0, description="Share of attempts that are answered.")
    failures: dict[DialFailure, Share] = Field(
        {"no_answer": 1.0}, min_length=1, description="What becomes of the others: shares that add up to 1."
    )
    dial_time: DurationLaw = Field(DurationLaw(fixed=0), description="Dialling and ringing, answered or not.")
    handle_time: DurationLaw | None = Field(None, description="Conversation; without it as in `work`.")
    handle_factor: Factor = Field(
        1.0, description="How much longer a callback takes, where `handle_time` is not given."
    )
    window: Window | None = None
    patience: DurationLaw = Field(DurationLaw(never=True), description="When not dialled by then, it is cancelled.")
    declined_patience: Factor = Field(1.0, description="Factor on the patience of those who would rather wait.")

    @model_validator(mode="after")
    def _shares_fit(self) -> "Callback":
        bounds = [one.below for one in self.accept_by_wait]
        if bounds != sorted(set(bounds)):
            raise ValueError("accept_by_wait: each 'below' must be longer than the one before")
        if abs(sum(self.failures.values()) - 1) > 0.005:
            raise ValueError(f"failures: the shares add up to {sum(self.failures.values()):g}, not to 1")
        return self
