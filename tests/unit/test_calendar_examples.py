"""The worked examples of how time limits are counted, and the rules on edges, pauses and outages."""

from datetime import UTC, date, datetime

import pytest

from complaints.calendar import FAR, CalendarSpec, Limit, WorkingCalendar, build_calendar
from complaints.errors import CalendarEnd

CN = build_calendar(CalendarSpec(), 2026)


def at(text: str, calendar: WorkingCalendar = CN) -> int:
    return calendar.instant(datetime.fromisoformat(text))


def due(start: str, limit: str | dict[str, str], calendar: WorkingCalendar = CN, **how: object) -> str:
    instant = calendar.due(at(start, calendar), Limit.parse(limit), **how)  # type: ignore[arg-type]
    return f"{calendar.at_local(instant):%Y-%m-%d %H:%M}"


def span(begin: str, end: str) -> tuple[int, int]:
    return at(begin), at(end)


@pytest.mark.parametrize(
    ("event", "limit", "expected"),
    [
        ("2026-09-30 16:00", "0.5 working_days", "2026-10-08 11:00"),
        ("2026-09-30 16:00", "1 working_days", "2026-10-08 18:00"),
        ("2026-10-09 10:00", "1 working_days", "2026-10-10 18:00"),
        ("2026-10-09 10:00", "2 working_days", "2026-10-12 18:00"),
        ("2026-11-20 20:00", "0.5 working_days", "2026-11-23 14:00"),
        ("2026-11-21 08:00", "1 working_days", "2026-11-23 18:00"),
        ("2026-09-25 11:30", "30 minutes", "2026-09-25 12:00"),
        ("2026-09-24 09:00", "7 days", "2026-10-08 18:00"),
        ("2026-11-30 10:00", "3 working_hours", "2026-11-30 14:00"),
        ("2026-01-31 10:00", "1 months", "2026-02-28 18:00"),
        ("2026-10-09 10:00", "15 days", "2026-10-26 18:00"),
        ("2026-10-09 10:00", "20 days", "2026-10-29 18:00"),
        ("2026-11-30 17:50", "2 hours", "2026-11-30 19:50"),
    ],
)
def test_a_worked_example_is_due_as_the_rules_say(event: str, limit: str, expected: str) -> None:
    assert due(event, limit) == expected


def test_a_working_day_whose_close_is_paused_is_not_counted() -> None:
    pause = span("2026-12-01 15:00", "2026-12-04 11:00")
    assert due("2026-11-30 10:00", "2 working_days", pauses=[pause]) == "2026-12-07 18:00"


def test_a_limit_that_ends_on_a_holiday_moves_to_the_next_working_day() -> None:
    assert due("2026-09-18 10:00", "1 weeks") == "2026-09-28 18:00"
    assert due("2026-03-31 10:00", "1 months") == "2026-04-30 18:00"


def test_business_time_used_up_at_an_edge_is_due_at_that_edge() -> None:
    assert due("2026-11-30 09:00", "3 working_hours") == "2026-11-30 12:00"
    assert due("2026-11-30 18:00", "4 working_hours") == "2026-12-01 14:00"
    assert due("2026-11-30 12:00", "0.5 working_hours") == "2026-11-30 13:30"


def test_the_same_day_ends_at_its_close_or_at_the_next_working_days() -> None:
    assert due("2026-11-20 08:00", "same_day") == "2026-11-20 18:00"
    assert due("2026-11-20 18:00", "same_day") == "2026-11-20 18:00"
    assert due("2026-11-20 18:01", "same_day") == "2026-11-23 18:00"
    assert due("2026-10-03 09:00", "same_day") == "2026-10-08 18:00"


def test_the_next_working_day_has_its_own_time() -> None:
    assert due("2026-10-09 20:00", {"next_working_day": "12:00"}) == "2026-10-10 12:00"
    assert due("2026-09-30 01:00", {"next_working_day": "09:30"}) == "2026-10-08 09:30"


def test_working_days_counted_as_elapsed_are_full_days_of_business_hours() -> None:
    assert due("2026-09-30 16:00", "2 working_days", counting="elapsed") == "2026-10-09 16:00"
    assert due("2026-09-30 16:00", "7 days", counting="elapsed") == "2026-10-08 18:00"


def test_hours_go_on_from_the_resuming() -> None:
    pauses = [span("2026-11-30 11:00", "2026-12-02 10:00"), span("2026-11-30 10:30", "2026-11-30 11:30")]
    assert due("2026-11-30 10:00", "3 working_hours", pauses=pauses) == "2026-12-02 13:30"
    assert due("2026-11-30 10:00", "2 hours", pauses=pauses) == "2026-12-02 11:30"


def test_a_limit_opened_in_a_pause_begins_at_the_resuming() -> None:
    pause = span("2026-11-30 09:00", "2026-12-02 10:00")
    assert due("2026-12-01 10:00", "1 working_days", pauses=[pause]) == "2026-12-03 18:00"
    assert due("2026-12-01 10:00", "20 minutes", pauses=[pause]) == "2026-12-02 10:20"
    assert due("2026-12-01 10:00", "same_day", pauses=[pause]) == "2026-12-02 18:00"


def test_a_due_day_is_never_a_paused_one() -> None:
    pause = span("2026-12-07 08:00", "2026-12-09 09:00")
    assert due("2026-12-04 10:00", "2 days", pauses=[pause]) == "2026-12-09 18:00"
    assert due("2026-12-04 10:00", {"next_working_day": "12:00"}, pauses=[pause]) == "2026-12-09 12:00"


def test_a_pause_after_the_named_time_leaves_the_next_working_day_alone() -> None:
    pause = span("2026-12-07 15:00", "2026-12-09 09:00")
    assert due("2026-12-04 10:00", {"next_working_day": "12:00"}, pauses=[pause]) == "2026-12-07 12:00"


def test_a_working_day_that_lost_more_than_half_an_hour_to_an_outage_is_not_counted() -> None:
    tolerated = span("2026-12-01 11:45", "2026-12-01 13:15")
    too_long = span("2026-12-01 11:45", "2026-12-01 13:16")
    assert due("2026-11-30 10:00", "1 working_days", outages=[tolerated]) == "2026-12-01 18:00"
    assert due("2026-11-30 10:00", "1 working_days", outages=[too_long]) == "2026-12-02 18:00"
    assert due("2026-12-01 10:00", "0.5 working_days", outages=[too_long]) == "2026-12-01 15:31"
    assert due("2026-12-01 11:00", "2 hours", outages=[too_long]) == "2026-12-01 14:31"


def test_a_pause_without_an_end_puts_every_limit_off_for_ever() -> None:
    pause = (at("2026-12-01 09:00"), FAR)
    for limit in ("30 hours", "9 working_hours", "2 working_days", "7 days", "1 months", "next_working_day 12:00"):
        assert CN.due(at("2026-11-30 10:00"), Limit.parse(limit), pauses=[pause]) == FAR
    for limit in ("1 minutes", "0.5 working_days", "same_day", "1 weeks"):
        assert CN.due(at("2027-03-01 10:00"), Limit.parse(limit), pauses=[pause]) == FAR
    assert due("2026-11-30 10:00", "1 working_hours", pauses=[pause]) == "2026-11-30 11:00"
    with pytest.raises(CalendarEnd):
        CN.at_local(FAR)


def test_counting_out_of_the_calendars_years_is_refused_with_what_to_do() -> None:
    for limit in ("9 working_hours", "2 working_days", "7 days", "1 months", "next_working_day 12:00"):
        with pytest.raises(CalendarEnd, match="build the calendar"):
            CN.due(at("2028-12-29 17:00"), Limit.parse(limit))
    for limit in ("400 working_days", "999999 months", "999999 days", "0.5 working_days"):
        with pytest.raises(CalendarEnd):
            CN.due(at("2024-12-31 10:00"), Limit.parse(limit))
    with pytest.raises(CalendarEnd):
        CN.back(at("2025-01-02 18:00"), Limit.parse("2 working_days"))
    with pytest.raises(CalendarEnd):
        CN.is_working_day(date(2029, 1, 1))


def test_counting_back_gives_the_latest_instant_that_still_reaches_the_due_one() -> None:
    def back(end: str, limit: str) -> str:
        return f"{CN.at_local(CN.back(at(end), Limit.parse(limit))):%Y-%m-%d %H:%M:%S}"

    assert back("2026-10-08 11:00", "0.5 working_days") == "2026-09-30 16:00:00"
    assert back("2026-11-30 14:00", "1 working_hours") == "2026-11-30 13:00:00"
    assert back("2026-10-08 18:00", "1 working_days") == "2026-10-07 23:59:59"
    assert back("2026-10-10 18:00", "1 working_days") == "2026-10-09 23:59:59"
    assert back("2026-11-30 14:00", "30 minutes") == "2026-11-30 13:30:00"
    assert back("2026-02-28 18:00", "1 months") == "2026-01-31 23:59:59"


def test_a_round_the_clock_calendar_works_every_day_until_midnight() -> None:
    calendar = build_calendar(CalendarSpec(round_the_clock=True), 2026)
    assert due("2026-09-30 16:00", "1 working_days", calendar) == "2026-10-02 00:00"
    assert due("2026-09-30 16:00", "0.5 working_days", calendar) == "2026-10-01 04:00"
    assert due("2026-09-30 16:00", "same_day", calendar) == "2026-10-01 00:00"
    assert not calendar.provisional(at("2028-12-01"))


def test_opening_and_closing_are_known_to_the_second() -> None:
    assert CN.is_open(at("2026-11-30 09:00"))
    assert not CN.is_open(at("2026-11-30 12:00"))
    assert CN.is_open(at("2026-10-10 17:59:59"))
    assert not CN.is_open(at("2026-10-07 10:00"))
    assert CN.next_open(at("2026-11-30 09:30")) == at("2026-11-30 09:30")
    assert CN.next_open(at("2026-09-30 18:00")) == at("2026-10-08 09:00")
    assert CN.next_close(at("2026-09-30 18:00:01")) == at("2026-10-08 18:00")
    assert CN.business_seconds(at("2026-11-30 11:00"), at("2026-12-01 10:00")) == 7 * 3600
    assert CN.business_seconds(at("2026-11-30 11:00"), at("2026-11-30 11:00")) == 0


def test_local_times_are_read_and_shown_in_the_zone() -> None:
    instant = at("2026-11-30 10:00")
    assert CN.at_local(instant).isoformat() == "2026-11-30T10:00:00+08:00"
    assert CN.instant(datetime(2026, 11, 30, 2, 0, 0, 999_999, tzinfo=UTC)) == instant


def test_dates_after_the_last_announced_year_are_provisional_from_christmas_on() -> None:
    import holidays

    announced = max(holidays.country_holidays("CN").special_public_holidays)
    calendar = build_calendar(CalendarSpec(), announced)
    assert not calendar.provisional(at(f"{announced}-12-24 23:59:59", calendar))
    assert calendar.provisional(at(f"{announced}-12-25 00:00", calendar))
    later = build_calendar(CalendarSpec(), announced + 3)
    assert later.provisional(at(f"{announced + 2}-01-01 00:00", later))
    berlin = build_calendar(CalendarSpec(country="DE", zone="Europe/Berlin"), announced)
    assert not berlin.provisional(at(f"{announced + 2}-12-01", berlin))


def test_the_reasons_of_a_due_instant_can_be_read_day_by_day() -> None:
    told = CN.explain(at("2026-09-30 16:00"), Limit.parse("2 working_days"))
    assert told.due == at("2026-10-09 18:00")
    assert [(line.date.day, line.counted, line.reason, line.name) for line in told.lines] == [
        (30, False, "event_day", None),
        (1, False, "holiday", "国庆节"),
        (2, False, "holiday", "国庆节"),
        (3, False, "holiday", "国庆节"),
        (4, False, "rest_day", None),
        (5, False, "holiday", "国庆节（补假）"),
        (6, False, "holiday", "休息日（调休）"),
        (7, False, "holiday", "休息日（调休）"),
        (8, True, "working_day", None),
        (9, True, "working_day", None),
    ]
    rolled = CN.explain(at("2026-10-08 16:00"), Limit.parse("3 days")).lines
    assert [(line.counted, line.reason) for line in rolled] == [
        (False, "event_day"),
        (True, "working_day"),
        (True, "make_up_day"),
        (True, "rest_day"),
        (False, "rolled"),
    ]
    hours = CN.explain(
        at("2026-11-30 16:00"), Limit.parse("4 working_hours"), pauses=[span("2026-12-01 00:00", "2026-12-02 00:00")]
    ).lines
    assert [(line.reason, line.seconds) for line in hours] == [
        ("working_day", 7200),
        ("paused", 0),
        ("working_day", 7200),
    ]
    endless = CN.explain(at("2026-11-30 16:00"), Limit.parse("1 days"), pauses=[(at("2026-11-30 17:00"), FAR)])
    assert endless.due == FAR
    assert [line.reason for line in endless.lines] == ["event_day", "paused"]
