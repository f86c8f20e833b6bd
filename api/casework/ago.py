"""How far an instant is away, as people say it: `in 3 h 20 min`, `overdue 2 h`."""

from __future__ import annotations

from api.pages import translate
from complaints.instants import Instant


def _(text: str) -> str:
    return text


def until(due: Instant, now: Instant, language: str) -> str:
    """The time left; once it has passed, by how much."""
    left = abs(due - now)
    words = (_("in %(span)s"), _("overdue by %(span)s"))[due < now]
    return translate(language, words, span=span(left, language))


def span(seconds: int, language: str) -> str:
    """A length of time by its two largest units."""
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86_400
    if days:
        return translate(language, _("%(days)s d %(hours)s h"), days=days, hours=hours)
    if hours:
        return translate(language, _("%(hours)s h %(minutes)s min"), hours=hours, minutes=minutes)
    return translate(language, _("%(minutes)s min"), minutes=minutes)
