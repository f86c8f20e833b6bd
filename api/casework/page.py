"""The case page: everything about one case for the institution's own people."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import pages, views
from api.casework import head, limits, people
from api.casework.asked import offered
from api.casework.doing import PURPOSE
from api.casework.engine_view import workflow_page
from api.casework.names import Names
from api.casework.story import story, whom
from api.context import House, house
from api.pages import to_sign_in
from api.permissions import may, opened
from api.security import Principal, actor, optional
from api.uploads.giving import listed
from api.uploads.routes import files_of
from complaints.case import Actor, State, permitted
from complaints.errors import Forbidden
from complaints.vocabulary import ACTIONS
from records.values import CaseRecord, Complainant

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    return text


@router.get("/cases/{number}")
async def case(
    request: Request, number: str, do: str = "", did: str = "", later: str = "", kept: str = "", order: str = "",
    all: bool = False,
) -> Response:  # fmt: skip
    """One case: its head, the next step, clocks, what comes if nobody acts, the timeline, sheet and people."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    if do == "attach":
        return RedirectResponse(f"/cases/{number}#attachments", 303)
    if do in ACTIONS:
        return RedirectResponse(f"/cases/{number}/do/{do}", 303)
    found = await opened(house(request), number, who)
    names = Names.of(house(request), found, pages.language(request))
    return await shown(request, found, who, said=_said(names, did, later, kept), oldest=order == "oldest", whole=all)


async def shown(
    request: Request,
    found: CaseRecord,
    who: Principal,
    *,
    said: str = "",
    files_fault: str = "",
    oldest: bool = False,
    whole: bool = False,
) -> Response:
    """The page of a case; with `files_fault`, why a file could not be taken."""
    the = house(request)
    names = Names.of(the, found, pages.language(request))
    context = await _context(the, found, who, names, oldest=oldest, whole=whole)
    context |= {"said": said, "files_fault": files_fault}
    return pages.show(request, "case/page.html", names.language, 422 if files_fault else 200, **context)


@router.post("/cases/{number}/tasks/{task}")
async def called(request: Request, number: str, task: str, nonce: Annotated[str, Form()] = "") -> Response:
    """A telephone task of the case is done."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    found = await opened(the, number, who)
    if not the.sessions.is_nonce(nonce, PURPOSE) or not may("words", found, who):
        raise Forbidden("The page was open for too long.")
    if task in {one.id for one in await the.records.tasks_of(found.case_id)}:
        await the.records.task_done(task, who.person)
    return RedirectResponse(f"/cases/{number}?did=called#said", 303)


async def _context(
    the: House, found: CaseRecord, who: Principal, names: Names, *, oldest: bool, whole: bool
) -> dict[str, Any]:
    now = the.now()
    state, records, case = views.as_of(found, now), the.records, found.case_id
    acting = actor(the, who, found.procedure_id, state, now)
    permits = permitted(found.rules, state, acting)
    allowed = offered(found.rules, state, acting, permits)
    reads = may("words", found, who)
    events, texts = await records.events(case), await records.contents(case) if reads else {}
    tasks = await records.tasks_of(case)
    entries = story(names, events, texts, await records.notices(case), await records.attempts(case), tasks, allowed)
    shown = entries if whole else [entry for entry in entries if not entry.quiet]
    about = next((t["about"] for t in texts.values() if t.get("about")), "")
    return {
        "number": found.number,
        "zone": found.rules.procedure.calendar.zone,
        "subject": head.subject(about),
        "about": about,
        "chips": head.chips(names, state),
        "way": head.way(names, state),
        "stage": names.stage(state.path, state.entry),
        "turns": head.turns(names, state, now),
        "buttons": head.buttons(names, state, allowed, acting, await records.drafts.actions(case, who.person)),
        "clocks": limits.clocks(names, state, events, now),
        "coming": limits.coming(names, found.state, now),
        "entries": shown if oldest else shown[::-1],
        "oldest": oldest,
        "whole": whole,
        "hidden": len(entries) - len(shown),
        "people": people.parts(names, state, allowed),
        "tasks": [(task.id, whom(names, task), names.letter(task.reason), task.created_at) for task in tasks
                  if task.done_at is None],
        "linked": list(dict.fromkeys(link for entry in entries for link in entry.links)),
        "nonce": the.sessions.nonce(PURPOSE),
        "workflow": workflow_page(case) if who.has("operator") else "",
        "reads": reads,
        "looks": people.lookers(names, await records.looks.of(case)) if may("looks", found, who) else [],
        "attachments": listed(await files_of(the, found, who), f"/cases/{found.number}/attachments"),
        "attach_form": _attach_form(the, found.number) if "attach" in permits else None,
        **await _words(the, found, names, state, acting, reads),
    }  # fmt: skip


def _attach_form(the: House, number: str) -> dict[str, str]:
    return {
        "action": f"/cases/{number}/attachments",
        "nonce": the.sessions.nonce("attach"),
        "key": secrets.token_urlsafe(18),
    }


async def _words(
    the: House, found: CaseRecord, names: Names, state: State, acting: Actor, reads: bool
) -> dict[str, Any]:
    """What only those may see who may read the case's words: the complainant and the sheet."""
    known = await the.records.complainant(found.case_id) if reads else Complainant()
    sees = reads and people.sees_complainant(names, state, acting, known)
    forms = names.rules.procedure.forms
    form = people.paper_of(names)
    filled = await the.records.form(found.case_id, form) if reads and form else {}
    return {
        "complainant": people.complainant(names, known) if sees else [],
        "unnamed": names.say(_("Anonymous")) if reads and known.anonymous else "",
        "sheet": people.sheet(names, filled, form, not sees) if filled else [],
        "sheet_name": forms[form].name.get(names.language, "") if form else "",
    }


def _said(names: Names, did: str, later: str, kept: str) -> str:
    if did == "called":
        return names.say(_("The call is noted as made."))
    if did in ACTIONS:
        if later:
            text = _("%(action)s: accepted; it takes effect, as of now, as soon as the system works again.")
            return names.say(text, action=names.action(did))
        return names.say(_("%(action)s: done."), action=names.action(did))
    if kept in ACTIONS:
        return names.say(_("%(action)s: kept as a draft. Nothing was done yet."), action=names.action(kept))
    return ""
