"""What a working calendar is made of, and its stored form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.calendar.offsets import Offsets
from complaints.errors import CalendarUnknown
from complaints.instants import Instant

DAY = 86_400
Slot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """The content of a calendar; days are numbered from `first` (a proleptic ordinal), `days` of them.

    `hours` are business slots in local seconds after midnight, in order and apart. `weekdays` has one truth for each of
    Monday to Sunday. `holidays` are named days off, in order of day; `closed` the procedure's own closing days; `extra`
    working days that would else be off (make-up days). From `provisional_from` on the holidays are a projection.
    """

    zone: str
    first: int
    days: int
    hours: tuple[Slot, ...]
    weekdays: tuple[bool, ...]
    holidays: tuple[tuple[int, str], ...]
    closed: tuple[int, ...]
    extra: tuple[int, ...]
    offsets: Offsets
    provisional_from: Instant | None


def freeze(facts: Facts) -> dict[str, Any]:
    """Give the stored form: plain JSON values, holidays grouped by name."""
    named: dict[str, list[int]] = {}
    for day, name in facts.holidays:
        named.setdefault(name, []).append(day)
    return {
        "zone": facts.zone,
        "first": date.fromordinal(facts.first).isoformat(),
        "days": facts.days,
        "hours": [list(slot) for slot in facts.hours],
        "weekdays": "".join("01"[on] for on in facts.weekdays),
        "holidays": named,
        "closed": list(facts.closed),
        "extra": list(facts.extra),
        "offset": facts.offsets.base,
        "changes": [list(change) for change in facts.offsets.changes],
        "provisional_from": facts.provisional_from,
    }


def thaw(data: Mapping[str, Any]) -> Facts:
    """Read the stored form back; raises CalendarUnknown naming what is missing or wrong."""
    try:
        named: Mapping[str, Sequence[int]] = data["holidays"]
        return Facts(
            zone=data["zone"],
            first=date.fromisoformat(data["first"]).toordinal(),
            days=data["days"],
            hours=tuple((opens, shuts) for opens, shuts in data["hours"]),
            weekdays=tuple(on == "1" for on in data["weekdays"]),
            holidays=tuple(sorted((day, name) for name, days in named.items() for day in days)),
            closed=tuple(data["closed"]),
            extra=tuple(data["extra"]),
            offsets=Offsets(data["offset"], tuple((change, offset) for change, offset in data["changes"])),
            provisional_from=data["provisional_from"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CalendarUnknown(
            f"the stored calendar can't be read ({type(error).__name__}: {error}); build it anew from the procedure"
        ) from error
