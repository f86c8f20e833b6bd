"""Records as large as an institution's after years: a few cases by the real core, and many copies of them."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from commands.bench.core import PLAIN
from complaints.case import Event, State, apply, attributes, questions, receive, settle
from complaints.case.model import Actor, Message
from complaints.case.rules import Rules
from complaints.fields import shape_action
from complaints.instants import Instant
from complaints.results import monday, week_of
from complaints.scenario.story import Story, tell
from complaints.vocabulary import SYSTEM
from records import Records, seal
from records.copies import Copy
from records.values import Complainant, Intake, Sealed
from runtime.directories import Directories

YEARS = 3
OPEN_SHARE = 0.05
KINDS = ((1.0, "yes", 76), (1.4, "yes", 11), (2.0, "partly", 7), (5.0, "yes", 4), (9.0, "partly", 2))
"""How slowly people act (the plain case stretched, so that some limits are missed), how complainants answer, and how
many of a hundred cases are so."""
LATE_SHARE = 0.2
"""Of the open cases, so many are overdue by up to `DAYS`; the others are due within as many."""
DAYS = 9
WEEKS_AGO = 5
WEEK = 7 * 86_400


class Filler:
    """Writes into empty records; `number` and `code` then belong to a case that can be followed and looked at."""

    def __init__(self, records: Records, procedures: Path, now: Instant) -> None:
        self._records, self._now = records, now
        self._story = tell(PLAIN, procedures)
        year = datetime.fromtimestamp(now, ZoneInfo("UTC")).year
        self._frozen = Directories(procedures).frozen(self._story.scenario.procedure, year)
        self._rules = Rules.thaw(*self._frozen)
        zone = self._rules.procedure.calendar.zone
        # The plain case begins on a Monday: the copies begin whole weeks before or after it.
        self._start = monday(week_of(now, zone) - WEEKS_AGO, zone) + 9 * 3600
        ends = self._story.scenario.steps[-1].at
        self._lasts = self._story.moment(ends) - self._story.moment(self._story.scenario.complaint.received_at)
        self.number = self.code = self.waiting = ""

    async def fill(self, count: int, say: Callable[[str], None], open_share: float = OPEN_SHARE) -> None:
        """Fill the records with about that many cases, that share of them open."""
        steps = len(self._story.scenario.steps)
        closed = [(await self._case(steps, pace, answer, self._start))[0] for pace, answer, _ in KINDS]
        often = [share for _, _, share in KINDS]
        unfinished = [await self._case(done, 1.0, "yes", self._lately(done)) for done in range(steps)]
        say(f"copying {len(closed) + len(unfinished)} cases to {count}")
        chance = random.Random(7)
        units = [unit.id for unit in self._story.directory.units]
        sorts = self._rules.procedure.classification
        copies = []
        for place in range(count):
            if chance.random() < open_share:
                (of, due), weeks = chance.choice(unfinished), -chance.randrange(3)
                days = -chance.random() if chance.random() < LATE_SHARE else chance.random()
                later = self._now + int(days * DAYS * 86_400) - due - weeks * WEEK
            else:
                kind = chance.choices(range(len(KINDS)), often)[0]
                newest = WEEKS_AGO - 1 - int(self._lasts * KINDS[kind][0] / WEEK)
                of, weeks, later = closed[kind], newest - chance.randrange(YEARS * 52), 0
            copies.append(
                Copy(
                    id=secrets.token_hex(16),
                    number=f"copy-{place:07}",
                    of=of,
                    weeks=weeks,
                    later=later,
                    unit=chance.choice(units),
                    category=chance.choice(list(sorts.category.values)),
                    severity=chance.choice(list(sorts.severity.values)),
                )
            )
        await self._records.copy(copies)

    def _lately(self, done: int) -> Instant:
        """When a case began whose last of so many steps has just been taken: so it is not overdue."""
        step = self._story.scenario.steps[done - 1].at if done else self._story.scenario.complaint.received_at
        begun = self._story.moment(self._story.scenario.complaint.received_at)
        return self._now - 60 - (self._story.moment(step) - begun)

    async def _case(self, steps: int, pace: float, answer: str, start: Instant) -> tuple[str, Instant]:
        """A case of the real core that began then, after so many steps; gives its id and when it is due."""
        case, texts = secrets.token_hex(16), seal({"about": "window leaks", "place": "block 4"})
        given = replace(self._story.submission, case=case, received_at=start, at=start, content=texts.content)
        ref = await self._records.save_rules(*self._frozen)
        made = await self._records.accept(
            Intake(
                case=case,
                rules=ref,
                local=datetime.fromtimestamp(start, ZoneInfo(self._rules.procedure.calendar.zone)),
                key=case,
                fingerprint=case,
                build=lambda number: receive(self._rules, replace(given, number=number)),
                sealed=texts,
                complainant=Complainant("A. Tenant", email="tenant@example.com", language="zh-CN"),
            )
        )
        events, written = played(self._rules, self._story, made.state, start, steps, pace, answer)
        for sealed in written:
            await self._records.put_sealed(case, sealed, "", sealed.content.id)
        state = await self._records.append(case, events)
        self.number, self.code = made.number, made.tracking_code
        if self._story.scenario.steps[min(steps, len(self._story.scenario.steps) - 1)].do == "approve":
            self.waiting = made.number
        return case, attributes(self._rules, state).due


def played(
    rules: Rules, story: Story, state: State, start: Instant, steps: int, pace: float, answer: str
) -> tuple[list[Event], list[Sealed]]:
    """The plain case's first steps from `start` on, `pace` times as slow: the events, and what was written.

    A step that silence has made needless is left out.
    """
    events: list[Event] = []
    written: list[Sealed] = []
    begun = story.moment(story.scenario.complaint.received_at)

    def take(message: Message) -> None:
        nonlocal state
        done = apply(rules, state, message)
        state = done.state
        events.extend(done.events)

    def deliver() -> None:
        while state.owed:
            notice = next(iter(state.owed.values()))
            take(Message("notified", max(notice.at, state.at), Actor(SYSTEM), story.answer(notice)))

    deliver()
    for step in story.scenario.steps[:steps]:
        at = start + int((story.moment(step.at) - begun) * pace)
        settled = settle(rules, state, at)
        state = settled.state
        events.extend(settled.events)
        for question in questions(rules, state, at):
            take(Message("facts", at, Actor(SYSTEM), {"key": question.key, "due": question.due}))
        if state.ballot is None and step.do == "approve":
            continue
        given = step.with_ | ({"satisfied": answer} if step.do == "revisit" else {})
        data, texts = shape_action(rules, step.do, given)
        if texts:
            written.append(seal(texts))
        content = written[-1].content if texts else None
        take(Message(step.do, at, story.actor(state, step.by, at), data, content, f"{step.do}-{len(events)}"))
        deliver()
    return events, written
