"""A panel's vote: who has one, when it ends, what the votes cast decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaints.case import Event, Message, Rules, State, Transition, apply, questions, receive
from complaints.case.model import Actor, Content
from complaints.case.rules import compile_rules
from complaints.errors import Refused
from complaints.people import Absence, Directory, everyone
from complaints.scenario.story import delivered, tell

ROOT = Path(__file__).parents[2]
STORY = tell(ROOT / "tests/scenarios/law-firm/tie-goes-back.yaml", ROOT / "procedures")
START = STORY.submission.received_at
HOUR = 3600
PARTNERS = ("lf-p1", "lf-p2", "lf-p3", "lf-p4", "lf-p5")


def with_panel(**changes: Any) -> Rules:
    """The law firm's rules with another kind of panel."""
    procedure = STORY.rules.procedure
    (approval,) = procedure.approvals
    assert approval.panel is not None
    changed = approval.model_copy(update={"panel": approval.panel.model_copy(update=changes)})
    return compile_rules(procedure.model_copy(update={"approvals": (changed,)}), STORY.rules.calendar, "panel")


class Meeting:
    """A matter of principle before the partners' meeting; `asked=False` leaves the request in the post."""

    def __init__(self, rules: Rules = STORY.rules, *, asked: bool = True) -> None:
        self.rules = rules
        self.at = START
        first = receive(rules, STORY.submission)
        self.state: State = first.state
        self.events: list[Event] = list(first.events)
        self.deliver()
        self.act("lf-off", "assess", {"admissible": True, "severity": "principle"})
        self.deliver()
        self.act("lf-off", "propose", {}, "opinion")
        if asked:
            self.deliver()

    def act(self, person: str, do: str, data: dict[str, Any], *texts: str) -> None:
        """Somebody does something an hour later."""
        self.at += HOUR
        words = Content("words", "0" * 64, texts) if texts else None
        by = STORY.actor(self.state, person, self.at)
        self.take(apply(self.rules, self.state, Message(do, self.at, by, data, words)))

    def votes(self, **given: str) -> None:
        """Votes by the number of the partner, e.g. p1="yes"."""
        for name, vote in given.items():
            self.act(f"lf-{name}", "vote", {"vote": vote})

    def deliver(self) -> None:
        """Let all letters arrive."""
        while self.state.owed:
            notice = next(iter(self.state.owed.values()))
            told = delivered(STORY.directory, notice)
            self.take(apply(self.rules, self.state, Message("notified", self.at, Actor("system"), told)))

    def take(self, transition: Transition) -> None:
        """Keep what came of something."""
        self.state = transition.state
        self.events += transition.events

    @property
    def decision(self) -> dict[str, Any]:
        """The decision, or nothing while votes are awaited."""
        found = [e for e in self.events if e.event in ("approved", "returned")]
        return {"event": found[-1].event, **found[-1].data} if found else {}


def test_a_quorum_of_the_whole_panel_needs_every_vote_and_is_reached_by_it() -> None:
    meeting = Meeting(with_panel(quorum=1))
    meeting.votes(p1="yes", p2="yes", p3="yes", p4="abstain")
    assert meeting.decision == {}
    meeting.votes(p5="abstain")
    assert meeting.decision["event"] == "approved"


def test_a_tie_approves_where_the_procedure_says_so() -> None:
    meeting = Meeting(with_panel(tie="approved"))
    meeting.votes(p1="yes", p2="yes", p3="no", p4="no", p5="abstain")
    assert (meeting.decision["event"], meeting.decision["yes"], meeting.decision["no"]) == ("approved", 2, 2)


def test_half_of_the_votes_is_no_tie_where_two_thirds_are_needed() -> None:
    meeting = Meeting(with_panel(tie="approved", majority=2 / 3))
    meeting.votes(p1="yes", p2="yes", p3="no", p4="no", p5="abstain")
    assert meeting.decision["event"] == "returned"


def test_two_thirds_must_be_exceeded() -> None:
    meeting = Meeting(with_panel(majority=2 / 3))
    meeting.votes(p1="yes", p2="yes", p3="no", p4="abstain", p5="abstain")
    assert meeting.decision["event"] == "returned"
    again = Meeting(with_panel(majority=2 / 3))
    again.votes(p1="yes", p2="yes", p3="yes", p4="no", p5="abstain")
    assert again.decision["event"] == "approved"


def test_abstentions_alone_approve_nothing() -> None:
    meeting = Meeting(with_panel(tie="approved"))
    meeting.votes(p1="abstain", p2="abstain", p3="abstain", p4="abstain", p5="abstain")
    assert (meeting.decision["event"], meeting.decision["why"]) == ("returned", "voted_down")


def test_a_vote_before_the_request_arrived_waits_until_the_panel_is_known() -> None:
    meeting = Meeting(asked=False)
    meeting.votes(p1="yes", p2="yes")
    assert meeting.decision == {}
    meeting.deliver()
    assert meeting.state.assigned["partners"].people == PARTNERS
    meeting.votes(p3="yes", p4="no", p5="no")
    assert (meeting.decision["yes"], meeting.decision["no"]) == (3, 2)


def test_the_last_vote_may_be_in_before_the_request_arrived() -> None:
    meeting = Meeting(asked=False)
    meeting.votes(p1="yes", p2="yes", p3="yes", p4="no", p5="no")
    assert meeting.decision == {}
    meeting.deliver()
    assert meeting.decision["event"] == "approved"


def test_a_member_may_hand_the_vote_over_to_an_alternate() -> None:
    meeting = Meeting()
    meeting.act("lf-p5", "substitute", {})
    meeting.deliver()
    assert meeting.state.assigned["partners"].people == (*PARTNERS[:4], "lf-alt1")
    with pytest.raises(Refused, match="somebody else"):
        meeting.votes(p5="yes")
    meeting.votes(alt1="yes")


def test_nobody_hands_over_the_vote_of_somebody_outside_the_panel() -> None:
    meeting = Meeting()
    with pytest.raises(Refused, match="no vote to hand over"):
        meeting.act("lf-off", "substitute", {})
    meeting.act("lf-off", "substitute", {"person": "lf-p5"})
    meeting.deliver()
    assert "lf-p5" not in meeting.state.assigned["partners"].people


def test_a_member_who_leaves_after_voting_has_still_voted() -> None:
    meeting = Meeting()
    meeting.votes(p1="yes")
    gone = Message("absent", meeting.at, Actor("system"), {"person": "lf-p1", "until": meeting.at + 99 * HOUR})
    meeting.take(apply(meeting.rules, meeting.state, gone))
    meeting.deliver()
    assert meeting.state.assigned["partners"].people == PARTNERS
    assert [e.event for e in meeting.events].count("substituted") == 0


def test_a_bounced_request_brings_in_an_alternate_and_keeps_the_other_members() -> None:
    meeting = Meeting()
    meeting.votes(p1="yes")
    bounced = {"notice": meeting.state.sent["partners/approval_request"], "letter": "approval_request",
               "role": "partners", "person": "lf-p5", "code": "bounced"}  # fmt: skip
    meeting.take(apply(meeting.rules, meeting.state, Message("notice_failed", meeting.at, Actor("system"), bounced)))
    meeting.deliver()
    assert meeting.state.assigned["partners"].people == (*PARTNERS[:4], "lf-alt1")
    assert list(meeting.state.ballot.votes if meeting.state.ballot else ()) == ["lf-p1"]


def test_a_question_without_an_answer_counts_as_abstention() -> None:
    meeting = Meeting()
    meeting.act("lf-p1", "vote", {"vote": "yes", "tell_regulator": "yes"})
    meeting.votes(p2="yes", p3="yes", p4="yes", p5="yes")
    assert meeting.decision["tell_regulator"] is True
    assert meeting.state.facts["tell_regulator"] is True


def test_silence_of_a_panel_is_never_asked_about() -> None:
    meeting = Meeting()
    assert questions(meeting.rules, meeting.state, meeting.at + 9999 * HOUR) == ()


def people(**deputies: str) -> Directory:
    """Three judges, one alternate, one clerk; deputies by person."""
    held = {"a": ["judge"], "b": ["judge"], "c": ["judge"], "x": ["alternate"], "clerk": []}
    rows = [{"id": i, "name": i, "roles": r, "deputy": deputies.get(i)} for i, r in held.items()]
    return Directory.model_validate({"units": [], "people": rows})


ROLES = ("judge", "alternate")


def test_a_recused_member_is_replaced_by_the_deputy_and_then_by_an_alternate() -> None:
    assert everyone(people(b="clerk"), ROLES, ["b"], START) == ["a", "c", "clerk"]
    assert everyone(people(), ROLES, ["b"], START) == ["a", "c", "x"]
    assert everyone(people(b="clerk"), ROLES, ["b", "clerk"], START) == ["a", "c", "x"]


def test_a_deputy_who_sits_on_the_panel_gets_no_second_vote() -> None:
    assert everyone(people(b="a"), ROLES, ["b"], START) == ["a", "c", "x"]


def test_one_alternate_stands_in_for_one_member_only() -> None:
    assert everyone(people(), ROLES, ["a", "b"], START) == ["c", "x"]


def test_an_absent_member_is_replaced_like_a_recused_one() -> None:
    day = STORY.rules.calendar.at_local(START)
    away = Absence(person="a", since=day, until=day.replace(hour=23))
    directory = people().model_copy(update={"absences": (away,)})
    assert everyone(directory, ROLES, [], START) == ["b", "c", "x"]
