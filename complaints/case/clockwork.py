"""The running clocks of a case: opened and closed by events, planned, paused, extended and recounted.

Everything here changes the state that it is given; `evolve` owns that state.
"""

from __future__ import annotations

from functools import lru_cache

from complaints.calendar import FAR, Limit
from complaints.case.flow import mode_of
from complaints.case.match import case_is, matches
from complaints.case.model import Data, Event, Running, State
from complaints.case.rules import ClockRule, Rules, Rung, limit_for, plain_limit
from complaints.errors import CalendarEnd
from complaints.instants import Instant
from complaints.procedure.common import LimitRule, Pattern

_limit = lru_cache(maxsize=1024)(Limit.parse)

NEVER = -1
"""In a plan: a step that does not apply to this instance."""


def close_and_open(rules: Rules, state: State, event: Event) -> None:
    """Stops the clocks that this event ends, then starts those that it begins; the last match begins anew."""
    for rule, pattern in rules.closes.get(event.event, ()):
        running = [key for key, r in state.clocks.items() if r.rule == rule.index]
        if running and matches(pattern, event, state):
            subjects = _subjects(rule, event)
            for key in running:
                if not subjects or state.clocks[key].subject in ("", *subjects):
                    del state.clocks[key]
    for rule, pattern in rules.opens.get(event.event, ()):
        if matches(pattern, event, state) and case_is(rule.clock.when, state):
            for subject in _subjects(rule, event) or ("",):
                _open(rules, state, rule, pattern, event, subject)


def stop_all(rules: Rules, state: State) -> None:
    """The case is closed: only what the procedure lets run on runs on."""
    for key, running in list(state.clocks.items()):
        if not rules.clocks[running.rule].clock.after_closing:
            del state.clocks[key]


def end_silences(rules: Rules, state: State) -> None:
    """The case has moved on: silence and voting on an approval that is no longer under way mean nothing any more."""
    asked = state.ballot.approval if state.ballot is not None else ""
    for key, running in list(state.clocks.items()):
        clock = rules.clocks[running.rule].clock
        if clock.kind in ("silence", "vote") and clock.approval != asked:
            del state.clocks[key]


def next_step(running: Running) -> tuple[Instant, int] | None:
    """The instant and place of the next step of an instance's ladder, or None when it has no more."""
    for place in range(running.fired, len(running.plan)):
        if running.plan[place] != NEVER:
            return (running.plan[place], place) if running.plan[place] < FAR else None
    return None


def due_of(rules: Rules, state: State, running: Running) -> Instant:
    """The due instant by the clock's own start and limit, with pauses, outages and extensions."""
    rule = rules.clocks[running.rule]
    if running.fixed:
        due = running.fixed
    else:
        limit = _limit(running.limit)  # the one noted: facts that came later change it only by a recount
        outages = state.outages if rule.clock.kind == "silence" else ()
        counting = rules.procedure.calendar.counting
        due = rules.calendar.due(running.start, limit, pauses=running.skips, outages=outages, counting=counting)
    if due < FAR:
        for more in running.extended:
            due = rules.calendar.due(due, _limit(more))
    return max(due, running.not_before)


def replan(rules: Rules, running: Running, due: Instant) -> None:
    """Lays the ladder out anew for another due instant; steps that fired stay fired."""
    rule = rules.clocks[running.rule]
    running.due = due
    running.plan = _plan(rules, rule, running.start, due)


def carry_over(rules: Rules, state: State, changed: dict[str, Data]) -> None:
    """The running clocks under other rules: each found there by its id, its ladder laid out anew.

    `changed` holds, by key, what is otherwise there: the clock's id (or its place, `rule`, where several have that id),
    how many steps are behind it, and the limit of one that is paused.
    """
    places = {rule.clock.id: rule.index for rule in reversed(rules.clocks)}
    running_on, state.clocks = state.clocks, {}
    for key, running in running_on.items():
        other = changed.get(key, {})
        running.clock = str(other.get("clock", running.clock))
        running.rule = int(other.get("rule", places[running.clock]))
        running.fired = int(other.get("fired", running.fired))
        running.limit = str(other.get("limit", running.limit))
        replan(rules, running, running.due)
        state.clocks[f"{running.clock}/{running.subject}" if running.subject else running.clock] = running


def pause(rules: Rules, state: State, clocks: tuple[str, ...], at: Instant) -> None:
    """Stops the named clocks until `resume`."""
    for running in state.clocks.values():
        if running.clock in clocks and not running.overdue and not _open_pause(running):
            running.skips = (*running.skips, (at, FAR))
            replan(rules, running, due_of(rules, state, running))


def resume(rules: Rules, state: State, clocks: tuple[str, ...], at: Instant) -> None:
    """Lets the named clocks go on: the time of the pause is left out."""
    for running in state.clocks.values():
        if running.clock in clocks and _open_pause(running):
            since = running.skips[-1][0]
            running.skips = (*running.skips[:-1], (since, at))
            replan(rules, running, due_of(rules, state, running))


def _open_pause(running: Running) -> bool:
    return bool(running.skips) and running.skips[-1][1] >= FAR


def _open(rules: Rules, state: State, rule: ClockRule, pattern: Pattern, event: Event, subject: str) -> None:
    ballot = state.ballot
    if rule.clock.kind == "silence" and (ballot is None or event.data.get("round", ballot.round) != ballot.round):
        return  # a letter that arrives after the decision, or asked in an earlier round, asks nobody any more
    if state.outcome and not rule.clock.after_closing:
        return  # nor does one that arrives after the closing begin anything
    if rule.clock.kind == "vote" and not _voting(rules, state, rule.clock.approval):
        return
    values = {**state.facts, **event.data}
    start = int(values.get(pattern.at, event.at)) if pattern.at else event.at
    fixed = _given(rules, limit_for(rule.clock.limit, values), values, start)
    limit = plain_limit(rule.clock.limit, values)
    if limit is None and not fixed:
        return
    running = Running(
        clock=rule.clock.id,
        rule=rule.index,
        subject=subject,
        seq=event.seq,
        start=start,
        limit=f"given {fixed}" if fixed else str(limit),
        due=fixed,
        plan=(),
        fixed=fixed,
        skips=tuple((since, FAR) for name, since in state.paused.items() if _pauses(rules, name, rule.clock.id)),
    )
    replan(rules, running, due_of(rules, state, running))
    state.clocks[f"{rule.clock.id}/{subject}" if subject else rule.clock.id] = running


def _voting(rules: Rules, state: State, approval: str) -> bool:
    ballot = state.ballot
    return ballot is not None and ballot.approval == approval and mode_of(rules, ballot) == "panel"


def _given(rules: Rules, found: LimitRule | None, values: dict[str, object], start: Instant) -> Instant:
    """The instant that a field gives, at most `max`; 0 when none is given or it has passed."""
    if found is None or not found.field:
        return 0
    given = values.get(found.field)
    if not isinstance(given, int) or given <= start:
        return 0
    return min(given, rules.calendar.due(start, found.most)) if found.most is not None else given


def _plan(rules: Rules, rule: ClockRule, start: Instant, due: Instant) -> tuple[Instant, ...]:
    plan = []
    for rung in rule.rungs:
        try:
            plan.append(_step_at(rules, rung, start, due))
        except CalendarEnd:  # a day that somebody gave may lie beyond the calendar: its steps wait for a later one
            plan.append(FAR)
    return tuple(plan)


def _step_at(rules: Rules, rung: Rung, start: Instant, due: Instant) -> Instant:
    if due >= FAR:
        return FAR
    if rung.before is not None:
        at = rules.calendar.back(due, rung.before)
        return at if at > start else NEVER
    at = due
    for more in rung.after:
        at = rules.calendar.due(at, more)
    return at


def _subjects(rule: ClockRule, event: Event) -> tuple[str, ...]:
    per = rule.clock.per
    if per == "case":
        return ()
    found: str | list[str] = event.data.get(per) or event.data.get(f"{per}s") or []
    return (found,) if isinstance(found, str) else tuple(found)


def _pauses(rules: Rules, name: str, clock: str) -> bool:
    return any(p.id == name and clock in p.clocks for p in rules.procedure.pauses)
