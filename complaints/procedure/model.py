"""A complaint procedure as data: everything that makes one institution's way different from another's."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Described
from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from complaints.calendar import CalendarSpec
from complaints.procedure.clocks import Clock, Pause
from complaints.procedure.common import Condition, Names, Part, Patterns, Roles, Ruled
from complaints.procedure.intake import Classification, Ground, Intake, Numbering, Reception, Route
from complaints.procedure.people import Approval, Ladder, Recusal, Role
from complaints.procedure.stages import ActionRule, Path

Channel = Literal["mail", "sms", "chat", "phone"]


class Notification(Ruled):
    """Who is told what by which channels when an event happens, or when a stage entry or step is `entered`.

    `counts_as` names the event that the delivery is: an acknowledgement that went by itself is `acknowledged`.
    """

    on: Patterns = ()
    entered: Roles = ()
    when: Condition = {}
    to: Roles
    letter: str
    channels: tuple[Channel, ...] = ("mail",)
    counts_as: str = ""


class Urgent(Ruled):
    """Which further channels carry letters to which roles when the case is so (urgent or major)."""

    when: Condition
    to: Roles
    channels: tuple[Channel, ...]


class Form(Ruled):
    """A printed form: its name and columns in the order of the paper."""

    name: Names
    columns: dict[str, Names] = {}


class Tally(Part):
    """How often in a period another rule must have named a person; with `beside`, that rule at least once too."""

    of: str
    every: Literal["month", "year"]
    at_least: int = 0
    at_most: int | None = None
    beside: str = ""


class Account(Ruled):
    """An accountability rule: what it is keyed on, and what it proposes to a person (never carried out by itself).

    One with a `tally` speaks of all cases of a period together, the others of one case.
    """

    id: str
    when: Condition = {}
    clock: str = ""
    on: Patterns = ()
    against: str = ""
    amount: float | None = None
    tally: Tally | None = None
    text: Names = {}


class Report(Ruled):
    """A periodic analysis: of what, when, for whom."""

    id: str
    every: Literal["day", "week", "month", "quarter", "year"]
    day: int | None = Described(default=None, description="by which day of the month, or of the week (1 is Monday)")
    by: str = ""
    to: Roles = ()
    name: Names = {}


class Retention(Ruled):
    """How many years records are kept; important ones (by condition) longer."""

    years: int = 5
    longer: int = 10
    important: Condition = {}


class Procedure(Part):
    """One institution's complaint procedure; a running case keeps the version it began with."""

    id: str = Described(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = "1"
    name: Names
    source: str = ""
    languages: tuple[str, ...] = ("zh-CN", "en")
    calendar: CalendarSpec = CalendarSpec()
    reception: Reception = Reception()
    channels: dict[str, Names]
    intake: Intake = Intake()
    numbering: Numbering = Numbering()
    classification: Classification = Classification()
    admissibility: tuple[Ground, ...] = ()
    routing: tuple[Route, ...] = ()
    roles: dict[str, Role]
    recusal: Recusal = Recusal()
    paths: tuple[Path, ...]
    actions: dict[str, ActionRule] = {}
    clocks: tuple[Clock, ...]
    pauses: tuple[Pause, ...] = ()
    approvals: tuple[Approval, ...] = ()
    ladder: Ladder = Ladder()
    reopen_on: Condition = Described(default={"satisfied": "not"}, description="which revisit answers reopen the case")
    reopen_to: str = ""
    notifications: tuple[Notification, ...] = ()
    urgent: tuple[Urgent, ...] = ()
    confidential: Condition = Described(
        default={}, description="the cases whose complainant only handlers may see; all, where nothing is asked"
    )
    forms: dict[str, Form] = {}
    letters: dict[str, Names] = Described(default={}, description="what a letter is called here")
    accountability: tuple[Account, ...] = ()
    reports: tuple[Report, ...] = ()
    retention: Retention = Retention()

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core))
        stages = handler.resolve_ref_schema(schema["properties"]["paths"]["items"])["properties"]["stages"]
        schema["properties"]["stages"] = {**stages, "description": "the stages, where there is one path only"}
        schema["required"] = [name for name in schema["required"] if name != "paths"]
        return schema

    @model_validator(mode="before")
    @classmethod
    def _one_path(cls, value: Any) -> Any:
        if isinstance(value, dict) and "stages" in value and "paths" not in value:
            rest = {k: v for k, v in value.items() if k != "stages"}
            return rest | {"paths": [{"id": "standard", "stages": value["stages"]}]}
        return value
