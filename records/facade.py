"""The records as the rest of the house sees them: one object, all of it asynchronous, no SQL outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from complaints.case.model import Content, Event, Notice, State
from complaints.case.rules import Rules
from complaints.errors import Diverged, NotFound
from complaints.instants import Instant
from complaints.people import Absence
from records import (
    absences,
    attempts,
    cases,
    contents,
    copies,
    erasing,
    events,
    forms,
    histories,
    intake,
    likeness,
    migrate,
    notices,
    rules,
    verify,
    worklist,
)
from records.absences import Absences
from records.accounts import Accounts
from records.attachments import Attachments
from records.copies import Copy
from records.desk import Desk
from records.drafts import Drafts
from records.engine import Database
from records.figures import Figures
from records.housekeeping import Housekeeping
from records.looks import Looks
from records.papers import Papers
from records.retention import Retention
from records.sealing import seal
from records.uptime import Uptime
from records.values import (
    Accepted,
    Alarm,
    Attempt,
    CaseRecord,
    Complainant,
    Dossier,
    Intake,
    NoticeRow,
    Problem,
    RulesRef,
    Sealed,
    StageCount,
    Task,
    WorkFilter,
    WorkPage,
)
from records.versions import Versions


def _now() -> Instant:
    return int(time.time())


class Records:
    """Everything that Huiyin keeps, in SQLite (`sqlite:///FILE`) or PostgreSQL (`postgresql://…`).

    Every write is one transaction and idempotent. `now` gives the instants of rows that are no events.
    """

    def __init__(self, url: str, *, now: Callable[[], Instant] = _now) -> None:
        self._db = Database(url)
        self._shelf = rules.Shelf()
        self.versions = Versions(self._db)
        self._now = now
        self.accounts = Accounts(self._db, now)
        self.desk = Desk(self._db, self._shelf, now)
        self.attachments = Attachments(self._db, now)
        self.drafts = Drafts(self._db)
        self.papers = Papers(self._db, self._shelf)
        self.absences = Absences(self._db, now)
        self.looks = Looks(self._db, now)
        self.house = Housekeeping(self._db, now)
        self.figures = Figures(self._db, self._shelf)
        self.uptime = Uptime(self._db)
        self.retention = Retention(self._db, self._shelf, now)

    async def close(self) -> None:
        """Finish what runs and let go of the database."""
        await self._db.close()

    async def migrate(self) -> int:
        """Bring the records to this version, older cases with them; may be called by several processes at once.

        Gives how many cases were left as they are because they cannot be read: `verify` says why.
        """
        return await migrate.bring_up(self._db, self._shelf, self._now)

    async def ready(self) -> bool:
        """True when the database answers and its tables are of this version."""
        return await self._db.read(migrate.current)

    async def save_rules(self, procedure_json: str, calendar_json: str) -> RulesRef:
        """Store a frozen procedure and calendar once, and name them."""
        ref = rules.reference(procedure_json, calendar_json)
        if self._shelf.known(ref) is None:
            await self._db.write(rules.save, procedure_json, calendar_json)
            await self.rules(ref)
        return ref

    async def rules(self, ref: RulesRef) -> Rules:
        """The rules by name; NotFound when they were never saved."""
        known = self._shelf.known(ref)
        return known if known is not None else await self._db.read(lambda c: self._shelf.get(c, ref))

    async def rules_texts(self, ref: RulesRef) -> tuple[str, str]:
        """The frozen JSON of the procedure and of the calendar, as a workflow's input carries them."""
        return await self._db.read(rules.texts, ref)

    async def accept(self, submission: Intake) -> Accepted:
        """Accept a submission in one transaction; a repeat of its key gets the first answer; KeyReused otherwise."""
        of = await self.rules(submission.rules)
        try:
            return await self._db.write(intake.accept, submission, of, self._now())
        except IntegrityError:
            # Two submissions with one key at the same moment: the other one won.
            first = await self._db.read(intake.first_answer, of.procedure.id, submission)
            if first is None:
                raise
            return first

    async def similar(self, procedure_id: str, category: str, place: str) -> int:
        """How many open complaints of that kind there are at that place, however it is spelled, up to a hundred."""
        return await self._db.read(likeness.count, procedure_id, category, place)

    async def append(self, case_id: str, offered: Sequence[Event]) -> State:
        """Record events once by (case, seq) and return the state after them.

        Diverged (kept as an alarm) when one differs from the record, Gap when one before them is missing, NotFound.
        """
        found = await self._db.write(events.append, self._shelf, case_id, offered, self._now())
        if isinstance(found, events.Divergence):
            await self._db.write(events.raise_alarm, case_id, found, self._now())
            raise Diverged(f"Case {case_id} holds another event at {found.seq} than the one offered.")
        return found

    async def alarms(self, case_id: str | None = None) -> list[Alarm]:
        """Divergences seen so far, of one case or of all."""
        return await self._db.read(events.all_alarms, case_id)

    async def case(self, *, number: str | None = None, id: str | None = None) -> CaseRecord:
        """A case by its number or by its id; NotFound when there is none."""
        if id is not None:
            return await self._db.read(cases.by_id, self._shelf, id)
        return await self._db.read(cases.by_number, self._shelf, number or "")

    async def dossier(self, case_id: str) -> Dossier:
        """All of a case, read at one moment; NotFound when there is none."""
        return await self._db.read(forms.dossier, self._shelf, case_id)

    async def dossier_and_absences(self, case_id: str) -> tuple[Dossier, list[Absence]]:
        """All of a case, and who of its institution is or will be away, read at one moment; NotFound as above."""
        now = self._now()

        def read(connection: Connection) -> tuple[Dossier, list[Absence]]:
            found = forms.dossier(connection, self._shelf, case_id)
            return found, absences.lasting(connection, found.record.procedure_id, now)

        return await self._db.read(read)

    async def by_tracking(self, number: str, code: str) -> CaseRecord:
        """A case by what its complainant holds; the same NotFound whichever of the two is wrong."""
        return await self._db.read(cases.by_tracking, self._shelf, number, code)

    async def events(self, case_id: str) -> list[Event]:
        """All events of a case in their order; none for an unknown case."""
        return await self._db.read(events.of_case, case_id)

    async def received(self, procedure: str, since: Instant, until: Instant) -> list[tuple[str, str]]:
        """Ids and numbers of a procedure's cases received in `since <= … < until`, in the order they came in."""
        return await self._db.read(histories.received, procedure, since, until)

    async def events_of(self, ids: Sequence[str]) -> dict[str, list[Event]]:
        """All events of these cases (some hundreds at most at a time), by case id, each in their order."""
        return await self._db.read(histories.events_of, ids)

    async def put_content(self, case_id: str, texts: Mapping[str, str], by: str, key: str) -> Content:
        """Store texts once by key and return what events carry for them; KeyReused when the texts differ."""
        return await self.put_sealed(case_id, seal(texts), by, key)

    async def put_sealed(self, case_id: str, sealed: Sealed, by: str, key: str) -> Content:
        """As `put_content`, for texts that were sealed before."""
        try:
            return await self._db.write(contents.put, case_id, sealed, by, key)
        except IntegrityError as error:
            try:
                return await self._db.write(contents.put, case_id, sealed, by, key)
            except IntegrityError:
                raise NotFound("There is no such case in the records.") from error

    async def contents(self, case_id: str) -> dict[str, dict[str, str]]:
        """The texts of a case by content id, erased ones left out."""
        return await self._db.read(contents.of_case, case_id)

    async def erase(self, case_id: str) -> int:
        """Erase texts, salts, names of files and the complainant's data for good; the chain stays whole.

        The bytes of `attachments.erased` are the caller's to remove.
        """
        return await self._db.write(erasing.erase, case_id, self._now())

    async def complainant(self, case_id: str) -> Complainant:
        """Who complains; NotFound for an unknown case."""
        found = await self._db.read(contents.complainant, case_id)
        if found is None:
            raise NotFound("There is no such case in the records.")
        return found

    async def add_attempt(
        self, case_id: str, at: Instant, person: str, role: str, action: str, code: str, text: str, key: str = ""
    ) -> None:
        """Keep a refused action, once a key."""
        await self._db.write(attempts.add, case_id, Attempt(at, person, role, action, code, text, key))

    async def attempts(self, case_id: str) -> list[Attempt]:
        """Refused actions of a case, oldest first."""
        return await self._db.read(attempts.of_case, case_id)

    async def claim(
        self, case_id: str, notice: Notice, person: str, address_hash: str = "", *, domain: str = "huiyin.invalid"
    ) -> NoticeRow:
        """The row of a notice to one person, the same at every retry; `domain` ends its Message-ID."""
        return await self._db.write(notices.claim, case_id, notice, person, address_hash, domain, self._now())

    async def mark_sent(self, notice_row: str, at: Instant) -> None:
        """A notice was accepted for delivery."""
        await self._db.write(notices.mark_sent, notice_row, at)

    async def mark_failed(self, notice_row: str, error: str) -> None:
        """A notice failed for good, or came back; `error` is a code."""
        await self._db.write(notices.mark_failed, notice_row, error)

    async def notices(self, case_id: str) -> list[NoticeRow]:
        """All notices of a case, oldest first."""
        return await self._db.read(notices.of_case, case_id)

    async def failed_notices(self, limit: int = 200) -> list[NoticeRow]:
        """Notices that wait to be sent again, oldest first."""
        return await self._db.read(notices.failed, limit)

    async def add_task(self, case_id: str, notice_id: str, role: str, person: str, reason: str) -> str:
        """Put a call on the desk's list, once a notice and person; returns the task's id."""
        return await self._db.write(notices.add_task, case_id, notice_id, role, person, reason, self._now())

    async def open_tasks(self, procedure_id: str | None = None, limit: int = 200) -> list[Task]:
        """Calls not yet made, oldest first."""
        return await self._db.read(notices.open_tasks, procedure_id, limit)

    async def tasks_of(self, case_id: str) -> list[Task]:
        """All calls of a case, made or not, oldest first."""
        return await self._db.read(notices.tasks_of, case_id)

    async def task(self, task_id: str) -> Task:
        """One task; NotFound for an unknown one."""
        return await self._db.read(notices.task, task_id)

    async def task_done(self, task_id: str, by: str) -> None:
        """A call was made; NotFound for an unknown task."""
        await self._db.write(notices.task_done, task_id, by, self._now())

    async def unstarted(self, limit: int = 100, *, older_than: int = 0) -> list[CaseRecord]:
        """Open cases accepted at least `older_than` seconds ago whose workflow was never started: the sweep's work."""
        return await self._db.read(cases.unstarted, self._shelf, limit, self._now() - older_than)

    async def mark_started(self, *case_ids: str) -> None:
        """The workflows of these cases run; the first recorded event says so too."""
        await self._db.write(cases.mark_started, case_ids, self._now())

    async def worklist(self, wanted: WorkFilter) -> WorkPage:
        """One page of cases, most urgent first."""
        return await self._db.read(worklist.page, wanted)

    async def counts(self, wanted: WorkFilter) -> list[StageCount]:
        """Cases and overdue ones by stage."""
        return await self._db.read(worklist.counts, wanted)

    async def verify(self, case_id: str | None = None) -> list[Problem]:
        """Everything wrong with one case file, or with all of them; an empty list when they are whole."""
        problems = await self._db.read(verify.check_rules)
        if problems:
            return problems
        if case_id is not None:
            return await self._db.read(verify.check_case, self._shelf, case_id)
        last = ""
        while ids := await self._db.read(verify.case_ids, last, 500):
            for last in ids:
                problems += await self._db.read(verify.check_case, self._shelf, last)
        return problems

    async def copy(self, made: Sequence[Copy]) -> None:
        """Write copies of recorded cases, for measurements."""
        await self._db.write(copies.copy, made)

    async def form(self, case_id: str, form: str) -> dict[str, Any]:
        """A paper of the procedure (register, information report, handling sheet …) filled from the record alone."""
        return await self._db.read(forms.fill, self._shelf, case_id, form)

    async def register(self, case_id: str) -> dict[str, Any]:
        """The case's line of the register, by column id."""
        return await self.form(case_id, "register")

    async def information_report(self, case_id: str) -> dict[str, Any]:
        """The case's information report, by column id."""
        return await self.form(case_id, "information_report")

    async def handling_sheet(self, case_id: str) -> dict[str, Any]:
        """The case's handling sheet, by column id."""
        return await self.form(case_id, "handling_sheet")
