"""The small words of a procedure file: names in both languages, conditions, event patterns, limits."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from complaints.calendar import Limit

Names = Annotated[dict[str, str], Field(description="label by language, e.g. {zh-CN: 登记, en: Registered}")]
Scalar = str | int | float | bool
Test = dict[str, Any]
"""What one fact must be: a value, a list of values, or a comparison such as {over: 10000} or {given: true}."""
COMPARISONS = ("over", "at_least", "below", "at_most", "given", "not")


class Part(BaseModel):
    """A part of a procedure: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Ruled(Part):
    """A part that stands for a rule on paper: which clause, and whether its figure is our default."""

    clause: str = Field(default="", description="the clause of the source that this rule carries out, e.g. GT-05")
    default: bool = Field(default=False, description="true where the source gives no figure and this is our default")


Condition = dict[str, Any]
"""Facts and what they must be; all must hold. `any` holds a list of conditions of which one must hold."""


def as_list(value: object) -> object:
    """One thing as a list of it; nothing as an empty one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


class Short(Part):
    """A part that may be written as one word; the JSON Schema for editors knows that form too."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(core), {"type": "string"}]}


class Pattern(Short):
    """An event by name and, if need be, by what it carries (`where`) and what the case is then (`when`).

    `where` also knows `role` and `by`, the role and the person of the event.
    """

    event: str
    where: Condition = {}
    when: Condition = {}
    at: str = Field(default="", description="the field of the event that holds the instant to count from")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"event": value} if isinstance(value, str) else value


Patterns = Annotated[
    tuple[Pattern, ...], BeforeValidator(as_list, json_schema_input_type=tuple[Pattern, ...] | Pattern | None)
]
Roles = Annotated[tuple[str, ...], BeforeValidator(as_list, json_schema_input_type=tuple[str, ...] | str | None)]


class LimitRule(Part):
    """A time limit: plain, by a classification (`by` and its `cases`), or an instant that a field carries.

    `field` with `otherwise` when the field is empty and `most` as its latest.
    """

    limit: Limit | None = None
    by: str = ""
    cases: dict[str, LimitRule] = {}
    otherwise: LimitRule | None = Field(default=None, alias="else")
    field: str = ""
    most: Limit | None = Field(default=None, alias="max")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, LimitRule):
            return value
        if isinstance(value, str | Limit) or (isinstance(value, dict) and "next_working_day" in value):
            return {"limit": value}
        if isinstance(value, dict) and "by" in value and "cases" not in value:
            known = {"by", "else", "otherwise"}
            cases = {k: v for k, v in value.items() if k not in known}
            return {k: v for k, v in value.items() if k in known} | {"cases": cases}
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        full = handler(core)
        plain = handler.resolve_ref_schema(full)["properties"]["limit"]["anyOf"][0]
        by = {"type": "object", "properties": {"by": {"type": "string"}}, "required": ["by"]}
        return {"anyOf": [full, plain, {**by, "additionalProperties": {"anyOf": [full, plain]}}]}

    @model_validator(mode="after")
    def _one_way(self) -> LimitRule:
        ways = sum((self.limit is not None, bool(self.by), bool(self.field)))
        if ways != 1:
            raise ValueError("a limit is either a time such as '3 working_days', or by a classification, or a field")
        return self
