"""The working calendar as a procedure file describes it."""

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from complaints.calendar.facts import Slot

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)"
_SLOT_RE = re.compile(rf"({_CLOCK})-({_CLOCK})")


def _month_day(text: str) -> str:
    try:
        date.fromisoformat(f"2024-{text}")
    except ValueError:
        raise ValueError(f"{text!r} is no day of the year; write MM-DD, for example 05-04") from None
    return text


MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_month_day)]


def read_slot(text: str) -> Slot:
    """Read `09:00-12:00` as seconds after midnight; raises ValueError."""
    match = _SLOT_RE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} are no business hours; write HH:MM-HH:MM, at the latest 24:00")
    opens, shuts = (int(part[:2]) * 3_600 + int(part[3:]) * 60 for part in match.groups())
    if opens >= shuts:
        raise ValueError(f"the business hours {text!r} end before they begin; hours past midnight are two slots")
    return opens, shuts


class CalendarSpec(BaseModel):
    """Whose holidays, which hours and weekdays, and the procedure's own days.

    `closed` are days off of its own, as dates or as MM-DD of every year; `open_days` are working days that would else
    be off, and win over everything. `round_the_clock` makes every day a working day of 00:00 to 24:00. Without a
    `country` there are no public holidays.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str | None = "CN"
    subdivision: str | None = None
    zone: str = "Asia/Shanghai"
    hours: tuple[str, ...] = ("09:00-12:00", "13:00-18:00")
    weekdays: tuple[Weekday, ...] = WEEKDAYS[:5]
    closed: tuple[date | MonthDay, ...] = ()
    open_days: tuple[date, ...] = ()
    round_the_clock: bool = False
    counting: Literal["default", "elapsed"] = "default"

    @model_validator(mode="after")
    def _hours_and_days(self) -> "CalendarSpec":
        slots = self.slots()
        if not slots:
            raise ValueError("hours: there must be at least one slot of business hours")
        if any(left[1] > right[0] for left, right in pairwise(slots)):
            raise ValueError(f"hours: the slots {', '.join(self.hours)} must be in order and apart")
        if not self.weekdays:
            raise ValueError("weekdays: there must be at least one working day in the week")
        both = sorted({day.isoformat() for day in self.closed if isinstance(day, date) and day in self.open_days})
        if both:
            raise ValueError(f"closed, open_days: {', '.join(both)} can't be both")
        return self

    def slots(self) -> tuple[Slot, ...]:
        """Give the business hours as seconds after midnight."""
        return tuple(read_slot(text) for text in self.hours)
