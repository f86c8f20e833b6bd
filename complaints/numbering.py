"""Case numbers: a pattern of the day received and a serial that starts again with each period."""

from __future__ import annotations

from datetime import datetime

from complaints.procedure.intake import Numbering

_PERIODS = {"daily": "%Y-%m-%d", "monthly": "%Y-%m", "yearly": "%Y", "never": "ever"}


def period(numbering: Numbering, day: datetime) -> str:
    """The period whose serials run together: `2026-11-22`, `2026-11`, `2026` or `ever`; `day` is local time."""
    return day.strftime(_PERIODS[numbering.restart])


def number(numbering: Numbering, day: datetime, serial: int) -> str:
    """The number of the `serial`-th case of its period; a serial beyond the pattern's width takes more digits."""
    before, brace, rest = numbering.pattern.partition("{")
    serial_part, _, after = rest.partition("}")
    return day.strftime(before) + f"{brace}{serial_part}}}".format(serial=serial) + day.strftime(after)
