"""The page of one action: its form, and taking it; what was refused is kept as a draft."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages, views
from api.casework.asked import fields_of, offered, steps_of
from api.casework.background import background
from api.casework.choices import Choosing
from api.casework.given import body, first, unasked, unchanged
from api.casework.inputs import Input, Sent, inputs
from api.casework.names import Names
from api.casework.refusals import beside, in_words, why_not
from api.casework.words import ACTIONS as HELP
from api.context import House, house
from api.keys import fingerprint, scoped
from api.linking import perform_or_open
from api.pages import to_sign_in
from api.permissions import may, opened
from api.problems import Explained
from api.security import Principal, actor, optional
from complaints.case import Actor, State, permitted
from complaints.errors import BadInput, NotFound, Unavailable
from complaints.procedure.intake import CLASSES
from complaints.vocabulary import ACTIONS
from records.values import CaseRecord

router = APIRouter(include_in_schema=False)

PURPOSE = "case"
"""What the nonces of a case's forms are for."""

_MOST = 300
"""Most fields that a form may bring."""


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Doing:
    """Somebody about to do something on a case."""

    the: House
    request: Request
    case: CaseRecord
    who: Principal
    acting: Actor
    state: State
    action: str
    names: Names

    @property
    def may(self) -> bool:
        """Whether this person may do it now and it makes sense."""
        allowed = permitted(self.case.rules, self.state, self.acting)
        return self.action in offered(self.case.rules, self.state, self.acting, allowed)

    async def inputs(self, sent: Sent | None, faults: dict[str, str]) -> list[Input]:
        """The form's inputs."""
        rules, step = self.case.rules, self.step(sent)
        events = await self.the.records.events(self.case.case_id)
        hints = dict(self.request.query_params)
        choosing = Choosing(self.names, self.state, self.acting, self.action, events, hints)
        return inputs(choosing, fields_of(rules, self.state, self.action, self.acting, step), sent, faults)

    def step(self, sent: Sent | None) -> str:
        """The opinion step that the form is for."""
        if self.action != "opine":
            return ""
        mine = steps_of(self.case.rules, self.state, self.acting)
        wished = first(sent, "step") if sent is not None else self.request.query_params.get("step", "")
        return wished if wished in mine else next(iter(mine), "")


@router.get("/cases/{number}/do/{action}")
async def form(request: Request, number: str, action: str) -> Response:
    """The form of an action, with the draft of an earlier try in it."""
    doing = await _doing(request, number, action)
    if doing is None:
        return to_sign_in(request)
    if action == "attach" and doing.may and may("words", doing.case, doing.who):
        return RedirectResponse(f"/cases/{number}#attachments", 303)
    draft = await doing.the.records.drafts.of(doing.case.case_id, doing.who.person, action)
    return await _page(doing, draft, {}, drafted=draft is not None)


@router.post("/cases/{number}/do/{action}")
async def do(request: Request, number: str, action: str, after: BackgroundTasks) -> Response:
    """Take the action, or show its form again with what was written and what is wrong."""
    doing = await _doing(request, number, action)
    if doing is None:
        return to_sign_in(request)
    the, drafts = doing.the, doing.the.records.drafts
    coming = await request.form(max_fields=_MOST, max_files=0)
    sent = {name: [v for v in coming.getlist(name) if isinstance(v, str)] for name in coming}
    written = {name: values for name, values in sent.items() if name.startswith("f_") or name == "step"}
    case, person = doing.case.case_id, doing.who.person
    if first(sent, "do") == "drop":
        await drafts.drop(case, person, action)
        return RedirectResponse(f"/cases/{number}/do/{action}", 303)
    if not the.sessions.is_nonce(first(sent, "nonce"), PURPOSE):
        said = doing.names.say(_("The page was open for too long. Please send it once more."))
        return await _page(doing, sent, {"": said}, 422)
    if first(sent, "do") == "keep":
        await drafts.keep(case, person, action, written, the.now())
        return _back(number, kept=action)
    try:
        done = await _take(doing, sent, after)
    except BadInput as error:
        faults, status = beside(doing.names, error, sent), 422
    except Explained as explained:
        faults, status = {"": in_words(doing.names, explained.refused)}, 409
    except Unavailable:
        said = doing.names.say(_("Nothing was done: the system could not take it just now. Please try again soon."))
        faults, status = {"": said}, 503
    else:
        await drafts.drop(case, person, action)
        return _back(number, did=action, **({"later": "1"} if done else {}))
    await drafts.keep(case, person, action, written, the.now())
    again = replace(doing, case=await the.records.case(id=case))
    return await _page(again, sent, faults, status, drafted=True)


async def _doing(request: Request, number: str, action: str) -> Doing | None:
    who = optional(request)
    if who is None:
        return None
    if action not in ACTIONS:
        raise NotFound("There is no such action.")
    the = house(request)
    case = await opened(the, number, who, "act")
    now = the.now()
    acting = actor(the, who, case.procedure_id, case.state, now)
    names = Names.of(the, case, pages.language(request))
    return Doing(the, request, case, who, acting, views.as_of(case, now), action, names)


async def _take(doing: Doing, sent: Sent, after: BackgroundTasks) -> bool:
    """Takes the action; True where it is kept until a worker runs."""
    shown = await doing.inputs(sent, {})
    given = body(shown, sent, doing.state) | unasked(doing.action, sent)
    if doing.action == "reclassify":
        given = {n: v for n, v in given.items() if n not in CLASSES or not unchanged(n, v, doing.state.facts)}
        if not set(given) & set(CLASSES):
            raise BadInput("severity", "nothing is changed")
    if doing.action == "correct" and not given.get("set"):
        raise BadInput("set", "nothing is changed")
    key = scoped(doing.who.person, doing.case.case_id, doing.action, first(sent, "key"), fingerprint(given))
    done = await perform_or_open(doing.the, doing.case, doing.who, doing.acting, doing.action, given, key, after)
    return done.pending


async def _page(
    doing: Doing, sent: Sent | None, faults: dict[str, str], status: int = 200, *, drafted: bool = False
) -> HTMLResponse:
    names, action, case = doing.names, doing.action, doing.case
    allowed = doing.may
    why = "" if allowed else why_not(names, doing.state, action, doing.acting)
    refused = why or (names.say(_("The case does not allow this now.")) if not allowed else "")
    step = doing.step(sent)
    shown = await doing.inputs(sent, faults) if allowed or sent is not None else []
    placed = {one.name for field in shown for one in (field, *field.within)}
    ballot = doing.state.ballot
    readable_here = may("words", case, doing.who)
    return pages.show(
        doing.request,
        "case/do.html",
        names.language,
        status if status != 200 or allowed else 409,
        number=case.number,
        action=action,
        heading=names.action(action),
        help=names.say(HELP[action]),
        clause=clause_of(doing),
        fields=shown,
        faults=list(faults.items()),
        labels={name: names.field(name.removeprefix("set_"), action) for name in faults if name},
        placed=placed,
        refused=refused if not faults.get("") else "",
        allowed=allowed,
        drafted=drafted,
        hidden={"round": ballot.round if ballot is not None else "", "step": step},
        steps=[(one, names.step(one)) for one in steps_of(case.rules, doing.state, doing.acting)]
        if action == "opine"
        else [],
        background=await background(doing.the, case, names, action) if readable_here else [],
        nonce=doing.the.sessions.nonce(PURPOSE),
        key=(first(sent, "key") if sent is not None else "") or secrets.token_urlsafe(12),
        words={"yes": names.value("", True), "no": names.value("", False)},
    )


def clause_of(doing: Doing) -> str:
    """The clause of the procedure that speaks of this action; empty where none does."""
    rule = doing.case.rules.procedure.actions.get(doing.action)
    return rule.clause if rule is not None else ""


def _back(number: str, **said: Any) -> RedirectResponse:
    return RedirectResponse(f"/cases/{number}?{urlencode(said)}#said", 303)
