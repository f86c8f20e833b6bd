"""Complaints come in: checked, recorded and numbered in one transaction, then handed to the engine."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request, Response

from api import intake, views
from api.bodies import Complaint, Registered
from api.context import House, house
from api.guessing import may_file
from api.keys import Key, fingerprint, given_or_new, scoped
from api.problems import documented
from api.security import Principal, Public
from complaints.case import Actor, Rules, State, Submission, Transition, clocks_view, receive
from complaints.errors import Forbidden
from complaints.instants import Instant
from complaints.people import recused_by, roles_of
from complaints.procedure.model import Procedure
from complaints.vocabulary import COMPLAINANT
from records.attachments import told
from records.sealing import seal
from records.values import Accepted, Complainant, Intake, StoredFile

router = APIRouter(tags=["complaints"])


@dataclass(frozen=True, slots=True)
class Filed:
    """An accepted complaint with what its answer needs."""

    accepted: Accepted
    procedure: str
    acknowledged_by: Instant | None
    received_at: str


@router.post(
    "/api/complaints",
    status_code=201,
    summary="File a complaint",
    response_model=Registered,
    responses=documented(400, 401, 403, 413, 422, 429, 500),
)
async def submit(
    complaint: Complaint,
    request: Request,
    response: Response,
    background: BackgroundTasks,
    who: Public,
    idempotency_key: Key = None,
) -> Registered:
    """Accept a complaint from anybody, or from staff for somebody else; it works while the engine is down.

    The same Idempotency-Key with the same body gets the first answer again; with another body 422.
    """
    the = house(request)
    if who is None:
        may_file(the, request)
    filed = await file(the, complaint.procedure, complaint.given(), who, given_or_new(idempotency_key), background)
    number, code = filed.accepted.number, filed.accepted.tracking_code
    case_url = f"{the.settings.public_url}/cases/{number}"
    response.headers["Location"] = f"/api/complaints/{number}"
    return Registered(
        number=number,
        tracking_code=code,
        procedure=filed.procedure,
        stage=filed.accepted.state.stage,
        received_at=filed.received_at,
        acknowledged_by=views.iso(filed.acknowledged_by, the.zone_of(filed.procedure)),
        track_url=the.links.tracking(number, code),
        case_url=case_url,
    )


async def file(
    the: House,
    ident: str,
    body: Mapping[str, Any],
    who: Principal | None,
    key: str,
    background: BackgroundTasks,
    files: tuple[StoredFile, ...] = (),
) -> Filed:
    """Accept a complaint and start its case; the answer never waits for the engine's first step.

    `files` lie in the store; the texts that the first event names seal their checksums.

    Raises BadInput or Invalid for what cannot be taken, Forbidden for staff of another institution.
    """
    procedure = the.procedure(ident)
    if who is not None and who.procedure and who.procedure != ident:
        raise Forbidden(f"{who.person} belongs to {who.procedure}, not to {ident}.")
    now = the.now()
    where = the.zone(procedure)
    directory = the.directory(ident)
    received = intake.received_at(body.get("received_at"), staff=who is not None, zone=where, now=now)
    local = datetime.fromtimestamp(received, where)
    rules, ref = await the.rules(procedure, local.year)
    taken = intake.read(rules, directory, body)
    taken.texts |= told(files)
    case, key = uuid.uuid4().hex, scoped(who.person if who else "", key)
    sealed = seal(taken.texts) if taken.texts else None
    subject = str(taken.facts.get("subject", ""))
    recused = recused_by(directory, subject, with_line=procedure.recusal.with_line) if directory else {}
    by = _by(the, who, procedure, now)

    def build(number: str) -> Transition:
        return receive(
            rules,
            Submission(
                case=case,
                number=number,
                received_at=received,
                at=now,
                facts=taken.facts,
                content=sealed.content if sealed else None,
                by=by,
                recused=recused,
                key=key,
            ),
        )

    accepted = await the.records.accept(
        Intake(
            case=case,
            rules=ref,
            local=local,
            key=key,
            fingerprint=fingerprint({**body, **told(files)}, ident),
            build=build,
            sealed=sealed,
            complainant=Complainant(**taken.complainant),
            files=files,
        )
    )
    if accepted.created:
        background.add_task(_start, the, _New(accepted.case, rules, accepted.state))
    due = next((line["due"] for line in clocks_view(rules, accepted.state) if line["clock"] == "acknowledgement"), None)
    return Filed(accepted, ident, due, views.moment(accepted.state.received_at, where))


def _by(the: House, who: Principal | None, procedure: Procedure, now: int) -> Actor:
    if who is None:
        return Actor(COMPLAINANT, (COMPLAINANT,))
    directory = the.directory(procedure.id)
    roles = roles_of(directory, who.person, unit="", at=now) if directory else ()
    return Actor(who.person, (*roles, "first_receiver"))


@dataclass(frozen=True, slots=True)
class _New:
    """As much of a new case as its workflow needs to start."""

    case_id: str
    rules: Rules
    state: State


async def _start(the: House, case: _New) -> None:
    # After the answer: what fails here is started by the sweep.
    if await the.engine.start(case):
        the.marks.started(case.case_id)
