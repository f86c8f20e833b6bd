"""What a bank, a maker of goods, a dealer, a club and a carrier say beside their stories: papers, reports, numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaints.errors import BadInput
from complaints.fields import shape_complaint
from complaints.instants import Instant
from complaints.numbering import number, period
from complaints.procedure.load import load_directory, load_procedure
from complaints.procedure.model import Procedure
from tests.support.confidence import HANDLERS, named_to

FILES = Path(__file__).parents[2] / "procedures"
FIVE = ("bank-outlet", "quality-claims", "auto-dealer", "membership", "logistics")
SHEET = {
    "loss": "some", "about": "streaks", "order_no": "PO-1", "item_no": "F-7", "shipped_on": "2026-09-21",
    "quantity": 5000, "defective_quantity": 800, "demand": "allowance", "return_state": "undetermined",
    "market": "domestic", "samples": "two metres", "sales_comment": "streaks seen",
}  # fmt: skip


def _of(ident: str) -> Procedure:
    return load_procedure(FILES / f"{ident}.yaml")


def _local(day: datetime) -> Instant:
    return int(day.replace(tzinfo=UTC).timestamp())


def _reports(ident: str, clause: str) -> list[tuple[str, int | None, str, tuple[str, ...]]]:
    return [(r.every, r.day, r.by, r.to) for r in _of(ident).reports if r.clause == clause]


@pytest.mark.parametrize("ident", FIVE)
def test_what_happened_is_always_recorded_and_every_paper_names_its_case(ident: str) -> None:
    procedure = _of(ident)
    assert procedure.intake.fields["about"].required is True
    filled = {name: form.columns for name, form in procedure.forms.items() if form.columns}
    assert "register" in filled
    assert all("number" in columns for columns in filled.values())
    assert any({"received_at", "complainant"} <= set(columns) for columns in filled.values())


@pytest.mark.parametrize("ident", FIVE)
def test_every_case_shows_its_complainant_to_its_handlers_only(ident: str) -> None:
    assert named_to(_of(ident)) == HANDLERS & set(_of(ident).roles)


def test_the_outlet_head_appoints_a_complaint_manager_who_reports_every_month() -> None:
    assert _reports("bank-outlet", "BK-10") == [("month", None, "csd", ("leader", "head_office"))]
    people = load_directory(FILES / "bank-outlet.directory.yaml")
    outlets = {person.unit for person in people.people if "csd" in person.roles}
    assert outlets == {"outlet-east", "outlet-west"}
    managers = {person.manager for person in people.people if "csd" in person.roles}
    assert managers == {unit.head for unit in people.units if unit.id in outlets}


def test_the_bank_displays_its_complaints_number() -> None:
    assert _of("bank-outlet").forms["complaints_number"].name["zh-CN"] == "客户投诉电话公示牌"


@pytest.mark.parametrize("channel", ["oral", "telephone", "hotline"])
def test_the_main_points_are_repeated_back_to_a_customer_who_speaks(channel: str) -> None:
    given = {"channel": channel, "unit": "outlet-east", "about": "queue", "hotline_verified": True}
    with pytest.raises(BadInput, match="repeated_back"):
        shape_complaint(_of("bank-outlet"), _local, given)
    facts, _ = shape_complaint(_of("bank-outlet"), _local, {**given, "repeated_back": True})
    assert facts["repeated_back"] is True


def test_staff_make_sure_that_it_is_the_hotline() -> None:
    given = {"channel": "hotline", "unit": "outlet-east", "about": "queue", "repeated_back": True}
    with pytest.raises(BadInput, match="hotline_verified"):
        shape_complaint(_of("bank-outlet"), _local, given)


def test_letters_stand_in_the_register_with_the_copy_that_is_kept() -> None:
    assert "copy_kept" in _of("bank-outlet").forms["register"].columns


def test_numbers_of_claims_show_year_month_and_a_serial_that_restarts_every_month() -> None:
    numbering = _of("quality-claims").numbering
    october, november = datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    assert number(numbering, october, 7) == "261007"
    assert number(numbering, november, 1) == "261101"
    assert number(numbering, october, 100) == "2610100"
    assert period(numbering, october) != period(numbering, november)


@pytest.mark.parametrize("missing", [name for name in SHEET if name not in ("loss", "about")])
def test_a_claim_needs_every_field_of_its_sheet(missing: str) -> None:
    given = {name: value for name, value in SHEET.items() if name != missing}
    with pytest.raises(BadInput, match=missing):
        shape_complaint(_of("quality-claims"), _local, given)


def test_the_quantity_to_return_may_be_undetermined_and_else_must_be_given() -> None:
    facts, _ = shape_complaint(_of("quality-claims"), _local, SHEET)
    assert facts["return_state"] == "undetermined"
    with pytest.raises(BadInput, match="return_quantity"):
        shape_complaint(_of("quality-claims"), _local, {**SHEET, "return_state": "known"})


def test_what_the_offices_write_later_cannot_come_with_the_claim() -> None:
    with pytest.raises(BadInput, match="settlement"):
        shape_complaint(_of("quality-claims"), _local, {**SHEET, "settlement": "return"})


def test_without_a_loss_order_and_item_are_enough() -> None:
    given = {"loss": "none", "about": "wrong label", "order_no": "PO-2", "item_no": "F-8"}
    facts, texts = shape_complaint(_of("quality-claims"), _local, given)
    assert (facts["loss"], texts["order_no"]) == ("none", "PO-2")


def test_a_new_sheet_names_the_old_one() -> None:
    with pytest.raises(BadInput, match="old_sheet"):
        shape_complaint(_of("quality-claims"), _local, {**SHEET, "follows": True})


def test_closed_claims_sanctions_and_held_receivables_are_reported_by_the_tenth() -> None:
    assert _reports("quality-claims", "QC-13") == [("month", 10, "gm_office", ("leader", "deputy_gm", "gm"))]
    assert _reports("quality-claims", "QC-14") == [("month", 10, "gm_office", ("personnel",))]
    assert _reports("quality-claims", "QC-20") == [("month", 10, "accounting", ("leader", "accounting"))]
    assert {"unit", "measures", "receivable_held"} <= set(_of("quality-claims").forms["statistics"].columns)


def test_the_papers_of_settlement_name_their_copies() -> None:
    forms = _of("quality-claims").forms
    assert "五联" in forms["handling_sheet"].name["zh-CN"]
    assert "二联" in forms["allowance_slip"].name["zh-CN"]
    assert "四联" in forms["return_slip"].name["zh-CN"]
    assert "三联" in forms["penalty_notice"].name["zh-CN"]


def test_the_dealer_records_the_number_plate() -> None:
    with pytest.raises(BadInput, match="plate"):
        shape_complaint(_of("auto-dealer"), _local, {"about": "brakes"})
    assert {"received_at", "about", "complainant", "plate"} <= set(_of("auto-dealer").forms["register"].columns)


def test_the_club_presents_last_weeks_statistics_on_monday() -> None:
    assert _reports("membership", "MB-07") == [("week", 1, "csd", ("supervisor", "leader", "gm_office"))]


def test_records_of_members_are_kept_one_year_and_important_ones_longer() -> None:
    kept = _of("membership").retention
    assert (kept.years, kept.important) == (1, {"severity": "special"})
    assert kept.longer > kept.years


@pytest.mark.parametrize("missing", ["object", "about"])
def test_the_carrier_records_object_and_course_of_events(missing: str) -> None:
    given = {"object": "waybill 77", "about": "two boxes missing"}
    with pytest.raises(BadInput, match=missing):
        shape_complaint(_of("logistics"), _local, {k: v for k, v in given.items() if k != missing})
    assert _of("logistics").intake.contact_required
    assert {"complainant", "contact"} <= set(_of("logistics").forms["register"].columns)


def test_the_carrier_is_reached_by_telephone_and_chat() -> None:
    assert list(_of("logistics").channels) == ["telephone", "chat"]


def test_the_carrier_analyses_its_complaints_every_month() -> None:
    assert _reports("logistics", "LG-08") == [("month", None, "csd", ("leader", "gm"))]
    assert _of("logistics").forms["analysis"].name["zh-CN"] == "投诉分析报告"
