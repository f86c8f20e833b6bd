"""Harder procedures are tried out too: opinions in turn, panels, amounts, two paths, a decision on the answer."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from complaints.calendar import build_calendar
from complaints.case import Rules, canonical
from complaints.check import Fault, check
from complaints.check import explore as exploring
from complaints.check.explore import explore
from complaints.people import Directory
from complaints.procedure.load import freeze
from complaints.procedure.model import Procedure


def label(text: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"zh-CN": text, "en": text}


ROLES = ("csd", "quality", "production", "research", "sales_manager", "gm", "partners")
HARD: dict[str, Any] = {
    "id": "hard",
    "name": label("Hard"),
    "channels": {"web": label("web")},
    "intake": {
        "fields": {
            "market": {"type": "choice", "label": label("market"), "values": {"home": label("h"), "away": label("a")}},
            "households": {"type": "integer", "label": label("households")},
        }
    },
    "classification": {
        "severity": {
            "default": "general",
            "values": {name: label(name) for name in ("slight", "general", "major")},
        },
        "rules": [
                {"set": {"severity": "major"}, "when": {"households": {"at_least": 5}}},
                {"set": {"severity": "major"}, "when": {"severity": "general"},
                 "after": {"limit": "1 months", "from": "received", "while": {"severity": "general"}}},
            ],
        "validity": {"values": {name: label(name) for name in ("valid", "invalid")}},
    },
    "roles": {
        **{name: {"name": label(name), "shared": name in ("csd", "quality")} for name in ROLES},
        "leader": {"name": label("leader")},
        "responsible": {"name": label("head")},
    },
    "paths": [
        {"id": "short", "when": {"severity": "slight"}, "stages": ["registration", "assessment", "reply", "closed"]},
        {
            "id": "long",
            "stages": [
                "registration",
                "assessment",
                {
                    "id": "way",
                    "stage": "investigation",
                    "steps": [
                        {"id": "cause", "by": "quality", "fields": ["rnd_needed"]},
                        {"id": "counter", "by": "production"},
                        {"id": "rnd", "by": "research", "when": {"rnd_needed": True}, "together": True},
                    ],
                },
                {"id": "offer", "stage": "investigation"},
                {"id": "decide", "stage": "approval", "approval": ["tier", "meeting"], "returns_to": "offer"},
                {"id": "agreed", "stage": "implementation", "owner": "csd", "done": "consented", "turns": [
                    {"on": {"event": "consented", "where": {"accepted": False}}, "go": "offer"}]},
                "implementation",
                {"id": "wording", "stage": "approval", "approval": "text", "when": {"severity": "major"}},
                "reply",
                "revisit",
                "closed",
            ],
        },
    ],
    "approvals": [
        {"id": "tier", "levels": [{"to": 10000, "by": "sales_manager"}, {"by": "gm"}]},
        {"id": "meeting", "mode": "panel", "levels": [{"by": "partners"}], "panel": {"quorum": 0.5}},
        {"id": "text", "mode": "all", "of": "text", "levels": [{"by": ["leader", "gm"]}]},
    ],
    "clocks": [
        {"id": "closure", "owner": "csd", "from": "registered", "until": "closed",
         "limit": {"by": "market", "home": "15 days", "away": "20 days", "else": "15 days"},
         "ladder": [{"do": "remind", "before": "2 days"}, {"do": "escalate"}]},
        {"id": "reconsider", "kind": "window", "from": "closed", "limit": "60 days", "after_closing": True},
    ],
    "ladder": {"rungs": [{"role": "leader"}, {"role": "gm", "does": "take_over"}],
               "climb": {"event": "revisited", "where": {"satisfied": "not"}}},
    "notifications": [
        {"entered": ["decide", "meeting", "wording"], "to": "@approver", "letter": "approval_request"},
    ],
}  # fmt: skip
PEOPLE: dict[str, Any] = {
    "units": [{"id": "works", "name": label("works"), "head": "head-1"}],
    "people": [
        {"id": "head-1", "name": "H", "unit": "works", "deputy": "head-2"},
        {"id": "head-2", "name": "I", "unit": "works"},
        *({"id": f"{role}-{i}", "name": role, "roles": [role]} for role in (*ROLES, "leader") for i in (1, 2)),
    ],
}


def found(**parts: Any) -> list[Fault]:
    """The faults of the hard procedure with some parts replaced."""
    procedure = Procedure.model_validate(copy.deepcopy(HARD) | parts)
    return check(procedure, Directory.model_validate(PEOPLE), 2026)


def test_a_sound_procedure_with_every_kind_of_stage_has_no_faults() -> None:
    assert found() == []


def test_every_entry_of_every_path_is_reached_when_a_procedure_is_tried_out() -> None:
    procedure = Procedure.model_validate(HARD)
    calendar = canonical(build_calendar(procedure.calendar, 2026).freeze())
    tried = explore(Rules.thaw(freeze(procedure), calendar), Directory.model_validate(PEOPLE))
    assert tried.whole
    # A case starts at its first stage and leaves it with its number, so no case is ever found standing there.
    wanted = {(p.id, e.id) for p in procedure.paths for e in p.stages} - {
        ("short", "registration"),
        ("long", "registration"),
    }
    assert {(state.path, state.entry) for state in tried.states.values()} == wanted
    ballots = {(s.ballot.approval, s.ballot.level) for s in tried.states.values() if s.ballot is not None}
    assert ballots == {("tier", 0), ("tier", 1), ("meeting", 0), ("text", 0)}


def test_a_step_that_nobody_may_take_has_no_way_out() -> None:
    paths = copy.deepcopy(HARD["paths"])
    paths[1]["stages"][6] = {"id": "implementation", "stage": "implementation", "done": "verified"}
    actions = {"verify": {"stages": ["revisit"]}}
    faults = found(paths=paths, actions=actions)
    assert ("no_way_out", ("paths", 1, "stages", 6)) in {(fault.code, fault.place) for fault in faults}


def test_a_way_that_is_open_only_under_a_condition_is_closed_without_it() -> None:
    paths = copy.deepcopy(HARD["paths"])
    paths[1]["stages"][6] = {
        "id": "implementation",
        "stage": "implementation",
        "done": {"event": "implemented", "when": {"severity": "major"}},
    }
    (fault,) = [one for one in found(paths=paths) if one.code == "no_way_out" and one.place[-1] == 6]
    assert "severity:" in fault.what
    assert "severity: major" not in fault.what


def test_a_decision_that_can_only_be_returned_has_no_way_out() -> None:
    # No share of the votes exceeds all of them.
    approvals = [*HARD["approvals"][:1], {"id": "meeting", "mode": "panel", "levels": [{"by": "partners"}],
                 "panel": {"quorum": 0.5, "majority": 1.0}}, *HARD["approvals"][2:]]  # fmt: skip
    assert "no_way_out" in {fault.code for fault in found(approvals=approvals)}


def test_a_procedure_too_wide_to_be_tried_out_is_not_called_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exploring, "MOST_STATES", 20)
    assert [fault.code for fault in found()] == ["not_proved"]


def test_a_vote_can_only_be_ended_on_a_decision_that_a_panel_takes() -> None:
    vote = {"id": "voting", "kind": "vote", "approval": "tier", "from": "proposed", "until": "approved",
            "limit": "5 days"}  # fmt: skip
    (fault,) = found(clocks=[*HARD["clocks"], vote])
    assert (fault.code, fault.place) == ("unknown_approval", ("clocks", 2, "approval"))


def test_a_tally_counts_a_rule_that_there_is() -> None:
    rules = [{"id": "late", "clock": "closure"}, {"id": "often", "tally": {"of": "lat", "every": "month"}}]
    (fault,) = found(accountability=rules)
    assert (fault.code, fault.place) == ("unknown_rule", ("accountability", 1, "tally", "of"))
