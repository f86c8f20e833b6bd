"""Brings an action to a case: judged against its record, then by the case itself; refusals are kept as attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api import views
from api.bringing import bring
from api.context import House
from api.engine import Pending
from api.problems import Explained
from complaints.case import apply
from complaints.case.model import Actor, Message
from complaints.errors import BadInput, Invalid, NotFound, Refused
from complaints.fields import shape_action
from complaints.people import Directory
from complaints.vocabulary import ACTIONS
from records.attachments import told
from records.sealing import seal
from records.values import CaseRecord, StoredFile
from workflows.messages import Acted


@dataclass(frozen=True, slots=True)
class Performed:
    """What came of an action; `pending` where the engine keeps it until a worker runs."""

    stage: str
    events: tuple[str, ...]
    seq: int
    repeated: bool = False
    pending: bool = False


async def perform(
    the: House,
    case: CaseRecord,
    actor: Actor,
    action: str,
    body: Mapping[str, Any],
    key: str,
    files: Sequence[StoredFile] = (),
) -> Performed:
    """Do `action` with the fields of `body` as `actor`; `key` is scoped to the sender and is the update's id.

    Raises Invalid for fields that cannot be taken, Explained for a refusal (kept among the case's attempts),
    Unavailable where the engine is down. A repeat of a key gets the recorded answer. `files` (of `attach`) lie in the
    store; the event's content seals their checksums.
    """
    if action not in ACTIONS:
        raise NotFound(f"There is no such action. Known: {', '.join(sorted(ACTIONS))}.")
    data, texts = shape_action(case.rules, action, body)
    texts |= told(files)
    _known(the.directory(case.procedure_id), data)
    sealed = seal(texts) if texts else None
    message = Message(action, the.now(), actor, data, sealed.content if sealed else None, key)
    try:
        judged = apply(case.rules, case.state, message)
    except Refused as refused:
        if refused.code == "missing":
            raise _incomplete(refused) from refused
        raise await _attempted(the, case, message, refused) from refused
    if judged.repeated:
        return await _recorded(the, case, key)
    if sealed is not None:
        # A retry whose first try was lost on the way finds the words stored already, under their first id.
        if files:
            content = await the.records.attachments.add(case.case_id, sealed, files, actor.person, key)
        else:
            content = await the.records.put_sealed(case.case_id, sealed, actor.person, key)
        message = replace(message, content=content)
    try:
        answer = await _bring(the, case, message)
    except Refused as refused:
        if files and message.content is not None:
            await the.records.attachments.drop(message.content.id)
        raise await _attempted(the, await the.records.case(id=case.case_id), message, refused) from refused
    if isinstance(answer, Pending):
        return Performed(case.state.stage, (), case.state.seq, pending=True)
    return Performed(answer.stage, answer.events, answer.seq, answer.repeated)


def _known(directory: Directory | None, data: Mapping[str, Any]) -> None:
    """Raises BadInput for a unit or person that is not in the directory: the case could never go on with it."""
    if directory is None:
        return
    units = [data[name] for name in ("unit", "coordinator") if name in data] + list(data.get("units", ()))
    for unit in units:
        if directory.unit(unit) is None:
            known = ", ".join(one.id for one in directory.units)
            raise BadInput("unit", "unit names no unit of the directory.", f"Use one of: {known}.")
    if "person" in data and directory.person(data["person"]) is None:
        raise BadInput("person", "person names nobody of the directory.", "Send a person's id.")


def _incomplete(refused: Refused) -> Invalid:
    return Invalid([BadInput(name, refused.text, "Add it to the body.") for name in refused.fields or ("with",)])


async def _bring(the: House, case: CaseRecord, message: Message) -> Acted | Pending:
    return await bring(the.records, the.engine, case, message, the.marks.started)


async def _attempted(the: House, case: CaseRecord, message: Message, refused: Refused) -> Explained:
    actor = message.by
    await the.records.add_attempt(
        case.case_id,
        message.at,
        actor.person,
        actor.roles[0] if actor.roles else "",
        message.do,
        refused.code,
        refused.text,
        message.key,
    )
    return Explained(refused, views.present(case, the.now(), actor))


async def _recorded(the: House, case: CaseRecord, key: str) -> Performed:
    caused = [event for event in await the.records.events(case.case_id) if event.key == key]
    seq = caused[-1].seq if caused else case.state.seq
    return Performed(case.state.stage, tuple(event.event for event in caused), seq, repeated=True)
