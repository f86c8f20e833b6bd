"""Figures for everybody: few, and none so small that it points at a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from complaints.results import OWED
from records.figures.counts import closed, kept, median
from records.figures.values import Scope
from records.tables import cases

LEAST = 5
"""Counts below this are not told, nor shares of so few."""


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """Counts and whole percentages of a scope's period; None: too few to be told."""

    received: int | None
    closed: int | None
    median_days: int | None
    on_time: int | None
    satisfied: int | None
    categories: tuple[tuple[str, int | None], ...]


def public(connection: Connection, scope: Scope) -> PublicFigures:
    """The public figures of one procedure."""
    c = cases.c
    new = [c.procedure_id == scope.procedure, c.received_at >= scope.since, c.received_at <= scope.at]
    categories = connection.execute(
        select(c.category, func.count()).where(*new).group_by(c.category).order_by(func.count().desc(), c.category)
    )
    days: dict[int, int] = {}
    answers: dict[str, int] = {}
    for ended in closed(connection, scope):
        if ended.now:
            days[ended.days] = days.get(ended.days, 0) + ended.cases
            if ended.revisit not in ("", OWED):
                answers[ended.revisit] = answers.get(ended.revisit, 0) + ended.cases
    limits = kept(connection, scope, scope.first)
    counted = [(name, many) for name, many in categories]
    received = sum(many for _, many in counted)
    many_closed = sum(days.values())
    return PublicFigures(
        received=received if received >= LEAST else None,
        closed=many_closed if many_closed >= LEAST else None,
        median_days=median(days) if many_closed >= LEAST else None,
        on_time=_share(sum(one.on_time for one in limits), sum(one.ended for one in limits)),
        satisfied=_share(answers.get("yes", 0), sum(answers.values())),
        categories=_told(counted),
    )


def _told(counted: Sequence[tuple[str, int]]) -> tuple[tuple[str, int | None], ...]:
    """Largest first, without the small ones; where one alone is small the next goes too, or the sum would tell it."""
    small = sum(many < LEAST for _, many in counted)
    shown = len(counted) - (2 if small == 1 else small)
    return tuple((name, many if place < shown else None) for place, (name, many) in enumerate(counted))


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= LEAST else None
