"""Who may do what now: role, assignment, recusal, stage, and what an action must carry."""

from __future__ import annotations

from dataclasses import replace

from complaints.case.match import case_is, holds
from complaints.case.model import Actor, Message, Running, State
from complaints.case.rules import OWNERS, Rules
from complaints.errors import Refused
from complaints.procedure.clocks import Extension
from complaints.procedure.stages import Requirement
from complaints.vocabulary import ACTIONS, COMPLAINANT, OPERATOR, STAFF, UNAUTHENTICATED

BALLOT = ("approve", "return", "vote")
"""Actions of an approval: allowed while one is open, whatever its stage is called, to its own role."""
MEASURES = ("propose", "implement")
"""Actions that belong to an entry of their own: not while another of the same stage asks for opinions."""


def authorise(rules: Rules, state: State, message: Message) -> str:
    """The role in which the actor does this; raises `Refused` naming the rule that forbids it."""
    name = message.do
    if name not in ACTIONS:
        raise Refused("unknown_action", f"there is no action {name!r}")
    actor = message.by
    if actor.person in state.recused and COMPLAINANT not in actor.roles:
        raise Refused("recused", f"{actor.person} is recused from this case and may neither act nor decide", "CM-06")
    for person in message.data.get("people", ()):
        if person in state.recused:
            raise Refused("recused", f"{person} is recused from this case and takes no part in it", "CM-06")
    _stage(rules, state, name)
    return _role(rules, state, name, actor, message)


def require(rules: Rules, state: State, message: Message, role: str) -> None:
    """Raises `Refused` when the message lacks a field that the action must carry for this case."""
    rule = rules.procedure.actions.get(message.do)
    needed = list(rules.actions[message.do].requires)
    if rule is not None:
        for more in rule.also:
            if case_is(more.when, _with(state, message, role)):
                needed += more.fields
                _must(message, more)
        for name, count in rule.at_least.items():
            if len(set(message.data.get(name, ()))) < count:
                raise Refused("missing", f"{message.do} needs {name}: at least {count}", rule.clause, (name,))
    given = set(message.data) | set(message.content.fields if message.content else ())
    missing = [f for f in dict.fromkeys(needed) if f not in given or message.data.get(f, 0) in ("", None)]
    if missing:
        raise Refused("missing", f"{message.do} needs {', '.join(missing)}", fields=missing)


def _must(message: Message, rule: Requirement) -> None:
    if not holds(rule.must, message.data):
        wanted = ", ".join(f"{name} {value}" for name, value in rule.must.items())
        raise Refused("missing", f"{message.do} needs here: {wanted}", rule.clause, tuple(rule.must))


def _with(state: State, message: Message, role: str) -> State:
    texts = dict.fromkeys(message.content.fields if message.content else (), True)
    return replace(state, facts={**state.facts, **texts, **message.data, "role": role})


def _stage(rules: Rules, state: State, name: str) -> None:
    action = rules.actions[name]
    if name in BALLOT:
        if state.ballot is None:
            raise Refused("decided", _what_was_decided(state))
        return
    if name == "opine":
        if not state.steps:
            raise Refused("wrong_stage", "no opinion is asked for now")
        return
    if state.stage not in action.stages:
        if state.outcome:
            raise Refused("closed", f"the case is closed ({state.outcome}); {name} is no longer possible")
        raise Refused("wrong_stage", f"{name} is not possible in stage {state.stage}")
    if state.steps and name in MEASURES:
        raise Refused("wrong_stage", f"asked for first: {', '.join(state.steps)}")


def extension(rules: Rules, state: State, running: Running) -> Extension | None:
    """The rule by which that clock may be extended now; None when it may not."""
    return next((e for e in rules.clocks[running.rule].clock.extend if case_is(e.when, state)), None)


def _what_was_decided(state: State) -> str:
    if not state.decided:
        return f"no decision is asked for now; the case is in stage {state.stage}"
    how = {"deemed_approved": "was deemed approved", "approved": "was approved", "returned": "was returned"}
    return f"too late: the matter {how[str(state.decided['event'])]}; see the case for when"


def _role(rules: Rules, state: State, name: str, actor: Actor, message: Message) -> str:
    allowed = _allowed(rules, state, name, message)
    roles = dict.fromkeys((*actor.roles, *_held(state, actor.person)))
    mine = [r for r in roles if r in allowed or (STAFF in allowed and r != COMPLAINANT)]
    mine += [r for r in roles if state.taken and r == state.taken and _owned(rules, state) in allowed]
    if not mine:
        raise Refused("not_your_role", f"{name} is for {', '.join(allowed)}; {actor.person} acts as none of these")
    for role in sorted(mine, key=lambda r: allowed.index(r) if r in allowed else len(allowed)):
        held = state.assigned.get(role)
        shared = role in rules.procedure.roles and rules.procedure.roles[role].shared
        if shared or held is None or actor.person == held.person or actor.person in held.people:
            return role
    raise Refused("not_assigned", f"this case is with somebody else in the role {mine[0]}")


def _held(state: State, person: str) -> list[str]:
    return [role for role, held in state.assigned.items() if person == held.person or person in held.people]


def _owned(rules: Rules, state: State) -> str:
    entry = rules.entry(state.path, state.entry)[2]
    return entry.owner or OWNERS[entry.stage]


def _allowed(rules: Rules, state: State, name: str, message: Message) -> tuple[str, ...]:
    if name in BALLOT and state.ballot is not None:
        level = rules.approvals[state.ballot.approval].levels[state.ballot.level]
        return level.by
    if name == "opine":
        entry = rules.entry(state.path, state.entry)[2]
        step = next((s for s in entry.steps if s.id == message.data.get("step")), None)
        if step is None or step.id not in state.steps:
            raise Refused("wrong_step", f"asked for now: {', '.join(state.steps)}")
        return step.by
    if name == "revoke" and state.decided:
        return (str(state.decided["role"]),)
    if name == "extend":
        running = state.clocks.get(str(message.data.get("clock", "")))
        rule = extension(rules, state, running) if running else None
        if rule is None:
            raise Refused("no_extension", "this procedure does not let that clock be extended")
        return rule.by
    if name == "explain":
        late = state.overdue.get(str(message.data.get("overdue", "")))
        return ("csd", late.role) if late else ("csd",)
    if name == "substitute" and state.ballot is not None:
        return (state.ballot.role, "csd")
    if name in UNAUTHENTICATED:
        return (*rules.actions[name].by, OPERATOR)
    return rules.actions[name].by


def permitted(rules: Rules, state: State, actor: Actor) -> list[str]:
    """The actions that this actor may take now, whatever they must carry."""
    return [
        name
        for name in ACTIONS
        if any(_may(rules, state, Message(name, state.at, actor, data)) for data in _samples(state, name))
    ]


def _may(rules: Rules, state: State, message: Message) -> bool:
    try:
        authorise(rules, state, message)
    except Refused:
        return False
    return True


def _samples(state: State, name: str) -> list[dict[str, str]]:
    """Just enough data for the question who may do it: each step, clock or overdue step that it may be about."""
    about = {"opine": ("step", state.steps), "extend": ("clock", state.clocks), "explain": ("overdue", state.overdue)}
    if name not in about:
        return [{}]
    field, values = about[name]
    return [{field: value} for value in values] or [{}]
