"""Time limits as people say them: `half a working day`, `3 个工作日`."""

from __future__ import annotations

from decimal import Decimal

from complaints.calendar import Limit
from templates.catalogues import Catalogue, catalogue


def limit_words(limit: Limit, language: str) -> str:
    """The length of a limit in words of that language, without what it is counted from."""
    words = catalogue(language)
    if limit.unit == "same_day":
        return words.gettext("the same day")
    if limit.unit == "next_working_day":
        return words.gettext("by %(time)s on the next working day") % {"time": limit.time}
    if limit.amount == Decimal("0.5") and limit.unit == "working_days":
        return words.gettext("half a working day")
    return _counted(words, limit)


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
