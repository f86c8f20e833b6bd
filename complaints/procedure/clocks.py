"""Clocks, pauses and promises: every deadline of a procedure is one of these."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from complaints.calendar import Limit
from complaints.procedure.common import Condition, LimitRule, Patterns, Roles, Ruled, as_list

Does = Literal["remind", "chase", "escalate", "reclassify", "substitute", "reopen", "close", "lapse"]


class Step(Ruled):
    """One step of a clock's ladder: at, before or after the due instant; what happens, and to whom.

    `every` and `times` repeat it. `set` is what a reclassification sets; `unless`/`when` are tested as it falls due.
    """

    do: Does
    before: Limit | None = None
    after: Limit | None = None
    every: Limit | None = None
    times: int = 1
    to: Roles = ()
    set: Condition = {}
    when: Condition = {}
    stage: str = ""
    outcome: str = ""


class Extension(Ruled):
    """Who may extend a clock when the case is so, by how much at most and how often."""

    when: Condition = {}
    by: Roles
    most: Limit
    times: int = 1


Extensions = Annotated[
    tuple[Extension, ...], BeforeValidator(as_list, json_schema_input_type=tuple[Extension, ...] | Extension | None)
]
"""The rules of extension of one clock: the first whose condition holds applies."""


class Clock(Ruled):
    """A named limit: from the last match of `from` until a match of `until`.

    kind `limit` becomes overdue at its due instant; `window` never does and ends with `lapsed`; `silence` ends the
    say of the approval's holder with `deemed_approved`, once the facts say that it was fairly offered; `vote` ends the
    voting of the approval's panel: the votes cast by then are counted.
    """

    id: str
    kind: Literal["limit", "window", "silence", "vote"] = "limit"
    owner: str = ""
    from_: Patterns = Field(alias="from")
    until: Patterns = ()
    when: Condition = {}
    limit: LimitRule
    ladder: tuple[Step, ...] = ()
    per: Literal["case", "unit", "party", "promise", "person"] = "case"
    approval: str = ""
    extend: Extensions = ()
    recount: Literal["origin", "now"] = "origin"
    after_closing: bool = False
    quiet: bool = Field(default=False, description="true where missing it is no fault to be explained at closing")


class Pause(Ruled):
    """What stops which clocks, from which event until which other."""

    id: str
    from_: Patterns = Field(alias="from")
    until: Patterns
    clocks: Roles
