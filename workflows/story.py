"""The case's story for the operator, in Markdown: what happened, who is awaited, what comes when if nobody acts."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from complaints.calendar import FAR
from complaints.case import Event, Rules, State, awaited
from complaints.case.clockwork import NEVER
from complaints.instants import Instant

KEPT = 14
"""How many of the last events are told."""

_COMING = 8
_SHOWN = ("clock", "to", "unit", "letter", "role", "channel", "ground", "admissible", "satisfied", "outcome", "why")


def tell(rules: Rules, state: State, told: deque[Event]) -> str:
    """Markdown of codes and instants only."""
    lines = [f"### {state.number} · {state.outcome or state.stage}"]
    lines.append("\n**Awaited**")
    for one in awaited(rules, state):
        by = f" until {when(rules, one.due)} ({one.clock})" if one.due else ""
        lines.append(f"- {one.role}{f' `{one.person}`' if one.person else ''}: {' or '.join(one.actions) or '…'}{by}")
    lines.append("\n**If nobody acts**")
    lines += [f"- {when(rules, at)} {what}" for at, what in coming(rules, state)[:_COMING]]
    lines.append("\n**What happened**")
    lines += [_line(rules, event) for event in reversed(told)]
    return "\n".join(lines)


_ENDS = {"limit": "overdue", "window": "lapses", "silence": "deemed approved", "vote": "votes counted"}


def coming(rules: Rules, state: State) -> list[tuple[Instant, str]]:
    """The steps of the running clocks' ladders that are still to come, in order of time."""
    out: list[tuple[Instant, int, str]] = []
    for running in state.clocks.values():
        rule = rules.clocks[running.rule]
        for place in range(running.fired, len(running.plan)):
            at = running.plan[place]
            if at == NEVER or at >= FAR:
                continue
            rung = rule.rungs[place]
            to = ", ".join(rung.step.to) if rung.step is not None and rung.step.to else rule.clock.owner
            what = _ENDS[rule.clock.kind]
            does = what if rung.do == "due" else rung.do
            out.append((at, running.rule, f"{running.clock}: {does}{f' ({to})' if to else ''}"))
    return [(at, what) for at, _, what in sorted(out)]


def when(rules: Rules, instant: Instant) -> str:
    """An instant in the procedure's zone, with its weekday."""
    if instant >= FAR:
        return "paused"
    local: datetime = rules.calendar.at_local(instant)
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[local.weekday()]} {local:%Y-%m-%d %H:%M %z}"


def _line(rules: Rules, event: Event) -> str:
    shown = ", ".join(f"{name} {event.data[name]}" for name in _SHOWN if event.data.get(name) not in (None, ""))
    by = f" by `{event.by}`" if event.by else ""
    return f"- {when(rules, event.at)} **{event.event}**{by}{f' ({shown})' if shown else ''}"
