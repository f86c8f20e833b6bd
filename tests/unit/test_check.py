"""`check` finds what is wrong with a procedure before any case runs under it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from complaints.check import Fault, check
from complaints.check.files import check_files
from complaints.check.numbers import collisions
from complaints.people import Directory
from complaints.procedure.load import parse, plain
from complaints.procedure.model import Procedure
from tests.support.stories import HOUSE

FILE = HOUSE / "procedures" / "property-developer.yaml"
PEOPLE = FILE.with_suffix(".directory.yaml")
LETTERS = [folder.name for folder in (HOUSE / "templates" / "mail").iterdir() if folder.is_dir()]
Change = Callable[[dict[str, Any], dict[str, Any]], None]


@cache
def files() -> tuple[dict[str, Any], dict[str, Any]]:
    return plain(parse(FILE)), plain(parse(PEOPLE))


def faults(change: Change, **given: Any) -> list[Fault]:
    """What is found in the reference procedure after a change to it or its people."""
    procedure, people = copy.deepcopy(files())
    change(procedure, people)
    return check(Procedure.model_validate(procedure), Directory.model_validate(people), 2026, letters=LETTERS, **given)


def clock(procedure: dict[str, Any], ident: str) -> dict[str, Any]:
    """A clock of the procedure, no longer shared with others by a YAML anchor."""
    place, found = next((i, c) for i, c in enumerate(procedure["clocks"]) if c["id"] == ident)
    procedure["clocks"][place] = copy.deepcopy(found)
    own: dict[str, Any] = procedure["clocks"][place]
    return own


def stage(procedure: dict[str, Any], ident: str) -> dict[str, Any]:
    """A stage entry of the procedure, written out."""
    for place, entry in enumerate(procedure["stages"]):
        if entry == ident or (isinstance(entry, dict) and entry["id"] == ident):
            procedure["stages"][place] = {"id": ident, **(entry if isinstance(entry, dict) else {})}
            own: dict[str, Any] = procedure["stages"][place]
            return own
    raise LookupError(ident)


def test_the_reference_procedure_is_sound() -> None:
    assert faults(lambda procedure, people: None) == []


def put(ident: str, **parts: Any) -> Change:
    """A change of one clock."""
    return lambda procedure, people: clock(procedure, ident).update(parts)


def on(ident: str, **parts: Any) -> Change:
    """A change of one stage entry."""
    return lambda procedure, people: stage(procedure, ident).update(parts)


def top(**parts: Any) -> Change:
    """A change of a part of the procedure."""
    return lambda procedure, people: procedure.update(parts)


def level(*levels: dict[str, Any]) -> Change:
    """Other levels of the approval."""
    return top(approvals=[{"id": "decision", "levels": list(levels)}])


def nobody(role: str) -> Change:
    """Nobody in the directory holds the role."""

    def change(procedure: dict[str, Any], people: dict[str, Any]) -> None:
        for person in people["people"]:
            person["roles"] = [one for one in person.get("roles", []) if one != role]

    return change


def alone(procedure: dict[str, Any], people: dict[str, Any]) -> None:
    """The leader has no substitute anywhere."""
    procedure["roles"]["leader"].pop("substitutes")
    procedure["ladder"] = {"rungs": [{"role": "leader"}]}
    level({"by": "leader"})(procedure, people)


def unasked(procedure: dict[str, Any], people: dict[str, Any]) -> None:
    """Nobody sends the leader the request on which silence counts."""
    procedure["notifications"] = [n for n in procedure["notifications"] if n["letter"] != "approval_request"]


def untranslated(procedure: dict[str, Any], people: dict[str, Any]) -> None:
    """A label has lost its English words."""
    procedure["classification"]["category"]["values"]["repair"].pop("en")


def headless(procedure: dict[str, Any], people: dict[str, Any]) -> None:
    """A unit that cases are routed to has no head."""
    next(unit for unit in people["units"] if unit["id"] == "engineering").pop("head")


CASES: list[tuple[str, Change]] = [
    ("unknown_role", put("contact", owner="janitor")),
    ("unknown_role", level({"by": "chairman"})),
    ("unknown_role", top(actions={"refer": {"by": ["lawyer"]}})),
    ("unknown_action", top(actions={"pray": {}})),
    ("unknown_event", put("contact", until=["phoned"])),
    ("unknown_field", put("contact", until=[{"event": "contacted", "where": {"moon": "full"}}])),
    ("unknown_value", put("instruction", when={"severity": "terrible"})),
    ("unknown_value", put("proposal", limit={"by": "severity", "awful": "1 days", "else": "3 days"})),
    ("unknown_value", put("proposal", until=[{"event": "proposed", "where": {"role": "janitor"}}])),
    ("unknown_fact", put("instruction", when={"weather": "bad"})),
    ("comparison", put("instruction", when={"households": {"above": 3}})),
    ("unknown_unit", top(routing=[{"when": {}, "unit": "moonbase"}])),
    ("unknown_letter", top(notifications=[{"on": "registered", "to": "leader", "letter": "poem"}])),
    ("clause", put("contact", clause="clause five")),
    ("language", untranslated),
    ("no_end", top(stages=["registration", "assessment", "reply"])),
    ("twice", top(stages=["registration", "assessment", "reply", "reply", "closed"])),
    ("after_end", top(stages=["registration", "assessment", "closed", "reply", "closed"])),
    ("leads_nowhere", on("approval", returns_to="nowhere")),
    ("leads_nowhere", on("reply", turns=[{"on": "objected", "go": "nowhere"}])),
    ("leads_nowhere", top(reopen_to="nowhere")),
    ("leads_nowhere", put("revisit", ladder=[{"do": "reopen", "stage": "nowhere"}])),
    ("unknown_approval", on("approval", approval="other")),
    ("no_approval", on("approval", approval=[], turns=[])),
    ("no_top", level({"by": "leader", "to": 1000})),
    ("not_rising", level({"by": "leader", "to": 1000}, {"by": "leader", "to": 900}, {"by": "gm"})),
    ("shadows", level({"by": "leader"}, {"by": "gm"})),
    ("no_level", level({"by": []})),
    ("no_until", put("contact", until=[])),
    ("no_owner", put("contact", owner="")),
    ("no_from", put("contact", **{"from": []})),
    ("no_ladder", top(ladder={})),
    ("sets_nothing", put("contact", ladder=[{"do": "reclassify"}])),
    ("no_role", put("contact", ladder=[{"do": "substitute"}])),
    ("unknown_outcome", put("revisit", ladder=[{"do": "close", "outcome": "forgotten"}])),
    ("endless", put("contact", **{"from": "overdue", "limit": "0 minutes"})),
    ("unknown_clock", top(pauses=[{"id": "p", "from": "asked", "until": "answered", "clocks": ["lunch"]}])),
    ("out_of_order", put("contact", ladder=[{"do": "chase"}, {"do": "remind", "before": "2 working_hours"}])),
    (
        "out_of_order",
        put("contact", ladder=[{"do": "escalate", "after": "3 days"}, {"do": "chase", "after": "1 working_hours"}]),
    ),
    ("before_start", put("contact", ladder=[{"do": "remind", "before": "5 working_days"}])),
    ("unreminded", put("deemed_approval", limit="1 working_days")),
    ("unknown_approval", put("deemed_approval", approval="other")),
    ("silence_unasked", put("deemed_approval", **{"from": "proposed"})),
    ("silence_unasked", unasked),
    ("nobody", nobody("leader")),
    ("nobody", nobody("gm")),
    ("nobody", nobody("csd")),
    ("nobody", headless),
    ("recusal", alone),
    ("no_way_out", on("revisit", done="voted")),
    ("no_way_out", top(actions={"reply": {"by": ["csd"], "stages": ["closed"]}})),
    ("number_twice", top(numbering={"pattern": "C{serial:04}", "restart": "daily"})),
]


def _without_silence(procedure: dict[str, Any]) -> None:
    procedure["clocks"] = [one for one in procedure["clocks"] if one["id"] != "deemed_approval"]


@pytest.mark.parametrize(("code", "change"), CASES, ids=[f"{i}-{code}" for i, (code, _) in enumerate(CASES)])
def test_a_fault_is_found_and_said_in_full(code: str, change: Change) -> None:
    found = faults(change)
    assert code in {fault.code for fault in found}, found
    for fault in found:
        assert fault.place
        assert fault.what.endswith(".")


def test_an_approval_that_nobody_can_give_has_no_way_out_but_by_silence() -> None:
    def change(procedure: dict[str, Any], people: dict[str, Any]) -> None:
        procedure["actions"] = {**procedure["actions"], "approve": {"by": ["leader"]}}
        stage(procedure, "approval").update(approval=[], done="consented")
        procedure["actions"]["consent"] = {"by": ["csd"], "stages": ["reply"]}
        _without_silence(procedure)

    found = [fault for fault in faults(change) if fault.code == "no_way_out"]
    assert ("paths", 0, "stages", 3) in {fault.place for fault in found}


def test_silence_alone_is_a_way_on() -> None:
    def change(procedure: dict[str, Any], people: dict[str, Any]) -> None:
        level({"by": "leader", "substitutes": "gm"})(procedure, people)
        procedure["actions"]["refer"] = {"by": ["csd"], "stages": ["investigation"]}

    assert faults(change) == []


def test_a_clause_must_be_in_the_list_when_one_is_given() -> None:
    every = {f"GT-{i:02}" for i in range(1, 16)} | {f"CM-{i:02}" for i in range(1, 10)}
    assert faults(lambda procedure, people: None, clauses=every) == []
    found = faults(lambda procedure, people: None, clauses=every - {"GT-05"})
    assert {fault.code for fault in found} == {"clause"}
    assert all("GT-05" in fault.what for fault in found)


def test_a_fault_is_located_in_the_file(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    broken = tmp_path / FILE.name
    broken.write_text(text.replace("{on: returned, go: investigation", "{on: returned, go: nowhere"), encoding="utf-8")
    (tmp_path / PEOPLE.name).write_text(PEOPLE.read_text(encoding="utf-8"), encoding="utf-8")
    (found,) = check_files([broken], 2026)[0].faults
    line = next(i for i, one in enumerate(text.splitlines(), 1) if "{on: returned, go: investigation" in one)
    assert (found.file, found.line, found.field) == (str(broken), line, "stages.3.turns.0.go")


def test_two_procedures_whose_numbers_may_be_the_same_are_found() -> None:
    def numbered(ident: str, pattern: str) -> Procedure:
        return Procedure.model_validate({**files()[0], "id": ident, "numbering": {"pattern": pattern}})

    found = collisions(
        [
            numbered("one", "%Y%m%d-{serial:04}"),
            numbered("two", "%y%m%d%H-{serial:03}"),
            numbered("three", "T%Y%m%d-{serial:04}"),
            numbered("four", "%Y-%m-{serial:04}"),
        ]
    )
    assert [(place, fault.code) for place, fault in found] == [(1, "same_numbers")]


def test_two_procedures_of_one_id_are_found() -> None:
    one = Procedure.model_validate(files()[0])
    assert [fault.code for _, fault in collisions([one, one])] == ["same_id"]
