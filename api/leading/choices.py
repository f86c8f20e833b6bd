"""What a leader may choose on the page, and the words of each choice."""

from __future__ import annotations

from dataclasses import dataclass


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of the page: the action it is, the text it needs, and its words."""

    action: str
    field: str
    heading: str
    button: str
    done: str
    follows: str
    prompt: str = ""
    label: str = ""
    optional: bool = False
    vote: str = ""


_VOTED = _("The result follows from all votes, or when the time to vote is over.")

CHOICES = {
    "approve": Choice(
        "approve", "", _("Approve the measures?"), _("Yes, approve"), _("You have approved."),
        _("The responsible unit carries the measures out; the complainant is told."),
        label=_("Approve"),
    ),
    "require": Choice(
        "approve", "requirements", _("Approve with requirements?"), _("Approve with these requirements"),
        _("You have approved with requirements."),
        _("The responsible unit carries the measures out at once, with your requirements."), _("Your requirements"),
        label=_("Approve with requirements…"),
    ),
    "return": Choice(
        "return", "reason", _("Return for rework?"), _("Return"), _("You have returned it."),
        _("The responsible unit writes new measures; you are asked again, by a new link."),
        _("What is to be changed, and why"),
        label=_("Return for rework…"),
    ),
    "recuse": Choice(
        "recuse", "reason", _("Have somebody else decide?"), _("Pass me over"), _("You are passed over."),
        _("Your substitute is asked, with the full time."), _("Your interest in the matter"),
        label=_("I have an interest in this: pass me over"),
    ),
    "substitute": Choice(
        "substitute", "", _("Hand it to your deputy?"), _("Hand over"), _("You have handed it over."),
        _("Your deputy is asked, with the full time."),
        label=_("Hand to my deputy"),
    ),
    "vote_yes": Choice(
        "vote", "reason", _("Vote for it?"), _("Vote for it"), _("You have voted for it."), _VOTED,
        _("Your reasons, if you want to give any"), label=_("For it…"), optional=True, vote="yes",
    ),
    "vote_no": Choice(
        "vote", "reason", _("Vote against it?"), _("Vote against it"), _("You have voted against it."), _VOTED,
        _("Your reasons, if you want to give any"), label=_("Against it…"), optional=True, vote="no",
    ),
    "abstain": Choice(
        "vote", "reason", _("Abstain?"), _("Abstain"), _("You have abstained."), _VOTED,
        _("Your reasons, if you want to give any"), label=_("Abstain…"), optional=True, vote="abstain",
    ),
    "endorse": Choice(
        "endorse", "", _("Endorse the measures?"), _("Yes, endorse"), _("You have endorsed the measures."),
        _("They go on to whoever decides on them."), label=_("Endorse"),
    ),
    "instruct": Choice(
        "instruct", "instruction", _("Give an instruction"), _("Give this instruction"),
        _("You have given an instruction."), _("It goes to the complaints desk and the responsible unit at once."),
        _("Your instruction"), label=_("Give an instruction…"),
    ),
}  # fmt: skip
"""The choices by their id in the form."""

ONE = ("approve", "require", "return")
PANEL = ("vote_yes", "vote_no", "abstain")
QUIET = ("recuse", "substitute")

LATER = _("It is accepted and counts from now; it is carried out as soon as the system works again.")
