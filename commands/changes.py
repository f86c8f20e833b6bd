"""What changing the rules of running cases means, in tables for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from commands.console import draw
from complaints.case import Rules
from complaints.difference import ClockChange, Difference
from complaints.instants import Instant

_LONG = 70
_STYLE = {"new": "green", "gone": "red", "changed": ""}


def draw_differences(found: Sequence[Difference]) -> None:
    """One line a rule that is new, gone or another."""
    out = Table("Part", "Rule", "", "Before", "After", "Clause", box=None, title="Rules", title_justify="left")
    for one in found:
        rule = f"{one.rule}: {one.field}" if one.field else one.rule
        what = Text(one.what, style=_STYLE[one.what])
        out.add_row(one.part, rule, what, told(one.before), told(one.after), one.clause)
    draw(out)


def draw_clocks(rules: Rules, rows: Sequence[tuple[str, ClockChange]]) -> None:
    """One line a running limit, with the number of its case: due before and after, in the procedure's zone."""
    out = Table("Case", "Limit", "Due before", "Due after", "", box=None, title="Running limits", title_justify="left")
    for number, one in rows:
        late = "overdue" if one.overdue else "" if one.changed else "unchanged"
        style = "bold red" if one.overdue else "yellow" if one.changed else "dim"
        out.add_row(number, one.key, when(rules, one.was), when(rules, one.due), Text(late, style=style))
    draw(out)


def when(rules: Rules, instant: Instant | None) -> str:
    """An instant as people read it; a limit without one is paused."""
    return f"{rules.calendar.at_local(instant):%a %Y-%m-%d %H:%M}" if instant is not None else "paused"


def told(value: Any) -> str:
    """A rule's value as the file might say it, on one line."""
    if value is None:
        return "-"
    if isinstance(value, dict) and list(value) == ["limit"]:
        return told(value["limit"])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False).replace('"', "")
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
