"""From counts to what the figures page shows: every number with its words, its change and the list behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from api.figures.asked import NO_UNIT, Asked
from api.figures.charts import line, percent, widths
from api.pages import translate
from complaints.results import OWED, monday
from complaints.vocabulary import OPEN
from records.figures import Overview
from records.figures.counts import SHOWN_WEEKS, median
from templates.engine import word


def _(text: str) -> str:
    return text


ANSWERS = {
    "yes": _("Satisfied"), "partly": _("Partly satisfied"), "not": _("Not satisfied"), OWED: _("Not asked yet"),
}  # fmt: skip
DAYS: tuple[tuple[int, int | None], ...] = ((0, 0), (1, 2), (3, 6), (7, 13), (14, 29), (30, None))


def shown(asked: Asked, found: Overview) -> dict[str, Any]:
    """The context of the figures page."""
    return {
        "tiles": _tiles(asked, found),
        "stages": _bars(asked, found, "stage"),
        "units": _bars(asked, found, "unit"),
        "limits": _limits(asked, found),
        "weeks": [monday(week, asked.scope.zone) for week in _weeks(asked)],
        "days": _days(asked, found),
        "answers": _answers(asked, found),
        "revisits": _revisits(asked, found),
        "recurring": [
            {
                "category": asked.category(one.category),
                "unit": asked.unit(one.unit),
                "cases": one.cases,
                "before": one.before,
                "href": asked.behind("received", category=one.category, of_unit=one.unit or NO_UNIT),
            }
            for one in found.recurring
        ],
        "load": [
            {
                "person": asked.person(one.person),
                "waiting": one.waiting,
                "decided": one.decided,
                "hours": one.hours,
                "waiting_href": asked.behind("waiting", person=one.person),
                "decided_href": asked.behind("decided", person=one.person),
            }
            for one in found.load
        ],
    }


def _tiles(asked: Asked, found: Overview) -> list[dict[str, Any]]:
    open_now, late = sum(one.cases for one in found.standing), sum(one.overdue for one in found.standing)
    gone = sum(one.cases for one in found.closed if one.now)
    ended, met = _kept(asked, found, now=True)
    share, share_before = percent(met, ended), percent(*reversed(_kept(asked, found, now=False)))
    said, said_before = _said(found, now=True), _said(found, now=False)
    happy, happy_before = percent(said["yes"], said.total()), percent(said_before["yes"], said_before.total())
    days, days_before = _median(found, now=True), _median(found, now=False)
    tell = asked.language
    return [
        _tile(tell, _("Open"), open_now, "", found.received - gone, asked.behind("open")),
        _tile(tell, _("Overdue"), late, "", late - found.overdue_before, asked.behind("overdue"), bad=late > 0),
        _tile(tell, _("Limits kept"), share, "%", _change(share, share_before), asked.behind("limits"))
        | {"parts": [(ended - met, translate(tell, "missed"), asked.behind("missed"))]},
        _tile(tell, _("Median days to close"), days, "", _change(days, days_before), asked.behind("closed"))
        | {"parts": [(gone, translate(tell, "closed"), asked.behind("closed"))]},
        _tile(tell, _("Satisfied"), happy, "%", _change(happy, happy_before), asked.behind("closed", revisit="yes"))
        | {"parts": [(said["yes"], translate(tell, "satisfied"), asked.behind("closed", revisit="yes"))]},
    ]


def _tile(
    tell: str, label: str, value: int | None, sign: str, change: int | None, href: str, *, bad: bool = False
) -> dict[str, Any]:
    unit = translate(tell, " points") if sign else ""
    return {
        "label": translate(tell, label),
        "value": "–" if value is None else f"{value}{sign}",
        "change": "" if change is None else (f"{change:+d}{unit}" if change else translate(tell, "unchanged")),
        "href": href,
        "bad": bad,
        "parts": [],
    }


def _change(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _kept(asked: Asked, found: Overview, *, now: bool) -> tuple[int, int]:
    first, weeks = asked.scope.first, asked.scope.weeks
    mine = [one for one in found.kept if (one.week >= first if now else first - weeks <= one.week < first)]
    return sum(one.ended for one in mine), sum(one.on_time for one in mine)


def _said(found: Overview, *, now: bool) -> Counter[str]:
    said: Counter[str] = Counter()
    for one in found.closed:
        if one.now is now and one.revisit not in ("", OWED):
            said[one.revisit] += one.cases
    return said


def _median(found: Overview, *, now: bool) -> int | None:
    took: Counter[int] = Counter()
    for one in found.closed:
        if one.now is now:
            took[one.days] += one.cases
    return median(took)


def _bars(asked: Asked, found: Overview, by: str) -> list[dict[str, Any]]:
    cases: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for one in found.standing:
        cases[getattr(one, by)] += one.cases
        late[getattr(one, by)] += one.overdue
    order = [stage for stage in OPEN if stage in cases] if by == "stage" else [name for name, _n in cases.most_common()]
    out = []
    for name, width in zip(order, widths([cases[name] for name in order]), strict=True):
        label = word("stage", name, language=asked.language) if by == "stage" else asked.unit(name)
        given = {"stage": name} if by == "stage" else {"of_unit": name or NO_UNIT}
        out.append(
            {
                "label": label or translate(asked.language, "With no unit yet"),
                "cases": cases[name],
                "overdue": late[name],
                "width": width,
                "late": round(width * late[name] / cases[name], 1),
                "href": asked.behind("open", **given),
                "late_href": asked.behind("overdue", **given),
            }
        )
    return out


def _weeks(asked: Asked) -> range:
    return range(asked.scope.last - SHOWN_WEEKS + 1, asked.scope.last + 1)


def _limits(asked: Asked, found: Overview) -> list[dict[str, Any]]:
    weekly: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for one in found.kept:
        weekly[one.clock][one.week] = (one.ended, one.on_time)
    out = []
    for clock in [c.id for c in asked.procedure.clocks if c.id in weekly]:
        mine = weekly[clock]
        period = [both for week, both in mine.items() if week >= asked.scope.first]
        ended, met = sum(n for n, _n in period), sum(n for _n, n in period)
        shares = [mine[w][1] / mine[w][0] if w in mine else None for w in _weeks(asked)]
        out.append(
            {
                "label": asked.clock(clock),
                "ended": ended,
                "missed": ended - met,
                "share": percent(met, ended),
                "line": line(shares),
                "href": asked.behind("limits", clock=clock),
                "missed_href": asked.behind("missed", clock=clock),
                "weeks": [
                    (percent(*reversed(mine[w])) if w in mine else None, asked.behind("limits", clock=clock, week=w))
                    for w in _weeks(asked)
                ],
            }
        )
    return out


def _days(asked: Asked, found: Overview) -> list[dict[str, Any]]:
    counts = [
        sum(one.cases for one in found.closed if one.now and one.days >= low and (high is None or one.days <= high))
        for low, high in DAYS
    ]
    out = []
    for (low, high), many, width in zip(DAYS, counts, widths(counts), strict=True):
        if high is None:
            label = translate(asked.language, "%(low)s days or more", low=low)
        elif low == high:
            label = translate(asked.language, "on the first day")
        else:
            label = translate(asked.language, "%(low)s to %(high)s days", low=low, high=high)
        given = {"least": low, "most": high}
        out.append({"label": label, "cases": many, "width": width, "href": asked.behind("closed", **given)})
    return out


def _answers(asked: Asked, found: Overview) -> list[dict[str, Any]]:
    said = _said(found, now=True)
    names = [*(name for name in ("yes", "partly", "not") if name in said or said), *sorted(set(said) - set(ANSWERS))]
    return [
        {
            "label": translate(asked.language, ANSWERS.get(name, name)),
            "cases": said[name],
            "width": width,
            "share": percent(said[name], said.total()),
            "href": asked.behind("closed", revisit=name),
        }
        for name, width in zip(names, widths([said[name] for name in names]), strict=True)
    ]


def _revisits(asked: Asked, found: Overview) -> dict[str, Any] | None:
    """How many of those to be asked were asked, against all of them (PS-05); None where nobody is to be asked."""
    said = _said(found, now=True).total()
    owed = sum(one.cases for one in found.closed if one.now and one.revisit == OWED)
    if not said + owed:
        return None
    return {
        "asked": said,
        "owed": owed,
        "share": percent(said, said + owed),
        "met": not owed,
        "owed_href": asked.behind("closed", revisit=OWED),
    }
