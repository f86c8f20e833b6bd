"""All that the records hold of a case as plain JSON values, so that it can be proved whole without them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from complaints.case import canonical, check_chain, dump_event, fold, load_event
from complaints.case.model import State
from complaints.case.rules import Rules, digest
from complaints.errors import BrokenChain, HuiyinError
from records import attempts, cases, events, notices, rules
from records.rules import Shelf
from records.tables import contents
from records.values import Problem
from records.verify import content_whole

FORMAT = "huiyin-dossier/1"

Evidence = dict[str, Any]
"""`format`, `number`, `case`, frozen `procedure` and `calendar` (texts, named by their hashes), `events` in their
order, `contents` with their salts, refused `attempts`, `letters`."""

_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, LookupError, HuiyinError)


def gather(connection: Connection, shelf: Shelf, case_id: str) -> Evidence:
    """The evidence of one case, read at one moment; NotFound when there is no such case."""
    record = cases.by_id(connection, shelf, case_id)
    procedure, calendar = rules.texts(connection, record.rules_ref)
    c = contents.c
    found = connection.execute(
        select(c.id, c.salt, c.hash, c.fields, c.texts, c.erased_at).where(c.case_id == case_id).order_by(c.id)
    )
    return {
        "format": FORMAT,
        "number": record.number,
        "case": case_id,
        "procedure_hash": record.rules_ref.procedure_hash,
        "procedure": procedure,
        "calendar_hash": record.rules_ref.calendar_hash,
        "calendar": calendar,
        "head": record.state.head,
        "events": [dump_event(event) for event in events.of_case(connection, case_id)],
        "contents": [
            {
                "id": row.id,
                "salt": row.salt,
                "hash": row.hash,
                "fields": json.loads(row.fields),
                "texts": json.loads(row.texts) if row.texts is not None else None,
                "erased_at": row.erased_at,
            }
            for row in found
        ],
        "attempts": [
            {"at": a.at, "person": a.person, "role": a.role, "action": a.action, "code": a.code, "text": a.text}
            for a in attempts.of_case(connection, case_id)
        ],
        "letters": [
            {
                "letter": n.letter,
                "role": n.role,
                "person": n.person,
                "channel": n.channel,
                "status": n.status,
                "created_at": n.created_at,
                "sent_at": n.sent_at,
                "error": n.error,
                "message_id": n.message_id,
            }
            for n in notices.of_case(connection, case_id)
        ],
    }


def prove(evidence: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a case's evidence, by itself alone; an empty list when it is whole."""
    try:
        return _prove(evidence)
    except _UNREADABLE as error:
        return [Problem("unreadable", "", 0, f"The evidence cannot be read: {type(error).__name__}.")]


def _prove(evidence: Mapping[str, Any]) -> list[Problem]:
    case = str(evidence["case"])
    if evidence["format"] != FORMAT:
        return [Problem("format", case, 0, f"This is no evidence of the form {FORMAT}.")]
    problems = [
        Problem("rules_changed", case, 0, f"The text of the {name} is not the one that the case began with.")
        for name in ("procedure", "calendar")
        if digest(evidence[name]) != evidence[f"{name}_hash"]
    ]
    chain = [load_event(dict(event)) for event in evidence["events"]]
    try:
        check_chain(chain)
    except BrokenChain as broken:
        return [*problems, Problem("chain_broken", case, broken.seq, broken.text)]
    stored = {content["id"]: content for content in evidence["contents"]}
    for content in stored.values():
        erased = content["texts"] is None and content["salt"] is None and content["erased_at"] is not None
        if not erased and not content_whole(content["salt"], content["texts"], content["hash"], content["fields"]):
            problems.append(Problem("content_changed", case, 0, f"The texts of content {content['id']} were changed."))
    for event in chain:
        named = event.content
        if named is not None and (named.id not in stored or stored[named.id]["hash"] != named.hash):
            text = f"Content {named.id} is missing or is not the one that the event names."
            problems.append(Problem("content_missing", case, event.seq, text))
    if problems:
        return problems
    frozen = Rules.thaw(evidence["procedure"], evidence["calendar"])
    state = fold(frozen, State(case=case, procedure=frozen.procedure.id), chain)
    if (state.number, state.head) != (evidence["number"], evidence["head"]):
        problems.append(Problem("head", case, len(chain), "Number or head are not those that the events lead to."))
    return problems


def text_of(evidence: Mapping[str, Any]) -> str:
    """The evidence as the one JSON text that its checksum is taken of."""
    return canonical(dict(evidence))
