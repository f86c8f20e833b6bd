"""Refusals and faults of an action in the reader's words."""

from __future__ import annotations

from api.casework.codes import REFUSALS
from api.casework.inputs import Sent
from api.casework.names import Names
from complaints.case.authority import authorise
from complaints.case.model import Actor, Message, State
from complaints.errors import BadInput, Invalid, Refused


def _(text: str) -> str:
    return text


def in_words(names: Names, refused: Refused) -> str:
    """Why the case does not allow it, with the clause if there is one."""
    words = names.say(REFUSALS.get(refused.code, _("The case does not allow this now.")))
    return f"{words} ({refused.clause})" if refused.clause else words


def why_not(names: Names, state: State, action: str, actor: Actor) -> str:
    """Why this person may not do that now; empty where the core has no objection."""
    try:
        authorise(names.rules, state, Message(action, state.at, actor))
    except Refused as refused:
        return in_words(names, refused)
    return ""


def beside(names: Names, error: BadInput, sent: Sent) -> dict[str, str]:
    """What is wrong, by field; what belongs to no field stands under the empty name."""
    each = error.errors if isinstance(error, Invalid) else (error,)
    found = {}
    for one in each:
        filled = any(value.strip() for value in sent.get(f"f_{one.field}", ()))
        found[one.field] = (
            names.say(_("This cannot be taken as it is written.")) if filled else names.say(_("Please fill this in."))
        )
    return found
