"""Builds working calendars from the public holidays of a country and the offsets of a zone.

The only module that asks the installed holiday and time zone data: what it builds is frozen into a case.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from complaints.calendar.facts import DAY, Facts
from complaints.calendar.offsets import Offsets
from complaints.calendar.published import Published
from complaints.calendar.spec import WEEKDAYS, CalendarSpec
from complaints.calendar.working import WorkingCalendar
from complaints.errors import CalendarUnknown
from complaints.instants import Instant

YEARS_BEFORE = 1
YEARS_AFTER = 2
SUBSTITUTED = "调休"


def build_calendar(
    spec: CalendarSpec, year: int, *, published: Sequence[Published] = (), last: int = 0
) -> WorkingCalendar:
    """Build the calendar of a year: it covers the year before to two years after, or to `last` if that is later.

    Where a country announces its holidays year by year (its calendar knows substituted days, as China's make-up days),
    all from 25 December of the last announced year on is provisional. Years in `published` go by what is said there.
    Raises CalendarUnknown, naming the field, for a country, subdivision or zone that isn't known.
    """
    first = date(year - YEARS_BEFORE, 1, 1)
    last = max(last, year + YEARS_AFTER)
    days = date(last, 12, 31).toordinal() - first.toordinal() + 1
    offsets = _offsets(spec.zone, first, days)
    if spec.round_the_clock:
        everything = Facts(
            spec.zone, first.toordinal(), days, ((0, DAY),), (True,) * 7, (), (), (), offsets, provisional_from=None
        )
        return WorkingCalendar(everything)
    public, extra, announced = _public(spec.country, spec.subdivision, range(first.year, last + 2))
    told = [one for one in published if one.concerns(spec.country, spec.subdivision)]
    for one in sorted(told, key=lambda one: (one.year, one.subdivision or "")):
        public = {day: name for day, name in public.items() if day.year != one.year} | one.holidays
        extra = {day for day in extra if day.year != one.year and day not in one.holidays} | set(one.working)
        public = {day: name for day, name in public.items() if day not in one.working}
    while announced is not None and any(one.year == announced + 1 for one in told):
        announced += 1

    def numbers(dates: Iterable[date]) -> set[int]:
        return {number for day in dates if 0 <= (number := day.toordinal() - first.toordinal()) < days}

    opened = numbers(spec.open_days)
    own = {day for day in spec.closed if isinstance(day, date)}
    yearly = {day for day in spec.closed if not isinstance(day, date)}
    closed = numbers(own)
    if yearly:
        every = range(days)
        closed |= {n for n in every if f"{date.fromordinal(first.toordinal() + n):%m-%d}" in yearly}
    facts = Facts(
        zone=spec.zone,
        first=first.toordinal(),
        days=days,
        hours=spec.slots(),
        weekdays=tuple(day in spec.weekdays for day in WEEKDAYS),
        holidays=tuple(
            sorted(
                (number, name)
                for day, name in public.items()
                if 0 <= (number := day.toordinal() - first.toordinal()) < days
            )
        ),
        closed=tuple(sorted(closed - opened)),
        extra=tuple(sorted((numbers(extra) - closed) | opened)),
        offsets=offsets,
        provisional_from=None if announced is None else offsets.instant(_seconds(date(announced, 12, 25)), later=False),
    )
    return WorkingCalendar(facts)


@lru_cache(maxsize=64)
def _public(
    country: str | None, subdivision: str | None, years: range
) -> tuple[dict[date, str], set[date], int | None]:
    """Give the public holidays with their names, the make-up working days and the last announced year, if any is."""
    if country is None:
        return {}, set(), None
    # The holiday data is loaded where a calendar is built, and never where a frozen one is only counted.
    import holidays

    try:
        kind = holidays.country_holidays(country, subdiv=subdivision)
        # Without a language the names would follow the locale of whichever process builds the calendar.
        known = holidays.country_holidays(country, subdiv=subdivision, years=years, language=kind.default_language)
    except NotImplementedError as error:
        raise CalendarUnknown(f"calendar.country, calendar.subdivision: {error}") from error
    return (
        {day: _name(known, name) for day, name in known.items()},
        set(known.weekend_workdays),
        max(known.special_public_holidays) if known.has_substituted_holidays else None,
    )


def _name(known: Any, name: str) -> str:
    """Shorten the name of a day off in exchange for a make-up day: with that day's date each would be a name apart."""
    label = known.tr(known.substituted_label).partition("%s")[0] if known.has_substituted_holidays else ""
    return f"休息日（{SUBSTITUTED}）" if known.country == "CN" and label and name.startswith(label) else name


@lru_cache(maxsize=64)
def _offsets(name: str, first: date, days: int) -> Offsets:
    """Take a zone's offsets for the calendar's days and one at either side."""
    try:
        zone = ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise CalendarUnknown(
            f"calendar.zone: there is no time zone {name!r}; write one such as Asia/Shanghai"
        ) from error

    def offset(instant: Instant) -> int:
        aware = datetime.fromtimestamp(instant, UTC).astimezone(zone)
        return int((aware.utcoffset() or aware - aware).total_seconds())

    begin = _seconds(first) - 2 * DAY
    changes: list[tuple[Instant, int]] = []
    base = before = offset(begin)
    for low in range(begin, begin + (days + 4) * DAY, DAY):
        high = low + DAY
        after = offset(high)
        if after == before:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == before else (low, middle)
        changes.append((high, after))
        before = after
    return Offsets(base, tuple(changes))


def _seconds(day: date) -> int:
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY
