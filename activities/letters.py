"""What a letter says of a case: facts from the record, in the language of the person it goes to."""

from __future__ import annotations

from collections.abc import Mapping

from activities.casefile import CaseFile
from activities.limits import Dated, about, deemed_at, told
from activities.reader import COMPLAINANT, Reader
from activities.sheets import rows
from complaints.calendar import FAR
from complaints.case import Event, Notice, State
from complaints.instants import Instant
from templates import dates
from templates.engine import word
from templates.languages import language_of, pick
from templates.letters import LetterFacts, Rows

_WITHOUT_SHEET = frozenset({"acknowledgement", "reply", "revisit_question", "outcome", "progress", "overdue_inquiry"})


def language_for(file: CaseFile, reader: Reader) -> str:
    """The reader's own language, else the procedure's first."""
    if reader.asked == COMPLAINANT:
        return language_of(file.complainant.language, *file.rules.procedure.languages)
    person = file.directory.person(reader.person)
    return language_of(person.language or "" if person is not None else "", *file.rules.procedure.languages)


def facts_for(
    file: CaseFile, notice: Notice, reader: Reader, *, now: Instant, link: str = "", page: str = ""
) -> LetterFacts:
    """The facts of one letter to one reader, as of `now`; its dates are those that hold once it is delivered."""
    language = language_for(file, reader)
    complainant = reader.asked == COMPLAINANT
    cause = file.event(notice.cause)
    state = told(file, notice, reader, now)
    date = about(file, state, notice, reader, cause)
    procedure = file.rules.procedure
    desk = "" if complainant else _own_role(file, "csd", language)
    form = "information_report" if notice.letter == "information_report" else "handling_sheet"
    return LetterFacts(
        number=file.record.number,
        language=language,
        zone=file.zone,
        role=notice.to,
        at=cause.at,
        now=now,
        received=file.state.received_at,
        institution=pick(procedure.name, language),
        desk=desk or word("role", "csd", language=language),
        name=_addressed(file, reader),
        deputy_of=file.name(reader.deputy_of),
        to_complainant=complainant,
        purpose=pick(procedure.letters.get(notice.letter), language)
        or word("letter", notice.letter, language=language),
        step=_steps(file, date, language),
        whom=_own_role(file, notice.to, language) or word("role", notice.to, language=language),
        due=date.due,
        awaits=date.awaits,
        deemed=deemed_at(file, state) if link else None,
        round=max(notice.round, state.ballot.round if state.ballot else 1, 1),
        cause=cause.event,
        outcome=word("outcome", file.state.outcome, language=language) if file.state.outcome else "",
        takes_over=cause.data.get("does") == "take_over",
        link=link,
        page=page,
        texts=dict(_words(file, cause)),
        rows=() if complainant or notice.letter in _WITHOUT_SHEET else rows(file, form, reader.asked, language),
        dates=_dates(file, state, notice.to, language) if notice.letter == "handling_sheet" else (),
    )


def _words(file: CaseFile, cause: Event) -> Mapping[str, str]:
    """What was written with the cause, or with the action that brought it about at once (a bad revisit reopens)."""
    own = file.words(cause)
    if own or cause.seq == 1:
        return own
    before = file.event(cause.seq - 1)
    return file.words(before) if cause.data.get("why") == before.event else own


def _addressed(file: CaseFile, reader: Reader) -> str:
    if reader.asked == COMPLAINANT:
        return "" if file.complainant.anonymous else file.complainant.name
    return file.name(reader.person)


def _own_role(file: CaseFile, role: str, language: str) -> str:
    own = file.rules.procedure.roles.get(role)
    return pick(own.name, language) if own is not None else ""


def _steps(file: CaseFile, date: Dated, language: str) -> str:
    mark = "、" if language == "zh-CN" else ", "
    return mark.join(file.columns(language).step(clock) for clock in date.clocks)


def _dates(file: CaseFile, state: State, role: str, language: str) -> Rows:
    """All limits of the reader's, soonest first; a handler works under those of his head."""
    rules = file.rules
    owners = (role, "responsible") if role == "handler" else (role,)
    own = [
        r for r in state.clocks.values() if rules.clocks[r.rule].clock.owner in owners and not r.overdue and r.due < FAR
    ]
    step = file.columns(language).step
    return tuple((step(r.clock), dates.deadline(r.due, file.zone, language)) for r in sorted(own, key=lambda r: r.due))
