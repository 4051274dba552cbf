"""Durations that vary, as a scenario writes them: one law with its numbers, turned into what `sim.draws` takes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from router.wire.policy import DurationMs, Section
from sim.empirical import Empirical
from sim.laws import BARE_B, Law

Positive = Annotated[DurationMs, Field(gt=0)]


@dataclass(frozen=True, slots=True)
class LawNumbers:
    """A law and its two numbers, as `sim.draws.duration_ms` takes them; durations in milliseconds."""

    law: Law
    a: float = 0.0
    b: float = 0.0
    table: Empirical | None = None
    """Of an empirical law, and of no other."""


class LognormalLaw(Section):
    """exp(Normal): its mean or its median, and its coefficient of variation or the sigma of its logarithm."""

    mean: Positive | None = Field(None, description="Mean, or else `median`.")
    median: Positive | None = Field(None, description="Half last no longer.")
    cv: float | None = Field(
        None, gt=0, le=20, allow_inf_nan=False, strict=True, description="Standard deviation / mean."
    )
    sigma: float | None = Field(
        None, gt=0, le=5, allow_inf_nan=False, strict=True, description="Standard deviation of the logarithm."
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> "LognormalLaw":
        if (self.mean is None) == (self.median is None):
            raise ValueError("give either 'mean' or 'median'")
        if (self.cv is None) == (self.sigma is None):
            raise ValueError("give either 'cv' or 'sigma'")
        return self

    def numbers(self) -> LawNumbers:
        """Median and sigma, from whatever was written."""
        sigma = self.sigma if self.sigma is not None else math.sqrt(math.log1p((self.cv or 0.0) ** 2))
        median = self.median if self.median is not None else (self.mean or 0) * math.exp(-(sigma**2) / 2)
        return LawNumbers(Law.LOGNORMAL, float(median), sigma)


class ErlangLaw(Section):
    """The sum of `shape` exponential stages; 1 is exponential, many are nearly fixed."""

    mean: Positive = Field(description="Of the whole.")
    shape: int = Field(ge=1, le=100, strict=True, description="How many stages.")


class UniformLaw(Section):
    """Anything between two durations, all equally likely."""

    from_: DurationMs = Field(alias="from", description="The shortest.")
    to: Positive = Field(description="The longest.")

    @model_validator(mode="after")
    def _in_order(self) -> "UniformLaw":
        if self.from_ > self.to:
            raise ValueError("'from' must not be longer than 'to'")
        return self


class WeibullLaw(Section):
    """With a shape below 1 whoever has waited is ever less likely to leave; 1 is exponential."""

    mean: Positive = Field(description="Of the whole.")
    shape: float = Field(ge=0.1, le=50, allow_inf_nan=False, strict=True, description="Of exp(-(t / scale)^shape).")


class GammaLaw(Section):
    """Skewed, with a lighter tail than lognormal; a `cv` of 1 is exponential."""

    mean: Positive = Field(description="Of the whole.")
    cv: float = Field(ge=0.1, le=10, allow_inf_nan=False, strict=True, description="Standard deviation / mean.")


class HyperexponentialLaw(Section):
    """Two kinds of customers, both exponential, many quick ones and few slow ones, each kind half of the whole time."""

    mean: Positive = Field(description="Of the whole.")
    cv: float = Field(
        ge=1, le=20, allow_inf_nan=False, strict=True, description="Standard deviation / mean, 1 or more."
    )

    def numbers(self) -> LawNumbers:
        """Mean and share of the quick ones, so that the variance is right."""
        squared = self.cv**2
        share = (1 + math.sqrt((squared - 1) / (squared + 1))) / 2
        return LawNumbers(Law.HYPEREXPONENTIAL, float(self.mean), share)


class EmpiricalClass(Section):
    """One class of a histogram, from the end of the one before; within it all durations are equally likely."""

    to: Positive = Field(description="Where it ends.")
    share: float = Field(ge=0, le=1e9, allow_inf_nan=False, strict=True, description="How many, or which share.")


class EmpiricalLaw(Section):
    """As it was seen, without any law: single durations, or a histogram of them."""

    values: list[DurationMs] = Field(
        [], max_length=10_000, description="What was seen, each as likely as any other; twice where it was seen twice."
    )
    classes: list[EmpiricalClass] = Field([], max_length=1_000, description="A histogram instead, from 0 on.")

    @model_validator(mode="after")
    def _one_of_both(self) -> "EmpiricalLaw":
        if bool(self.values) == bool(self.classes):
            raise ValueError("give either 'values' or 'classes', and something in it")
        ends = [one.to for one in self.classes]
        if ends != sorted(set(ends)):
            raise ValueError("classes: each 'to' must be longer than the one before")
        if self.classes and not any(one.share for one in self.classes):
            raise ValueError("classes: the shares are all 0")
        return self

    def numbers(self) -> LawNumbers:
        """The table of both forms."""
        if self.values:
            table = Empirical.of([(1.0, float(one), float(one)) for one in sorted(self.values)])
        else:
            begins = [0, *(one.to for one in self.classes)]
            table = Empirical.of(
                [(one.share, float(low), float(one.to)) for one, low in zip(self.classes, begins, strict=False)]
            )
        return LawNumbers(Law.EMPIRICAL, table.mean_ms, 0.0, table)


def _or_short(schema: dict[str, Any]) -> None:
    """Let the JSON Schema of a law allow its short forms too."""
    long_form = {key: schema.pop(key) for key in ("additionalProperties", "properties", "type")}
    short_form = {"type": "string", "pattern": r"^(never|\d+(\.\d+)? ?(ms|s|min|h|d))$", "examples": ["30 s"]}
    schema["anyOf"] = [short_form, long_form]


class DurationLaw(Section):
    """
    How long something takes: one of the laws below, or just a duration (`30 s`), which is fixed.

    `never` is for patience only: nobody leaves.
    """

    model_config = ConfigDict(json_schema_extra=_or_short)

    fixed: DurationMs | None = Field(None, description="Always the same; just a duration stands for it.")
    exponential: Positive | None = Field(None, description="Exponential with this mean.")
    lognormal: LognormalLaw | None = Field(None, description="Skewed, as most work is.")
    erlang: ErlangLaw | None = Field(None, description="Several stages in a row.")
    uniform: UniformLaw | None = Field(None, description="Anything between two durations.")
    weibull: WeibullLaw | None = Field(None, description="Leaving ever more or ever less likely.")
    gamma: GammaLaw | None = Field(None, description="Skewed, with a light tail.")
    hyperexponential: HyperexponentialLaw | None = Field(None, description="A mixture of quick and slow ones.")
    empirical: EmpiricalLaw | None = Field(None, description="As it was seen.")
    never: Literal[True] | None = Field(
        None, description="For patience only: nobody leaves; just `never` stands for it."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, value: Any) -> Any:
        if value == "never":
            return {"never": True}
        return value if isinstance(value, dict | DurationLaw) else {"fixed": value}

    @model_validator(mode="after")
    def _exactly_one(self) -> "DurationLaw":
        given = [name for name in DurationLaw.model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one law, not {' and '.join(given) or 'none'}")
        return self

    def numbers(self) -> LawNumbers:
        """The law for `sim.draws`, uncompressed."""
        if self.fixed is not None:
            return LawNumbers(Law.FIXED, float(self.fixed))
        if self.exponential is not None:
            return LawNumbers(Law.EXPONENTIAL, float(self.exponential))
        if self.lognormal is not None:
            return self.lognormal.numbers()
        if self.erlang is not None:
            return LawNumbers(Law.ERLANG, float(self.erlang.mean), float(self.erlang.shape))
        if self.uniform is not None:
            return LawNumbers(Law.UNIFORM, float(self.uniform.from_), float(self.uniform.to))
        if self.weibull is not None:
            scale = self.weibull.mean / math.gamma(1 + 1 / self.weibull.shape)
            return LawNumbers(Law.WEIBULL, scale, self.weibull.shape)
        if self.gamma is not None:
            return LawNumbers(Law.GAMMA, float(self.gamma.mean), self.gamma.cv**-2)
        if self.hyperexponential is not None:
            return self.hyperexponential.numbers()
        if self.empirical is not None:
            return self.empirical.numbers()
        return LawNumbers(Law.NEVER)


def compressed(law: LawNumbers, factor: float) -> LawNumbers:
    """The law of the same thing going `factor` times as fast."""
    table = None if law.table is None else law.table.faster(factor)
    return LawNumbers(law.law, law.a / factor, law.b if law.law in BARE_B else law.b / factor, table)


def laws_in(part: Any) -> Iterator["DurationLaw"]:
    """Every law that a section holds, wherever it stands."""
    if isinstance(part, DurationLaw):
        yield part
    if isinstance(part, BaseModel):
        part = [getattr(part, name) for name in type(part).model_fields]
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from laws_in(one)


def mean_ms(law: LawNumbers) -> float:
    """The mean of a law, milliseconds; infinite for `never`."""
    if law.law == Law.LOGNORMAL:
        return law.a * math.exp(law.b**2 / 2)
    if law.law == Law.UNIFORM:
        return (law.a + law.b) / 2
    if law.law == Law.WEIBULL:
        return law.a * math.gamma(1 + 1 / law.b)
    return math.inf if law.law == Law.NEVER else law.a
