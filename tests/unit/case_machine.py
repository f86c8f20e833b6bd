"""Cases of any procedure, driven at random: `python -m tests.unit.case_machine --steps 1000000 [--seed N]`.

`World` is one case with what surrounds it; its methods are the moves, and `checked` says what must hold after each.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from complaints.case import (
    Actor,
    Event,
    Message,
    Rules,
    State,
    Transition,
    alive,
    apply,
    awaited,
    check_chain,
    dump_state,
    fold,
    load_state,
    next_due,
    questions,
    receive,
    settle,
)
from complaints.check.samples import SOON, Samples
from complaints.errors import Refused
from complaints.people import Directory
from complaints.scenario.story import Story, delivered, tell
from complaints.vocabulary import ACTIONS, COMPLAINANT, OUTCOMES

ROOT = Path(__file__).parents[2]
HOUR = 3600
DAY = 24 * HOUR
FAR_AHEAD = 300 * DAY
"""How far one case's time runs: beyond it the calendar ends."""
FAR_DAYS = (0, 10**9, 1_800_000_000, 2 * 10**9, 253_402_300_799, SOON)
"""Instants that people give by mistake: before, within and long after the years that can be counted."""
SYSTEM = Actor("system")
DECISIONS = ("approved", "returned", "deemed_approved")
ENDS = ("withdraw", "close", "merge")
SELDOM = (*ENDS, "refer", "reopen", "decline", "resolve")
STEPS = 40
"""Moves of one case before it must be brought to its end."""


@lru_cache(maxsize=64)
def story_of(procedure: str) -> tuple[Story, Samples]:
    """A procedure with its people and one complaint: the first of its scenarios."""
    first = min((ROOT / "tests/scenarios" / procedure).glob("*.yaml"))
    story = tell(first, ROOT / "procedures")
    return story, Samples(story.rules, story.directory)


def procedures() -> list[str]:
    """All procedures that have scenarios."""
    return sorted(path.name for path in (ROOT / "tests/scenarios").iterdir() if any(path.glob("*.yaml")))


class World:
    """One case and its time; every move is checked."""

    def __init__(self, procedure: str) -> None:
        story, self.samples = story_of(procedure)
        self.rules: Rules = story.rules
        self.directory: Directory = story.directory
        self.events: list[Event] = []
        self.state = State(case=story.submission.case, procedure=procedure)
        self.start = self.now = story.submission.at
        self.rounds: set[tuple[Any, Any]] = set()
        self.recused: set[str] = set()
        self.acts = 0
        self._take(receive(story.rules, story.submission))

    # --- moves ------------------------------------------------------------------------------------------------------

    def do_something_permitted(self, pick: int) -> None:
        """One of the actions that lead on, by somebody who may take it; seldom one that ends the case at once."""
        for message in self._permitted(pick):
            if message.do not in SELDOM or pick % 12 == 0:
                self.act(message)
                return

    def do_what_is_awaited(self, pick: int, times: int) -> None:
        """What somebody is waited for, several times over: so cases get far."""
        for turn in range(times):
            names = {name for one in awaited(self.rules, self.state) for name in one.actions} - set(SELDOM)
            wanted = [message for message in self._permitted(0) if message.do in names]
            if not wanted:
                return
            self.act(wanted[pick % len(wanted) if turn == 0 else 0])
            self.deliver()

    def do_anything(self, action: int, person: int, role: int, pick: int) -> None:
        """Any action by anybody in any role, with data of some action: mostly it is refused."""
        names, people = list(ACTIONS), [p.id for p in self.directory.people]
        roles = [*self.rules.procedure.roles, COMPLAINANT]
        variants = [one for several in self.samples.variants.values() for one in several]
        day = FAR_DAYS[pick % len(FAR_DAYS)]
        data = {k: day if v == SOON else v for k, v in variants[pick % len(variants)].items()} if pick % 3 == 0 else {}
        actor = Actor([*people, COMPLAINANT][person % (len(people) + 1)], (roles[role % len(roles)],))
        self.act(Message(names[action % len(names)], self.now, actor, data))

    def act(self, message: Message) -> bool:
        """A message at this instant; a refusal must change nothing and say why."""
        self.acts += 1
        message = Message(message.do, self.now, message.by, message.data, message.content, f"k{self.acts}")
        before, text = self.state, dump_state(self.state)
        try:
            done = apply(self.rules, before, message)
        except Refused as refusal:
            assert refusal.code and refusal.text
            assert dump_state(before) == text, "a refusal has changed the case"
            return False
        assert dump_state(before) == text, "the state that was given has changed"
        own = [e for e in done.events if e.key == message.key]
        assert all(e.by not in self.recused or COMPLAINANT in message.by.roles for e in own)
        self._take(done)
        assert apply(self.rules, self.state, message).repeated
        return True

    def wait(self, seconds: int) -> None:
        """Time passes, and every clock acts on the way."""
        until = min(self.now + seconds, self.start + FAR_AHEAD)
        for _ in range(2000):
            due = next_due(self.state)
            if due is None or due >= until:
                break
            self.now = max(self.now, due)
            seq = self.state.seq
            self._take(settle(self.rules, self.state, due, inclusive=True))
            for asked in questions(self.rules, self.state, due + 1):
                self.tell("facts", {"key": asked.key, "due": asked.due}, due)
            self.deliver()
            assert self.state.seq > seq, f"a clock that is due does nothing: {self.state.clocks}"
        self.now = max(self.now, until)

    def deliver(self, *, fails: bool = False) -> None:
        """All letters arrive; the first is refused, if it `fails`."""
        while self.state.owed:
            answer = delivered(self.directory, next(iter(self.state.owed.values())))
            if fails:
                answer |= {"failed": True, "code": "refused"}
                fails = False
            self.tell("notice_failed" if answer.pop("failed", False) else "notified", answer)

    def bounce(self, pick: int) -> None:
        """A letter that was accepted comes back."""
        sent = sorted(self.state.sent.items())
        if sent:
            key, notice = sent[pick % len(sent)]
            role, _, letter = key.partition("/")
            held = self.state.assigned.get(role)
            told = {"notice": notice, "letter": letter, "role": role, "code": "bounced"}
            self.tell("notice_failed", told | {"person": held.person if held else ""})

    def away(self, person: int, days: int) -> None:
        """Somebody is absent."""
        people = [p.id for p in self.directory.people]
        self.tell("absent", {"person": people[person % len(people)], "until": self.now + days * DAY})

    def outage(self, hours: int) -> None:
        """Nothing runs for a while; it is told afterwards."""
        since, self.now = self.now, min(self.now + hours * HOUR, self.start + FAR_AHEAD)
        if self.now > since:
            self.tell("outage", {"since": since, "until": self.now})

    def tell(self, do: str, data: dict[str, Any], at: int | None = None) -> None:
        """Something that the shell reports."""
        self._take(apply(self.rules, self.state, Message(do, self.now if at is None else at, SYSTEM, data)))

    # --- what must hold ---------------------------------------------------------------------------------------------

    def _take(self, done: Transition) -> None:
        before, at = self.state, self.state.at
        for event in done.events:
            assert event.at >= at, "the timeline runs backwards"
            at = event.at
            if event.event in DECISIONS:
                this = (event.data["approval"], event.data["round"])
                assert this not in self.rounds, f"round {this} is decided twice"
                self.rounds.add(this)
            if event.event == "assigned":
                assert event.data["person"] not in self.recused, "a recused person is asked"
            self.recused |= set(event.data.get("recused", ()))
            if event.event == "recused":
                self.recused.add(event.data["person"])
        names = {event.event for event in done.events}
        for key, running in before.clocks.items():
            if key not in done.state.clocks:
                clock = self.rules.clocks[running.rule].clock
                stops = {pattern.event for pattern in clock.until}
                ended = names & stops or "closed" in names or clock.kind in ("silence", "vote", "window")
                assert ended, f"the clock {key} was lost by {sorted(names)}"
        assert (done.state.stage == "closed") == (done.state.outcome in OUTCOMES)
        self.state, self.events = done.state, [*self.events, *done.events]

    def end(self, random: Random) -> None:
        """Whatever has happened, the case can be closed, its events alone make it, and its letters and clocks end."""
        self.wait(1)
        for _ in range(400):
            if self.state.outcome:
                break
            enders = [m for m in self._permitted(0) if m.do in ENDS]
            if not any(self.act(message) for message in enders):
                self.do_something_permitted(random.randrange(1000))
                self.deliver()
                self.wait(random.choice([60, HOUR, DAY]))
        assert self.state.outcome, f"the case cannot be closed from {self.state.entry}"
        self.deliver()
        check_chain(self.events)
        fresh = State(case=self.state.case, procedure=self.state.procedure)
        assert fold(self.rules, fresh, self.events) == self.state
        assert load_state(dump_state(self.state)) == self.state
        assert alive(self.rules, self.state) == bool(self.state.clocks)

    def _permitted(self, pick: int) -> Iterator[Message]:
        """The messages that lead on, from the `pick`th on, those of ends first only as they come."""
        found = [message for messages in self.samples.acts(self.state) for message in list(messages)[:3]]
        place = pick % len(found) if found else 0
        for message in (*found[place:], *found[:place]):
            try:
                apply(self.rules, self.state, Message(message.do, self.now, message.by, message.data, message.content))
            except Refused:
                continue
            yield message


def move(world: World, random: Random) -> None:
    """One move by chance."""
    (kind,) = random.choices(range(8), (4, 6, 4, 2, 1, 1, 1, 6))
    number = random.randrange
    if kind == 0:
        world.do_something_permitted(number(1000))
    elif kind == 1:
        world.do_anything(number(1000), number(1000), number(1000), number(1000))
    elif kind == 2:
        world.wait(random.choice((60, 4 * HOUR, DAY, 3 * DAY, 10 * DAY)))
    elif kind == 3:
        world.deliver(fails=random.random() < 0.2)
    elif kind == 4:
        world.bounce(number(1000))
    elif kind == 5:
        world.away(number(1000), number(1, 9))
    elif kind == 6:
        world.outage(number(1, 40))
    else:
        world.do_what_is_awaited(number(1000), number(1, 4))


def main() -> int:
    """Runs so many steps; the seed of the case that broke a law is printed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    left, case, known, began = asked.steps, asked.seed, procedures(), time.monotonic()
    while left > 0:
        world, random = World(known[case % len(known)]), Random(case)
        try:
            for _ in range(min(STEPS, left)):
                move(world, random)
            world.end(random)
        except BaseException:
            sys.stderr.write(f"broken by --seed {case} ({known[case % len(known)]})\n")
            raise
        left, case = left - STEPS, case + 1
    sys.stdout.write(f"{asked.steps} steps in {case - asked.seed} cases, {time.monotonic() - began:.0f} s: all held\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
