"""The holidays of one year as an authority published them, where the installed holiday data does not know them yet."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

EARLIEST = (12, 25)
"""From this day of the year before on, an announcement may name days: a New Year's holiday may begin there."""


class Published(BaseModel):
    """One country's holidays of one year: days off with their names, and make-up working days.

    It replaces all that the holiday data says of that year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 code, as a procedure's calendar names it")
    subdivision: str | None = None
    year: int = Field(ge=1970, le=2199)
    source: str = Field(default="", description="which announcement, of whom, of which day")
    holidays: dict[date, str] = Field(description="every day off, weekends within a holiday included, with its name")
    working: Annotated[tuple[date, ...], BeforeValidator(lambda given: [] if given is None else given)] = Field(
        default=(), description="make-up working days: weekend days on which people work"
    )

    @model_validator(mode="before")
    @classmethod
    def _plain_days(cls, value: Any) -> Any:
        # YAML reads 2027-01-01 as a date, and the loader that knows positions hands keys on as text: both are taken.
        if isinstance(value, dict) and isinstance(value.get("holidays"), dict):
            return value | {"holidays": {str(day): name for day, name in value["holidays"].items()}}
        return value

    @model_validator(mode="after")
    def _days_of_that_year(self) -> Published:
        if not self.holidays:
            raise ValueError("holidays: there must be at least one day off")
        first, last = date(self.year - 1, *EARLIEST), date(self.year, 12, 31)
        outside = sorted(day.isoformat() for day in (*self.holidays, *self.working) if not first <= day <= last)
        if outside:
            raise ValueError(f"{', '.join(outside)}: not a day of {self.year}")
        both = sorted(day.isoformat() for day in self.working if day in self.holidays)
        if both:
            raise ValueError(f"working: {', '.join(both)} can't be a day off too")
        usual = sorted(day.isoformat() for day in self.working if day.weekday() < 5)
        if usual:
            raise ValueError(f"working: {', '.join(usual)} is no weekend day, so people work there anyway")
        return self

    @property
    def name(self) -> str:
        """What its file is called, without the ending: `cn-2027`."""
        place = f"{self.country}-{self.subdivision}" if self.subdivision else self.country
        return f"{place}-{self.year}".lower()

    def concerns(self, country: str | None, subdivision: str | None) -> bool:
        """Whether a calendar of that country (and subdivision) goes by this."""
        return self.country == country and self.subdivision in (None, subdivision)
