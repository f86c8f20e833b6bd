"""Carrying a choice out: the same confirmation, checks and words, by a letter's link or signed in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api import pages
from api.casework.names import Names
from api.context import House
from api.leading.choices import CHOICES, LATER, ONE, PANEL, QUIET, Choice
from api.leading.sheet import sheet
from api.leading.standing import Asked, next_steps
from api.pages import translate
from api.performing import Performed, perform
from api.views import as_of
from complaints.case import Actor
from complaints.case.ballot import VOTES
from complaints.errors import Invalid

TEXT = "text"


def _(text: str) -> str:
    return text


_ANSWERS = {"yes": _("Yes"), "no": _("No"), "abstain": _("Abstain")}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form brought: the choice, the text, the answers to a panel's questions, the form's own sign."""

    decision: str = ""
    text: str = ""
    answers: Mapping[str, str] | None = None
    nonce: str = ""


def choices_for(asked: Asked) -> tuple[str, ...]:
    """The ids of what may be chosen about an approval."""
    return (*(PANEL if asked.panel else ONE), *QUIET)


async def ask(
    the: House, request: Request, asked: Asked, chosen: str, offered: tuple[str, ...], status: int = 200, **more: Any
) -> HTMLResponse:
    """The page with the sheet, the time left and what may be chosen."""
    shown = [(name, translate(chosen, CHOICES[name].label)) for name in offered]
    return pages.show(
        request,
        "approval.html",
        chosen,
        status,
        here=request.url.path,
        choices=[one for one in shown if one[0] not in QUIET],
        quiet=[one for one in shown if one[0] in QUIET],
        **{"waiting": False, "said": ""} | more,
        **await sheet(the, asked, chosen),
    )


def confirm(
    the: House, request: Request, asked: Asked, chosen: str, sent: Sent, faults: Mapping[str, str], status: int = 200
) -> HTMLResponse:
    """The page that asks once more, and for the text; `faults` by field stand beside their fields."""
    choice = CHOICES[sent.decision]
    given = sent.answers or {}
    return pages.show(
        request,
        "approval_confirm.html",
        chosen,
        status,
        here=request.url.path,
        number=asked.case.number,
        decision=sent.decision,
        heading=translate(chosen, choice.heading),
        prompt=translate(chosen, choice.prompt) if choice.prompt else "",
        required=bool(choice.field) and not choice.optional,
        button=translate(chosen, choice.button),
        questions=[
            (name, Names.of(the, asked.case, chosen).field(name), given.get(name, ""), faults.get(name, ""))
            for name in _questions(asked, choice)
        ],
        answers=[(value, translate(chosen, words)) for value, words in _ANSWERS.items()],
        nonce=the.sessions.nonce(asked.link.id),
        key=secrets.token_urlsafe(12),
        text=sent.text,
        faults=faults,
    )


def faults_of(asked: Asked, sent: Sent, chosen: str) -> dict[str, str]:
    """What is missing in the form, by field."""
    choice = CHOICES[sent.decision]
    faults = {}
    if choice.field and not choice.optional and not sent.text:
        faults[TEXT] = translate(chosen, "Please write it down: the others act on it.")
    for name in _questions(asked, choice):
        if (sent.answers or {}).get(name) not in VOTES:
            faults[name] = translate(chosen, "Please answer this question too.")
    return faults


async def carry_out(the: House, asked: Asked, actor: Actor, sent: Sent, key: str, *, medium: str) -> Performed:
    """Do what was chosen; the event says by which way (`link`, `page`). Raises as `perform` does."""
    choice = CHOICES[sent.decision]
    body: dict[str, Any] = {"medium": medium}
    if choice.field and sent.text:
        body[choice.field] = sent.text
    if choice.action in ("approve", "return", "vote"):
        body["round"] = asked.link.round
    if choice.vote:
        body |= {"vote": choice.vote, **{name: (sent.answers or {})[name] for name in _questions(asked, choice)}}
    return await perform(the, asked.case, actor, choice.action, body, key)


def refused(the: House, request: Request, asked: Asked, chosen: str, sent: Sent, invalid: Invalid) -> HTMLResponse:
    """The form once more, with what could not be taken."""
    names = [error.field for error in invalid.errors]
    wrong = translate(chosen, "This cannot be taken as it is written.")
    known = _questions(asked, CHOICES[sent.decision])
    faults = {name if name in known else TEXT: wrong for name in names or [TEXT]}
    return confirm(the, request, asked, chosen, sent, faults, 422)


async def done(
    the: House, request: Request, asked: Asked, chosen: str, decision: str, *, pending: bool = False
) -> HTMLResponse:
    """What was decided, when, and what follows."""
    choice = CHOICES[decision]
    case = await the.records.case(id=asked.case.case_id)
    return pages.show(
        request,
        "approval_done.html",
        chosen,
        202 if pending else 200,
        number=case.number,
        heading=translate(chosen, choice.done),
        text=translate(chosen, LATER if pending else choice.follows),
        at=the.now(),
        decided="",
        zone=case.rules.procedure.calendar.zone,
        words="",
        next=[] if pending else next_steps(case, as_of(case, the.now()), chosen),
    )


def _questions(asked: Asked, choice: Choice) -> tuple[str, ...]:
    return asked.questions if choice.vote else ()
