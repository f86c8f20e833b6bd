"""Roles, approvals, the ladder and recusal: who decides, who stands in, who comes next."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from complaints.procedure.common import Condition, Names, Patterns, Roles, Ruled


class Role(Ruled):
    """A role of the case. A `shared` one (a desk) may be acted in by any holder, another by the one assigned.

    `head_of` makes it the head of the unit that this fact names, such as the department of who received the complaint.
    """

    name: Names
    shared: bool = False
    head_of: str = ""
    substitutes: Roles = ()
    actions: Roles = Field(default=(), description="actions of this role beyond the usual ones")


class Level(Ruled):
    """One level of an approval: up to an amount (`to`), or under a condition (`when`), decided by a role."""

    by: Roles
    to: float | None = None
    when: Condition = {}
    mode: Literal["one", "all", "panel"] | None = None
    substitutes: Roles = ()


class Panel(Ruled):
    """How a panel votes: quorum and majority as shares, what a tie means, which further questions.

    It ends with the last vote, or when a clock of kind `vote` ends it. A question's answer (true or false) becomes a
    fact of the case.
    """

    quorum: float = Field(default=0.5, description="more than this share of the members must vote; 1 means all")
    majority: float = Field(default=0.5, description="the share of votes cast that must be exceeded")
    tie: Literal["returned", "approved"] = "returned"
    questions: Roles = ()


class Approval(Ruled):
    """A decision: of what, by whom at which level, by one, by all or by a panel."""

    id: str
    of: str = "measures"
    mode: Literal["one", "all", "panel"] = "one"
    levels: tuple[Level, ...]
    amount: str = Field(default="amount", description="the fact that chooses the level; unknown goes to the top")
    panel: Panel | None = None
    sign_in: bool = Field(default=False, description="a letter's link decides nothing by itself: its reader signs in")


class Rung(Ruled):
    """One step of the ladder: the role, what it may grant, and whether it is told or takes the case over.

    `may_grant` is one amount, or one by unit with `else`; nothing means no bound.
    """

    role: str
    does: Literal["inform", "take_over"] = "inform"
    may_grant: float | dict[str, float] | None = None

    def grants(self, unit: str) -> float | None:
        """How much the rung may grant in cases of that unit; None when there is no bound."""
        if isinstance(self.may_grant, dict):
            return self.may_grant.get(unit, self.may_grant.get("else"))
        return self.may_grant


class Ladder(Ruled):
    """Higher authority, rung by rung; `climb` lists events that climb it (clocks climb it by their own ladder).

    `asked` is the fact that says what is asked for: where the rung that holds the case may not grant so much, the case
    climbs until one may.
    """

    rungs: tuple[Rung, ...] = ()
    climb: Patterns = ()
    asked: str = ""
    line_of: Literal["case", "respondent_unit"] = "case"


class Recusal(Ruled):
    """Whether the line above the person complained about is passed over with that person."""

    with_line: bool = False
