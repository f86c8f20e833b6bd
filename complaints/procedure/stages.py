"""Paths and their stages: the way of a case."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, model_validator

from complaints.procedure.common import Condition, Names, Patterns, Roles, Ruled, Short
from complaints.vocabulary import STAGES, Stage


class OpinionStep(Ruled):
    """An office's opinion inside a stage; in turn, unless it is `together` with the one before."""

    id: str
    by: Roles
    fields: Roles = ()
    when: Condition = {}
    together: bool = False
    name: Names = {}


class Turn(Ruled):
    """Where an event leads, other than to the next stage: to an entry, perhaps with an outcome to come."""

    on: Patterns
    go: str
    outcome: str = ""


class Entry(Ruled, Short):
    """One stage of a path: an own id, the ISO stage, what ends it, who owns it, what it needs.

    `done` defaults by stage: assessment ends with `dispatched`, investigation with `proposed` (or the last opinion),
    approval with the approvals, implementation with `implemented`, reply with `replied`, revisit with `revisited`.
    """

    model_config = ConfigDict(json_schema_extra=lambda schema: schema["required"].remove("stage"))

    id: str
    stage: Stage
    when: Condition = {}
    done: Patterns = ()
    owner: str = ""
    steps: tuple[OpinionStep, ...] = ()
    approval: Roles = ()
    returns_to: str = Field(default="", description="where `returned` leads; the last investigation before by default")
    turns: tuple[Turn, ...] = ()
    name: Names = {}

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"id": value, "stage": value}
        if isinstance(value, dict) and "stage" not in value and value.get("id") in STAGES:
            return {**value, "stage": value["id"]}
        return value


class Path(Ruled):
    """A list of stages for the cases that meet `when`; the first path that fits is taken."""

    id: str = "standard"
    when: Condition = {}
    stages: tuple[Entry, ...]
    turns: tuple[Turn, ...] = ()


class ActionRule(Ruled):
    """What a procedure changes of an action: who, in which stages, what it must carry, and when that applies."""

    by: Roles | None = None
    stages: tuple[Stage, ...] | None = None
    requires: Roles | None = None
    at_least: dict[str, int] = Field(default={}, description="lists that must name so many, e.g. {people: 2}")
    also: tuple[Requirement, ...] = ()


class Requirement(Ruled):
    """Fields that an action must carry when the case is so, and what they `must` be, e.g. {written: true}."""

    when: Condition = {}
    fields: Roles = ()
    must: Condition = {}


ActionRule.model_rebuild()
