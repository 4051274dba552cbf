"""
The `work` and `patience` sections of a scenario: how long things take, and how long people wait for them.

Only the form stands here; what an engine makes of it is `sim.people.model`.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from router.wire.policy import Language, Name, Section
from sim.durations import DurationLaw
from sim.fields import Count, Share
from sim.people.section import Connection, SlowDown

Channel = Literal["chat", "callback", "call", "case"]
"""How a contact comes: `router.core.policy.CHANNELS`."""


class ChannelWork(Section):
    """What is different on one channel."""

    handle_time: DurationLaw | None = None
    handle_time_by_product: dict[Name, DurationLaw] = Field({}, max_length=50)
    wrap_up: DurationLaw | None = None


class Transfer(Section):
    """
    A share of conversations about one product that are handed on: to another line, to a pool, or to one agent.

    Exactly one of `to`, `pool` and `agent_of`; whoever is in that pool or group already hands nothing on to it.
    """

    from_: Name = Field(alias="from", description="The product whose contacts are handed on.")
    to: Name | None = Field(None, description="To the line of this product.")
    pool: Name | None = Field(None, description="In the same line, to the agents of this pool.")
    agent_of: Name | None = Field(None, description="In the same line, to one agent of this group who is there.")
    share: Share = Field(description="Of the conversations.")
    after: DurationLaw | None = Field(None, description="How long the first agent takes; without it as ever.")

    @model_validator(mode="after")
    def _one_receiver(self) -> "Transfer":
        if sum(one is not None for one in (self.to, self.pool, self.agent_of)) != 1:
            raise ValueError("say to whom: give exactly one of 'to', 'pool' and 'agent_of'")
        return self


class Backlog(Section):
    """Cases that are open when the run begins."""

    product: Name = Field(description="What they are about.")
    language: Language = Field(description="In which.")
    cases: Annotated[Count, Field(ge=1, le=1_000_000)] = Field(description="How many.")


class Work(Section):
    """How long conversations and what follows them take."""

    handle_time: DurationLaw = Field(description="Conversation, accept to end, where nothing else is said.")
    handle_time_by_product: dict[Name, DurationLaw] = Field({}, max_length=50)
    wrap_up: DurationLaw = DurationLaw(fixed=0)
    slow_down: SlowDown = Field(
        [1.0], description="Factor on conversation and wrap-up for an agent who holds 1, 2, .. contacts."
    )
    slow_down_by_product: dict[Name, SlowDown] = Field({}, max_length=50, description="The same for single products.")
    channels: dict[Channel, ChannelWork] = Field({}, description="What is different on a channel.")
    transfers: list[Transfer] = Field([], max_length=200)
    backlog: list[Backlog] = Field([], max_length=200)

    @model_validator(mode="after")
    def _one_alone(self) -> "Work":
        for where, factors in {"slow_down": self.slow_down, **self.slow_down_by_product}.items():
            if factors[0] != 1:
                raise ValueError(f"{where}: the first factor, of one contact alone, is 1: handle_time is meant for it")
        for name in dict.fromkeys(one.from_ for one in self.transfers):
            if sum(one.share for one in self.transfers if one.from_ == name) > 1:
                raise ValueError(f"transfers: the shares from '{name}' are more than 1 together")
        return self


class ChannelPatience(DurationLaw):
    """How long those who come on one channel wait, and who leaves at once when they must."""

    at_once: Share = Field(0.0, description="Share who leave as soon as they must wait.")


class ChatConnection(Connection):
    """How often an ASC's connection is lost in a chat, and for how long; some never come back."""

    never_returns: Share = Field(0.0, description="Share of losses after which the ASC does not come back.")


class Patience(ChannelPatience):
    """How long people wait in line before they leave: a law, and what is said beside it."""

    silent: Share = Field(0.0, description="Share who leave a chat without a word, so that it is accepted in vain.")
    silent_takes: DurationLaw = Field(
        DurationLaw.model_validate("2 min"), description="How long an agent takes to find out that nobody is there."
    )
    channels: dict[Literal["chat", "call"], ChannelPatience] = Field({}, description="What is different on a channel.")
    connection: ChatConnection | None = Field(None, description="Without it: never lost.")
