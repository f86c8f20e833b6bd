"""The figures of one scope, each by one query over a covering index."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, select, union

from complaints.instants import Instant
from records.figures.values import Closed, Kept, Load, Overview, Recurring, Scope, Standing
from records.result_tables import clock_results, decisions
from records.tables import awaiting, cases

SHOWN_WEEKS = 12
"""How many weeks the lines of kept limits cover at least."""
DAY, HOUR = 86_400, 3_600


def overview(connection: Connection, scope: Scope) -> Overview:
    """Everything, at one moment."""
    return Overview(
        standing=standing(connection, scope),
        overdue_before=overdue_at(connection, scope, scope.since),
        received=received(connection, scope),
        kept=kept(connection, scope, min(scope.first - scope.weeks, scope.last - SHOWN_WEEKS + 1)),
        closed=closed(connection, scope),
        recurring=recurring(connection, scope),
        load=load(connection, scope),
    )


def standing(connection: Connection, scope: Scope) -> tuple[Standing, ...]:
    """Open cases and overdue ones by stage and unit."""
    c = cases.c
    late = func.sum(case((c.due < scope.at, 1), else_=0))
    query = (
        select(c.stage, c.unit, func.count(), late)
        .where(*of(scope, cases), c.closed_at.is_(None))
        .group_by(c.stage, c.unit)
        .order_by(c.stage, c.unit)
    )
    return tuple(Standing(stage, unit, number, int(over)) for stage, unit, number, over in connection.execute(query))


def overdue_at(connection: Connection, scope: Scope, then: Instant) -> int:
    """How many cases were overdue at an earlier instant: by limits missed since, or running still."""
    c, r = cases.c, clock_results.c
    missed = select(r.case_id.label("id")).where(
        *of(scope, clock_results), ~r.on_time, r.stopped_at >= then, r.due < then
    )
    running = select(c.id).where(*of(scope, cases), c.closed_at.is_(None), c.due < then)
    return int(connection.execute(select(func.count()).select_from(union(missed, running).subquery())).scalar_one())


def received(connection: Connection, scope: Scope) -> int:
    """How many complaints were received in the period."""
    c = cases.c
    query = select(func.count()).where(*of(scope, cases), c.received_at >= scope.since, c.received_at <= scope.at)
    return int(connection.execute(query).scalar_one())


def kept(connection: Connection, scope: Scope, first: int) -> tuple[Kept, ...]:
    """Limits that ended from week `first` on, by week and clock."""
    r = clock_results.c
    query = (
        select(r.week, r.clock, func.count(), func.sum(case((r.on_time, 1), else_=0)))
        .where(*of(scope, clock_results), r.week >= first, r.week <= scope.last)
        .group_by(r.week, r.clock)
        .order_by(r.week, r.clock)
    )
    return tuple(Kept(week, clock, ended, int(met)) for week, clock, ended, met in connection.execute(query))


def closed(connection: Connection, scope: Scope) -> tuple[Closed, ...]:
    """Closed cases of the period and of the one before, by days and answer."""
    c = cases.c
    now = case((c.closed_at >= scope.since, 1), else_=0).label("now")
    days = ((c.closed_at - c.received_at) // DAY).label("days")
    query = (
        select(now, days, c.revisit, func.count())
        .where(*of(scope, cases), c.closed_at >= scope.before, c.closed_at <= scope.at)
        .group_by(now, days, c.revisit)
    )
    return tuple(Closed(bool(new), int(took), said, many) for new, took, said, many in connection.execute(query))


def recurring(connection: Connection, scope: Scope, most: int = 10) -> tuple[Recurring, ...]:
    """What came more than once in the period, most often first."""
    c = cases.c
    now = func.sum(case((c.received_at >= scope.since, 1), else_=0)).label("cases")
    query = (
        select(c.category, c.unit, now, func.count())
        .where(*of(scope, cases), c.received_at >= scope.before, c.received_at <= scope.at)
        .group_by(c.category, c.unit)
        .having(now > 1)
        .order_by(now.desc(), c.category, c.unit)
        .limit(most)
    )
    return tuple(
        Recurring(category, unit, int(many), int(both) - int(many))
        for category, unit, many, both in connection.execute(query)
    )


def load(connection: Connection, scope: Scope) -> tuple[Load, ...]:
    """Approvals by the person who decides: waiting now, decided in the period, median time."""
    d = decisions.c
    hours = ((d.decided_at - d.asked_at) // HOUR).label("hours")
    query = (
        select(d.person, hours, func.count())
        .where(*of(scope, decisions), d.decided_at >= scope.since, d.decided_at <= scope.at)
        .group_by(d.person, hours)
    )
    took: dict[str, dict[int, int]] = defaultdict(dict)
    for person, hour, many in connection.execute(query):
        took[person][int(hour)] = many
    waiting: dict[str, int] = {person: many for person, many in connection.execute(_waiting(scope))}  # noqa: C416
    people = sorted({*took, *waiting}, key=lambda one: (-waiting.get(one, 0), -sum(took[one].values()), one))
    return tuple(Load(one, waiting.get(one, 0), sum(took[one].values()), median(took[one])) for one in people)


def median(histogram: dict[int, int]) -> int | None:
    """The middle value of {value: how often}; of an even number the lower one; None of nothing."""
    left = (sum(histogram.values()) + 1) // 2
    for value in sorted(histogram):
        left -= histogram[value]
        if left <= 0:
            return value
    return None


def _waiting(scope: Scope) -> Select[str, int]:
    a, c = awaiting.c, cases.c
    return (
        select(a.person, func.count(a.case_id.distinct()))
        .join_from(cases, awaiting, a.case_id == c.id)
        .where(*waits_for_approval(scope), a.person != "")
        .group_by(a.person)
    )


def waits_for_approval(scope: Scope) -> list[ColumnElement[bool]]:
    """Open cases of the scope that stand in an approval."""
    return [*of(scope, cases), cases.c.closed_at.is_(None), cases.c.stage == "approval"]


def of(scope: Scope, table: Table) -> list[ColumnElement[bool]]:
    """Rows of a table that belong to the scope's procedure and unit."""
    unit = [table.c.unit == scope.unit] if scope.unit else []
    return [table.c.procedure_id == scope.procedure, *unit]
