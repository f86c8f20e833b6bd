"""The fields of the form: what a procedure asks of somebody who complains by the web, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api import pages
from api.intake import CONTACT
from api.pages import translate
from complaints.case.match import holds
from complaints.errors import BadInput
from complaints.people import Directory
from complaints.procedure.intake import Field
from complaints.procedure.model import Procedure
from templates.languages import pick

ANONYMOUS = "anonymous"
"""The value of `who` in a form that names nobody."""

_INPUTS = {"date": "date", "instant": "datetime-local", "amount": "number", "integer": "number", "bool": "checkbox"}
_FIRST = ("kind", "category", "place", "about")
_LONG = ("about", "demand")


def _(text: str) -> str:
    return text


_LABELS = {
    "about": _("What happened?"), "demand": _("What do you ask for?"), "place": _("Where?"), "kind": _("What is it?"),
    "category": _("What is it about?"), "name": _("Your name"), "phone": _("Telephone"), "email": _("Mail address"),
    "address": _("Address"), "language": _("We write to you in"),
}  # fmt: skip


@dataclass(slots=True)
class Ask:
    """One field as the page shows it; `shape` is its input's type, or choice, long."""

    id: str
    label: str
    shape: str
    value: str = ""
    required: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)
    fault: str = ""
    complete: str = ""


class Form:
    """The fields of one procedure's form in one language, with what was given and what is wrong with it."""

    def __init__(
        self,
        procedure: Procedure,
        directory: Directory | None,
        chosen: str,
        given: Mapping[str, str],
        faults: Mapping[str, BadInput],
    ) -> None:
        self._procedure, self._directory, self._chosen = procedure, directory, chosen
        self._given, self._faults = given, faults

    def asked(self) -> list[Ask]:
        """What the procedure needs: its classes, the place, the story, everything that it requires."""
        found = {one.id: one for one in self._all() if one.required or one.id in _FIRST or one.fault}
        first = [found.pop(name) for name in _FIRST if name in found]
        return [*first, *found.values()]

    def further(self) -> list[Ask]:
        """What may be left out, folded away on the page."""
        shown = {one.id for one in self.asked()}
        return [
            *(one for one in self._all() if one.id not in shown),
            self._contact("address", "text", "street-address"),
        ]

    def contact(self) -> list[Ask]:
        """How the complainant is reached."""
        shapes = {"name": "text", "phone": "tel", "email": "email"}
        found = [self._contact(name, shape, "tel" if name == "phone" else name) for name, shape in shapes.items()]
        languages = [(code, pages.NAMES.get(code, code)) for code in self._procedure.languages]
        asked = self._one("c_language", "choice", self._label("language"), options=languages)
        asked.value = asked.value or self._chosen
        return [*found, asked] if len(languages) > 1 else found

    def _contact(self, name: str, shape: str, complete: str) -> Ask:
        return self._one(f"c_{name}", shape, self._label(name), f"complainant.{name}", complete=complete)

    def _label(self, name: str) -> str:
        return translate(self._chosen, _LABELS[name])

    def _all(self) -> list[Ask]:
        own = {name: one for name, one in self._procedure.intake.fields.items() if _on_the_web(self._procedure, one)}
        found = []
        for name in ("kind", "category"):
            values = self._procedure.classification.of(name)
            if values is not None and len(values.values) > 1 and name not in own:
                options = [(value, pick(label, self._chosen)) for value, label in values.values.items()]
                made = self._one(name, "choice", self._label(name), options=options)
                made.value = made.value or values.default
                found.append(made)
        found += [ask for name, one in own.items() if (ask := self._own(name, one)) is not None]
        for name in ("place", *_LONG):
            if name not in self._procedure.intake.fields:
                shape = "long" if name in _LONG else "text"
                found.append(self._one(name, shape, self._label(name)))
        return found

    def _own(self, name: str, one: Field) -> Ask | None:
        must = one.required is True
        label = pick(one.label, self._chosen)
        shape = _INPUTS.get(one.type, "long" if name in _LONG else "text")
        options = [(value, pick(words, self._chosen)) for value, words in one.values.items()]
        if one.type in ("unit", "person"):
            # Nobody's own people are listed to the public unless the procedure cannot do without.
            if self._directory is None or (one.type == "person" and not one.required):
                return None
            units = [(unit.id, pick(unit.name, self._chosen)) for unit in self._directory.units]
            options = units if one.type == "unit" else [(p.id, p.name) for p in self._directory.people]
        return self._one(name, "choice" if options else shape, label, options=options, required=must)

    def _one(
        self,
        name: str,
        shape: str,
        label: str,
        place: str = "",
        *,
        options: list[tuple[str, str]] | None = None,
        required: bool = False,
        complete: str = "",
    ) -> Ask:
        value = self._given.get(name, "")
        fault = ""
        if (place or name) in self._faults:
            words = _("This cannot be taken as it is written.") if value else _("Please fill this in.")
            fault = translate(self._chosen, words)
        return Ask(name, label, shape, value, required, options or [], fault, complete)


def body_of(procedure: Procedure, given: Mapping[str, str]) -> dict[str, Any]:
    """The complaint that a form brought, as the interface takes one."""
    body: dict[str, Any] = {}
    for name in ("about", "demand", "place", "category", "kind"):
        if given.get(name):
            body[name] = given[name]
    for name, one in procedure.intake.fields.items():
        if not _on_the_web(procedure, one):
            continue
        if one.type == "bool":
            body[name] = name in given
        elif given.get(name):
            body[name] = _number(given[name]) if one.type in ("amount", "integer") else given[name]
    contact: dict[str, Any] = {name: given[f"c_{name}"] for name in CONTACT if given.get(f"c_{name}", "").strip()}
    # Who says nothing of himself is not named either; who leaves a way to be reached wants to be.
    if procedure.intake.anonymous and (given.get("who") == ANONYMOUS or not contact.keys() - {"language"}):
        contact = {name: contact[name] for name in ("email", "language") if name in contact} | (
            {} if given.get("who") == ANONYMOUS else contact
        )
        contact["anonymous"] = True
    return body | {"complainant": contact}


def _on_the_web(procedure: Procedure, one: Field) -> bool:
    """Whether a form on the web asks this: not what comes later, and not what belongs to other channels."""
    channel = (
        {"channel": one.required["channel"]} if isinstance(one.required, dict) and "channel" in one.required else {}
    )
    return not one.later and holds(channel, {"channel": "web" if "web" in procedure.channels else ""})


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
