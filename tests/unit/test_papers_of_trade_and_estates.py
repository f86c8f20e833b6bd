"""What eight procedures of trade, estates and a network say beside their stories: papers, reports, numbers, roles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaints.numbering import number
from complaints.procedure.load import load_procedure
from complaints.procedure.model import Procedure
from tests.support.confidence import HANDLERS, named_to

FILES = Path(__file__).parents[2] / "procedures"
EIGHT = (
    "wholesale-quality", "fuel-station", "property-butler", "city-estate", "management-office", "property-reception",
    "estate-reception", "telecom-network",
)  # fmt: skip


def _of(ident: str) -> Procedure:
    return load_procedure(FILES / f"{ident}.yaml")


SPEAK = {
    "city-estate": {"receptionist"},
    "management-office": {"administrator"},
    "property-butler": {"butler", "head_butler", "chief_butler"},
    "wholesale-quality": {"order_desk", "order_follower", "personnel"},
}
"""Who speaks with complainants there besides, and must know them."""


def _reports(ident: str, clause: str) -> list[tuple[str, int | None, str, tuple[str, ...]]]:
    return [(r.every, r.day, r.by, r.to) for r in _of(ident).reports if r.clause == clause]


def test_goods_and_service_have_papers_of_their_own_with_every_field_of_the_source() -> None:
    forms = _of("wholesale-quality").forms
    assert {"complainant", "customer", "delivered_on", "brand", "goods", "about", "demand", "occurred_at"} <= set(
        forms["product_complaint"].columns
    )
    assert {"complainant", "complained_of", "why", "about", "outcome_so_far", "demand", "received_at"} <= set(
        forms["service_complaint"].columns
    )


def test_the_freight_voucher_names_its_bearer() -> None:
    voucher = _of("wholesale-quality").forms["voucher"]
    assert (voucher.name["zh-CN"], "party" in voucher.columns, "cost" in voucher.columns) == ("支出证明", True, True)


def test_the_fine_for_no_answer_goes_into_the_fruit_fund() -> None:
    (rule,) = _of("wholesale-quality").accountability
    assert (rule.amount, "水果基金" in rule.text["zh-CN"]) == (50, True)


def test_the_fuel_station_registers_source_times_investigators_and_result() -> None:
    columns = list(_of("fuel-station").forms["information_report"].columns)
    assert columns == ["number", "channel", "received_at", "contacted_at", "people", "finding"]


def test_the_butlers_sum_up_every_week_and_the_head_butler_every_month() -> None:
    assert _reports("property-butler", "PB-05") == [
        ("week", None, "csd", ("head_butler", "chief_butler")),
        ("month", None, "head_butler", ("chief_butler",)),
    ]


def test_the_chief_butler_signs_the_register() -> None:
    assert "chief_butler" in _of("property-butler").forms["register"].columns


def test_the_estate_has_its_data_by_the_second_and_its_summary_by_the_fifth() -> None:
    assert _reports("city-estate", "CE-07") == [("month", 2, "csd", ("leader",)), ("month", 5, "leader", ("director",))]


def test_repair_orders_are_revisited_every_week() -> None:
    assert _reports("management-office", "MO-01") == [("week", None, "administrator", ("leader",))]


def test_each_notice_of_the_reception_is_numbered() -> None:
    procedure = _of("property-reception")
    assert number(procedure.numbering, datetime(2026, 11, 2, tzinfo=UTC), 7) == "PS20261102-007"
    assert next(iter(procedure.forms["handling_sheet"].columns)) == "number"


def test_the_reception_watches_its_targets_and_analyses_by_quarter_and_year() -> None:
    assert [every for every, *_ in _reports("property-reception", "PS-05")] == ["month"]
    assert [every for every, *_ in _reports("property-reception", "PS-06")] == ["quarter", "year"]
    assert [every for every, *_ in _reports("property-reception", "PS-08")] == ["year", "year"]


def test_the_person_visited_can_sign_the_record_of_revisits() -> None:
    assert "signature" in _of("property-reception").forms["revisit_record"].columns


def test_places_without_coverage_are_listed_for_new_stations() -> None:
    assert _reports("telecom-network", "TN-02") == [("month", None, "csd", ("leader",))]
    assert "site" in _of("telecom-network").forms["site_list"].columns


@pytest.mark.parametrize("ident", EIGHT)
def test_what_happened_is_always_recorded_and_every_paper_names_its_case(ident: str) -> None:
    procedure = _of(ident)
    assert procedure.intake.fields["about"].required is True
    assert all("number" in form.columns for form in procedure.forms.values())
    assert all(form.clause and set(form.name) == {"zh-CN", "en"} for form in procedure.forms.values())


@pytest.mark.parametrize("ident", EIGHT)
def test_every_case_shows_its_complainant_to_its_handlers_only(ident: str) -> None:
    assert named_to(_of(ident)) == HANDLERS & set(_of(ident).roles) | SPEAK.get(ident, set())
