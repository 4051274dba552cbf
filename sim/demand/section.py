"""
The `demand` section of a scenario: streams and their rates, how days differ, surges, maintenance, who comes again.

Only the form stands here, and what each part can know of itself; `sim.demand.check` compares it with the rest.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from router.wire.frames.words import Reference
from router.wire.policy import DurationMs, Language, Name, Section
from sim.demand.profile import Profile, Weekday
from sim.durations import DurationLaw, Positive
from sim.fields import ClockMs, Count, Factor, Rate, Share
from sim.people.work import Channel as Channel

Impact = Literal["one", "some", "everybody"]
Alpha = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False, strict=True)]
"""Shape of a gamma factor with mean 1 and variance 1 / alpha: the larger, the more alike the days."""

MOST_RETURNS = 500
"""Each coming has a contact id of its own, and these end at 2**53."""


class Stream(Section):
    """One source of contacts: for one line, Poisson, at a constant rate or along a profile."""

    name: Name | None = Field(None, description="By which a scenario that extends this one can change it.")
    product: Name = Field(description="One of the policy's products.")
    language: Language = Field(description="One of the policy's languages.")
    channel: Channel = Field("chat", description="What they ask for.")
    per_hour: Rate | None = Field(None, description="Constant rate, from the start to the horizon.")
    profile: Name | None = Field(None, description="Name of one of `demand.profiles`.")
    zones: dict[str, Share] = Field(
        {}, max_length=50, description="Shares of the customers by time zone: each live by the profile in their own."
    )
    scale: Rate = Field(1.0, description="Factor on the rate.")
    impact: Impact = Field("one", description="Whom they say it concerns; the desk makes a priority of it.")
    agreed: Share = Field(0.0, description="Share who will take another language, where the policy's steps offer one.")

    @model_validator(mode="after")
    def _one_rate(self) -> "Stream":
        if (self.per_hour is None) == (self.profile is None):
            raise ValueError("give either 'per_hour' or 'profile'")
        if self.zones and self.profile is None:
            raise ValueError("'zones' say by whose clock a 'profile' goes; a constant rate has none")
        if self.zones and abs(sum(self.zones.values()) - 1) > 0.005:
            raise ValueError(f"the shares of 'zones' add up to {sum(self.zones.values()):g}, not to 1")
        return self


class Periods(Section):
    """What makes one period busier than its profile says, beside the day: neighbouring periods go together."""

    every: Positive = Field(description="Length of a period.")
    alpha: Alpha = Field(description="Shape of the factor on each period.")
    correlation: float = Field(0.0, ge=0, lt=1, strict=True, description="Of one period with the next, before chance.")
    between_lines: Share = Field(1.0, description="Correlation of two lines in the same period; 1: all alike.")


class Busyness(Section):
    """How days of the same kind differ: all rates of a day times one gamma factor, and each period's times another."""

    alpha: Alpha | dict[Weekday, Alpha] | None = Field(None, description="Of the day; by weekday where they differ.")
    between_lines: Share = Field(1.0, description="Correlation of two lines on the same day; 1: all alike.")
    periods: Periods | None = None

    @model_validator(mode="after")
    def _something(self) -> "Busyness":
        if self.alpha is None and self.periods is None:
            raise ValueError("give 'alpha', or 'periods', or both; without either leave the section out")
        return self


class Echo(Section):
    """What comes when a surge is over: people ask whether it is."""

    size: Rate = Field(description="In multiples of the line's own rate.")
    lasts: Positive = Field(description="How long, from the end of the surge.")


class Told(Section):
    """The first public word in a surge: some do not ask any more, and agents know what to say."""

    after: DurationMs = Field(description="From the start of the surge.")
    deflects: Share = Field(0.0, description="Share of the surge's contacts that do not come from then on.")
    handle_time: Factor = Field(1.0, description="Factor on their handle time from then on, instead of the surge's.")


class Surge(Section):
    """
    Contacts that come on top: `size` times the line's own rate, after `ramp`, for `hold`, then halving.

    They are other customers than those of the streams, who stay as they are.
    """

    product: Name = Field(description="What it is about.")
    languages: list[Language] = Field([], max_length=50, description="Empty: every language of the product.")
    starts: ClockMs = Field(description="On the desk's own clock.")
    day: Count = Field(0, ge=0, le=366, description="Days after the first.")
    lasts: Positive = Field(description="When it ends, from its start; nothing comes on top any more, but the echo.")
    size: Rate = Field(description="At its peak, in multiples of the line's own rate: 3 is four times the contacts.")
    ramp: DurationMs = Field(0, description="From nothing to the peak, in a straight line.")
    hold: DurationMs | None = Field(None, description="How long the peak lasts; without `half_life` to the end.")
    half_life: Positive | None = Field(None, description="In which the peak then halves, and halves again.")
    echo: Echo | None = None
    spill: dict[Name, Rate] = Field({}, max_length=50, description="Neighbours: share of `size` by product.")
    impact: Impact = Field("some", description="Whom they say it concerns.")
    handle_time: Factor = Field(1.0, description="Factor on their handle time.")
    patience: Factor = Field(1.0, description="Factor on their patience.")
    retrial: Share | None = Field(None, description="Instead of `demand.retrial.share`.")
    told: Told | None = None
    incident: Reference | None = Field(None, description="What agents link these contacts to when they talk to them.")

    @model_validator(mode="after")
    def _times_fit(self) -> "Surge":
        if self.ramp + (self.hold or 0) > self.lasts:
            raise ValueError("'ramp' and 'hold' together are longer than it 'lasts'")
        if self.hold is not None and self.half_life is None and self.ramp + self.hold < self.lasts:
            raise ValueError("after 'hold' it ends or halves: give 'half_life', or leave out 'hold'")
        if self.product in self.spill:
            raise ValueError(f"'{self.product}' is the product itself; 'spill' is for its neighbours")
        return self


class Back(Section):
    """When those come who were kept waiting: at any time between two, all equally likely."""

    day: Count = Field(0, ge=0, le=366, description="Days after the first day of the run.")
    from_: ClockMs = Field(alias="from", description="The earliest time of day.")
    to: ClockMs = Field(description="The latest time of day.")

    @model_validator(mode="after")
    def _in_order(self) -> "Back":
        if self.from_ >= self.to:
            raise ValueError("'from' must be before 'to'")
        return self


class Maintenance(Section):
    """A time in which customers know that a product is down: fewer ask, and some of the others ask afterwards."""

    products: list[Name] = Field(min_length=1, max_length=50, description="Which are down.")
    starts: ClockMs = Field(description="On the desk's own clock.")
    day: Count = Field(0, ge=0, le=366, description="Days after the first.")
    lasts: Positive = Field(description="From its start.")
    come: Share = Field(description="Share who ask all the same.")
    deferred: Share = Field(0.0, description="Share of the others who ask later; the rest never do.")
    back: Back | None = Field(None, description="When the deferred ask; without it, in the same time after the end.")


class Retrial(Section):
    """Customers who were not served try again."""

    share: Share = Field(description="Of those to whom it happens, each time.")
    delay: DurationLaw
    at_most: Count = Field(2, ge=1, le=MOST_RETURNS, description="How often one customer comes again.")
    after: list[Literal["abandoned", "blocked", "unreachable"]] = Field(
        ["abandoned", "blocked"], min_length=1, description="To whom it happens."
    )


class Repeat(Section):
    """Customers who were served ask again, because it was not the end of it."""

    share: Share = Field(description="Of those served.")
    delay: DurationLaw = Field(description="From the end of the conversation.")
    at_most: Count = Field(1, ge=1, le=MOST_RETURNS, description="How often one customer comes again.")


class DemandFactor(Section):
    """A factor on some of the streams; what is left out is no condition. Several on one stream are multiplied."""

    products: list[Name] = Field([], max_length=50, description="Of these products.")
    languages: list[Language] = Field([], max_length=50, description="In these languages.")
    channels: list[Channel] = Field([], max_length=10, description="On these channels.")
    days: list[Weekday] = Field([], max_length=7, description="On these weekdays, by the customers' own clocks.")
    factor: Rate = Field(description="On their rate: 0.07 leaves seven of a hundred contacts.")

    def holds_for(self, stream: Stream) -> bool:
        """Whether a stream is one of those that are meant, on some day."""
        return (
            (not self.products or stream.product in self.products)
            and (not self.languages or stream.language in self.languages)
            and (not self.channels or stream.channel in self.channels)
        )


class Trace(Section):
    """Contacts as they were: a CSV or Parquet file, or a journal that `ringback journal export` wrote."""

    file: str = Field(min_length=1, max_length=1_000, description="Relative to the scenario's own folder.")
    sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="Filled in when read; compared if given.")


class Demand(Section):
    """Who asks, and how often."""

    scale: Rate = Field(1.0, description="Factor on every stream.")
    factors: dict[Name, DemandFactor] = Field({}, max_length=200)
    profiles: dict[Name, Profile] = Field({}, max_length=100)
    streams: list[Stream] = Field([], max_length=2_000)
    traces: list[Trace] = Field([], max_length=20)
    busyness: Busyness | None = None
    surges: dict[Name, Surge] = Field({}, max_length=50)
    maintenance: dict[Name, Maintenance] = Field({}, max_length=50)
    retrial: Retrial | None = None
    repeat: Repeat | None = None

    @model_validator(mode="after")
    def _somebody_asks(self) -> "Demand":
        if not self.streams and not self.traces:
            raise ValueError("nobody asks: give 'streams', or 'traces', or both")
        return self
