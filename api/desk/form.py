"""The fields of the form by which staff receive a complaint: what each needs, and the rest that a procedure has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.intake import CONTACT
from api.pages import NAMES, translate
from complaints.errors import BadInput
from complaints.instants import Instant
from complaints.people import Directory
from complaints.procedure.intake import Field
from complaints.procedure.model import Procedure
from templates.languages import pick

BESIDE = ("telephone", "phone", "hotline", "visit", "letter")
"""The channels that one comes by who does not file by the page; the first that a procedure has is chosen at first."""

_INPUTS = {"date": "date", "instant": "datetime-local", "amount": "number", "integer": "number", "bool": "checkbox"}


def _(text: str) -> str:
    return text


_LABELS = {
    "channel": _("It came by"), "received_at": _("It came at"), "category": _("Category"), "kind": _("Kind"),
    "severity": _("Severity"), "about": _("What the complaint is about"),
    "place": _("Place"), "demand": _("What is asked for"), "subject": _("Person complained about"),
    "c_name": _("Name"), "c_phone": _("Telephone"),
    "c_email": _("Mail address"), "c_address": _("Address"), "c_language": _("We write in"),
}  # fmt: skip

Options = Sequence[tuple[str, str]]


class _Builder:
    """Makes fields of one form in one language, with what was given and what is wrong."""

    def __init__(self, chosen: str, given: Mapping[str, str], faults: Mapping[str, BadInput]) -> None:
        self.chosen, self._given, self._faults = chosen, given, faults

    def one(
        self, id: str, shape: str, *, options: Options = (), label: str = "", default: str = "", required: bool = False
    ) -> dict[str, Any]:
        field = f"complainant.{id[2:]}" if id.startswith("c_") else id
        fault = self._faults.get(field)
        value = self._given.get(id, "" if self._given else default)
        missing = translate(self.chosen, "Please fill this in.")
        wrong = translate(self.chosen, "This cannot be taken as it is written.")
        return {
            "id": id,
            "field": field,
            "type": shape,
            "label": label or translate(self.chosen, _LABELS[id]),
            "required": required,
            "value": value,
            "options": list(options),
            "fault": "" if fault is None else wrong if value else missing,
        }

    def labelled(self, values: Mapping[str, Any]) -> Options:
        return [(value, pick(label, self.chosen)) for value, label in values.items()]


def fields(
    procedure: Procedure,
    directory: Directory | None,
    now: Instant,
    chosen: str,
    given: Mapping[str, str],
    faults: Mapping[str, BadInput],
) -> dict[str, list[dict[str, Any]]]:
    """The form's fields by group: `how` it came, `what` it is, `who` complains, and `more` that is seldom needed."""
    make = _Builder(chosen, given, faults)
    classes, own = procedure.classification, procedure.intake.fields
    local = datetime.fromtimestamp(now, ZoneInfo(procedure.calendar.zone)).strftime("%Y-%m-%dT%H:%M")
    usual = next((one for one in BESIDE if one in procedure.channels), next(iter(procedure.channels)))
    how = [
        make.one("channel", "choice", options=make.labelled(procedure.channels), default=usual, required=True),
        make.one("received_at", "datetime-local", default=local),
    ]
    what: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    for name in ("category", "kind", "severity"):
        values = getattr(classes, name).values
        if values and name not in own:
            found = make.one(name, "choice", options=make.labelled(values))
            (what if name == "category" else more).append(found)
    for name in ("about", "place", "demand"):
        if name not in own:
            (more if name == "demand" else what).append(make.one(name, "text" if name == "place" else "long"))
    for name, field in own.items():
        if not field.later:
            needed = name in ("about", "place") or field.required is not False
            (what if needed else more).append(_own(make, name, field, directory))
    if directory is not None and "subject" not in own:
        people = [(person.id, person.name) for person in directory.people]
        more.append(make.one("subject", "choice", options=people))
    languages = [(code, NAMES.get(code, code)) for code in procedure.languages]
    who = [
        make.one("c_name", "text"),
        make.one("c_phone", "tel"),
        make.one("c_email", "email"),
        make.one("c_address", "text"),
        make.one("c_language", "choice", options=languages, default=procedure.languages[0], required=True),
    ]
    return {"how": how, "what": what, "who": who, "more": more}


def _own(make: _Builder, name: str, field: Field, directory: Directory | None) -> dict[str, Any]:
    label, required = pick(field.label, make.chosen), field.required is True
    if field.type == "choice":
        return make.one(name, "choice", options=make.labelled(field.values), label=label, required=required)
    if field.type in ("person", "unit") and directory is not None:
        people = [(person.id, person.name) for person in directory.people]
        units = [(unit.id, pick(unit.name, make.chosen)) for unit in directory.units]
        options = people if field.type == "person" else units
        return make.one(name, "choice", options=options, label=label, required=required)
    shape = _INPUTS.get(field.type, "long" if name in ("about", "demand") else "text")
    return make.one(name, shape, label=label, required=required)


def body(procedure: Procedure, given: Mapping[str, str]) -> dict[str, Any]:
    """What the form brought, as the interface takes a complaint."""
    sent: dict[str, Any] = {}
    for name in ("channel", "received_at", "about", "demand", "place", "category", "kind", "severity", "subject"):
        if given.get(name, "").strip():
            sent[name] = given[name]
    for name, field in procedure.intake.fields.items():
        if field.later:
            continue
        if field.type == "bool":
            sent[name] = name in given
        elif given.get(name, "").strip():
            sent[name] = _number(given[name]) if field.type in ("amount", "integer") else given[name]
    contact: dict[str, Any] = {name: given[f"c_{name}"] for name in CONTACT if given.get(f"c_{name}", "").strip()}
    if "c_anonymous" in given:
        contact |= {"anonymous": True}
    return sent | {"complainant": contact}


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
