"""Public holidays of a country or a part of it, by the offline tables of the `holidays` package."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Annotated

from holidays import country_holidays, list_supported_countries
from pydantic import Field, model_validator

from router.wire.section import Section
from router.wire.suggest import did_you_mean


@cache
def parts_by_country() -> dict[str, list[str]]:
    """The codes of the parts (states, provinces, cantons) of every country that is known, by ISO 3166 code."""
    return list_supported_countries(include_aliases=False)


class PublicHolidays(Section):
    """Whose holidays: a country's, or also those that only a part of it keeps."""

    country: Annotated[str, Field(max_length=64, examples=["DE"])] = Field(description="ISO 3166 code, like DE.")
    subdivision: Annotated[str, Field(max_length=64, examples=["BY"])] | None = Field(
        None, description="Code of the state, province or canton within the country, like BY."
    )

    @model_validator(mode="after")
    def _known(self) -> "PublicHolidays":
        parts = parts_by_country().get(self.country)
        if parts is None:
            hint = did_you_mean(self.country, parts_by_country()) or " Write its ISO 3166 code, like 'DE'."
            raise ValueError(f"no holidays are known for the country '{self.country}'.{hint}")
        if self.subdivision is not None and self.subdivision not in parts:
            hint = did_you_mean(self.subdivision, parts) or f" Known there: {', '.join(parts)[:300]}."
            raise ValueError(f"{self.country} has no part '{self.subdivision}' with holidays of its own.{hint}")
        return self


def holiday_dates(of: PublicHolidays, years: Iterable[int]) -> frozenset[date]:
    """
    The public holidays in these years, days off in lieu included.

    Holidays that are set by a moon or by decree are the package's estimates for years to come; single dates that a
    country adds later are written as exceptions of the calendar.
    """
    return frozenset(country_holidays(of.country, subdiv=of.subdivision, years=years))
