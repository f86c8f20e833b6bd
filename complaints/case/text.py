"""States and events as JSON: what the records keep and a workflow's input carries."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from complaints.case.model import Content, Event, State

_STATE = TypeAdapter(State)


def dump_state(state: State) -> str:
    """A state as JSON text, defaults left out."""
    return _STATE.dump_json(state, exclude_defaults=True).decode()


def load_state(text: str) -> State:
    """The state of `dump_state`'s text."""
    return _STATE.validate_json(text)


def dump_event(event: Event) -> dict[str, Any]:
    """An event as a JSON object, empty parts left out."""
    out: dict[str, Any] = {
        "seq": event.seq, "at": event.at, "event": event.event, "by": event.by, "role": event.role, "data": event.data,
        "key": event.key, "prev": event.prev, "hash": event.hash,
    }  # fmt: skip
    if event.content is not None:
        content = event.content
        out["content"] = {"id": content.id, "hash": content.hash, "fields": list(content.fields)}
    return {name: value for name, value in out.items() if value not in ("", {})}


def load_event(data: dict[str, Any]) -> Event:
    """The event of `dump_event`'s object."""
    found = data.get("content")
    content = Content(found["id"], found["hash"], tuple(found["fields"])) if found else None
    return Event(
        data["seq"], data["at"], data["event"], data.get("by", ""), data.get("role", ""), data.get("data", {}),
        content, data.get("key", ""), data.get("prev", ""), data["hash"],
    )  # fmt: skip
