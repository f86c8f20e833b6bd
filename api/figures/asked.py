"""Which procedure, unit and weeks somebody asks figures of, and the addresses of the lists behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from api.context import House
from api.security import Principal
from complaints.errors import BadInput, Forbidden
from complaints.people import Directory
from complaints.procedure.model import Procedure
from records.figures import Scope
from templates.clocks import clock_name
from templates.languages import pick

WEEKS = (4, 8, 12)
NO_UNIT = "-"
"""How an address says: cases that no unit has yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A scope with what its labels come from."""

    scope: Scope
    procedure: Procedure
    directory: Directory | None
    choices: tuple[str, ...]
    language: str

    def behind(self, what: str, **more: Any) -> str:
        """The address of a list behind a figure."""
        given = {name: value for name, value in more.items() if value not in ("", None)}
        return f"/figures/list?{urlencode({**self.kept, 'what': what, **given}, doseq=True)}"

    @property
    def kept(self) -> dict[str, Any]:
        """The scope as an address says it."""
        unit = {"unit": self.scope.unit} if self.scope.unit else {}
        return {"procedure": self.procedure.id, "weeks": self.scope.weeks, **unit}

    @property
    def units(self) -> list[tuple[str, str]]:
        """The institution's units by id and name."""
        return [(one.id, pick(one.name, self.language)) for one in self.directory.units] if self.directory else []

    def unit(self, ident: str) -> str:
        """A unit's name."""
        found = self.directory.unit(ident) if self.directory is not None else None
        return pick(found.name, self.language) if found is not None else ident

    def person(self, ident: str) -> str:
        """A person's name."""
        found = self.directory.person(ident) if self.directory is not None else None
        return found.name if found is not None else ident

    def category(self, ident: str) -> str:
        """A category's label."""
        return pick(self.procedure.classification.category.values.get(ident, ident), self.language)

    def clock(self, ident: str) -> str:
        """A clock's label."""
        return clock_name(self.procedure, ident, self.language)


def asked(the: House, request: Request, who: Principal | None, language: str, weeks: int = 0) -> Asked:
    """What the address asks for; BadInput for unknown words, Forbidden for somebody else's procedure.

    Without a word it is the asker's own procedure, else the first there is; all units; twelve weeks. Where `weeks` are
    given, neither weeks nor units can be asked for.
    """
    query = request.query_params
    choices = (who.procedure,) if who is not None and who.procedure else tuple(the.directories.ids())
    ident = query.get("procedure") or choices[0]
    if ident not in choices and ident in the.directories.ids():
        raise Forbidden("The figures of another institution are its own.")
    procedure, directory = the.procedure(ident), the.directory(ident)
    if weeks:
        return Asked(Scope(ident, procedure.calendar.zone, the.now(), weeks), procedure, directory, choices, language)
    many = query.get("weeks") or "12"
    if many not in map(str, WEEKS):
        raise BadInput("weeks", "Figures are of whole weeks.", f"Use one of: {', '.join(map(str, WEEKS))}.")
    unit = query.get("unit", "")
    if unit and (directory is None or directory.unit(unit) is None):
        raise BadInput("unit", "There is no such unit.", "Leave it out for all of them.")
    scope = Scope(ident, procedure.calendar.zone, the.now(), int(many), unit)
    return Asked(scope, procedure, directory, choices, language)
