"""Reads what comes into a case, whatever its shape, and says whether it was sealed (so that its sender is known)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from temporalio.common import RawValue
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError

from activities.messages import Delivered
from complaints.case import Content, Message, Notice
from complaints.case.model import Actor
from complaints.errors import HuiyinError
from complaints.instants import Instant
from complaints.vocabulary import HAPPENINGS, OPERATOR, SYSTEM, TEXTS, UNAUTHENTICATED
from workflows.messages import Act

SEALED = "sealed"
"""Payload metadata that only the codec's decoder sets, on what it could open with one of the house's keys."""

_CODE = 50
_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message and how it came: `sealed` by the house, with `texts` of a command line, or at `fault`."""

    message: Message
    sealed: bool
    texts: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def read(raw: RawValue | None, converter: PayloadConverter, case: str, name: str = "act") -> Inbound:
    """Never raises: what cannot be read is an `Inbound` with a `fault`."""
    sealed = raw is not None and raw.payload.metadata.get(SEALED) == b"1"
    try:
        if sealed and raw is not None:
            return _from_house(converter.from_payload(raw.payload, Act), case)
        value = converter.from_payload(raw.payload) if raw is not None else None
    except Exception as error:  # any shape may come in, and none may stop the case
        return _unreadable(name, f"it cannot be read: {type(error).__name__}", sealed)
    return _from_command_line(value, name)


def stamped(inbound: Inbound, now: Instant) -> Message:
    """The message with its instant held to now; a command line, which proves nothing, speaks as the operator only."""
    given = inbound.message
    if inbound.sealed:
        return replace(given, at=min(given.at, now))
    told = Content("", "", tuple(sorted(inbound.texts))) if inbound.texts else None
    return replace(given, at=now, by=Actor(OPERATOR, (OPERATOR,)), content=told)


def delivery(notice: Notice, answer: Delivered, now: Instant) -> Message:
    """What a delivery's end means to the case."""
    data = {"notice": notice.id, "person": answer.person, "role": answer.role, "channel": answer.channel}
    if not answer.ok:
        return Message("notice_failed", min(answer.at, now), Actor(SYSTEM), {**data, "code": answer.error})
    data |= {name: value for name, value in (("deputy_of", answer.deputy_of), ("why", answer.why)) if value}
    more = {"people": list(answer.people)} if answer.people else {}
    return Message("notified", min(answer.at, now), Actor(SYSTEM), {**data, **more})


def refused(refusal: HuiyinError) -> ApplicationError:
    """The answer to an update that the core, or the door before it, does not take."""
    return ApplicationError(refusal.text, refusal.code, refusal.text, type="Refused", non_retryable=True)


def _from_house(act: Act, case: str) -> Inbound:
    message = act.message
    if act.case != case:
        return _unreadable(message.do, "it was meant for another case", True)
    if message.do in HAPPENINGS and message.by.person != SYSTEM:
        return _unreadable(message.do, "only the system reports what happened", True)
    return Inbound(message, True)


def _from_command_line(value: Any, name: str) -> Inbound:
    """An operator's signal: `note` with a text, or `act` with {do, with}."""
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    do = _clean(given.get("do", name), _CODE)
    if do not in UNAUTHENTICATED:
        return _unreadable(
            do, f"without authentication only {', '.join(sorted(UNAUTHENTICATED))} may be asked for", False
        )
    inner = given.get("with", {k: v for k, v in given.items() if k != "do"})
    fields: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {"text": inner}
    texts = {str(k): _clean(v, _TEXT) for k, v in fields.items() if k in TEXTS and v}
    if isinstance(value, str) and value.strip():
        texts["text" if do == "note" else "reason"] = _clean(value, _TEXT)
    data = {k: _clean(v, _CODE) for k, v in fields.items() if k in ("pause", "to")}
    if do == "note" and not texts:
        return _unreadable(do, "a note needs a text", False)
    if do in ("pause", "escalate"):
        texts.setdefault("reason", "an operator asked for it")
    # No key: it would be one of the house's, and a message of the house with that key would count as repeated.
    return Inbound(Message(do, 0, Actor(""), data), False, texts)


def _unreadable(do: str, fault: str, sealed: bool) -> Inbound:
    return Inbound(Message(_clean(do, _CODE), 0, Actor("")), sealed, {}, fault)


def _clean(value: Any, most: int) -> str:
    """Text that every database and every encoder takes."""
    return str(value)[:most].encode("utf-8", "replace").decode().replace("\0", "")
