"""How many transitions a second the core makes in one process."""

from __future__ import annotations

import time
from pathlib import Path

from complaints.case import apply, questions, receive, settle
from complaints.case.model import Actor, Message
from complaints.scenario.story import Story, tell
from complaints.vocabulary import SYSTEM

PLAIN = Path(__file__).parent / "plain.yaml"
"""The plain case of the reference procedure that all measurements go through."""


def transitions_a_second(procedures: Path, seconds: float) -> float:
    """Transitions (messages applied, due instants settled) a second of CPU, clocks and hashes included."""
    story = tell(PLAIN, procedures)
    _once(story)
    done, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        done += _once(story)
    return done / spent


def _once(story: Story) -> int:
    """Tells the plain case once; gives the number of transitions."""
    rules = story.rules
    state, done = receive(rules, story.submission).state, 1
    for place, step in enumerate(story.scenario.steps):
        at = story.moment(step.at)
        state, done = settle(rules, state, at).state, done + 1
        assert not questions(rules, state, at)
        state, done = apply(rules, state, story.message(state, place, step)).state, done + 1
        while state.owed:
            notice = next(iter(state.owed.values()))
            answer = story.answer(notice)
            state, done = apply(rules, state, Message("notified", notice.at, Actor(SYSTEM), answer)).state, done + 1
    assert state.outcome, "the plain case must close"
    return done
