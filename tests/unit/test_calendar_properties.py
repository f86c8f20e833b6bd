"""What holds for every limit, start, pause and outage, and agreement with the slow count."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from complaints.calendar import FAR, CalendarSpec, Counting, Limit, Unit, WorkingCalendar, build_calendar
from tests.unit.slow_calendar import SlowCalendar, SlowCount, works_in_china

HOURS = ("09:00-12:00", "13:00-18:00")
CN = build_calendar(CalendarSpec(), 2026)
SLOW_CN = SlowCalendar("Asia/Shanghai", HOURS, works_in_china)

# Hours that begin, end and meet within the hours that daylight saving skips or repeats, on days that all work.
NIGHT = ("00:30-01:30", "01:45-02:15", "02:30-03:30", "20:00-24:00")
EVERY_DAY: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHANGING = {
    "Europe/Berlin": ("2026-03-27", "2026-10-23"),
    "America/New_York": ("2026-03-06", "2026-10-30"),
    "Australia/Lord_Howe": ("2026-04-03", "2026-10-02"),
    "America/Havana": ("2026-03-06", "2026-10-30"),
}


def night(zone: str) -> CalendarSpec:
    return CalendarSpec.model_validate(
        {"country": None, "zone": zone, "hours": NIGHT, "weekdays": EVERY_DAY},
    )


NIGHTS = {zone: build_calendar(night(zone), 2026) for zone in CHANGING}
SLOW_NIGHTS = {zone: SlowCalendar(zone, NIGHT, lambda day: True) for zone in CHANGING}

FIRST = CN.instant(datetime.fromisoformat("2026-01-01"))
MINUTES_TO_AUTUMN = 300 * 1440

minutes = st.integers(0, MINUTES_TO_AUTUMN).map(lambda minute: FIRST + minute * 60)
# Around the autumn holidays most is to be seen: holidays, two make-up days, weekends.
autumn = st.integers(258 * 1440, 290 * 1440).map(lambda minute: FIRST + minute * 60)
starts = st.one_of(minutes, autumn)

SHARES = [Decimal("0.1"), Decimal("0.25"), Decimal("0.5"), Decimal("0.7")]
MOST: dict[Unit, int] = {
    "minutes": 3000,
    "hours": 90,
    "working_hours": 40,
    "working_days": 12,
    "days": 30,
    "weeks": 5,
    "months": 1,
}
TIMES = ["00:00", "09:30", "12:00", "20:15"]


def amounts(unit: Unit) -> st.SearchStrategy[Decimal]:
    whole = st.integers(0, MOST[unit]).map(Decimal)
    if unit in ("hours", "working_hours", "working_days"):
        return st.one_of(st.sampled_from(SHARES), whole)
    return whole


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    unit: Unit = draw(st.sampled_from([*MOST, "same_day", "next_working_day"]))
    if unit == "next_working_day":
        return Limit(unit, time=draw(st.sampled_from(TIMES)))
    return Limit(unit) if unit == "same_day" else Limit(unit, draw(amounts(unit)))


def spans(start: int, longest: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Spans of whole minutes around a start, in any order, overlapping, touching or empty."""
    one = st.tuples(st.integers(-2 * 1440, 20 * 1440), st.integers(0, longest)).map(
        lambda pair: (start + pair[0] * 60, start + (pair[0] + pair[1]) * 60)
    )
    return st.lists(one, max_size=3)


def slow_due(slow: SlowCount, start: int, limit: Limit) -> int:
    return slow.due(start, limit.unit, Fraction(limit.amount), limit.time or "")


@given(start=starts, limit=limits(), data=st.data(), counting=st.sampled_from(["default", "elapsed"]))
@settings(max_examples=250, deadline=None)
def test_every_limit_agrees_with_the_minute_by_minute_count(
    start: int, limit: Limit, data: st.DataObject, counting: Counting
) -> None:
    pauses = data.draw(spans(start, 4 * 1440))
    outages = data.draw(spans(start, 600))
    fast = CN.due(start, limit, pauses=pauses, outages=outages, counting=counting)
    slow = SlowCount(SLOW_CN, pauses, outages, counting == "elapsed")
    assert fast == slow_due(slow, start, limit)


@pytest.mark.parametrize("zone", CHANGING)
@given(data=st.data(), limit=limits())
@settings(max_examples=80, deadline=None)
def test_skipped_and_repeated_hours_agree_with_the_minute_by_minute_count(
    zone: str, data: st.DataObject, limit: Limit
) -> None:
    calendar = NIGHTS[zone]
    season = calendar.instant(datetime.fromisoformat(data.draw(st.sampled_from(CHANGING[zone]))))
    start = season + 60 * data.draw(st.integers(0, 4 * 1440))
    pauses = data.draw(spans(start, 600))
    outages = data.draw(spans(start, 300))
    fast = calendar.due(start, limit, pauses=pauses, outages=outages)
    assert fast == slow_due(SlowCount(SLOW_NIGHTS[zone], pauses, outages), start, limit)


@given(start=starts, later=st.integers(0, 10 * 86_400), limit=limits(), data=st.data())
@settings(deadline=None)
def test_a_later_start_is_never_due_earlier(start: int, later: int, limit: Limit, data: st.DataObject) -> None:
    # Months end together on the last day of a shorter one, so a pause may fall into the earlier start's count alone.
    paused = limit.unit != "months"
    pauses = data.draw(spans(start, 4 * 1440)) if paused else []
    outages = data.draw(spans(start, 600)) if paused else []
    assume(limit.amount > 0)
    earlier = CN.due(start, limit, pauses=pauses, outages=outages)
    assert earlier <= CN.due(start + later, limit, pauses=pauses, outages=outages)
    assert earlier >= start


@given(start=starts, unit=st.sampled_from([*MOST]), data=st.data())
@settings(deadline=None)
def test_zero_of_any_unit_is_the_instant_itself(start: int, unit: Unit, data: st.DataObject) -> None:
    pauses = data.draw(spans(start, 4 * 1440))
    assert CN.due(start, Limit(unit, Decimal(0)), pauses=pauses) == start
    assert CN.back(start, Limit(unit, Decimal(0))) == start


@given(start=starts, unit=st.sampled_from([*MOST]), data=st.data(), counting=st.sampled_from(["default", "elapsed"]))
@settings(deadline=None)
def test_a_longer_limit_of_the_same_unit_is_never_due_earlier(
    start: int, unit: Unit, data: st.DataObject, counting: Counting
) -> None:
    shorter, longer = sorted([data.draw(amounts(unit)), data.draw(amounts(unit))])
    assert CN.due(start, Limit(unit, shorter), counting=counting) <= CN.due(
        start, Limit(unit, longer), counting=counting
    )


@given(start=starts, unit=st.sampled_from([*MOST]), data=st.data())
@settings(deadline=None)
def test_a_longer_limit_is_never_due_earlier_with_pauses_and_outages_either(
    start: int, unit: Unit, data: st.DataObject
) -> None:
    shorter, longer = sorted([data.draw(amounts(unit)), data.draw(amounts(unit))])
    # A share of a working day is time and a whole one is a day: a pause stops these differently.
    assume(unit != "working_days" or not shorter or (shorter < 1) == (longer < 1))
    pauses, outages = data.draw(spans(start, 4 * 1440)), data.draw(spans(start, 600))
    assume(shorter > 0)
    assert CN.due(start, Limit(unit, shorter), pauses=pauses, outages=outages) <= CN.due(
        start, Limit(unit, longer), pauses=pauses, outages=outages
    )


@given(start=starts, limit=limits(), data=st.data())
@settings(deadline=None)
def test_a_pause_or_an_outage_never_brings_a_limit_forward(start: int, limit: Limit, data: st.DataObject) -> None:
    pauses, outages = data.draw(spans(start, 4 * 1440)), data.draw(spans(start, 600))
    assert CN.due(start, limit) <= CN.due(start, limit, pauses=pauses, outages=outages)


@given(start=starts, limit=limits(), data=st.data())
@settings(deadline=None)
def test_a_pause_that_begins_after_the_due_instant_changes_nothing(
    start: int, limit: Limit, data: st.DataObject
) -> None:
    pauses, outages = data.draw(spans(start, 4 * 1440)), data.draw(spans(start, 600))
    due = CN.due(start, limit, pauses=pauses, outages=outages)
    after = (due + 1, due + 1 + data.draw(st.integers(0, 20 * 86_400)))
    assert CN.due(start, limit, pauses=[*pauses, after], outages=[*outages, after]) == due


@given(due=starts, limit=limits(), counting=st.sampled_from(["default", "elapsed"]))
@settings(max_examples=300, deadline=None)
def test_counting_back_is_the_latest_start_that_is_due_in_time(due: int, limit: Limit, counting: Counting) -> None:
    begin = CN.back(due, limit, counting=counting)
    assert CN.due(begin, limit, counting=counting) <= due
    assert CN.due(begin + 1, limit, counting=counting) > due


@pytest.mark.parametrize("zone", CHANGING)
@given(data=st.data(), limit=limits())
@settings(deadline=None)
def test_counting_back_holds_where_hours_are_skipped_or_repeated(zone: str, data: st.DataObject, limit: Limit) -> None:
    calendar = NIGHTS[zone]
    season = calendar.instant(datetime.fromisoformat(data.draw(st.sampled_from(CHANGING[zone]))))
    due = season + 60 * data.draw(st.integers(0, 4 * 1440))
    begin = calendar.back(due, limit)
    assert calendar.due(begin, limit) <= due < calendar.due(begin + 1, limit)


@given(start=starts, limit=limits(), data=st.data(), counting=st.sampled_from(["default", "elapsed"]))
@settings(max_examples=300, deadline=None)
def test_the_explanation_gives_the_same_due_instant_and_adds_up_to_the_limit(
    start: int, limit: Limit, data: st.DataObject, counting: Counting
) -> None:
    pauses, outages = data.draw(spans(start, 4 * 1440)), data.draw(spans(start, 600))
    due = CN.due(start, limit, pauses=pauses, outages=outages, counting=counting)
    told = CN.explain(start, limit, pauses=pauses, outages=outages, counting=counting)
    assert told.due == due
    dates = [line.date for line in told.lines]
    assert dates == sorted(set(dates))
    assert dates[0] == CN.at_local(start).date()
    assert dates[-1] == CN.at_local(due - 1 if due > start and limit.unit in ("minutes", "hours") else due).date()
    unit_seconds = {"minutes": 60, "hours": 3600, "working_hours": 3600, "working_days": 8 * 3600}.get(limit.unit)
    timed = unit_seconds and (limit.unit != "working_days" or limit.amount < 1 or counting == "elapsed")
    counted = [line for line in told.lines if line.counted]
    if not limit.amount:
        assert not counted
    elif timed and unit_seconds:
        assert sum(line.seconds or 0 for line in told.lines) == limit.amount * unit_seconds
    elif limit.unit in ("working_days", "days"):
        assert len(counted) == limit.amount
    elif limit.unit in ("same_day", "next_working_day"):
        assert counted == [told.lines[-1]]


@given(start=starts, limit=limits(), data=st.data())
@settings(deadline=None)
def test_an_open_pause_is_explained_without_running_through_the_years(
    start: int, limit: Limit, data: st.DataObject
) -> None:
    pauses = [*data.draw(spans(start, 4 * 1440)), (start + data.draw(st.integers(-1000, 10**6)), FAR)]
    told = CN.explain(start, limit, pauses=pauses)
    assert told.due == CN.due(start, limit, pauses=pauses)
    assert len(told.lines) < 60
    assert (told.due == FAR) == (told.lines[-1].reason == "paused")


FROZEN = {"CN": CN.freeze(), **{zone: calendar.freeze() for zone, calendar in NIGHTS.items()}}
PAIRS = {name: (calendar, WorkingCalendar.thaw(FROZEN[name])) for name, calendar in {"CN": CN, **NIGHTS}.items()}


@given(name=st.sampled_from([*PAIRS]), start=starts, limit=limits(), data=st.data())
@settings(deadline=None)
def test_a_thawed_calendar_counts_as_the_frozen_one(name: str, start: int, limit: Limit, data: st.DataObject) -> None:
    calendar, thawed = PAIRS[name]
    pauses, outages = data.draw(spans(start, 4 * 1440)), data.draw(spans(start, 600))
    assert thawed.due(start, limit, pauses=pauses, outages=outages) == calendar.due(
        start, limit, pauses=pauses, outages=outages
    )
    assert thawed.back(start, limit) == calendar.back(start, limit)
    assert thawed.explain(start, limit, pauses=pauses) == calendar.explain(start, limit, pauses=pauses)
    assert thawed.at_local(start) == calendar.at_local(start)


@given(a=minutes, b=minutes)
@settings(deadline=None)
def test_business_time_adds_up(a: int, b: int) -> None:
    a, b = sorted((a, b))
    middle = (a + b) // 2
    assert CN.business_seconds(a, b) == CN.business_seconds(a, middle) + CN.business_seconds(middle, b)
    opening = CN.next_open(a)
    assert opening >= a and CN.is_open(opening) and CN.business_seconds(a, opening) == 0


@pytest.mark.parametrize("zone", CHANGING)
def test_local_times_agree_with_the_zone_database_through_the_year(zone: str) -> None:
    calendar, slow = NIGHTS[zone], SLOW_NIGHTS[zone]
    begin = calendar.instant(datetime.fromisoformat("2025-01-01"))
    moments = range(begin, begin + 4 * 365 * 86_400, 1800)
    offsets = [slow_offset(slow, moment) for moment in moments]
    assert [calendar.at_local(moment).utcoffset() for moment in moments] == offsets


def slow_offset(slow: SlowCalendar, instant: int) -> object:
    return datetime.fromtimestamp(instant, slow.zone).utcoffset()
