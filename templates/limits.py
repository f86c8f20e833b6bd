"""Time limits in words: `3 working_days` is `3 working days`, `3个工作日`."""

from __future__ import annotations

from decimal import Decimal

from complaints.calendar import Limit
from complaints.procedure.common import LimitRule
from templates.catalogues import Catalogue, catalogue


def limit(written: str | Limit, language: str) -> str:
    """One limit, as a procedure file writes it, in words; without what it is counted from."""
    found = Limit.parse(written)
    words = catalogue(language)
    if found.unit == "same_day":
        return words.gettext("the same day")
    if found.unit == "next_working_day":
        return words.gettext("by %(time)s on the next working day") % {"time": found.time}
    if found.amount == Decimal("0.5") and found.unit == "working_days":
        return words.gettext("half a working day")
    return _counted(words, found)


def plain(given: LimitRule) -> tuple[Limit, ...]:
    """Every length that a limit may have, in the order of the file."""
    if given.limit is not None:
        return (given.limit,)
    inner = (*given.cases.values(), *((given.otherwise,) if given.otherwise is not None else ()))
    found = tuple(one for rule in inner for one in plain(rule))
    return (*found, given.most) if given.most is not None else found


def _counted(words: Catalogue, limit: Limit) -> str:
    one, many = {
        "minutes": ("%(num)s minute", "%(num)s minutes"),
        "hours": ("%(num)s hour", "%(num)s hours"),
        "working_hours": ("%(num)s working hour", "%(num)s working hours"),
        "working_days": ("%(num)s working day", "%(num)s working days"),
        "days": ("%(num)s day", "%(num)s days"),
        "weeks": ("%(num)s week", "%(num)s weeks"),
        "months": ("%(num)s month", "%(num)s months"),
    }[limit.unit]
    return words.ngettext(one, many, 1 if limit.amount == 1 else 2) % {"num": f"{limit.amount:f}"}
