"""Until when a closed case's personal data are kept: the procedure's years, longer for important cases."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from complaints.case.match import case_is
from complaints.case.model import State
from complaints.instants import Instant
from complaints.procedure.model import Procedure


def kept_until(procedure: Procedure, state: State, closed_at: Instant) -> Instant:
    """The instant from which the case's words, people and files may go: whole years after closing, by local date.

    The rules are those that the case closed under (MB-08 and its kin).
    """
    rule = procedure.retention
    years = rule.longer if rule.important and case_is(rule.important, state) else rule.years
    closed = datetime.fromtimestamp(closed_at, ZoneInfo(procedure.calendar.zone))
    try:
        until = closed.replace(year=closed.year + years)
    except ValueError:
        # The 29th of February ends with the 1st of March.
        until = closed.replace(year=closed.year + years, month=3, day=1)
    return int(until.timestamp())
