"""A letter that failed for good, once more: the very notice of its case, to the very person, by the same row."""

from __future__ import annotations

from temporalio import activity

from activities.beating import beating
from activities.casefile import CaseFile
from activities.messages import Again, Delivered
from activities.notifications import Notifications
from activities.reader import Reader
from complaints.case import Notice, State
from complaints.case.evolve import evolve
from complaints.errors import NotFound
from records import Records


class SendingAgain:
    """Activities of a letter's second try; safe to repeat, for what was sent is not sent again."""

    def __init__(self, notifications: Notifications, records: Records) -> None:
        self._notifications = notifications
        self._records = records

    @activity.defn(name="send_again")
    async def send_again(self, asked: Again) -> Delivered:
        """Send it unless it was sent meanwhile; a request whose round is over is not made again (`overtaken`).

        Raises MailDeferred when it may work later: the same call is then made again.
        """
        async with beating():
            return await self._again(asked)

    async def _again(self, asked: Again) -> Delivered:
        row = await self._records.house.try_again(asked.row)
        file = await self._notifications.case_file(asked.case)
        notice = owed_once(file, row.notice)
        if row.status == "sent":
            return Delivered(True, row.person, row.role, row.sent_at or row.created_at)
        if _overtaken(file.state, notice):
            await self._records.mark_failed(row.id, "overtaken")
            return Delivered(False, row.person, row.role, row.created_at, error="overtaken")
        return await self._notifications.tell_person(file, notice, Reader(row.person, row.role, notice.to))

    @activity.defn(name="give_up_again")
    async def give_up(self, asked: Again) -> None:
        """It could not be sent in all the time that there was: it stands among the failed ones again."""
        await self._records.mark_failed(asked.row, "undelivered")


def owed_once(file: CaseFile, ident: str) -> Notice:
    """The notice of that id, as the case owed it; NotFound when it never did."""
    state = State(case=file.record.case_id, procedure=file.record.procedure_id)
    for event in file.events:
        evolve(file.rules, state, event)
        if ident in state.owed:
            return state.owed[ident]
    raise NotFound("The case never owed that notice.")


def _overtaken(state: State, notice: Notice) -> bool:
    ballot = state.ballot
    asked = (ballot.approval, ballot.round) if ballot is not None else None
    return bool(notice.approval) and (notice.approval, notice.round) != asked
