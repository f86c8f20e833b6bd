"""The head of the case page: what it is, where it is on its way, what comes next and who may do what now."""

from __future__ import annotations

from typing import Any

from api.casework.names import Names
from api.casework.words import ACTIONS as HELP
from complaints.case import Actor, State, awaited
from complaints.case.match import case_is
from complaints.instants import Instant
from templates.dates import until

SHORT = 48
"""So many characters of the complaint stand beside its number."""


def _(text: str) -> str:
    return text


_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        _("With the complainant"),
        ("acknowledge", "contact", "inform", "ask", "answer", "promise", "reply", "revisit", "consent"),
    ),
    (
        _("The case's way"),
        ("assess", "resolve", "dispatch", "sign_for", "decline", "appoint", "opine", "propose", "endorse", "approve",
         "return", "vote", "revoke", "object", "implement", "verify", "instruct", "report", "refer", "serve", "reopen"),
    ),
    (
        _("Time and people"),
        ("escalate", "extend", "pause", "resume", "explain", "recuse", "substitute"),
    ),
    (
        _("The record"),
        ("note", "attach", "open_case", "reclassify", "correct", "merge", "withdraw", "close"),
    ),
)  # fmt: skip


def subject(about: str) -> str:
    """The first words of a complaint."""
    line = " ".join(about.split())
    if len(line) <= SHORT:
        return line
    # A word is not cut where the one before it ends near; Chinese has no such ends.
    cut = line[: SHORT - 1]
    whole = cut.rpartition(" ")[0]
    return f"{(whole if line[SHORT - 1] != ' ' and len(whole) > SHORT - 16 else cut).rstrip()}…"


def chips(names: Names, state: State) -> list[tuple[str, str]]:
    """How the case is sorted: label and word of each."""
    found = [(names.field(n), names.value(n, state.facts[n])) for n in ("severity", "category") if state.facts.get(n)]
    if state.facts.get("channel"):
        found.append((names.field("channel"), names.value("channel", state.facts["channel"])))
    found += [(names.field(n), names.value(n, state.facts[n])) for n in ("kind", "validity") if state.facts.get(n)]
    if state.unit:
        found.append((names.field("unit"), names.unit(state.unit)))
    if state.outcome:
        found.append((names.field("outcome"), names.value("outcome", state.outcome)))
    return found


def way(names: Names, state: State) -> list[dict[str, str]]:
    """The entries of the case's path, each done, now or still to come; those that do not apply are left out."""
    path = next(p for p in names.rules.procedure.paths if p.id == state.path)
    here = next(place for place, entry in enumerate(path.stages) if entry.id == state.entry)
    return [
        {"name": names.stage(path.id, entry.id), "mark": "done" if place < here else "now" if place == here else "next"}
        for place, entry in enumerate(path.stages)
        if place == here or entry.stage == "closed" or case_is(entry.when, state)
    ]


def turns(names: Names, state: State, now: Instant) -> list[dict[str, Any]]:
    """Who is awaited for what, and until when."""
    return [
        {
            "role": names.role(one.role),
            "person": names.person(one.person),
            "actions": [names.action(action) for action in one.actions],
            "due": one.due or None,
            "relative": until(one.due, now, names.language) if one.due else "",
            "late": bool(one.due) and one.due < now,
        }
        for one in awaited(names.rules, state)
    ]


def buttons(names: Names, state: State, may: list[str], actor: Actor, drafts: tuple[str, ...]) -> dict[str, Any]:
    """What this person may do now: `first` the next step if it is theirs, `beside` it, and `more` by groups."""
    mine = [
        action
        for one in awaited(names.rules, state)
        if one.role in actor.roles or one.person == actor.person
        for action in one.actions
        if action in may
    ]
    mine = list(dict.fromkeys(mine))
    first, beside = mine[:1], mine[1:3]
    rest = [
        (names.say(title), [_one(names, action, drafts) for action in group if action in may and action not in first])
        for title, group in _GROUPS
    ]
    return {
        "first": _one(names, first[0], drafts) if first else None,
        "beside": [_one(names, action, drafts) for action in beside],
        "more": [(title, group) for title, group in rest if group],
    }


def _one(names: Names, action: str, drafts: tuple[str, ...]) -> dict[str, Any]:
    return {"id": action, "name": names.action(action), "help": names.say(HELP[action]), "draft": action in drafts}
