"""What an institution's periodic statistics say (monthly sheet, yearly report): one value for one stretch of time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, case, func, select

from complaints.instants import Instant
from complaints.ledger import Entry, tally
from complaints.procedure.model import Procedure
from complaints.results import OWED, week_of
from records.figures.counts import DAY, median
from records.result_tables import clock_results, proposals
from records.tables import cases

SORTED_BY = ("category", "severity", "kind", "validity", "channel", "unit")


@dataclass(frozen=True, slots=True)
class KeptLimit:
    """How many limits of a clock ended, and how many of them in time."""

    clock: str
    ended: int
    on_time: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a rule of accountability proposes, and the number of its case; none where the rule counts over cases."""

    entry: Entry
    number: str = ""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts from `since` up to but not including `until`.

    `received` are sorted in `sorted_by` (category, severity, kind, validity, channel, unit: id to count, an empty id
    for cases without one); `closed` by outcome and by the complainant's answer. `proposed` is what the rules of
    accountability propose in the period, those that count over a month or year included.
    """

    procedure: str
    since: Instant
    until: Instant
    received: int
    open_at_start: int
    open_at_end: int
    closed: int
    sorted_by: dict[str, dict[str, int]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    median_days: int | None = None
    limits: tuple[KeptLimit, ...] = ()
    proposed: tuple[Proposed, ...] = ()

    @property
    def satisfied(self) -> float | None:
        """The share of answers that were `yes`; None where nobody answered."""
        said = sum(many for answer, many in self.answers.items() if answer not in ("", OWED))
        return self.answers.get("yes", 0) / said if said else None

    @property
    def revisited(self) -> float | None:
        """The share of those to be asked who were; None where nobody was to be asked."""
        asked = sum(many for answer, many in self.answers.items() if answer)
        return 1 - self.answers.get(OWED, 0) / asked if asked else None


def statistics(
    connection: Connection,
    procedure: Procedure,
    since: Instant,
    until: Instant,
    every: str = "",
    people: Collection[str] = (),
) -> Statistics:
    """The statistics of one procedure; `every` (`month`, `year`) adds the rules that count over such a period.

    `people` are asked about by those rules though no single proposal names them.
    """
    c = cases.c
    own = c.procedure_id == procedure.id
    new = [own, c.received_at >= since, c.received_at < until]
    done = [own, c.closed_at >= since, c.closed_at < until]
    sorted_by: dict[str, dict[str, int]] = {name: {} for name in SORTED_BY}
    columns = [c[name] for name in SORTED_BY]
    for *values, many in connection.execute(select(*columns, func.count()).where(*new).group_by(*columns)):
        for name, value in zip(SORTED_BY, values, strict=True):
            sorted_by[name][value] = sorted_by[name].get(value, 0) + many
    took = ((c.closed_at - c.received_at) // DAY).label("days")
    ended = select(c.outcome, c.revisit, took, func.count()).where(*done).group_by(c.outcome, c.revisit, took)
    outcomes: dict[str, int] = {}
    answers: dict[str, int] = {}
    days: dict[int, int] = {}
    for outcome, answer, whole_days, many in connection.execute(ended):
        outcomes[outcome] = outcomes.get(outcome, 0) + many
        answers[answer] = answers.get(answer, 0) + many
        days[int(whole_days)] = days.get(int(whole_days), 0) + many
    found = _proposed(connection, procedure.id, since, until)
    entries = [one.entry for one in found]
    received, closed = sum(sorted_by["category"].values()), sum(outcomes.values())
    open_at_start = _open_at(connection, procedure.id, since)
    return Statistics(
        procedure=procedure.id,
        since=since,
        until=until,
        received=received,
        open_at_start=open_at_start,
        open_at_end=open_at_start + received - closed,
        closed=closed,
        sorted_by=sorted_by,
        outcomes=outcomes,
        answers=answers,
        median_days=median(days),
        limits=_limits(connection, procedure, since, until),
        proposed=(*found, *(Proposed(one) for one in tally(procedure, every, until, entries, people))),
    )


def _open_at(connection: Connection, procedure: str, at: Instant) -> int:
    """Received before that instant, less those closed before it."""
    c = cases.c
    before = select(func.count()).where(c.procedure_id == procedure, c.received_at < at)
    gone = select(func.count()).where(c.procedure_id == procedure, c.closed_at < at)
    return int(connection.execute(before).scalar_one()) - int(connection.execute(gone).scalar_one())


def _limits(connection: Connection, procedure: Procedure, since: Instant, until: Instant) -> tuple[KeptLimit, ...]:
    r, zone = clock_results.c, procedure.calendar.zone
    first, last = week_of(since, zone), week_of(until, zone)
    counted = select(r.clock, func.count(), func.sum(case((r.on_time, 1), else_=0))).group_by(r.clock)
    # Whole weeks are counted in the index alone; only those at the two ends are looked at result by result.
    whole = counted.where(r.procedure_id == procedure.id, r.week > first, r.week < last)
    ends = counted.where(
        r.procedure_id == procedure.id, r.week.in_({first, last}), r.stopped_at >= since, r.stopped_at < until
    )
    found: dict[str, KeptLimit] = {}
    for clock, ended, met in (*connection.execute(whole), *connection.execute(ends)):
        before = found.get(clock, KeptLimit(clock, 0, 0))
        found[clock] = KeptLimit(clock, before.ended + ended, before.on_time + int(met))
    order = {clock.id: place for place, clock in enumerate(procedure.clocks)}
    return tuple(sorted(found.values(), key=lambda one: order.get(one.clock, len(order))))


def _proposed(connection: Connection, procedure: str, since: Instant, until: Instant) -> list[Proposed]:
    p = proposals.c
    query = (
        select(cases.c.number, p.rule, p.clause, p.at, p.seq, p.against, p.person, p.amount)
        .join(cases, cases.c.id == p.case_id)
        .where(p.procedure_id == procedure, p.at >= since, p.at < until)
        .order_by(p.at, p.case_id, p.seq, p.rule)
    )
    return [Proposed(Entry(*row), number) for number, *row in connection.execute(query)]
