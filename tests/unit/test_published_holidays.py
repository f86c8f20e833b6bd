"""A year's holidays as published: they replace the projection, and their file says what is wrong with it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from complaints.calendar import CalendarSpec, Limit, Published, WorkingCalendar, build_calendar
from complaints.errors import ProcedureError
from complaints.procedure.load import load_published

CN = CalendarSpec()
YEAR = 2031
"""A year that no holiday data knows yet."""

FILE = """\
country: CN
year: 2031
source: an announcement
holidays:
  2030-12-31: 元旦
  2031-01-01: 元旦
  2031-01-02: 元旦
  2031-01-03: 元旦
working:
  - 2031-01-05
"""


def announced(**changes: Any) -> Published:
    given = {
        "country": "CN", "year": YEAR, "holidays": {"2031-01-01": "元旦", "2031-01-02": "元旦", "2031-01-03": "元旦"},
        "working": ["2031-01-05"],
    }  # fmt: skip
    return Published.model_validate(given | changes)


def consecutive(last: int) -> list[Published]:
    """Announcements of every year up to `last` from 2020 on."""
    return [announced(year=year, holidays={f"{year}-01-01": "元旦"}, working=[]) for year in range(2020, last)]


def on(calendar: WorkingCalendar, day: str) -> int:
    return calendar.instant(datetime.fromisoformat(day))


def due(calendar: WorkingCalendar, start: str, limit: str) -> str:
    counted = calendar.due(on(calendar, start), Limit.parse(limit))
    return calendar.at_local(counted).strftime("%Y-%m-%d %H:%M")


def test_a_published_year_counts_as_published_and_the_other_years_as_before() -> None:
    before, after = build_calendar(CN, YEAR), build_calendar(CN, YEAR, published=[announced()])
    assert due(after, "2030-12-31T10:00", "1 working_days") == "2031-01-05 18:00"
    assert due(before, "2030-12-31T10:00", "1 working_days") == "2031-01-02 18:00"
    assert after.is_working_day(date(YEAR, 10, 1)), "nothing else was published for that year"
    assert [after.is_working_day(date(2030, 5, d)) for d in range(1, 15)] == [
        before.is_working_day(date(2030, 5, d)) for d in range(1, 15)
    ]


def test_dates_stay_provisional_from_christmas_of_the_last_year_without_a_gap_on() -> None:
    alone = build_calendar(CN, YEAR, published=[announced()])
    assert alone.provisional(on(alone, "2031-03-01")), "the years between are not announced"
    all_of_them = build_calendar(CN, YEAR, published=[*consecutive(YEAR), announced()])
    assert not all_of_them.provisional(on(all_of_them, "2031-12-24"))
    assert all_of_them.provisional(on(all_of_them, "2031-12-25"))


def test_an_announcement_of_another_country_or_province_changes_nothing() -> None:
    plain = build_calendar(CN, YEAR)
    for other in (announced(country="DE"), announced(subdivision="BJ")):
        assert build_calendar(CN, YEAR, published=[other]) == plain


def test_a_calendar_may_reach_further_for_a_case_that_runs_for_years() -> None:
    assert build_calendar(CN, 2026).last_day == date(2028, 12, 31)
    assert build_calendar(CN, 2026, last=2030).last_day == date(2030, 12, 31)
    assert build_calendar(CN, 2026, last=2020) == build_calendar(CN, 2026)


def test_calendars_that_differ_in_the_names_of_holidays_count_alike() -> None:
    one, other = (
        build_calendar(CN, YEAR, published=[announced(holidays={"2031-01-01": name}, working=[])]) for name in "ab"
    )
    assert one != other
    assert one.counts_as(other)
    assert not one.counts_as(build_calendar(CN, YEAR))


def test_the_file_of_an_announcement_is_read(tmp_path: Path) -> None:
    file = tmp_path / "cn-2031.calendar.yaml"
    file.write_text(FILE, encoding="utf-8")
    found = load_published(file)
    assert (found.year, len(found.holidays), found.working) == (YEAR, 4, (date(YEAR, 1, 5),))


@pytest.mark.parametrize(
    ("was", "wrong", "says"),
    [
        ("2031-01-03", "2032-01-03", "2032-01-03: not a day of 2031"),
        ("2030-12-31", "2030-12-01", "2030-12-01: not a day of 2031"),
        ("- 2031-01-05", "- 2031-01-01", "2031-01-01 can't be a day off too"),
        ("- 2031-01-05", "- 2031-01-06", "2031-01-06 is no weekend day"),
        ("country: CN", "country: China", "country"),
        ("source:", "sauce:", "sauce: is not a field"),
        ("2031-01-02:", "2031-01-32:", "holds a date that there is not"),
        ("year: 2031\n", "", "year: is missing"),
    ],
)
def test_a_wrong_file_names_what_is_wrong(tmp_path: Path, was: str, wrong: str, says: str) -> None:
    file = tmp_path / "cn-2031.calendar.yaml"
    assert was in FILE
    file.write_text(FILE.replace(was, wrong), encoding="utf-8")
    with pytest.raises(ProcedureError) as told:
        load_published(file)
    assert says in told.value.text
    assert "cn-2031.calendar.yaml" in told.value.text
