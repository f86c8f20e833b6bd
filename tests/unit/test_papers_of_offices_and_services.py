"""What six procedures of offices and services say beside their stories: papers, reports, archives, tallies."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.ledger import Entry, tally
from complaints.procedure.load import load_procedure
from complaints.procedure.model import Procedure
from tests.support.confidence import HANDLERS, anonymous_to_all, named_to

FILES = Path(__file__).parents[2] / "procedures"
SIX = ("office-tower", "law-firm", "hospital", "retail-chain", "pharma", "complaints-office")
NEW_YEAR = 1_798_732_800


def _of(ident: str) -> Procedure:
    return load_procedure(FILES / f"{ident}.yaml")


def _reports(ident: str, clause: str) -> list[tuple[str, int | None, str, tuple[str, ...]]]:
    return [(r.every, r.day, r.by, r.to) for r in _of(ident).reports if r.clause == clause]


@pytest.mark.parametrize("ident", SIX)
def test_what_happened_is_always_recorded_and_every_paper_names_its_case(ident: str) -> None:
    procedure = _of(ident)
    assert procedure.intake.fields["about"].required is True
    assert procedure.forms
    assert all("number" in form.columns for form in procedure.forms.values())


@pytest.mark.parametrize("ident", SIX)
def test_every_case_shows_its_complainant_to_its_handlers_only(ident: str) -> None:
    assert named_to(_of(ident)) == HANDLERS & set(_of(ident).roles)
    assert anonymous_to_all(_of(ident))


def test_the_office_tower_has_its_monthly_sheet_and_its_two_papers() -> None:
    tower = _of("office-tower")
    assert _reports("office-tower", "OT-07") == [("month", None, "csd", ("manager", "leader"))]
    assert [(form.clause, form.name["zh-CN"]) for form in tower.forms.values()] == [
        ("OT-03", "客户投诉记录表"),
        ("OT-06", "客户意见处理表"),
    ]


def test_the_law_firm_keeps_form_and_ledger_and_archives_by_year() -> None:
    firm = _of("law-firm")
    assert {form.name["zh-CN"] for form in firm.forms.values()} == {"投诉或意见反馈处理登记表", "台账"}
    assert _reports("law-firm", "LF-08") == [("year", None, "administration", ("director", "csd"))]
    assert (firm.numbering.restart, firm.retention.clause) == ("yearly", "LF-08")


def test_the_file_of_the_hospital_holds_its_five_parts() -> None:
    file = _of("hospital").forms["register"]
    assert file.name["zh-CN"] == "投诉档案"
    parts = [
        {"complainant", "treatment"}, {"about", "attached_text"}, {"finding", "opinion", "reply"},
        {"corrective", "verified_result"}, {"noted_text"},
    ]  # fmt: skip
    assert all(part <= set(file.columns) for part in parts)


def test_the_hospital_analyses_its_complaints_and_receives_them_round_the_clock() -> None:
    assert _reports("hospital", "HO-07") == [("quarter", None, "csd", ("leader", "president"))]
    assert _of("hospital").reception.hours == "round_the_clock"


def test_the_hospital_receives_at_every_point_and_by_three_channels() -> None:
    hospital = _of("hospital")
    assert {"window", "desk", "ward", "duty"} <= set(hospital.intake.fields["point"].values)
    assert set(hospital.channels) == {"letter", "telephone", "visit"}


def test_the_shops_report_to_the_general_manager_by_the_tenth() -> None:
    assert _reports("retail-chain", "RC-06") == [("month", 10, "administration", ("leader",))]


def test_the_record_card_of_the_shops_holds_name_demand_time_number_and_opinion() -> None:
    card = _of("retail-chain").forms["register"]
    assert {"complainant", "demand", "received_at", "number", "opinion"} <= set(card.columns)


def test_the_complaints_office_has_three_channels_three_kinds_and_one_record() -> None:
    office = _of("complaints-office")
    assert set(office.channels) == {"hotline", "mail", "web"}
    assert set(office.classification.category.values) == {"product", "service", "process"}
    assert office.forms["register"].name["zh-CN"] == "投诉记录表单"


def test_the_complaints_office_analyses_root_causes_and_makes_its_policy_public() -> None:
    assert _reports("complaints-office", "CO-05") == [
        ("quarter", None, "csd", ("leader", "senior")),
        ("year", None, "leader", ("complainant",)),
    ]


def test_one_form_records_every_complaint_and_one_department_coordinates_them() -> None:
    office = _of("complaints-office")
    assert office.forms["handling_sheet"].columns == office.forms["register"].columns
    assert office.roles["csd"].name["zh-CN"] == "投诉管理部门"
    steps = {"acknowledgement", "preliminary", "progress", "dispatch", "reply", "closure", "promise"}
    assert {clock.owner for clock in office.clocks if clock.id in steps} == {"csd"}


def _proposals(valid: int, serious: int = 0) -> list[tuple[str, float | None]]:
    """What a month with so many valid complaints against one person proposes."""
    rules = ["valid_complaint"] * valid + ["serious_complaint"] * serious
    entries = [Entry(rule, "PH-04", NEW_YEAR - 1, n, "subject", "ph-rep1", None) for n, rule in enumerate(rules)]
    found = tally(_of("pharma"), "month", NEW_YEAR, entries)
    assert {entry.person for entry in found} <= {"ph-rep1"}
    return [(entry.rule, entry.amount) for entry in found]


@pytest.mark.parametrize(
    ("valid", "serious", "proposed"),
    [
        (2, 2, []),
        (3, 0, [("three_in_a_month", 200)]),
        (4, 0, [("four_in_a_month", 300)]),
        (5, 1, [("four_in_a_month", 300)]),
        (6, 0, [("four_in_a_month", 300)]),
        (6, 1, [("four_in_a_month", 300), ("more_than_five", None)]),
    ],
)
def test_valid_complaints_of_a_month_are_counted_for_each_person(
    valid: int, serious: int, proposed: list[tuple[str, float | None]]
) -> None:
    assert _proposals(valid, serious) == proposed


def test_complaints_against_different_people_are_not_added_up() -> None:
    entries = [Entry("valid_complaint", "PH-04", 1, n, "subject", f"ph-rep{n % 2}", None) for n in range(4)]
    assert tally(_of("pharma"), "month", NEW_YEAR, entries) == ()


def test_who_had_no_valid_complaint_in_the_year_is_proposed_for_a_reward() -> None:
    entries = [Entry("valid_complaint", "PH-04", 1, 1, "subject", "ph-rep1", None)]
    (found,) = tally(_of("pharma"), "year", NEW_YEAR, entries, ["ph-rep1", "ph-rep2"])
    assert (found.rule, found.person, found.at) == ("none_in_the_year", "ph-rep2", NEW_YEAR)
