"""The form of one action: its fields with labels, choices, what stands in them and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from api.casework.asked import Field
from api.casework.choices import Choosing, Options
from api.casework.words import HELP
from complaints.case.authority import extension
from complaints.case.match import case_is
from complaints.fields import CODED
from complaints.procedure.intake import CLASSES
from complaints.vocabulary import TEXTS

Sent = Mapping[str, Sequence[str]]
"""A form's fields as they come: every name with all its values."""

_PLAIN = {"amount": "number", "integer": "number", "date": "date", "instant": "datetime-local"}
_FEW = 4
"""Up to so many choices are shown at once, as radio buttons; more are a list to choose from."""


@dataclass(frozen=True, slots=True)
class Input:
    """One field as the page shows it: `kind` is long, line, radio, select, checks, limit, group or an input's type.

    `given` are the values that stand in it, `other` what was written instead of a choice, `within` a group's own.
    """

    name: str
    label: str
    kind: str
    must: bool = False
    optional: bool = False
    hint: str = ""
    options: Options = field(default_factory=list)
    given: tuple[str, ...] = ()
    open: bool = False
    other: str = ""
    fault: str = ""
    within: tuple[Input, ...] = ()

    @property
    def value(self) -> str:
        """The one value of a field that has one."""
        return self.given[0] if self.given else ""


def inputs(choosing: Choosing, fields: Sequence[Field], sent: Sent | None, faults: Mapping[str, str]) -> list[Input]:
    """The inputs of a form: as they were sent, or else as the case suggests."""
    return [one for asked in fields for one in _made(choosing, asked, sent, faults)]


def _made(choosing: Choosing, asked: Field, sent: Sent | None, faults: Mapping[str, str]) -> list[Input]:
    name = asked.name
    if name == "set":
        within = tuple(one for part in settable(choosing) for one in _made(choosing, part, sent, faults))
        label, hint = choosing.names.field(name, choosing.action), choosing.names.say(HELP["set"])
        return [Input(name, label, "group", hint=hint, within=within, fault=faults.get(name, ""))] if within else []
    plain = name.removeprefix("set_")
    options, kind = choosing.options(plain), kind_of(choosing, plain)
    if kind == "choice":
        if not options and not choosing.open(plain):
            return []
        few = len(options or ()) <= _FEW and (asked.must or asked.needed) and not choosing.open(plain)
        kind = "radio" if few else "select"
    given = tuple(v for v in sent.get(f"f_{name}", ()) if v) if sent is not None else suggested(choosing, name)
    wide = kind == "select" and choosing.open(plain)
    other = next(iter(sent.get(f"f_{name}_{'n' if kind == 'limit' else 'other'}", ())), "") if sent is not None else ""
    if wide and given and given[0] not in ("+", *(value for value, _ in options or ())):
        given, other = ("+",), given[0]
    return [
        Input(
            name,
            choosing.names.field(plain, choosing.action),
            kind,
            must=asked.must,
            optional=not (asked.must or asked.needed),
            hint=choosing.names.say(HELP[name]) if name in HELP else "",
            options=options or [],
            given=given,
            open=wide,
            other=other,
            fault=faults.get(name, ""),
        )
    ]


def kind_of(choosing: Choosing, name: str) -> str:
    """What sort of input a field is; `choice` for one that is chosen from a list."""
    own = choosing.names.rules.procedure.intake.fields.get(name)
    if name in ("units", "people"):
        return "checks"
    if name == "limit":
        return "limit"
    if choosing.options(name) is not None:
        return "choice"
    kind = CODED.get(name) or (own.type if own is not None else "text")
    if kind == "bool":
        return "bool"
    if kind in _PLAIN:
        return _PLAIN[kind]
    return "long" if kind == "text" and name != "place" and (name in TEXTS or own is None) else "line"


def settable(choosing: Choosing) -> list[Field]:
    """What a correction may set: the case's classification, and coded facts that the complaint brought."""
    procedure = choosing.names.rules.procedure
    classes = [name for name in CLASSES if (of := procedure.classification.of(name)) is not None and of.values]
    facts = [
        name
        for name, own in procedure.intake.fields.items()
        if name in choosing.state.facts and own.type in ("choice", "bool", "amount", "integer", "date")
    ]
    return [Field(f"set_{name}") for name in dict.fromkeys((*classes, *facts))]


def suggested(choosing: Choosing, name: str) -> tuple[str, ...]:
    """What stands in a field before anybody wrote into it."""
    state, rules = choosing.state, choosing.names.rules
    plain = name.removeprefix("set_")
    if name in choosing.hints:
        return (choosing.hints[name],)
    if plain in state.facts and (plain in CLASSES or name != plain) and choosing.action in _SORTING:
        return (written(state.facts[plain], rules.procedure.calendar.zone),)
    if (choosing.action, name) == ("open_case", "category"):
        return (str(state.facts.get("category", "")),)
    if name == "admissible":
        return ("yes",)
    if (choosing.action, name) == ("promise", "kind"):
        return ("reply",)
    if name == "limit":
        found = (extension(rules, state, state.clocks[key]) for key, _ in choosing.options("clock") or ())
        return tuple(rule.most.unit for rule in found if rule is not None)[:1]
    if name == "unit" and choosing.action == "dispatch":
        unit = next((r.unit for r in rules.procedure.routing if case_is(r.when, state)), "")
        return (unit,) if unit else ()
    if (choosing.action, name) == ("recuse", "person"):
        return (choosing.actor.person,)
    if name == "role":
        own = next((role for role, held in state.assigned.items() if held.person == choosing.actor.person), "")
        role = state.ballot.role if state.ballot is not None else own
        return (role,) if role else ()
    return ()


_SORTING = ("assess", "reclassify", "correct", "promise")


def written(value: object, zone: str) -> str:
    """A fact as a form's field holds it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and value > 10**8:
        return datetime.fromtimestamp(value, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    return str(value)
