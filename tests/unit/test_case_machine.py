"""Cases of very different procedures, whatever people do and however long it takes: twenty thousand steps.

A million and more by `python -m tests.unit.case_machine --steps 1000000`.
"""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.unit.case_machine import DAY, HOUR, World, move, procedures

PROCEDURES = ["property-developer", "hospital", "procurement", "law-firm", "membership", "quality-claims"]
"""One plain, others with opinions of offices, panels, votes, objections, ladders that take over, periods by parties."""

ANY = st.integers(0, 999)


class AnyProcedure(RuleBasedStateMachine):
    """The laws are asked by `World` after every move."""

    @initialize(procedure=st.sampled_from(PROCEDURES))
    def begins(self, procedure: str) -> None:
        self.world = World(procedure)

    @rule(pick=ANY)
    def somebody_does_what_leads_on(self, pick: int) -> None:
        self.world.do_something_permitted(pick)

    @rule(pick=ANY, times=st.integers(1, 4))
    def those_awaited_act(self, pick: int, times: int) -> None:
        self.world.do_what_is_awaited(pick, times)

    @rule(action=ANY, person=ANY, role=ANY, pick=ANY)
    def anybody_tries_anything(self, action: int, person: int, role: int, pick: int) -> None:
        self.world.do_anything(action, person, role, pick)

    @rule(seconds=st.sampled_from([60, 4 * HOUR, DAY, 3 * DAY, 10 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.world.wait(seconds)

    @rule(fails=st.booleans())
    def letters_go(self, fails: bool) -> None:
        self.world.deliver(fails=fails)

    @rule(pick=ANY)
    def a_letter_comes_back(self, pick: int) -> None:
        self.world.bounce(pick)

    @rule(person=ANY, days=st.integers(1, 9))
    def somebody_is_away(self, person: int, days: int) -> None:
        self.world.away(person, days)

    @rule(hours=st.integers(1, 40))
    def nothing_runs(self, hours: int) -> None:
        self.world.outage(hours)

    def teardown(self) -> None:
        """Every case can be closed from wherever it stands."""
        if hasattr(self, "world"):
            self.world.end(Random(self.world.state.seq))


TestAnyProcedure = AnyProcedure.TestCase
TestAnyProcedure.settings = settings(
    max_examples=400, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_the_moves_by_chance_reach_every_end_of_every_kind_of_case() -> None:
    """What never gets anywhere proves nothing."""
    stages, outcomes, events = set(), set(), set()
    for place, procedure in enumerate(procedures()):
        world, random = World(procedure), Random(place)
        for _ in range(40):
            move(world, random)
            stages.add(world.state.stage)
        world.end(random)
        outcomes.add(world.state.outcome)
        events |= {event.event for event in world.events}
    assert {"assessment", "investigation", "approval", "implementation", "reply", "closed"} <= stages
    assert len(outcomes) >= 3
    assert {"overdue", "reminded", "chased", "escalated", "outage", "absent", "notice_failed", "approved"} <= events
