"""The form of a scenario file; times without an offset are the procedure's own."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from complaints.vocabulary import ACTIONS

NOT_ACTIONS = ("notice_fails", "absent", "outage")
"""Steps that are no actions but things that happen."""

Time = Annotated[
    datetime, WithJsonSchema({"type": "string", "description": "2026-09-30T16:00, in the procedure's own time zone"})
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Complaint(BaseModel):
    """The complaint as it comes in: when, and the fields of the procedure's intake."""

    model_config = ConfigDict(frozen=True, extra="allow")

    received_at: Time
    by: str = ""
    reachable: str = "mail"


class Step(_Part):
    """What somebody does, or what happens, at an instant; `refused` when it must not be possible."""

    at: Time
    do: str
    by: str = ""
    with_: dict[str, Any] = Field(default={}, alias="with")
    refused: bool | str = False
    to: str = ""
    who: str = ""
    until: Time | None = None

    @model_validator(mode="after")
    def _known(self) -> Step:
        if self.do not in ACTIONS and self.do not in NOT_ACTIONS:
            raise ValueError(f"do: there is no action {self.do!r}; besides actions there are {', '.join(NOT_ACTIONS)}")
        if self.do in ACTIONS and not self.by:
            raise ValueError(f"by: who does {self.do!r}? give a role or a person of the directory")
        needed = {"notice_fails": "to", "absent": "who", "outage": "until"}.get(self.do)
        if needed and not getattr(self, needed):
            raise ValueError(f"{needed}: {self.do} needs it")
        return self


class Scenario(_Part):
    """One story: the complaint, the steps in order of time, and what is expected."""

    procedure: str
    name: str
    proves: tuple[str, ...] = Field(default=(), description="the clauses that this scenario proves")
    complaint: Complaint
    steps: tuple[Step, ...] = ()
    until: Time | None = None
    expect: tuple[dict[str, Any], ...] = ()
    needs: tuple[str, ...] = Field(default=(), description="fields without which the complaint is not taken")
    never: tuple[str | dict[str, Any], ...] = ()
    ledger: tuple[dict[str, Any], ...] | None = Field(default=None, description="the whole ledger, in order")
    finally_: dict[str, Any] = Field(default={}, alias="finally")

    @model_validator(mode="after")
    def _in_order(self) -> Scenario:
        instants = [self.complaint.received_at.replace(tzinfo=None), *(s.at.replace(tzinfo=None) for s in self.steps)]
        if any(later < earlier for earlier, later in pairwise(instants)):
            raise ValueError("steps: must be in order of time, and none before the complaint")
        return self
