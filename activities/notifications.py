"""Telling people: who it is by the directory, what it says by the record, once by the notice's own row."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from temporalio import activity

from activities.beating import beating
from activities.casefile import CaseFile, Directories, open_file
from activities.gateways import Gateways
from activities.letters import facts_for, language_for
from activities.limits import asked_approval
from activities.mail import Mailer, message
from activities.messages import Deliver, Delivered, Facts, FactsAsked
from activities.reader import COMPLAINANT, Reader
from activities.underway import UnderWay
from complaints.case import Notice
from complaints.errors import MailDeferred, MailRefused, Unavailable
from complaints.instants import Instant
from complaints.people import everyone, resolve
from records import Records
from records.values import NoticeRow
from templates.dates import deadline
from templates.letters import LetterFacts, write

__all__ = ["Gateways", "Notifications"]


_AGAIN = 0.5
"""Seconds after which the records are asked once more to take what they could not take."""


class Links(Protocol):
    """Makes the links that go out in letters."""

    def approval(self, case_id: str, person: str, approval: str, round: int) -> str:
        """The page on which that person decides on that round."""

    def tracking(self, number: str, code: str) -> str:
        """The page on which a complainant follows the case."""


def _clock() -> Instant:
    return int(time.time())


class Notifications:
    """Activities that deliver notices; safe to repeat, because every notice to every person has a row of its own.

    `public_url` is where people reach the pages; without it letters to staff carry no link to the case.
    """

    def __init__(
        self,
        records: Records,
        directories: Directories,
        mailer: Mailer,
        links: Links,
        gateways: Gateways | None = None,
        now: Callable[[], Instant] = _clock,
        *,
        public_url: str = "",
    ) -> None:
        self._records = records
        self._directories = directories
        self._mailer = mailer
        self._links = links
        self._gateways = gateways or Gateways()
        self._now = now
        self._public_url = public_url.rstrip("/")
        self._under_way: UnderWay[tuple[bool, Instant, str]] = UnderWay()

    async def close(self) -> None:
        """Break off what is under way still, once no more is asked for."""
        await self._under_way.close()

    @activity.defn(name="deliver")
    async def deliver(self, given: Deliver) -> Delivered:
        """Deliver one notice: `ok` when it was accepted, else `error` says why it never will be.

        Raises MailDeferred when it may work later: the same call is then made again.
        """
        async with beating():
            file = await self.file(given)
            return await self.tell(file, given.notice, given.notice.exclude)

    @activity.defn(name="facts")
    async def facts(self, asked: FactsAsked) -> Facts:
        """What happened meanwhile: whether the notice (if one is asked about) came back, and the outages."""
        rows = [row for row in await self._records.notices(asked.case) if row.notice == asked.notice]
        outages = await self._records.uptime.outages(asked.since, asked.due)
        return Facts(tuple(outages), bounced=any(row.status == "failed" for row in rows))

    async def file(self, given: Deliver) -> CaseFile:
        """The case's file, in which what the notice is about must be recorded."""
        file = await self.case_file(given.case)
        if file.state.seq < given.notice.cause:
            raise Unavailable(f"Event {given.notice.cause} of case {given.case} is not recorded yet.")
        return file

    async def case_file(self, case: str) -> CaseFile:
        """The case's file as it is recorded now."""
        return await open_file(self._records, self._directories, case)

    async def tell(self, file: CaseFile, notice: Notice, exclude: Sequence[str]) -> Delivered:
        """Tell the people of the notice's role, passing over `exclude`."""
        readers, why = self._readers(file, notice, exclude)
        if not readers:
            return Delivered(False, "", notice.to, self._now(), why=why, error="nobody")
        told: list[Delivered] = []
        later: MailDeferred | None = None
        for reader in readers:
            try:
                told.append(await self._tell_one(file, notice, reader, why))
            except MailDeferred as error:
                # One member's trouble must not keep the others waiting; who was told is passed over next time.
                later = error
        if later is not None:
            raise later
        reached = [one for one in told if one.ok]
        if not reached or not notice.everyone:
            return (reached or told)[0]
        first = reached[0]
        people = tuple(one.person for one in reached)
        return Delivered(True, first.person, notice.to, max(one.at for one in reached), people=people)

    async def tell_person(self, file: CaseFile, notice: Notice, reader: Reader) -> Delivered:
        """Tell one person, whoever else the notice went to."""
        return await self._tell_one(file, notice, reader, "")

    def _readers(self, file: CaseFile, notice: Notice, exclude: Sequence[str]) -> tuple[list[Reader], str]:
        if notice.to == COMPLAINANT:
            return [Reader(COMPLAINANT, COMPLAINANT, COMPLAINANT)], ""
        directory, now = file.directory, self._now()
        if notice.everyone:
            roles = tuple(dict.fromkeys((notice.to, *notice.candidates)))
            members = everyone(directory, roles, exclude, now)
            return [Reader(p, notice.to, notice.to) for p in members], "" if members else "vacant"
        fixed = notice.person
        if fixed and fixed not in exclude and directory.person(fixed) and not directory.away(fixed, now):
            return [Reader(fixed, notice.to, notice.to)], ""
        roles = tuple(dict.fromkeys((notice.to, *notice.candidates)))
        found = resolve(directory, roles, notice.unit, exclude, now)
        if found is None:
            return [], "vacant"
        return [Reader(found.person, found.role, notice.to, found.deputy_of)], found.why

    async def _tell_one(self, file: CaseFile, notice: Notice, reader: Reader, why: str) -> Delivered:
        case = file.record.case_id
        address = self._address(file, notice.channel, reader)
        if notice.channel == "phone" or (reader.asked == COMPLAINANT and not address):
            await self._records.add_task(case, notice.id, notice.to, reader.person, notice.letter)
            reason = why if notice.channel == "phone" else "no_address"
            return Delivered(True, reader.person, reader.role, self._now(), reader.deputy_of, reason, channel="task")
        row = await self._records.claim(
            case, notice, reader.person, _hash(case, address), domain=self._mailer.domain
        )  # fmt: skip
        ok, at, error = await self._under_way.join(row.id, lambda: self._once(file, notice, reader, row, address))
        return Delivered(ok, reader.person, reader.role, at, reader.deputy_of, why, channel=notice.channel, error=error)

    async def _once(
        self, file: CaseFile, notice: Notice, reader: Reader, row: NoticeRow, address: str
    ) -> tuple[bool, Instant, str]:
        """Send what the row stands for unless it was sent or refused before."""
        if row.status == "sent":
            return True, row.sent_at or row.created_at, ""
        if row.status == "failed":
            return False, self._now(), row.error
        try:
            if not address:
                raise MailRefused("no_address", f"{reader.person} has no address for {notice.channel}.")
            await self._send(file, notice, reader, row, address)
        except MailRefused as error:
            await self._records.mark_failed(row.id, error.code)
            return False, self._now(), error.code
        at = self._now()
        await self._note(row, at)
        return True, at, ""

    async def _note(self, row: NoticeRow, at: Instant) -> None:
        """Notes that it was accepted, however long the records take nothing: unnoted, it would be sent once more."""
        while True:
            try:
                return await self._records.mark_sent(row.id, at)
            except Unavailable:
                await asyncio.sleep(_AGAIN)

    async def _send(self, file: CaseFile, notice: Notice, reader: Reader, row: NoticeRow, address: str) -> None:
        facts = self._facts_for(file, notice, reader)
        letter = write(notice.letter, facts)
        if notice.channel != "mail":
            until = deadline(facts.due, facts.zone, facts.language) if facts.due else ""
            text = " ".join(part for part in (letter.subject, until, facts.link or facts.page) if part)
            await self._gateways.send(notice.channel, row.id, address, text)
            return
        try:
            mail = message(
                letter, sender=self._mailer.sender, to=address, message_id=row.message_id, at=notice.at,
                language=language_for(file, reader),
            )  # fmt: skip
        except ValueError as error:
            raise MailRefused("bad_address", f"The address of {reader.person} is none.") from error
        await self._mailer.send(mail, address)

    def _facts_for(self, file: CaseFile, notice: Notice, reader: Reader) -> LetterFacts:
        record = file.record
        approval = None if reader.asked == COMPLAINANT else asked_approval(file, notice)
        link = self._links.approval(record.case_id, reader.person, *approval) if approval else ""
        if reader.asked == COMPLAINANT:
            page = self._links.tracking(record.number, record.tracking_code)
        else:
            page = f"{self._public_url}/cases/{record.number}" if self._public_url else ""
        return facts_for(file, notice, reader, now=self._now(), link=link, page=page)

    def _address(self, file: CaseFile, channel: str, reader: Reader) -> str:
        if reader.asked == COMPLAINANT:
            who = file.complainant
            return who.email if channel == "mail" else who.phone
        person = file.directory.person(reader.person)
        if person is None:
            return ""
        by = {"mail": person.email, "sms": person.phone, "chat": person.email or person.phone}
        return by.get(channel) or ""


def _hash(case: str, address: str) -> str:
    return hashlib.sha256(f"{case}\n{address}".encode()).hexdigest() if address else ""
