"""What a complaint brings: channels, fields, classification, numbers, and what may not be accepted."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Described
from pydantic import model_validator

from complaints.procedure.common import Condition, LimitRule, Names, Part, Patterns, Ruled

FieldType = Literal["text", "choice", "amount", "integer", "date", "instant", "bool", "person", "unit"]


class Field(Ruled):
    """One field of the intake: its type, whether it must be given (always, or under a condition), its values."""

    type: FieldType = "text"
    required: bool | Condition = False
    values: dict[str, Names] = {}
    label: Names
    personal: bool = Described(default=False, description="true for personal data: kept in the records as text is")
    later: bool = Described(default=False, description="true where an action brings it later on: not asked at intake")

    @model_validator(mode="after")
    def _choices(self) -> Field:
        if (self.type == "choice") != bool(self.values):
            raise ValueError("a field of type choice needs `values`, and only such a field has them")
        return self


class Intake(Ruled):
    """The fields that a complaint takes beside channel, classification, subject and complainant."""

    fields: dict[str, Field] = {}
    anonymous: bool = True
    contact_required: bool = False


class Values(Ruled):
    """The values of one classification with their labels, and which one holds when nothing is said."""

    values: dict[str, Names] = {}
    default: str = ""  # type: ignore[assignment]

    @model_validator(mode="after")
    def _default_is_a_value(self) -> Values:
        if self.default and self.default not in self.values:
            raise ValueError(f"default {self.default!r} is not one of the values {', '.join(self.values)}")
        return self


class After(Part):
    """A rule that acts by the clock: this long after an event, while the condition holds."""

    limit: LimitRule
    from_: str = Described(alias="from")
    while_: Condition = Described(default={}, alias="while")


class Rule(Ruled):
    """Sets classifications when facts are so: at once, when something happens (`on`), or after a time."""

    set: dict[str, Any]
    when: Condition = {}
    on: Patterns = ()
    after: After | None = None


class Classification(Ruled):
    """The four ways to sort a complaint, each with the procedure's own values; `rules` may set them, also over time."""

    kind: Values = Values()
    category: Values = Values()
    severity: Values = Values()
    validity: Values = Values()
    rules: tuple[Rule, ...] = ()

    def of(self, name: str) -> Values | None:
        """The values of one classification by its name, or None when there is no such classification."""
        found = getattr(self, name, None) if name in CLASSES else None
        return found if isinstance(found, Values) else None


CLASSES = ("kind", "category", "severity", "validity")


class Numbering(Ruled):
    """How numbers look: strftime codes of the day received and `{serial:04}`; when the serial starts again."""

    pattern: str = "%Y%m%d-{serial:04}"
    restart: Literal["daily", "monthly", "yearly", "never"] = "daily"

    @model_validator(mode="after")
    def _has_serial(self) -> Numbering:
        if "{serial" not in self.pattern:
            raise ValueError("the pattern must hold the serial, for example %Y%m%d-{serial:04}")
        return self


class Ground(Ruled):
    """A ground on which a complaint is not accepted, told to the complainant with `name`."""

    id: str
    name: Names


class Route(Ruled):
    """Which unit is suggested when the facts are so."""

    when: Condition = {}
    unit: str


class ReceptionDay(Ruled):
    """A day on which leaders receive in person: a weekday of the first to fourth or the last week of each month.

    `hours` is written HH:MM-HH:MM; `complaints.reception` tells the date.
    """

    name: Names
    every: Literal["month"] = "month"
    week: Literal["first", "second", "third", "fourth", "last"]
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    hours: str = Described(pattern=r"^\d\d:\d\d-\d\d:\d\d$")


class Reception(Ruled):
    """When complaints are received: in office hours, or round the clock (limits still count by the calendar)."""

    hours: Literal["office", "round_the_clock"] = "office"
    days: tuple[ReceptionDay, ...] = ()
    emergency: Names = {}
