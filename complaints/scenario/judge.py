"""The timeline of a story as people and `--json` read it, and whether it is what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from complaints.case import Event, Rules, State
from complaints.case.evolve import copy_state, evolve
from complaints.case.flow import owner
from complaints.ledger import ledger
from complaints.scenario.story import Story

_OWN = ("clock", "to", "due", "at", "event", "stage", "by")


@dataclass(slots=True)
class Verdict:
    """What came of a scenario, in the form of `--json`."""

    scenario: str
    procedure: str
    passed: bool
    failures: list[str]
    stage: str
    outcome: str
    timeline: list[dict[str, Any]]
    refusals: list[dict[str, Any]]


def judge(
    story: Story, events: Sequence[Event], state: State, refusals: list[dict[str, Any]], failures: list[str]
) -> Verdict:
    """The verdict over a story that was told: expectations in their order, events that never may be, the last state."""
    rows = timeline(story.rules, events)
    found = [
        *failures,
        *_expected(story, rows),
        *_needs(story),
        *_never(story, rows),
        *_finally(story, state),
        *_ledger(story, events),
    ]
    return Verdict(
        story.scenario.name, story.rules.procedure.id, not found, found, state.stage, state.outcome, rows, refusals
    )


def timeline(rules: Rules, events: Sequence[Event]) -> list[dict[str, Any]]:
    """One object an event: `at`, `event`, `stage` after it; clock, by, to, due, details where they apply."""
    state = copy_state(State(case="story", procedure=rules.procedure.id))
    rows = []
    for event in events:
        evolve(rules, state, event)
        row: dict[str, Any] = {"at": _iso(rules, event.at), "event": event.event, "stage": state.stage}
        data = dict(event.data)
        for name in ("clock", "to"):
            if name in data:
                row[name] = data.pop(name)
        if event.by:
            row["by"] = event.by
        if "due" in data:
            row["due"] = _iso(rules, int(data.pop("due")))
        hidden = ("facts", "version") if event.event == "opined" else ("step", "facts", "version")
        details = {k: v for k, v in data.items() if k not in hidden}
        details.setdefault("role", event.role)
        row["details"] = details
        rows.append(row)
    return rows


def _iso(rules: Rules, instant: int) -> str:
    return rules.calendar.at_local(instant).isoformat()


def _expected(story: Story, rows: list[dict[str, Any]]) -> list[str]:
    failures, place = [], 0
    for wanted in story.scenario.expect:
        after = place
        while place < len(rows) and not _is(story, rows[place], wanted):
            place += 1
        if place == len(rows):
            failures.append(f"expected {_words(wanted)}; {_nearest(rows, after, wanted)}")
            place = after
        else:
            place += 1
    return failures


def _is(story: Story, row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    for name, value in wanted.items():
        if name in ("at", "due"):
            if name not in row or datetime.fromisoformat(row[name]).timestamp() != story.moment(_moment(value)):
                return False
        elif name in _OWN and name in row:
            if row[name] != value:
                return False
        elif row["details"].get(name) != value:
            return False
    return True


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _words(wanted: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in wanted.items())


def _nearest(rows: list[dict[str, Any]], after: int, wanted: dict[str, Any]) -> str:
    same = [r for r in rows if r["event"] == wanted.get("event")]
    if not same:
        return f"there is no event {wanted.get('event')!r} in the timeline"
    later = [r for r in rows[after:] if r["event"] == wanted.get("event")] or same
    return "nearest is " + "; ".join(
        f"{r['at']} {r['event']} {r.get('clock', '')} {r.get('to', '')}".strip() for r in later[:3]
    )


def _needs(story: Story) -> list[str]:
    """The complaint must be refused when one of the fields is left out that it `needs`."""
    return [f"the complaint was taken without {name}" for name in story.scenario.needs if story.taken_without(name)]


def _never(story: Story, rows: list[dict[str, Any]]) -> list[str]:
    """An event by its name, or one with what it carries, as under `expect`."""
    unwanted = [{"event": one} if isinstance(one, str) else one for one in story.scenario.never]
    return [
        f"{_words(wanted)} must never happen, but did at {r['at']}"
        for r in rows
        for wanted in unwanted
        if _is(story, r, wanted)
    ]


def _finally(story: Story, state: State) -> list[str]:
    have: dict[str, Any] = {**state.facts, "stage": state.stage, "outcome": state.outcome, "unit": state.unit}
    have |= {"owner": owner(story.rules, state), "rung": state.rung, "rounds": max(state.rounds.values(), default=0)}
    have |= {"clocks": sorted(state.clocks), "waiting": sorted(state.waiting)}
    return [
        f"finally {name} is {have.get(name)!r}, not {value!r}"
        for name, value in story.scenario.finally_.items()
        if have.get(name) != value
    ]


def _ledger(story: Story, events: Sequence[Event]) -> list[str]:
    """The ledger must hold exactly what is expected, entry by entry, in the fields that are named."""
    wanted = story.scenario.ledger
    if wanted is None:
        return []
    have = [asdict(entry) for entry in ledger(story.rules, events)]
    if len(have) != len(wanted):
        return [f"the ledger holds {len(have)} entries ({[e['rule'] for e in have]}), not {len(wanted)}"]
    return [
        f"ledger entry {place}: {name} is {entry.get(name)!r}, not {value!r}"
        for place, (entry, expected) in enumerate(zip(have, wanted, strict=True), 1)
        for name, value in expected.items()
        if (story.moment(_moment(value)) if name == "at" else value) != entry.get(name)
    ]
