"""Reads a complaint as it was sent: the procedure's own fields, who complains, about whom, when it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from complaints.case import Rules
from complaints.errors import BadInput, Invalid
from complaints.fields import shape_complaint, within
from complaints.instants import Instant
from complaints.people import Directory
from complaints.procedure.model import Procedure

CONTACT = ("name", "phone", "email", "address", "language", "anonymous")
_LONGEST = 500


@dataclass(slots=True)
class Taken:
    """A complaint that can be accepted: coded facts, people's own words, who complains."""

    facts: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    complainant: dict[str, Any] = field(default_factory=dict)


def received_at(raw: object, *, staff: bool, zone: ZoneInfo, now: Instant) -> Instant:
    """When the complaint came in: now, unless staff enter one of before; a time without offset is the procedure's."""
    if raw is None or raw == "":
        return now
    if not staff:
        raise BadInput("received_at", "Only staff say when a complaint was received.", "Leave it out, or sign in.")
    try:
        given = datetime.fromisoformat(raw) if isinstance(raw, str) else None
        at = int((given if given.tzinfo else given.replace(tzinfo=zone)).timestamp()) if given else -1
    except (ValueError, OverflowError):
        at = -1
    if at < 0:
        raise BadInput("received_at", "received_at must be a date and time.", "Write it as 2026-11-24T18:00+08:00.")
    if at > now:
        raise BadInput("received_at", "received_at lies in the future.", "Write the instant at which it came in.")
    return at


def read(rules: Rules, directory: Directory | None, body: Mapping[str, Any]) -> Taken:
    """The complaint in `body` checked against the procedure; Invalid names the fields that cannot be taken."""
    procedure, taken, faults = rules.procedure, Taken(), []
    own = {name: value for name, value in body.items() if name not in ("complainant", "received_at")}
    try:
        taken.facts, taken.texts = shape_complaint(procedure, within(rules.calendar), own)
        _known(directory, taken.facts)
    except BadInput as fault:
        faults.append(fault)
    try:
        taken.complainant = complainant(procedure, body.get("complainant"))
    except Invalid as invalid:
        faults += invalid.errors
    if faults:
        raise Invalid(faults)
    found = taken.complainant
    taken.facts["reachable"] = "mail" if found.get("email") else "phone" if found.get("phone") else "none"
    taken.facts["language"] = found["language"]
    return taken


def _known(directory: Directory | None, facts: Mapping[str, Any]) -> None:
    if directory is None:
        return
    if "subject" in facts and directory.person(facts["subject"]) is None:
        raise BadInput("subject", "subject names nobody of the directory.", "Send a person's id, or say it in about.")
    if "unit" in facts and directory.unit(facts["unit"]) is None:
        known = ", ".join(unit.id for unit in directory.units)
        raise BadInput("unit", "unit names no unit of the directory.", f"Use one of: {known}.")


def complainant(procedure: Procedure, raw: object) -> dict[str, Any]:
    """Who complains, with the language filled in; Invalid names every field that cannot be taken."""
    given = {} if raw is None else raw
    if not isinstance(given, Mapping):
        raise Invalid([BadInput("complainant", "complainant must be an object.", f"Fields: {', '.join(CONTACT)}.")])
    found: dict[str, Any] = {}
    faults = []
    for name, value in given.items():
        if value is None or value == "":
            continue
        try:
            found[name] = _contact(procedure, str(name), value)
        except BadInput as fault:
            faults.append(fault)
    anonymous = found.setdefault("anonymous", False)
    if anonymous and not procedure.intake.anonymous:
        faults.append(BadInput("complainant.anonymous", "Complaints here need a name.", "Send complainant.name."))
    if procedure.intake.contact_required and not (anonymous or found.get("email") or found.get("phone")):
        faults.append(BadInput("complainant", "There is no way to reach the complainant.", "Send an email or a phone."))
    if faults:
        raise Invalid(faults)
    found.setdefault("language", procedure.languages[0])
    return found


def _contact(procedure: Procedure, name: str, value: object) -> object:
    place = f"complainant.{name}"
    if name not in CONTACT:
        raise BadInput(place, f"{place} is not a field here.", f"Known are {', '.join(CONTACT)}.")
    if name == "anonymous":
        if not isinstance(value, bool):
            raise BadInput(place, f"{place} must be true or false.", "Send true or false.")
        return value
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise BadInput(place, f"{place} must be text of up to {_LONGEST} characters.", "Send it as text.")
    if name == "language" and value not in procedure.languages:
        raise BadInput(place, f"{place} is not spoken here.", f"Use one of: {', '.join(procedure.languages)}.")
    if name == "email" and not _is_address(value.strip()):
        raise BadInput(place, f"{place} is no mail address.", "Write it as name@example.com.")
    return value.strip()


def _is_address(value: str) -> bool:
    local, _, domain = value.rpartition("@")
    safe = value.isprintable() and not any(c in value for c in ' ,;<>"()\\')
    return bool(local and domain) and "@" not in local and safe and len(value) <= 254
