"""Moving a running case to another version of its procedure: shown first, then carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from api.bringing import bring
from api.engine import Engine, Pending
from complaints.calendar.source import YEARS_BEFORE
from complaints.case import Actor, Message, Rules
from complaints.difference import Difference, Preview, differences, preview
from complaints.errors import Refused
from complaints.instants import Instant
from complaints.procedure.load import freeze
from complaints.procedure.model import Procedure
from complaints.vocabulary import SYSTEM
from records import Records
from records.values import CaseRecord
from runtime.directories import Directories
from workflows.messages import Acted

LATEST = "latest"
"""Names the version that the procedure's file has now."""

SHORT = 12
"""Signs of a version's hash that people are shown; any that are enough to tell it from others may be given."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move of one case, as it would be: to which rules, what is different there, what becomes of the case."""

    case: CaseRecord
    target: Rules
    message: Message
    differences: tuple[Difference, ...]
    preview: Preview

    @property
    def versions(self) -> tuple[str, str]:
        """The short names of the version that the case has and of the one it would get."""
        return self.case.rules.names[0][:SHORT], self.target.names[0][:SHORT]

    @property
    def nothing(self) -> bool:
        """Whether the case goes by these very rules already."""
        return self.target.names == self.case.rules.names


async def plan(
    records: Records, directories: Directories, case: CaseRecord, to: str, *, asked_by: str, now: Instant
) -> Move:
    """What moving the case to version `to` (`latest`, or the beginning of a hash) would be; changes nothing.

    NotFound when there is no such version.
    """
    if to == LATEST:
        procedure = directories.procedure(case.procedure_id)
        text = freeze(procedure)
    else:
        _, text = await records.versions.find(case.procedure_id, to)
        procedure = Procedure.model_validate_json(text)
    calendar = calendar_for(directories, procedure, case.rules, now)
    target = Rules.thaw(text, calendar)
    given = {"procedure": text, "calendar": calendar, "asked_by": asked_by}
    key = f"move-{target.version}-{case.state.seq}"
    message = Message("moved", now, Actor(SYSTEM), given, key=key)
    return Move(case, target, message, differences(case.rules, target), preview(case.rules, case.state, message))


def calendar_for(directories: Directories, procedure: Procedure, rules: Rules, now: Instant) -> str:
    """The calendar by today's knowledge for a case that has those `rules`: of the same years, and up to next year.

    One that counts every limit as the case's own does is left as it is.
    """
    present = datetime.fromtimestamp(now, UTC).year
    year = rules.calendar.first_day.year + YEARS_BEFORE
    text = directories.calendar(procedure.calendar, year, present + 1)
    same = Rules.thaw(rules.frozen[0], text).calendar.counts_as(rules.calendar)
    return rules.frozen[1] if same else text


async def carry_out(records: Records, engine: Engine, move: Move) -> Acted | Pending:
    """Move the case as planned; Refused where it has no place there, or something has happened since that forbids it.

    Pending where no worker runs: the engine keeps the message until one does.
    """
    if move.preview.lacks:
        raise Refused("no_place", "; ".join(lack.text for lack in move.preview.lacks))
    await records.save_rules(*move.target.frozen)
    started: list[str] = []
    answer = await bring(records, engine, move.case, move.message, started.append)
    if started:
        await records.mark_started(*started)
    return answer
