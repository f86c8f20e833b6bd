"""How limits and calendars are written in procedure files, and what is refused with which words."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from complaints.calendar import CalendarSpec, Limit, WorkingCalendar, build_calendar
from complaints.errors import CalendarUnknown, HuiyinError, LimitError
from tests.unit.slow_calendar import DAYS_OFF_2026, MAKE_UP_2026


class Held(BaseModel):
    limit: Limit


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("3 working_days", Limit("working_days", Decimal(3))),
        ("0.50 working_days", Limit("working_days", Decimal("0.5"))),
        ("100 minutes", Limit("minutes", Decimal(100))),
        ("1 month", Limit("months", Decimal(1))),
        ("1 hour", Limit("hours", Decimal(1))),
        (" 2  weeks ", Limit("weeks", Decimal(2))),
        ("0 days", Limit("days", Decimal(0))),
        ("same_day", Limit("same_day")),
        ("next_working_day 09:30", Limit("next_working_day", time="09:30")),
        ({"next_working_day": "12:00"}, Limit("next_working_day", time="12:00")),
    ],
)
def test_a_limit_is_read_and_written_back_the_same(written: str | dict[str, str], limit: Limit) -> None:
    assert Limit.parse(written) == limit
    assert Limit.parse(str(limit)) == limit
    assert Limit.parse(limit.plain()) == limit
    held = Held.model_validate({"limit": written})
    assert Held.model_validate_json(held.model_dump_json()) == held == Held(limit=limit)


def test_a_limit_is_shown_in_its_shortest_form() -> None:
    assert str(Limit.parse("0.50 working_day")) == "0.5 working_days"
    assert str(Limit.parse("100 days")) == "100 days"
    assert Held(limit=Limit.parse("1 week")).model_dump() == {"limit": "1 weeks"}
    assert Held(limit=Limit.parse("next_working_day 12:00")).model_dump() == {"limit": {"next_working_day": "12:00"}}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "3",
        "days",
        "three days",
        "3 moons",
        "3 same_days",
        "1 next_working_day",
        "-1 days",
        "1.5 working_days",
        "2.5 hours",
        "0.5 days",
        "0.5 months",
        "1e3 days",
        "9999999 days",
        "next_working_day",
        "next_working_day 24:00",
        "3 working_days and more",
        {"next_working_day": "9:00"},
        {"next_working_day": 12},
        {"next_working_day": "12:00", "working_days": 3},
        {"days": 3},
        {},
        3,
        None,
        True,
    ],
)
def test_what_is_no_limit_is_refused_in_the_drawn_tree(written: object) -> None:
    with pytest.raises(LimitError) as caught:
        Limit.parse(written)
    assert isinstance(caught.value, HuiyinError)
    assert caught.value.code == "limit_unreadable"
    with pytest.raises(ValidationError, match="limit"):
        Held.model_validate({"limit": written})


def test_a_limit_made_by_hand_must_fit_together() -> None:
    parts: list[dict[str, Any]] = [
        {"unit": "fortnights"},
        {"unit": "next_working_day"},
        {"unit": "days", "time": "12:00"},
        {"unit": "same_day", "amount": Decimal(2)},
        {"unit": "days", "amount": Decimal(-1)},
    ]
    for wrong in parts:
        with pytest.raises(LimitError):
            Limit(**wrong)


def test_the_schema_of_a_limit_offers_both_ways_of_writing() -> None:
    schema = Held.model_json_schema()["properties"]["limit"]
    assert [way["type"] for way in schema["anyOf"]] == ["string", "object"]


def test_the_working_days_of_2026_are_those_of_the_announcement() -> None:
    calendar = build_calendar(CalendarSpec(), 2026)
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        works = day in MAKE_UP_2026 or (day.weekday() < 5 and day not in DAYS_OFF_2026)
        assert calendar.is_working_day(day) == works, day


@pytest.mark.parametrize("year", [2018, 2024, 2025, 2026, 2027])
def test_a_frozen_calendar_is_small_and_comes_back_the_same(year: int) -> None:
    calendar = build_calendar(CalendarSpec(closed=(date(year, 7, 1), "03-08")), year)
    text = json.dumps(calendar.freeze())
    assert len(text) < 2_500
    thawed = WorkingCalendar.thaw(json.loads(text))
    assert thawed == calendar
    assert hash(thawed) == hash(calendar)
    assert thawed.freeze() == calendar.freeze()
    assert (thawed.first_day, thawed.last_day) == (date(year - 1, 1, 1), date(year + 2, 12, 31))


def test_calendars_are_equal_by_content_only() -> None:
    assert build_calendar(CalendarSpec(), 2026) == build_calendar(CalendarSpec(closed=(date(2035, 1, 1),)), 2026)
    others = [
        CalendarSpec(hours=("09:00-17:00",)),
        CalendarSpec(weekdays=("mon",)),
        CalendarSpec(closed=("05-04",)),
        CalendarSpec(zone="Asia/Singapore"),
        CalendarSpec(country=None),
    ]
    calendars = {build_calendar(spec, 2026) for spec in [CalendarSpec(), *others]}
    assert len(calendars) == 6


def test_a_stored_calendar_that_cannot_be_read_says_what_is_wrong() -> None:
    frozen = build_calendar(CalendarSpec(), 2026).freeze()
    for broken in ({}, {**frozen, "first": "soon"}, {**frozen, "hours": 8}, {**frozen, "holidays": None}):
        with pytest.raises(CalendarUnknown, match="stored calendar"):
            WorkingCalendar.thaw(broken)


def test_a_procedures_own_days_win_over_the_country() -> None:
    spec = CalendarSpec.model_validate(
        {
            "closed": ["2026-11-30", "12-25", "2026-10-10"],
            "open_days": ["2026-12-05", "2026-10-01", "2028-12-25"],
            "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat"],
        }
    )
    calendar = build_calendar(spec, 2026)
    expected = {
        date(2026, 11, 30): False,
        date(2025, 12, 25): False,
        date(2026, 12, 25): False,
        date(2026, 10, 10): False,
        date(2026, 11, 28): True,
        date(2026, 12, 5): True,
        date(2026, 10, 1): True,
        date(2026, 10, 2): False,
        date(2028, 12, 25): True,
    }
    assert {day: calendar.is_working_day(day) for day in expected} == expected
    event = calendar.instant(datetime.fromisoformat("2026-11-28 10:00"))
    told = calendar.explain(event, Limit.parse("1 working_day"))
    assert [line.reason for line in told.lines] == ["event_day", "rest_day", "closing_day", "working_day"]


def test_another_countrys_holidays_and_names_are_used() -> None:
    calendar = build_calendar(CalendarSpec(country="DE", subdivision="BY", zone="Europe/Berlin"), 2026)
    event = calendar.instant(datetime.fromisoformat("2026-06-03 10:00"))
    lines = calendar.explain(event, Limit.parse("1 working_days")).lines
    assert [line.name for line in lines] == [None, "Fronleichnam", None]
    assert build_calendar(CalendarSpec(country="DE", zone="Europe/Berlin"), 2026).is_working_day(date(2026, 6, 4))


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (CalendarSpec(country="XX"), "country"),
        (CalendarSpec(subdivision="Nowhere"), "subdivision"),
        (CalendarSpec(zone="Asia/Nowhere"), "zone"),
        (CalendarSpec(zone="../etc"), "zone"),
    ],
)
def test_an_unknown_country_or_zone_is_named(spec: CalendarSpec, field: str) -> None:
    with pytest.raises(CalendarUnknown, match=field):
        build_calendar(spec, 2026)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"hours": []}, "at least one slot"),
        ({"hours": ["9-12"]}, "write HH:MM-HH:MM"),
        ({"hours": ["18:00-09:00"]}, "end before they begin"),
        ({"hours": ["13:00-18:00", "09:00-12:00"]}, "in order and apart"),
        ({"hours": ["09:00-13:00", "12:00-18:00"]}, "in order and apart"),
        ({"weekdays": []}, "at least one working day"),
        ({"weekdays": ["monday"]}, "weekdays"),
        ({"closed": ["02-30"]}, "no day of the year"),
        ({"closed": ["2026-05-04"], "open_days": ["2026-05-04"]}, "can't be both"),
        ({"holidays": []}, "holidays"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_with_its_field(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CalendarSpec.model_validate(wrong)
