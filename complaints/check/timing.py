"""Clocks that end, ladders in order of time, limits that do not contradict one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product

from complaints.calendar import Limit
from complaints.case.clockwork import NEVER
from complaints.case.notices import ASKING, HALF_A_DAY, asking
from complaints.case.rules import ClockRule, Rules, plain_limit
from complaints.check import parts
from complaints.check.fault import Fault, Place
from complaints.check.known import tests, values
from complaints.instants import Instant
from complaints.procedure.clocks import Clock, Step
from complaints.procedure.common import LimitRule
from complaints.procedure.model import Procedure
from complaints.vocabulary import OUTCOMES

SAMPLES = (0, 3, 34, 65)
"""Days after the calendar's middle on which limits are tried: different weekdays, months and hours."""

_EVENTS = {"remind": "reminded", "chase": "chased", "escalate": "escalated", "reclassify": "reclassified"}
"""What the steps of a ladder write, where a clock might begin with it again."""


def clocks(procedure: Procedure) -> Iterator[Fault]:
    """Every clock has an owner, an end and a sensible ladder."""
    seen: dict[str, int] = {}
    for i, clock in enumerate(procedure.clocks):
        here: Place = ("clocks", i)
        if clock.kind != "window" and not clock.until and not (clock.per == "promise" and clock.after_closing):
            yield Fault("no_until", here, f"nothing stops the clock {clock.id!r}.", "Add `until`.")
        if clock.kind == "limit" and not clock.owner:
            yield Fault("no_owner", here, f"nobody has to keep the limit {clock.id!r}.", "Add `owner`.")
        if not clock.from_:
            yield Fault("no_from", here, f"nothing starts the clock {clock.id!r}.", "Add `from`.")
        if clock.id in seen and not clock.when and not procedure.clocks[seen[clock.id]].when:
            mend = "Give it an id of its own, or each of the two a `when`."
            yield Fault("twice", here, f"the clock {clock.id!r} stands twice.", mend)
        seen[clock.id] = i
        for j, step in enumerate(clock.ladder):
            yield from _step(procedure, (*here, "ladder", j), step)
        yield from _endless(here, clock)
    for i, pause in enumerate(procedure.pauses):
        for j, name in enumerate(pause.clocks):
            if name not in seen:
                mend = f"Use one of {', '.join(seen)}."
                yield Fault("unknown_clock", ("pauses", i, "clocks", j), f"there is no clock {name!r}.", mend)


def _endless(here: Place, clock: Clock) -> Iterator[Fault]:
    """A clock that its own event starts again at once would never come to an end."""
    own = {"overdue", "lapsed", *(_EVENTS.get(step.do, "") for step in clock.ladder)}
    again = any(p.event in own and p.where.get("clock", clock.id) == clock.id for p in clock.from_)
    if again and any(limit.amount == 0 for limit in _plain(clock.limit)):
        yield Fault("endless", here, f"the clock {clock.id!r} starts itself again without any time passing.")


def _plain(rule: LimitRule | None) -> Iterator[Limit]:
    if rule is not None:
        if rule.limit is not None:
            yield rule.limit
        for inner in (*rule.cases.values(), rule.otherwise):
            yield from _plain(inner)


def _step(procedure: Procedure, here: Place, step: Step) -> Iterator[Fault]:
    if step.before is not None and step.after is not None:
        yield Fault("two_times", here, "a step is either before or after the due instant.", "Leave one out.")
    if step.do == "escalate" and not step.to and not procedure.ladder.rungs:
        yield Fault("no_ladder", here, "escalates, but there is no ladder.", "Add `ladder` with `rungs`, or `to`.")
    if step.do == "reclassify" and not step.set:
        yield Fault("sets_nothing", here, "reclassifies to nothing.", "Add `set`.")
    if step.do == "substitute" and not step.to:
        yield Fault("no_role", here, "replaces nobody.", "Add `to`: the role that is passed on.")
    ids = {entry.id for path in procedure.paths for entry in path.stages}
    if step.do == "reopen" and step.stage not in ids:
        yield Fault("leads_nowhere", here, f"reopens at {step.stage!r}, which is no entry.", "Name one under `stage`.")
    if step.do == "close" and step.outcome and step.outcome not in OUTCOMES:
        yield Fault(
            "unknown_outcome", here, f"there is no outcome {step.outcome!r}.", f"Use one of {', '.join(OUTCOMES)}."
        )


def silences(procedure: Procedure, rules: Rules) -> Iterator[Fault]:
    """Silence belongs to an approval, and begins with a letter that is sent."""
    letters = {note.letter for note in procedure.notifications}
    for i, clock in enumerate(procedure.clocks):
        if clock.kind != "silence":
            continue
        here: Place = ("clocks", i)
        approval = rules.approvals.get(clock.approval)
        if approval is None:
            mend = f"Name one under `approval`: {', '.join(rules.approvals) or 'none is defined'}."
            yield Fault(
                "unknown_approval", (*here, "approval"), f"silence on {clock.approval!r}, which is no approval.", mend
            )
            continue
        for j, pattern in enumerate(clock.from_):
            named = [v for name, test in tests(pattern.where) if name == "letter" for v in values(test)]
            if pattern.event != "notified" or not named:
                mend = "Write from: {event: notified, where: {letter: approval_request}}."
                yield Fault(
                    "silence_unasked", (*here, "from", j), "silence must begin with a letter that arrived.", mend
                )
            for letter in named:
                if letter not in letters:
                    yield Fault("unknown_letter", (*here, "from", j), f"no notification sends the letter {letter!r}.")
        for role in {level.by[0] for level in approval.levels if level.by}:
            if asking(rules, role) is None:
                mend = f"Add a notification to {role} (or @approver) with the letter {ASKING[0]}."
                yield Fault("silence_unasked", here, f"{role} is never asked, so that silence may not count.", mend)


def limits(procedure: Procedure, rules: Rules) -> Iterator[Fault]:
    """Ladders run in order of time, reminders come before their limit, and nobody's silence counts unreminded."""
    starts = _starts(rules)
    found: set[Fault] = set()
    for facts in _fact_sets(procedure):
        for rule in rules.clocks[: len(procedure.clocks)]:
            each = [set(_ladder(rules, rule, facts, start)) for start in starts]
            # Near the close of business a reminder may well have no room: only one that never has any is wrong.
            never = {fault for fault in set.union(*each) if fault.code == "before_start"}
            found |= (set.union(*each) - never) | set.intersection(*each)
        found |= {fault for start in starts for fault in _silent(rules, facts, start)}
    yield from sorted(found, key=lambda fault: tuple(map(str, fault.place)))


def _fact_sets(procedure: Procedure) -> list[dict[str, str]]:
    """The combinations of facts by which limits differ."""
    fields: dict[str, set[str]] = {}
    for _, limit in parts.limits(procedure):
        for name, cases in parts.by_fields(limit):
            fields.setdefault(name, {""}).update(cases)
    combined = product(*(sorted(cases) for cases in fields.values()))
    return [dict(zip(fields, one, strict=True)) for one, _ in zip(combined, range(64), strict=False)]


def _starts(rules: Rules) -> list[Instant]:
    calendar = rules.calendar
    middle = calendar.first_day + (calendar.last_day - calendar.first_day) / 2
    return [calendar.next_open(_morning(rules, middle + timedelta(days=days))) for days in SAMPLES]


def _morning(rules: Rules, day: date) -> Instant:
    return rules.calendar.instant(datetime.combine(day, time(10)))


def _ladder(rules: Rules, rule: ClockRule, facts: dict[str, str], start: Instant) -> Iterator[Fault]:
    limit = plain_limit(rule.clock.limit, facts)
    if limit is None:
        return
    plan = _plan(rules, rule, start, limit)
    here: Place = ("clocks", rule.index)
    for place, at in enumerate(plan):
        before = rule.rungs[place].before
        if at == NEVER:
            what = f"a step {before} before a limit of {limit} would come before the limit begins."
            yield Fault("before_start", (*here, *_written(rule, place)), what, "Shorten it, or lengthen the limit.")
    known = [(at, place) for place, at in enumerate(plan) if at != NEVER]
    for (at, _), (later, place) in pairwise(known):
        if later < at:
            what = f"comes before the step written ahead of it (limit {limit})."
            yield Fault("out_of_order", (*here, *_written(rule, place)), what, "Write steps in order of time.")


def _plan(rules: Rules, rule: ClockRule, start: Instant, limit: Limit) -> list[Instant]:
    due = rules.calendar.due(start, limit, counting=rules.procedure.calendar.counting)
    plan = []
    for rung in rule.rungs:
        at = due
        if rung.before is not None:
            at = rules.calendar.back(due, rung.before)
            at = at if at > start else NEVER
        for more in rung.after:
            at = rules.calendar.due(at, more)
        plan.append(at)
    return plan


def _written(rule: ClockRule, place: int) -> Place:
    step = rule.rungs[place].step
    return ("ladder", rule.clock.ladder.index(step)) if step is not None else ()


def order(procedure: Procedure) -> Iterator[Fault]:
    """Ladders are written as they run: before the due instant, at it, after it."""
    for i, clock in enumerate(procedure.clocks):
        turns = [0 if step.before is not None else 2 if step.after is not None else 1 for step in clock.ladder]
        for j in range(1, len(turns)):
            if turns[j] < turns[j - 1]:
                mend = "Write steps before the due instant first, then those at it, then those after it."
                yield Fault(
                    "out_of_order", ("clocks", i, "ladder", j), "comes before the step written ahead of it.", mend
                )


def _silent(rules: Rules, facts: dict[str, str], start: Instant) -> Iterator[Fault]:
    """Silence may not end before the reminder was sent and half a working day has passed."""
    for rule in rules.clocks:
        silence = plain_limit(rule.clock.limit, facts) if rule.clock.kind == "silence" else None
        if silence is None:
            continue
        ends = rules.calendar.due(start, silence, counting=rules.procedure.calendar.counting)
        for other in _reminding(rules, rule.clock):
            limit = plain_limit(other.clock.limit, facts)
            plan = _plan(rules, other, start, limit) if limit is not None else []
            reminded = [at for at, rung in zip(plan, other.rungs, strict=False) if rung.do == "remind" and at != NEVER]
            if reminded and ends < rules.calendar.due(min(reminded), HALF_A_DAY):
                what = f"silence ends after {silence}, before the reminder of {other.clock.id!r} could be answered."
                mend = "Lengthen it, or remind earlier: at least half a working day must lie between."
                yield Fault("unreminded", ("clocks", rule.index, "limit"), what, mend)


def _reminding(rules: Rules, silence: Clock) -> Sequence[ClockRule]:
    return [
        rule
        for rule in rules.clocks
        if rule.clock.kind == "limit"
        and rule.clock.owner == silence.owner
        and any(pattern.event in ("approved", "deemed_approved") for pattern in rule.clock.until)
        and any(rung.do == "remind" for rung in rule.rungs)
    ]
