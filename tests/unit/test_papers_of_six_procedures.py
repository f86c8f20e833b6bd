"""What six procedures say beside their stories: papers, periodic reports, what is recorded and who may see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.procedure.load import load_procedure
from complaints.procedure.model import Procedure
from tests.support.confidence import HANDLERS, named_to

FILES = Path(__file__).parents[2] / "procedures"
SIX = ("property-centre", "hotel", "public-opinion", "procurement", "fire-hazard", "construction-site")
SPEAK = {"property-centre": {"assistant"}, "public-opinion": {"spokesperson"}}
"""Who answers or revisits complainants there besides, and must know them."""


def _of(ident: str) -> Procedure:
    return load_procedure(FILES / f"{ident}.yaml")


def test_the_hotel_has_a_weekly_record_on_monday_and_an_analysis_by_the_middle_of_the_month() -> None:
    found = [(r.every, r.day, r.by, r.to) for r in _of("hotel").reports if r.clause == "HT-04"]
    assert found == [("week", 1, "csd", ("gm_office",)), ("month", 15, "csd", ("gm_office",))]


def test_the_group_office_reports_its_daily_watch() -> None:
    (report,) = [r for r in _of("public-opinion").reports if r.clause == "PO-07"]
    assert (report.every, report.by) == ("day", "group_office")


def test_the_summaries_of_public_opinion_fill_a_case_library() -> None:
    forms = _of("public-opinion").forms
    assert {name for name, form in forms.items() if form.clause == "PO-06"} == {"summary", "case_library"}
    assert "summary" in forms["case_library"].columns


def test_the_fire_authority_analyses_its_reports_every_quarter() -> None:
    (report,) = [r for r in _of("fire-hazard").reports if r.clause == "FH-11"]
    assert (report.every, report.to) == ("quarter", ("leader", "head"))


def test_the_file_of_a_fire_hazard_holds_register_material_and_report() -> None:
    assert {name for name, form in _of("fire-hazard").forms.items() if form.clause == "FH-09"} == {
        "register", "material", "report",
    }  # fmt: skip


def test_reporter_place_and_content_of_a_fire_hazard_are_personal() -> None:
    fields = _of("fire-hazard").intake.fields
    assert all(fields[name].personal for name in ("about", "place"))


def test_the_decision_on_a_procurement_complaint_has_its_seven_parts() -> None:
    columns = _of("procurement").forms["decision"].columns
    assert {"parties", "claims", "defence", "replied_findings", "grounds", "replied_decision", "remedies"} <= set(
        columns
    )


def test_the_work_diary_of_the_site_shows_the_cost_of_the_token_of_apology() -> None:
    assert "contacted_cost" in _of("construction-site").forms["diary"].columns


@pytest.mark.parametrize("ident", SIX)
def test_what_happened_is_always_recorded_and_every_paper_names_its_case(ident: str) -> None:
    procedure = _of(ident)
    assert procedure.intake.fields["about"].required is True
    assert all("number" in form.columns for form in procedure.forms.values())
    assert all(form.clause and set(form.name) == {"zh-CN", "en"} for form in procedure.forms.values())


@pytest.mark.parametrize("ident", SIX)
def test_every_case_shows_its_complainant_to_its_handlers_only(ident: str) -> None:
    assert named_to(_of(ident)) == HANDLERS & set(_of(ident).roles) | SPEAK.get(ident, set())
