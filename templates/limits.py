"""Time limits in words: `3 working_days` is `3 working days`, `3个工作日`."""

from __future__ import annotations

from complaints.calendar import Limit
from complaints.procedure.common import LimitRule

_UNITS = {
    "en": {
        "minutes": ("minute", "minutes"), "hours": ("hour", "hours"),
        "working_hours": ("working hour", "working hours"),
        "working_days": ("working day", "working days"), "days": ("day", "days"), "weeks": ("week", "weeks"),
        "months": ("month", "months"),
    },
    "zh-CN": {
        "minutes": ("分钟",) * 2, "hours": ("小时",) * 2, "working_hours": ("个工作小时",) * 2,
        "working_days": ("个工作日",) * 2, "days": ("天",) * 2, "weeks": ("周",) * 2, "months": ("个月",) * 2,
    },
}  # fmt: skip
_OTHER = {
    "en": {"same_day": "the same day", "next": "{time} on the next working day", "or": " or ", "given": "as agreed"},
    "zh-CN": {"same_day": "当日", "next": "次工作日{time}", "or": "或", "given": "按约定时间"},
}


def limit(written: str | Limit, language: str) -> str:
    """One limit, as a procedure file writes it, in words."""
    found = Limit.parse(written)
    other = _OTHER[language]
    if found.unit == "same_day":
        return other["same_day"]
    if found.time is not None:
        return other["next"].format(time=found.time)
    one, many = _UNITS[language][found.unit]
    amount = f"{found.amount:f}"
    unit = one if found.amount <= 1 else many
    return f"{amount} {unit}" if language == "en" else f"{amount}{unit}"


def rule(given: LimitRule, language: str) -> str:
    """A limit by classification: every length that it may have, the shortest way of saying so."""
    return _OTHER[language]["or"].join(dict.fromkeys(_all(given, language)))


def plain(given: LimitRule) -> tuple[Limit, ...]:
    """Every length that a limit may have, in the order of the file."""
    if given.limit is not None:
        return (given.limit,)
    inner = (*given.cases.values(), *((given.otherwise,) if given.otherwise is not None else ()))
    found = tuple(one for rule in inner for one in plain(rule))
    return (*found, given.most) if given.most is not None else found


def _all(given: LimitRule, language: str) -> list[str]:
    words = [limit(one, language) for one in plain(given)]
    return [_OTHER[language]["given"], *words] if given.field else words
