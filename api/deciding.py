"""What an approval's link stands for now: still open, or what became of it; and what its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from api import views
from api.context import House
from api.pages import translate
from complaints.case import Event, Rules, State, clocks_view
from complaints.instants import Instant
from records.values import CaseRecord
from runtime.links import ApprovalLink
from templates.languages import pick

Standing = Literal["open", "decided", "deemed", "other_round", "other_person", "recused", "closed", "waiting"]


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of the page: the action it is, the text it needs, and its words."""

    action: str
    field: str
    heading: str
    button: str
    done: str
    follows: str
    prompt: str = ""


CHOICES = {
    "approve": Choice(
        "approve", "", _("Approve the measures?"), _("Yes, approve"), _("You have approved."),
        _("The responsible unit carries the measures out; the complainant is told."),
    ),
    "require": Choice(
        "approve", "requirements", _("Approve with requirements?"), _("Approve with these requirements"),
        _("You have approved with requirements."),
        _("The responsible unit carries the measures out at once, with your requirements."), _("Your requirements"),
    ),
    "return": Choice(
        "return", "reason", _("Return for rework?"), _("Return"), _("You have returned it."),
        _("The responsible unit writes new measures; you are asked again, by a new link."),
        _("What is to be changed, and why"),
    ),
    "recuse": Choice(
        "recuse", "reason", _("Have somebody else decide?"), _("Pass me over"), _("You are passed over."),
        _("Your substitute is asked, with the full time."), _("Your interest in the matter"),
    ),
    "substitute": Choice(
        "substitute", "", _("Hand it to your deputy?"), _("Hand over"), _("You have handed it over."),
        _("Your deputy is asked, with the full time."),
    ),
}  # fmt: skip
"""The choices by their id in the form."""

LATER = _("It is accepted and counts from now; it is carried out as soon as the system works again.")

_OVER: dict[str, tuple[int, str, str]] = {
    "decided": (410, _("This has been decided."), _("The link was for that one decision and is of no more use.")),
    "deemed": (410, _("Nothing was decided in time: it counts as approved."),
               _("The responsible head has full authority now and carries the measures out.")),
    "other_round": (410, _("This was about an earlier round."),
                    _("The measures were written anew. Please use the link of the latest letter.")),
    "closed": (410, _("The case is closed."), _("There is nothing to decide any more.")),
    "waiting": (410, _("Nothing is asked of you now."),
                _("The case has moved on. Please use the link of the latest letter.")),
    "other_person": (409, _("Somebody else decides this now."),
                     _("It was handed on, with the full time. You need not do anything.")),
    "recused": (409, _("You are passed over in this case."), _("Somebody else decides. You need not do anything.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A link with its case and where the question stands as of now."""

    link: ApprovalLink
    case: CaseRecord
    state: State
    standing: Standing


async def read(the: House, token: str) -> Asked:
    """What the token stands for now; raises BadLink."""
    link = the.links.read_approval(token)
    case = await the.records.case(id=link.case_id)
    state = views.as_of(case, the.now())
    return Asked(link, case, state, standing(link, case.rules, state))


def deciders(rules: Rules, state: State) -> tuple[str, ...]:
    """The roles that decide what is open now; none where nothing is."""
    ballot = state.ballot
    if ballot is None:
        return ()
    return tuple(dict.fromkeys((ballot.role, *rules.approvals[ballot.approval].levels[ballot.level].by)))


def held_by(state: State, person: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these roles the person holds in this case."""
    assigned = ((role, state.assigned.get(role)) for role in roles)
    return tuple(role for role, held in assigned if held and (person == held.person or person in held.people))


def asked_as(state: State, person: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """In which of these roles the letter asked the person: those held, or those whose holder is not recorded yet.

    A letter arrives a moment before its delivery stands in the record, and its reader may be quick.
    """
    return held_by(state, person, roles) or tuple(role for role in roles if role not in state.assigned)


def standing(link: ApprovalLink, rules: Rules, state: State) -> Standing:
    """Where the link's question stands: it is for one person, one case, one approval, one round."""
    if link.person in state.recused:
        return "recused"
    ballot = state.ballot
    if ballot is not None and (ballot.approval, ballot.round) == (link.approval, link.round):
        roles = deciders(rules, state)
        mine = held_by(state, link.person, roles)
        if link.person in state.passed_over or (not mine and all(role in state.assigned for role in roles)):
            return "other_person"
        voted = link.person in ballot.votes or (bool(mine) and all(role in ballot.votes for role in mine))
        return "decided" if voted else "open"
    if state.rounds.get(link.approval, 0) > link.round:
        return "other_round"
    if state.decided.get("approval") == link.approval:
        return "deemed" if state.decided.get("event") == "deemed_approved" else "decided"
    return "closed" if state.outcome else "waiting"


def language(the: House, asked: Asked) -> str:
    """The language that the letter was in, by the directory."""
    directory = the.directory(asked.case.procedure_id)
    person = directory.person(asked.link.person) if directory is not None else None
    return (person.language or "") if person is not None else ""


async def sheet(the: House, asked: Asked, chosen: str) -> dict[str, Any]:
    """What the page shows: the time left, what silence means, the sheet in short and as a whole."""
    rules, now = asked.case.rules, the.now()
    texts = await latest_texts(the, asked.case)
    short = [(translate(chosen, _SHEET[name]), texts[name]) for name in _SHEET if name in texts]
    if asked.state.unit:
        short.append((translate(chosen, "Handled by"), _unit(the, asked, chosen)))
    form = rules.procedure.forms.get("handling_sheet")
    whole: list[tuple[str, Any]] = []
    if form is not None:
        columns = await the.records.handling_sheet(asked.case.case_id)
        whole = [(pick(form.columns.get(k), chosen) or k, v) for k, v in columns.items() if v not in (None, "", [])]
    due = {line["kind"]: line["due"] for line in clocks_view(rules, asked.state) if line["due"] and _of_ballot(line)}
    end = due.get("limit") or due.get("silence")
    return {
        "number": asked.case.number,
        "left": left(end - now, chosen) if end else "",
        "late": bool(end and end <= now),
        "deemed_at": due.get("silence"),
        "zone": rules.procedure.calendar.zone,
        "sheet": short,
        "whole": whole,
    }


def _of_ballot(line: dict[str, Any]) -> bool:
    return bool(line["kind"] == "silence" or line["clock"] == "approval")


_SHEET = {
    "about": _("Complaint"), "place": _("Place"), "demand": _("What is asked for"), "cause": _("Cause"),
    "measures": _("Measures"), "corrective": _("Against recurrence"),
}  # fmt: skip


async def latest_texts(the: House, case: CaseRecord) -> dict[str, str]:
    """The words written last under each field of the case."""
    contents = await the.records.contents(case.case_id)
    found: dict[str, str] = {}
    for event in await the.records.events(case.case_id):
        if event.content is not None and event.event not in ("returned", "approved"):
            found |= contents.get(event.content.id, {})
    return found


def _unit(the: House, asked: Asked, chosen: str) -> str:
    directory = the.directory(asked.case.procedure_id)
    unit = directory.unit(asked.state.unit) if directory is not None else None
    return pick(unit.name, chosen) if unit is not None else asked.state.unit


def left(seconds: int, chosen: str) -> str:
    """The time left in words: days and hours, then hours and minutes."""
    if seconds <= 0:
        return translate(chosen, "The time for a decision has passed; it can still be made.")
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    if days:
        return translate(chosen, "Time left: %(days)s d %(hours)s h", days=days, hours=hours)
    return translate(chosen, "Time left: %(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


async def over(the: House, asked: Asked, chosen: str) -> tuple[int, dict[str, Any]]:
    """Status and words of a page that can decide nothing any more: what happened, and when."""
    where = asked.standing if asked.standing != "open" else "waiting"
    status, heading, text = _OVER[where]
    at, words = await _what_happened(the, asked)
    return status, {
        "number": asked.case.number,
        "heading": translate(chosen, heading),
        "text": translate(chosen, text),
        "at": at,
        "zone": asked.case.rules.procedure.calendar.zone,
        "words": words,
        "bad": False,
    }


async def _what_happened(the: House, asked: Asked) -> tuple[Instant | None, str]:
    ends = ("approved", "returned", "deemed_approved")
    found: Event | None = None
    for event in await the.records.events(asked.case.case_id):
        same = event.data.get("approval") == asked.link.approval and event.data.get("round") == asked.link.round
        if event.event in ends and same:
            found = event
    if found is None:
        return None, ""
    if found.by != asked.link.person or found.content is None:
        return found.at, ""
    texts = await the.records.contents(asked.case.case_id)
    return found.at, "\n".join(texts.get(found.content.id, {}).values())
