"""The days on which leaders receive in person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from complaints.procedure.intake import ReceptionDay
from complaints.procedure.load import load_procedure
from complaints.reception import next_reception, reception_date

FILES = Path(__file__).parents[2] / "procedures"


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2026, 10, 30), (2026, 11, 27), (2026, 12, 25), (2027, 2, 26), (2027, 12, 31)]
)
def test_the_leaders_of_the_fire_authority_receive_on_the_last_friday_morning_of_the_month(
    year: int, month: int, day: int
) -> None:
    only = load_procedure(FILES / "fire-hazard.yaml").reception.days[0]
    assert reception_date(only, year, month) == date(year, month, day)
    assert (only.hours, only.clause) == ("09:00-12:00", "FH-08")


def test_a_reception_day_may_be_a_weekday_of_another_week() -> None:
    second = ReceptionDay(name={"en": "Open day"}, week="second", weekday="tue", hours="09:00-12:00")
    assert reception_date(second, 2026, 11) == date(2026, 11, 10)
    assert reception_date(second, 2026, 12) == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("today", "coming"),
    [
        (date(2026, 11, 1), date(2026, 11, 27)),
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 12, 25)),
        (date(2026, 12, 26), date(2027, 1, 29)),
    ],
)
def test_who_asks_on_the_day_may_still_come_and_afterwards_next_month(today: date, coming: date) -> None:
    only = load_procedure(FILES / "fire-hazard.yaml").reception.days[0]
    assert next_reception(only, today) == coming
