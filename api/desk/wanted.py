"""What a worklist is asked for: the address's query, who asks, and the filter of the records that both make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from api.cases import cursor
from api.context import House
from api.security import Principal
from complaints.instants import Instant
from records.values import WorkFilter

TABS = ("mine", "unit", "all")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A worklist: whose, which words, which filters, and from where on."""

    tab: str
    q: str = ""
    procedure: str = ""
    stage: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    overdue: bool = False
    closed: bool = False
    after: str = ""

    def query(self, **changes: object) -> str:
        """The query string of this list, or of one that differs from it; a place in the list is left out."""
        # Any, because a field may be given any of its own types.
        other = replace(self, **{"after": ""} | changes)  # type: ignore[arg-type]
        pairs: list[tuple[str, str]] = [("tab", other.tab)]
        for name in ("q", "procedure", "stage", "severity", "unit", "overdue", "closed", "after"):
            value = getattr(other, name)
            many: Iterable[object] = value if isinstance(value, tuple) else (value,)
            pairs += [(name, "true" if one is True else str(one)) for one in many if one]
        return urlencode(pairs)


def read(query: QueryParams, who: Principal, units: Sequence[str]) -> Wanted:
    """The worklist that a query asks for; without one it is what waits for the asker.

    Where filters or words come without a tab, as from a figure's link, they are about all cases.
    """

    def many(name: str) -> tuple[str, ...]:
        return tuple(value[:_LONGEST] for value in query.getlist(name) if value)

    def yes(name: str) -> bool:
        return query.get(name, "").lower() in ("true", "1", "on")

    wanted = Wanted(
        tab=query.get("tab", ""),
        q=query.get("q", "").strip()[:_LONGEST],
        procedure=query.get("procedure", ""),
        stage=many("stage"),
        severity=many("severity"),
        unit=many("unit"),
        overdue=yes("overdue"),
        closed=yes("closed"),
        after=query.get("after", ""),
    )
    narrowed = any((wanted.q, wanted.stage, wanted.severity, wanted.unit, wanted.overdue, wanted.closed))
    own = "mine" if who.procedure and not narrowed else "all"
    tab = "mine" if yes("mine") else wanted.tab if wanted.tab in TABS else own
    # A closed case waits for nobody.
    if (tab == "unit" and not units) or (tab == "mine" and wanted.closed):
        tab = "all"
    return replace(wanted, tab=tab)


def units_of(the: House, who: Principal) -> tuple[str, ...]:
    """The units whose cases are this person's: where they belong, and those that they head."""
    directory = the.directory(who.procedure) if who.procedure else None
    person = directory.person(who.person) if directory is not None else None
    if directory is None or person is None:
        return ()
    headed = [unit.id for unit in directory.units if unit.head == who.person]
    return tuple(dict.fromkeys([*([person.unit] if person.unit else []), *headed]))


def of_tab(tab: str, who: Principal, units: tuple[str, ...], at: Instant, procedure: str = "") -> WorkFilter:
    """All open cases of a tab."""
    chosen = who.procedure or procedure
    base = WorkFilter(at=at, procedures=(chosen,) if chosen else ())
    if tab == "mine":
        return replace(base, person=who.person, roles=who.roles)
    return replace(base, units=units) if tab == "unit" else base


def narrowed(wanted: Wanted, who: Principal, units: tuple[str, ...], at: Instant) -> WorkFilter:
    """The filter of a worklist; raises BadInput for a place in it that is none."""
    base = of_tab(wanted.tab, who, units, at, wanted.procedure)
    chosen = wanted.unit or base.units
    if base.units and wanted.unit:
        # A unit chosen beside "my unit" cannot widen it.
        chosen = tuple(sorted(set(wanted.unit) & set(units))) or ("",)
    return replace(
        base,
        find=wanted.q,
        stages=wanted.stage,
        severities=wanted.severity,
        units=chosen,
        overdue=True if wanted.overdue else None,
        closed=wanted.closed,
        after=cursor(wanted.after),
    )
