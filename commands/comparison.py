"""The comparison of two procedure files over past cases, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from commands.columns import lay_out
from complaints.whatif import Comparison, Tally


@dataclass(frozen=True, slots=True)
class _Row:
    """One figure: what, under the present file, under the changed one."""

    what: str
    present: float | None
    changed: float | None


def told(procedure: str, first: date, last: date, found: Comparison, *, colour: bool, width: int) -> str:
    """The comparison as a text with a table, and what was refused."""
    rows = list(_rows(found))
    cells = [(row.what, _figure(row.present), _figure(row.changed), _change(row)) for row in rows]
    styles = ["" if row.what.startswith(" ") else "bold" for row in rows]
    title = f"{procedure}: {found.present.cases} cases received from {first} to {last}, told again under both files"
    head = ("", "present", "changed", "")
    lines = [title, "", *lay_out(head, _aligned(cells), styles, flexible=0, colour=colour, width=width)]
    for name, tally in (("present", found.present), ("changed", found.changed)):
        if tally.refused:
            lines += ["", f"Refused by the {name} file, and left out:", *_refusals(tally)]
        if tally.taken_over:
            lines += ["", f"Under the {name} file {tally.taken_over} decisions were another's to take than then."]
    return "\n".join(lines)


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON values."""
    return {"cases": found.present.cases, "present": _plain(found.present), "changed": _plain(found.changed)}


def _plain(tally: Tally) -> dict[str, Any]:
    return {
        "limits_missed": {"all": tally.missed.total(), "cases": tally.late_cases, "by_clock": _sorted(tally.missed)},
        "letters": {"mail": tally.mails, "other": tally.other_letters},
        "decisions_asked": {
            "all": tally.asked.total(),
            "by_role": {role: _of(tally, role) for role in _roles(tally)},
            "by_person": [{"role": r, "person": p, "asked": n} for (r, p), n in sorted(tally.asked.items())],
            "taken_by_another": tally.taken_over,
        },
        "closed": tally.closed,
        "days_to_close": {"median": _rounded(tally.median), "p90": _rounded(tally.p90)},
        "refused": [
            {"action": action, "code": code, "times": times, "cases": tally.examples[action, code]}
            for (action, code), times in sorted(tally.refused.items())
        ],
    }  # fmt: skip


def _rows(found: Comparison) -> Iterator[_Row]:
    old, new = found.present, found.changed
    yield _Row("Limits missed", old.missed.total(), new.missed.total())
    for clock in sorted({*old.missed, *new.missed}):
        yield _Row(f"  {clock}", old.missed[clock], new.missed[clock])
    yield _Row("Cases with a limit missed", old.late_cases, new.late_cases)
    yield _Row("Mails sent", old.mails, new.mails)
    yield _Row("Other letters, calls and messages", old.other_letters, new.other_letters)
    yield _Row("Decisions asked for", old.asked.total(), new.asked.total())
    for role in sorted({*_roles(old), *_roles(new)}):
        yield _Row(f"  {role}", _of(old, role), _of(new, role))
        people = sorted({person for r, person in (*old.asked, *new.asked) if r == role and person})
        for person in people:
            yield _Row(f"    {person}", old.asked[role, person], new.asked[role, person])
    yield _Row("Cases closed", old.closed, new.closed)
    yield _Row("Days to close, median", _rounded(old.median), _rounded(new.median))
    yield _Row("Days to close, nine in ten within", _rounded(old.p90), _rounded(new.p90))
    yield _Row("Actions refused", old.refused.total(), new.refused.total())


def _refusals(tally: Tally) -> Iterator[str]:
    for (action, code), times in sorted(tally.refused.items(), key=lambda one: (-one[1], one[0])):
        yield f"  {action}: {code}, {times} times; for example {', '.join(tally.examples[action, code])}"


def _roles(tally: Tally) -> list[str]:
    return sorted({role for role, _ in tally.asked})


def _of(tally: Tally, role: str) -> int:
    return sum(times for (one, _), times in tally.asked.items() if one == role)


def _sorted(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def _change(row: _Row) -> str:
    if row.present is None or row.changed is None or row.present == row.changed:
        return ""
    change = round(row.changed - row.present, 1)
    return f"{'+' if change > 0 else '−'}{abs(change):,}"


def _aligned(cells: list[tuple[str, str, str, str]]) -> list[tuple[str, ...]]:
    """Figures stand one under another."""
    widths = [max(len(row[place]) for row in cells) for place in range(4)]
    least = (0, len("present"), len("changed"), 0)
    return [(row[0], *(row[place].rjust(max(widths[place], least[place])) for place in range(1, 4))) for row in cells]
