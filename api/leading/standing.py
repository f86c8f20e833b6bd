"""What an approval's link stands for now: still open, or what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from api import views
from api.context import House
from api.pages import translate
from complaints.case import Event, Rules, State, awaited
from complaints.case.ballot import mode_of
from records.values import CaseRecord
from runtime.links import ApprovalLink
from templates.engine import word
from templates.languages import pick

Standing = Literal["open", "decided", "deemed", "other_round", "other_person", "recused", "closed", "waiting", "left"]


def _(text: str) -> str:
    return text


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
    "left": (409, _("You no longer decide here."),
             _("The institution's directory does not name you. If that is wrong, ask whoever runs this system.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A link with its case and where the question stands as of now."""

    link: ApprovalLink
    case: CaseRecord
    state: State
    standing: Standing

    @property
    def panel(self) -> bool:
        """Whether it is put to the vote."""
        return self.state.ballot is not None and mode_of(self.case.rules, self.state.ballot) == "panel"

    @property
    def questions(self) -> tuple[str, ...]:
        """What a panel is asked beside."""
        ballot = self.state.ballot
        panel = self.case.rules.approvals[ballot.approval].panel if ballot is not None else None
        return panel.questions if panel is not None and self.panel else ()


async def read(the: House, token: str) -> Asked:
    """What the token stands for now; raises BadLink."""
    link = the.links.read_approval(token)
    case = await the.records.case(id=link.case_id)
    state = views.as_of(case, the.now())
    stands = standing(link, case.rules, state)
    directory = the.directory(case.procedure_id)
    if stands == "open" and directory is not None and directory.person(link.person) is None:
        # The letter is still in the mailbox of somebody who left meanwhile.
        stands = "left"
    return Asked(link, case, state, stands)


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


async def over(the: House, asked: Asked, chosen: str) -> tuple[int, dict[str, Any]]:
    """Status and words of a page that can decide nothing any more: what was decided, when, and what comes next."""
    where = asked.standing if asked.standing != "open" else "waiting"
    status, heading, text = _OVER[where]
    found, words = await _what_happened(the, asked)
    return status, {
        "number": asked.case.number,
        "heading": translate(chosen, heading),
        "text": translate(chosen, text),
        "decided": word("event", found.event, language=chosen) if found is not None else "",
        "at": found.at if found is not None else None,
        "zone": asked.case.rules.procedure.calendar.zone,
        "words": words,
        "next": next_steps(asked.case, asked.state, chosen),
    }


def next_steps(case: CaseRecord, state: State, chosen: str) -> list[dict[str, Any]]:
    """Who is awaited now, for what, by when: the role's name, the action's label, the instant or None."""
    return [
        {
            "role": role_name(case, one.role, chosen),
            "action": word("action", one.actions[0], language=chosen) if one.actions else "",
            "due": one.due or None,
        }
        for one in awaited(case.rules, state)[:3]
    ]


def role_name(case: CaseRecord, role: str, chosen: str) -> str:
    """A role's name by the case's own procedure."""
    known = case.rules.procedure.roles.get(role)
    return pick(known.name, chosen) if known is not None else word("role", role, language=chosen)


async def _what_happened(the: House, asked: Asked) -> tuple[Event | None, str]:
    ends = ("approved", "returned", "deemed_approved")
    found: Event | None = None
    for event in await the.records.events(asked.case.case_id):
        same = event.data.get("approval") == asked.link.approval and event.data.get("round") == asked.link.round
        if event.event in ends and same:
            found = event
    if found is None or found.by != asked.link.person or found.content is None:
        return found, ""
    texts = await the.records.contents(asked.case.case_id)
    return found, "\n".join(texts.get(found.content.id, {}).values())
