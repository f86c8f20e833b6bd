"""Whatever people do, whatever happens and however long it takes: what must always be true of a case."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from complaints.case import State, check_chain, dump_state, fold, load_state, permitted
from complaints.errors import Refused
from complaints.vocabulary import ACTIONS, OUTCOMES
from tests.unit.case_play import PEOPLE, RULES, Case, actor

HOUR = 3600
ANYBODY = st.sampled_from([*PEOPLE, "complainant"])
DECISIONS = ("approved", "returned", "deemed_approved")


class AnyWay(RuleBasedStateMachine):
    """Acts, allowed or not, by anybody, with letters that fail, absences, outages and leaps in time."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case()
        self.keys = 0

    @initialize(
        subject=st.sampled_from(["", "eng-head", "leader-1", "csd-1"]),
        severity=st.sampled_from(["general", "urgent"]),
        far=st.integers(0, 9),
    )
    def begins(self, subject: str, severity: str, far: int) -> None:
        self.case = Case(subject, severity)
        self.case.deliver()
        self.goes_on_the_usual_way(0, far)

    @rule(do=st.sampled_from(list(ACTIONS)), person=ANYBODY, choice=st.integers(0, 3), bare=st.booleans())
    def acts(self, do: str, person: str, choice: int, bare: bool) -> None:
        self._act(do, person, choice, bare)

    @rule(person=ANYBODY, pick=st.integers(0, 40), choice=st.integers(0, 3))
    def does_what_is_allowed(self, person: str, pick: int, choice: int) -> None:
        may = permitted(RULES, self.case.state, actor(self.case.state, person))
        if may:
            self._act(may[pick % len(may)], person, choice, False)

    @rule(choice=st.integers(0, 3), far=st.integers(1, 9))
    def goes_on_the_usual_way(self, choice: int, far: int) -> None:
        usual = ("assess", "dispatch", "contact", "propose", "endorse", "approve", "implement", "reply", "revisit")
        for do in usual[:far]:
            for person in PEOPLE:
                if do in permitted(RULES, self.case.state, actor(self.case.state, person)):
                    self._act(do, person, choice, False)
                    self.case.deliver()

    @rule(hours=st.sampled_from([4, 24, 72, 240]))
    def time_passes(self, hours: int) -> None:
        self.case.wait(hours * HOUR)

    @rule(fails=st.booleans())
    def letters_go(self, fails: bool) -> None:
        self.case.deliver(fails=fails)

    @rule(person=st.sampled_from(PEOPLE), days=st.integers(1, 9))
    def somebody_is_away(self, person: str, days: int) -> None:
        self.case.tell("absent", {"person": person, "until": self.case.now + days * 24 * HOUR})

    @rule(hours=st.integers(1, 30))
    def nothing_runs(self, hours: int) -> None:
        since = self.case.now
        self.case.now += hours * HOUR
        self.case.tell("outage", {"since": since, "until": self.case.now})

    def _act(self, do: str, person: str, choice: int, bare: bool) -> None:
        self.keys += 1
        before = dump_state(self.case.state)
        held = self.case.state
        answer = self.case.act(do, person, choice, bare=bare, key=f"k{self.keys}")
        assert dump_state(held) == before, "the state that was given has changed"
        if isinstance(answer, Refused):
            assert answer.code
            assert answer.text
        else:
            assert self.case.act(do, person, choice, bare=bare, key=f"k{self.keys}") == []

    @invariant()
    def the_events_alone_make_the_state(self) -> None:
        case = self.case
        assert fold(RULES, State(case="story", procedure=RULES.procedure.id), case.events) == case.state
        check_chain(case.events)

    @invariant()
    def the_state_survives_being_written_down(self) -> None:
        assert load_state(dump_state(self.case.state)) == self.case.state

    @invariant()
    def time_never_runs_backwards(self) -> None:
        assert all(one.at <= two.at for one, two in pairwise(self.case.events))

    @invariant()
    def a_round_has_at_most_one_decision(self) -> None:
        rounds = Counter((e.data["approval"], e.data["round"]) for e in self.case.events if e.event in DECISIONS)
        assert all(times == 1 for times in rounds.values())

    @invariant()
    def nobody_recused_acts_or_is_asked(self) -> None:
        recused: set[str] = set()
        for event in self.case.events:
            assert event.by not in recused or event.event == "received"
            assert event.event != "assigned" or event.data["person"] not in recused
            recused |= set(event.data.get("recused", ()))
            if event.event == "recused":
                recused.add(event.data["person"])

    @invariant()
    def a_closed_case_has_an_outcome_and_is_closed_once(self) -> None:
        state = self.case.state
        assert (state.stage == "closed") == (state.outcome in OUTCOMES)
        assert sum(1 for e in self.case.events if e.event == "closed") == (1 if state.outcome else 0)

    def teardown(self) -> None:
        """Every case can be closed from wherever it stands, and then nothing runs for ever but promises."""
        case = self.case
        if not case.state.outcome:
            assert not isinstance(case.act("withdraw", "complainant"), Refused)
        assert case.state.outcome
        case.deliver()
        case.wait(400 * 24 * HOUR)
        assert {running.clock for running in case.state.clocks.values()} <= {"remedy"}


TestAnyWay = AnyWay.TestCase
TestAnyWay.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
