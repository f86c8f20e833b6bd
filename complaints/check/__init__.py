"""Is a procedure sound? Faults of a procedure and its directory, found before any case runs under it."""

from __future__ import annotations

from collections.abc import Collection

from complaints.calendar import build_calendar
from complaints.case.draft import canonical
from complaints.case.rules import Rules
from complaints.check import explore, names, numbers, timing, ways
from complaints.check.fault import Fault as Fault
from complaints.people import Directory
from complaints.procedure.load import freeze
from complaints.procedure.model import Procedure


def leads(procedure: Procedure, directory: Directory) -> list[Fault]:
    """What of a procedure leads nowhere: names, stages, approvals, clocks. Takes milliseconds, unlike `check`.

    A case that came upon one of these could not go on.
    """
    return [
        *names.roles(procedure), *names.events(procedure), *names.facts(procedure, directory),
        *names.rules(procedure), *ways.paths(procedure), *ways.approvals(procedure), *timing.clocks(procedure),
        *timing.order(procedure), *numbers.repeats(procedure),
    ]  # fmt: skip


def check(
    procedure: Procedure,
    directory: Directory,
    year: int,
    *,
    letters: Collection[str] = (),
    clauses: Collection[str] = (),
) -> list[Fault]:
    """Every fault of a procedure with its people, by a calendar around `year`; none when it is sound.

    `letters` are the letters that can be written and `clauses` the ids of the source; neither is checked when empty.
    """
    found = [*leads(procedure, directory), *names.letters(procedure, letters), *names.words(procedure, clauses)]
    if found:
        return found  # a procedure with names that lead nowhere cannot be tried out
    calendar = build_calendar(procedure.calendar, year)
    rules = Rules.thaw(freeze(procedure), canonical(calendar.freeze()))
    return [
        *ways.people(procedure, directory), *timing.silences(procedure, rules), *timing.limits(procedure, rules),
        *explore.endings(rules, directory),
    ]  # fmt: skip
