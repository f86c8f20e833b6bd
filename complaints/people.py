"""People, units, roles and deputies: who holds a role, and who stands in when that person may not or cannot act.

The directory is a file beside the procedure. The core of a case knows person ids only; this module is asked by the
shell (and by simulation) when a role is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from complaints.instants import Instant


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Frozen):
    """A department or outlet; `head` is a person's id, `parent` another unit's."""

    id: str
    name: dict[str, str]
    head: str | None = None
    parent: str | None = None


class Person(_Frozen):
    """Somebody of the institution; `roles` are held everywhere, `manager` is the line above."""

    id: str
    name: str
    email: str | None = None
    phone: str | None = None
    unit: str | None = None
    roles: tuple[str, ...] = ()
    manager: str | None = None
    deputy: str | None = None
    language: str | None = None


class Absence(_Frozen):
    """A person is away from `since` up to `until` (aware instants); `deputy` stands in instead of the usual one."""

    person: str
    since: datetime
    until: datetime
    deputy: str | None = None


class Directory(_Frozen):
    """All people of one institution; ids are unique and every reference leads somewhere."""

    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    absences: tuple[Absence, ...] = ()

    @model_validator(mode="after")
    def _references_lead_somewhere(self) -> Directory:
        people = [p.id for p in self.people]
        units = [u.id for u in self.units]
        for kind, ids in (("person", people), ("unit", units)):
            twice = {i for i in ids if ids.count(i) > 1}
            if twice:
                raise ValueError(f"{kind} {', '.join(sorted(twice))} stands twice")
        for unit in self.units:
            _known(f"unit {unit.id}: head", unit.head, people)
            _known(f"unit {unit.id}: parent", unit.parent, units)
        for person in self.people:
            _known(f"person {person.id}: unit", person.unit, units)
            _known(f"person {person.id}: manager", person.manager, people)
            _known(f"person {person.id}: deputy", person.deputy, people)
        for absence in self.absences:
            _known("absence: person", absence.person, people)
            _known("absence: deputy", absence.deputy, people)
        return self

    def person(self, ident: str) -> Person | None:
        """The person of that id, or None."""
        return next((p for p in self.people if p.id == ident), None)

    def unit(self, ident: str) -> Unit | None:
        """The unit of that id, or None."""
        return next((u for u in self.units if u.id == ident), None)

    def away(self, ident: str, at: Instant) -> bool:
        """Whether that person is absent at that instant."""
        return any(True for _ in self._absences(ident, at))

    def deputy(self, ident: str, at: Instant) -> str | None:
        """Who stands in for that person at that instant: the deputy of an absence that names one, else the usual."""
        person = self.person(ident)
        named = next((a.deputy for a in self._absences(ident, at) if a.deputy), None)
        return named or (person.deputy if person is not None else None)

    def with_absences(self, more: Iterable[Absence]) -> Directory:
        """The same people with further absences; those of people who are not in the directory are left out."""
        known = {person.id for person in self.people}
        added = tuple(a for a in more if a.person in known and (a.deputy is None or a.deputy in known))
        return self.model_copy(update={"absences": (*self.absences, *added)}) if added else self

    def _absences(self, ident: str, at: Instant) -> Iterator[Absence]:
        return (a for a in self.absences if a.person == ident and a.since.timestamp() <= at < a.until.timestamp())

    def line(self, ident: str) -> tuple[str, ...]:
        """The managers above a person, nearest first."""
        above: list[str] = []
        person = self.person(ident)
        while person is not None and person.manager and person.manager not in above:
            above.append(person.manager)
            person = self.person(person.manager)
        return tuple(above)


def _known(where: str, ident: str | None, all_ids: Sequence[str]) -> None:
    if ident is not None and ident not in all_ids:
        raise ValueError(f"{where} {ident!r} is not in the directory")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who acts in a role: the person, the role it came by, in whose place and why."""

    person: str
    role: str
    deputy_of: str = ""
    why: str = ""


def holders(directory: Directory, role: str, unit: str) -> list[str]:
    """The people who hold a role; `responsible` is the head of the case's unit."""
    if role == "responsible":
        found = directory.unit(unit)
        return [found.head] if found is not None and found.head else []
    own = [p.id for p in directory.people if role in p.roles and p.unit == unit] if unit else []
    return own or [p.id for p in directory.people if role in p.roles]


def resolve(
    directory: Directory, roles: Sequence[str], unit: str, exclude: Collection[str], at: Instant
) -> Resolved | None:
    """The first person who can act in one of `roles` (tried in order): a holder, else that holder's deputy.

    Recused, unreachable (`exclude`) and absent people are passed over; `why` says so. None when nobody is left.
    """
    why, instead_of = "", ""
    for role in roles:
        for holder in holders(directory, role, unit):
            if holder not in exclude and not directory.away(holder, at):
                return Resolved(holder, role, instead_of, why)
            why = why or ("excluded" if holder in exclude else "absent")
            instead_of = instead_of or holder
            deputy = directory.deputy(holder, at)
            if deputy and deputy not in exclude and not directory.away(deputy, at):
                return Resolved(deputy, role, holder, why)
        why = why or "vacant"
    return None


def everyone(directory: Directory, roles: Sequence[str], exclude: Collection[str], at: Instant) -> list[str]:
    """The members of a panel: all holders of the first role, wherever they belong.

    For each who is recused, unreachable (`exclude`) or absent, the deputy, else the next holder of the further roles.
    """

    def free(person: str) -> bool:
        return person not in exclude and not directory.away(person, at)

    own = holders(directory, roles[0], "")
    members = [person for person in own if free(person)]
    spare = [person for role in roles[1:] for person in holders(directory, role, "")]
    for missing in own:
        deputy = directory.deputy(missing, at)
        deputies = [deputy] if deputy else []
        stands_in = next((p for p in (*deputies, *spare) if free(p) and p not in own and p not in members), "")
        if not free(missing) and stands_in:
            members.append(stands_in)
    return members


def roles_of(directory: Directory, person: str, *, unit: str, at: Instant) -> tuple[str, ...]:
    """The roles a person may act in for a case at that unit, those of absent people whose deputy he is included."""
    return tuple(dict.fromkeys(_roles(directory, person, unit, at, (person,))))


def _roles(directory: Directory, person: str, unit: str, at: Instant, through: tuple[str, ...]) -> Iterator[str]:
    """`through`: whose roles are gathered already, for two who stand in for each other may both be away."""
    found = directory.person(person)
    if found is None:
        return
    yield from found.roles
    if unit and person in holders(directory, "responsible", unit):
        yield "responsible"
    for other in directory.people:
        if other.id not in through and directory.away(other.id, at) and directory.deputy(other.id, at) == person:
            yield from _roles(directory, other.id, unit, at, (*through, other.id))


def recused_by(directory: Directory, subject: str, *, with_line: bool) -> dict[str, str]:
    """Who is passed over when `subject` is complained about: that person, and perhaps the line above."""
    if not subject:
        return {}
    out: dict[str, Any] = {subject: "subject"}
    if with_line:
        out |= dict.fromkeys(directory.line(subject), "line")
    return out
