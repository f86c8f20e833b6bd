"""Which fields the form of an action has: what the core asks for, what the procedure adds, what is usual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from complaints.case.authority import BALLOT, extension
from complaints.case.flow import mode_of
from complaints.case.match import Standing, holds
from complaints.case.model import Actor, State
from complaints.case.rules import Rules
from complaints.fields import CODED
from complaints.procedure.intake import CLASSES
from complaints.vocabulary import COMPLAINANT, TEXTS

USUAL: dict[str, tuple[str, ...]] = {
    "acknowledge": ("message",),
    "inform": ("message",),
    "ask": ("question",),
    "report": ("medium", "text"),
    "instruct": ("instruction",),
    "assess": ("admissible", "ground", "validity", "severity", "category", "kind", "finding"),
    "resolve": ("reply", "amount"),
    "dispatch": ("unit", "instruction"),
    "decline": ("reason",),
    "sign_for": ("text",),
    "appoint": ("person", "reason"),
    "contact": ("text",),
    "opine": ("opinion",),
    "propose": ("cause", "measures", "amount", "implement_by"),
    "endorse": ("opinion",),
    "approve": ("requirements",),
    "return": ("reason",),
    "revoke": ("reason",),
    "vote": ("vote", "comment"),
    "consent": ("accepted", "comment"),
    "object": ("reason",),
    "implement": ("done",),
    "verify": ("result",),
    "reply": ("reply", "apology", "correction", "explanation"),
    "revisit": ("satisfied", "comment"),
    "reopen": ("reason", "to"),
    "escalate": ("reason", "to"),
    "refer": ("to", "question", "takes_over"),
    "answer": ("from", "answer"),
    "serve": ("what", "party", "served_at"),
    "promise": ("kind", "until", "promise"),
    "open_case": ("relation", "about", "category", "severity", "person", "case"),
    "correct": ("event", "set", "reason"),
    "explain": ("overdue", "reason"),
    "reclassify": ("severity", "category", "kind", "validity", "reason"),
    "extend": ("clock", "limit", "reason"),
    "pause": ("pause", "reason"),
    "resume": ("pause", "text"),
    "recuse": ("person", "reason"),
    "substitute": ("role", "person", "reason"),
    "merge": ("into", "reason"),
    "withdraw": ("reason",),
    "note": ("text",),
    "attach": ("text",),
    "close": ("outcome", "reason"),
}
"""What is usually said with an action, in the order of its form."""

SORTS = ("assess", "reclassify", "propose")
"""Actions that bring the procedure's own later fields which no action of it names."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `must` in every case, `needed` as the case stands and nothing else is filled in."""

    name: str
    must: bool = False
    needed: bool = False


class _Said(Standing):
    """Where the case stands, and what this action would say."""

    __slots__ = ("said",)

    def __init__(self, state: State, said: Mapping[str, str]) -> None:
        super().__init__(state)
        self.said = said

    def get(self, name: str) -> Any:
        """The value of that name, or None."""
        return self.said[name] if name in self.said else super().get(name)


def fields_of(rules: Rules, state: State, action: str, actor: Actor, step: str = "") -> tuple[Field, ...]:
    """The fields that this person's form of the action has now; `step` is the opinion that is given."""
    must = rules.actions[action].requires
    if action == "open_case":  # without the number of another case, a new one is opened; it needs words of its own
        must = tuple(name for name in must if name != "case")
    rule = rules.procedure.actions.get(action)
    now = _Said(state, {"role": _role(rules, state, actor, action), "step": step})
    needed: dict[str, bool] = {"about": True} if action == "open_case" else {}
    usual = [name for name in USUAL[action] if name in must or _fits(rules, state, action, actor, name)]
    if rule is not None:
        needed |= dict.fromkeys(rule.at_least, True)
        for more in rule.also:
            if action == "opine" and "step" in more.when and not holds({"step": more.when["step"]}, now):
                continue
            if not holds(more.when, now) and not (given := _given_here(rules, state, action, more.when)):
                continue
            asked = holds(more.when, now)
            needed |= {name: needed.get(name, False) or asked for name in more.fields}
            given = _given_here(rules, state, action, more.when)
            needed |= {name: needed.get(name, False) for name in (*given, *more.must)}
    extra = dict.fromkeys((*_of_step(rules, state, step), *_of_panel(rules, state, action), *_loose(rules, action)))
    hidden = {"step", "round", "approval"}
    names = [name for name in dict.fromkeys((*must, *usual, *extra, *needed)) if name not in hidden]
    usual_place = {name: place for place, name in enumerate(USUAL[action])}
    names.sort(key=lambda name: usual_place.get(name, len(usual_place)))
    return tuple(Field(name, name in must, name in must or needed.get(name, False)) for name in names)


def _given_here(rules: Rules, state: State, action: str, when: dict[str, object]) -> list[str]:
    """The fields of a condition that this form itself may bring: neither known of the case nor brought at intake."""
    found = []
    for name in when:
        own = rules.procedure.intake.fields.get(name)
        brought = name in TEXTS or name in CODED or (own is not None and own.later)
        if brought and name not in state.facts and name not in (*CLASSES, "step", "role", "ground", "unit", "any"):
            found.append(name)
    return found


def _fits(rules: Rules, state: State, action: str, actor: Actor, name: str) -> bool:
    """Whether a usual field means anything in this procedure and case."""
    procedure = rules.procedure
    values = procedure.classification.of(name)
    if values is not None and name in CLASSES and action != "promise":
        return bool(values.values)
    if name == "ground":
        return bool(procedure.admissibility)
    if name == "amount":
        by_amount = any(level.to is not None for approval in procedure.approvals for level in approval.levels)
        return by_amount or any(rung.may_grant is not None for rung in procedure.ladder.rungs)
    if name == "implement_by":
        return any(rule.clock.limit.field == name for rule in rules.clocks)
    if (action, name) == ("escalate", "to"):
        return len(procedure.ladder.rungs) > 1
    if (action, name) == ("recuse", "person"):
        return "csd" in actor.roles
    if (action, name) == ("substitute", "person"):
        return any(held.people for held in state.assigned.values())
    return True


def _role(rules: Rules, state: State, actor: Actor, action: str) -> str:
    allowed = rules.actions[action].by
    return next((role for role in actor.roles if role in allowed), actor.roles[0] if actor.roles else "")


def _of_step(rules: Rules, state: State, step: str) -> tuple[str, ...]:
    if not step:
        return ()
    entry = rules.entry(state.path, state.entry)[2]
    return next((one.fields for one in entry.steps if one.id == step), ())


def _of_panel(rules: Rules, state: State, action: str) -> tuple[str, ...]:
    if action != "vote" or state.ballot is None:
        return ()
    panel = rules.approvals[state.ballot.approval].panel
    return panel.questions if panel is not None else ()


def _loose(rules: Rules, action: str) -> tuple[str, ...]:
    """The procedure's later fields that it asks for with no action: they may come with what sorts the case."""
    if action not in SORTS:
        return ()
    named = set(_named(rules))
    return tuple(name for name, one in rules.procedure.intake.fields.items() if one.later and name not in named)


def _named(rules: Rules) -> Iterator[str]:
    for rule in rules.procedure.actions.values():
        yield from rule.requires or ()
        yield from rule.at_least
        for more in rule.also:
            yield from more.fields
    for path in rules.procedure.paths:
        for entry in path.stages:
            for step in entry.steps:
                yield from step.fields


def steps_of(rules: Rules, state: State, actor: Actor) -> tuple[str, ...]:
    """The opinions asked for now that this person may give."""
    entry = rules.entry(state.path, state.entry)[2] if state.path else None
    if entry is None:
        return ()
    return tuple(
        one.id
        for one in entry.steps
        if one.id in state.steps and (set(one.by) & set(actor.roles) or (state.taken and state.taken in actor.roles))
    )


def clocks_to_extend(rules: Rules, state: State, actor: Actor) -> tuple[str, ...]:
    """The keys of the clocks that this person may give more time now."""
    found = []
    for key, running in state.clocks.items():
        rule = extension(rules, state, running)
        if rule is not None and set(rule.by) & set(actor.roles):
            found.append(key)
    return tuple(found)


def offered(rules: Rules, state: State, actor: Actor, permitted: list[str]) -> list[str]:
    """Of what is permitted, what makes sense: nothing that the core would refuse whatever is filled in."""
    asked = "complainant" in state.paused or "asked" in state.contents
    waiting = any(key.startswith("answer:") for key in state.waiting)
    decided = bool(state.decided) and state.decided["event"] != "returned"
    panel = state.ballot is not None and mode_of(rules, state.ballot) == "panel"
    one = state.ballot is not None and mode_of(rules, state.ballot) == "one"
    late = any(not late.explained for late in state.overdue.values())
    sense = {
        "endorse": "endorse" in state.waiting,
        "sign_for": bool(state.unit),
        "answer": asked or waiting,
        "revoke": decided and not state.decided.get("firm") and not state.decided.get("voted"),
        "object": decided,
        "explain": late,
        "pause": any(p.id not in state.paused for p in rules.procedure.pauses),
        "resume": bool(state.paused),
        "extend": bool(clocks_to_extend(rules, state, actor)),
        "opine": bool(steps_of(rules, state, actor)),
        "vote": not one,
        **({name: not panel for name in BALLOT if name != "vote"}),
        "substitute": bool(state.assigned),
        "resolve": state.stage in ("registration", "assessment"),
        "consent": COMPLAINANT in actor.roles or _mentions(rules, "consented"),
        "serve": _mentions(rules, "served"),
    }
    return [name for name in permitted if sense.get(name, True)]


def _mentions(rules: Rules, event: str) -> bool:
    turns = any(p.event == event for found in rules.turns.values() for turn in found for p in turn.on)
    ends = any(p.event == event for entry in rules.entries.values() for p in entry[2].done)
    return turns or ends or event in rules.opens or event in rules.closes or event in rules.tells
